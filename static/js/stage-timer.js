// Running timers: <span data-stage-timer data-left="seconds"> counts down by the clock of the
// machine from when it appeared, and says data-done at the end.
(() => {
  const started = new WeakMap();

  const clock = (seconds) => {
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    return (hours ? `${hours}:` : "") + `${two(minutes)}:${two(seconds % 60)}`;
  };

  const tick = () => {
    const now = Date.now();
    for (const timer of document.querySelectorAll("[data-stage-timer]")) {
      if (!started.has(timer)) started.set(timer, now);
      const passed = Math.floor((now - started.get(timer)) / 1000);
      const left = Number(timer.dataset.left) - passed;
      if (left > 0) {
        timer.querySelector("[data-stage-timer-clock]").textContent = clock(left);
      } else {
        timer.querySelector("[data-stage-timer-text]").textContent = timer.dataset.done;
        timer.removeAttribute("data-stage-timer");
      }
    }
  };

  document.addEventListener("DOMContentLoaded", tick);
  document.addEventListener("htmx:load", tick);
  setInterval(tick, 1000);
})();
