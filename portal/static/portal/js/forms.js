// A form with data-once is sent once; what is wrong comes into view; nothing is left disabled on going back.
function free(form) {
  delete form.dataset.sending;
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  form.setAttribute("aria-busy", "true");
  // aria-disabled, not disabled: a disabled button would not send its own name and value.
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
  setTimeout(free, 15000, form);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sending]")) free(form);
});
document.addEventListener("htmx:afterRequest", ({ target }) => {
  const form = target.closest?.("[data-sending]");
  if (form) free(form);
});

const focusFirst = (root) => root.querySelector("[data-focus]")?.focus();
focusFirst(document);
document.addEventListener("htmx:afterSettle", ({ target }) => focusFirst(target));
