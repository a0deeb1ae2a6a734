// The card's calls: once a call has changed more of the order than the panel shows, the page is
// shown anew, unless something is being written, asked or played on it.
(() => {
  const isBusy = () =>
    document.querySelector("dialog[open]") ||
    [...document.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue) ||
    [...document.querySelectorAll("audio")].some((player) => !player.paused);

  // Who does not look hears how a call goes on: the panel itself is a new one each time.
  const say = () => {
    const words = document.querySelector("[data-calls-state]")?.textContent.replace(/\s+/g, " ").trim() ?? "";
    const said = document.querySelector("[data-calls-said]");
    if (said && said.textContent !== words) said.textContent = words;
  };

  document.addEventListener("htmx:afterSettle", () => {
    say();
    if (document.querySelector("[data-call-reload]") && !isBusy()) location.reload();
  });
})();
