// Times are written by the server in the zone that a cookie names: the browser's, or UTC where the person chose it.
(() => {
  const { cookie, path } = document.currentScript.dataset;
  const zone = () =>
    localStorage.getItem("timezone") === "UTC" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const store = () => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${cookie}=${zone()}; path=${path}; max-age=31536000; samesite=lax${secure}`;
  };
  store();
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-timezone]");
    if (!button) return;
    localStorage.setItem("timezone", button.dataset.timezone);
    store();
    location.replace(location.pathname + location.search);
  });
})();
