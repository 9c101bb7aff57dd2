/** Was die stabilen Wörter der Geräte bedeuten; ein Satz des Gateways mit Adresse und Rat steht dahinter. */

/** Von der Verbindung, und von dem, was kam. */
export const linkReasons = {
  cannot_listen: "Auf dem Port kann nicht gewartet werden.",
  certificate: "Dem Zertifikat wird hier nicht vertraut.",
  certificate_changed: "Das Zertifikat ist ein anderes als erwartet.",
  certificate_expired: "Das Zertifikat ist abgelaufen: erneuern, oder die Uhr dieser Box stellen.",
  certificate_name: "Das Zertifikat lautet auf einen anderen Namen.",
  certificate_not_yet_valid: "Das Zertifikat gilt noch nicht: Stimmt die Uhr dieser Box?",
  certificate_unknown: "Für das Zertifikat bürgt niemand, dem hier vertraut wird.",
  checksum: "Prüfsumme falsch: Leitung, Geschwindigkeit und Treiber prüfen.",
  closed: "Das Gerät hat die Verbindung beendet.",
  driver_failed: "Der Treiber ist gescheitert; das Protokoll sagt, wo.",
  dropped: "Der Treiber hat die Verbindung beendet.",
  encoded: "Das Gerät antwortet in einer Kodierung, um die nicht gebeten wurde.",
  idle: "Die Verbindung war zu lange stumm.",
  lost: "Das Gerät ist verschwunden: Ist es eingesteckt und eingeschaltet?",
  no_authority: "Die Datei der Zertifizierungsstelle ist nicht lesbar.",
  no_permission: "Keine Berechtigung für die Schnittstelle oder den Port.",
  no_such_address: "Diese Box hat keine solche Adresse.",
  no_such_path: "Den Pfad kennt das Gerät nicht: Adresse und Dienst prüfen.",
  no_tls: "Der Port spricht kein TLS.",
  not_allowed: "Zugang verweigert: Benutzer, Passwort und Client-ID prüfen.",
  port_busy: "Die Schnittstelle oder der Port ist belegt: das andere Programm beenden.",
  port_missing: "Die Schnittstelle fehlt: Ist das Gerät eingesteckt?",
  reader_in_use: "Ein anderer Client benutzt den Leser.",
  redirected: "Das Gerät verweist an eine andere Adresse: diese eintragen.",
  refused: "Das Gerät lehnt die Verbindung ab: Läuft der Dienst, stimmt der Port?",
  reset: "Das Gerät hat die Verbindung abgebrochen.",
  settings: "Die Schnittstelle lässt sich so nicht einstellen.",
  timeout: "Keine Antwort: Ist das Gerät eingeschaltet, stimmt die Adresse?",
  tls: "Das Gerät spricht TLS anders als erwartet.",
  tls_refused: "Das Gerät lehnt den TLS-Aufbau ab.",
  unknown_host: "Der Rechnername ist hier nicht bekannt.",
  unreachable: "Nicht erreichbar: Netz und Adresse prüfen.",
};

/** Was ein Gerät oder sein Treiber selbst meldet. */
export const noticeReasons = {
  antenna_disconnected: "Die Antenne ist nicht angeschlossen",
  buffer_filling: "Der Puffer des Lesers läuft voll",
  buffer_overflow: "Der Puffer des Lesers ist übergelaufen",
  device_offline: "Das Gerät ist offline",
  gpsd_error: "gpsd meldet einen Fehler",
  keepalive_lost: "Der Leser gibt kein Lebenszeichen mehr",
  no_antenna_connected: "Keine Antenne ist angeschlossen",
  no_codec: "Dem Geräteprofil fehlt der Codec",
  no_handshake: "Das Gerät hat sich nicht zu erkennen gegeben",
  node_offline: "Der Knoten ist offline",
  power_not_set: "Die Sendeleistung ließ sich nicht einstellen",
  reader_error: "Der Leser meldet einen Fehler",
  reader_exception: "Der Leser meldet eine Störung",
  receiver_gone: "Der Empfänger ist verschwunden",
  refused: "Der Leser lehnt die Einstellung ab",
  register_refused: "Das Register wird verweigert",
  sensitivity_not_set: "Die Empfindlichkeit ließ sich nicht einstellen",
  setup_timeout: "Der Leser antwortet beim Einrichten nicht",
  silent: "Das Modul antwortet nicht",
  unknown_imei: "Diese IMEI ist nicht eingerichtet",
  version_not_spoken: "Der Leser spricht diese Version von LLRP nicht",
};

/** Was es ist, wenn das Wort hier fehlt. */
const kinds = { link: "Die Verbindung ist gestört", data: "Was kam, war unbrauchbar", device: "Das Gerät meldet eine Störung" };
const said = (table, word) => (Object.hasOwn(table, word) ? table[word] : "");

/** @param {string} kind  link, data, device  @param {string} reason  @returns {string} */
export const meaningOf = (kind, reason) => (kind === "device" && said(noticeReasons, reason)) || said(linkReasons, reason) || said(kinds, kind);
