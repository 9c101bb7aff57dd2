/** The live table of tags: who each is, and how strong each antenna hears it. */

import { h, setText } from "../kit/dom.js";
import { LiveList } from "../kit/live_list.js";
import { shortName } from "../tower/names.js";
import { setRelative } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.devices.tags;
const WEAKEST_DBM = -90;
const STRONGEST_DBM = -30;
const COPIED_MS = 1200;

export class TagTable {
  #title = h("h2");
  #bar = h("div", { class: "bar" });
  #heads = h("tr");
  #rows = h("tbody");
  #list;
  /** @type {number[]} */
  #antennas = [];

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#list = new LiveList(this.#rows, { key: (tag) => tag.epc, create: () => new TagRow(store), empty: () => h("tr"), bar: this.#bar });
    this.element = h(
      "section",
      { class: "tags" },
      h("header", {}, this.#title, this.#bar),
      h("div", { class: "tag-scroll", tabindex: "0" }, h("table", {}, h("thead", {}, this.#heads), this.#rows)),
    );
  }

  /** @param {import("../types/types_devices.js").Read} read */
  show({ tags, antennas }) {
    setText(this.#title, w.title(tags.length), { mark: true });
    if (antennas.join() !== this.#antennas.join() || !this.#heads.hasChildNodes()) {
      this.#antennas = antennas;
      const columns = [w.epc, w.asset, w.place, ...antennas.map(w.antenna), w.count, w.last];
      this.#heads.replaceChildren(...columns.map((text) => h("th", { scope: "col" }, text)));
    }
    this.#list.set(tags.map((tag) => ({ ...tag, columns: antennas })));
  }
}

class TagRow {
  #epc = copyButton();
  #asset = h("a", { class: "mono" });
  #place = h("td");
  #count = h("td", { class: "number", "data-label": w.count });
  #last = h("time", { "data-relative": "ago" });
  #store;
  /** @type {Map<number, ReturnType<typeof signal>>} */
  #signals = new Map();
  #lastCell = h("td", { class: "last" }, this.#last);
  #columns = "";

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.element = h("tr");
  }

  /** @param {import("../types/types_devices.js").Tag & {columns: number[]}} tag */
  update(tag) {
    if (tag.columns.join() !== this.#columns || !this.element.hasChildNodes()) {
      this.#columns = tag.columns.join();
      this.#signals = new Map(tag.columns.map((antenna) => [antenna, this.#signals.get(antenna) || signal(antenna)]));
      const cells = [...this.#signals.values()].map((one) => one.element);
      this.element.replaceChildren(h("td", {}, this.#epc.element), h("td", {}, this.#asset), this.#place, ...cells, this.#count, this.#lastCell);
    }
    this.#epc.show(tag.epc);
    setText(this.#asset, shortName(tag.asset, tag.label));
    this.#asset.title = tag.asset;
    this.#asset.href = `#asset/${encodeURIComponent(tag.asset)}`;
    setText(this.#place, tag.place ? this.#store.placeName(tag.place) : w.between);
    setText(this.#count, tag.count, { mark: true });
    setRelative(this.#last, tag.last);
    const heard = new Map(tag.antennas.map((one) => [one.antenna, one]));
    this.#signals.forEach((one, antenna) => one.show(heard.get(antenna)));
  }
}

/** How strong one antenna hears a tag: a bar with its number; nothing where it does not. @param {number} antenna */
function signal(antenna) {
  const bar = h("span", { class: "level" });
  const text = h("span", { class: "small" });
  const whole = h("span", { class: "signal", hidden: true }, h("span", { class: "ground", "aria-hidden": "true" }, bar), text);
  return {
    element: h("td", { "data-antenna": w.antenna(antenna) }, whole),
    /** @param {{count: number, rssi_dbm: number|null}|undefined} heard */
    show(heard) {
      whole.hidden = !heard;
      if (!heard) {
        return;
      }
      const dbm = heard.rssi_dbm === null ? null : Math.round(heard.rssi_dbm * 10) / 10;
      const share = dbm === null ? 0 : (dbm - WEAKEST_DBM) / (STRONGEST_DBM - WEAKEST_DBM);
      bar.style.width = `${Math.round(Math.min(1, Math.max(0.02, share)) * 100)}%`;
      setText(text, dbm === null ? "–" : w.dbm(dbm));
      whole.title = w.signal(antenna, dbm, heard.count);
    },
  };
}

/** A number, shortened in the middle, whole on hover, copied by a click. */
function copyButton() {
  let value = "";
  const button = h("button", { class: "link mono", type: "button" });
  const usable = "clipboard" in navigator; // browsers give it to https and loopback only
  button.addEventListener("click", async () => {
    if (usable) {
      await navigator.clipboard.writeText(value);
      button.textContent = w.copied;
      setTimeout(() => (button.textContent = shortName(value)), COPIED_MS);
    }
  });
  return {
    element: button,
    /** @param {string} epc */
    show(epc) {
      if (value !== epc) {
        value = epc;
        button.textContent = shortName(epc);
        button.title = epc;
        button.setAttribute("aria-label", w.copy(epc));
      }
    },
  };
}
