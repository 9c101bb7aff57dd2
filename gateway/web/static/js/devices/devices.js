/** Devices: how each stands, how much it says, what is wrong; and what the one reads that is opened. Operator only. */

import { fill, h, says, setText } from "../kit/dom.js";
import { DeviceOpen } from "./device_open.js";
import { DeviceRow } from "./device_row.js";
import { Discover } from "./discover.js";
import { LiveList } from "../kit/live_list.js";
import { words } from "../words/words.js";

const w = words.devices;
const STREAM = "/api/v1/device-stream";
const AGAIN_MS = 3000;
const URGENCY = { failing: 0, silent: 1, connected: 1 }; // those that fail come first, the rest as configured

/** @typedef {import("../types/types_devices.js").Device} Device */

export class DevicesView {
  /** @type {EventSource|null} */
  #source = null;
  #timer = 0;
  /** @type {Map<string, Device>} */
  #known = new Map();
  /** @type {DeviceOpen|null} */
  #opened = null;
  #wanted = ""; // the device that the address names
  #arrives = false; // it was named just now: it is to be seen and in focus
  #turned = false; // the address follows what was pressed here
  #isShown = false;
  #step = 5;
  #count = h("span", { class: "muted" });
  #error = h("div", { role: "status" });
  #bar = h("div", { class: "device-bar" });
  #rows = h("ul", { class: "device-list", "aria-label": w.title });
  #list;

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.store = store;
    this.discover = new Discover();
    const heads = Object.entries(w.columns).map(([name, text]) => h("span", { class: `of-${name}` }, text));
    this.#list = new LiveList(this.#rows, { key: (device) => device.device, create: () => new DeviceRow((name) => this.#turn(name)), empty: () => this.#none(), bar: this.#bar });
    this.element = h(
      "section",
      { class: "devices", "aria-label": w.title, hidden: true },
      h("header", { class: "section-head" }, h("h1", {}, w.title), this.#count, this.discover.button),
      h("div", { class: "scroll", tabindex: "-1" }, this.discover.element, this.#error, this.#bar, h("div", { class: "device-heads", "aria-hidden": "true" }, ...heads), this.#rows),
    );
    this.#list.set([]);
  }

  /** The gateway tells of devices while someone looks. @param {boolean} isShown  @param {string} [name]  the device that is opened */
  setShown(isShown, name = "") {
    this.#arrives = Boolean(name) && !this.#turned;
    this.#turned = false;
    this.#wanted = name;
    if (isShown !== this.#isShown) {
      this.#isShown = isShown;
      this.#listen();
      this.discover.setShown(isShown);
    }
    isShown && this.#openWanted();
  }

  /** Open the stream anew, for the device that is opened; none where nobody looks. */
  #listen() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    if (!this.#isShown) {
      return;
    }
    const query = this.#opened ? `?device=${encodeURIComponent(this.#opened.name)}` : "";
    const source = new EventSource(STREAM + query);
    this.#source = source;
    source.addEventListener("open", () => fill(this.#error));
    source.addEventListener("error", () => this.#lost(source));
    source.addEventListener("devices", (message) => this.#take(JSON.parse(message.data)));
    source.addEventListener("read", (message) => this.#opened?.showRead(JSON.parse(message.data)));
  }

  /** The browser asks again by itself, but not where it was refused: a session that ended, a device that is gone. */
  #lost(source) {
    fill(this.#error, says(...w.lost));
    if (source.readyState === EventSource.CLOSED && source === this.#source) {
      this.#close();
      this.#timer = setTimeout(() => this.#listen(), AGAIN_MS);
    }
  }

  /** @param {{items: Device[], all: string[], rate_step_s: number}} told  those that changed, and the names of all */
  #take({ items, all, rate_step_s }) {
    this.#step = rate_step_s;
    items.forEach((device) => this.#known.set(device.device, device));
    const devices = all.map((name) => this.#known.get(name)).filter((device) => device !== undefined);
    this.#known = new Map(devices.map((device) => [device.device, device]));
    const sorted = devices.map((device, at) => ({ device, at })).sort((a, b) => URGENCY[a.device.state] - URGENCY[b.device.state] || a.at - b.at);
    const counted = (state) => devices.filter((device) => device.state === state).length;
    setText(this.#count, w.counts(counted("failing"), counted("silent"), devices.length), { mark: true });
    this.#list.set(sorted.map(({ device }) => ({ ...device, step: this.#step })));
    const opened = this.#opened && this.#known.get(this.#opened.name);
    opened ? this.#opened?.update(opened) : this.#close();
    this.#openWanted();
  }

  /** Open one, or close it where it is open; the address says so. @param {string} name */
  #turn(name) {
    this.#wanted = name === this.#opened?.name ? "" : name;
    this.#openWanted();
    this.#turned = true;
    location.hash = this.#wanted ? deviceHref(name) : "#devices";
  }

  /** Open the device that the address names, as soon as it is known, and close the one that was. */
  #openWanted() {
    const row = this.#list.views.find((view) => view.name === this.#wanted);
    const device = this.#known.get(this.#wanted);
    if (this.#opened && this.#opened.name !== this.#wanted) {
      this.#close();
      this.#listen();
    }
    if (row && device && !this.#opened) {
      this.#opened = new DeviceOpen(device, this.store);
      row.open(this.#opened.element);
      this.#listen();
    }
    if (row && this.#arrives) {
      this.#arrives = false;
      row.reveal();
    }
  }

  #close() {
    this.#list.views.forEach((view) => view.close());
    this.#opened = null;
  }

  #none() {
    return h("li", {}, says(...(this.#known.size || this.#count.textContent ? w.none : w.reading)));
  }
}

/** The address at which a device is opened. @param {string} name */
const deviceHref = (name) => `#devices/${encodeURIComponent(name)}`;
