/** Where beside its mark a place's name is written, so that no name lies on another or on a mark. */

const CHARACTER = 6.6; // pixels, of the small text
const LINE = 16;
const WIDEST = 132; // as in map.css
const GAP = 14; // from the middle of a mark to its name
const MARK = 11; // half of a mark

/** The sides, the best first. */
export const SIDES = /** @type {const} */ (["right", "left", "below", "above"]);

/**
 * The first side of each place where its name is free, for the places in their order; "" where none is.
 * @param {{x: number, y: number, name: string}[]} places  in pixels
 * @returns {((typeof SIDES)[number]|"")[]}
 */
export function sidesOf(places) {
  const taken = places.map(({ x, y }) => ({ left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK }));
  return places.map((place, index) => {
    const others = taken.filter((box, at) => at !== index);
    for (const side of SIDES) {
      const box = boxOf(place, side);
      if (!others.some((other) => overlap(box, other))) {
        taken.push(box);
        return side;
      }
    }
    return "";
  });
}

function boxOf({ x, y, name }, side) {
  const length = name.length * CHARACTER;
  const width = Math.min(length, WIDEST);
  const height = Math.ceil(length / WIDEST) * LINE;
  const [left, top] = {
    right: [x + GAP, y - height / 2],
    left: [x - GAP - width, y - height / 2],
    below: [x - width / 2, y + MARK],
    above: [x - width / 2, y - MARK - height],
  }[side];
  return { left, right: left + width, top, bottom: top + height };
}

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
