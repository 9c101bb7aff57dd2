/** Die deutschen Wörter der Kennzahlen. */

const decimal = new Intl.NumberFormat("de-DE", { maximumFractionDigits: 3 });
const number = (value) => decimal.format(value);
const lead = "Laufzeit der angekommenen Sendungen: von der ersten Abfahrt bis zur letzten Ankunft";
const dwell = "Zeit der Fahrzeuge an Stopps, vom Kommen bis zum Abfahren; jeder Besuch einmal, nur beendete";
const gate = "Zeit der Fahrzeuge vom Tor bis zur Rampe desselben Werks; jeder Besuch einmal";
const spread = (what) => ({ kpi }) => `${what}; ${kpi.slice(-2)} von 100 sind kürzer.`;
const unloading = ({ unloading_h: hours }) => `Was innerhalb von ${number(hours)} h nach Ankunft der Sendung gelesen wird, kam mit ihr.`;
const otif = (what) => (one, terms) => `${what} ${unloading(terms)}`;
const over = ({ free_h: free }) => `Standzeit der Fahrzeuge an Stopps über ${number(free)} h hinaus, die je Besuch frei sind; nur beendete`;
const co2e = ({ good, counted }) =>
  `CO2e von der Quelle bis zum Rad nach ISO 14083 mit Standardfaktoren: Tonnen × Kilometer × Gramm je Tonnenkilometer des Verkehrsmittels; Kilometer als Luftlinie mit einem Umwegfaktor je Verkehrsmittel. Nur angekommene Sendungen.${good < counted ? ` Nicht enthalten: ${counted - good}, deren Gewicht, Verkehrsmittel oder Entfernung nicht bekannt ist.` : ""}`;

/** Was eine Kennzahl bedeutet, nach ihrem Namen; Fristen und Sätze wie eingerichtet. */
const meanings = {
  otif_slot: otif("Anteil der fälligen Sendungen, die im gebuchten Zeitfenster ankamen, mit seiner Toleranz davor und danach, und deren Stücke alle bis zu dessen Ende da waren."),
  otif_day: otif("Anteil der fälligen Sendungen, die mit allen Stücken bis zum Ende des geplanten Tages ankamen, nach der Uhr des letzten Stopps; früher ist pünktlich."),
  otif_line: otif("Anteil der fälligen Teilepositionen, deren Packstücke alle im Zeitfenster kamen, mit seiner Toleranz davor und danach; nennt eine Position kein Packstück, braucht sie alle der Sendung."),
  otif_unit: otif("Anteil der fälligen Stücke (Paletten, Behälter), die spätestens zum Ende des Zeitfensters mit seiner Toleranz kamen; früher ist pünktlich."),
  lead_time_p50: spread(lead),
  lead_time_p80: spread(lead),
  lead_time_p95: spread(lead),
  lead_time_variation: () => `Variationskoeffizient, also Standardabweichung durch Mittelwert. ${lead}.`,
  dwell_p50: spread(dwell),
  dwell_p80: spread(dwell),
  dwell_p95: spread(dwell),
  gate_wait_p50: spread(gate),
  gate_wait_p80: spread(gate),
  gate_wait_p95: spread(gate),
  detention: (one, terms) => `${over(terms)}.`,
  detention_cost: (one, terms) => `${over(terms)}${terms.rate_per_h ? `, zu ${number(terms.rate_per_h)} ${terms.currency} je Stunde.` : ": kein Satz eingerichtet."}`,
  read_rate: () => "Anteil der geplanten Stücke angekommener Sendungen, die am letzten Stopp gelesen wurden.",
  data_quality: () =>
    "Anteil der Datensätze, die auf Anhieb brauchbar waren, also weder zurückgehalten noch berichtigt: Mittel aus dem Anteil der Lesungen und dem der Planzeilen, nach Empfangstag (UTC). Hier über alle Tage des Zeitraums, aus eigenen Daten; für den Betreiber aus allen.",
  co2e,
  co2e_intensity: co2e,
};
const meaning = (one, terms) => (Object.hasOwn(meanings, one.kpi) ? meanings[one.kpi](one, terms) : "");

export const kpis = {
  title: "Kennzahlen",
  due: (n) => `${n} ${n === 1 ? "Sendung war" : "Sendungen waren"} fällig`,
  window: "Fällig in den letzten",
  days: (n) => (n === 1 ? "24 Stunden" : `${n} Tagen`),
  definition: "Pünktlich und vollständig nach",
  definitions: { slot: "gebuchtem Zeitfenster", day: "geplantem Tag", line: "Teileposition", unit: "Stück" },
  export: "Als CSV speichern",
  none: ["In dieser Zeit war nichts fällig.", "Eine Sendung zählt vom geplanten Ende ihres letzten Stopps an."],
  lanes: "Nach Relation",
  places: "Standzeit nach Ort",
  lane: "Relation",
  place: "Ort oder Tier",
  all: "Alle Relationen",
  shipments: "Sendungen",
  noValue: "–",
  of: (good, counted) => `${good} von ${counted}`,
  rests: (n) => `aus ${n} ${n === 1 ? "Wert" : "Werten"}`,
  means: "Was die Kennzahlen bedeuten",
  meaning: (one, terms) => meaning(one, terms) || one.definition,
  names: {
    otif: "OTIF, pünktlich und vollständig",
    lead_time_p50: "Laufzeit P50",
    lead_time_p80: "Laufzeit P80",
    lead_time_p95: "Laufzeit P95",
    lead_time_variation: "Streuung der Laufzeit",
    dwell_p50: "Standzeit P50",
    dwell_p80: "Standzeit P80",
    dwell_p95: "Standzeit P95",
    gate_wait_p50: "Tor bis Rampe P50",
    gate_wait_p80: "Tor bis Rampe P80",
    gate_wait_p95: "Tor bis Rampe P95",
    detention: "Standgeldzeit",
    detention_cost: "Standgeld",
    read_rate: "Gelesene Tags",
    data_quality: "Datenqualität",
    co2e: "CO2e",
    co2e_intensity: "CO2e-Intensität",
  },
};
