/** A button that asks before it acts: what cannot be taken back. */

import { fill, h } from "./dom.js";
import { onEscape } from "./escape.js";
import { sent } from "./form.js";
import { words } from "../words/words.js";

/**
 * @param {{text: string, ask: string, sure: string}} said
 * @param {() => Promise<any>} act  what the gateway refuses is said in words
 * @returns {HTMLElement}
 */
export function askFirst({ text, ask, sure }, act) {
  const here = h("div", { class: "ask buttons" });
  const error = h("p", { class: "error small late", role: "alert" });
  const first = h("button", { class: "button", type: "button", on: { click: () => question() } }, text);
  const usual = () => {
    fill(here, first, error);
    here.onkeydown = null;
    first.focus();
  };
  const question = () => {
    const yes = h("button", { class: "button", type: "button", on: { click: () => sent(yes, error, words.partners.failed, act) } }, sure);
    const no = h("button", { class: "button", type: "button", on: { click: usual } }, words.partners.cancel);
    fill(here, h("span", { class: "small", role: "status" }, ask), yes, no, error);
    here.onkeydown = onEscape(usual);
    no.focus();
  };
  fill(here, first, error);
  return here;
}
