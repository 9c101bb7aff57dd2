/**
 * Keep the store true: the stream says what happens, snapshots say what is.
 *
 * The stream is opened first and the snapshot read after it stands, so nothing falls between the two. The
 * browser reconnects by itself and names the last event it saw; when the gateway refuses the stream we ask
 * whether we are still signed in, and try again with growing pauses.
 */

import * as api from "./api.js";

const EVENTS_APART_MS = 2000; // the least pause between two reads of the same list
const CLOCK_EVERY_MS = 30_000;
const ASK_AGAIN_MS = 3000; // while nothing is answered
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];

const READS = {
  places: async (store) => store.replace("places", await api.getPlaces(), "code"),
  shipments: async (store) => store.replace("shipments", await api.getShipments(), "shipment_id"),
  alerts: async (store) => {
    const askedAt = performance.now();
    store.replaceAlerts(await api.getAlerts(), askedAt);
  },
  remarks: async (store) => {
    for (const alert of store.remarks.keys()) {
      store.replaceRemarks(alert, await api.getRemarks(alert));
    }
  },
  board: async (store) => store.replaceBoard(await api.getBoard()),
  positions: async (store) => store.replacePositions(await api.getPositions()),
};

export class Live {
  #store;
  #clock;
  #source = null;
  #failures = 0;
  #timers = new Map();
  #readAt = new Map();

  /**
   * @param {import("./store.js").Store} store
   * @param {{onSession: (session: any) => void, onSignedOut: () => void, onError: (error: Error|null) => void}} hooks
   */
  constructor(store, hooks) {
    this.#store = store;
    this.hooks = hooks;
  }

  start() {
    this.#open();
    this.#clock = setInterval(() => this.checkSession(), CLOCK_EVERY_MS);
  }

  stop() {
    this.#source?.close();
    clearInterval(this.#clock);
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#timers.clear();
  }

  /** Read everything again. */
  async resync() {
    try {
      await Promise.all(Object.values(READS).map((read) => read(this.#store)));
      this.hooks.onError(null);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Read lists again soon, each at most every two seconds. @param {...string} topics */
  refresh(...topics) {
    for (const topic of topics.filter((each) => !this.#timers.has(each))) {
      const wait = Math.max(50, (this.#readAt.get(topic) || 0) + EVENTS_APART_MS - performance.now());
      this.#timers.set(topic, setTimeout(() => this.#read(topic), wait));
    }
  }

  async #read(topic) {
    this.#timers.delete(topic);
    this.#readAt.set(topic, performance.now());
    try {
      await READS[topic](this.#store);
    } catch (error) {
      this.#failed(error);
    }
  }

  #open() {
    const source = new EventSource(api.STREAM);
    this.#source = source;
    source.addEventListener("open", () => {
      this.#failures = 0;
      this.#store.setConnection("live");
      this.resync();
    });
    source.addEventListener("error", () => this.#lost(source));
    const store = this.#store;
    this.#listen("location", (event) => {
      store.applyLocation(event);
      this.refresh("shipments");
    });
    this.#listen("position", (event) => store.applyPosition(event));
    this.#listen("board", (event) => store.applyCounts(event.tiers) || this.refresh("board"));
    this.#listen("remark", (remark) => store.applyRemark(remark));
    this.#listen("alert", (alert) => {
      store.applyAlert(alert);
      this.refresh("shipments", "board", "positions");
    });
  }

  #listen(type, apply) {
    this.#source.addEventListener(type, (message) => apply(JSON.parse(message.data)));
  }

  #lost(source) {
    this.#store.setConnection("lost");
    if (source.readyState === EventSource.CLOSED) {
      const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
      this.#failures += 1;
      this.#timers.set("open", setTimeout(() => this.#reopen(), wait));
    }
  }

  async #reopen() {
    await this.checkSession();
    if (this.#store.session) {
      this.#open();
    }
  }

  /** Bring the clock up to date, and notice a session that ended or a gateway that is gone. */
  async checkSession() {
    try {
      this.hooks.onSession(await api.getSession());
      this.#answered();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Where the stream never broke nothing else says that the gateway answers again: what was missed is read now. */
  #answered() {
    if (this.#store.connection.state === "lost" && this.#source.readyState === EventSource.OPEN) {
      this.#store.setConnection("live");
      this.resync();
    }
  }

  #askAgain() {
    clearTimeout(this.#timers.get("session"));
    this.#timers.set("session", setTimeout(() => this.checkSession(), ASK_AGAIN_MS));
  }

  #failed(error) {
    if (!(error instanceof api.ApiError)) {
      throw error;
    }
    if (error.status === 401) {
      this.hooks.onSignedOut();
    } else if (error.status === 0) {
      this.#store.setConnection("lost");
      this.#askAgain();
    } else {
      this.hooks.onError(error);
    }
  }
}
