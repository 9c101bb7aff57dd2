/** Keys: everything is one click or one key. */

import { h } from "./kit/dom.js";
import { languageSwitch, zoneSwitch } from "./kit/preferences.js";
import { words } from "./words/words.js";

const w = words.keys;

/** Bind keys to acts; keys typed into a field are the field's, and while a dialog is open only `?` is ours. @param {Object<string, () => void>} acts */
export function bindKeys(acts) {
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
    const isBeneath = event.key !== "?" && document.querySelector("dialog[open]");
    if (typing || isBeneath || event.ctrlKey || event.metaKey || event.altKey || !acts[event.key]) {
      return;
    }
    event.preventDefault();
    acts[event.key]();
  });
}

/** The list of keys as a dialog. @param {[string, string][]} views  key and title of each  @returns {HTMLDialogElement} */
export function keysDialog(views) {
  const close = h("button", { class: "button", type: "button" }, w.close);
  const rows = [...views, ...w.list].flatMap(([key, what]) => [h("dt", {}, ...key.split("  ").flatMap((each) => [h("kbd", {}, each), " "])), h("dd", {}, what)]);
  const dialog = h("dialog", { class: "keys" }, h("h1", {}, w.title), h("dl", { class: "facts" }, ...rows), languageSwitch(), zoneSwitch(), close);
  close.addEventListener("click", () => dialog.close());
  return dialog;
}
