// Draws the map of leads by state or county from the table beside it, and again whenever that table changes.
(function () {
  const frame = document.querySelector("[data-map-of]");
  if (!frame || !window.leadhouseCharts) return;
  const { at, colour } = window.leadhouseShapes;
  const table = () => document.getElementById(frame.dataset.mapOf);
  const note = document.getElementById("map-note");
  let chart = null;

  function values() {
    return [...table().querySelectorAll("[data-place]")].map(({ dataset }) => ({
      name: dataset.place, value: Number(dataset.leads), sold: dataset.sold, revenue: dataset.revenue,
    }));
  }

  function open(state) {
    const choice = table().querySelector("select");
    if (![...choice.options].some((one) => one.value === state)) return;
    choice.value = state;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    choice.focus({ preventScroll: true });
  }

  async function draw() {
    const address = table().dataset.shapes;
    const features = await at(address);
    if (address !== table().dataset.shapes) return;
    const labels = new Map(features.map(({ properties }) => [properties.name, properties.label]));
    const shown = values();
    const told = ({ name, data }) => {
      if (!data || !data.value) return `${labels.get(name)}: no leads`;
      return `${labels.get(name)}: ${data.value.toLocaleString("en-US")} leads\n${Number(data.sold).toLocaleString("en-US")} sold, ${data.revenue}`;
    };
    window.leadhouseCharts.registerMap(address, { type: "FeatureCollection", features });
    chart.setOption({
      animationDuration: 300,
      aria: { enabled: false },
      // Rich text, for a tooltip of HTML would bring styles of its own, which the page's policy refuses.
      tooltip: {
        renderMode: "richText", formatter: told, borderWidth: 1, borderColor: colour("--map-edge"),
        backgroundColor: colour("--map-ground"), textStyle: { color: colour("--map-ink"), fontSize: 13 },
      },
      visualMap: {
        type: "continuous", show: false, min: 0, max: Math.max(1, ...shown.map((one) => one.value)),
        inRange: { color: [colour("--map-least"), colour("--map-most")] },
      },
      series: [{
        type: "map", map: address, aspectScale: 1, roam: false, selectedMode: false, data: shown,
        left: 16, right: 16, top: 16, bottom: 16,
        label: { show: false },
        itemStyle: { areaColor: colour("--map-none"), borderColor: colour("--map-ground"), borderWidth: 1 },
        emphasis: { label: { show: false }, itemStyle: { areaColor: colour("--map-pointed") } },
      }],
    }, true);
    frame.dataset.drawn = address;
    const missed = shown.filter(({ name }) => !labels.has(name)).reduce((sum, { value }) => sum + value, 0);
    note.textContent = missed ? `${missed.toLocaleString("en-US")} not on the map: of a place unknown, or not drawn on it` : "";
  }

  chart = window.leadhouseCharts.init(frame);
  chart.on("click", ({ name }) => open(name));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-place-open]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(link.dataset.placeOpen);
  });
  // What comes late is about a state that is not looked at any more.
  const isLate = (address) => (new URL(address).searchParams.get("state") || "") !== table().querySelector("select").value;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target === table() && isLate(detail.xhr.responseURL)) detail.shouldSwap = false;
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target === table() && table().querySelector("select").value) event.detail.shouldSwap = false;
  });
  new ResizeObserver(() => chart.resize()).observe(frame);
  document.body.addEventListener("htmx:afterSettle", draw);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  draw();
})();
