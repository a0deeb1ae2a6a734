// The workspace: what a page sends by itself when a choice is made, and tabs in sight.
(() => {
  // <select data-submit> and checkboxes so marked send their form at once.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  // On a narrow screen the tabs scroll sideways: the chosen one comes into sight.
  const chosen = document.querySelector(".settings-tabs [aria-current]");
  const row = chosen?.closest(".nav-tabs");
  if (row) row.scrollLeft = chosen.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
})();
