// The order card: a dialog that the address or a refused form asks for is open at once. Without
// scripts it stands open on the page; with them it asks as the others do.
document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.querySelector("dialog.ask[open]");
  if (!dialog) return;
  dialog.close();
  dialog.showModal();
  dialog.querySelector(".is-invalid, select, textarea, input:not([type=hidden])")?.focus();
});
