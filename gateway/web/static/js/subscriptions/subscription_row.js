/** One subscription: whom it tells of what, how that goes, and what can be done about it. */

import { ApiError } from "../api.js";
import { fill, h } from "../kit/dom.js";
import { onEscape } from "../kit/escape.js";
import { field } from "../kit/form.js";
import { DeliveryLog } from "./subscription_log.js";
import { confirmAddress, enable, rotate, tryOut, unsubscribe } from "./subscriptions_api.js";
import { milliseconds, relativeTime, timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.subscriptions;

export class SubscriptionRow {
  #acts;
  /** @type {import("../types/types_subscriptions.js").Subscription} */
  #held;
  #drawn = "";
  #facts = h("div", { class: "facts-of" });
  #buttons = h("div", { class: "buttons" });
  #said = h("p", { class: "small", role: "status" });
  #error = h("p", { class: "error small late", role: "alert" });
  #codes = h("div", { class: "codes" });
  #logHere = h("div");
  /** @type {DeliveryLog|null} */
  #log = null;

  /** @param {import("../types/types_subscriptions.js").Subscription} held  @param {{done: (text: string) => void, secret: (of: any) => void}} acts */
  constructor(held, acts) {
    this.#held = held;
    this.#acts = acts;
    this.element = h("article", { class: "subscription", "aria-label": held.name }, this.#facts, this.#codes, this.#buttons, this.#said, this.#error, this.#logHere);
    this.#usual();
  }

  /** @param {import("../types/types_subscriptions.js").Subscription} held  @param {import("../types/types.js").Session|null} session */
  show(held, session) {
    this.#held = held;
    this.#log?.load();
    const key = JSON.stringify(held);
    if (key === this.#drawn) {
      return;
    }
    const hadButtons = this.#drawn && !this.#buttons.classList.contains("asking");
    this.#drawn = key;
    fill(this.#facts, who(held, session), of(held), state(held));
    fill(this.#codes, ...held.unconfirmed.map((address) => this.#code(address)));
    hadButtons && this.#usual();
  }

  #usual() {
    const held = this.#held;
    this.#buttons.classList.remove("asking");
    this.#buttons.onkeydown = null;
    const isHere = held.made === "here";
    fill(
      this.#buttons,
      button(w.test, (event) => this.#try(event.currentTarget)),
      button(w.log, () => this.#toggleLog()),
      held.status.state === "disabled" && button(w.enable, () => this.#send(async () => w.enabled((await enable(held.name)).count))),
      isHere && held.channel === "webhook" && button(w.rotate, () => this.#send(() => this.#rotate())),
      isHere && button(w.remove, () => this.#ask()),
    );
  }

  #ask() {
    const name = this.#held.name;
    const sure = button(w.removeSure, () =>
      this.#send(async () => {
        await unsubscribe(name);
        return w.removed(name);
      }),
    );
    const cancel = () => {
      this.#usual();
      /** @type {HTMLElement|null} */ (this.#buttons.lastElementChild)?.focus();
    };
    this.#buttons.classList.add("asking");
    this.#buttons.onkeydown = onEscape(cancel);
    fill(this.#buttons, h("span", { class: "late" }, w.removeAsk(name)), sure, button(w.cancel, cancel));
    sure.focus();
  }

  async #try(from) {
    from.disabled = true;
    fill(this.#said, w.testing);
    try {
      const tested = await tryOut(this.#held.name);
      const told = tested.outcome === "accepted";
      fill(this.#said, h("span", { class: told ? "fine" : "late" }, w.tested(told, words.deliveries.why(tested.reason, tested.text), milliseconds(tested.ms))));
      fill(this.#error);
    } catch (error) {
      fill(this.#said);
      this.#failed(error);
    } finally {
      from.disabled = false;
    }
  }

  async #rotate() {
    const made = await rotate(this.#held.name);
    this.#acts.secret(made);
    return "";
  }

  #toggleLog() {
    this.#log = this.#log ? null : new DeliveryLog(this.#held.name, { done: (text) => this.#acts.done(text) });
    fill(this.#logHere, this.#log && this.#log.element);
    this.#log?.load();
  }

  /** Where the code of an address is entered. @param {string} address */
  #code(address) {
    const code = h("input", { name: "code", maxlength: 8, inputmode: "numeric", autocomplete: "one-time-code", required: true });
    const submit = (event) => {
      event.preventDefault();
      this.#send(async () => {
        await confirmAddress(this.#held.name, address, code.value);
        return w.confirmed(address);
      });
    };
    return h("form", { on: { submit } }, field(w.confirm(address), code), h("button", { class: "button", type: "submit" }, w.confirmSend));
  }

  /** Ask the gateway; what came of it is said above all, what went wrong here. @param {() => Promise<string>} ask */
  async #send(ask) {
    try {
      const text = await ask();
      fill(this.#error);
      this.#usual();
      this.#acts.done(text);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    fill(this.#error, w.failed(error.message));
  }
}

function who(held, session) {
  const { settings } = held;
  const target = held.channel === "webhook" ? settings.url : held.channel === "email" ? settings.to.join(", ") : w.goesTo[held.channel](held.party);
  return h(
    "div",
    { class: "who" },
    h("p", {}, h("strong", {}, held.name), " ", h("span", { class: "muted" }, w.channels[held.channel])),
    h("p", { class: "small mono target" }, target),
    session?.operator && h("p", { class: "small muted" }, held.party),
    held.made === "configuration" && h("p", { class: "small muted" }, w.configured),
  );
}

function of(held) {
  const { settings } = held;
  const only = Object.entries(w.only)
    .filter(([key]) => settings[key]?.length)
    .map(([key, text]) => `${text} ${settings[key].join(", ")}`);
  const { quiet, digest } = settings;
  const times = [quiet && w.quiet(quiet.start, quiet.end, quiet.time_zone), digest && w.digest(digest.at, digest.time_zone)];
  const lines = [only.join("; ") || w.everything, w.least[settings.least_severity], ...times].filter(Boolean);
  return h("div", { class: "of" }, ...lines.map((line) => h("p", { class: "small" }, line)));
}

function state(held) {
  const { status } = held;
  const [mark, sign, text] = w.states[status.state];
  return h(
    "div",
    { class: "state" },
    h("p", { class: mark }, sign, " ", h("strong", {}, text), status.since && [" ", relativeTime(status.since)]),
    status.text && h("p", { class: "small" }, words.deliveries.why(status.reason, status.text)),
    status.next && h("p", { class: "small muted" }, `${w.again} `, relativeTime(status.next)),
    held.old_secret_until && h("p", { class: "small muted" }, `${w.bothSign} `, timeOf(held.old_secret_until)),
  );
}

const button = (text, click) => h("button", { class: "button", type: "button", on: { click } }, text);
