// The print form: its button opens the browser's printing.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
