// The list of orders: tick all rows of the page at once; the download says how many are ticked.
document.addEventListener("DOMContentLoaded", () => {
  const all = document.querySelector("[data-tick-all]");
  const note = document.querySelector("[data-ticked-note]");
  if (!all || !note) return;
  const boxes = () => [...document.querySelectorAll(".order-row .order-tick input")];
  const words = note.textContent;
  const tell = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    note.textContent = ticked ? note.dataset.tickedNote.replace("{count}", ticked) : words;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    boxes().forEach((box) => { box.checked = all.checked; });
    tell();
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest(".order-row .order-tick")) tell();
  });
  // The browser brings ticks back with the page.
  tell();
});
