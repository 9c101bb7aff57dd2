/** What a person chooses for this device: the language of the page, and whose time zone its times are in. */

import { h } from "./dom.js";
import { ZONES, useZone, zoneUsed } from "./zone.js";
import { LANGUAGES, speak, words } from "../words/words.js";

const w = words.preferences;

/** One button for each language, in its own name. */
export const languageSwitch = () => group(w.language, Object.entries(LANGUAGES), words.language, speak, true);

/** Whether times are the viewer's or the place's. */
export const zoneSwitch = () => group(w.zone, ZONES.map((each) => [each, w.zones[each]]), zoneUsed(), useZone);

function group(title, choices, chosen, act, inOwnLanguage = false) {
  const button = ([value, text]) =>
    h(
      "button",
      { class: "button", type: "button", lang: inOwnLanguage && value, "aria-pressed": String(value === chosen), on: { click: () => act(value) } },
      text,
    );
  return h("div", { class: "switch", role: "group", "aria-label": title }, h("span", { class: "small muted" }, title), ...choices.map(button));
}
