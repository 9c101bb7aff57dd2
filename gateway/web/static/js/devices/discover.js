/** Find devices: where to search, how far it has come, and each find with its entry to copy. */

import { ApiError, request } from "../api.js";
import { fill, h, setText } from "../kit/dom.js";
import { onEscape } from "../kit/escape.js";
import { field, sent } from "../kit/form.js";
import { words } from "../words/words.js";

const w = words.devices.find;
const TURN_MS = 700;
const COPIED_MS = 1200;

export class Discover {
  #timer = 0;
  #isShown = false;
  #serial = h("input", { type: "checkbox", checked: true });
  #attempt = h("input", { type: "checkbox" });
  #mdns = h("input", { type: "checkbox", checked: true });
  #subnet = h("input", { type: "text", placeholder: w.hint, autocomplete: "off", spellcheck: "false" });
  #start = h("button", { class: "button first", type: "submit" }, w.start);
  #cancel = h("button", { class: "button", type: "button", hidden: true, on: { click: () => this.#stop() } }, w.cancel);
  #said = h("span", { class: "small", role: "status" });
  #progress = h("progress", { hidden: true, "aria-label": w.title });
  #error = h("p", { class: "late", role: "alert" });
  #finds = h("ul", { class: "finds" });
  #drawn = "";

  constructor() {
    const box = (input, text) => h("label", { class: "check" }, input, text);
    const keydown = onEscape(() => this.toggle());
    this.button = h("button", { class: "button push", type: "button", "aria-expanded": "false", on: { click: () => this.toggle() } }, w.button);
    const close = h("button", { class: "button", type: "button", on: { click: () => this.toggle() } }, w.close);
    this.element = h(
      "form",
      { class: "discover", hidden: true, "aria-label": w.title, on: { submit: (event) => this.#begin(event), keydown } },
      h("h2", {}, w.title),
      h("div", { class: "where" }, box(this.#serial, w.serial), box(this.#attempt, w.attempt), box(this.#mdns, w.mdns), field(w.subnet, this.#subnet)),
      h("div", { class: "buttons" }, this.#start, this.#cancel, close, this.#progress, this.#said),
      this.#error,
      this.#finds,
    );
  }

  /** Closed, it gives the focus back to its button. */
  toggle() {
    this.element.hidden = !this.element.hidden;
    this.button.setAttribute("aria-expanded", String(!this.element.hidden));
    this.#look();
    (this.element.hidden ? this.button : this.#serial).focus();
  }

  /** A search goes on while nobody looks; it is asked for again when someone does. @param {boolean} isShown */
  setShown(isShown) {
    this.#isShown = isShown;
    this.#look();
  }

  async #begin(event) {
    event.preventDefault();
    const wish = { serial: this.#serial.checked, attempt: this.#attempt.checked, mdns: this.#mdns.checked, subnet: this.#subnet.value.trim() };
    await sent(this.#start, this.#error, w.failed, async () => this.#show(await request("POST", "/discovery", wish)));
  }

  async #stop() {
    await sent(this.#cancel, this.#error, w.failed, async () => this.#show(await request("DELETE", "/discovery")));
  }

  async #look() {
    clearTimeout(this.#timer);
    if (this.element.hidden || !this.#isShown) {
      return;
    }
    try {
      this.#show(await request("GET", "/discovery"));
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      fill(this.#error, w.failed(error.message));
      this.#timer = setTimeout(() => this.#look(), TURN_MS * 5);
    }
  }

  /** @param {import("../types/types_devices.js").Search} search */
  #show(search) {
    const running = search.state === "running";
    this.#start.hidden = running;
    this.#cancel.hidden = this.#progress.hidden = !running;
    if (search.to_ask) {
      this.#progress.max = search.to_ask;
      this.#progress.value = search.asked;
    } else {
      this.#progress.removeAttribute("value");
    }
    const done = [w.states[search.state], search.finds.length > 0 && w.found(search.finds.length), ...search.faults.map(w.fault)];
    setText(this.#said, running ? w.progress(w.steps[search.step], search.asked, search.to_ask) : done.filter(Boolean).join(". "));
    this.#list(search);
    clearTimeout(this.#timer);
    if (running) {
      this.#timer = setTimeout(() => this.#look(), TURN_MS);
    }
  }

  /** Drawn anew only where it differs: a row must not lose the focus of who copies. @param {import("../types/types_devices.js").Search} search */
  #list({ state, finds }) {
    const nothing = finds.length === 0 && state !== "none" && state !== "running";
    const wanted = JSON.stringify([finds, nothing]);
    if (wanted !== this.#drawn) {
      this.#drawn = wanted;
      fill(this.#finds, nothing && h("li", { class: "muted" }, w.nothing), ...finds.map(findRow));
    }
  }
}

/** @param {import("../types/types_devices.js").Find} find */
function findRow(find) {
  const copy = h("button", { class: "button", type: "button" }, w.copy);
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(find.entry);
    copy.textContent = w.copied;
    setTimeout(() => (copy.textContent = w.copy), COPIED_MS);
  });
  const usable = "clipboard" in navigator; // browsers give it to https and loopback only
  return h(
    "li",
    { class: "find" },
    h("div", {}, h("strong", {}, find.address), " ", h("span", { class: "muted" }, find.description), find.device && h("span", { class: "fine" }, ` ● ${w.known(find.device)}`), find.note && h("p", { class: "risk" }, `◆ ${words.sayings.obstacle(find.obstacle, find.note)}`)),
    h("pre", { class: "mono small", tabindex: "0", "aria-label": w.entry }, find.entry),
    usable && copy,
  );
}
