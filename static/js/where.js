// Where to buy: the map looks at what is near the visitor, and the list points into the map.
(() => {
  // So many of the nearest outlets are in sight at first.
  const NEAREST = 8;
  // Without tiles there is nothing to see close by.
  const closest = (element) => (element.dataset.tiles ? 13 : 9);

  const lookAround = (element, { map, pins }) => {
    const here = L.latLng(Number(element.dataset.latitude), Number(element.dataset.longitude));
    const near = pins
      .map((pin) => L.latLng(pin.latitude, pin.longitude))
      .sort((one, other) => here.distanceTo(one) - here.distanceTo(other))
      .slice(0, NEAREST);
    map.fitBounds(L.latLngBounds([here, ...near]).pad(0.15), { maxZoom: closest(element), animate: false });
    const label = document.querySelector("[data-visitor]")?.textContent;
    L.circleMarker(here, { className: "map-visitor", radius: 7, interactive: Boolean(label) })
      .bindTooltip(label ?? "")
      .addTo(map);
  };

  // The popup opens where the pin is, also when the pin is still within a cluster.
  const show = (element, map, marker) => {
    const place = marker.getLatLng();
    element.scrollIntoView({ block: "nearest" });
    map.setView(place, Math.max(map.getZoom(), closest(element)), { animate: false });
    marker.getPopup().setLatLng(place).openOn(map);
  };

  document.addEventListener("map:pins", ({ target, detail }) => {
    if (!target.classList.contains("map-where")) return;
    if (target.dataset.pins) {
      if (target.dataset.latitude) lookAround(target, detail);
      else detail.map.fitBounds(detail.group.getBounds().pad(0.02), { maxZoom: closest(target), animate: false });
    }
    const markers = new Map(detail.pins.map((pin, index) => [String(pin.id), detail.markers[index]]));
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-outlet]");
      const marker = button && markers.get(button.dataset.outlet);
      if (marker) show(target, detail.map, marker);
    });
  });
})();
