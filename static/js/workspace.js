// The workspace: what a page sends by itself when a choice is made.
(() => {
  // <select data-submit> and checkboxes so marked send their form at once.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
})();
