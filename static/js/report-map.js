// Regions coloured by a figure; the table below the map tells the same.
(() => {
  const room = document.querySelector("[data-report-map]");
  if (!room || !window.L) return;
  const data = JSON.parse(room.querySelector("script").textContent);
  const values = Object.values(data.regions).map((one) => one.value).filter((value) => value > 0);
  const highest = Math.max(...values, 0);
  const style = getComputedStyle(document.documentElement);
  const full = style.getPropertyValue("--tblr-primary").trim() || "#0b6e5e";
  const empty = style.getPropertyValue("--tblr-border-color").trim() || "#dadfe5";
  // Five classes that grow as roots do: one large region leaves the others their colours.
  const share = (value) => (highest ? Math.ceil(Math.sqrt(Math.max(value, 0) / highest) * 5) / 5 : 0);

  const place = (feature) => {
    // The far east of Chukotka lies beyond the date line.
    const turn = (part) => (typeof part[0] === "number"
      ? [part[0] < 0 ? part[0] + 360 : part[0], part[1]]
      : part.map(turn));
    return { ...feature, geometry: { ...feature.geometry, coordinates: turn(feature.geometry.coordinates) } };
  };

  const told = (feature) => {
    const found = data.regions[feature.properties.iso];
    const box = document.createElement("span");
    const title = document.createElement("strong");
    title.textContent = found?.name ?? feature.properties.name;
    box.append(title, document.createElement("br"), `${data.name}: ${found?.text ?? data.nothing}`);
    return box;
  };

  fetch(room.dataset.regions).then((answer) => answer.json()).then((regions) => {
    room.replaceChildren();
    const map = L.map(room, { attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
    const layer = L.geoJSON({ ...regions, features: regions.features.map(place) }, {
      style: (feature) => {
        const value = data.regions[feature.properties.iso]?.value;
        const part = value ? share(value) : 0;
        return {
          color: "#fff",
          weight: 0.7,
          fillColor: part ? full : empty,
          fillOpacity: part ? 0.15 + 0.8 * part : 0.6,
        };
      },
      onEachFeature: (feature, shape) => {
        shape.bindTooltip(() => told(feature), { sticky: true });
        const found = data.regions[feature.properties.iso];
        if (!found) return;
        shape.on("click", () => {
          const address = new URL(window.location.href);
          address.pathname = address.pathname.replace(/regions\/$/, "times/");
          address.searchParams.set("region", found.key);
          window.location.assign(address);
        });
      },
    }).addTo(map);
    map.fitBounds(layer.getBounds(), { padding: [4, 4] });
  }).catch(() => { room.hidden = true; });
})();
