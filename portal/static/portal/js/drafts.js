// Keeps what is typed into [data-draft="key"] until the server says that it was sent ([data-draft-sent="key"]).
const PREFIX = `draft:${document.body.dataset.scope || ""}:`;
const MONTH = 30 * 24 * 3600 * 1000;

const forget = (key) => localStorage.removeItem(PREFIX + key);
const read = (key) => JSON.parse(localStorage.getItem(PREFIX + key) || "null");

function sayKept(area) {
  let line = area.parentElement.querySelector(".draft-state");
  if (!line) {
    line = document.createElement("p");
    line.className = "draft-state";
    line.setAttribute("role", "status");
    area.after(line);
  }
  line.textContent = document.body.dataset.draftKept || "";
}

function restore(area) {
  const draft = read(area.dataset.draft);
  if (!draft || area.dataset.restored) return;
  area.dataset.restored = "yes";
  if (area.value.trim() === "" && draft.text.trim() !== "") {
    area.value = draft.text;
    const modes = area.form?.elements.mode;
    if (modes && draft.mode) modes.value = draft.mode; // a kept note must not come back as an answer
    sayKept(area);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function look(root) {
  for (const sent of root.querySelectorAll("[data-draft-sent]")) forget(sent.dataset.draftSent);
  for (const area of root.querySelectorAll("[data-draft]")) restore(area);
}

function dropOld() {
  for (const name of Object.keys(localStorage).filter((key) => key.startsWith("draft:"))) {
    const draft = JSON.parse(localStorage.getItem(name) || "null");
    if (!draft || Date.now() - draft.at > MONTH) localStorage.removeItem(name);
  }
}

try {
  dropOld();
  look(document);
  document.addEventListener("input", ({ target }) => {
    const area = target.name === "mode" ? target.form?.querySelector("[data-draft]") : target;
    if (!area?.matches("[data-draft]")) return;
    const draft = { text: area.value, mode: area.form?.elements.mode?.value, at: Date.now() };
    if (draft.text.trim() === "") forget(area.dataset.draft);
    else localStorage.setItem(PREFIX + area.dataset.draft, JSON.stringify(draft));
  });
  document.addEventListener("htmx:afterSettle", ({ target }) => look(target.parentElement || document));
} catch { /* storage is closed or full: typing still works, it is only not kept */ }
