// Keys: searching, going to an area, moving along rows and results. They do nothing while somebody types.
const typing = (element) => element.matches("input, textarea, select, [contenteditable]");
const everything = () => document.getElementById("everything");
let goes = false;

const focusOn = (field) => {
  field.focus();
  field.select();
};
const step = (links, by) => {
  const index = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, index + by))]?.focus();
};
const rows = () => [...document.querySelectorAll("main table.rows tbody th[scope=row] a")];
const closeMenus = () => document.querySelectorAll("details.menu[open]").forEach((menu) => {
  menu.removeAttribute("open");
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
});

const KEYS = {
  "/": () => focusOn(document.querySelector("main input[type=search]") || everything()),
  "?": () => document.getElementById("keys").showModal(),
  j: () => step(rows(), 1),
  k: () => step(rows(), -1),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "k" && everything()) {
    event.preventDefault();
    focusOn(everything());
    return;
  }
  if (event.key === "Escape") closeMenus();
  if (event.target.closest(".everything")) return inSearch(event);
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (goes) {
    goes = false;
    document.querySelector(`.sidebar a[data-key="${CSS.escape(event.key)}"]`)?.click();
  } else if (event.key === "g") {
    goes = true;
    setTimeout(() => { goes = false; }, 1500);
  } else if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

// In the search of everything, arrows go along what was found, and Enter opens the first.
const inSearch = (event) => {
  const links = [...document.querySelectorAll("#results a")];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const by = event.key === "ArrowDown" ? 1 : -1;
    if (by < 0 && document.activeElement === links[0]) everything().focus();
    else step(links, by);
  } else if (event.key === "Enter" && event.target === everything() && links.length) {
    event.preventDefault();
    links[0].click();
  } else if (event.key === "Escape") {
    document.activeElement.blur();
  }
};
