/**
 * What follows from an asset's events: where it stayed, how it got from one place to the next, what it was in.
 *
 * What was seen is sure; what lies between is said only as far as it follows. Who was seen to arrive elsewhere had
 * left before, nobody knows when: its stay ends where it was seen last.
 */

/**
 * @typedef {import("../types/types_assets.js").Moved} Moved
 *
 * @typedef {object} Stretch  at a place, or on the way where `place` is empty
 * @property {string} place  the outermost around where it was seen
 * @property {string} tier
 * @property {number} from  milliseconds since 1970
 * @property {number} until
 * @property {boolean} open  it is still so
 * @property {boolean} sure  its end was seen
 * @property {string} origin  of a way: the place before
 * @property {string} destination  of a way: the place after; empty: not there yet
 *
 * @typedef {object} Ride
 * @property {string} carrier
 * @property {number} from
 * @property {number} until
 * @property {boolean} open
 * @property {number} row  rides in one row do not overlap
 */

/**
 * @param {Moved[]} own  the asset's events, oldest first
 * @param {Moved[]} carried  of what it was in meanwhile
 * @param {{now: number, site: (place: string) => string, where: {place: string, parent: string, via: string[]}|null}} about
 *   now: the end of what is still so; where: where it is now, null where that is not known
 */
export function foldHistory(own, carried, { now, site, where }) {
  const all = [...own, ...carried].sort((a, b) => a.at.localeCompare(b.at) || a.seq - b.seq);
  return { stretches: stretchesOf(all, { now, site, where }), rides: inRows(ridesOf(own, carried, where, now)) };
}

/** @returns {Stretch[]} */
function stretchesOf(events, { now, site, where }) {
  /** @type {Stretch[]} */
  const found = [];
  for (const event of events) {
    const at = Date.parse(event.at);
    const place = event.kind === "left" || event.tier === "transit" ? "" : site(event.place);
    const last = found.at(-1);
    if (last && last.place === place) {
      last.until = at;
      continue;
    }
    const before = last?.place ? endStay(found, last, event, at, site) : last;
    if (before && !before.place) {
      Object.assign(before, { until: at, sure: true, destination: place });
    }
    found.push({ place, tier: place ? event.tier : "transit", from: at, until: at, open: false, sure: false, origin: place ? "" : event.kind === "left" ? site(event.place) : (last?.place ?? ""), destination: "" });
  }
  return endedNow(found, where && site(where.place), now);
}

/** End a stay: seen to its end, or only as far as the last sight of it, and a way of which nothing is known but its end. */
function endStay(found, stay, event, at, site) {
  const seenToLeave = (event.kind === "left" && site(event.place) === stay.place) || (event.kind === "moved" && site(event.previous_place) === stay.place);
  if (seenToLeave) {
    Object.assign(stay, { until: at, sure: true });
    return stay;
  }
  const way = { place: "", tier: "transit", from: stay.until, until: at, open: false, sure: false, origin: stay.place, destination: "" };
  found.push(way);
  return way;
}

function endedNow(found, place, now) {
  const last = found.at(-1);
  if (last && place !== null && last.place === place) {
    Object.assign(last, { until: Math.max(now, last.from), open: true });
  }
  return found;
}

function ridesOf(own, carried, where, now) {
  const assets = [...new Set(carried.map((event) => event.asset))];
  const held = new Set(where ? [where.parent, ...where.via] : []);
  return [own, ...assets.map((asset) => carried.filter((event) => event.asset === asset))].flatMap((events) => ridesIn(events, held, now));
}

/** @returns {Ride[]} */
function ridesIn(events, held, now) {
  const found = [];
  let current = null;
  for (const event of events.filter(({ kind, parent }) => parent && (kind === "loaded" || kind === "unloaded"))) {
    const at = Date.parse(event.at);
    const ended = current ?? (event.kind === "unloaded" ? { carrier: event.parent, from: Date.parse(events[0].at), row: 0 } : null);
    ended && found.push({ ...ended, until: at, open: false });
    current = event.kind === "loaded" ? { carrier: event.parent, from: at, row: 0 } : null;
  }
  if (current) {
    const open = held.has(current.carrier);
    found.push({ ...current, until: open ? now : Math.max(current.from, Date.parse(events.at(-1).at)), open });
  }
  return found;
}

/** Each in the first row that is free. */
function inRows(rides) {
  const ends = [];
  for (const ride of rides.sort((a, b) => a.from - b.from || b.until - a.until)) {
    const free = ends.findIndex((end) => end <= ride.from);
    ride.row = free < 0 ? ends.length : free;
    ends[ride.row] = ride.until;
  }
  return rides;
}
