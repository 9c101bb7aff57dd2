/** What forms share: labelled fields, local times, the name of who writes, and saying what went wrong. */

import { ApiError } from "../api.js";
import { choice, choose } from "./choice.js";
import { fill, h } from "./dom.js";

/** The name that the person at this browser gave last. */
export const myName = () => choice("name");
export const rememberName = (name) => choose("name", name);

/** A field under its label. @param {string} label  @param {HTMLElement} input */
export const field = (label, input) => h("label", { class: "field" }, h("span", { class: "small muted" }, label), input);

/** Milliseconds as the value of a datetime-local field, in the zone of the person looking. @param {number} ms */
export function localInput(ms) {
  const offset = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offset).toISOString().slice(0, 16);
}

/** The value of a datetime-local field as an instant; null where it is empty. @param {HTMLInputElement} input */
export function instantOf({ value }) {
  if (!value) {
    return null;
  }
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? value : time.toISOString(); // of a year 20266 the gateway says what is wrong
}

/**
 * Send, with the button held meanwhile; what the gateway refuses is said in words.
 * @param {HTMLButtonElement} button
 * @param {Element} error
 * @param {(detail: string) => string} words
 * @param {() => Promise<any>} act
 * @returns {Promise<boolean>} whether it was taken
 */
export async function sent(button, error, words, act) {
  button.disabled = true;
  try {
    await act();
    fill(error);
    return true;
  } catch (failure) {
    if (!(failure instanceof ApiError)) {
      throw failure;
    }
    fill(error, words(failure.message));
    return false;
  } finally {
    button.disabled = false;
  }
}
