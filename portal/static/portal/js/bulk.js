// Ticking rows shows the [data-bulk] bar with their number; shift ticks a range; [data-bulk-all] ticks them all.
let last = null;
const items = () => [...document.querySelectorAll("[data-bulk-item]")];

function update() {
  const count = items().filter((item) => item.checked).length;
  for (const bar of document.querySelectorAll("[data-bulk]")) {
    bar.hidden = count === 0;
    for (const part of bar.querySelectorAll("[data-bulk-count]")) part.textContent = count;
  }
  for (const all of document.querySelectorAll("[data-bulk-all]")) {
    all.checked = count > 0 && count === items().length;
    all.indeterminate = count > 0 && count < items().length;
  }
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.matches("[data-bulk-all]")) for (const item of items()) item.checked = target.checked;
  else if (target.matches("[data-bulk-item]")) {
    const list = items();
    const [from, to] = [list.indexOf(last), list.indexOf(target)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) for (const item of list.slice(from, to + 1)) item.checked = target.checked;
    last = target;
  } else return;
  update();
});
update();
document.addEventListener("htmx:afterSettle", update);
