/**
 * Was das Gateway ablehnt, auf Deutsch: nach dem stabilen Wort des Grundes, sonst nach dem Status.
 *
 * Wo es auf Zahlen oder Namen ankommt, steht der Satz des Gateways in Klammern dahinter.
 */

/** Gründe, die keine Einzelheit brauchen. */
const whole = {
  alert_has_ended: "Der Alarm ist schon beendet",
  file_is_there: "Die Datei gibt es schon; sie wurde nicht überschrieben",
  no_name: "Der Name fehlt",
  no_stop_ahead: "Dem Alarm liegt keine Sendung mit einem kommenden Stopp zugrunde; zugesagt werden kann hier nichts",
  no_such_task: "Die Aufgabe gehört nicht zu diesem Alarm",
  no_text: "Der Text fehlt",
  no_time: "Der Zeitpunkt fehlt oder ist unvollständig",
  not_of_the_alert: "Nur Parteien, die der Alarm betrifft, können hier antworten oder Aufgaben bekommen",
  not_your_task: "Die Aufgabe ist an eine andere Partei gerichtet",
  nowhere_to_search: "Nicht gesagt, wo gesucht werden soll",
  posts_to_the_gateway: "Das Gerät sendet von sich aus an das Gateway: nach dem Start auf der Seite der Geräte ansehen",
  search_runs: "Eine Suche läuft schon: abbrechen oder ihr Ende abwarten",
  secret_gone: "Das Geheimnis dieses Abonnements ist nicht mehr da: ein neues erstellen",
  signs_nothing: "Nur Webhooks werden signiert; dieser Kanal braucht kein Geheimnis",
  stands_in_the_file: "Das Abonnement steht in der config.yaml des Gateways und lässt sich nur dort ändern",
  task_is_done: "Die Aufgabe ist schon erledigt",
  test_runs: "Ein anderer Test läuft gerade: kurz warten",
  time_has_passed: "Der Zeitpunkt liegt schon zurück",
  was_removed: "Das Abonnement wurde gerade entfernt",
};

/** Gründe, bei denen Zahlen oder Namen des Gateways dahinter stehen. */
const led = {
  bad_gln: "Die GLN ist nicht richtig geschrieben",
  bad_name: "Der Name passt nicht",
  circle: "Der Name darf nicht sich selbst bedeuten",
  code_taken: "Den Code hat schon jemand anderes",
  control_characters: "Der Text enthält unsichtbare Steuerzeichen",
  file_not_written: "Die Datei kann nicht geschrieben werden",
  known_name: "Diesen Namen legt schon die Konfiguration fest",
  name_taken: "Den Namen gibt es schon",
  no_subnet: "Das ist kein Subnetz",
  not_private: "Nur private Subnetze werden gefragt",
  not_valid: "Eine Angabe passt nicht",
  number_taken: "Diese Nummer hat schon jemand anderes",
  time_too_late: "Der Zeitpunkt liegt zu weit in der Zukunft, oder schon zurück",
  too_many_addresses: "Das Subnetz hat zu viele Adressen",
  too_many_links: "Es gibt schon zu viele Links: einige beenden",
  too_many_names: "Es gibt schon zu viele Namen: einige entfernen",
  too_many_remarks: "Zu diesem Alarm ist alles gesagt: mehr Beiträge gehen nicht",
  too_many_shipments: "Zu viele Sendungen auf einmal: die Zeit oder die Relation einschränken",
  too_many_subscriptions: "Es gibt schon zu viele Abonnements: eines entfernen",
  too_many_tokens: "Es gibt schon zu viele Tokens: einige beenden",
  unfit: "Eine Angabe passt nicht",
  unknown_asset: "Dieser Ladungsträger ist nicht bekannt",
  unknown_part: "So kann eine Teilenummer nicht aussehen",
  unknown_party: "Diese Partei ist nicht bekannt",
  unknown_place: "Diesen Ort gibt es nicht",
  unknown_unit: "Diese Einheit ist nicht bekannt",
};

const statuses = {
  400: "Das Gateway kann die Anfrage nicht lesen",
  401: "Nicht mehr angemeldet: neu anmelden",
  403: "Das ist hier nicht erlaubt",
  404: "Das gibt es hier nicht, oder es ist nicht einsehbar",
  405: "Das geht hier nicht",
  409: "Das widerspricht dem, was inzwischen gilt",
  413: "Das ist zu groß",
  415: "Das Format passt nicht",
  422: "Eine Angabe passt nicht",
  429: "Das war zu oft: später noch einmal versuchen",
  500: "Das Gateway ist daran gescheitert; sein Protokoll sagt, wo",
  503: "Das Gateway kann gerade nichts lesen oder speichern; nichts davon wurde gespeichert",
};
const BARE = new Set([401, 404, 500, 503]); // nach denen kein Satz mehr hilft
const known = (sentences, word) => Object.hasOwn(sentences, word ?? "") && sentences[word];

export const problems = {
  said: ({ status, reason, errors, detail }) => {
    const why = reason || (errors?.length === 1 ? errors[0].reason : "");
    const sentence = known(whole, why);
    const lead = known(led, why) || statuses[status];
    return sentence || (lead && (BARE.has(status) ? lead : `${lead} (${detail})`)) || detail;
  },
};
