// What is attached stands beside the button by name.
document.addEventListener("change", (event) => {
  if (!event.target.matches("input[data-files]")) return;
  const names = [...event.target.files].map((file) => file.name);
  const chosen = event.target.parentElement.querySelector("[data-chosen]");
  chosen.replaceChildren(...names.map((name) => {
    const line = document.createElement("span");
    line.textContent = name;
    return line;
  }));
});
