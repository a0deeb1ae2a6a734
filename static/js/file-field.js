// File fields in the page's own words: the browser's stand in the language of the system.
// The field itself stays where it was, invisible over the drawn one: clicks, dropped files, the
// keyboard and the label work as before.
(() => {
  const { choose, none, several } = document.currentScript.dataset;

  const names = (field) => {
    const files = [...field.files];
    if (files.length > 1) return several.replace("{n}", files.length);
    return files.length ? files[0].name : none;
  };

  const dress = (field) => {
    if (field.closest(".file-field")) return;
    const frame = document.createElement("span");
    const button = document.createElement("span");
    const name = document.createElement("span");
    frame.className = `file-field ${field.className}`;
    button.className = "file-field-button";
    button.textContent = choose;
    name.className = "file-field-name";
    field.replaceWith(frame);
    frame.append(button, name, field);
    const show = () => {
      name.textContent = names(field);
      frame.classList.toggle("has-file", field.files.length > 0);
    };
    field.addEventListener("change", show);
    field.form?.addEventListener("reset", () => setTimeout(show));
    show();
  };

  const dressAll = (root) =>
    root.querySelectorAll("input[type=file].form-control").forEach(dress);

  dressAll(document);
  document.addEventListener("htmx:load", (event) => dressAll(event.detail.elt));
})();
