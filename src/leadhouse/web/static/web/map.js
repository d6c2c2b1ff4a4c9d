// Draws the map of leads by state from the table beside it, and again whenever that table changes.
(function () {
  const frame = document.querySelector("[data-map-of]");
  if (!frame || !window.leadhouseCharts) return;
  let chart = null;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function values() {
    const rows = document.querySelectorAll(`#${frame.dataset.mapOf} [data-state]`);
    return [...rows].map(({ dataset }) => ({
      name: dataset.state, value: Number(dataset.leads), sold: dataset.sold, revenue: dataset.revenue,
    }));
  }

  function told({ name, data }) {
    if (!data || !data.value) return `${name}: no leads`;
    return `${name}: ${data.value.toLocaleString("en-US")} leads\n${Number(data.sold).toLocaleString("en-US")} sold, ${data.revenue}`;
  }

  function draw() {
    const shown = values();
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
        type: "map", map: "us-states", aspectScale: 1, roam: false, selectedMode: false, data: shown,
        left: 16, right: 16, top: 16, bottom: 16,
        label: { show: false },
        itemStyle: { areaColor: colour("--map-none"), borderColor: colour("--map-ground"), borderWidth: 1 },
        emphasis: { label: { show: false }, itemStyle: { areaColor: colour("--map-pointed") } },
      }],
    }, true);
  }

  async function open() {
    const shapes = await (await fetch(frame.dataset.shapes)).json();
    window.leadhouseCharts.registerMap("us-states", shapes);
    chart = window.leadhouseCharts.init(frame);
    draw();
    new ResizeObserver(() => chart.resize()).observe(frame);
    document.body.addEventListener("htmx:afterSettle", draw);
    new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  }
  open();
})();
