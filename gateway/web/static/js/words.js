/** The words of the language that the person looking reads. Each language is a file `words.LANGUAGE.js` of one form. */

const LANGUAGES = ["en"];
const wanted = navigator.languages.map((tag) => tag.slice(0, 2));
const language = wanted.find((tag) => LANGUAGES.includes(tag)) || "en";

/** @type {typeof import("./words.en.js").words} */
export const words = (await import(`./words.${language}.js`)).words;
