// Lets files be dropped or pasted into [data-drop]; lists them with size and a way to take them out again.
const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

function set(input, files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  draw(input);
}

function add(input, files) {
  if (files.length) set(input, input.multiple ? [...input.files, ...files] : [files[0]]);
}

function draw(input) {
  const box = input.closest("[data-drop]");
  const max = Number(box.dataset.max);
  const lines = [...input.files].map((file, index) => {
    const line = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: file.name });
    const note = Object.assign(document.createElement("span"), { className: "muted", textContent: size(file.size) });
    if (max && file.size > max) {
      note.className = "too-big";
      note.textContent += ` · ${box.dataset.tooBig}`;
    }
    const out = Object.assign(document.createElement("button"), {
      type: "button", className: "button quiet small", textContent: box.dataset.remove,
    });
    out.setAttribute("aria-label", `${box.dataset.remove} ${file.name}`);
    out.addEventListener("click", () => {
      set(input, [...input.files].filter((_, other) => other !== index));
      input.focus();
    });
    line.append(name, note, out);
    return line;
  });
  box.querySelector(".drop-list").replaceChildren(...lines);
}

// A pasted image is called image.png every time; the time of day tells two of them apart.
const named = (file) =>
  new File([file], file.name.replace(/^image\./, `pasted-${new Date().toTimeString().slice(0, 8).replaceAll(":", "")}.`), { type: file.type });

const boxOf = (target) => target.closest?.("[data-drop]") || target.closest?.("form")?.querySelector("[data-drop]");
const inputOf = (box) => box.querySelector("input[type=file]");

function makeReady() {
  for (const box of document.querySelectorAll("[data-drop]")) box.classList.add("ready");
}
makeReady();
document.addEventListener("htmx:afterSettle", makeReady);
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-drop] input[type=file]")) draw(target);
});
document.addEventListener("paste", (event) => {
  const box = boxOf(event.target);
  const files = [...(event.clipboardData?.files || [])];
  if (box && files.length) {
    event.preventDefault();
    add(inputOf(box), files.map(named));
  }
});
for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const box = boxOf(event.target);
    if (!box || (type !== "dragleave" && !event.dataTransfer.types.includes("Files"))) return;
    if (type !== "dragleave") event.preventDefault();
    box.classList.toggle("over", type === "dragover");
    if (type === "drop") add(inputOf(box), [...event.dataTransfer.files]);
  });
}
