// Choosing in a select[data-insert="#id"] puts the chosen text where the cursor is in that textarea.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("select[data-insert]") || !target.value) return;
  const area = document.querySelector(target.dataset.insert);
  const text = target.selectedOptions[0].dataset.text ?? target.value;
  const gap = area.selectionStart > 0 && !/\n\s*$/.test(area.value.slice(0, area.selectionStart)) ? "\n\n" : "";
  area.setRangeText(gap + text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  target.selectedIndex = 0;
});
