// The editing of an order's lines: colours with samples, a search for products, an answer that shows
// when it is out of date.
(() => {
  const SAMPLE = "swatch swatch-small";

  const sample = (data, escape) => {
    const colour = data.$option?.dataset.colour || "#d5d8dc";
    return `<div class="line-colour"><svg class="${SAMPLE}" viewBox="0 0 28 28" aria-hidden="true"><circle cx="14" cy="14" r="13" fill="${escape(colour)}"></circle></svg><span>${escape(data.text)}</span></div>`;
  };

  const prepare = (root) => {
    for (const select of root.querySelectorAll("select[data-colours]")) {
      if (select.tomselect) continue;
      new TomSelect(select, {
        controlInput: null, maxOptions: null, render: { option: sample, item: sample },
      });
    }
    for (const select of root.querySelectorAll("select[data-search]")) {
      if (select.tomselect) continue;
      // At once: whoever types fast and presses Enter means what was typed.
      new TomSelect(select, { maxOptions: 200, lockOptgroupOrder: true, refreshThrottle: 0 });
    }
    for (const button of root.querySelectorAll("[data-check]")) button.hidden = true;
  };

  // What stands in the answer is of before the change: it cannot be saved until the next one.
  const wait = (isWaiting) => {
    const answer = document.getElementById("lines-answer");
    if (!answer) return;
    answer.classList.toggle("is-stale", isWaiting);
    answer.setAttribute("aria-busy", String(isWaiting));
    for (const button of answer.querySelectorAll("button[name=choice]")) button.disabled = isWaiting;
  };

  let asked = null;
  document.addEventListener("DOMContentLoaded", () => {
    prepare(document);
    asked = contents(document.getElementById("lines-form"));
  });
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));

  // Leaving a field that was checked while one typed asks for nothing: the press on "Save" that made
  // one leave it must find its button as it was.
  const contents = (form) => {
    const data = new FormData(form);
    data.delete("answer");
    return new URLSearchParams(data).toString();
  };
  const ask = (event) => {
    const form = document.getElementById("lines-form");
    if (!event.target.name || event.target.form !== form) return;
    const now = contents(form);
    if (now === asked) return;
    asked = now;
    wait(true);
    form.dispatchEvent(new Event("lines-changed"));
  };
  document.addEventListener("input", ask);
  document.addEventListener("change", ask);
  // Without an answer the server decides once more when it is saved.
  for (const kind of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(kind, () => wait(false));
  }
})();
