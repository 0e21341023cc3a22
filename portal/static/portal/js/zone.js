// Offers to write times as this browser's clock shows them too; nothing is sent unless somebody says yes.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const refused = `${document.body.dataset.scope}:zone-refused`;

// The same wall time in both zones at midsummer and midwinter: no need to ask.
function differs(other) {
  const wall = (at, timeZone) => at.toLocaleString("en", { timeZone });
  return [0, 6].some((month) => {
    const at = new Date(Date.UTC(new Date().getUTCFullYear(), month, 1));
    return wall(at, zone) !== wall(at, other);
  });
}

for (const guess of document.querySelectorAll("[data-zone-guess]")) {
  const field = document.querySelector(guess.dataset.zoneGuess);
  if (!zone || ![...field.options].some((option) => option.value === zone)) continue;
  guess.querySelector("b").textContent = zone.replaceAll("_", " ");
  guess.hidden = field.value === zone;
  guess.querySelector("button").addEventListener("click", () => {
    field.value = zone;
    field.focus();
  });
}

for (const offer of document.querySelectorAll("[data-zone-offer]")) {
  if (!zone || localStorage.getItem(refused) || !differs(offer.dataset.zoneOffer || "UTC")) continue;
  offer.elements.time_zone.value = zone;
  offer.querySelector("b").textContent = zone.replaceAll("_", " ");
  offer.hidden = false;
  offer.querySelector("button[type=button]").addEventListener("click", () => {
    localStorage.setItem(refused, "yes");
    offer.hidden = true;
  });
}
