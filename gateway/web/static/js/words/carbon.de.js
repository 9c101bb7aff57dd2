/** Die deutschen Wörter für das, was das Bewegen einer Sendung ausstößt. */

/** Worauf die Zahlen beruhen, soweit es das Gateway selbst sagt; eigene Faktoren nennt die Konfiguration mit eigenen Worten. */
const sources = {
  "GLEC Framework v3.0 (Smart Freight Centre, 2023) default: articulated truck up to 40 t, average load, diesel, Europe":
    "GLEC Framework v3.0 (Smart Freight Centre, 2023), Standardwert: Sattelzug bis 40 t, mittlere Auslastung, Diesel, Europa",
  "GLEC Framework v3.2 (Smart Freight Centre, 2025) default: freight train, diesel, Europe; electric is 10.8":
    "GLEC Framework v3.2 (Smart Freight Centre, 2025), Standardwert: Güterzug, Diesel, Europa; elektrisch sind es 10,8",
  "GLEC Framework v3.2 (Smart Freight Centre, 2025) default: container ship, fleet average, as EcoFreight quotes it":
    "GLEC Framework v3.2 (Smart Freight Centre, 2025), Standardwert: Containerschiff, Mittel der Flotte, zitiert nach EcoFreight",
  "GLEC Framework v3.2 (Smart Freight Centre, 2025) default: freighter, fleet average, as EcoFreight quotes it":
    "GLEC Framework v3.2 (Smart Freight Centre, 2025), Standardwert: Frachtflugzeug, Mittel der Flotte, zitiert nach EcoFreight",
  "GLEC Framework v3.2 (Smart Freight Centre, 2025) default: inland container vessel, 135 m":
    "GLEC Framework v3.2 (Smart Freight Centre, 2025), Standardwert: Containerbinnenschiff, 135 m",
  "great circle x 1.32: Ballou et al. 2002, roads of Germany": "Luftlinie × 1,32: Ballou u. a. 2002, Straßen in Deutschland",
  "great circle x 1.2: tierview's own guess": "Luftlinie × 1,2: Schätzung von tierview",
  "great circle x 1.15: tierview's own guess": "Luftlinie × 1,15: Schätzung von tierview",
  "great circle + 95 km: EN 16258": "Luftlinie + 95 km: EN 16258",
};

export const carbon = {
  title: "CO2e nach Plan",
  whole: (kg) => `${kg} kg`,
  goods: { parts: (kg) => `für ${kg} kg Ware, nach ihren Teilepositionen`, units: (kg) => `für ${kg} kg Ware, nach dem üblichen Gewicht einer Einheit` },
  how: "Von der Quelle bis zum Rad nach ISO 14083: Tonnen × Kilometer × Standardfaktor des Verkehrsmittels, wenn kein anderer genannt ist.",
  missing: {
    mass: "Keine Zahl: Das Gewicht der Ware ist nicht bekannt. Es braucht Teilepositionen in Kilogramm oder Tonnen, oder in der Konfiguration des Gateways das Gewicht eines Stücks oder einer Einheit.",
    mode: "Keine Zahl: Der Plan nennt für einen Abschnitt kein Verkehrsmittel.",
    distance: "Keine Zahl: Wo ein Stopp liegt, ist nicht bekannt.",
  },
  hiddenLegs: "Die Abschnitte sind nicht freigegeben.",
  leg: "Abschnitt",
  part: "Teil",
  quantity: "Menge",
  mass: "Gewicht, kg",
  distance: "Strecke, km",
  factor: "Faktor, g je t km",
  emitted: "CO2e, kg",
  unsaidMode: "Verkehrsmittel nicht bekannt",
  assumed: (mode) => `${mode}: angenommen, der Plan sagt es nicht`,
  rests: "Beruht auf",
  source: (text) => (Object.hasOwn(sources, text) ? sources[text] : text),
};
