/**
 * How what the page knows changes, and who wants to hear of it.
 *
 * Everything shown is a fold over a snapshot and the events after it. Applying an event twice, or one that
 * is older than what is known, changes nothing: so a snapshot may arrive while the stream runs.
 */

import { Known } from "./tower/known.js";

/** @typedef {import("./types/types.js").Row} Row */

const RECENT = 500; // events kept to be applied again over a snapshot that was taken before them
const ROWS = 60; // assets kept per tier
const LISTED = 30; // assets that a snapshot lists per tier
const TELL_AFTER_MS = 100; // changes that come together are drawn together
const MANY = 1000; // positions; with more there is always one that changed ...
const MANY_TELL_AFTER_MS = 500; // ... and nobody sees the single one

export class Store extends Known {
  #listeners = new Map();
  #changed = new Set();
  #due = Infinity; // when listeners are told next, by performance.now()
  #timer = 0;
  #recent = [];
  #counts = {}; // of each tier, as the stream told last
  #told = []; // alerts from the stream, with when they came

  /** Call `listener` soon after any of `topics` changed; once, however often it changed. */
  on(topics, listener) {
    for (const topic of topics) {
      this.#listeners.set(topic, [...(this.#listeners.get(topic) || []), listener]);
    }
  }

  /** @param {string} topic */
  changed(topic) {
    const isStream = topic === "positions" && this.positions.size > MANY;
    const due = performance.now() + (isStream ? MANY_TELL_AFTER_MS : TELL_AFTER_MS);
    if (due < this.#due) {
      clearTimeout(this.#timer);
      this.#due = due;
      this.#timer = setTimeout(() => this.#tell(), due - performance.now());
    }
    this.#changed.add(topic);
  }

  setConnection(state) {
    if (this.connection.state !== state) {
      this.connection = { state, since: performance.now() };
      this.changed("connection");
    }
  }

  /** Take a list as the whole truth of a topic. */
  replace(topic, items, key) {
    this[topic] = new Map(items.map((item) => [item[key], item]));
    for (const item of items) {
      this.#learnLabel(item);
    }
    this.#loadedTopic(topic);
  }

  /** @param {{last_seq: number, tiers: {tier: string, count: number, assets: Row[]}[]}} board */
  replaceBoard(board) {
    const counts = (tier, count) => this.#counts[tier] ?? count; // what the stream told last is never older
    this.board = new Map(board.tiers.map(({ tier, count, assets }) => [tier, { count: counts(tier, count), assets }]));
    board.tiers.flatMap(({ assets }) => assets).forEach((row) => this.#learnLabel(row));
    this.#loadedTopic("board");
    for (const event of this.#recent.filter((each) => each.seq > board.last_seq)) {
      this.#place(event);
    }
  }

  /** @param {import("./types/types.js").Position[]} items */
  replacePositions(items) {
    const known = this.positions;
    this.replace("positions", items, "asset");
    for (const position of known.values()) {
      const fresh = this.positions.get(position.asset);
      if (fresh && fresh.at < position.at) {
        this.positions.set(position.asset, { ...position, late: fresh.late });
      }
    }
  }

  /** An asset arrived, moved, left, was loaded or unloaded. */
  applyLocation(event) {
    this.#learnLabel(event);
    this.#recent.push(event);
    if (this.#recent.length > RECENT) {
      this.#recent.shift();
    }
    this.#place(event);
    this.changed("board");
  }

  /** An asset was seen at a position. */
  applyPosition(event) {
    const known = this.positions.get(event.asset);
    if (known && known.at > event.at) {
      return;
    }
    const { asset, lat, lon, speed_mps, course_deg, at, place, tier } = event;
    const fresh = { asset, lat, lon, speed_mps, course_deg, at, place, tier };
    const first = { kind: event.asset_kind, label: event.label, late: false, shipment: "" };
    this.positions.set(asset, { ...(known || first), ...fresh });
    this.changed("positions");
  }

  /**
   * @param {import("./types/types.js").Alert[]} items
   * @param {number} askedAt  by performance.now(): what the stream told since then may be newer than the answer
   */
  replaceAlerts(items, askedAt) {
    this.replace("alerts", items, "alert_id");
    const since = this.#told.filter(({ at }) => at >= askedAt);
    since.forEach(({ alert }) => this.alerts.set(alert.alert_id, alert));
  }

  /** @param {import("./types/types.js").Alert} alert */
  applyAlert(alert) {
    this.#told = [...this.#told.slice(1 - RECENT), { at: performance.now(), alert }];
    this.alerts.set(alert.alert_id, alert);
    this.changed("alerts");
  }

  /**
   * What the gateway holds of a conversation; what the stream told meanwhile stays.
   * @param {string} alert
   * @param {import("./types/types.js").Remark[]} items
   */
  replaceRemarks(alert, items) {
    const known = this.remarks.get(alert)?.values() ?? [];
    this.remarks.set(alert, new Map([...items, ...known].map((remark) => [remark.number, remark])));
    this.changed("remarks");
  }

  /** Someone said something; of a conversation that nobody looked at, the alert tells how long it is. */
  applyRemark(remark) {
    if (this.remarks.has(remark.alert_id)) {
      this.replaceRemarks(remark.alert_id, [remark]);
    }
  }

  /**
   * Take the counts of all tiers.
   * @param {Object<string, number>} tiers  how many assets are in each
   * @returns {boolean} whether the rows agree with them; no event tells that what is in a trailer moved with it
   */
  applyCounts(tiers) {
    this.#counts = tiers;
    let agree = true;
    for (const [tier, count] of Object.entries(tiers)) {
      const { assets } = this.board.get(tier) || { assets: [] };
      this.board.set(tier, { assets, count });
      agree &&= count === assets.length || (count > assets.length && assets.length >= LISTED);
    }
    this.changed("board");
    return agree;
  }

  #place(event) {
    const columns = [...this.board.values()];
    const known = columns.flatMap(({ assets }) => assets).find((row) => row.asset === event.asset);
    if (known && known.since > event.at) {
      return; // late data: it belongs before what is shown
    }
    for (const column of columns) {
      column.assets = column.assets.filter((row) => row.asset !== event.asset);
    }
    const column = this.board.get(event.tier) || { count: 0, assets: [] };
    column.assets = [this.#row(event, known), ...column.assets].slice(0, ROWS);
    this.board.set(event.tier, column);
  }

  /** @returns {Row} */
  #row(event, known) {
    const unloaded = event.kind === "unloaded";
    return {
      asset: event.asset,
      kind: event.asset_kind,
      label: this.label(event.asset),
      place: event.tier === "transit" ? "" : event.place,
      since: event.at,
      parent: event.parent && !unloaded ? event.parent : unloaded || !known ? "" : known.parent,
      late: known ? known.late : false,
    };
  }

  #learnLabel(item) {
    if (item.asset && item.label && item.label !== item.asset) {
      this.labels.set(item.asset, item.label);
    }
  }

  #loadedTopic(topic) {
    this.loaded.add(topic);
    this.changed(topic);
  }

  #tell() {
    this.#due = Infinity;
    const topics = this.#changed;
    this.#changed = new Set();
    const due = new Set([...topics].flatMap((topic) => this.#listeners.get(topic) || []));
    due.forEach((listener) => listener());
  }
}
