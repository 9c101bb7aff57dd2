/** Was von einem Gerät gesagt wird, das getestet oder gefunden wurde; nach stabilen Wörtern, mit seinen Werten. */

import { meaningOf } from "./device_reasons.de.js";

const percent = (share, digits) => new Intl.NumberFormat("de-DE", { style: "percent", maximumFractionDigits: digits }).format(share);
const unanswered = ({ is_asked: asked }) => (asked ? ", auch keine Antwort auf unsere Frage" : "");
const last = ({ detail }) => (detail ? ` Zuletzt: ${detail}` : "");
const antenna = ({ antenna: number }) => (number ? `Antenne ${number}` : "Die Antenne");
const at = ({ antenna: number }) => (number ? `Antenne ${number}: ` : "");

const sentences = {
  works: () => "Es läuft.",
  nothing_read: () => "Das Gerät antwortet, hat aber nichts gelesen: ein Tag davor halten, oder warten.",
  weak_antenna: (one) => `${antenna(one)} hört Tags im Mittel mit ${Math.round(one.rssi_dbm)} dBm: so schwachen Lesungen wird nicht geglaubt.`,
  silent_serial: (one) => `Von ${one.where} kam bei ${one.baud} Baud nichts${unanswered(one)}: Ist das Gerät eingeschaltet, sind RX und TX vertauscht, ist es eine andere Geschwindigkeit?`,
  silent_topic: ({ where }) => `Auf ${where} kam keine Nachricht: Sendet das Gerät an diesen Broker, unter diesem Topic, und dürfen wir es lesen (tierview partner acl)?`,
  nobody_dialled: ({ where }) => `An ${where} hat sich niemand gemeldet: Sind Rechner und Port im Gerät so eingestellt?`,
  silent_port: (one) => `${one.where} nimmt die Verbindung an und schweigt${unanswered(one)}: Ist es der richtige Port?`,
  silent_stream: ({ where }) => `${where} antwortet und sendet nichts: Liest das Gerät, ist sein Datenstrom eingeschaltet?`,
  nothing_posted: () => "Es wurde nichts gesendet: Sind Adresse und Geheimnis dieses Gateways im Gerät eingetragen?",
  wrong_speed: (one) => `${percent(one.share, 0)} von dem, was bei ${one.baud} Baud kam, waren keine Rahmen: falsche Geschwindigkeit oder anderer Treiber.${last(one)}`,
  wrong_driver: (one) => `${percent(one.share, 0)} von dem, was kam, passt nicht zu diesem Treiber.${last(one)}`,
  partly_useless: (one) => `${percent(one.share, 1)} von dem, was kam, war unbrauchbar.${last(one)}`,
};

const obstacles = {
  no_permission: (note) => `Keine Berechtigung (${note})`,
  in_use: () => "Ein anderer Client benutzt ihn: ein Leser bedient nur einen zugleich",
};
const known = (table, word) => Object.hasOwn(table, word) && table[word];
const other = (one) => `${at(one)}${meaningOf(one.kind, one.reason)} (${one.detail || one.text})`;

export const sayings = {
  said: (one) => ((one.kind !== "device" && known(sentences, one.reason)) || other)(one),
  obstacle: (obstacle, note) => (known(obstacles, obstacle) || String)(note),
};
