// What plain HTML cannot do: keys, menus that close, copying a name, fields that belong to a choice.
const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const search = document.querySelector("input[type=search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "?") document.getElementById("keys").showModal();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard.writeText(copy.dataset.copy);
    copy.textContent = "copied";
  }
});

// A part that renews itself stands still while its button is pressed, or while somebody marks text in it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pause]");
  if (!button) return;
  const paused = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(paused));
  button.textContent = paused ? "go on" : "pause";
  document.getElementById(button.dataset.pause).toggleAttribute("data-paused", paused);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.hasAttribute("data-paused")) event.preventDefault();
});

// A fieldset with data-when="field:value,value" shows while the field has one of the values.
const showFields = () => {
  for (const part of document.querySelectorAll("[data-when]")) {
    const [name, values] = part.dataset.when.split(":");
    const field = document.querySelector(`[name="${name}"]`);
    part.hidden = Boolean(field) && !values.split(",").includes(field.value);
  }
};
document.addEventListener("change", showFields);
document.addEventListener("DOMContentLoaded", showFields);

// Errors of a form come with status 422: htmx must still show them.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) event.detail.shouldSwap = true;
});
