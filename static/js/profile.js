// The form of a dealer's profile: rows of phones and outlets, places to choose from, pins.
(() => {
  const isEmpty = (row) => ![...row.querySelectorAll("input:not([type=checkbox])")].some((field) => field.value);

  const prepare = (rows) => {
    const total = rows.querySelector("[name$='-TOTAL_FORMS']");
    const most = Number(rows.querySelector("[name$='-MAX_NUM_FORMS']").value);
    const template = rows.querySelector("template");
    const button = rows.querySelector("[data-row-add]");
    const all = () => [...rows.querySelectorAll(":scope > [data-row]")];
    const refresh = () => { button.hidden = all().length >= most; };
    // The empty row at the end is for pages without scripts.
    const last = all().at(-1);
    if (last && isEmpty(last) && !last.querySelector(".is-invalid")) {
      last.remove();
      total.value = all().length;
    }
    button.addEventListener("click", () => {
      const holder = document.createElement("template");
      holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
      const row = holder.content.querySelector("[data-row]");
      template.before(row);
      total.value = Number(total.value) + 1;
      // Maps draw themselves in what is loaded into a page.
      row.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: row } }));
      row.querySelector("input").focus();
      refresh();
    });
    refresh();
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-rows]").forEach(prepare);
    const places = document.querySelector("select[name=additional_places]");
    if (places) {
      new TomSelect(places, { maxOptions: null, lockOptgroupOrder: true, plugins: ["remove_button"] });
    }
  });

  document.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    if (event.target.name.endsWith("-DELETE")) row.classList.toggle("row-off", event.target.checked);
    if (event.target.name.endsWith("-city")) {
      const options = [...document.querySelectorAll("#cities option")];
      const city = options.find((option) => option.value === event.target.value);
      if (city) {
        row.querySelector("[data-map]")?.dispatchEvent(new CustomEvent("map:look", {
          detail: { latitude: Number(city.dataset.latitude), longitude: Number(city.dataset.longitude) },
        }));
      }
    }
  });

  // A map that was drawn while hidden does not know its size.
  document.addEventListener("toggle", (event) => {
    if (event.target.open) event.target.querySelector("[data-map]")?.dispatchEvent(new Event("map:resize"));
  }, true);
})();
