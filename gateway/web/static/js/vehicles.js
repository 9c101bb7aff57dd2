/** What moves on the map: trailers and trucks, coloured by tier or lateness, pointing along their course. */

import { h, setText } from "./dom.js";
import { shortName } from "./names.js";
import { shape, tierName } from "./tiers.js";
import { relative, whole } from "./time.js";
import { words } from "./words.js";

const APART_FROM_ZOOM = 11;
const MOST_SHOWN = 400; // elements the browser moves smoothly; what is late comes first

export class Vehicles {
  #map;
  #store;
  #say;
  #standing;
  #markers = new Map();

  /**
   * @param {any} map  a Leaflet map
   * @param {import("./store.js").Store} store
   * @param {(text: string) => void} say  a note for the people looking; empty takes it away
   * @param {(names: Map<string, string[]>) => void} standing  who stands at a place and is not drawn, by its code
   */
  constructor(map, store, say, standing) {
    this.#map = map;
    this.#store = store;
    this.#say = say;
    this.#standing = standing;
    map.on("moveend", () => this.show());
    // Between fixes a marker glides; while zooming it must not, or it would lag behind the land.
    map.on("zoomstart", () => map.getContainer().classList.add("zooming"));
    map.on("zoomend", () => requestAnimationFrame(() => map.getContainer().classList.remove("zooming")));
  }

  show() {
    const late = this.#store.lateAssets();
    const silent = this.#store.silentAssets();
    const state = (position) =>
      position.late || late.has(position.asset) ? "late" : silent.has(position.asset) ? "unknown" : "";
    const shown = this.#choose(this.#apart(state), state);
    const wanted = new Set(shown.map((position) => position.asset));
    for (const [asset, marker] of this.#markers) {
      if (!wanted.has(asset)) {
        marker.remove();
        this.#markers.delete(asset);
      }
    }
    shown.forEach((position) => this.#draw(position, state(position)));
  }

  /** Those drawn by themselves. From afar, one that stands at a place would hide it: it is named there instead. */
  #apart(state) {
    const positions = [...this.#store.positions.values()];
    const near = this.#map.getZoom() >= APART_FROM_ZOOM;
    const named = near ? [] : positions.filter((position) => position.place && !state(position));
    const names = new Map();
    for (const { asset, label, place } of named) {
      const outer = this.#store.outermost(place);
      names.set(outer, [...(names.get(outer) || []), shortName(asset, label)]);
    }
    this.#standing(names);
    const hidden = new Set(named);
    return positions.filter((position) => !hidden.has(position));
  }

  /** Those in sight, late ones first, no more than can be drawn. */
  #choose(positions, state) {
    const bounds = this.#map.getBounds().pad(0.2);
    const inSight = positions.filter(({ lat, lon }) => bounds.contains([lat, lon]));
    if (inSight.length <= MOST_SHOWN) {
      this.#say("");
      return inSight;
    }
    this.#say(words.map.capped(MOST_SHOWN, inSight.length));
    const rank = (position) => (state(position) === "late" ? 0 : position.tier === "transit" ? 1 : 2);
    return inSight.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_SHOWN);
  }

  #draw(position, state) {
    let marker = this.#markers.get(position.asset);
    if (!marker) {
      marker = this.#create(position);
      this.#markers.set(position.asset, marker);
    }
    marker.setLatLng([position.lat, position.lon]);
    marker.view.update(position, state);
  }

  #create(position) {
    const view = vehicle(position);
    const icon = L.divIcon({ html: view.element, className: "vehicle-icon", iconSize: null });
    const marker = L.marker([position.lat, position.lon], { icon, keyboard: true, title: "", riseOnHover: true });
    marker.view = view;
    marker.on("click keypress", (event) => {
      if (event.type === "click" || event.originalEvent.key === "Enter") {
        location.hash = `#asset/${encodeURIComponent(position.asset)}`;
      }
    });
    return marker.addTo(this.#map);
  }
}

function vehicle(position) {
  const mark = h("span", { class: "vehicle-mark" });
  const label = h("span", { class: "vehicle-name mono small" }, shortName(position.asset, position.label));
  const element = h("span", { class: "vehicle" }, mark, label);
  let drawn = "";
  const update = (fresh, state) => {
    element.className = `vehicle ${state || fresh.tier}`;
    element.title = title(fresh, state);
    const course = Math.round(fresh.course_deg ?? 0);
    const key = `${fresh.tier} ${course}`;
    if (key !== drawn) {
      drawn = key;
      mark.replaceChildren(shape(fresh.tier, { course }));
    }
    const { marks } = words.alerts;
    setText(label, `${state ? `${marks[state]} ` : ""}${shortName(fresh.asset, fresh.label)}`);
  };
  return { element, update };
}

function title(position, state) {
  const kmh = position.speed_mps === null || position.speed_mps === undefined ? "" : `${Math.round(position.speed_mps * 3.6)} km/h`;
  const seen = `${words.map.seen} ${relative(position.at)}, ${whole(position.at)}`;
  const condition = words.alerts.markNames[state] || "";
  return [position.asset, condition, tierName(position.tier), kmh, seen].filter(Boolean).join("\n");
}
