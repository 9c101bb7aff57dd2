/** Both parties side by side: the instant each was told, the skew between, and what each answered. */

import { h } from "../kit/dom.js";
import { instant, milliseconds, span, timeOf, whole } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.alerts;
const LATER_MS = 30_000;

/**
 * @param {import("../types/types.js").Alert} alert
 * @param {string} zone  of the place that promises are about; when each was told and answered is one's own to read
 * @returns {HTMLElement[]}
 */
export function told(alert, zone) {
  const receipts = alert.receipts.filter((receipt) => receipt.notice === "raised");
  const subscribed = [...new Set(receipts.map((receipt) => receipt.party))].sort();
  const others = alert.parties.filter((party) => !subscribed.includes(party));
  const boxes = subscribed.map((party) => box(alert, party, zone, receipts.filter((receipt) => receipt.party === party)));
  const skew = alert.skew_ms === null ? w.noSkew : w.skew(milliseconds(alert.skew_ms));
  const between = h("span", { class: "skew", title: w.skewTitle }, skew);
  const two = boxes.length === 2;
  return [
    h("div", { class: two ? "parties two" : "parties" }, ...boxes, two && between),
    boxes.length > 2 && h("p", { class: "skew-line" }, between),
    ...others.map((party) => outsider(alert, party, zone)),
  ].filter(Boolean);
}

/** A party without a subscription: it was not sent anything, but may answer. */
function outsider(alert, party, zone) {
  const ack = alert.acks.find((each) => each.party === party);
  return h(
    "div",
    { class: "outsider small", dataset: { party } },
    h("strong", { class: "mono" }, party),
    ` ${w.pageOnly}`,
    ack && answer(alert, party, zone),
  );
}

function box(alert, party, zone, receipts) {
  const first = receipts
    .filter((receipt) => receipt.accepted)
    .sort((a, b) => (a.offset_ms ?? Infinity) - (b.offset_ms ?? Infinity))[0];
  return h(
    "div",
    { class: "party-told", dataset: { party } },
    h("p", { class: "small muted" }, w.told, " ", h("strong", { class: "mono" }, party)),
    first
      ? h("time", { class: "instant", datetime: first.accepted, title: whole(first.accepted) }, instant(first.accepted))
      : h("span", { class: "instant muted" }, words.time.none),
    ...receipts.map(channel),
    answer(alert, party, zone),
  );
}

/** One channel of one party: accepted how long after the common release, or what keeps it. */
function channel(receipt) {
  const { marks } = w;
  if (receipt.state === "accepted") {
    // By SSE it is told when somebody looks: a page that was opened later read it later, and nothing was slow.
    const isLater = receipt.channel === "sse" && receipt.offset_ms > LATER_MS;
    const offset = receipt.offset_ms === null ? "" : isLater ? w.readLater(span(receipt.offset_ms / 1000)) : `+${milliseconds(receipt.offset_ms)}`;
    return h("p", { class: "small" }, h("span", { class: "fine" }, marks.fine), ` ${receipt.channel} `, h("span", { class: "muted" }, offset));
  }
  const failed = receipt.state === "failed";
  const why = words.deliveries.why(receipt.reason, receipt.reason);
  const attempts = receipt.attempts ? ` (${w.attempts(receipt.attempts, why)})` : "";
  const text = failed ? w.gaveUp(why) : w.notToldYet + attempts;
  return h("p", { class: "small" }, h("span", { class: failed ? "late" : "unknown" }, failed ? marks.late : marks.unknown), ` ${receipt.channel}: ${text}`);
}

function answer(alert, party, zone) {
  const ack = alert.acks.filter((each) => each.party === party).at(-1);
  if (!ack) {
    return h("p", { class: "answer small muted" }, `${w.marks.unknown} ${w.notAcked}`);
  }
  const why = [words.ack.codes[ack.code] ?? ack.code, ack.reason].filter(Boolean).join(", ");
  const who = [ack.by, why].filter(Boolean).join(": ");
  const promise = ack.promised ? [h("br"), w.promises, " ", h("strong", {}, timeOf(ack.promised, zone))] : [];
  return h(
    "p",
    { class: "answer small" },
    h("span", { class: "fine" }, w.marks.fine),
    ` ${w.acked} `,
    timeOf(ack.at),
    who && h("br"),
    who,
    ...promise,
  );
}
