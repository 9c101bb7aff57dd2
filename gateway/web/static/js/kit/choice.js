/** What a person has chosen on this device, and nobody else needs to know: kept by the browser. */

const PREFIX = "tierview.";

/** @param {string} what  @returns {string} empty where nothing was chosen, or the browser keeps nothing */
export function choice(what) {
  try {
    return localStorage.getItem(PREFIX + what) || "";
  } catch {
    return ""; // storage is switched off: the page works without
  }
}

/** @param {string} what  @param {string} value */
export function choose(what, value) {
  try {
    localStorage.setItem(PREFIX + what, value);
  } catch {
    // it lasts as long as this page then
  }
}
