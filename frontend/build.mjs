// Copies what the console's pages load from node_modules into the vendored folder, with versions and licences.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { feature } from "topojson-client";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const vendor = join(here, "../src/leadhouse/web/static/web/vendor");

const FILES = {
  "@tabler/core": { "dist/css/tabler.min.css": "tabler.css" },
  "htmx.org": { "dist/htmx.min.js": "htmx.js" },
  "idiomorph": { "dist/idiomorph-ext.min.js": "idiomorph.js" },
  "@alpinejs/csp": { "dist/cdn.min.js": "alpine.js" },
};
// Tests look at pages through it; nothing else loads it.
const FOR_TESTS = join(here, "../tests/web/vendor");
// Two packages ship without the text of their licence; it stands in licences/ here.
const LICENCES = {
  "@alpinejs/csp": join(here, "licences/alpinejs-csp.txt"),
  "@tabler/core": join(here, "licences/tabler-core.txt"),
  "@tabler/icons": join(packages, "@tabler/icons/LICENSE"),
  "d3-geo": join(packages, "d3-geo/LICENSE"),
  "echarts": join(packages, "echarts/LICENSE"),
  "htmx.org": join(packages, "htmx.org/LICENSE"),
  "idiomorph": join(packages, "idiomorph/LICENSE"),
  "topojson-client": join(packages, "topojson-client/LICENSE"),
  "us-atlas": join(packages, "us-atlas/LICENSE"),
};
const ICONS = `
  alert-triangle arrow-down arrow-left arrow-right arrow-up arrows-sort bookmark brand-databricks building calendar
  check checklist chevron-down clock code coin columns-3 copy device-desktop dots download edit eraser filter flask
  history inbox key layout-dashboard list-details lock login-2 logout mail map-pin menu-2 minus moon pencil player-pause
  player-play player-stop plus receipt-refund refresh search send sun trash trending-down trending-up user users
  world x zoom-question
`.trim().split(/\s+/);

// The Census numbers states; leads name them by their postal codes.
const STATES = `
  01AL 02AK 04AZ 05AR 06CA 08CO 09CT 10DE 11DC 12FL 13GA 15HI 16ID 17IL 18IN 19IA 20KS 21KY 22LA 23ME 24MD 25MA
  26MI 27MN 28MS 29MO 30MT 31NE 32NV 33NH 34NJ 35NM 36NY 37NC 38ND 39OH 40OK 41OR 42PA 44RI 45SC 46SD 47TN 48TX
  49UT 50VT 51VA 53WA 54WV 55WI 56WY
`.trim().split(/\s+/);

// Shapes that are projected already, a tenth of a point exact: what no screen shows need not be sent.
function statesAsGeoJson() {
  const atlas = JSON.parse(readFileSync(join(packages, "us-atlas/states-albers-10m.json"), "utf8"));
  const codes = new Map(STATES.map((one) => [one.slice(0, 2), one.slice(2)]));
  const features = feature(atlas, atlas.objects.states).features
    .filter(({ id }) => codes.has(id))
    .map(({ id, properties, geometry }) => ({
      type: "Feature",
      properties: { name: codes.get(id), label: properties.name },
      geometry: { type: geometry.type, coordinates: thinned(geometry.coordinates) },
    }));
  return JSON.stringify({ type: "FeatureCollection", features });
}

function thinned(coordinates) {
  if (typeof coordinates[0] === "number") return [coordinates[0], -coordinates[1]].map((one) => Math.round(one * 10) / 10);
  return coordinates.map(thinned);
}

// A state's counties as a topology of their own: a border is written once, and a page loads only what it shows.
function countiesAsTopology(atlas, state) {
  const arcs = [], places = new Map();
  const place = (arc) => {
    if (Array.isArray(arc)) return arc.map(place);
    const number = arc < 0 ? ~arc : arc;
    if (!places.has(number)) places.set(number, arcs.push(atlas.arcs[number]) - 1);
    return arc < 0 ? ~places.get(number) : places.get(number);
  };
  const geometries = atlas.objects.counties.geometries
    .filter(({ id }) => id.startsWith(state))
    .map(({ type, id, properties, arcs }) => ({ type, properties: countyNames(id, properties.name), arcs: place(arcs) }))
    .sort((one, other) => one.properties.label.localeCompare(other.properties.label, "en"));
  const { scale: [across, down], translate: [left, top] } = atlas.transform;
  return JSON.stringify({
    type: "Topology", transform: { scale: [across, -down], translate: [left, -top] },
    objects: { counties: { type: "GeometryCollection", geometries } }, arcs,
  });
}

// The Census numbers independent cities from 510; `name` is what kit/place_names.py makes of the label.
function countyNames(id, name) {
  const isCity = Number(id.slice(2)) >= 510 && !/city$/i.test(name);
  const label = isCity ? `${name} city` : name;
  const words = label.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase().replace(/['’.]/g, "").split(/[^a-z0-9]+/);
  const saints = { st: "saint", ste: "sainte" };
  return { name: words.map((word) => saints[word] || word).join(""), label };
}

// An icon's own sheet of shapes: pages point into it, so that a shape is fetched once.
function symbol(name) {
  const drawing = readFileSync(join(packages, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
  const shapes = drawing.replace(/<!--[\s\S]*?-->/g, "").replace(/^\s*<svg[^>]*>|<\/svg>\s*$/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

function version(name) {
  const { version, license } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8"));
  return `${name} ${version} (${license})`;
}

rmSync(vendor, { recursive: true, force: true });
mkdirSync(join(vendor, "licences"), { recursive: true });
for (const [name, files] of Object.entries(FILES)) {
  for (const [from, to] of Object.entries(files)) {
    const text = readFileSync(join(packages, name, from), "utf8");
    // A map that is not vendored would be asked for by every browser's tools.
    writeFileSync(join(vendor, to), text.replace(/\n?\/[*/]# sourceMappingURL=.*$/m, "").trimEnd() + "\n");
  }
}
for (const [name, file] of Object.entries(LICENCES)) {
  cpSync(file, join(vendor, "licences", `${name.replace(/^@/, "").replace("/", "-")}.txt`));
}
await build({ entryPoints: [join(here, "charts.mjs")], outfile: join(vendor, "charts.js"), bundle: true, minify: true, format: "iife", legalComments: "none", logLevel: "error" });
writeFileSync(join(vendor, "us-states.json"), `${statesAsGeoJson()}\n`);
mkdirSync(join(vendor, "us-counties"));
const counties = JSON.parse(readFileSync(join(packages, "us-atlas/counties-albers-10m.json"), "utf8"));
for (const state of STATES) {
  writeFileSync(join(vendor, "us-counties", `${state.slice(2)}.json`), `${countiesAsTopology(counties, state.slice(0, 2))}\n`);
}
mkdirSync(FOR_TESTS, { recursive: true });
cpSync(join(packages, "axe-core/axe.min.js"), join(FOR_TESTS, "axe.js"));
cpSync(join(packages, "axe-core/LICENSE"), join(FOR_TESTS, "axe-core.txt"));
writeFileSync(
  join(vendor, "icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${ICONS.map(symbol).join("\n")}\n</svg>\n`,
);
const named = Object.keys(LICENCES).sort();
writeFileSync(join(vendor, "VERSIONS.txt"), `Built by \`make assets\` from frontend/package-lock.json.\n\n${named.map(version).join("\n")}\n`);
