// Maps: every [data-map] shows its pins (JSON inside it, or at the address data-pins) or lets one be
// set (data-pick). When pins are there, the element says so by the event map:pins.
// The base layer is our own file of regions; tiles are laid over it where the operator has any.
(() => {
  const RUSSIA = [[42, 28], [70, 140]];
  const CLUSTER_FROM = 20;
  let regions;

  const loadRegions = (url) => {
    regions ??= fetch(url).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    return regions;
  };

  const loadPins = async (url) => {
    try {
      const answer = await fetch(url);
      return answer.ok ? (await answer.json()).pins : null;
    } catch {
      return null;
    }
  };

  // A pin's kind, where it has one, is a class of map.css.
  const pinIcon = (kind) => L.divIcon({
    className: "",
    html: '<svg class="map-pin" viewBox="0 0 26 34"><path d="M13 33C13 33 25 20.5 25 13A12 12 0 1 0 1 13C1 20.5 13 33 13 33Z"/><circle cx="13" cy="13" r="4.5"/></svg>',
    iconSize: [26, 34],
    iconAnchor: [13, 33],
    popupAnchor: [0, -30],
    ...(kind && { className: `map-pin-${kind}` }),
  });

  const popup = (pin) => {
    const box = document.createElement("div");
    const title = document.createElement(pin.url ? "a" : "strong");
    title.textContent = pin.title ?? "";
    if (pin.url) title.href = pin.url;
    box.append(title);
    for (const line of String(pin.text ?? "").split("\n").filter(Boolean)) {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      box.append(paragraph);
    }
    return box;
  };

  const addPins = (map, pins) => {
    const markers = pins.map((pin) => {
      const marker = L.marker([pin.latitude, pin.longitude], {
        icon: pinIcon(pin.kind),
        title: pin.title ?? "",
        alt: pin.title ?? "",
        keyboard: true,
      });
      if (pin.title || pin.text) marker.bindPopup(() => popup(pin));
      return marker;
    });
    const group = markers.length >= CLUSTER_FROM && L.markerClusterGroup
      ? L.markerClusterGroup({
        // A view that changes at once leaves the animated clusters of the one before it behind.
        animate: false,
        showCoverageOnHover: false,
        iconCreateFunction: (cluster) => {
          const circle = document.createElement("div");
          circle.className = "map-cluster";
          circle.textContent = String(cluster.getChildCount());
          return L.divIcon({ className: "", html: circle, iconSize: [36, 36] });
        },
      })
      : L.featureGroup();
    markers.forEach((marker) => group.addLayer(marker));
    group.addTo(map);
    return { group, markers };
  };

  const showPins = (map, element, pins, zoom) => {
    if (!pins.length) return;
    const { group, markers } = addPins(map, pins);
    if (pins.length > 1) {
      // At once: whoever listens to map:pins may look elsewhere.
      map.fitBounds(group.getBounds().pad(0.15), { maxZoom: 13, animate: false });
    } else {
      map.setView([pins[0].latitude, pins[0].longitude], zoom);
    }
    element.dispatchEvent(new CustomEvent("map:pins", { bubbles: true, detail: { map, group, markers, pins } }));
  };

  // Degrees are kept to about a metre and a half.
  const rounded = (degrees) => degrees.toFixed(5);

  const letPick = (map, element, start) => {
    const latitude = document.getElementById(`${element.dataset.pick}latitude`);
    const longitude = document.getElementById(`${element.dataset.pick}longitude`);
    let marker;
    const put = (place) => {
      if (!marker) {
        marker = L.marker(place, { icon: pinIcon(), draggable: true, autoPan: true }).addTo(map);
        marker.on("dragend", () => put(marker.getLatLng()));
      }
      marker.setLatLng(place);
      latitude.value = rounded(place.lat);
      longitude.value = rounded(place.lng);
      latitude.dispatchEvent(new Event("change", { bubbles: true }));
    };
    if (latitude.value && longitude.value) put(L.latLng(latitude.value, longitude.value));
    map.on("click", (event) => put(event.latlng));
    // Elsewhere on the page a city is chosen: element.dispatchEvent(new CustomEvent("map:look",
    // {detail: {latitude, longitude}})) moves the view there.
    element.addEventListener("map:look", (event) => {
      map.setView([event.detail.latitude, event.detail.longitude], start.zoom);
    });
    if (marker) map.setView(marker.getLatLng(), start.close);
  };

  const draw = async (element) => {
    const data = element.dataset;
    const script = element.querySelector('script[type="application/json"]');
    const pins = script ? JSON.parse(script.textContent) : [];
    // Without tiles there is nothing to see close by.
    const zoom = Math.min(Number(data.zoom) || 11, data.tiles ? 18 : 8);
    const canvas = document.createElement("div");
    canvas.className = "h-100";
    element.append(canvas);
    const map = L.map(canvas, { maxZoom: 18, minZoom: 2, scrollWheelZoom: false, attributionControl: true });
    map.attributionControl.setPrefix("Leaflet");
    map.attributionControl.addAttribution("Natural Earth");
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    if (data.latitude && data.longitude) {
      map.setView([Number(data.latitude), Number(data.longitude)], zoom);
    } else {
      map.fitBounds(RUSSIA);
    }
    showPins(map, element, pins, zoom);
    if (data.pins) {
      loadPins(data.pins).then((found) => {
        element.classList.toggle("map-failed", !found);
        showPins(map, element, found ?? [], zoom);
      });
    }
    if (data.pick) letPick(map, element, { zoom, close: data.tiles ? 15 : zoom });
    element.addEventListener("map:resize", () => map.invalidateSize());
    const shapes = await loadRegions(data.regions);
    if (shapes) {
      L.geoJSON(shapes, {
        interactive: false,
        style: () => ({ className: "map-region", weight: 1, fillOpacity: 1 }),
        onEachFeature: (shape, layer) => {
          layer.bindTooltip(shape.properties.name, { permanent: true, direction: "center", className: "map-name" });
        },
      })
        .addTo(map)
        .bringToBack();
      const nameFrom = () => element.classList.toggle("map-named", map.getZoom() >= 6);
      map.on("zoomend", nameFrom);
      nameFrom();
    }
    if (data.tiles) {
      L.tileLayer(data.tiles, {
        attribution: data.credit,
        maxZoom: 19,
        referrerPolicy: "strict-origin-when-cross-origin",
      }).addTo(map);
    }
  };

  const drawAll = (root) => root.querySelectorAll("[data-map]:not([data-drawn])").forEach((element) => {
    element.dataset.drawn = "1";
    draw(element);
  });

  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt.parentElement ?? document));
})();
