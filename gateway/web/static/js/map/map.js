/** The map: places with their tier's shape, lanes between them, and what moves, live. */

import { drawBasemap } from "./basemap.js";
import { h, says, setText } from "../kit/dom.js";
import { Fleet } from "./fleet.js";
import { Legend } from "./map_legend.js";
import { MapList } from "./map_list.js";
import { shortName } from "../tower/names.js";
import { SIDES, sidesOf } from "./place_names.js";
import { PlanOverlays } from "./plan_overlay.js";
import { shape, tierName } from "../tower/tiers.js";
import { words } from "../words/words.js";

const w = words.map;
const INNER_FROM_ZOOM = 12; // doors and yards inside a plant would lie on top of it
const FENCES_FROM_ZOOM = 10;
const CLUSTER_LISTED_FROM = 15; // what still lies together here stands in one yard
const STANDING_NAMED = 3;
const WORLD = [
  [-60, -170],
  [75, 180],
];

export class NetworkMap {
  #store;
  #map = null;
  #places = null;
  #lanes = null;
  /** @type {Fleet|null} */
  #fleet = null;
  #plans = null;
  #selected = "";
  #fitted = false;
  #marks = [];
  #note = h("p", { class: "map-note small", role: "status", hidden: true });

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.canvas = h("div", { class: "map-canvas" });
    this.list = new MapList(store, () => this.#fleet?.marks ?? []);
    this.element = h("section", { class: "map", "aria-label": w.title }, this.canvas, this.list.element, this.#note);
  }

  /** Draw; the element must be in the document, for Leaflet measures it. */
  start() {
    if (!("L" in window)) {
      this.canvas.replaceWith(says(...w.missing));
      return;
    }
    this.#create();
    drawBasemap(this.#map).catch(() => this.#say(w.loadFailed));
    const store = this.#store;
    this.#plans = new PlanOverlays(this.#map, (text) => this.#say(text));
    this.#fleet = this.#startFleet();
    store.on(["places"], () => this.#showPlaces());
    store.on(["places", "shipments"], () => this.#showLanes());
    this.#showPlaces();
    this.#showLanes();
    this.#fleet.select(this.#selected);
    this.#fleet.show();
    new ResizeObserver(() => this.#map.invalidateSize({ pan: false })).observe(this.canvas);
  }

  #startFleet() {
    const fleet = new Fleet(this.#map, this.#store, {
      open: (marks) => this.#openCluster(marks),
      choose: (asset) => (location.hash = `#asset/${encodeURIComponent(asset)}`),
      standing: (names) => this.#nameStanding(names),
      failed: (asset) => this.#say(w.trailFailed(shortName(asset, this.#store.label(asset)))),
    });
    const legend = new Legend((mode) => fleet.setMode(mode));
    fleet.onJudged = () => legend.count(fleet.marks);
    const list = h("button", { class: "button", type: "button", on: { click: () => this.list.toggle() } }, w.listed.open);
    this.element.insertBefore(h("div", { class: "map-tools" }, legend.element, list), this.list.element);
    return fleet;
  }

  /** Zoom in until a cluster falls apart; where no zoom does that, list what is in it. */
  #openCluster(marks) {
    const bounds = L.latLngBounds(marks.map(({ position }) => [position.lat, position.lon]));
    const zoom = Math.min(this.#map.getBoundsZoom(bounds, false, L.point(48, 48)), this.#map.getMaxZoom());
    if (zoom <= this.#map.getZoom() + 0.5 || this.#map.getZoom() >= CLUSTER_LISTED_FROM) {
      this.list.open(marks);
    } else {
      this.#map.fitBounds(bounds, { padding: [48, 48], maxZoom: CLUSTER_LISTED_FROM });
    }
  }

  /** Mark an asset and its way; where it is out of sight, bring it in. Empty: none. @param {string} asset */
  select(asset) {
    const isNew = asset !== this.#selected;
    this.#selected = asset;
    this.#fleet?.select(asset);
    const position = this.#store.positions.get(asset);
    if (isNew && position && this.#map && !this.#map.getBounds().contains([position.lat, position.lon])) {
      this.#map.panTo([position.lat, position.lon]);
    }
  }

  /** Bring an asset or a place to the middle. @param {number} lat  @param {number} lon */
  show(lat, lon) {
    this.#map?.setView([lat, lon], Math.max(this.#map.getZoom(), INNER_FROM_ZOOM - 2));
  }

  #create() {
    const map = L.map(this.canvas, {
      attributionControl: false,
      zoomControl: false,
      ...withoutMotion(),
      zoomSnap: 0.25,
      minZoom: 2,
      maxZoom: 18,
      maxBounds: [
        [-85, -400],
        [85, 400],
      ],
    });
    this.#map = map;
    L.control.zoom({ position: "topright" }).addTo(map);
    this.#addFitControl();
    map.fitBounds(WORLD);
    map.on("zoomend", () => this.#zoomed());
    map.createPane("places").style.zIndex = "560"; // under what moves, so that a mark or a name of that is never hidden
    this.#places = L.layerGroup().addTo(map);
    this.#lanes = L.layerGroup().addTo(map);
    this.#zoomed();
  }

  #addFitControl() {
    const control = L.control({ position: "topright" });
    control.onAdd = () => {
      const button = h("button", { class: "fit", type: "button", title: w.fit, "aria-label": w.fit }, "⤢");
      L.DomEvent.disableClickPropagation(button);
      button.addEventListener("click", () => this.#fit());
      return h("div", { class: "leaflet-bar" }, button);
    };
    control.addTo(this.#map);
  }

  #zoomed() {
    const zoom = this.#map.getZoom();
    const { classList } = this.canvas;
    classList.toggle("with-inner", zoom >= INNER_FROM_ZOOM);
    classList.toggle("with-fences", zoom >= FENCES_FROM_ZOOM);
    this.#partNames();
  }

  /** Write the names of places for which there is room. */
  #partNames() {
    const sides = sidesOf(this.#marks.map(({ place }) => ({ ...point(this.#map, place), name: place.name })));
    this.#marks.forEach(({ mark }, index) => {
      mark.classList.remove(...SIDES);
      sides[index] && mark.classList.add(sides[index]);
    });
  }

  #showPlaces() {
    this.#plans.show(this.#store.places.values());
    this.#places.clearLayers();
    this.#marks = [];
    for (const place of this.#store.places.values()) {
      if (place.polygon?.length) {
        this.#places.addLayer(L.polygon(place.polygon, fenceOptions(place)));
      } else if (place.lat !== null && this.#standsApart(place)) {
        this.#places.addLayer(L.circle([place.lat, place.lon], { ...fenceOptions(place), radius: place.radius_m }));
      }
      if (place.lat !== null && this.#standsApart(place)) {
        this.#addMark(place);
      }
    }
    this.#fit({ once: true });
    this.#partNames();
  }

  /** Whether a place has a position of its own: a door that has that of its plant would lie on the plant's mark. */
  #standsApart({ inside, lat, lon }) {
    const outer = this.#store.places.get(inside);
    return !outer || outer.lat !== lat || outer.lon !== lon;
  }

  #addMark(place) {
    const mark = placeMark(place);
    const icon = L.divIcon({ html: mark, className: "place-icon", iconSize: null });
    this.#places.addLayer(L.marker([place.lat, place.lon], { icon, keyboard: false, interactive: false, pane: "places" }));
    if (!place.inside) {
      this.#marks.push({ place, mark });
    }
  }

  /** @param {Map<string, string[]>} names  who stands at a place, by its code */
  #nameStanding(names) {
    for (const { place, mark } of this.#marks) {
      const here = names.get(place.code) || [];
      const more = here.length > STANDING_NAMED ? ` +${here.length - STANDING_NAMED}` : "";
      setText(mark.querySelector(".standing"), here.slice(0, STANDING_NAMED).join(" ") + more);
    }
  }

  #showLanes() {
    this.#lanes.clearLayers();
    const seen = new Set();
    const shipments = [...this.#store.shipments.values()].filter((shipment) => shipment.status !== "arrived");
    for (const shipment of shipments.sort((a, b) => Number(b.late) - Number(a.late))) {
      const path = shipment.stops.map((stop) => this.#store.places.get(stop.place)).filter((place) => place && place.lat !== null);
      const key = path.map((place) => place.code).join(">");
      if (path.length > 1 && !seen.has(key)) {
        seen.add(key);
        const className = shipment.late ? "lane late" : "lane";
        this.#lanes.addLayer(L.polyline(path.map((place) => [place.lat, place.lon]), { className, interactive: false }));
      }
    }
  }

  #fit({ once = false } = {}) {
    const points = [...this.#store.places.values()].filter((place) => place.lat !== null).map((place) => [place.lat, place.lon]);
    if (points.length && !(once && this.#fitted)) {
      this.#fitted = true;
      this.#map.fitBounds(L.latLngBounds(points), { paddingTopLeft: [48, 88], paddingBottomRight: [48, 48], maxZoom: 14, animate: false });
    }
  }

  #say(text) {
    this.#note.hidden = !text;
    setText(this.#note, text);
  }
}

function withoutMotion() {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return still ? { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false } : {};
}

function point(map, { lat, lon }) {
  const { x, y } = map.latLngToLayerPoint([lat, lon]);
  return { x, y };
}

const fenceOptions = (place) => ({ className: `fence ${place.tier}${place.plan ? " planned" : ""}`, interactive: false });

function placeMark(place) {
  const inner = place.inside ? " inner" : "";
  return h(
    "span",
    { class: `place${inner}`, title: `${place.name} (${place.code}), ${tierName(place.tier)}` },
    shape(place.tier, { label: true }),
    h("span", { class: "place-name small" }, place.name, h("span", { class: "standing mono" })),
  );
}
