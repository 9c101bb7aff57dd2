/** One device in the list: how it stands and since when, the last error, how much it says. */

import { h, setText } from "../kit/dom.js";
import { STEPS, spark } from "../kit/spark.js";
import { setRelative } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.devices;
const MARKS = { connected: ["fine", "●"], failing: ["late", "▲"], silent: ["unknown", "○"] };

export class DeviceRow {
  name = "";
  #mark = h("span", { class: "mark", "aria-hidden": "true" });
  #state = h("span");
  #since = h("time", { class: "small muted", "data-relative": "lasted" });
  #title = h("strong");
  #driver = h("span", { class: "small muted" });
  #address = h("span", { class: "address mono small" });
  #trouble = h("span", { class: "trouble small" });
  #rate = h("strong");
  #spark = spark();
  #toggle;

  /** @param {(name: string) => void} toggle */
  constructor(toggle) {
    this.#toggle = h("button", { class: "open", type: "button", "aria-expanded": "false", on: { click: () => toggle(this.name) } }, this.#title, this.#driver);
    const line = h(
      "div",
      { class: "line" },
      this.#toggle,
      this.#address,
      h("span", { class: "state" }, this.#mark, this.#state, this.#since),
      this.#trouble,
      h("span", { class: "rate" }, this.#rate, this.#spark.element),
    );
    this.element = h("li", { class: "device" }, line);
  }

  /** @param {import("../types/types_devices.js").Device & {step: number}} device */
  update(device) {
    const [colour, mark] = MARKS[device.state];
    this.name = device.device;
    this.element.dataset.state = device.state;
    this.element.dataset.device = device.device;
    setText(this.#title, device.device);
    setText(this.#driver, device.driver);
    setText(this.#address, device.address);
    this.#address.title = device.address;
    setText(this.#mark, mark);
    this.#mark.className = `mark ${colour}`;
    setText(this.#state, w.states[device.state]);
    this.#since.hidden = !device.since;
    device.since && setRelative(this.#since, device.since);
    const trouble = inWords(device);
    setText(this.#trouble, trouble);
    this.#trouble.title = trouble;
    this.#trouble.classList.toggle("muted", device.state !== "failing");
    setText(this.#rate, w.rate(device.rate));
    const most = Math.max(device.rate, ...device.rates);
    this.#spark.show([...device.rates, device.rate], w.spark(device.device, device.rate, most, (device.step * STEPS) / 60));
  }

  /** Bring it into sight and focus, unless someone is at it already. */
  reveal() {
    if (!this.element.contains(document.activeElement)) {
      this.#toggle.focus({ preventScroll: true });
      this.element.scrollIntoView({ block: "start" });
    }
  }

  /** Show what it reads beneath it. @param {HTMLElement} content */
  open(content) {
    this.#toggle.setAttribute("aria-expanded", "true");
    this.element.append(content);
  }

  close() {
    this.#toggle.setAttribute("aria-expanded", "false");
    const open = this.element.querySelector(".device-open");
    const held = open?.contains(document.activeElement);
    open?.remove();
    held && this.#toggle.focus({ preventScroll: true });
  }
}

/** The last error with what to do; of a silent device what to look for. @param {import("../types/types_devices.js").Device} device */
export function inWords(device) {
  if (device.state === "silent" && device.trouble?.kind !== "link") {
    return w.silentTodo(device.heard);
  }
  if (!device.trouble) {
    return "";
  }
  const { kind, reason, text } = device.trouble;
  return kind === "data" ? `${w.trouble(kind, reason, text)}. ${w.dataTodo}` : w.trouble(kind, reason, text);
}
