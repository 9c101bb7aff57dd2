/**
 * What the page knows, and who wants to hear of a change.
 *
 * Everything shown is a fold over a snapshot and the events after it. Applying an event twice, or one that
 * is older than what is known, changes nothing: so a snapshot may arrive while the stream runs.
 */

import { isLate } from "./lateness.js";

/** @typedef {import("./types.js").Row} Row */

const RECENT = 500; // events kept to be applied again over a snapshot that was taken before them
const ROWS = 60; // assets kept per tier

export class Store {
  /** @type {import("./types.js").Session|null} */
  session = null;
  /** @type {{state: "connecting"|"live"|"lost", since: number}} */
  connection = { state: "connecting", since: performance.now() };
  /** @type {Map<string, import("./types.js").Place>} */
  places = new Map();
  /** @type {Map<string, {count: number, assets: Row[]}>} by tier */
  board = new Map();
  /** @type {Map<string, import("./types.js").Position>} */
  positions = new Map();
  /** @type {Map<string, import("./types.js").Alert>} */
  alerts = new Map();
  /** @type {Map<string, import("./types.js").Shipment>} */
  shipments = new Map();
  /** @type {Map<string, string>} */
  labels = new Map();
  /** What was read at least once; until then a view says that it loads. @type {Set<string>} */
  loaded = new Set();

  #listeners = new Map();
  #changed = new Set();
  #recent = [];

  /** Call `listener` soon after any of `topics` changed; once, however often it changed. */
  on(topics, listener) {
    for (const topic of topics) {
      this.#listeners.set(topic, [...(this.#listeners.get(topic) || []), listener]);
    }
  }

  /** @param {string} topic */
  changed(topic) {
    if (this.#changed.size === 0) {
      setTimeout(() => this.#tell(), 0);
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
    this.board = new Map(board.tiers.map(({ tier, count, assets }) => [tier, { count, assets }]));
    board.tiers.flatMap(({ assets }) => assets).forEach((row) => this.#learnLabel(row));
    this.#loadedTopic("board");
    for (const event of this.#recent.filter((each) => each.seq > board.last_seq)) {
      this.#place(event);
    }
  }

  /** @param {import("./types.js").Position[]} items */
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

  /** @param {import("./types.js").Alert} alert */
  applyAlert(alert) {
    this.alerts.set(alert.alert_id, alert);
    this.changed("alerts");
  }

  /** @param {Object<string, number>} tiers  how many assets are in each */
  applyCounts(tiers) {
    for (const [tier, count] of Object.entries(tiers)) {
      const column = this.board.get(tier) || { assets: [] };
      this.board.set(tier, { ...column, count });
    }
    this.changed("board");
  }

  /** What the gateway calls an asset; empty where it has no name of its own. @param {string} asset */
  label(asset) {
    return this.labels.get(asset) || "";
  }

  /** @param {string} code */
  placeName(code) {
    const place = this.places.get(code);
    return place ? place.name : code;
  }

  /**
   * Where an asset is, as far as the page knows.
   * @param {string} asset
   * @returns {{tier: string, place: string, at: string, parent: string}|null}
   */
  whereabouts(asset) {
    const position = this.positions.get(asset);
    if (position) {
      return { tier: position.tier, place: position.place, at: position.at, parent: "" };
    }
    for (const [tier, { assets }] of this.board) {
      const row = assets.find((each) => each.asset === asset);
      if (row) {
        return { tier, place: row.place, at: row.since, parent: row.parent };
      }
    }
    return null;
  }

  openAlerts() {
    return [...this.alerts.values()].filter((alert) => alert.state === "open");
  }

  /** Assets that an open alert or a late shipment names. @returns {Set<string>} */
  lateAssets() {
    const late = new Set(this.openAlerts().filter(isLate).map((alert) => alert.asset));
    for (const shipment of this.shipments.values()) {
      if (shipment.late && shipment.status !== "arrived") {
        shipment.assets.forEach((asset) => late.add(asset));
      }
    }
    late.delete("");
    return late;
  }

  /** Assets whose tracker or reader is silent: unknown, not late. @returns {Set<string>} */
  silentAssets() {
    const silent = this.openAlerts().filter((alert) => alert.subject.startsWith("device:") && alert.asset);
    return new Set(silent.map((alert) => alert.asset));
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
    const topics = this.#changed;
    this.#changed = new Set();
    const due = new Set([...topics].flatMap((topic) => this.#listeners.get(topic) || []));
    due.forEach((listener) => listener());
  }
}
