// The forms of promotions and promo codes: long lists to choose from, one field for the discount.
(() => {
  document.addEventListener("DOMContentLoaded", () => {
    for (const select of document.querySelectorAll("select[multiple]")) {
      new TomSelect(select, { maxOptions: null, plugins: ["remove_button"] });
    }
    const kind = document.querySelector("select[name=kind]");
    if (!kind) return;
    const refresh = () => {
      document.querySelector("#div_id_percent").hidden = kind.value !== "percent";
      document.querySelector("#div_id_amount").hidden = kind.value !== "rubles";
    };
    kind.addEventListener("change", refresh);
    refresh();
  });
})();
