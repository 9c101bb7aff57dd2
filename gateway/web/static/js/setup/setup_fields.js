/** Fields that stand for a path of the answers, such as `places[0].code`, and say what is wrong there. */

import { fill, h } from "../kit/dom.js";

const PATHS = [[/^(places\[\d+\])\.at(\[\d\])?$/, "$1.lat"]]; // what two fields make one value of

let count = 0;

export class Fields {
  /** @type {Map<string, {control: HTMLElement, fault: HTMLElement}>} */
  #byPath = new Map();
  #onInput;

  /** @param {() => void} onInput  an answer changed */
  constructor(onInput) {
    this.#onInput = onInput;
  }

  /** Forget those of a list that is drawn anew. @param {string} list  @param {number} from  its first entry that is */
  forget(list, from) {
    for (const path of this.#byPath.keys()) {
      path.startsWith(`${list}[`) && parseInt(path.slice(list.length + 1)) >= from && this.#byPath.delete(path);
    }
  }

  /**
   * A text, or a number where `options.number`; empty numbers are null.
   * @param {string} path  @param {string} label  @param {any} answers  @param {string} key
   * @param {{hint?: string, list?: string, number?: boolean, renamed?: (before: string, now: string) => void}} [options]
   */
  input(path, label, answers, key, options = {}) {
    const control = h("input", {
      value: answers[key] ?? "",
      placeholder: options.hint,
      list: options.list,
      inputmode: options.number ? "decimal" : null,
      autocomplete: "off",
      spellcheck: "false",
    });
    const number = (text) => (text === "" ? null : Number(text.replace(",", ".")));
    control.addEventListener("input", () => {
      const text = control.value.trim();
      const before = answers[key];
      answers[key] = options.number ? number(text) : text;
      options.renamed?.(before, text);
      this.#onInput();
    });
    return this.#field(path, label, control);
  }

  /** @param {string} path  @param {string} label  @param {any} answers  @param {string} key  @param {[string, string][]} choices */
  choice(path, label, answers, key, choices) {
    const control = h("select", {}, ...choices.map(([value, text]) => h("option", { value, selected: value === answers[key] }, text)));
    control.addEventListener("input", () => {
      answers[key] = control.value;
      this.#onInput();
    });
    return this.#field(path, label, control);
  }

  /** Show each fault at its field. @param {{path: string, text: string, fix: string}[]} faults  @returns {any[]} those without one */
  show(faults) {
    const rest = [];
    for (const { control, fault } of this.#byPath.values()) {
      fill(fault);
      control.removeAttribute("aria-invalid");
    }
    for (const fault of faults) {
      const found = this.#byPath.get(PATHS.reduce((path, [from, to]) => path.replace(from, to), fault.path));
      if (found) {
        found.control.setAttribute("aria-invalid", "true");
        fill(found.fault, [fault.text, fault.fix].filter(Boolean).join(". "));
      } else {
        rest.push(fault);
      }
    }
    return rest;
  }

  #field(path, label, control) {
    const id = `field-${++count}`;
    const fault = h("span", { class: "small late", id: `${id}-fault`, "aria-live": "polite" });
    control.id = id;
    control.setAttribute("aria-describedby", fault.id);
    this.#byPath.set(path, { control, fault });
    return h("div", { class: "field" }, h("label", { class: "small muted", for: id }, label), control, fault);
  }
}
