// The spread of dealers' prices as a chart; the table behind it stays one click away.
(() => {
  const box = document.querySelector("[data-spread]");
  if (!box || !window.Chart) return;
  const data = JSON.parse(box.querySelector("script").textContent);
  // Canvases know colours, not the variables they come from.
  const quiet = getComputedStyle(box.closest("main").querySelector(".quiet")).color;
  const line = getComputedStyle(box.closest(".card")).borderTopColor;
  box.hidden = false;
  document.querySelector("[data-spread-details]").open = false;
  const axis = (text, more) => ({
    title: { display: true, text, color: quiet },
    ticks: { color: quiet, ...more },
    grid: { color: line },
    stacked: true,
  });
  new Chart(box.querySelector("canvas"), {
    type: "bar",
    data: {
      labels: data.labels,
      datasets: [
        { label: data.names[0], data: data.below, backgroundColor: "#d6515c" },
        { label: data.names[1], data: data.above, backgroundColor: "#4c9f62" },
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      scales: { x: axis(data.horizontal), y: axis(data.vertical, { precision: 0 }) },
      plugins: { legend: { position: "bottom", labels: { color: quiet } } },
    },
  });
})();
