// Charts of reports; the tables below them tell the same.
document.querySelectorAll("[data-report-chart]").forEach((box) => {
  if (!window.Chart || !box.querySelector("canvas")) return;
  const data = JSON.parse(box.querySelector("script").textContent);
  // Canvases know colours, not the variables they come from.
  const quiet = getComputedStyle(document.querySelector("main .quiet")).color;
  const line = getComputedStyle(box).borderTopColor;
  const colours = ["#0b6e5e", "#c2702a", "#4263eb"];
  const dashes = [[], [6, 4], [2, 3]];
  const numbers = new Intl.NumberFormat("ru-RU", { maximumFractionDigits: 1 });
  const written = {
    money: (value) => `${numbers.format(value)} ₽`,
    percent: (value) => `${numbers.format(value)} %`,
    seconds: (value) => `${numbers.format(value)} ч`,
  };
  // Lengths of time are drawn in hours, so that the axis has whole ones.
  const drawn = (series) =>
    series.unit === "seconds" ? series.values.map((value) => value && value / 3600) : series.values;
  const show = (unit, value) => (written[unit] ?? numbers.format)(value);
  const unit = data.series[0].unit;
  const isBar = data.kind === "bar";
  const axis = (isValue) => ({
    ticks: { color: quiet, ...(isValue && { callback: (value) => show(unit, value) }) },
    grid: { color: line },
    ...(isValue && { beginAtZero: true }),
  });
  if (isBar) box.querySelector(".card-body").classList.add(data.labels.length > 8 ? "is-tall" : "is-usual");
  new Chart(box.querySelector("canvas"), {
    type: data.kind === "line" ? "line" : "bar",
    data: {
      labels: data.labels,
      datasets: data.series.map((series, index) => ({
        label: series.name,
        data: drawn(series),
        backgroundColor: colours[index],
        borderColor: colours[index],
        borderDash: dashes[index],
        tension: 0.2,
        pointRadius: data.labels.length > 40 ? 0 : 3,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: isBar ? "y" : "x",
      interaction: { mode: "index", intersect: false, axis: isBar ? "y" : "x" },
      scales: { x: axis(isBar), y: axis(!isBar) },
      plugins: {
        legend: { display: data.series.length > 1, position: "bottom", labels: { color: quiet } },
        tooltip: {
          callbacks: {
            label: (item) => `${item.dataset.label}: ${show(data.series[item.datasetIndex].unit, item.raw)}`,
          },
        },
      },
    },
  });
});
