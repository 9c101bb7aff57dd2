/** The English words of what moving a shipment emits. */

export const carbon = {
  title: "CO2e as planned",
  whole: (kg) => `${kg} kg`,
  goods: { parts: (kg) => `of ${kg} kg of goods, by their part lines`, units: (kg) => `of ${kg} kg of goods, by the usual mass of a unit` },
  how: "From well to wheel by ISO 14083: tonnes × kilometres × the default factor of the leg's mode, unless another is named.",
  missing: {
    mass: "No number: what the goods weigh is not known. It takes part lines in kilograms or tonnes, or what a piece or a unit weighs in the gateway's configuration.",
    mode: "No number: the plan does not say how a leg is travelled.",
    distance: "No number: where a stop lies is not known.",
  },
  hiddenLegs: "Its legs are not shown to you.",
  leg: "Leg",
  part: "Part",
  quantity: "Quantity",
  mass: "Mass, kg",
  distance: "Distance, km",
  factor: "Factor, g per t km",
  emitted: "CO2e, kg",
  unsaidMode: "mode not known",
  assumed: (mode) => `${mode}: assumed, the plan does not say`,
  rests: "Rests on",
  source: (text) => text,
};
