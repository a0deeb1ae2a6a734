// Sets light or dark before the page is drawn; the choice is remembered on this device.
// Pages without data-theme-follow (the shop) are always light.
(() => {
  const root = document.documentElement;
  if (!("themeFollow" in root.dataset)) return;
  const key = "suz-theme";
  const remembered = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const show = (theme) => {
    root.dataset.bsTheme = theme;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.setAttribute("aria-pressed", String(theme === "dark"));
    }
  };
  show(remembered() ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  document.addEventListener("DOMContentLoaded", () => show(root.dataset.bsTheme));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(key, theme);
    } catch {
      // A private window forgets.
    }
    show(theme);
  });
})();
