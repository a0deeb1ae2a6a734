// The editor of a text: a press on a variable puts it where the cursor is.
(() => {
  let field = document.querySelector("textarea[data-text]");
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-text]")) field = event.target;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button || !field) return;
    field.setRangeText(`{{ ${button.dataset.insert} }}`, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
