/** English words of an asset's history. */

export const history = {
  line: "Time line",
  table: "All of it as a table, newest first",
  zoom: "How much the line shows",
  zooms: { h6: "6 h", d1: "1 day", d3: "3 days", d7: "1 week", all: "All" },
  rows: { place: "Where", within: "Inside", reads: "Read", bands: "Band", alerts: "Alerts" },
  columns: { at: "When", what: "What", where: "Where", within: "In" },
  choose: "Point at a mark, or use the arrow keys. + and − change how much is shown.",
  reading: "Reading the history",
  older: "Show older",
  wide: "Wide",
  since: (from, span) => `Since ${from}, for ${span}`,
  fromTo: (from, until, span) => `From ${from} to ${until}, ${span}`,
  way: (from, to) => `On the way${from ? ` from ${from}` : ""}${to ? ` to ${to}` : ""}`,
  in: (name) => `Inside ${name}`,
  unsure: "Nobody saw when it left",
};
