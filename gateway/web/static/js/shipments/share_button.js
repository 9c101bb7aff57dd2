/** Sharing one shipment: a button, until when, and the link, which is shown once. */

import { fill, h } from "../kit/dom.js";
import { onEscape } from "../kit/escape.js";
import { field, instantOf, localInput, sent } from "../kit/form.js";
import { shareShipment } from "../partners/partners_api.js";
import { shownOnce } from "../kit/shown_once.js";
import { clock, timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.partners.share;
const DAY_MS = 86_400_000;
const DAYS = 7;
const MOST_DAYS = 30;
const SPARE_MS = 300_000; // the gateway's clock decides what 30 days are

/** Place it where a shipment is shown. @param {string} shipment  its id  @returns {HTMLElement} */
export function shareButton(shipment) {
  const here = h("div");
  const links = h("div");
  const open = h("button", { class: "button", type: "button", "aria-expanded": "false" }, w.open);
  const close = () => {
    fill(here);
    open.setAttribute("aria-expanded", "false");
    open.focus();
  };
  const made = (one) => {
    close();
    fill(links, shownOnce(w.once, w.use, one.link, h("p", { class: "small muted" }, w.until, " ", timeOf(one.until))));
  };
  open.addEventListener("click", () => {
    if (here.hasChildNodes()) {
      close();
      return;
    }
    fill(here, form(shipment, made, close));
    open.setAttribute("aria-expanded", "true");
    here.querySelector("input").focus();
  });
  return h("div", { class: "share-shipment" }, open, here, links);
}

function form(shipment, made, close) {
  const now = clock.now();
  const bounds = { min: localInput(now), max: localInput(now + MOST_DAYS * DAY_MS - SPARE_MS) };
  const until = h("input", { type: "datetime-local", name: "until", required: true, value: localInput(now + DAYS * DAY_MS), ...bounds });
  const label = h("input", { name: "label", maxlength: 200, autocomplete: "off" });
  const error = h("p", { class: "error small late", role: "alert" });
  const send = h("button", { class: "button first", type: "submit" }, w.send);
  const submit = async (event) => {
    event.preventDefault();
    let one = null;
    const act = async () => (one = await shareShipment(shipment, { until: instantOf(until), label: label.value }));
    (await sent(send, error, words.partners.failed, act)) && made(one);
  };
  return h(
    "form",
    { "aria-label": w.title, on: { submit, keydown: onEscape(close) } },
    h("p", { class: "small muted" }, w.what),
    field(w.ends, until),
    field(w.label, label),
    h("div", { class: "buttons" }, send, h("button", { class: "button", type: "button", on: { click: close } }, words.partners.cancel)),
    error,
  );
}
