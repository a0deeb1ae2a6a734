// Keeps [data-live] parts of a page fresh: asks every three seconds while the page is looked at.
(() => {
  const PERIOD = 3000;

  const refresh = () => {
    if (document.hidden) return;
    // A form that is being sent must not lose its place on the page.
    document.querySelectorAll("[data-live]").forEach((part) => {
      if (!part.querySelector("form[data-sent]")) htmx.trigger(part, "refresh");
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    setInterval(refresh, PERIOD);
    document.addEventListener("visibilitychange", refresh);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const note = document.querySelector("[data-live-note]");
    const part = document.getElementById(event.detail.target.id);
    if (note && part?.dataset.note) note.textContent = part.dataset.note;
  });

  // The session has ended: the answer is the login page, which is not a part of this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseURL.includes("/accounts/login/")) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
})();
