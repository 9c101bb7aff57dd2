/** Deutsche Wörter der Liste eines Tiers. */

export const tierList = {
  count: (all, shown) => (shown < all ? `${shown} von ${all} gezeigt` : `${all}`),
  close: "Liste schließen",
  save: "CSV",
  more: "100 weitere zeigen",
  filter: "Liste filtern",
  text: "Name oder Nummer enthält",
  place: "Ort",
  kind: "Art",
  sort: "Reihenfolge",
  all: "Alle",
  orders: { late: "Am meisten verspätet zuerst", longest: "Am längsten hier zuerst", newest: "Neueste zuerst", name: "Nach Name" },
  columns: { asset: "Objekt", where: "Wo", since: "Hier seit", plan: "Sendung" },
  in: "in",
  none: ["In diesem Tier ist zurzeit nichts.", "Was ankommt, erscheint hier von selbst."],
  noMatch: ["Nichts passt zum Filter.", "Einen anderen Ort oder eine andere Art wählen oder den Text kürzen."],
};
