// The bell: asks for news, shows their number in the tab's title, and is heard where wanted.
(() => {
  const title = document.title;
  // A page nobody looks at asks seldom, and only to be heard.
  const HIDDEN_SECONDS = 15;
  const RUNG = "bell-rung";
  let asked = 0;

  const bell = () => document.getElementById("bell-count");
  const count = () => {
    const text = bell()?.textContent.trim();
    document.title = text && "inTitle" in bell().dataset ? `(${text}) ${title}` : title;
  };

  // Two short notes, made here: no file to fetch, nothing to wait for.
  let audio;
  const play = () => {
    audio ??= new AudioContext();
    // A browser keeps silent until the page was touched once.
    audio.resume().then(() => {
      [660, 880].forEach((pitch, index) => {
        const begin = audio.currentTime + index * 0.18;
        const note = audio.createOscillator();
        const volume = audio.createGain();
        note.frequency.value = pitch;
        volume.gain.setValueAtTime(0.0001, begin);
        volume.gain.exponentialRampToValueAtTime(0.2, begin + 0.02);
        volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.17);
        note.connect(volume).connect(audio.destination);
        note.start(begin);
        note.stop(begin + 0.18);
      });
    });
  };

  const notify = (ring) => {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const shown = new Notification(ring.dataset.line, { tag: `message-${ring.dataset.id}` });
    shown.addEventListener("click", () => {
      window.focus();
      if (ring.dataset.url.startsWith("/") && !ring.dataset.url.startsWith("//")) {
        location.assign(ring.dataset.url);
      }
      shown.close();
    });
  };

  // Several open pages: the first one to hear of it rings.
  const ring = (element) => {
    const id = Number(element.dataset.id);
    if (!id || Number(localStorage.getItem(RUNG)) >= id) return;
    localStorage.setItem(RUNG, id);
    if ("sound" in element.dataset) play();
    if ("browser" in element.dataset && document.hidden) notify(element);
    document.dispatchEvent(new CustomEvent("bell:rung", { detail: { id } }));
  };

  document.addEventListener("DOMContentLoaded", count);
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id === "bell-count") count();
    if (event.detail.target.id === "bell-ring") ring(document.getElementById("bell-ring"));
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id !== "bell-poll") return;
    const now = Date.now();
    const isTooSoon = !("heard" in (bell()?.dataset ?? {})) || now - asked < HIDDEN_SECONDS * 1000;
    if (document.hidden && isTooSoon) event.preventDefault();
    else asked = now;
  });
  // At once when it is looked at again.
  document.addEventListener("visibilitychange", () => {
    const poll = document.getElementById("bell-poll");
    if (!document.hidden && poll) window.htmx?.trigger(poll, "look");
  });

  // Logged out meanwhile: there is nothing to ask for any more.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.target.id === "bell-poll" && event.detail.xhr.status === 403) event.target.remove();
  });
})();
