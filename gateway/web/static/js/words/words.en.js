/** Every English word of the page. Another language is another file of this form. */

import { alertTexts, reasons } from "./alert_texts.en.js";
import { subscriptions } from "./subscriptions.en.js";
import { carbon } from "./carbon.en.js";
import { deliveries } from "./deliveries.en.js";
import { devices } from "./devices.en.js";
import { history } from "./history.en.js";
import { inbox } from "./inbox.en.js";
import { map } from "./map.en.js";
import { kpis } from "./kpis.en.js";
import { partners } from "./partners.en.js";
import { problems } from "./problems.en.js";
import { quality } from "./quality.en.js";
import { sayings } from "./sayings.en.js";
import { search } from "./search.en.js";
import { setup } from "./setup.en.js";
import { share } from "./share.en.js";
import { shipments } from "./shipments.en.js";
import { ack, shelf, talk } from "./talk.en.js";
import { tierList } from "./tiers.en.js";

const plural = (n, one, many) => (n === 1 ? one : many);

const methods = {
  schedule: "As planned",
  carried: "As late as when last seen",
  shrunk: "As trips end that are as late",
  lane_and_hour: "As is usual on this lane at this hour",
  distance: "By its position and the pace of this lane",
  promised: "Promised",
};

export const words = {
  language: "en",
  locale: "en-GB",
  views: { tower: "Control tower", shipments: "Shipments", alerts: "Alerts", devices: "Devices", quality: "Data quality", subscriptions: "Subscriptions", partners: "Partners", kpis: "KPIs" },
  head: {
    connecting: "Connecting",
    live: "Live",
    lost: (age) => `Connection lost. What you see is ${age} old`,
    speed: (factor) => `× ${factor}`,
    speedTitle: (factor) => `This clock runs ${factor} times as fast as yours`,
    keys: "Keys",
    leave: "Sign out",
    skip: "Skip to the view",
  },
  time: {
    planned: "Planned",
    estimated: "Estimated",
    actual: "Actual",
    none: "–",
    inZone: (name) => `Times in ${name}`,
    methods,
    ago: (span) => `${span} ago`,
    in: (span) => `in ${span}`,
    now: "now",
    late: (span) => `${span} late`,
    early: (span) => `${span} early`,
    onTime: "on time",
    howEstimated: (method, party, trips) =>
      `Four times in five between these. ${methods[method] || method}${party ? ` by ${party}` : ""}${trips ? `; ${trips} ${plural(trips, "trip", "trips")} of this lane known` : ""}`,
    units: { s: "s", min: "min", h: "h", d: "d" },
  },
  tiers: {
    tier3: { name: "Tier 3", short: "T3" },
    tier2: { name: "Tier 2", short: "T2" },
    tier1: { name: "Tier 1", short: "T1" },
    transit: { name: "In transit", short: "" },
    crossdock: { name: "Cross-dock", short: "XD" },
    port: { name: "Port", short: "" },
    oem: { name: "OEM", short: "OEM" },
  },
  flow: {
    title: "Flow of tiers",
    nothing: "Nothing here now",
    all: (n) => `All ${n}`,
    list: "List all of them",
    count: (tier, n) => `${tier}: ${n}, list all`,
    in: (parent) => `in ${parent}`,
    noPlaces: ["No place is known yet.", "Add places to config.yaml and start the gateway again."],
  },
  tierList,
  list: {
    waiting: (n) => `${n} new`,
    changed: "Order changed",
    filters: "Filters",
  },
  map,
  alerts: {
    title: "Alerts",
    open: (n) => `${n} open`,
    showEnded: "Ended too",
    showOpen: "Open only",
    none: ["Nothing is late.", "Alerts appear here the moment they are raised."],
    reasons,
    marks: { late: "▲", risk: "◆", fine: "●", unknown: "○" },
    markNames: { late: "late", risk: "at risk", fine: "on time", unknown: "unknown" },
    since: "since",
    where: "Where now",
    hits: "Whom it hits",
    impact: {
      title: "Waits for it",
      runsOut: (place, hours) => `runs out in ${hours} h at ${place}`,
      ranOut: (place) => `has run out at ${place}`,
      more: (n) => `and ${n} more`,
      then: "then",
    },
    told: "Told",
    lastSeen: "seen",
    planned: "planned",
    skew: (ms) => `${ms} apart`,
    noSkew: "skew not known yet",
    skewTitle: "Between the first and the last party's first acceptance, measured by one clock",
    notToldYet: "not accepted yet",
    readLater: (span) => `read ${span} later`,
    attempts: (n, reason) => `${n} ${plural(n, "attempt", "attempts")}${reason ? `, ${reason}` : ""}`,
    gaveUp: (reason) => `given up: ${reason}`,
    pageOnly: "sees it on this page",
    acked: "Acknowledged",
    notAcked: "Not acknowledged",
    promises: "promises",
    states: { open: "open", resolved: "Resolved", withdrawn: "Withdrawn" },
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
    names: "Also called",
    where: "Where it is",
    place: "Place",
    since: "Since",
    seen: "Last seen",
    parent: "Inside",
    via: "Known through",
    position: "Position",
    identity: "Identity",
    identityFields: {
      key: "Name",
      scheme: "Scheme",
      tag_uri: "Tag URI",
      digital_link: "Digital Link",
      element_string: "Element string",
      reason: "Not decoded",
    },
    shipments: "Shipments",
    history: "History",
    positions: (n) => `and ${n} ${plural(n, "position", "positions")}`,
    noHistory: "Nothing has been recorded of it yet.",
    between: "Between places",
    unknown: (id) => `${id} is not known here, or not yours to see.`,
    unknownTodo: "Check the spelling, or search for another name.",
    kinds: { part: "Part", pallet: "Pallet", rti: "Returnable", container: "Container", trailer: "Trailer", place: "Place", other: "Asset" },
    events: { arrived: "Arrived", moved: "Moved", left: "Left", loaded: "Loaded", unloaded: "Unloaded" },
    lateData: "reported late",
    showOnMap: "Show on the map",
    copy: "Copy",
    copied: "Copied",
    close: "Close",
  },
  search,
  history,
  signIn: {
    title: "See your goods move",
    what: "Sign in with the token that the operator of this gateway gave to your company.",
    token: "Token",
    button: "Sign in",
    demo: "This is a demo. Look at the same lane as",
    refused: "This token is not known here. Paste all of it; it starts with tv_.",
    failed: (detail) => `The gateway did not answer: ${detail}`,
    unreachable: ["The gateway cannot be reached.", "It may be starting. This page tries again by itself."],
    retry: "Try again",
  },
  errors: {
    load: (what, detail) => `${what} could not be read: ${detail}`,
    retry: "Try again",
    network: "no answer from the gateway",
  },
  preferences: {
    language: "Language",
    zone: "Times in",
    zones: { mine: "my time zone", place: "the place's time zone" },
    foreign: (zone) => `Time zone of the place: ${zone}`,
  },
  keys: {
    title: "Keys",
    close: "Close",
    list: [
      ["/", "Search"],
      ["j  k", "Next and previous alert"],
      ["a", "Answer the alert in focus"],
      ["c", "Open its conversation"],
      ["m", "List what is on the map"],
      ["Esc", "Close what is open"],
      ["?", "This list"],
    ],
  },
};
