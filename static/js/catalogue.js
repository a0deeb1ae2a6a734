// A family: further variants begin as the one before them; the sample shows the colour typed.
(() => {
  const rows = document.querySelector("[data-variants]");
  if (!rows) return;
  const total = rows.querySelector("[name$='-TOTAL_FORMS']");
  const most = Number(rows.querySelector("[name$='-MAX_NUM_FORMS']").value);
  const template = rows.querySelector("template");
  const button = rows.querySelector("[data-variant-add]");
  const shared = ["recommended_price", "unit", "length_mm", "width_mm", "thickness_mm"];
  const all = () => [...rows.querySelectorAll(":scope > [data-variant]")];
  const field = (row, name) => row.querySelector(`[name$='-${name}']`);
  const isEmpty = (row) => ["product", "colour", "colour_code", "name", "picture"].every((name) => !field(row, name).value);
  const refresh = () => { button.hidden = all().length >= most; };

  // The empty row at the end is for pages without scripts.
  const last = all().at(-1);
  if (all().length > 1 && isEmpty(last) && !last.querySelector(".is-invalid")) {
    last.remove();
    total.value = all().length;
  }
  button.addEventListener("click", () => {
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const row = holder.content.querySelector("[data-variant]");
    const before = all().at(-1);
    for (const name of before ? shared : []) field(row, name).value = field(before, name).value;
    template.before(row);
    total.value = Number(total.value) + 1;
    field(row, "colour").focus();
    refresh();
  });
  rows.addEventListener("input", (event) => {
    if (!event.target.matches("[data-colour-code]")) return;
    const isColour = /^#[0-9a-f]{6}$/i.test(event.target.value);
    event.target.closest("[data-variant]").querySelector("[data-swatch]").setAttribute("fill", isColour ? event.target.value : "#d5d8dc");
  });
  rows.addEventListener("change", (event) => {
    if (event.target.name?.endsWith("-DELETE")) event.target.closest("[data-variant]").classList.toggle("row-off", event.target.checked);
  });
  refresh();
  // With many variants the marked field may be far below.
  document.querySelector(".family-form .is-invalid")?.focus();
})();
