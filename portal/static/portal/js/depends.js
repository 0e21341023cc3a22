// Shows [data-show-when="name=value|value"] only while a control of the same form has one of the values.
function holds(part) {
  const [name, values] = part.dataset.showWhen.split("=");
  const form = part.closest("form");
  const chosen = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((control) => !control.matches("[type=radio], [type=checkbox]") || control.checked)
    .map((control) => control.value);
  return values.split("|").some((value) => chosen.includes(value));
}

function update(root) {
  for (const part of root.querySelectorAll("[data-show-when]")) part.hidden = !holds(part);
}

update(document);
document.addEventListener("change", ({ target }) => target.form && update(target.form));
document.addEventListener("htmx:afterSettle", ({ target }) => update(target));
