// The simulator's phones: the newest words stay in sight, and are spoken where the browser has a
// Russian voice and somebody wants to hear them.
(() => {
  const heard = new Map();
  let isOn = false;

  const voice = () => speechSynthesis.getVoices().find((one) => one.lang.toLowerCase().startsWith("ru"));

  const speak = (text) => {
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voice();
    words.lang = "ru-RU";
    speechSynthesis.speak(words);
  };

  const follow = () => {
    for (const handset of document.querySelectorAll("[data-handset]")) {
      const list = handset.querySelector("[data-said]");
      if (!list) continue;
      list.scrollTop = list.scrollHeight;
      const lines = [...list.querySelectorAll("li:not(.is-key)")];
      const known = heard.get(handset.dataset.handset) ?? 0;
      heard.set(handset.dataset.handset, lines.length);
      if (isOn) lines.slice(known).forEach((line) => speak(line.textContent));
    }
  };

  const offer = () => {
    const button = document.querySelector("[data-simulator-sound]");
    if (!button || !("speechSynthesis" in window)) return;
    button.hidden = !voice();
  };

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-simulator-sound]");
    button?.addEventListener("click", () => {
      isOn = !isOn;
      button.setAttribute("aria-pressed", String(isOn));
      button.classList.toggle("active", isOn);
      if (!isOn) speechSynthesis.cancel();
    });
    document.querySelector(".simulator-choice")?.addEventListener("change", (event) => {
      // The managers are those of the order's dealer.
      if (event.target.name === "order") event.currentTarget.elements.manager.disabled = true;
      event.currentTarget.submit();
    });
    offer();
    if ("speechSynthesis" in window) speechSynthesis.addEventListener("voiceschanged", offer);
    follow();
  });
  document.addEventListener("htmx:afterSettle", follow);
})();
