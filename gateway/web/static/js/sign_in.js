/** The first thing an outsider sees: a token to paste, or in a demo one button for each party. */

import { ApiError, demoParties, demoSignIn, signIn } from "./api.js";
import { fill, h, says } from "./kit/dom.js";
import { languageSwitch } from "./kit/preferences.js";
import { shape, tierName } from "./tower/tiers.js";
import { words } from "./words/words.js";

const w = words.signIn;

export class SignIn {
  #error = h("p", { class: "late", role: "alert" });
  #demo = h("div", { class: "demo" });
  #token = h("input", { type: "password", name: "token", autocomplete: "off", spellcheck: "false", required: true, placeholder: "tv_…" });
  #onSignedIn;

  /** @param {() => void} onSignedIn */
  constructor(onSignedIn) {
    this.#onSignedIn = onSignedIn;
    const submit = (event) => {
      event.preventDefault();
      this.#try(() => signIn(this.#token.value.trim()));
    };
    const form = h(
      "form",
      { on: { submit } },
      h("label", { class: "field" }, h("span", { class: "small muted" }, w.token), this.#token),
      h("button", { class: "button first", type: "submit" }, w.button),
    );
    this.element = h(
      "main",
      { class: "sign-in" },
      h("img", { src: "icon.svg", alt: "" }),
      h("h1", {}, w.title),
      this.#demo,
      h("p", { class: "muted" }, w.what),
      form,
      this.#error,
      languageSwitch(),
    );
    this.#offerDemo();
  }

  async #offerDemo() {
    const parties = await demoParties().catch(() => []);
    if (parties.length) {
      const button = (party) =>
        h(
          "button",
          { class: "button", type: "button", dataset: { party: party.code }, on: { click: () => this.#try(() => demoSignIn(party.code)) } },
          shape(party.tier),
          h("span", {}, party.name, h("span", { class: "small muted" }, tierName(party.tier))),
        );
      fill(this.#demo, h("p", {}, w.demo), h("div", { class: "demo-parties" }, ...parties.map(button)));
    }
  }

  async #try(ask) {
    fill(this.#error);
    try {
      await ask();
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const refused = error.status === 401 || error.status === 403;
      fill(this.#error, refused ? w.refused : w.failed(error.message));
      return;
    }
    this.#onSignedIn();
  }
}

/** Shown while the gateway does not answer at all. @param {() => void} retry */
export const unreachable = (retry) =>
  h("main", { class: "sign-in" }, says(...w.unreachable, h("button", { class: "button", type: "button", on: { click: retry } }, w.retry)));
