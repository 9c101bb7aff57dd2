/** The way the selected asset came: its last hours from the journal, and from then on as it goes. */

import { ApiError, getTrail } from "../api.js";
import { toUnit } from "./fleet_canvas.js";

const HOURS = 24;
const STEPS = 10; // shades from the oldest to the newest
const GAP_MS = 45 * 60_000; // longer between two positions, nobody knows how it went: drawn broken

/** @typedef {{x: number, y: number, at: number}} Point  x, y in the unit square; at in milliseconds */

export class Trail {
  #store;
  #hooks;
  /** @type {Point[]} oldest first */
  #points = [];
  asset = "";

  /**
   * @param {import("../store.js").Store} store
   * @param {{changed: () => void, failed: (asset: string) => void}} hooks
   */
  constructor(store, hooks) {
    this.#store = store;
    this.#hooks = hooks;
  }

  get length() {
    return this.#points.length;
  }

  /** @param {string} asset  empty: none */
  async select(asset) {
    this.asset = asset;
    this.#points = [];
    this.#hooks.changed();
    if (!asset) {
      return;
    }
    try {
      const points = (await getTrail(asset, HOURS)).map(point);
      if (asset === this.asset) {
        const newest = points.at(-1)?.at ?? -Infinity;
        this.#points = [...points, ...this.#points.filter(({ at }) => at > newest)];
        this.grow();
      }
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      asset === this.asset && error.status !== 404 && this.#hooks.failed(asset);
    }
    this.#hooks.changed();
  }

  /** Go on to where it is now. */
  grow() {
    const position = this.#store.positions.get(this.asset);
    const fresh = position && point(position);
    if (fresh && fresh.at > (this.#points.at(-1)?.at ?? -Infinity)) {
      this.#points.push(fresh);
    }
  }

  /** @param {CanvasRenderingContext2D} context  @param {import("./fleet_canvas.js").Frame} frame  @param {import("./fleet_look.js").Look} look */
  draw(context, frame, look) {
    const points = this.#points.map(({ x, y, at }) => ({ x: frame.x(x), y: frame.y(y), at }));
    if (points.length < 2) {
      return;
    }
    context.save();
    context.lineJoin = "round";
    for (const [colour, width] of [[look.colours.panel, 7], [look.colours.accent, 3.5]]) {
      context.strokeStyle = String(colour);
      context.lineWidth = Number(width);
      for (let step = 0; step < STEPS; step++) {
        context.globalAlpha = 0.25 + (0.75 * (step + 1)) / STEPS;
        stretch(context, points, Math.floor((step * points.length) / STEPS), Math.floor(((step + 1) * points.length) / STEPS));
      }
    }
    context.restore();
  }
}

/** Points from one to another, with the one before, so that stretches join. */
function stretch(context, points, from, until) {
  for (let index = Math.max(1, from); index < until; index++) {
    const [before, here] = [points[index - 1], points[index]];
    context.setLineDash(here.at - before.at > GAP_MS ? [2, 8] : []);
    context.beginPath();
    context.moveTo(before.x, before.y);
    context.lineTo(here.x, here.y);
    context.stroke();
  }
}

/** @param {{lat: number, lon: number, at: string}} place  @returns {Point} */
function point({ lat, lon, at }) {
  const [x, y] = toUnit(lat, lon);
  return { x, y, at: Date.parse(at) };
}
