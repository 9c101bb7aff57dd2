/** Alle deutschen Wörter der Seite einer geteilten Sendung. */

export const share = {
  by: (party, label) => (label ? `Geteilt von ${party} · ${label}` : `Geteilt von ${party}`),
  until: (time) => `Bis ${time}`,
  late: (span) => `▲ ${span} verspätet`,
  fine: "● Pünktlich",
  statuses: { planned: "Geplant", under_way: "Unterwegs", arrived: "Angekommen" },
  stop: "Stopp",
  arrival: "Ankunft",
  departure: "Abfahrt",
  hidden: "Ein Stopp, der nicht gezeigt wird",
  gone: "Dieser Link zeigt nichts mehr.",
  ask: "Er ist abgelaufen oder wurde beendet. Beim Absender gibt es einen neuen.",
  lost: "Die Verbindung ist verloren. Was hier steht, kann alt sein.",
  again: "Den zugesandten Link noch einmal öffnen: eine Stunde ist um.",
};
