// The editor of a chain: cards dragged into order, selects with a search. Everything else is
// done by the server, which gets the whole form and gives it back.
(() => {
  const prepare = (root) => {
    const list = root.querySelector("[data-chain-stages]");
    if (list) {
      new Sortable(list, {
        handle: "[data-chain-grip]",
        draggable: "[data-chain-stage]",
        animation: 150,
        onEnd: (event) => {
          if (event.oldIndex === event.newIndex) return;
          refreshEnds(list);
          list.closest("form").dispatchEvent(new Event("chain-moved"));
        },
      });
    }
    for (const select of root.querySelectorAll("select[data-search]")) {
      if (select.tomselect) continue;
      new TomSelect(select, {
        maxOptions: null,
        hidePlaceholder: true,
        plugins: ["dropdown_input"],
      });
    }
  };

  // The first card cannot go earlier, the last one not later.
  const refreshEnds = (list) => {
    const cards = [...list.querySelectorAll("[data-chain-stage]")];
    cards.forEach((card, index) => {
      const set = (verb, isEnd) =>
        card.querySelector(`button[value^='${verb}:']`).setAttribute("aria-disabled", isEnd);
      set("up", index === 0);
      set("down", index === cards.length - 1);
    });
  };

  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => {
    const form = event.detail.elt;
    if (form.id !== "chain-form") return;
    prepare(form);
    if (form.querySelector(":scope > .alert")) showRefusal(form);
  });

  // The save button stands far below what it complains of.
  const showRefusal = (form) => {
    const wrong = form.querySelector(".chain-field .is-invalid");
    const place = wrong ? wrong.closest(".chain-field") : form.querySelector(":scope > .alert");
    place.scrollIntoView({ block: "center" });
    wrong?.closest(".chain-field").querySelector("input:not([type=hidden]), select")?.focus();
  };

  // Leaving with changes that are not saved asks first.
  let changed = false;
  const mark = (event) => {
    if (event.target.closest?.("#chain-form")) changed = true;
  };
  document.addEventListener("input", mark);
  document.addEventListener("chain-moved", mark, true);
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const detail = event.detail;
    if (detail.elt.id !== "chain-form") return;
    changed = !detail.xhr.getResponseHeader("HX-Redirect");
  });
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
})();
