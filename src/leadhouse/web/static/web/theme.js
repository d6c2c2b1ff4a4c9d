// Runs before anything is painted, so that a dark page never flashes white.
(function () {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    const chosen = localStorage.getItem("leadhouse-theme");
    const dark = chosen === "dark" || (chosen !== "light" && system.matches);
    document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
  }
  apply();
  // A menu is folded only where a script can open it.
  document.documentElement.classList.add("has-script");
  system.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  window.leadhouseApplyTheme = apply;
})();
