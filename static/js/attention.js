// The attention list: the form for giving an order to a dealer opens over it.
(() => {
  const prepare = (root) => {
    for (const select of root.querySelectorAll("select[data-search]")) {
      if (!select.tomselect) new TomSelect(select, { maxOptions: null, lockOptgroupOrder: true });
    }
  };

  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:afterSwap", (event) => {
    const dialog = event.target.closest?.("#assign-dialog");
    if (!dialog) return;
    dialog.showModal();
    prepare(dialog);
    dialog.querySelector("select")?.tomselect?.focus();
  });
})();
