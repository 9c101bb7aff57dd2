/** Deutsche Wörter des Verlaufs eines Objekts. */

export const history = {
  line: "Zeitstrahl",
  table: "Alles als Tabelle, Neuestes zuerst",
  zoom: "Wie viel der Zeitstrahl zeigt",
  zooms: { h6: "6 h", d1: "1 Tag", d3: "3 Tage", d7: "1 Woche", all: "Alles" },
  rows: { place: "Wo", within: "In", reads: "Gelesen", bands: "Bereich", alerts: "Alarme" },
  columns: { at: "Wann", what: "Was", where: "Wo", within: "In" },
  choose: "Auf eine Marke zeigen oder die Pfeiltasten verwenden. + und − ändern, wie viel zu sehen ist.",
  reading: "Der Verlauf wird gelesen",
  older: "Älteres zeigen",
  wide: "Breit",
  since: (from, span) => `Seit ${from}, ${span} lang`,
  fromTo: (from, until, span) => `Von ${from} bis ${until}, ${span}`,
  way: (from, to) => `Unterwegs${from ? ` von ${from}` : ""}${to ? ` nach ${to}` : ""}`,
  in: (name) => `In ${name}`,
  unsure: "Niemand sah, wann es abfuhr",
};
