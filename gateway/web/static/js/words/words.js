/** The words of the language that the person looking reads. Each language is a file `words.LANGUAGE.js` of one form. */

import { choice, choose } from "../kit/choice.js";

/** Each language in its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch" };

const wanted = [choice("language"), ...navigator.languages.map((tag) => tag.slice(0, 2))];
const language = wanted.find((tag) => Object.hasOwn(LANGUAGES, tag)) || "en";

/** @type {typeof import("./words.en.js").words} */
export const words = (await import(`./words.${language}.js`)).words;

document.documentElement.lang = language;

/** Read the page in another language from now on. @param {string} other */
export function speak(other) {
  choose("language", other);
  location.reload();
}
