// Keeps "5 min ago" true, and adds the reader's own zone to the tooltip when it is another.
const { ago, in: ahead, minutes } = document.body.dataset;

function refresh() {
  for (const part of document.querySelectorAll("time[data-when]")) {
    const gap = (Date.now() - new Date(part.dateTime)) / 60000;
    const whole = Math.floor(Math.abs(gap));
    if (whole < 1 || whole >= 60) continue; // clock times and dates stay true by themselves
    part.textContent = (gap > 0 ? ago : ahead).replace("#", minutes.replace("#", whole));
  }
}

function own(root) {
  const here = -new Date().getTimezoneOffset();
  for (const part of root.querySelectorAll("time[title]:not([data-own])")) {
    part.dataset.own = "yes";
    const [, sign, hours, mins] = /([+-])(\d\d):(\d\d)$/.exec(part.dateTime) || [];
    if (!sign) continue;
    const there = Number(`${sign}1`) * (Number(hours) * 60 + Number(mins));
    const at = new Date(part.dateTime);
    if (there !== -at.getTimezoneOffset() && there !== here) {
      part.title += ` · ${at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })} ${document.body.dataset.yourTime || ""}`;
    }
  }
}

own(document);
setInterval(() => document.visibilityState === "visible" && refresh(), 30000);
document.addEventListener("htmx:afterSettle", ({ target }) => own(target));
