/** The base map: land and borders from the gateway itself, drawn as SVG so that the page's colours apply. */

const URL = "vendor/world-atlas/basemap.json?2.0.2-100"; // kept for ever: a new map needs a new address

/**
 * Read the base map and draw it under everything else. Rejects when it cannot be read.
 * @param {any} map a Leaflet map
 */
export async function drawBasemap(map) {
  const response = await fetch(URL);
  if (!response.ok) {
    throw new Error(`${URL}: ${response.status}`);
  }
  const { grid, land, borders } = await response.json();
  const pane = map.createPane("base");
  pane.style.zIndex = "200";
  pane.style.pointerEvents = "none";
  const renderer = L.svg({ pane: "base", padding: 0.5 });
  const options = { pane: "base", renderer, interactive: false };
  const points = (flat) => decode(flat, grid);
  L.polygon(land.map(points), { ...options, className: "land", fillRule: "evenodd" }).addTo(map);
  L.polyline(borders.map(points), { ...options, className: "border" }).addTo(map);
}

/** Steps on the grid to [latitude, longitude] in degrees. */
function decode(flat, grid) {
  const line = [];
  let x = 0;
  let y = 0;
  for (let index = 0; index < flat.length; index += 2) {
    x += flat[index];
    y += flat[index + 1];
    line.push([y / grid, x / grid]);
  }
  return line;
}
