/**
 * What moves on the map. A few are elements (clusters), all others are drawn on one canvas: thousands stay smooth.
 *
 * What stands at a place and is in no trouble is not drawn from afar, for it would hide the place: it is named there.
 */

import { ClusterMarks, group } from "./clusters.js";
import { MapCanvas } from "./fleet_canvas.js";
import { drawFleet, inSight } from "./fleet_draw.js";
import { Look } from "./fleet_look.js";
import { glide, Marks } from "../kit/marks.js";
import { shortName } from "../tower/names.js";
import { Trail } from "./trail.js";

const APART_FROM_ZOOM = 11; // from here on what stands at a place is drawn by itself
const ALONE_FROM_ZOOM = 16; // from here on nothing is clustered
const GROUP_EVERY_MS = 1000; // clusters that come and go with each position are no calm sight
const MOST_GLIDING = 150; // with more in sight each frame would cost too much: they step
const REACH = 16; // pixels from a mark's middle within which it is meant ...
const TOUCH_REACH = 24; // ... and by a finger
const TILE = 256;

/** @typedef {import("../kit/marks.js").Mark} Mark */

export class Fleet {
  #map;
  #store;
  #hooks;
  #canvas;
  #clusters;
  #look = new Look();
  #marks;
  #single = /** @type {Mark[]} */ ([]);
  #seen = /** @type {import("./fleet_draw.js").Seen[]} */ ([]);
  #groupedAt = 0;
  #timer = 0;
  #pointed = "";
  onJudged = () => {}; // at most once a second, and after each zoom
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  /**
   * @param {any} map  a Leaflet map
   * @param {import("../store.js").Store} store
   * @param {{open: (marks: Mark[]) => void, choose: (asset: string) => void, standing: (names: Map<string, string[]>) => void, failed: (asset: string) => void}} hooks
   *   open: a cluster was pressed; choose: a vehicle; standing: who is named at a place; failed: a trail was not read
   */
  constructor(map, store, hooks) {
    this.#map = map;
    this.#store = store;
    this.#hooks = hooks;
    this.#marks = new Marks(store);
    this.#canvas = new MapCanvas(map, (context, frame, now) => this.#draw(context, frame, now));
    this.#clusters = new ClusterMarks(map, hooks.open);
    this.trail = new Trail(store, { changed: () => this.#canvas.ask(), failed: hooks.failed });
    map.on("zoomstart", () => this.#clusters.clear());
    map.on("zoomend", () => this.#group());
    map.on("click", (event) => this.#clicked(event));
    map.on("mousemove", (event) => this.#moved(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#recolour());
    store.on(["alerts", "shipments"], () => {
      this.#marks.judge();
      this.show();
    });
    store.on(["places", "positions"], () => this.show());
    this.#marks.judge();
  }

  /** @returns {Mark[]} all that are known */
  get marks() {
    return this.#marks.all;
  }

  get mode() {
    return this.#look.mode;
  }

  /** @param {import("./fleet_look.js").Mode} mode */
  setMode(mode) {
    this.#look.mode = mode;
    this.#recolour();
  }

  /** Mark one asset, and show the way it came; an empty one takes both away. @param {string} asset */
  select(asset) {
    if (asset !== this.trail.asset) {
      this.trail.select(asset);
      this.#group();
    }
  }

  /** Take over what the store knows. */
  show() {
    this.#marks.take();
    this.trail.grow();
    const wait = this.#groupedAt + GROUP_EVERY_MS - performance.now();
    if (wait <= 0) {
      this.#group();
    } else {
      this.#timer ||= window.setTimeout(() => this.#group(), wait);
    }
    this.#canvas.ask();
  }

  /** Decide who is drawn alone, who in a cluster and who is named at its place. */
  #group() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#groupedAt = performance.now();
    const zoom = this.#map.getZoom();
    const selected = this.#marks.get(this.trail.asset);
    const free = this.#apart(zoom).filter((mark) => mark !== selected);
    const clusters = zoom >= ALONE_FROM_ZOOM ? [] : group(free, TILE * 2 ** zoom);
    const inside = new Set(clusters.flatMap(({ marks }) => marks));
    this.#single = free.filter((mark) => !inside.has(mark));
    selected && this.#single.push(selected);
    this.#clusters.show(clusters);
    this.onJudged();
    this.#canvas.ask();
  }

  #apart(zoom) {
    const named = (mark) => zoom < APART_FROM_ZOOM && mark.position.place && (mark.state === "fine" || mark.state === "none");
    const names = new Map();
    const apart = [];
    for (const mark of this.#marks.all) {
      if (named(mark)) {
        const outer = this.#store.outermost(mark.position.place);
        const here = names.get(outer) || [];
        here.push(shortName(mark.asset, mark.label));
        names.set(outer, here);
      } else {
        apart.push(mark);
      }
    }
    this.#hooks.standing(names);
    return apart;
  }

  #draw(context, frame, now) {
    const steps = this.#still.matches || this.#seen.length > MOST_GLIDING;
    const gliding = glide(this.#single, steps ? Infinity : now);
    this.#seen = inSight(this.#single, frame);
    this.trail.draw(context, frame, this.#look);
    drawFleet(context, frame, this.#seen, this.#look, { selected: this.trail.asset, pointed: this.#pointed });
    gliding && this.#canvas.ask();
  }

  #clicked({ containerPoint, originalEvent }) {
    const found = this.#at(containerPoint, originalEvent.pointerType === "touch" ? TOUCH_REACH : REACH);
    found && this.#hooks.choose(found.asset);
  }

  #moved({ containerPoint }) {
    const found = this.#at(containerPoint, REACH);
    if ((found?.asset || "") !== this.#pointed) {
      this.#pointed = found?.asset || "";
      const container = this.#map.getContainer();
      container.classList.toggle("points", Boolean(found));
      container.title = found?.asset || "";
      this.#canvas.ask();
    }
  }

  /** The mark drawn last that lies nearest to a point. @returns {Mark|undefined} */
  #at({ x, y }, reach) {
    let best;
    for (const seen of this.#seen) {
      const far = Math.hypot(seen.x - x, seen.y - y);
      if (far <= reach && far <= (best?.far ?? reach)) {
        best = { far, mark: seen.mark };
      }
    }
    return best?.mark;
  }

  #recolour() {
    this.#look.readColours();
    this.#canvas.ask();
  }
}
