/**
 * The views of the page, in the order of the rail: their key, their icon, for whom they are and what shows them.
 * A new view is a file and a line here, its style sheet in index.html and its words.
 */

import { DevicesView } from "./devices/devices.js";
import { Inbox } from "./alerts/inbox.js";
import { KpisView } from "./kpis/kpis.js";
import { PartnersView } from "./partners/partners.js";
import { QualityView } from "./quality/quality.js";
import { ShipmentsView } from "./shipments/shipments.js";
import { SubscriptionsView } from "./subscriptions/subscriptions.js";

/**
 * What stands in the frame for a view. `setShown` is told when someone begins and ends to look at it, and at what of it:
 * the part of the address behind the view's name. `title` is what the window is called, if not as the view.
 * @typedef {{element: HTMLElement, title?: string, setShown?: (isShown: boolean, what?: string) => void,
 *   step?: (step: number) => void, answer?: () => void, talk?: () => void}} Shown
 *
 * @typedef {object} View
 * @property {string} name  its address is `#name`, its title `words.views[name]`
 * @property {string} key
 * @property {string} icon  path in a square of 20
 * @property {boolean} [operatorOnly]  of no use to a party that does not run this gateway; the API refuses it anyway
 * @property {(store: import("./store.js").Store, tower: Shown) => Shown} make
 */

/** @type {View[]} */
export const VIEWS = [
  { name: "tower", key: "1", icon: "M3 4h14v4H3zM3 10h8v6H3zM13 10h4v6h-4z", make: (store, tower) => tower },
  { name: "shipments", key: "2", icon: "M3 4h14v2H3zM3 8.500h14v2H3zM3 13h9v2H3z", make: (store) => new ShipmentsView(store) },
  {
    name: "alerts",
    key: "3",
    icon: "M10 2l8.500 15h-17zM9 8v4h2V8zM9 13.500v2h2v-2z",
    make: (store) => new Inbox(store),
  },
  {
    name: "devices",
    key: "4",
    icon: "M9 12h2v6H9zM10 8a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3zM5.800 5.300l1.400 1.400a4 4 0 0 0 0 5.600l-1.400 1.400a6 6 0 0 1 0-8.400zM14.200 5.300a6 6 0 0 1 0 8.400l-1.400-1.400a4 4 0 0 0 0-5.600zM3 2.500l1.400 1.400a8 8 0 0 0 0 11.200L3 16.500a10 10 0 0 1 0-14zM17 2.500a10 10 0 0 1 0 14l-1.400-1.400a8 8 0 0 0 0-11.200z",
    operatorOnly: true,
    make: (store) => new DevicesView(store),
  },
  {
    name: "quality",
    key: "5",
    icon: "M3 3h14v2H3zM3 7h8v2H3zM3 11h6v2H3zM3 15h6v2H3zM11.500 13l1.400-1.400 1.900 1.900 3.300-3.500L19.500 11.400l-4.700 4.900z",
    make: (store) => new QualityView(store),
  },
  {
    name: "subscriptions",
    key: "6",
    icon: "M10 2a5 5 0 0 1 5 5v4l2 3H3l2-3V7a5 5 0 0 1 5-5zM8 15h4a2 2 0 0 1-4 0z",
    make: (store) => new SubscriptionsView(store),
  },
  {
    name: "partners",
    key: "7",
    icon: "M7 4a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM14 5.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5zM1.500 17v-2.500c0-2 2.500-3.500 5.500-3.500s5.500 1.500 5.500 3.500V17zM14 17v-2.500c0-1-.4-2-1-2.700 3-.3 5.500 1 5.500 3V17z",
    make: (store) => new PartnersView(store),
  },
  { name: "kpis", key: "8", icon: "M3 17V9h3v8zM8.500 17V3h3v14zM14 17v-5h3v5z", make: (store) => new KpisView(store) },
];

/** The views that someone has. @param {import("./types/types.js").Session} session */
export const viewsOf = (session) => VIEWS.filter((view) => !view.operatorOnly || session.operator);

/** All views, built and hidden, by name. */
export class Views {
  /** @type {Map<string, Shown>} */
  #made = new Map();
  shown = "tower";

  /** @param {import("./store.js").Store} store  @param {Shown} tower */
  constructor(store, tower) {
    for (const view of viewsOf(store.session)) {
      this.#made.set(view.name, view.make(store, tower));
    }
    this.elements = [...this.#made.values()].map((view) => view.element);
  }

  get current() {
    return this.#made.get(this.shown);
  }

  /** @param {string} name */
  has(name) {
    return this.#made.has(name);
  }

  /** Show one and hide the others. @param {string} name  @param {string} [what]  of it */
  show(name, what = "") {
    this.shown = name;
    for (const [each, view] of this.#made) {
      view.element.hidden = each !== name;
      view.setShown?.(each === name, each === name ? what : "");
    }
  }

  /** Bring the focus to where reading begins, unless the view has placed it: it was on what is hidden now. */
  land() {
    const element = this.current?.element;
    if (element && !element.contains(document.activeElement)) {
      const begins = [...element.querySelectorAll("h1")].find((title) => title.checkVisibility()) ?? element;
      begins.setAttribute("tabindex", "-1");
      begins.focus({ preventScroll: true });
    }
  }
}
