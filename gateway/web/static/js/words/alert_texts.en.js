/** Sentences of alerts, by reason: why one was raised, and how it ended. */

const arrived = ({ shipment, place, end }) => `Shipment ${shipment} had arrived at ${place} in time, at ${end}: we learned of it late`;
const heard = "is heard again";
const expected = ({ shipment, place, expected, close, early, latest }) =>
  `Shipment ${shipment} is expected at ${place} at ${expected}, its window closes at ${close}; four times in five between ${early} and ${latest}`;

export const alertTexts = {
  raised: {
    not_seen: ({ shipment, place, since }) => `Shipment ${shipment} was due at ${place} by ${since} and has not been seen there`,
    not_departed: ({ shipment, place, since }) => `Shipment ${shipment} was to leave ${place} by ${since} and has not left`,
    predicted_late: expected,
    at_risk: expected,
    came_early: ({ shipment, place, since, early }) => `Shipment ${shipment} came to ${place} at ${since}, ${early} before its window opens`,
    dwell_over: ({ asset, place, since }) => `${asset} was to stand at ${place} until ${since} at most, and has not left`,
    idle: ({ asset, place, since }) => `${asset} stands unused at ${place}; it was to be used again by ${since}`,
    wrong_place: ({ asset, shipment, place, since }) => `${asset} of shipment ${shipment} has been at ${place} since ${since}, which is none of its stops`,
    off_its_way: ({ asset, shipment, since }) => `${asset}${shipment && ` of shipment ${shipment}`} has been off its way since ${since}`,
    silent: ({ device, since }) => `${device} was to be heard by ${since} at the latest, and is silent`,
    silent_tracker: ({ asset, since }) => `The tracker of ${asset}, which is under way, was to be heard by ${since} at the latest, and is silent`,
  },
  ended: {
    not_seen: {
      arrived_late: ({ shipment, place, end, late }) => `Shipment ${shipment} arrived at ${place} at ${end}, ${late} late`,
      arrived_in_time: arrived,
    },
    not_departed: {
      departed_late: ({ shipment, place, end, late }) => `Shipment ${shipment} left ${place} at ${end}, ${late} late`,
      departed_in_time: ({ shipment, place, end }) => `Shipment ${shipment} had left ${place} in time, at ${end}: we learned of it late`,
      seen_further_on: ({ shipment, place }) => `Shipment ${shipment} was seen at a later stop: its departure from ${place} was missed`,
    },
    dwell_over: { left: ({ asset, place, end }) => `${asset} left ${place} at ${end}` },
    off_its_way: { back: ({ asset, end }) => `${asset} is back on its way, at ${end}` },
    silent: { heard: ({ device, end }) => `${device} ${heard}, at ${end}` },
    silent_tracker: { heard: ({ asset, end }) => `The tracker of ${asset} ${heard}, at ${end}` },
  },
};

/** What stands at the head of an alert that is not about being late by so much. */
export const reasons = {
  not_departed: "Has not left",
  departed_late: "Left late",
  not_seen: "Has not arrived",
  arrived_late: "Arrived late",
  dwell_over: "Stands too long",
  silent: "Silent",
  predicted_late: "Will be late",
  at_risk: "May be late",
  came_early: "Came too early",
  came_true: "Own rule",
  free_time_over: "Free time is over",
  free_time_running: "Free time runs out",
  idle: "Stands unused",
  extra: "More aboard than planned",
  missing: "Goods are missing",
  missed: "Milestone missed",
  off_its_way: "Off its way",
  out_of_band: "Out of its band",
  tier_jump: "Skipped a tier",
  two_places: "Seen at two places",
  wrong_place: "At a wrong place",
  wrong_trailer: "In the wrong trailer",
};
