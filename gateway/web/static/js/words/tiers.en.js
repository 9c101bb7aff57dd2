/** English words of a tier's list. */

export const tierList = {
  count: (all, shown) => (shown < all ? `${shown} of ${all} shown` : `${all}`),
  close: "Close the list",
  save: "CSV",
  more: "Show 100 more",
  filter: "Filter the list",
  text: "Name or number holds",
  place: "Place",
  kind: "Kind",
  sort: "Order",
  all: "All",
  orders: { late: "Most late first", longest: "Longest here first", newest: "Newest first", name: "By name" },
  columns: { asset: "Asset", where: "Where", since: "Here for", plan: "Shipment" },
  in: "in",
  none: ["Nothing is in this tier now.", "What arrives appears here by itself."],
  noMatch: ["Nothing here matches the filter.", "Choose another place or kind, or shorten the text."],
};
