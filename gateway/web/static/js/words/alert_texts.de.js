/** Sätze von Meldungen, nach Grund: warum eine gemeldet wurde, und wie sie endete. */

const arrived = ({ shipment, place, end }) => `Sendung ${shipment} war rechtzeitig in ${place}, um ${end}: das wurde erst später bekannt`;
const heard = "meldet sich wieder";
const expected = ({ shipment, place, expected, close, early, latest }) =>
  `Sendung ${shipment} wird in ${place} um ${expected} erwartet, das Zeitfenster schließt um ${close}; in vier von fünf Fällen zwischen ${early} und ${latest}`;

export const alertTexts = {
  raised: {
    not_seen: ({ shipment, place, since }) => `Sendung ${shipment} war in ${place} bis ${since} fällig und wurde dort nicht gesehen`,
    not_departed: ({ shipment, place, since }) => `Sendung ${shipment} sollte ${place} bis ${since} verlassen und ist nicht abgefahren`,
    predicted_late: expected,
    at_risk: expected,
    came_early: ({ shipment, place, since, early }) => `Sendung ${shipment} kam um ${since} in ${place} an, ${early} vor Beginn des Zeitfensters`,
    dwell_over: ({ asset, place, since }) => `${asset} sollte höchstens bis ${since} in ${place} stehen und ist nicht abgefahren`,
    idle: ({ asset, place, since }) => `${asset} steht ungenutzt in ${place}; Nutzung war bis ${since} erwartet`,
    wrong_place: ({ asset, shipment, place, since }) => `${asset} der Sendung ${shipment} ist seit ${since} in ${place}, keinem ihrer Halte`,
    off_its_way: ({ asset, shipment, since }) => `${asset}${shipment && ` der Sendung ${shipment}`} ist seit ${since} abseits der Route`,
    silent: ({ device, since }) => `${device} hätte sich bis spätestens ${since} melden sollen und ist stumm`,
    silent_tracker: ({ asset, since }) => `Der Tracker von ${asset}, unterwegs, hätte sich bis spätestens ${since} melden sollen und ist stumm`,
  },
  ended: {
    not_seen: {
      arrived_late: ({ shipment, place, end, late }) => `Sendung ${shipment} kam um ${end} in ${place} an, ${late} zu spät`,
      arrived_in_time: arrived,
    },
    not_departed: {
      departed_late: ({ shipment, place, end, late }) => `Sendung ${shipment} verließ ${place} um ${end}, ${late} zu spät`,
      departed_in_time: ({ shipment, place, end }) => `Sendung ${shipment} hatte ${place} rechtzeitig verlassen, um ${end}: das wurde erst später bekannt`,
      seen_further_on: ({ shipment, place }) => `Sendung ${shipment} wurde an einem späteren Halt gesehen: die Abfahrt in ${place} wurde nicht erfasst`,
    },
    dwell_over: { left: ({ asset, place, end }) => `${asset} verließ ${place} um ${end}` },
    off_its_way: { back: ({ asset, end }) => `${asset} ist um ${end} zurück auf der Route` },
    silent: { heard: ({ device, end }) => `${device} ${heard}, um ${end}` },
    silent_tracker: { heard: ({ asset, end }) => `Der Tracker von ${asset} ${heard}, um ${end}` },
  },
};

/** Was über einer Meldung steht, die nicht von so viel Verspätung handelt. */
export const reasons = {
  not_departed: "Nicht abgefahren",
  departed_late: "Verspätet abgefahren",
  not_seen: "Nicht angekommen",
  arrived_late: "Verspätet angekommen",
  dwell_over: "Steht zu lange",
  silent: "Stumm",
  predicted_late: "Wird sich verspäten",
  at_risk: "Könnte sich verspäten",
  came_early: "Zu früh angekommen",
  came_true: "Eigene Regel",
  free_time_over: "Freie Zeit abgelaufen",
  free_time_running: "Freie Zeit läuft ab",
  idle: "Steht ungenutzt",
  extra: "Mehr geladen als geplant",
  missing: "Ware fehlt",
  missed: "Meilenstein nicht erfasst",
  off_its_way: "Abseits der Route",
  out_of_band: "Außerhalb der Grenzwerte",
  tier_jump: "Stufe übersprungen",
  two_places: "An zwei Orten gesehen",
  wrong_place: "Am falschen Ort",
  wrong_trailer: "Im falschen Trailer",
};
