// Leave to show notifications: asked for by a press on the button, never by itself.
(() => {
  const box = document.querySelector("[data-browser-notifications]");
  if (!box) return;
  const button = box.querySelector("[data-allow]");
  const said = box.querySelector("[data-said]");

  const show = () => {
    const state = "Notification" in window ? Notification.permission : "missing";
    button.hidden = state !== "default";
    said.textContent = box.dataset[state] || "";
    box.hidden = false;
  };

  button.addEventListener("click", async () => {
    await Notification.requestPermission();
    show();
    if (Notification.permission === "granted") document.querySelector("#id_browser").checked = true;
  });
  show();
})();
