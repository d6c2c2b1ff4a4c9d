// The console's small behaviours: menus, appearance, the search key, quiet refreshing. Pages work without them.
document.addEventListener("alpine:init", () => {
  const disclosure = () => ({
    open: false,
    init() { this.open = this.$root.dataset.open === "yes" || this.$root.querySelector(".is-invalid") !== null; },
    get shown() { return this.open ? "show" : ""; },
    toggle() { this.open = !this.open; },
    close() {
      // Whoever was inside stands at the button again, not nowhere.
      if (this.$root.querySelector(".dropdown-menu, .console-nav")?.contains(document.activeElement)) {
        this.$root.querySelector("[aria-expanded]").focus();
      }
      this.open = false;
    },
  });
  Alpine.data("menu", disclosure);
  Alpine.data("panel", disclosure);
  Alpine.data("theme", () => ({
    chosen: localStorage.getItem("leadhouse-theme") || "auto",
    get isLight() { return this.chosen === "light"; },
    get isDark() { return this.chosen === "dark"; },
    get isAuto() { return this.chosen === "auto"; },
    choose() {
      this.chosen = this.$el.value;
      localStorage.setItem("leadhouse-theme", this.chosen);
      window.leadhouseApplyTheme();
    },
  }));
  Alpine.data("zones", () => ({
    own: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
  }));
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]") && event.target.value) event.target.form.requestSubmit();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  // Nobody looks at a hidden page, and a row being read must not change under the pointer's selection.
  const selecting = String(window.getSelection()).length > 0;
  if (event.target.matches("[data-live]") && (document.hidden || selecting)) event.preventDefault();
});

// Whatever is drawn anew leaves what scripts have drawn.
const isDrawnByScript = (node) => node instanceof Element && node.hasAttribute("data-own");
window.Idiomorph.defaults.callbacks.beforeNodeMorphed = (before) => !isDrawnByScript(before);

window.addEventListener("DOMContentLoaded", () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const details = target && target.querySelector(":scope > details");
  if (details) details.open = true;
});
