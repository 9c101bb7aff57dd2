/** Die deutschen Wörter dafür, wie ein Empfänger nimmt, was er bekommt: warum ein Versuch so endete, was eine Prüfung ergab. */

const reasons = {
  accepted: "der Empfänger hat es angenommen",
  grouped: "der Empfänger hat es angenommen, mit anderen derselben Regel und Relation",
  digest: "der Empfänger hat es angenommen, mit anderen, die sich gesammelt hatten",
  timeout: "keine Antwort innerhalb der Frist",
  name_timeout: "kein Nameserver hat rechtzeitig geantwortet",
  unknown_host: "kein Nameserver kennt diesen Rechner",
  tls_failed: "dem Zertifikat oder dem TLS des Empfängers ist nicht zu trauen",
  refused: "der Empfänger ist nicht zu erreichen oder hat abgelehnt",
  connection_ended: "der Empfänger hat die Verbindung beendet, ohne zu antworten",
  broken_answer: "was zurückkam, ist keine HTTP-Antwort",
  address_blocked: "der Rechner führt zu einer Adresse, die nicht im öffentlichen Internet liegt",
  broker_away: "der MQTT-Broker ist nicht da",
  mail_server_away: "der Mailserver ist nicht da",
  nobody_connected: "niemand der Partei hat die Seite oder den Ereignisstrom offen",
  quiet_hours: "es wartet auf das Ende der Ruhe oder auf seine Uhrzeit",
  disabled: "der Empfänger war aufgegeben: nichts wurde gesendet",
  no_such_subscription: "das Abonnement wurde entfernt",
  not_allowed: "die Partei darf diesen Alarm nicht mehr sehen",
  not_tried: "nicht gesendet, weil das davor nicht rechtzeitig beantwortet wurde",
  not_told: "es gibt niemanden, dem zu melden wäre: keine Adresse ist bestätigt, oder das Geheimnis fehlt",
  secret_gone: "das Geheimnis ist nicht mehr zu gebrauchen: ein neues erstellen",
};
const answers = [
  [/^status_(\d{3})$/, (code) => `der Empfänger antwortete mit ${code}`],
  [/^smtp_(\d{3})$/, (code) => `der Mailserver antwortete mit ${code}`],
];

/** @param {string} reason */
function answered(reason) {
  for (const [form, say] of answers) {
    const found = /** @type {RegExp} */ (form).exec(reason);
    if (found) {
      return /** @type {(code: string) => string} */ (say)(found[1]);
    }
  }
  return "";
}

/** Was gesendet wird, und was hilft, wo der Empfänger es falsch macht; nach den Namen des Gateways. */
const trials = {
  "a sample": ["eine Probe", "die Signatur über den Rohtext prüfen"],
  "the same again": ["dieselbe noch einmal", "eine schon bekannte Kennung mit 2xx beantworten und sonst nichts tun: Meldungen können sich wiederholen"],
  "signed with a new key and yours": ["mit neuem und bisherigem Schlüssel signiert", "annehmen, wenn eine der Signaturen stimmt"],
  "altered after signing": ["nach dem Signieren verändert", "die Signatur über den Rohtext prüfen"],
  "under another id": ["unter anderer Kennung", "die Signatur gilt auch für webhook-id"],
  "signed ten minutes ago": ["vor zehn Minuten signiert", "webhook-timestamp ablehnen, der mehr als 5 Minuten abweicht"],
  "signed ten minutes ahead": ["zehn Minuten im Voraus signiert", "webhook-timestamp ablehnen, der mehr als 5 Minuten abweicht"],
  "signed with another key": ["mit fremdem Schlüssel signiert", "den Schlüssel prüfen"],
  "not signed": ["nicht signiert", "ablehnen, was keine Signatur hat"],
};
const trial = (name) => (Object.hasOwn(trials, name) ? trials[name] : null);

export const deliveries = {
  why: (reason, text) => (Object.hasOwn(reasons, reason) ? reasons[reason] : answered(reason) || text),
  check: {
    run: "Empfänger prüfen",
    running: "Sendet bis zu neun Proben, eine nach der anderen",
    allRight: (n) => `Alle ${n} richtig: Signiertes hat er angenommen, Gefälschtes abgelehnt.`,
    wrong: (n, all) => `${n} von ${all} falsch.`,
    close: "Schließen",
    title: (name) => `Prüfung von ${name}`,
    trial: (name) => trial(name)?.[0] ?? name,
    wanted: { taken: "soll angenommen werden", refused: "soll abgelehnt werden" },
    hint: (name, hint) => `Was hilft: ${trial(name)?.[1] ?? hint}.`,
  },
};
