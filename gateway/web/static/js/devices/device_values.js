/** What sensors, receivers and scanners said last. */

import { h } from "../kit/dom.js";
import { facts } from "../kit/panel.js";
import { relativeTime } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.devices;
const format = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 3 });
const degrees = new Intl.NumberFormat(words.locale, { minimumFractionDigits: 5, maximumFractionDigits: 5 });
const KMH = 3.6; // of metres per second

/** The signs of the units that sensors use most, by their UN/ECE Rec. 20 codes. */
const SIGNS = { CEL: "°C", FAH: "°F", KEL: "K", P1: "%", MTS: "m/s", KMH: "km/h", MTR: "m", CMT: "cm", VLT: "V", "2Z": "mV", AMP: "A", WTT: "W", KWH: "kWh", LUX: "lx", HPA: "hPa", A97: "hPa", KGM: "kg", DD: "°", SEC: "s", GRM: "g", "59": "ppm", HTZ: "Hz" };

/** @param {import("../types/types_devices.js").Value[]} values */
export function valueTable(values) {
  const rows = values.map((value) =>
    h("tr", {}, h("th", { scope: "row" }, value.name.replaceAll("_", " ")), h("td", { class: "number" }, said(value)), h("td", { class: "muted" }, value.asset), h("td", { class: "small muted" }, relativeTime(value.at))),
  );
  return h("table", { class: "values" }, h("caption", {}, w.values), h("tbody", {}, ...rows));
}

/** @param {NonNullable<import("../types/types_devices.js").Read["fix"]>} fix */
export function fixFacts(fix) {
  const f = w.fix;
  const whole = (value, text) => (value === null ? "" : text(format.format(value)));
  return h(
    "section",
    { class: "fix" },
    h("h2", {}, f.title, " ", h("span", { class: "small muted" }, relativeTime(fix.at))),
    facts([
      [f.at, h("span", { class: "mono" }, `${degrees.format(fix.lat)}  ${degrees.format(fix.lon)}`)],
      [f.speed, whole(fix.speed_mps === null ? null : Math.round(fix.speed_mps * KMH), f.kmh)],
      [f.course, whole(fix.course_deg === null ? null : Math.round(fix.course_deg), (text) => `${text}°`)],
      [f.accuracy, whole(fix.accuracy_m, f.m)],
      [f.satellites, whole(fix.satellites, (text) => text)],
    ]),
  );
}

/** @param {{kind: string, text: string, at: string}[]} told */
export function toldList(told) {
  const rows = told.map((one) => h("li", {}, h("span", { class: "mono" }, one.text.replaceAll("\u001d", "␝")), " ", h("span", { class: "small muted" }, relativeTime(one.at))));
  return h("section", { class: "told-of" }, h("h2", {}, w.told), h("ul", {}, ...rows));
}

/** @param {import("../types/types_devices.js").Value} value */
function said({ value, unit }) {
  if (typeof value === "boolean") {
    return w.flags[String(value)];
  }
  return typeof value === "number" ? `${format.format(value)} ${SIGNS[unit] ?? unit}`.trim() : value;
}
