// Charts: the pointer moves in step over all of them, and a drag zooms by going to that range's address.
const charts = () => [...document.querySelectorAll("figure.chart[data-chart]")].filter((one) => one.querySelector("svg"));
const data = (figure) => (figure.read ??= JSON.parse(figure.dataset.chart));

const share = (svg, event) => {
  const box = svg.getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
};

// Every chart of a page has the same times, so that a share of the width is the same moment in all.
const point = (part) => {
  for (const figure of charts()) {
    const { times, lines } = data(figure);
    const number = Math.round(part * (times.length - 1));
    const pointer = figure.querySelector(".pointer");
    const x = part * figure.querySelector("svg").viewBox.baseVal.width;
    pointer.setAttribute("x1", x);
    pointer.setAttribute("x2", x);
    figure.querySelectorAll(".legend .at").forEach((at, line) => {
      at.textContent = lines[line][1][number];
    });
    figure.querySelector("svg").setAttribute("data-moment", new Date(times[number] * 1000).toISOString());
  }
};

let begun = null;
document.addEventListener("pointermove", (event) => {
  const svg = event.target.closest("figure.chart svg");
  if (svg) point(share(svg, event));
});
document.addEventListener("pointerdown", (event) => {
  const svg = event.target.closest("figure.chart svg");
  begun = svg && { svg, part: share(svg, event) };
});
document.addEventListener("pointerup", (event) => {
  if (!begun) return;
  const { svg, part } = begun;
  begun = null;
  const { times } = data(svg.closest("figure"));
  const [low, high] = [part, share(svg, event)].sort((a, b) => a - b);
  if (high - low < 0.02) return;
  const at = (where) => times[Math.round(where * (times.length - 1))];
  const address = new URL(window.location);
  address.search = new URLSearchParams({ from: at(low), to: at(high) });
  window.location = address;
});

for (const field of document.querySelectorAll("input[data-utc]")) {
  field.value = new Date(Number(field.dataset.utc) * 1000).toISOString().slice(0, 16);
}
