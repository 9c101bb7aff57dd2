/** A secret that is shown once: it leaves the page when its reader says so. */

import { h, setText } from "../kit/dom.js";
import { words } from "../words/words.js";

const w = words.subscriptions.secret;

/** @param {string} name  of the subscription  @param {string} secret  @returns {HTMLElement} */
export function secretNote(name, secret) {
  const text = h("output", { class: "mono" }, secret);
  const copy = h("button", { class: "button", type: "button" }, w.copy);
  const kept = h("button", { class: "button first", type: "button" }, w.kept);
  const note = h(
    "div",
    { class: "secret", role: "group", "aria-label": w.title },
    h("p", {}, h("strong", {}, w.title), " ", w.use(name)),
    text,
    h("div", { class: "buttons" }, copy, kept),
  );
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setText(copy, w.copied);
    } catch {
      getSelection()?.selectAllChildren(text); // no clipboard without TLS: marked, it is copied by hand
    }
  });
  kept.addEventListener("click", () => note.remove());
  return note;
}
