// Runs data-key shortcuts: fields get the focus, everything else is clicked. "?" lists them.
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const dialog = document.getElementById("keys");
const toggle = dialog?.querySelector("[data-keys-on]");
let first = "";

const on = () => {
  try { return localStorage.getItem("keys") !== "off"; } catch { return true; }
};
const shown = (part) => part.checkVisibility?.() ?? part.offsetParent !== null;
const find = (key) => [...document.querySelectorAll("[data-key]")].find((part) => part.dataset.key === key && shown(part));

function act(part) {
  if (part.matches("textarea, select, input:not([type=radio], [type=checkbox])")) {
    part.focus();
    part.select?.();
  } else {
    part.click();
    const target = part.dataset.keyFocus && document.querySelector(part.dataset.keyFocus);
    target?.focus();
  }
}

function name(event) {
  const key = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key;
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.isComposing || event.defaultPrevented) return;
  const key = name(event);
  const chord = key.startsWith("ctrl+");
  if (!chord && (event.target.matches(TYPING) || !on() || document.querySelector("dialog[open]"))) {
    if (key === "escape" && event.target.matches(TYPING)) event.target.blur();
    return;
  }
  const scope = key === "ctrl+enter" && event.target.closest?.("form");
  const part = scope ? scope.querySelector('[data-key="ctrl+enter"]') : find(first ? `${first} ${key}` : key);
  const leads = !first && document.querySelector(`[data-key^="${CSS.escape(key)} "]`);
  first = "";
  if (part) {
    event.preventDefault();
    act(part);
  } else if (leads && !chord) {
    first = key;
    setTimeout(() => { first = ""; }, 1200);
  }
});

function list() {
  const rows = [...document.querySelectorAll("[data-key]")].filter(shown).map((part) => {
    const row = document.createElement("div");
    const label = part.dataset.keyLabel || part.textContent.trim() || part.getAttribute("aria-label");
    const key = document.createElement("dd");
    key.append(...part.dataset.key.split(/[ +]/).map((text) => Object.assign(document.createElement("kbd"), { textContent: text })));
    row.append(Object.assign(document.createElement("dt"), { textContent: label }), key);
    row.dataset.listed = "yes";
    return row;
  });
  for (const old of dialog.querySelectorAll("[data-listed]")) old.remove();
  dialog.querySelector("dl").append(...rows);
}

document.addEventListener("click", ({ target }) => {
  if (!dialog || !target.closest("[data-dialog=keys]")) return;
  list();
  toggle.checked = on();
  dialog.showModal();
});
toggle?.addEventListener("change", () => localStorage.setItem("keys", toggle.checked ? "on" : "off"));
