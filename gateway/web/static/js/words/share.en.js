/** Every English word of a shared shipment's page. */

export const share = {
  by: (party, label) => (label ? `Shared by ${party} · ${label}` : `Shared by ${party}`),
  until: (time) => `Until ${time}`,
  late: (span) => `▲ ${span} late`,
  fine: "● On time",
  statuses: { planned: "Planned", under_way: "Under way", arrived: "Arrived" },
  stop: "Stop",
  arrival: "Arrival",
  departure: "Departure",
  hidden: "A stop that is not shown",
  gone: "This link shows nothing any more.",
  ask: "It has come to its end, or was ended. Ask whoever sent it for another.",
  lost: "The connection is lost. What you see may be old.",
  again: "Open the link that you were sent once more: an hour is over.",
};
