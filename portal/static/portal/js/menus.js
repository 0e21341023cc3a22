// Closes an open [data-menu] on Escape, on a click elsewhere and on [data-close].
const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", ({ target }) => {
  const own = target.closest("details[data-menu]");
  for (const menu of open()) if (menu !== own) menu.open = false;
  if (target.closest("[data-close]")) {
    own.open = false;
    own.querySelector("summary").focus();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.(".confirm[open]")) target.querySelector("[data-close]").hidden = false;
}, true);
