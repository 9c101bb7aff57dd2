/** The form in which the operator takes in a partner, and what that partner is handed. */

import { h } from "../kit/dom.js";
import { onEscape } from "../kit/escape.js";
import { field, sent } from "../kit/form.js";
import { addPartner } from "./partners_api.js";
import { copyButton, shownOnce } from "../kit/shown_once.js";
import { TIERS, tierName } from "../tower/tiers.js";
import { words } from "../words/words.js";

const w = words.partners;

/** @param {{made: (name: string, handed: HTMLElement) => void, close: () => void}} acts  @returns {HTMLElement} */
export function partnerForm({ made, close }) {
  const code = text("code", { maxlength: 64, required: true, pattern: "[A-Za-z0-9][A-Za-z0-9_.:\\-]*" });
  const name = text("name", { maxlength: 200, required: true });
  const tier = h("select", { name: "tier" }, ...TIERS.map((each) => h("option", { value: each }, tierName(each))));
  const gln = text("gln", { maxlength: 13, inputmode: "numeric" });
  const duns = text("duns", { maxlength: 9, inputmode: "numeric" });
  const label = text("label", { maxlength: 200 });
  const error = h("p", { class: "error small late", role: "alert" });
  const send = h("button", { class: "button first", type: "submit" }, w.form.send);
  const submit = async (event) => {
    event.preventDefault();
    const body = { code: code.value.trim(), name: name.value.trim(), tier: tier.value, gln: gln.value.trim() || null, duns: duns.value.trim() || null, label: label.value };
    let answer = null;
    (await sent(send, error, w.failed, async () => (answer = await addPartner(body)))) && made(body.name, handed(answer));
  };
  const fields = [field(w.form.code, code), field(w.form.name, name), field(w.form.tier, tier), field(w.form.gln, gln), field(w.form.duns, duns), field(w.form.label, label)];
  const cancel = h("button", { class: "button", type: "button", on: { click: close } }, w.cancel);
  const keydown = onEscape(close);
  return h("form", { class: "onboard", "aria-label": w.form.title, on: { submit, keydown } }, h("div", { class: "fields" }, ...fields), h("div", { class: "buttons" }, send, cancel), error);
}

/** The token, once, and all else that a partner needs to begin. */
function handed({ token, welcome }) {
  const lines = [
    [w.welcome.api, welcome.url],
    [w.welcome.topics, welcome.topics.join("\n")],
    [w.welcome.acl, welcome.acl.join("\n")],
    [w.welcome.curl, welcome.curl],
    [w.welcome.check, welcome.check],
  ];
  return shownOnce(w.tokens.once, w.tokens.use(welcome.name), token, ...lines.map(([title, said]) => block(title, said)));
}

function block(title, said) {
  const code = h("pre", { class: "mono small", tabindex: "0", "aria-label": title }, said);
  return h("div", { class: "given" }, h("p", { class: "small muted" }, title), code, copyButton(said, code));
}

const text = (name, more = {}) => h("input", { name, autocomplete: "off", ...more });
