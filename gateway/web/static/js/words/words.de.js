/** Alle deutschen Wörter der Seite, in der Form von words.en.js. */

import { alertTexts, reasons } from "./alert_texts.de.js";
import { subscriptions } from "./subscriptions.de.js";
import { carbon } from "./carbon.de.js";
import { deliveries } from "./deliveries.de.js";
import { devices } from "./devices.de.js";
import { history } from "./history.de.js";
import { inbox } from "./inbox.de.js";
import { map } from "./map.de.js";
import { kpis } from "./kpis.de.js";
import { partners } from "./partners.de.js";
import { problems } from "./problems.de.js";
import { quality } from "./quality.de.js";
import { sayings } from "./sayings.de.js";
import { search } from "./search.de.js";
import { setup } from "./setup.de.js";
import { share } from "./share.de.js";
import { shipments } from "./shipments.de.js";
import { ack, shelf, talk } from "./talk.de.js";
import { tierList } from "./tiers.de.js";

const plural = (n, one, many) => (n === 1 ? one : many);

const methods = {
  schedule: "Wie geplant",
  carried: "So verspätet wie zuletzt gesehen",
  shrunk: "Wie so verspätete Fahrten sonst enden",
  lane_and_hour: "Wie auf dieser Relation zu dieser Stunde üblich",
  distance: "Nach Position und Tempo dieser Relation",
  promised: "Zugesagt",
};

export const words = {
  language: "de",
  locale: "de-DE",
  views: { tower: "Leitstand", shipments: "Sendungen", alerts: "Alarme", devices: "Geräte", quality: "Datenqualität", subscriptions: "Abonnements", partners: "Partner", kpis: "Kennzahlen" },
  head: {
    connecting: "Verbindet",
    live: "Live",
    lost: (age) => `Verbindung verloren. Stand vor ${age}`,
    speed: (factor) => `× ${factor}`,
    speedTitle: (factor) => `Diese Uhr geht ${factor}-mal so schnell wie die eigene`,
    keys: "Tasten",
    leave: "Abmelden",
    skip: "Zur Ansicht springen",
  },
  time: {
    planned: "Geplant",
    estimated: "Erwartet",
    actual: "Tatsächlich",
    none: "–",
    inZone: (name) => `Zeiten in ${name}`,
    methods,
    ago: (span) => `vor ${span}`,
    in: (span) => `in ${span}`,
    now: "jetzt",
    late: (span) => `${span} verspätet`,
    early: (span) => `${span} zu früh`,
    onTime: "pünktlich",
    howEstimated: (method, party, trips) =>
      `In vier von fünf Fällen dazwischen. ${methods[method] || method}${party ? ` von ${party}` : ""}${trips ? `; ${trips} ${plural(trips, "Fahrt", "Fahrten")} dieser Relation bekannt` : ""}`,
    units: { s: "s", min: "min", h: "h", d: "T" },
  },
  tiers: {
    tier3: { name: "Tier 3", short: "T3" },
    tier2: { name: "Tier 2", short: "T2" },
    tier1: { name: "Tier 1", short: "T1" },
    transit: { name: "Unterwegs", short: "" },
    crossdock: { name: "Umschlag", short: "XD" },
    port: { name: "Hafen", short: "" },
    oem: { name: "OEM", short: "OEM" },
  },
  flow: {
    title: "Fluss der Tiers",
    nothing: "Zurzeit nichts hier",
    all: (n) => `Alle ${n}`,
    list: "Alle auflisten",
    count: (tier, n) => `${tier}: ${n}, alle auflisten`,
    in: (parent) => `in ${parent}`,
    noPlaces: ["Noch ist kein Ort bekannt.", "Orte in config.yaml eintragen und das Gateway neu starten."],
  },
  tierList,
  list: {
    waiting: (n) => `${n} neu`,
    changed: "Reihenfolge geändert",
    filters: "Filter",
  },
  map,
  alerts: {
    title: "Alarme",
    open: (n) => `${n} offen`,
    showEnded: "Auch beendete",
    showOpen: "Nur offene",
    none: ["Nichts ist verspätet.", "Alarme erscheinen hier, sobald sie ausgelöst werden."],
    reasons,
    marks: { late: "▲", risk: "◆", fine: "●", unknown: "○" },
    markNames: { late: "verspätet", risk: "gefährdet", fine: "pünktlich", unknown: "unbekannt" },
    since: "seit",
    where: "Wo jetzt",
    hits: "Wen es trifft",
    impact: {
      title: "Darauf wartet",
      runsOut: (place, hours) => `reicht noch ${String(hours).replace(".", ",")} h in ${place}`,
      ranOut: (place) => `in ${place} aufgebraucht`,
      more: (n) => `und ${n} weitere`,
      then: "dann",
    },
    told: "Gemeldet",
    lastSeen: "gesehen",
    planned: "geplant",
    skew: (ms) => `${ms} auseinander`,
    noSkew: "Abstand noch nicht bekannt",
    skewTitle: "Zwischen der ersten Annahme der ersten und der letzten Partei, mit einer Uhr gemessen",
    notToldYet: "noch nicht angenommen",
    readLater: (span) => `${span} später gelesen`,
    attempts: (n, reason) => `${n} ${plural(n, "Versuch", "Versuche")}${reason ? `, ${reason}` : ""}`,
    gaveUp: (reason) => `aufgegeben: ${reason}`,
    pageOnly: "sieht es auf dieser Seite",
    acked: "Bestätigt",
    notAcked: "Nicht bestätigt",
    promises: "sagt zu",
    states: { open: "offen", resolved: "Behoben", withdrawn: "Zurückgezogen" },
  },
  alertTexts,
  inbox,
  ack,
  talk,
  shelf,
  shipments,
  carbon,
  deliveries,
  devices,
  quality,
  sayings,
  setup,
  share,
  kpis,
  subscriptions,
  partners,
  problems,
  asset: {
    names: "Heißt auch",
    where: "Wo es ist",
    place: "Ort",
    since: "Seit",
    seen: "Zuletzt gesehen",
    parent: "In",
    via: "Bekannt durch",
    position: "Position",
    identity: "Kennung",
    identityFields: {
      key: "Name",
      scheme: "Schema",
      tag_uri: "Tag-URI",
      digital_link: "Digital Link",
      element_string: "Elementstring",
      reason: "Nicht entschlüsselt",
    },
    shipments: "Sendungen",
    history: "Verlauf",
    positions: (n) => `und ${n} ${plural(n, "Position", "Positionen")}`,
    noHistory: "Noch ist nichts davon aufgezeichnet.",
    between: "Zwischen Orten",
    unknown: (id) => `${id} ist hier nicht bekannt oder nicht freigegeben.`,
    unknownTodo: "Die Schreibweise prüfen oder einen anderen Namen suchen.",
    kinds: { part: "Teil", pallet: "Palette", rti: "Mehrwegbehälter", container: "Container", trailer: "Trailer", place: "Ort", other: "Objekt" },
    events: { arrived: "Angekommen", moved: "Bewegt", left: "Abgefahren", loaded: "Verladen", unloaded: "Entladen" },
    lateData: "verspätet gemeldet",
    showOnMap: "Auf der Karte zeigen",
    copy: "Kopieren",
    copied: "Kopiert",
    close: "Schließen",
  },
  search,
  history,
  signIn: {
    title: "Sehen, wo die Ware ist",
    what: "Anmelden mit dem Token, den der Betreiber dieses Gateways der Firma gegeben hat.",
    token: "Token",
    button: "Anmelden",
    demo: "Dies ist eine Demo. Dieselbe Relation ansehen als",
    refused: "Dieser Token ist hier nicht bekannt. Ganz einfügen; er beginnt mit tv_.",
    failed: (detail) => `Das Gateway hat nicht geantwortet: ${detail}`,
    unreachable: ["Das Gateway ist nicht erreichbar.", "Vielleicht startet es gerade. Diese Seite versucht es von selbst wieder."],
    retry: "Erneut versuchen",
  },
  errors: {
    load: (what, detail) => `${what} war nicht zu lesen: ${detail}`,
    retry: "Erneut versuchen",
    network: "keine Antwort vom Gateway",
  },
  preferences: {
    language: "Sprache",
    zone: "Zeiten in",
    zones: { mine: "eigener Zeitzone", place: "Zeitzone des Ortes" },
    foreign: (zone) => `Zeitzone des Ortes: ${zone}`,
  },
  keys: {
    title: "Tasten",
    close: "Schließen",
    list: [
      ["/", "Suchen"],
      ["j  k", "Nächster und voriger Alarm"],
      ["a", "Den gewählten Alarm beantworten"],
      ["c", "Sein Gespräch öffnen"],
      ["m", "Auflisten, was auf der Karte ist"],
      ["Esc", "Schließen, was offen ist"],
      ["?", "Diese Liste"],
    ],
  },
};
