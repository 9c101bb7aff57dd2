/** A device that is opened: facts, a test, and what it reads as it comes. */

import { fill, h, says } from "../kit/dom.js";
import { inWords } from "./device_row.js";
import { TagTable } from "./device_tags.js";
import { DeviceTest } from "./device_test.js";
import { fixFacts, toldList, valueTable } from "./device_values.js";
import { facts } from "../kit/panel.js";
import { relativeTime } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.devices;
const format = new Intl.NumberFormat(words.locale);

export class DeviceOpen {
  #facts = h("div");
  #values = h("div", { class: "read" });
  #nothing = says(w.nothing);
  #tags;
  #store;
  #shown = "";

  /** @param {import("../types/types_devices.js").Device} device  @param {import("../store.js").Store} store */
  constructor(device, store) {
    this.name = device.device;
    this.#store = store;
    this.#tags = new TagTable(store);
    this.element = h(
      "section",
      { class: "device-open", "aria-label": w.open(device.device) },
      h("div", { class: "about" }, this.#facts, new DeviceTest(device.device).element),
      this.#nothing,
      this.#values,
      this.#tags.element,
    );
    this.#tags.element.hidden = true;
    this.update(device);
  }

  /** @param {import("../types/types_devices.js").Device} device */
  update(device) {
    const shown = JSON.stringify([device.place, device.asset, device.heard, device.links, device.readings, device.rejected, device.bytes, device.trouble, device.state]);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    const f = w.facts;
    const trouble = inWords(device);
    fill(
      this.#facts,
      facts([
        [f.place, device.place && this.#store.placeName(device.place)],
        [f.asset, device.asset],
        [f.heard, device.heard ? relativeTime(device.heard) : w.never],
        [f.links, device.links > 1 ? format.format(device.links) : ""],
        [f.readings, format.format(device.readings)],
        [f.rejected, device.rejected ? format.format(device.rejected) : ""],
        [f.bytes, format.format(device.bytes)],
        [f.trouble, trouble && [trouble, " ", device.trouble && h("span", { class: "muted" }, relativeTime(device.trouble.at))]],
      ]),
    );
  }

  /** @param {import("../types/types_devices.js").Read} read */
  showRead(read) {
    this.#nothing.hidden = read.tags.length + read.values.length + read.told.length > 0 || read.fix !== null;
    this.#tags.element.hidden = read.tags.length === 0;
    this.#tags.show(read);
    fill(this.#values, read.fix && fixFacts(read.fix), read.values.length > 0 && valueTable(read.values), read.told.length > 0 && toldList(read.told));
  }
}
