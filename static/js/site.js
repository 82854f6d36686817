// What plain HTML cannot do: menus that close, copying a name, fields that belong to a choice, one press a button.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
  const dialog = event.target.closest("[data-show]");
  if (dialog) document.getElementById(dialog.dataset.show).showModal();
  if (event.target.closest("[data-close]")) event.target.closest("[data-closable]").remove();
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard.writeText(copy.dataset.copy);
    copy.classList.add("copied");
    copy.setAttribute("aria-label", "Copied");
    setTimeout(() => {
      copy.classList.remove("copied");
      copy.setAttribute("aria-label", "Copy");
    }, 2000);
  }
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (event.submitter && event.submitter.hasAttribute("data-again")) return; // a file: the page stays
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// A fieldset with data-when="field:value,value" shows while the field has one of the values, or one like value:more.
const showFields = () => {
  for (const part of document.querySelectorAll("[data-when]")) {
    const [name, values] = part.dataset.when.split(":");
    const field = document.querySelector(`[name="${name}"]`);
    const chosen = field ? [field.value, field.value.split(":")[0]] : [];
    part.hidden = Boolean(field) && !values.split(",").some((value) => chosen.includes(value));
  }
};
document.addEventListener("change", showFields);
document.addEventListener("DOMContentLoaded", showFields);

// Selecting rows: one box for all of them, and a bar that says how many.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    const boxes = event.target.closest("form").querySelectorAll("input[name=selected]");
    boxes.forEach((box) => { box.checked = event.target.checked; });
  }
  const form = event.target.closest("form.selectable");
  if (form) {
    const number = form.querySelectorAll("input[name=selected]:checked").length;
    form.querySelector("[data-selected]").textContent = `${number} selected`;
  }
});

// Errors of a form come with status 422: htmx must still show them.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) event.detail.shouldSwap = true;
});
