/** Building elements. Text only ever becomes text nodes: nothing here, or anywhere else, parses HTML. */

const SVG = "http://www.w3.org/2000/svg";
const STEERS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g;

/**
 * Build an element: `h("p", { class: "muted", on: { click } }, "text", child)`.
 * Null and false children are left out; properties that are null or false are not set.
 * @param {string} tag
 * @param {Object<string, any>} [props]
 * @param {...(Node|string|number|null|false|undefined)} children
 * @returns {any}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    setProp(element, name, value);
  }
  element.append(...nodes(children));
  return element;
}

/**
 * Build an SVG element.
 * @param {string} tag
 * @param {Object<string, string|number>} [attributes]
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * A text that cannot turn the words around it, nor be seen as nothing: others choose the names. Characters that
 * join letters, as in emoji, and marks of direction that end by themselves are left.
 * @param {string|number} text
 */
export const plain = (text) => String(text).replace(STEERS, "\ufffd");

/**
 * Replace all children of an element.
 * @param {Element} element
 * @param {...(Node|string|number|null|false|undefined)} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/**
 * Set an element's text where it differs; with `mark`, show for a second that it changed.
 * @param {Element} element
 * @param {string|number} text
 * @param {{mark?: boolean}} [options]
 * @returns {boolean} whether it changed
 */
export function setText(element, text, { mark = false } = {}) {
  const wanted = plain(text);
  if (element.textContent === wanted) {
    return false;
  }
  const first = element.textContent === "";
  element.textContent = wanted;
  if (mark && !first) {
    markChanged(element);
  }
  return true;
}

/**
 * Give an element the soft ground of a value that just changed.
 * @param {Element} element
 */
export function markChanged(element) {
  element.classList.remove("changed");
  element.getClientRects(); // a class taken off and put on in one frame would not start the animation again
  element.classList.add("changed");
  element.addEventListener("animationend", () => element.classList.remove("changed"), { once: true });
}

/** A sentence of what it is, one of what to do, and at most one button. */
export function says(what, todo = "", button = null) {
  return h("div", { class: "says" }, h("strong", {}, what), todo && h("span", {}, todo), button);
}

function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) {
    return;
  }
  if (name === "on") {
    for (const [type, listener] of Object.entries(value)) {
      element.addEventListener(type, listener);
    }
  } else if (name === "dataset") {
    Object.assign(element.dataset, value);
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (child instanceof Node ? child : plain(child)));
}
