/** What is shown once: it leaves the page when its reader says so. */

import { h, setText } from "./dom.js";
import { words } from "../words/words.js";

const w = words.partners.once;

/**
 * @param {string} title  @param {string} use  what it is good for  @param {string} secret
 * @param {...(Node|string|null|false)} more  what stands under it
 * @returns {HTMLElement}
 */
export function shownOnce(title, use, secret, ...more) {
  const text = h("output", { class: "mono" }, secret);
  const kept = h("button", { class: "button first", type: "button" }, w.kept);
  const note = h(
    "div",
    { class: "once", role: "group", "aria-label": title },
    h("p", {}, h("strong", {}, title), " ", use),
    text,
    h("div", { class: "buttons" }, copyButton(secret, text), kept),
    ...more,
  );
  kept.addEventListener("click", () => note.remove());
  return note;
}

/** Copy a text, or mark it where there is no clipboard, as without TLS. @param {string} text  @param {Element} where */
export function copyButton(text, where) {
  const copy = h("button", { class: "button", type: "button" }, w.copy);
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      setText(copy, w.copied);
    } catch {
      getSelection()?.selectAllChildren(where);
    }
  });
  return copy;
}
