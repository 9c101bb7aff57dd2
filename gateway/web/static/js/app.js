/** The frame for one who is signed in: rail, head line, the view the address names, the panel beside it. */

import { Alerts } from "./alerts/alerts.js";
import { assetPanel } from "./tower/asset.js";
import { h, says } from "./kit/dom.js";
import { Head } from "./head.js";
import { bindKeys, keysDialog } from "./keys.js";
import { NetworkMap } from "./map/map.js";
import { Panel } from "./kit/panel.js";
import { Rail } from "./rail.js";
import { Search } from "./search.js";
import { refreshRelative } from "./kit/time.js";
import { Tower } from "./tower/tower.js";
import { Views, viewsOf } from "./views.js";
import { words } from "./words/words.js";

const TICK_MS = 500;
const ON_MAP = "asset/"; // #tower/asset/ID

export class App {
  #store;
  #error = h("div", { class: "load-error", role: "alert", hidden: true });
  #opened = ""; // the asset in the panel
  #beneath = ""; // the address of what is seen under the panel

  /**
   * @param {import("./store.js").Store} store
   * @param {{leave: () => void, resync: () => void}} acts
   */
  constructor(store, acts) {
    this.#store = store;
    this.acts = acts;
    const mine = viewsOf(store.session);
    this.viewKeys = Object.fromEntries(mine.map(({ key, name }) => [key, () => this.#goTo(name)]));
    this.map = new NetworkMap(store);
    this.alerts = new Alerts(store);
    this.panel = new Panel(() => this.#closePanel());
    this.keys = keysDialog(mine.map(({ key, name }) => [key, words.views[name]]));
    this.rail = new Rail(store.session, { keys: () => this.keys.showModal(), leave: acts.leave });
    this.search = new Search(store, (place) => place.lat !== null && this.map.show(place.lat, place.lon));
    this.head = new Head(store, this.search.element);
    this.tower = new Tower(store, this.map, this.alerts);
    this.views = new Views(store, this.tower);
    const view = h("main", { class: "view", id: "view", tabindex: "-1" }, this.#error, ...this.views.elements, this.panel.element);
    this.element = h("div", { class: "app" }, this.rail.element, this.head.element, view, this.keys);
  }

  /** Start what needs to stand in the document. */
  start() {
    this.map.start();
    window.addEventListener("hashchange", () => this.#route());
    this.#route();
    setInterval(() => this.#tick(), TICK_MS);
    bindKeys({
      "/": () => this.search.focus(),
      ...this.viewKeys,
      j: () => this.#reading.step(1),
      k: () => this.#reading.step(-1),
      a: () => this.#reading.answer(),
      c: () => this.#reading.talk(),
      m: () => this.views.shown === "tower" && this.map.list.toggle(),
      "?": () => (this.keys.open ? this.keys.close() : this.keys.showModal()),
      Escape: () => this.#escape(),
    });
  }

  /** Say what could not be read, with a way to try again; null takes it away. @param {Error|null} error */
  showError(error) {
    this.#error.hidden = !error;
    const retry = h("button", { class: "button", type: "button", on: { click: () => this.acts.resync() } }, words.errors.retry);
    this.#error.replaceChildren(error ? says(words.errors.load("tierview", error.message), "", retry) : "");
  }

  /** The list of alerts that the keys are for: the view's own, or the tower's. */
  get #reading() {
    const view = /** @type {any} */ (this.views.current);
    return view?.step ? view : this.alerts;
  }

  /** Show a view at once, for the next key is meant for it; who looks at it already begins to read anew. @param {string} name */
  #goTo(name) {
    location.hash = `#${name}`;
    this.#route();
    this.views.land();
  }

  #tick() {
    this.head.tick();
    this.alerts.tick();
    refreshRelative();
  }

  /** `#VIEW`, `#shipments/ID` and `#tower/asset/ID`, or `#asset/ID` in a panel over the view last seen. */
  #route() {
    const [name, ...rest] = location.hash.slice(1).split("/");
    const what = decode(rest.join("/"));
    if (name === "shipment") {
      location.replace(`#shipments/${rest.join("/")}`); // addresses that were kept from before shipments had pages
      return;
    }
    if (what && name === "asset") {
      this.#opened = what;
      this.#openPanel();
    } else if (this.views.has(name) || !name) {
      const before = this.views.shown;
      this.views.show(name || "tower", what);
      before === this.views.shown || this.views.land();
      this.#beneath = location.hash;
      this.#opened = "";
      this.panel.hide();
    }
    this.map.select(this.#opened || (name === "tower" && what.startsWith(ON_MAP) ? what.slice(ON_MAP.length) : ""));
    this.rail.mark(this.views.shown);
    document.title = `${this.views.current?.title || words.views[this.views.shown]} · tierview`;
  }

  async #openPanel() {
    const id = this.#opened;
    const acts = { showOnMap: (lat, lon) => this.#showOnMap(lat, lon), retry: () => this.#openPanel() };
    const content = await assetPanel(this.#store, id, acts);
    if (id === this.#opened) {
      this.panel.show(...content);
    }
  }

  #showOnMap(lat, lon) {
    this.views.show("tower");
    this.#beneath = "#tower";
    this.#route();
    this.map.show(lat, lon);
  }

  /** Close what lies on top: the panel, or what the view has opened, as the list of a tier. */
  #escape() {
    if (this.panel.isOpen) {
      this.#closePanel();
    } else if (location.hash.includes("/")) {
      location.hash = `#${this.views.shown}`;
    }
  }

  /** At once, for the address is followed later: the next Escape finds what lies beneath. */
  #closePanel() {
    this.#opened = "";
    this.panel.hide();
    location.hash = this.#beneath || `#${this.views.shown}`;
  }
}

/** An address typed by hand may hold a lone percent sign. */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
