// The shop: quantities, completion of places, the visitor's position, the phone's mask.
// Everything here only quickens what the pages do without it.
(() => {
  const all = (root, selector) => [...root.querySelectorAll(selector)];

  // Buttons beside a quantity.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const input = button.closest("[data-quantity]").querySelector("input");
    const wanted = (Number.parseInt(input.value, 10) || 0) + Number(button.dataset.step);
    input.value = String(Math.min(Number(input.max), Math.max(Number(input.min), wanted)));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Completion of places: the pattern "combobox with a list" of WAI-ARIA.
  let lists = 0;
  const complete = (input) => {
    const list = document.createElement("ul");
    list.className = "places-found";
    list.id = `places-${(lists += 1)}`;
    list.setAttribute("role", "listbox");
    list.hidden = true;
    input.after(list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    })) input.setAttribute(name, value);
    const target = document.getElementById(input.dataset.placesTarget ?? "");
    let places = [];
    let active = -1;
    let timer;
    let asked = 0;

    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (index) => {
      active = (index + places.length) % places.length;
      [...list.children].forEach((item, position) => {
        item.setAttribute("aria-selected", String(position === active));
        if (position === active) {
          input.setAttribute("aria-activedescendant", item.id);
          item.scrollIntoView({ block: "nearest" });
        }
      });
    };
    const choose = (place) => {
      input.value = place.label;
      close();
      if (target) {
        target.value = String(place.id);
        target.dispatchEvent(new Event("change"));
        for (const map of all(document, "[data-map]")) {
          map.dispatchEvent(new CustomEvent("map:look", { detail: place }));
        }
        return;
      }
      const form = document.getElementById(input.dataset.placesForm);
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: "place", value: String(place.id) });
      form.append(hidden);
      form.requestSubmit();
    };
    const show = () => {
      list.replaceChildren(...places.map((place, index) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = place.label;
        // Before the field loses the focus.
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(place);
        });
        return item;
      }));
      list.hidden = places.length === 0;
      input.setAttribute("aria-expanded", String(places.length > 0));
      active = -1;
    };
    const ask = async () => {
      const query = input.value.split(",")[0].trim();
      const number = (asked += 1);
      places = [];
      if (query) {
        try {
          const answer = await fetch(`${input.dataset.places}?q=${encodeURIComponent(query)}`);
          if (answer.ok && number === asked) places = (await answer.json()).places;
        } catch {
          // Without the network the field stays a plain one.
        }
      }
      if (number === asked) show();
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
      if (target) target.value = "";
    });
    input.addEventListener("change", () => target && !target.value && target.dispatchEvent(new Event("change")));
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark(active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1));
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        choose(places[active]);
      } else if (event.key === "Escape") {
        event.preventDefault();
        close();
      }
    });
  };

  // The city nearest to where the browser says it is.
  const offerPosition = (box) => {
    const form = box.closest("form") ?? box.querySelector("form");
    const button = box.querySelector("[data-locate]");
    const failed = box.querySelector("[data-locate-failed]");
    const name = box.querySelector("[data-place-name]");
    if (!("geolocation" in navigator) || !window.isSecureContext) return;
    button.hidden = false;

    const fail = () => {
      button.classList.remove("btn-loading");
      button.hidden = true;
      failed.hidden = false;
    };
    const locate = () => {
      button.classList.add("btn-loading");
      navigator.geolocation.getCurrentPosition(async ({ coords }) => {
        const position = new URLSearchParams({ latitude: coords.latitude, longitude: coords.longitude });
        try {
          const answer = await fetch(`${box.dataset.nearest}?${position}`);
          if (!answer.ok) throw new Error(answer.statusText);
          const { place } = await answer.json();
          let input = form.elements.namedItem("place");
          if (!(input instanceof HTMLInputElement)) {
            input = document.createElement("input");
            Object.assign(input, { type: "hidden", name: "place" });
            form.append(input);
          }
          input.value = String(place.id);
          form.elements.namedItem("latitude").value = coords.latitude;
          form.elements.namedItem("longitude").value = coords.longitude;
          if (!name) {
            form.requestSubmit();
            return;
          }
          name.textContent = place.label;
          button.classList.remove("btn-loading");
          button.hidden = true;
        } catch {
          fail();
        }
      }, fail, { timeout: 10_000, maximumAge: 600_000 });
    };
    button.addEventListener("click", locate);
    // Who has allowed it before is not asked again.
    if (name) {
      navigator.permissions?.query({ name: "geolocation" }).then((permission) => {
        if (permission.state === "granted") locate();
      }).catch(() => {});
    }
  };

  // +7 900 123-45-67 while typing; 8 at the beginning is +7; other countries begin with their +.
  const maskPhone = (input) => {
    if (!window.IMask || (input.value && !/^\s*(\+7|7|8|9)[\d\s()-]*$/.test(input.value))) return;
    window.IMask(input, {
      mask: [{ mask: "+{7} 000 000-00-00" }, { mask: "+000 000 000 000 000" }],
      prepare: (text, masked) => (masked.value === "" ? text.replace(/^8/, "7") : text),
      dispatch: (appended, masked) => {
        const text = (masked.value + appended).trim();
        const isForeign = /^\+\s*[^7\s]/.test(text);
        return masked.compiledMasks[isForeign ? 1 : 0];
      },
    });
  };

  const enliven = (root) => {
    for (const element of all(root, "[data-step], [data-needs-script]")) element.hidden = false;
    // A map drawn while hidden does not know its size.
    for (const map of all(root, "[data-needs-script] [data-map]")) map.dispatchEvent(new Event("map:resize"));
  };

  document.addEventListener("DOMContentLoaded", () => {
    enliven(document);
    all(document, "input[data-places]").forEach(complete);
    all(document, "[data-place-offer]").forEach(offerPosition);
    all(document, "input[data-phone]").forEach(maskPhone);
    document.querySelector("[data-focus]")?.focus();
  });
  document.addEventListener("htmx:load", (event) => enliven(event.detail.elt));
})();
