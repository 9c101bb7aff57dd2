/** What the page knows, and the questions that views ask of it. */

import { isForetold, isLate } from "../shipments/lateness.js";
import { zoneAt } from "../kit/zone.js";

/** @typedef {import("../types/types.js").Row} Row */

export class Known {
  /** @type {import("../types/types.js").Session|null} */
  session = null;
  /** @type {{state: "connecting"|"live"|"lost", since: number}} */
  connection = { state: "connecting", since: performance.now() };
  /** @type {Map<string, import("../types/types.js").Place>} */
  places = new Map();
  /** @type {Map<string, {count: number, assets: Row[]}>} by tier */
  board = new Map();
  /** @type {Map<string, import("../types/types.js").Position>} */
  positions = new Map();
  /** @type {Map<string, import("../types/types.js").Alert>} */
  alerts = new Map();
  /** What was said of alerts whose conversation was looked at. @type {Map<string, Map<number, import("../types/types.js").Remark>>} */
  remarks = new Map();
  /** @type {Map<string, import("../types/types.js").Shipment>} */
  shipments = new Map();
  /** @type {Map<string, string>} */
  labels = new Map();
  /** What was read at least once; until then a view says that it loads. @type {Set<string>} */
  loaded = new Set();

  /** What the gateway calls an asset; empty where it has no name of its own. @param {string} asset */
  label(asset) {
    return this.labels.get(asset) || "";
  }

  /** @param {string} code */
  placeName(code) {
    const place = this.places.get(code);
    return place ? place.name : code;
  }

  /** The zone in which to show what happens at a place; empty: that of who looks. @param {string} code */
  zoneOf(code) {
    return zoneAt(this.places.get(code));
  }

  /** The place that a place is part of in the end. @param {string} code */
  outermost(code) {
    const inside = this.places.get(code)?.inside;
    return inside ? this.outermost(inside) : code;
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

  /** What was said of an alert, oldest first; null until it was read. @param {string} alert */
  conversation(alert) {
    const said = this.remarks.get(alert);
    return said ? [...said.values()].sort((a, b) => a.number - b.number) : null;
  }

  /** The open alert that says a shipment is behind its plan, or else that it will be. @param {string} shipment */
  lateAlert(shipment) {
    const open = this.openAlerts().filter((alert) => alert.shipment === shipment);
    return open.find(isLate) || open.find(isForetold);
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

  /** Assets of which an open alert says that they will, or may, be late. @returns {Set<string>} */
  riskAssets() {
    const foretold = this.openAlerts().filter(isForetold);
    const carried = foretold.flatMap(({ shipment }) => this.shipments.get(shipment)?.assets ?? []);
    return new Set([...foretold.map(({ asset }) => asset).filter(Boolean), ...carried]);
  }

  /** Assets whose tracker or reader is silent: unknown, not late. @returns {Set<string>} */
  silentAssets() {
    const silent = this.openAlerts().filter((alert) => alert.subject.startsWith("device:") && alert.asset);
    return new Set(silent.map((alert) => alert.asset));
  }
}
