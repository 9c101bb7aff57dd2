/** Test a device: listen for some seconds and say what is wrong. */

import { request } from "../api.js";
import { fill, h } from "../kit/dom.js";
import { sent } from "../kit/form.js";
import { words } from "../words/words.js";

const w = words.devices.test;
const SECONDS = 10;
const LONG_MS = 60_000; // it may take a moment to connect and to end
const TURN_MS = 250;
const format = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 1 });

export class DeviceTest {
  #device;
  #button;
  #error = h("p", { class: "late small", role: "alert" });
  #result = h("div", { class: "result", role: "status" });

  /** @param {string} device */
  constructor(device) {
    this.#device = device;
    this.#button = h("button", { class: "button", type: "button", "aria-label": w.title(device), on: { click: () => this.#run() } }, w.button);
    this.element = h("div", { class: "test" }, this.#button, this.#error, this.#result);
  }

  async #run() {
    const progress = h("progress", { max: SECONDS, value: 0, "aria-label": w.running(SECONDS) });
    fill(this.#result, h("span", { class: "small muted" }, w.running(SECONDS)), progress);
    const began = performance.now();
    const turning = setInterval(() => (progress.value = (performance.now() - began) / 1000), TURN_MS);
    await sent(this.#button, this.#error, w.failed, async () => {
      const path = `/devices/${encodeURIComponent(this.#device)}/test`;
      this.#show(await request("POST", path, { seconds: SECONDS }, LONG_MS));
    });
    clearInterval(turning);
    progress.remove();
    this.#error.hasChildNodes() && fill(this.#result);
  }

  /** @param {import("../types/types_devices.js").Trial} found */
  #show(found) {
    const says = found.says.map((saying) => {
      const [colour, mark, name] = w.grades[saying.grade];
      return h("li", {}, h("span", { class: colour, role: "img", "aria-label": name }, mark), h("span", {}, words.sayings.said(saying)));
    });
    fill(
      this.#result,
      h("ul", { class: "says-list" }, ...says),
      h("p", { class: "small muted" }, w.how[found.how](format.format(found.seconds)), " ", w.counts(format.format(found.bytes), found.readings, found.rejected)),
      found.antennas.length > 0 && antennaTable(found.antennas),
    );
  }
}

/** @param {import("../types/types_devices.js").Trial["antennas"]} antennas */
function antennaTable(antennas) {
  const { columns } = w;
  const heads = [w.antenna, ...Object.values(columns)].map((text) => h("th", { scope: "col" }, text));
  const rows = antennas.map((one) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, one.antenna || "–"),
      ...[one.reads, one.tags, one.per_s].map((value) => h("td", { class: "number" }, format.format(value))),
      h("td", { class: "number" }, one.rssi_dbm ? `${one.rssi_dbm.map((dbm) => format.format(Math.round(dbm))).join(" / ")} dBm` : "–"),
    ),
  );
  return h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows));
}
