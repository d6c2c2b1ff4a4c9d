// Copies what the console's pages load from node_modules into the vendored folder, with versions and licences.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const vendor = join(here, "../src/leadhouse/web/static/web/vendor");

const FILES = {
  "@tabler/core": { "dist/css/tabler.min.css": "tabler.css" },
  "htmx.org": { "dist/htmx.min.js": "htmx.js" },
  "idiomorph": { "dist/idiomorph-ext.min.js": "idiomorph.js" },
  "@alpinejs/csp": { "dist/cdn.min.js": "alpine.js" },
};
// Two packages ship without the text of their licence; it stands in licences/ here.
const LICENCES = {
  "@alpinejs/csp": join(here, "licences/alpinejs-csp.txt"),
  "@tabler/core": join(here, "licences/tabler-core.txt"),
  "@tabler/icons": join(packages, "@tabler/icons/LICENSE"),
  "htmx.org": join(packages, "htmx.org/LICENSE"),
  "idiomorph": join(packages, "idiomorph/LICENSE"),
};
const ICONS = `
  alert-triangle arrow-down arrow-left arrow-right arrow-up brand-databricks building calendar check
  chevron-down clock code coin copy device-desktop download filter flask history inbox key layout-dashboard
  list-details lock login-2 logout mail map-pin moon pencil player-pause player-play plus search send sun trash
  user world x zoom-question
`.trim().split(/\s+/);

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
writeFileSync(
  join(vendor, "icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${ICONS.map(symbol).join("\n")}\n</svg>\n`,
);
const named = Object.keys(LICENCES).sort();
writeFileSync(join(vendor, "VERSIONS.txt"), `Built by \`make assets\` from frontend/package-lock.json.\n\n${named.map(version).join("\n")}\n`);
