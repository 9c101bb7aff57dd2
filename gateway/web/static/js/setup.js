/** The first start: who we are, our places, our devices; the file as it will be stands beside it. */

import { ApiError } from "./api.js";
import { fill, h, says, setText } from "./kit/dom.js";
import { check, enter, find, getStart, write } from "./setup/setup_api.js";
import { Fields } from "./setup/setup_fields.js";
import { Devices, Parties, Places } from "./setup/setup_lists.js";
import { words } from "./words/words.js";

const w = words.setup;
const CHECK_AFTER_MS = 250;
const LOOK_EVERY_MS = 500;

async function start() {
  document.documentElement.lang = words.language;
  document.title = `${w.title} – tierview`;
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname); // good once, and no longer in sight
  try {
    code && (await enter(code));
    new Setup(await getStart()).begin();
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    document.body.replaceChildren(h("main", { class: "plain" }, says(...(error.status === 401 ? w.shut : w.gone))));
  }
}

class Setup {
  #timer = 0;
  #asked = 0;
  #state = h("strong", { role: "status" });
  #rest = h("ul", { class: "late" });
  #text = h("ol", { class: "setup-text mono", tabindex: "0", "aria-label": w.file });
  #error = h("p", { class: "late", role: "alert" });
  #write = h("button", { class: "button first", type: "button", disabled: true, on: { click: () => this.#finish() } }, w.write);
  #parties = h("datalist", { id: "known-parties" });
  #places = h("datalist", { id: "known-places" });

  /** @param {any} stand  what the gateway knows of this machine */
  constructor(stand) {
    this.stand = stand;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const site = stand.site.replace(/[^\w-]/g, "-");
    this.answers = {
      site,
      parties: [{ code: "PLANT", name: "", tier: "oem" }],
      places: [{ code: "SITE", name: site, party: "PLANT", kind: "plant", inside: "", lat: null, lon: null, radius_m: 300, time_zone: zone }],
      devices: [],
    };
    this.fields = new Fields(() => this.#changed());
    const here = { answers: this.answers, fields: this.fields, changed: () => this.#changed(), redraw: (list) => this.lists[list].draw() };
    this.lists = { parties: new Parties(here), places: new Places(here, zone), devices: new Devices(here, stand.drivers) };
    Object.values(this.lists).forEach((list) => list.draw());
  }

  begin() {
    const { answers, fields, lists } = this;
    const part = (title, what, ...children) => h("section", { "aria-label": title }, h("h2", {}, title), h("p", { class: "muted" }, what), ...children);
    const zones = h("datalist", { id: "known-zones" }, ...this.stand.time_zones.map((zone) => h("option", { value: zone })));
    const form = h(
      "form",
      { class: "setup-form", on: { submit: (event) => event.preventDefault() } },
      h("h1", {}, w.title),
      h("p", {}, w.what(this.stand.file)),
      part(w.you, w.youWhat, fields.input("site.name", w.site, answers, "site"), lists.parties.ours()),
      part(w.parties, w.partiesWhat, lists.parties.element),
      part(w.places, w.placesWhat, lists.places.element),
      part(w.devices, w.devicesWhat, this.#finder(), lists.devices.element),
      this.#parties,
      this.#places,
      zones,
    );
    const file = h("aside", { class: "setup-file", "aria-label": w.file }, h("div", { class: "setup-bar" }, h("h2", {}, w.file), this.#state, this.#write), this.#error, this.#rest, this.#text);
    document.body.replaceChildren(h("main", { class: "setup" }, form, file));
    this.#check();
  }

  #changed() {
    clearTimeout(this.#timer);
    this.#write.disabled = true; // until it is known to be without faults
    this.#timer = setTimeout(() => this.#check(), CHECK_AFTER_MS);
  }

  async #check() {
    const asked = ++this.#asked; // an answer that was overtaken is not shown
    const known = (entries) => entries.map(({ code, name }) => h("option", { value: code }, name));
    fill(this.#parties, ...known(this.answers.parties));
    fill(this.#places, ...known(this.answers.places));
    try {
      const checked = await check(this.answers);
      asked === this.#asked && this.#show(checked);
    } catch (error) {
      this.#fail(error);
    }
  }

  #show({ text, faults }) {
    const lines = new Set(faults.map(({ line }) => line));
    fill(this.#text, ...text.trimEnd().split("\n").map((line, at) => h("li", { class: lines.has(at + 1) ? "faulty" : null }, line || " ")));
    fill(this.#rest, ...this.fields.show(faults).map(({ line, text: said }) => h("li", {}, `${w.line(line)}: ${said}`)));
    fill(this.#error);
    setText(this.#state, faults.length ? w.faults(faults.length) : w.fine);
    this.#state.className = faults.length ? "late" : "fine";
    this.#write.disabled = faults.length > 0;
  }

  /** The part that looks for devices, and takes those that are wanted. */
  #finder() {
    const subnet = h("input", { placeholder: w.subnetHint, autocomplete: "off", spellcheck: "false" });
    const said = h("p", { role: "status", class: "muted" });
    const rows = h("ul", { class: "setup-finds" });
    const button = h("button", { class: "button first", type: "button" }, w.find);
    button.addEventListener("click", async () => {
      button.disabled = true;
      setText(said, w.finding);
      try {
        const finds = await find({ subnet: subnet.value.trim() });
        setText(said, w.found(finds.length));
        fill(rows, ...finds.map((one) => this.#find(one)));
      } catch (error) {
        setText(said, "");
        this.#fail(error);
      }
      button.disabled = false;
    });
    const label = h("label", { class: "field" }, h("span", { class: "small muted" }, w.subnet), subnet);
    return h("div", { class: "setup-finder" }, h("div", { class: "setup-bar" }, label, button, said), rows);
  }

  #find({ device, description, trouble, obstacle }) {
    const take = h("button", { class: "button", type: "button" }, w.take);
    take.addEventListener("click", () => {
      const places = this.answers.places;
      this.lists.devices.append({ ...device, place: places.length === 1 ? places[0].code : "" });
      take.disabled = true;
      setText(take, w.taken);
    });
    return h("li", {}, h("span", {}, h("strong", {}, description), h("span", { class: "mono small muted" }, device.connect), trouble && h("span", { class: "risk small" }, `◆ ${words.sayings.obstacle(obstacle, trouble)}`)), take);
  }

  async #finish() {
    this.#write.disabled = true;
    try {
      const { file, token } = await write(this.answers);
      document.body.replaceChildren(done(file, token));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    fill(this.#error, w.failed(error.message));
  }
}

/** The token, once; and the way in, as soon as there is one. */
function done(file, token) {
  const secret = h("output", { class: "mono" }, token);
  const copy = h("button", { class: "button", type: "button" }, w.copy);
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(token);
      setText(copy, w.copied);
    } catch {
      getSelection()?.selectAllChildren(secret); // no clipboard here: marked, it is copied by hand
    }
  });
  const state = h("p", { class: "muted", role: "status" }, w.starting);
  const open = h("button", { class: "button first", type: "button", disabled: true }, w.enter);
  open.addEventListener("click", async () => {
    const headers = { "Content-Type": "application/json" };
    await fetch("/api/v1/session", { method: "POST", headers, body: JSON.stringify({ token }), credentials: "same-origin" });
    location.replace("/");
  });
  const look = setInterval(async () => {
    const health = await fetch("/health").then((response) => response.json()).catch(() => null);
    if (health?.ready) {
      clearInterval(look);
      setText(state, "");
      open.disabled = false;
      open.focus();
    }
  }, LOOK_EVERY_MS);
  return h("main", { class: "plain setup-done" }, h("h1", {}, w.written), h("p", {}, w.writtenWhat(file)), secret, h("div", { class: "setup-bar" }, copy, open), state);
}

start();
