// The order card: a dialog that the address or a refused form asks for is open at once. Without
// scripts it stands open on the page; with them it asks as the others do.
document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.querySelector("dialog.ask[open]");
  if (!dialog) return;
  dialog.close();
  dialog.showModal();
  dialog.querySelector(".is-invalid, select, textarea, input:not([type=hidden])")?.focus();
});

// J and K lead to the next and the previous order of the list, whatever the keyboard's language.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable], dialog[open]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (document.querySelector("dialog[open]")) return;
  document.querySelector(`[data-key="${CSS.escape(event.code)}"]`)?.click();
});
