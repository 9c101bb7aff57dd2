/** The hours and days under a time line: as many as there is room for, at round times of the zone that is shown. */

import { clockOf, dayOf } from "../kit/time.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 28 * DAY];
const APART = 72; // px between two

/**
 * @param {number} from  milliseconds  @param {number} until  @param {number} scale  px in a millisecond
 * @param {string} zone  of IANA; empty: of who looks
 * @returns {{at: number, text: string, day: boolean}[]}
 */
export function ticksOf(from, until, scale, zone) {
  const step = STEPS.find((each) => each * scale >= APART) ?? STEPS[STEPS.length - 1];
  const offset = offsetOf(from, zone);
  const found = [];
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= until; at += step) {
    const day = (at + offset) % DAY === 0;
    found.push({ at, text: day ? dayOf(at, zone) : clockOf(at, zone), day });
  }
  return found;
}

/** How far a zone's clock is ahead of UTC. */
function offsetOf(ms, zone) {
  const timeZone = zone || undefined;
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).formatToParts(ms);
  const said = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(said.year, said.month - 1, said.day, said.hour, said.minute);
  return wall - Math.floor(ms / MINUTE) * MINUTE;
}
