// j and k walk through [data-row] elements by their main link; enter is the link's own.
const links = () => [...document.querySelectorAll("[data-row]")].map((row) => row.querySelector("a")).filter(Boolean);

document.addEventListener("keydown", (event) => {
  if (!["j", "k"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open]")) return;
  try { if (localStorage.getItem("keys") === "off") return; } catch { /* no storage: keys are on */ }
  const all = links();
  if (!all.length) return;
  const row = document.activeElement.closest("[data-row]") || document.querySelector("[data-row].is-current");
  const here = all.indexOf(row?.querySelector("a"));
  const next = here < 0 ? 0 : Math.min(all.length - 1, Math.max(0, here + (event.key === "j" ? 1 : -1)));
  event.preventDefault();
  all[next].focus();
  all[next].closest("[data-row]").scrollIntoView({ block: "nearest" });
});
