// An area on the map: drawn as the server read the form's fields, and picked by writing into them.
(function () {
  const { at, colour } = window.leadhouseShapes;
  const charts = window.leadhouseCharts;
  const NOTHING = { is_everywhere: false, written: {}, circle: null, is_narrowed: false, points: [] };
  const USUAL_MILES = "25";
  let count = 0;

  class AreaMap {
    constructor(tool) {
      this.tool = tool;
      this.id = tool.dataset.areaTool;
      this.map = `area-${count += 1}`;
      this.frame = tool.querySelector("[data-area-frame]");
      this.look = tool.querySelector("[data-area-look]");
      this.centre = tool.querySelector("[data-area-centre]");
      this.choices = tool.querySelector("[data-area-choices]");
      this.drawn = NOTHING;
      // What was picked is known by its shape before the server has read it.
      this.picked = new Map();
      for (const name of ["input", "change"]) tool.addEventListener(name, (event) => this.chosen(event));
      if (this.centre) this.centre.addEventListener("click", () => this.place(!this.isPlacing));
      tool.addEventListener("toggle", () => this.show());
      new ResizeObserver(() => this.resize()).observe(this.frame);
    }

    field(name) { return document.getElementById(`${this.id}-${name}`); }
    get isPlacing() { return this.centre?.getAttribute("aria-pressed") === "true"; }
    get state() { return this.look.value; }

    // Which place a text of the form names: "WY", or "WY:carbon" for a county.
    placeOf(text) { return this.drawn.written[text] || this.picked.get(text) || ""; }

    texts(name) {
      const field = this.field(name);
      return field ? field.value.split(name === "states" ? /[,;\n]+/ : /\n+/).map((one) => one.trim()).filter(Boolean) : [];
    }

    // The places that the form names; on a page without one, those that are stored.
    get named() {
      if (!this.field("states")) return new Set(Object.values(this.drawn.written));
      return new Set([...this.texts("states"), ...this.texts("counties")].map((text) => this.placeOf(text)));
    }

    resize() {
      if (!this.frame.clientWidth) return;
      if (!this.chart) {
        this.chart = charts.init(this.frame);
        this.chart.on("click", ({ componentType, name }) => {
          if (componentType === "geo" && this.choices && !this.isPlacing) this.pressed(name);
        });
        this.chart.getZr().on("click", ({ offsetX, offsetY }) => { if (this.isPlacing) this.placed([offsetX, offsetY]); });
        this.show();
      }
      this.chart.resize();
    }

    pressed(name) {
      const [state, county] = name.split(":");
      if (county && !this.state) this.toggle(state, this.labels.get(state));
      else this.toggle(name, this.labels.get(name));
    }

    toggle(place, label) {
      const [state, county] = place.split(":");
      const name = county ? "counties" : "states";
      const texts = this.texts(name), others = texts.filter((text) => this.placeOf(text) !== place);
      if (others.length === texts.length) {
        const text = county ? `${label}, ${state}` : state;
        this.picked.set(text, place);
        others.push(text);
      }
      this.write({ [name]: others.join(county ? "\n" : ", ") });
    }

    write(values) {
      const fields = Object.entries(values).map(([name, value]) => [this.field(name), value]);
      for (const [field, value] of fields) {
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      fields[0][0].dispatchEvent(new Event("change", { bubbles: true }));
      this.show();
    }

    place(isPlacing) {
      this.centre.setAttribute("aria-pressed", String(isPlacing));
      this.frame.classList.toggle("is-placing", isPlacing);
    }

    placed(pixel) {
      const where = charts.unproject(this.chart.convertFromPixel("geo", pixel));
      if (!where) return;
      // Only after this press: the map hears of it, too, and would pick the state.
      setTimeout(() => this.place(false));
      const miles = this.field("radius-miles");
      this.write({
        "radius-location": "", "radius-lat": where[1].toFixed(3), "radius-lon": where[0].toFixed(3),
        "radius-miles": miles.value || USUAL_MILES,
      });
      miles.focus({ preventScroll: true });
      miles.select();
    }

    // What is chosen inside the tool is not a field of the form: only what it writes into them is.
    chosen(event) {
      event.stopPropagation();
      if (event.type !== "change") return;
      if (event.target === this.look) this.show();
      else if (event.target.dataset.place) this.toggle(event.target.dataset.place, event.target.dataset.label);
    }

    // The places that are looked at, and those of other states that are filled besides.
    async features() {
      const counties = async (state) => (await at(`${this.tool.dataset.counties}${state}.json`)).map((one) => (
        { ...one, properties: { ...one.properties, name: `${state}:${one.properties.name}` } }
      ));
      const states = await at(this.tool.dataset.states);
      if (this.state) return { listed: await counties(this.state), filled: [], states };
      const named = this.named;
      const with_counties = new Set([...named].filter((one) => one.includes(":")).map((one) => one.split(":")[0]));
      const filled = (await Promise.all([...with_counties].map(counties))).flat().filter(({ properties }) => named.has(properties.name));
      return { listed: states, filled, states };
    }

    async show() {
      const told = document.getElementById(`${this.id}-told`);
      if (told?.dataset.area) this.drawn = JSON.parse(told.dataset.area);
      if (!this.chart || !this.tool.open) return;
      const theme = document.documentElement.dataset.bsTheme;
      const asked = JSON.stringify([this.drawn, [...this.named], this.state, theme]);
      if (asked === this.asked) return;
      this.asked = asked;
      const { listed, filled, states } = await this.features();
      if (asked !== this.asked) return;
      this.labels = new Map([...states, ...listed, ...filled].map(({ properties }) => [properties.name, properties.label]));
      charts.registerMap(this.map, { type: "FeatureCollection", features: [...listed, ...filled] });
      this.draw([...listed, ...filled].map(({ properties }) => properties.name));
      if (this.choices) this.list(listed);
      this.frame.dataset.drawn = this.state ? `${this.tool.dataset.counties}${this.state}.json` : this.tool.dataset.states;
    }

    isCovered(place) { return this.drawn.is_everywhere || this.named.has(place) || this.named.has(place.split(":")[0]); }

    draw(places) {
      const whole = colour(this.drawn.is_narrowed ? "--map-least" : "--map-most");
      const fill = (place) => (this.isCovered(place) ? whole : colour("--map-none"));
      this.chart.setOption({
        animation: false,
        aria: { enabled: false },
        tooltip: {
          show: true, renderMode: "richText", borderWidth: 1, borderColor: colour("--map-edge"),
          backgroundColor: colour("--map-ground"), textStyle: { color: colour("--map-ink"), fontSize: 13 },
        },
        geo: {
          map: this.map, aspectScale: 1, roam: false, selectedMode: false, left: 16, right: 16, top: 16, bottom: 16,
          label: { show: false }, tooltip: { show: true, formatter: ({ name }) => this.labels.get(name) || name },
          emphasis: { label: { show: false }, itemStyle: { borderColor: colour("--map-pointed"), borderWidth: 2 } },
          itemStyle: { borderColor: colour("--map-ground"), borderWidth: 1 },
          regions: places.map((name) => ({
            name, itemStyle: { areaColor: fill(name) }, emphasis: { itemStyle: { areaColor: fill(name) } },
          })),
        },
        series: [this.circle(), this.zips()].filter(Boolean),
      }, true);
    }

    circle() {
      if (!this.drawn.circle) return null;
      const [latitude, longitude, miles] = this.drawn.circle;
      const rim = charts.circle(longitude, latitude, miles).map((point) => charts.project(...point)).filter(Boolean);
      const edge = colour("--map-pointed"), ground = this.drawn.is_narrowed ? "transparent" : colour("--map-most");
      return {
        type: "custom", coordinateSystem: "geo", silent: true, data: [[0, 0]],
        renderItem: (_, api) => ({
          type: "polygon", shape: { points: rim.map((point) => api.coord(point)) },
          style: { fill: ground, stroke: edge, lineWidth: 2, opacity: this.drawn.is_narrowed ? 1 : 0.75 },
        }),
      };
    }

    zips() {
      const data = this.drawn.points.map((point) => charts.project(...point)).filter(Boolean);
      if (!data.length) return null;
      return {
        type: "scatter", coordinateSystem: "geo", silent: true, data, symbolSize: this.state ? 6 : 3,
        itemStyle: { color: colour("--map-pointed") },
      };
    }

    list(features) {
      this.tool.querySelector("[data-area-legend]").textContent = this.state ? `Counties of ${this.labels.get(this.state)}` : "States";
      const whole = this.state ? [[this.state, `All of ${this.labels.get(this.state)}`]] : [];
      const places = features.map(({ properties }) => [properties.name, properties.label]);
      const offered = [...whole, ...places.sort((one, other) => one[1].localeCompare(other[1], "en"))];
      if (this.listed !== this.state) this.choices.replaceChildren(...offered.map(([place, label]) => this.choice(place, label)));
      this.listed = this.state;
      const named = this.named;
      for (const box of this.choices.querySelectorAll("input")) box.checked = named.has(box.dataset.place);
    }

    choice(place, label) {
      const line = document.createElement("label"), box = document.createElement("input"), said = document.createElement("span");
      line.className = "form-check";
      box.className = "form-check-input";
      box.type = "checkbox";
      Object.assign(box.dataset, { place, label });
      said.className = "form-check-label";
      said.textContent = label;
      line.append(box, said);
      return line;
    }
  }

  const maps = new WeakMap();
  function look() {
    for (const tool of document.querySelectorAll("[data-area-tool]")) {
      if (maps.has(tool)) maps.get(tool).show();
      else maps.set(tool, new AreaMap(tool));
    }
  }
  // An answer settles part by part: one look for all of them is enough.
  let due = 0;
  const lookSoon = () => { due ||= setTimeout(() => { due = 0; look(); }); };
  document.addEventListener("htmx:afterSettle", lookSoon);
  document.addEventListener("input", (event) => { if (event.target.closest("#editor")) lookSoon(); });
  new MutationObserver(look).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  window.addEventListener("DOMContentLoaded", look);
})();
