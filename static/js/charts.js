// Charts: the pointer moves in step over all of them, and a drag zooms by going to that range's address.
const charts = () => [...document.querySelectorAll("figure.chart[data-chart]")].filter((one) => one.querySelector("svg"));
const data = (figure) => (figure.read ??= JSON.parse(figure.dataset.chart));

const share = (svg, event) => {
  const box = svg.getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
};

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const UNITS = { ratio: "%", per_s: "/s", ms: " ms", cores: " cores" };
const written = (value, unit) => {
  if (value === null || value === undefined) return "–";
  if (unit === "s") return span(Math.floor(value));
  if (unit.startsWith("bytes")) {
    let [amount, power] = [Math.round(value), 0];
    for (; amount >= 999.95 && power < 5; power += 1) amount /= 1024; // 1,000.0 belongs to the next unit
    return `${amount.toFixed(power ? 1 : 0)} ${SIZES[power]}${unit === "bytes_per_s" ? "/s" : ""}`;
  }
  const shown = unit === "ratio" ? Math.round(value * 100) : Number(value.toPrecision(value >= 100 ? 12 : 3));
  return shown.toLocaleString("en", { maximumFractionDigits: value >= 100 ? 0 : 3 }) + (UNITS[unit] ?? "");
};

// The time nearest to a moment; times need not be even.
const nearest = (times, moment) => times.reduce(
  (best, time, number) => (Math.abs(time - moment) < Math.abs(times[best] - moment) ? number : best), 0);

// A share of the width is the same moment in all charts of a page: they have the same span.
const point = (part) => {
  for (const figure of charts()) {
    const { times, span: [from, to], unit, lines } = data(figure);
    const number = nearest(times, from + part * (to - from));
    const share = to > from ? (times[number] - from) / (to - from) : 0.5;
    const pointer = figure.querySelector(".pointer");
    const x = share * figure.querySelector("svg").viewBox.baseVal.width;
    pointer.removeAttribute("visibility");
    pointer.setAttribute("x1", x);
    pointer.setAttribute("x2", x);
    figure.querySelectorAll(".legend .at").forEach((at, line) => {
      at.textContent = written(lines[line][number], unit);
    });
    figure.querySelector(".moment").textContent = clock(times[number]);
  }
};
const clock = (seconds) => new Date(seconds * 1000).toLocaleString("sv-SE", {
  timeZone: document.querySelector("main").dataset.zone || "UTC" });

let begun = null;
document.addEventListener("pointermove", (event) => {
  const svg = event.target.closest("figure.chart .plot > svg");
  if (svg) point(share(svg, event));
});
document.addEventListener("pointerdown", (event) => {
  const svg = event.target.closest("[data-zoom] figure.chart .plot > svg");
  begun = svg && { svg, part: share(svg, event) };
});
document.addEventListener("pointerup", (event) => {
  if (!begun) return;
  const { svg, part } = begun;
  begun = null;
  const { times, span: [from, to] } = data(svg.closest("figure"));
  const [low, high] = [part, share(svg, event)].sort((a, b) => a - b);
  if (high - low < 0.02) return;
  const at = (where) => times[nearest(times, from + where * (to - from))];
  const address = new URL(window.location);
  address.search = new URLSearchParams({ from: at(low), to: at(high) });
  window.location = address;
});
