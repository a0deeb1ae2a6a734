// The grid of an assortment: choosing many rows, the per cent only where it is asked for.
(() => {
  const grid = document.getElementById("grid");
  if (!grid) return;
  const all = grid.querySelector("[data-pick-all]");
  const chosen = grid.querySelector("[data-chosen]");
  const action = grid.querySelector("select[name=action]");
  const scope = grid.querySelector("select[name=scope]");
  const percent = grid.querySelector("[data-percent]");
  const picks = () => [...grid.querySelectorAll("[data-pick]")];

  const refresh = () => {
    const rows = picks();
    const number = rows.filter((one) => one.checked).length;
    all.checked = number > 0 && number === rows.length;
    all.indeterminate = number > 0 && number < rows.length;
    chosen.hidden = scope.value === "found";
    chosen.textContent = `${chosen.dataset.text} ${number}`;
    percent.hidden = action.value !== "percent";
  };

  all.hidden = false;
  grid.addEventListener("change", (event) => {
    if (event.target === all) {
      for (const one of picks()) one.checked = all.checked;
    }
    refresh();
  });
  // A row that was saved comes back without its tick.
  let ticked = false;
  grid.addEventListener("htmx:beforeSwap", (event) => {
    ticked = event.detail.target.querySelector("[data-pick]")?.checked ?? false;
  });
  document.body.addEventListener("htmx:load", (event) => {
    const pick = event.detail.elt.querySelector?.("[data-pick]");
    if (pick && ticked) pick.checked = true;
    ticked = false;
    refresh();
  });
  refresh();
})();
