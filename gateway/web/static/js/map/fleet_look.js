/** How a vehicle looks on the canvas: small pictures, drawn once for each tier, state and course, then copied. */

import { PATHS } from "../tower/tiers.js";

/** @typedef {"late"|"risk"|"fine"|"unknown"|"none"} State */
/** @typedef {"tier"|"lateness"} Mode */

export const STATES = /** @type {State[]} */ (["late", "risk", "fine", "unknown", "none"]);
/** The marks of LOOK.md in a square of 20: a state is told by its shape, too. @type {Record<State, string>} */
export const STATE_PATHS = {
  late: "M10 2L19 18H1z",
  risk: "M10 1l8.500 9L10 19l-8.500-9z",
  fine: "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14z",
  unknown: "M10 2.500a7.500 7.500 0 1 0 0 15a7.500 7.500 0 1 0 0-15zM10 6a4 4 0 1 1 0 8a4 4 0 1 1 0-8z",
  none: "M10 6.500a3.500 3.500 0 1 0 0 7a3.500 3.500 0 1 0 0-7z",
};
const LOUD = new Set(["late", "risk", "unknown"]);
const COLOURS = ["panel", "text", "accent", "late", "risk", "fine", "unknown", "tier3", "tier2", "tier1", "transit", "crossdock", "port", "oem"];
const COURSES = 36; // pictures of an arrow around the circle
const SIDE = 30; // pixels of a picture
const OUTLINE = 2.5;

export class Look {
  #pictures = new Map();
  #ratio = 1;
  /** @type {Record<string, string>} */
  colours = {};
  face = "monospace";
  /** @type {Mode} */
  mode = "tier";

  constructor() {
    this.readColours();
  }

  /** The page's tokens may have changed with the scheme. */
  readColours() {
    const style = getComputedStyle(document.documentElement);
    this.colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    this.colours.none = style.getPropertyValue("--muted").trim();
    this.face = style.getPropertyValue("--mono");
    this.#pictures.clear();
  }

  /** @param {string} tier  @param {State} state */
  colour(tier, state) {
    if (this.mode === "lateness" || LOUD.has(state)) {
      return this.colours[state];
    }
    return this.colours[tier] || this.colours.tier3;
  }

  /**
   * Draw a vehicle with its middle at a point of the canvas.
   * @param {CanvasRenderingContext2D} context
   * @param {{tier: string, state: State, course: number}} mark
   */
  draw(context, mark, x, y) {
    context.drawImage(this.#picture(mark, context.getTransform().a), x - SIDE / 2, y - SIDE / 2, SIDE, SIDE);
  }

  #picture({ tier, state, course }, ratio) {
    if (ratio !== this.#ratio) {
      this.#ratio = ratio;
      this.#pictures.clear();
    }
    const turn = tier === "transit" ? Math.round((course / 360) * COURSES) % COURSES : 0;
    const key = `${this.mode} ${tier} ${state} ${turn}`;
    let picture = this.#pictures.get(key);
    if (!picture) {
      picture = this.#paint(tier, state, (turn / COURSES) * 2 * Math.PI);
      this.#pictures.set(key, picture);
    }
    return picture;
  }

  #paint(tier, state, angle) {
    const picture = new OffscreenCanvas(SIDE * this.#ratio, SIDE * this.#ratio);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (picture.getContext("2d"));
    context.scale(this.#ratio, this.#ratio);
    const colour = this.colour(tier, state);
    if (this.mode === "lateness") {
      this.#stamp(context, STATE_PATHS[state], { colour, size: state === "late" ? 20 : 16 });
      return picture;
    }
    const size = tier === "transit" || state === "late" ? 22 : 18;
    this.#stamp(context, PATHS[tier] || PATHS.tier3, { colour, size, angle });
    if (LOUD.has(state)) {
      this.#stamp(context, STATE_PATHS[state], { colour, size: 10, x: SIDE - 6, y: 6 });
    }
    return picture;
  }

  #stamp(context, path, { colour, size, angle = 0, x = SIDE / 2, y = SIDE / 2 }) {
    const shape = new Path2D(path);
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.scale(size / 20, size / 20);
    context.translate(-10, -10);
    context.lineJoin = "round";
    context.lineWidth = (OUTLINE * 20) / size;
    context.strokeStyle = this.colours.panel;
    context.stroke(shape);
    context.fillStyle = colour;
    context.fill(shape, "evenodd");
    context.restore();
  }
}
