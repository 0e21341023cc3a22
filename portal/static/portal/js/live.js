// Says what went wrong with a background request, and refreshes [data-refresh="seconds"] lists when nobody points at them.
const region = document.getElementById("live");
let fading = 0;

function say(text) {
  region.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  clearTimeout(fading);
  fading = setTimeout(() => region.replaceChildren(), 8000);
}

for (const type of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(type, () => say(document.body.dataset.offline));
}
document.addEventListener("say", ({ detail }) => say(detail.value));
window.addEventListener("offline", () => say(document.body.dataset.offline));

function busy(list) {
  return list.matches(":hover") || list.contains(document.activeElement) || list.querySelector(":checked, [open]");
}

for (const list of document.querySelectorAll("[data-refresh]")) {
  setInterval(() => {
    const now = document.getElementById(list.id) || list;
    if (document.visibilityState === "visible" && navigator.onLine && !busy(now)) now.dispatchEvent(new Event("refresh"));
  }, 1000 * Number(list.dataset.refresh));
}
