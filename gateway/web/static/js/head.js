/** The head line: site, who is looking, the gateway's clock with its zone, the connection, search. */

import { h, setText } from "./kit/dom.js";
import { clock, dayOf, exact, span, whole, zone } from "./kit/time.js";
import { words } from "./words/words.js";

const w = words.head;

export class Head {
  #store;
  #site = h("span", { class: "site" });
  #party = h("span", { class: "party muted" });
  #time = h("strong");
  #day = h("span", { class: "small muted" });
  #speed = h("span", { class: "small muted" });
  #connection = h("span", { class: "connection", role: "status" });

  /** @param {import("./store.js").Store} store  @param {HTMLElement} search */
  constructor(store, search) {
    this.#store = store;
    this.element = h(
      "header",
      { class: "head" },
      this.#site,
      this.#party,
      h("span", { class: "clock push" }, this.#time, this.#day, this.#speed),
      this.#connection,
      search,
    );
    store.on(["session", "connection"], () => this.tick());
  }

  /** Once a second, and more often where the clock runs faster. */
  tick() {
    const { session } = this.#store;
    if (session) {
      setText(this.#site, session.site);
      setText(this.#party, session.party.name);
      this.#party.title = session.party.code;
      this.#tickClock();
    }
    this.#tickConnection();
  }

  #tickClock() {
    const iso = new Date(clock.now()).toISOString();
    setText(this.#time, exact(iso));
    this.#time.title = whole(iso);
    setText(this.#day, `${zone(clock.now())}, ${dayOf(clock.now())}`);
    setText(this.#speed, clock.speed === 1 ? "" : w.speed(clock.speed));
    this.#speed.title = clock.speed === 1 ? "" : w.speedTitle(clock.speed);
  }

  #tickConnection() {
    const { state, since } = this.#store.connection;
    const text = {
      connecting: `○ ${w.connecting}`,
      live: `● ${w.live}`,
      lost: `▲ ${w.lost(span((performance.now() - since) / 1000))}`,
    };
    setText(this.#connection, text[state]);
    this.#connection.className = `connection ${{ connecting: "unknown", live: "fine", lost: "lost" }[state]}`;
  }
}
