/** The form in which someone subscribes: first how, then what that needs, then of what. */

import { fill, h } from "../kit/dom.js";
import { onEscape } from "../kit/escape.js";
import { field, sent } from "../kit/form.js";
import { subscribe } from "./subscriptions_api.js";
import { words } from "../words/words.js";

const w = words.subscriptions.form;
const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const HELD_BACK = ["webhook", "email", "apprise"]; // channels that know quiet hours and digests

export class SubscriptionForm {
  #session;
  #acts;
  #channel;
  #name = text("name", { maxlength: 40, required: true, pattern: "[A-Za-z0-9][A-Za-z0-9_.\\-]*" });
  #party;
  #url = text("url", { type: "url", maxlength: 2000, required: true });
  #to = text("to", { required: true });
  #signature = select("signature", Object.entries(w.signatures));
  #private = h("input", { type: "checkbox", name: "allow_private" });
  #least = select("least_severity", Object.entries(w.levels));
  #lanes = text("lanes");
  #places = text("places");
  #rules = text("rules");
  #roles = text("roles", { placeholder: w.rolesHint });
  #quietFrom = text("quiet_from", { type: "time" });
  #quietTo = text("quiet_to", { type: "time" });
  #digest = text("digest");
  #zone = text("zone", { value: OWN_ZONE });
  #needs = h("div", { class: "needs" });
  #times = h("div", { class: "fields" });
  #hint = h("p", { class: "small muted" });
  #error = h("p", { class: "error small late", role: "alert" });
  #send = h("button", { class: "button first", type: "submit" }, w.send);

  /** @param {import("../types/types.js").Session|null} session  @param {{made: (one: any) => void, close: () => void}} acts */
  constructor(session, acts) {
    this.#session = session;
    this.#acts = acts;
    const channels = Object.entries(words.subscriptions.channels).filter(([channel]) => channel !== "apprise" || session?.operator);
    this.#channel = select("channel", channels);
    this.#channel.addEventListener("change", () => this.#draw());
    this.#party = text("party", { maxlength: 64, value: session?.party.code || "" });
    const cancel = h("button", { class: "button", type: "button", on: { click: acts.close } }, words.subscriptions.cancel);
    this.element = h(
      "form",
      { class: "subscribe", "aria-label": w.title, on: { submit: (event) => this.#submit(event), keydown: onEscape(acts.close) } },
      h("div", { class: "fields" }, field(w.channel, this.#channel), field(w.name, this.#name), session?.operator && field(w.party, this.#party), field(w.least, this.#least)),
      this.#hint,
      this.#needs,
      h("details", {}, h("summary", {}, w.more), this.#filters(), this.#times),
      h("div", { class: "buttons" }, this.#send, cancel),
      this.#error,
    );
    this.#draw();
  }

  focus() {
    this.#channel.focus();
  }

  #filters() {
    const fields = [field(w.lanes, this.#lanes), field(w.places, this.#places), field(w.rules, this.#rules), field(w.roles, this.#roles)];
    return h("div", { class: "fields" }, ...fields);
  }

  /** Ask for what the chosen channel needs, and nothing else. */
  #draw() {
    const channel = this.#channel.value;
    const needs = {
      webhook: () => [field(w.url.webhook, this.#url), field(w.signature, this.#signature)],
      email: () => [field(w.to, this.#to)],
      apprise: () => [field(w.url.apprise, this.#url)],
    }[channel];
    const isOut = channel === "webhook" || channel === "apprise";
    this.#url.type = channel === "apprise" ? "text" : "url";
    const reaches = this.#session?.operator && isOut && h("label", { class: "check small" }, this.#private, " ", w.private);
    fill(this.#needs, needs && h("div", { class: "fields" }, ...needs()), reaches);
    const times = [field(w.quietFrom, this.#quietFrom), field(w.quietTo, this.#quietTo), field(w.digest, this.#digest), field(w.zone, this.#zone)];
    fill(this.#times, ...(HELD_BACK.includes(channel) ? times : []));
    fill(this.#hint, w.hints[channel]);
  }

  async #submit(event) {
    event.preventDefault();
    let made = null;
    const act = async () => (made = await subscribe(this.#body()));
    if (await sent(this.#send, this.#error, words.subscriptions.failed, act)) {
      this.#acts.made(made);
    } else {
      this.#send.focus(); // it was held meanwhile, and lost the focus
    }
  }

  #body() {
    const channel = this.#channel.value;
    const isWebhook = channel === "webhook";
    const isOut = isWebhook || channel === "apprise";
    const timeZone = this.#zone.value.trim();
    const isHeld = HELD_BACK.includes(channel);
    const quiet = this.#quietFrom.value || this.#quietTo.value;
    const digest = list(this.#digest);
    return {
      name: this.#name.value.trim(),
      channel,
      least_severity: this.#least.value,
      ...(this.#session?.operator && { party: this.#party.value.trim() }),
      ...(isOut && { url: this.#url.value.trim(), allow_private: this.#private.checked }),
      ...(isWebhook && { signature: this.#signature.value }),
      ...(channel === "email" && { to: list(this.#to) }),
      ...(isHeld && quiet && { quiet: { start: this.#quietFrom.value, end: this.#quietTo.value, time_zone: timeZone } }),
      ...(isHeld && digest.length && { digest: { at: digest, time_zone: timeZone } }),
      lanes: list(this.#lanes),
      places: list(this.#places),
      rules: list(this.#rules),
      roles: list(this.#roles),
    };
  }
}

const text = (name, more = {}) => h("input", { name, autocomplete: "off", ...more });
const select = (name, options) => h("select", { name }, ...options.map(([value, label]) => h("option", { value }, label)));
const list = (input) => input.value.split(",").map((part) => part.trim()).filter(Boolean);
