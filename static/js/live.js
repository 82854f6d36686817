// Parts of a page that renew themselves: they never take focus, selection or an open detail away, and say when they can't.

// What somebody opened stays open, and what they selected stays selected, whatever the new part says.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
  !(name === "open" && node.matches("details")) && !(name === "checked" && node.closest(".selectable"));

// What renews itself in its own time is left alone by what is around it.
Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => !(node.hasAttribute && node.hasAttribute("hx-preserve"));

const holds = (region) => {
  const selection = document.getSelection();
  const marked = selection && !selection.isCollapsed && region.contains(selection.anchorNode);
  return marked || (region !== document.activeElement && region.contains(document.activeElement));
};
const renewsItself = (element) => /every \d/.test(element.getAttribute("hx-trigger") || "");

document.addEventListener("htmx:beforeRequest", (event) => {
  const region = event.detail.elt;
  if (!renewsItself(region)) return;
  if (region.hasAttribute("data-paused") || document.hidden || holds(region)) event.preventDefault();
});
// Also where the answer comes after somebody began to mark text.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (renewsItself(event.detail.elt) && holds(event.detail.elt)) event.detail.shouldSwap = false;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pause]");
  if (!button) return;
  const paused = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(paused));
  button.textContent = paused ? "Resume" : "Pause";
  document.getElementById(button.dataset.pause).toggleAttribute("data-paused", paused);
});

// Ages go on between two renewals, as the server writes them.
const span = (seconds) => {
  const [minutes, hours, days] = [60, 3600, 86400].map((unit) => Math.floor(seconds / unit));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  if (seconds < 86400) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
};
setInterval(() => {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000));
    const text = `${span(seconds)} ago`;
    if (time.textContent !== text) time.textContent = text;
  }
}, 1000);

// A table that grows at its head keeps so many rows, and what goes on by itself goes on when the server is back.
document.addEventListener("htmx:oobAfterSwap", () => {
  for (const table of document.querySelectorAll("table[data-most-rows]")) {
    const rows = table.querySelectorAll("tbody tr");
    for (let index = Number(table.dataset.mostRows); index < rows.length; index += 1) rows[index].remove();
  }
});
document.addEventListener("htmx:sendError", (event) => {
  const next = event.detail.elt;
  if (next.matches(".next")) setTimeout(() => htmx.trigger(next, "again"), 3000);
});

// A server that cannot be reached is told once, with the time since when, and is tried again.
const offline = document.getElementById("offline");
const lost = () => {
  if (!offline || !offline.hidden) return;
  offline.querySelector("time").textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  offline.hidden = false;
  document.querySelectorAll(".age").forEach((age) => age.classList.add("stale"));
};
const back = () => {
  if (!offline || offline.hidden) return;
  offline.hidden = true;
  document.querySelectorAll(".age").forEach((age) => age.classList.remove("stale"));
};
document.addEventListener("htmx:sendError", lost);
document.addEventListener("htmx:timeout", lost);
document.addEventListener("htmx:afterRequest", (event) => {
  const { status } = event.detail.xhr;
  if (status >= 502) lost();
  else if (status) back();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-retry]")) location.reload();
});
