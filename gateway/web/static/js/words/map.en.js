/** The English words of the map. */

const plural = (n, one, many) => (n === 1 ? one : many);

export const map = {
  title: "Map",
  missing: ["The map's files are not installed.", "Run `make setup` on the gateway, then load this page again."],
  loadFailed: "The base map could not be read; places and vehicles are shown without it.",
  trailFailed: (name) => `The way of ${name} could not be read; it is drawn from now on.`,
  planFailed: (name) => `The plan of ${name} could not be read; the place is shown without it.`,
  fit: "Show the whole network",
  seen: "Seen",
  colour: "Colour by",
  byTier: "Tier",
  byLateness: "Lateness",
  legend: "Legend",
  states: { late: "Late", risk: "At risk", fine: "On time", unknown: "Silent", none: "No plan" },
  stateMarks: { late: "▲", risk: "◆", fine: "●", unknown: "○", none: "·" },
  cluster: (all, late) => `${all} vehicles${late ? `, ${late} late` : ""}: show them`,
  summary: (all, late) => `${all} ${plural(all, "vehicle", "vehicles")}, ${late} late`,
  listed: {
    open: "List",
    title: "On the map",
    here: "In this cluster",
    close: "Close the list",
    columns: { state: "State", asset: "Vehicle", tier: "Tier", place: "Place", seen: "Seen" },
    none: ["Nothing has told its position yet.", "Trackers appear here with their first position."],
    more: (n) => `and ${n} more; search finds them`,
    between: "Between places",
  },
};
