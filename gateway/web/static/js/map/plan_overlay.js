/** Plans of plants and yards: pictures laid on the map by two corners, or by three points known on both. */

import { toDegrees, toUnit } from "./fleet_canvas.js";
import { words } from "../words/words.js";

const FROM_ZOOM = 12;

/**
 * @typedef {object} Plan
 * @property {string} image  its address
 * @property {number} width  pixels
 * @property {number} height
 * @property {{pixel: [number, number], at: [number, number]}[]} points  three: pixel from the upper left; latitude, longitude
 */

export class PlanOverlays {
  #map;
  #say;
  /** @type {Map<string, {element: HTMLImageElement, steps: number[], plan: Plan}>} by address */
  #shown = new Map();
  #pane;

  /** @param {any} map  a Leaflet map  @param {(text: string) => void} say */
  constructor(map, say) {
    this.#map = map;
    this.#say = say;
    this.#pane = map.createPane("plans");
    this.#pane.style.zIndex = "350"; // over the land, under lanes, places and all that moves
    map.on("zoomend viewreset", () => this.#lay());
    map.on("zoomanim", ({ zoom, center }) => this.#lay(zoom, center));
  }

  /** @param {Iterable<import("../types/types.js").Place>} places */
  show(places) {
    const wanted = new Map([...places].filter(({ plan }) => plan).map((place) => [place.plan.image, place]));
    for (const [address, { element }] of this.#shown) {
      if (!wanted.has(address)) {
        element.remove();
        this.#shown.delete(address);
      }
    }
    for (const [address, place] of wanted) {
      this.#shown.has(address) || this.#shown.set(address, { element: this.#image(place), steps: affine(place.plan), plan: place.plan });
    }
    this.#lay();
  }

  /** The picture is read when it first comes into sight: from afar nobody needs it. */
  #image(place) {
    const element = document.createElement("img");
    element.className = "place-plan leaflet-zoom-animated";
    element.alt = ""; // the place's mark and name tell what it shows
    element.width = place.plan.width;
    element.height = place.plan.height;
    element.addEventListener("error", () => this.#say(words.map.planFailed(place.name)));
    this.#pane.append(element);
    return element;
  }

  #lay(zoom = this.#map.getZoom(), center = null) {
    const scale = 256 * 2 ** zoom;
    for (const { element, steps, plan } of this.#shown.values()) {
      const [ax, ay, bx, by, left, top] = steps;
      element.hidden = zoom < FROM_ZOOM;
      if (!element.hidden) {
        element.getAttribute("src") || element.setAttribute("src", plan.image);
        const corner = toDegrees(left, top);
        const { x, y } = center ? this.#map._latLngToNewLayerPoint(L.latLng(corner), zoom, center) : this.#map.latLngToLayerPoint(corner);
        element.style.transform = `matrix(${[ax, ay, bx, by].map((step) => step * scale).join(", ")}, ${x}, ${y})`;
      }
    }
  }
}

/**
 * The map from pixels to the unit square, such that three pixels come to lie on three places.
 * @param {Plan} plan
 * @returns {number[]} a step right (x, y), a step down (x, y), the upper left corner (x, y)
 */
export function affine({ points }) {
  const [[p, at], [q, to], [r, on]] = points.map(({ pixel, at: place }) => [pixel, toUnit(...place)]);
  const [ux, uy, vx, vy] = [q[0] - p[0], q[1] - p[1], r[0] - p[0], r[1] - p[1]];
  const area = ux * vy - uy * vx;
  const right = [0, 1].map((axis) => ((to[axis] - at[axis]) * vy - (on[axis] - at[axis]) * uy) / area);
  const down = [0, 1].map((axis) => ((on[axis] - at[axis]) * ux - (to[axis] - at[axis]) * vx) / area);
  return [...right, ...down, ...[0, 1].map((axis) => at[axis] - right[axis] * p[0] - down[axis] * p[1])];
}
