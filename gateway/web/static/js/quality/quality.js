/** Data quality: what is wrong with the data, whose it is, what to do; and how usable each party's data was. */

import { ApiError, FINDINGS_CSV, getFindings, getScores } from "../api.js";
import { fill, h, says, setText } from "../kit/dom.js";
import { getParties } from "../partners/partners_api.js";
import { Names } from "./quality_names.js";
import { FindingRow } from "./quality_row.js";
import { scoreList } from "./quality_scores.js";
import { words } from "../words/words.js";

const w = words.quality;
const EVERY_MS = 10_000;
const DAYS = 30;

export class QualityView {
  #store;
  #isShown = false;
  #all = false;
  #timer = 0;
  #count = h("span", { class: "muted" });
  #said = h("p", { class: "said small", role: "status" });
  #switch = h("button", { class: "button push", type: "button", on: { click: () => this.#toggle() } }, w.showAll);
  #rows = h("tbody");
  #table = h("table", {}, head(), this.#rows);
  #none = says(...w.none);
  #error = h("div", { role: "alert" });
  #scores = h("section", { class: "scores", "aria-label": w.scores });
  /** @type {Map<string, FindingRow>} */
  #held = new Map();

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.names = new Names(() => store.session, { done: (text) => this.#done(text) });
    const save = h("a", { class: "button", href: FINDINGS_CSV, download: "findings.csv" }, w.export);
    this.element = h(
      "section",
      { class: "quality", "aria-label": w.title, hidden: true },
      h("header", { class: "section-head" }, h("h1", {}, w.title), this.#count, this.#said, this.#switch, save),
      h("div", { class: "scroll" }, this.#error, this.#scores, this.#table, this.#none, this.names.element),
    );
    this.#none.hidden = true;
  }

  /** It is read anew while someone looks at it. @param {boolean} isShown */
  setShown(isShown) {
    if (isShown === this.#isShown) {
      return;
    }
    this.#isShown = isShown;
    clearInterval(this.#timer);
    if (isShown) {
      this.#timer = setInterval(() => this.load(), EVERY_MS);
      this.load();
    }
  }

  async load() {
    try {
      const [findings, scores, parties] = await Promise.all([getFindings(this.#all ? "" : "open"), getScores(DAYS), getParties(), this.names.load()]);
      this.#show(findings);
      fill(this.#scores, ...scoreList(scores, DAYS, new Map(parties.map(({ code, name }) => [code, name]))));
      fill(this.#error);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const retry = h("button", { class: "button", type: "button", on: { click: () => this.load() } }, words.errors.retry);
      fill(this.#error, says(words.errors.load(w.title, error.message), "", retry));
    }
  }

  /** @param {import("../types/types.js").QualityFinding[]} findings */
  #show(findings) {
    const kept = new Map();
    for (const finding of findings) {
      const row = this.#held.get(finding.finding) || this.#row();
      row.show(finding, this.#store.session);
      kept.set(finding.finding, row);
    }
    for (const [id, row] of this.#held) {
      row.isBusy && !kept.has(id) && kept.set(id, row); // a form in which someone writes does not vanish
    }
    this.#held = kept;
    const wanted = [...kept.values()].map((row) => row.element);
    if (wanted.length !== this.#rows.children.length || wanted.some((row, at) => row !== this.#rows.children[at])) {
      const focused = /** @type {HTMLElement|null} */ (document.activeElement);
      this.#rows.replaceChildren(...wanted);
      this.#rows.contains(focused) && focused?.focus({ preventScroll: true });
    }
    this.#table.hidden = findings.length === 0;
    this.#none.hidden = findings.length > 0;
    const open = findings.filter((finding) => finding.state === "open");
    setText(this.#count, w.open(open.length, open.reduce((sum, finding) => sum + finding.waiting, 0)), { mark: true });
  }

  #row() {
    return new FindingRow({ done: (text) => this.#done(text) });
  }

  /** @param {string} text  what came of it */
  #done(text) {
    setText(this.#said, text);
    this.load();
  }

  #toggle() {
    this.#all = !this.#all;
    setText(this.#switch, this.#all ? w.showOpen : w.showAll);
    this.load();
  }
}

function head() {
  const columns = Object.entries(w.columns).map(([name, text]) => h("th", { scope: "col", class: name }, text));
  return h("thead", {}, h("tr", {}, ...columns));
}
