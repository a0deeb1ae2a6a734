// The card's calls: once a call has changed more of the order than the panel shows, the page is
// shown anew, unless something is being written, asked or played on it.
(() => {
  const isBusy = () =>
    document.querySelector("dialog[open]") ||
    [...document.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue) ||
    [...document.querySelectorAll("audio")].some((player) => !player.paused);

  document.addEventListener("htmx:afterSettle", () => {
    if (document.querySelector("[data-call-reload]") && !isBusy()) location.reload();
  });
})();
