/** The German words of the map. */

const plural = (n, one, many) => (n === 1 ? one : many);

export const map = {
  title: "Karte",
  missing: ["Die Dateien der Karte sind nicht installiert.", "`make setup` auf dem Gateway ausführen, dann diese Seite neu laden."],
  loadFailed: "Die Grundkarte war nicht zu lesen; Orte und Fahrzeuge stehen ohne sie da.",
  trailFailed: (name) => `Der Weg von ${name} war nicht zu lesen; gezeichnet wird ab jetzt.`,
  planFailed: (name) => `Der Plan von ${name} war nicht zu lesen; der Ort steht ohne ihn da.`,
  fit: "Das ganze Netz zeigen",
  seen: "Gesehen",
  colour: "Farbe nach",
  byTier: "Tier",
  byLateness: "Verspätung",
  legend: "Legende",
  states: { late: "Verspätet", risk: "Gefährdet", fine: "Pünktlich", unknown: "Stumm", none: "Ohne Plan" },
  stateMarks: { late: "▲", risk: "◆", fine: "●", unknown: "○", none: "·" },
  cluster: (all, late) => `${all} Fahrzeuge${late ? `, ${late} verspätet` : ""}: zeigen`,
  summary: (all, late) => `${all} ${plural(all, "Fahrzeug", "Fahrzeuge")}, ${late} verspätet`,
  listed: {
    open: "Liste",
    title: "Auf der Karte",
    here: "In dieser Gruppe",
    close: "Liste schließen",
    columns: { state: "Stand", asset: "Fahrzeug", tier: "Tier", place: "Ort", seen: "Gesehen" },
    none: ["Noch hat nichts seine Position gemeldet.", "Tracker erscheinen hier mit ihrer ersten Position."],
    more: (n) => `und ${n} weitere; die Suche findet sie`,
    between: "Unterwegs",
  },
};
