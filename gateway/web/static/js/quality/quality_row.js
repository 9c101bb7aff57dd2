/** One finding in its row, with the form in which someone says what a name means. */

import { ApiError, enterName, replayFinding, setFinding } from "../api.js";
import { fill, h } from "../kit/dom.js";
import { onEscape } from "../kit/escape.js";
import { relativeTime } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.quality;

export class FindingRow {
  element = h("tr");
  #acts;
  /** @type {import("../types/types.js").QualityFinding|null} */
  #finding = null;
  /** @type {import("../types/types.js").Session|null} */
  #session = null;
  #drawn = "";
  #mend = h("td", { class: "mend" });
  #error = h("p", { class: "error small late", role: "alert" });
  isBusy = false;

  /** @param {{done: (text: string) => void}} acts */
  constructor(acts) {
    this.#acts = acts;
  }

  /** @param {import("../types/types.js").QualityFinding} finding  @param {import("../types/types.js").Session|null} session */
  show(finding, session) {
    this.#finding = finding;
    this.#session = session;
    const key = JSON.stringify(finding);
    if (key === this.#drawn || this.isBusy) {
      return;
    }
    this.#drawn = key;
    this.element.className = finding.state;
    fill(this.element, ...cells(finding), this.#mend);
    this.#buttons();
  }

  #buttons() {
    this.isBusy = false;
    const finding = /** @type {import("../types/types.js").QualityFinding} */ (this.#finding);
    const isOpen = finding.state === "open";
    const mends = finding.mended_by && finding.subject && finding.subject !== "*" && isOpen;
    const state = isOpen ? "ignored" : "open";
    fill(
      this.#mend,
      mends && button(w.enter, () => this.#open()),
      finding.waiting > 0 && button(w.retry, () => this.#send(() => replayFinding(finding.finding))),
      button(isOpen ? w.ignore : w.reopen, () => this.#change(state)),
      this.#error,
    );
  }

  #open() {
    this.isBusy = true;
    const finding = /** @type {import("../types/types.js").QualityFinding} */ (this.#finding);
    const target = h("input", { name: "target", maxlength: 200, required: true, autocomplete: "off", value: finding.suggestion });
    const scopes = [finding.owner, ...(this.#session?.operator ? [""] : [])].filter((scope, at) => scope || at > 0 || this.#session?.operator);
    const scope = h("select", { name: "party" }, ...[...new Set(scopes)].map((party) => h("option", { value: party }, party || w.everyone)));
    const send = h("button", { class: "button first", type: "submit" }, w.send);
    const submit = (event) => {
      event.preventDefault();
      send.disabled = true;
      const name = { kind: finding.mended_by, name: finding.subject, target: target.value.trim(), party: scope.value };
      this.#send(async () => (await enterName(name)).tried).finally(() => (send.disabled = false));
    };
    const close = () => {
      this.#buttons();
      /** @type {HTMLElement|null} */ (this.#mend.querySelector("button"))?.focus();
    };
    fill(
      this.#mend,
      h(
        "form",
        { class: "link-form", on: { submit, keydown: onEscape(close) } },
        field(w.target[/** @type {string} */ (finding.mended_by)], target),
        field(w.scope, scope),
        h("div", { class: "buttons" }, send, button(w.cancel, close)),
      ),
      this.#error,
    );
    fill(this.#error);
    target.focus();
    target.select();
  }

  async #change(state) {
    await this.#send(async () => {
      await setFinding(/** @type {import("../types/types.js").QualityFinding} */ (this.#finding).finding, state);
      return null;
    });
  }

  /** Ask the gateway; what came of it is said above the table, what went wrong in the row. */
  async #send(ask) {
    try {
      const tried = await ask();
      fill(this.#error);
      this.#buttons();
      this.#acts.done(tried ? w.done(tried.replayed, tried.waiting) : "");
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      fill(this.#error, w.failed(error.message));
    }
  }
}

/** @param {import("../types/types.js").QualityFinding} finding */
function cells(finding) {
  const { marks } = words.alerts;
  const mark = finding.state === "open" ? (finding.waiting ? ["risk", marks.risk] : ["unknown", marks.unknown]) : ["fine", marks.fine];
  const reason = w.reasons[finding.reason] || finding.reason.replaceAll("_", " ");
  return [
    h(
      "td",
      { class: "what" },
      h("p", {}, h("span", { class: mark[0] }, mark[1], " "), h("strong", {}, reason), " ", h("span", { class: "mono" }, finding.subject)),
      h("p", { class: "small muted text", title: finding.text }, w.text(finding)),
      finding.example && h("details", {}, h("summary", { class: "small" }, w.example), h("p", { class: "mono small example" }, finding.example)),
    ),
    h("td", { class: "owner" }, finding.owner || w.operator, h("span", { class: "small muted block" }, w.source(finding.source))),
    h("td", { class: "count" }, String(finding.count), finding.waiting > 0 && h("span", { class: "small risk block" }, w.waiting(finding.waiting))),
    h("td", { class: "last" }, relativeTime(finding.last), h("span", { class: "small muted block" }, w.states[finding.state])),
  ];
}

const button = (text, click) => h("button", { class: "button", type: "button", on: { click } }, text);
const field = (label, input) => h("label", { class: "field" }, h("span", { class: "small muted" }, label), input);
