/** Time for people: the gateway's clock, spans, and times that stay true while they are shown. */

import { h, setText } from "./dom.js";
import { words } from "./words.js";

const STEP_MS = 900_000;
const HALF_DAY_MS = 43_200_000;
const FAST = 30; // times our own clock
const JITTER_S = 2; // of our own clock, by which the gateway's may seem ahead of ours
const w = words.time;
const format = (options) => new Intl.DateTimeFormat(words.locale, options);
const clockFormat = format({ hour: "2-digit", minute: "2-digit" });
const secondsFormat = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = format({ weekday: "short", day: "numeric", month: "short" });
const wholeFormat = format({ dateStyle: "medium", timeStyle: "long" });
const zoneFormat = format({ hour: "2-digit", timeZoneName: "short" });

/** The gateway's clock: the demo's runs faster than ours. */
class GatewayClock {
  #base = Date.now();
  #read = performance.now();
  speed = 1;

  /** @param {string} now  @param {number} speed */
  sync(now, speed) {
    this.#base = Date.parse(now);
    this.#read = performance.now();
    this.speed = speed;
  }

  /** Whether seconds of this clock are noise. */
  get isFast() {
    return this.speed > FAST;
  }

  /** @returns {number} milliseconds since 1970 */
  now() {
    return this.#base + (performance.now() - this.#read) * this.speed;
  }
}

export const clock = new GatewayClock();

/** @param {number} ms  @returns {string} the zone of the person looking, such as CET */
export function zone(ms) {
  const part = zoneFormat.formatToParts(ms).find((piece) => piece.type === "timeZoneName");
  return part ? part.value : "";
}

/** @param {number} ms */
export const dayOf = (ms) => dayFormat.format(ms);

/** Two times beside one that is shown with its day: hours and minutes where they are near. @param {string} from  @param {string} until */
export function rangeOf(from, until) {
  const near = Date.parse(until) - Date.parse(from) < HALF_DAY_MS;
  const text = near ? (iso) => clockFormat.format(Date.parse(iso)) : short;
  return `${text(from)}–${text(until)}`;
}

/** Hours and minutes, with the day where it is more than half a day away. @param {string} iso */
export function short(iso) {
  const ms = Date.parse(iso);
  const time = clockFormat.format(ms);
  return Math.abs(ms - clock.now()) < HALF_DAY_MS ? time : `${dayOf(ms)}, ${time}`;
}

/** The instant that is compared with another: to the millisecond. @param {string} iso */
export const instant = (iso) => `${secondsFormat.format(Date.parse(iso))}.${String(Date.parse(iso) % 1000).padStart(3, "0")}`;

/** Hours, minutes and seconds; no seconds where they pass too fast to be read. @param {string} iso */
export const exact = (iso) => (clock.isFast ? clockFormat : secondsFormat).format(Date.parse(iso));

/** Date, time and zone, for hovering. @param {string} iso */
export const whole = (iso) => wholeFormat.format(Date.parse(iso));

/** A planned window: one time where it opens as it closes. @param {{open: string, close: string}|null} window */
export function windowOf(window) {
  if (!window) {
    return w.none;
  }
  return window.open === window.close ? short(window.close) : `${short(window.open)}–${clockFormat.format(Date.parse(window.close))}`;
}

/** A length of time in at most two units: 45 s, 38 min, 1 h 20 min, 2 d 4 h. @param {number} seconds */
export function span(seconds) {
  const s = Math.round(Math.abs(seconds));
  const { units } = w;
  if (s < 60) {
    return `${s} ${units.s}`;
  }
  const minutes = Math.floor(s / 60);
  if (minutes < 60) {
    return `${minutes} ${units.min}`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    return two(hours, units.h, minutes % 60, units.min);
  }
  return two(Math.floor(hours / 24), units.d, hours % 24, units.h);
}

/** Milliseconds as measured: 0.4 ms, 12 ms, 3.2 s. @param {number} ms */
export function milliseconds(ms) {
  if (ms >= 1000) {
    return `${(ms / 1000).toFixed(1)} s`;
  }
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** "12 min ago", "in 42 min". @param {string} iso */
export function relative(iso) {
  const seconds = (Date.parse(iso) - clock.now()) / 1000;
  if (seconds > -1 && seconds < JITTER_S * clock.speed) {
    return w.now;
  }
  return seconds < 0 ? w.ago(span(seconds)) : w.in(span(seconds));
}

/** How long something has lasted, without words around it: for rows. @param {string} iso */
export const lasted = (iso) => span((clock.now() - Date.parse(iso)) / 1000);

/**
 * A relative time that stays true while it is shown; the exact one on hover.
 * @param {string} iso
 * @param {"ago"|"lasted"|"short"} [form]
 */
export function relativeTime(iso, form = "ago") {
  const element = h("time", { "data-relative": form });
  setRelative(element, iso);
  return element;
}

/** @param {any} element  @param {string} iso */
export function setRelative(element, iso) {
  if (element.dateTime !== iso) {
    element.dateTime = iso;
    element.title = whole(iso);
  }
  setText(element, FORMS[element.dataset.relative](iso));
}

/** A time as hours and minutes, whole on hover. @param {string} iso */
export const timeOf = (iso) => relativeTime(iso, "short");

/** Bring all relative times on the page up to date; called once a second. */
export function refreshRelative() {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    setRelative(element, /** @type {HTMLTimeElement} */ (element).dateTime);
  }
}


/** What the forms of time above depend on, in steps: for those who draw windows once. */
export const timeStep = () => Math.floor(clock.now() / STEP_MS);

const FORMS = { ago: relative, lasted, short };

function two(big, bigUnit, small, smallUnit) {
  return small ? `${big} ${bigUnit} ${small} ${smallUnit}` : `${big} ${bigUnit}`;
}
