/** Vehicles that would lie on top of each other, as one mark with their count and how many are late. */

import { toDegrees } from "./fleet_canvas.js";
import { h, setText } from "../kit/dom.js";
import { words } from "../words/words.js";

const CELL = 64; // pixels within which vehicles are one
const NEAR = 46; // pixels between two clusters at the least
const LEAST = 5; // fewer are drawn one by one

/** @typedef {import("../kit/marks.js").Mark} Mark */
/** @typedef {{key: string, x: number, y: number, marks: Mark[], late: number}} Cluster  x, y in the unit square */

/**
 * Group marks by a grid of the world, so that moving the map changes no group. Groups of few are left alone.
 * @param {Mark[]} marks
 * @param {number} scale  pixels of the whole world
 * @returns {Cluster[]} largest first
 */
export function group(marks, scale) {
  const cells = new Map();
  for (const mark of marks) {
    const column = Math.floor((mark.x * scale) / CELL);
    const row = Math.floor((mark.y * scale) / CELL);
    const key = `${column} ${row}`;
    const cell = cells.get(key);
    cell ? cell.marks.push(mark) : cells.set(key, { key, column, row, marks: [mark] });
  }
  const taken = new Map();
  for (const cell of [...cells.values()].sort((a, b) => b.marks.length - a.marks.length)) {
    middle(cell);
    const near = neighbour(cell, taken, scale);
    if (near) {
      near.marks.push(...cell.marks);
      middle(near);
    } else {
      taken.set(cell.key, cell);
    }
  }
  return [...taken.values()].filter((cell) => cell.marks.length >= LEAST).map(({ key, x, y, marks: inside }) => ({ key, x, y, marks: inside, late: inside.filter(({ state }) => state === "late").length }));
}

function middle(cell) {
  const sum = (name) => cell.marks.reduce((total, mark) => total + mark[name], 0) / cell.marks.length;
  cell.x = sum("x");
  cell.y = sum("y");
}

function neighbour({ column, row, x, y }, taken, scale) {
  for (let dx = -1; dx <= 1; dx++) {
    for (let dy = -1; dy <= 1; dy++) {
      const other = taken.get(`${column + dx} ${row + dy}`);
      if (other && Math.hypot(other.x - x, other.y - y) * scale < NEAR) {
        return other;
      }
    }
  }
  return null;
}

/** The clusters as buttons on the map: few enough to be elements, so the keyboard reaches them. */
export class ClusterMarks {
  #map;
  #open;
  #shown = new Map();

  /** @param {any} map  a Leaflet map  @param {(marks: Mark[]) => void} open */
  constructor(map, open) {
    this.#map = map;
    this.#open = open;
  }

  /** @param {Cluster[]} clusters */
  show(clusters) {
    const wanted = new Set(clusters.map(({ key }) => key));
    for (const [key, shown] of this.#shown) {
      if (!wanted.has(key)) {
        shown.marker.remove();
        this.#shown.delete(key);
      }
    }
    clusters.forEach((cluster) => this.#draw(cluster));
  }

  /** Forget all: what is at another zoom is another cluster. */
  clear() {
    this.show([]);
  }

  #draw(cluster) {
    const shown = this.#shown.get(cluster.key) || this.#create(cluster);
    shown.marks = cluster.marks;
    const all = cluster.marks.length;
    setText(shown.count, all);
    setText(shown.late, cluster.late ? `▲ ${cluster.late}` : "");
    shown.button.className = `cluster${cluster.late ? " late" : ""}${all >= 100 ? " many" : ""}`;
    shown.button.setAttribute("aria-label", words.map.cluster(all, cluster.late));
  }

  /** It stays where it first stood: its middle moves with every position, and nobody could press it. */
  #create({ key, x, y }) {
    const count = h("strong");
    const late = h("span", { class: "small" });
    const button = h("button", { type: "button" }, count, late);
    L.DomEvent.disableClickPropagation(button);
    const icon = L.divIcon({ html: button, className: "cluster-icon", iconSize: null });
    const marker = L.marker(toDegrees(x, y), { icon, keyboard: false, interactive: false }).addTo(this.#map);
    const shown = { marker, button, count, late, marks: [] };
    button.addEventListener("click", () => this.#open(shown.marks));
    this.#shown.set(key, shown);
    return shown;
  }
}
