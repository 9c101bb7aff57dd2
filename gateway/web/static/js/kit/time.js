/** Time for people: the gateway's clock, spans, and times that stay true while they are shown. */

import { h, setText } from "./dom.js";
import { words } from "../words/words.js";

const STEP_MS = 900_000;
const HALF_DAY_MS = 43_200_000;
const FAST = 30; // times our own clock
const JITTER_S = 2; // of our own clock, by which the gateway's may seem ahead of ours
const w = words.time;
const format = (options) => new Intl.DateTimeFormat(words.locale, options);
const tenths = new Intl.NumberFormat(words.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clockFormat = format({ hour: "2-digit", minute: "2-digit" });
const secondsFormat = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = format({ weekday: "short", day: "numeric", month: "short" });
const wholeFormat = format({ dateStyle: "medium", timeStyle: "long" });
const zoneFormat = format({ hour: "2-digit", timeZoneName: "short" });
/** @type {Map<string, {clock: Intl.DateTimeFormat, day: Intl.DateTimeFormat, whole: Intl.DateTimeFormat, zone: Intl.DateTimeFormat}>} */
const formats = new Map([["", { clock: clockFormat, day: dayFormat, whole: wholeFormat, zone: zoneFormat }]]);

/** The formats of a zone of IANA, empty for that of who looks; made once. @param {string} name */
function formatsIn(name) {
  const timeZone = name;
  const made = formats.get(name) || {
    clock: format({ hour: "2-digit", minute: "2-digit", timeZone }),
    day: format({ weekday: "short", day: "numeric", month: "short", timeZone }),
    whole: format({ dateStyle: "medium", timeStyle: "long", timeZone }),
    zone: format({ hour: "2-digit", timeZoneName: "short", timeZone }),
  };
  formats.set(name, made);
  return made;
}

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

/** A zone's short name at an instant, such as CET. @param {number} ms  @param {string} [where]  of IANA; that of who looks if empty */
export function zone(ms, where = "") {
  const part = formatsIn(where).zone.formatToParts(ms).find((piece) => piece.type === "timeZoneName");
  return part ? part.value : "";
}

/** @param {number} ms  @param {string} [where]  of IANA */
export const dayOf = (ms, where = "") => formatsIn(where).day.format(ms);

/** Hours and minutes alone. @param {number} ms  @param {string} [where] */
export const clockOf = (ms, where = "") => formatsIn(where).clock.format(ms);

/** Two times beside one that is shown with its day: hours and minutes where they are near. @param {string} from  @param {string} until */
export function rangeOf(from, until, where = "") {
  const near = Date.parse(until) - Date.parse(from) < HALF_DAY_MS;
  const text = near ? (iso) => formatsIn(where).clock.format(Date.parse(iso)) : (iso) => bare(iso, where);
  return `${text(from)}–${text(until)}`;
}

/**
 * Hours and minutes, with the day where it is more than half a day away; a foreign zone says its name.
 * @param {string} iso
 * @param {string} [where]
 */
export const short = (iso, where = "") => foreign(bare(iso, where), iso, where);

function bare(iso, where) {
  const ms = Date.parse(iso);
  const time = formatsIn(where).clock.format(ms);
  return Math.abs(ms - clock.now()) < HALF_DAY_MS ? time : `${formatsIn(where).day.format(ms)}, ${time}`;
}

const foreign = (text, iso, where) => (where ? `${text} ${zone(Date.parse(iso), where)}` : text);

/** The instant that is compared with another: to the millisecond. @param {string} iso */
export const instant = (iso) => `${secondsFormat.format(Date.parse(iso))}.${String(Date.parse(iso) % 1000).padStart(3, "0")}`;

/** Hours, minutes and seconds; no seconds where they pass too fast to be read. @param {string} iso */
export const exact = (iso) => (clock.isFast ? clockFormat : secondsFormat).format(Date.parse(iso));

/** Date, time and zone, for hovering. @param {string} iso  @param {string} [where] */
export const whole = (iso, where = "") => formatsIn(where).whole.format(Date.parse(iso));

/**
 * A planned window: one time where it opens as it closes.
 * @param {{open: string, close: string}|null} window
 * @param {string} [where]
 */
export function windowOf(window, where = "") {
  if (!window) {
    return w.none;
  }
  const until = formatsIn(where).clock.format(Date.parse(window.close));
  return window.open === window.close ? short(window.close, where) : foreign(`${bare(window.open, where)}–${until}`, window.close, where);
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
    return `${tenths.format(ms / 1000)} s`;
  }
  return `${ms < 10 ? tenths.format(ms) : Math.round(ms)} ms`;
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
 * @param {string} [where]
 */
export function relativeTime(iso, form = "ago", where = "") {
  const element = h("time", { "data-relative": form, "data-zone": where || null });
  setRelative(element, iso);
  return element;
}

/** @param {any} element  @param {string} iso */
export function setRelative(element, iso) {
  if (element.dateTime !== iso) {
    element.dateTime = iso;
    element.title = whole(iso, element.dataset.zone);
  }
  setText(element, FORMS[element.dataset.relative](iso, element.dataset.zone));
}

/** Show a time by another clock from now on. @param {any} element  made here  @param {string} where  of IANA */
export function setZone(element, where) {
  if ((element.dataset.zone ?? "") !== where) {
    element.dataset.zone = where;
    element.title = whole(element.dateTime, where);
  }
}

/** A time as hours and minutes, whole on hover. @param {string} iso  @param {string} [where]  the zone of IANA to show it in */
export const timeOf = (iso, where = "") => relativeTime(iso, "short", where);

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
