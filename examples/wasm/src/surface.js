// Where is the surface in a grid of distances?
//
// Naive surface nets (Gibson 1998): a vertex in each cell of the grid that has corners on both
// sides, at the middle of the edges' crossings; four cells around a crossed edge are a square.

/** Corners of a cell are numbered by bits: 1 along x, 2 along y, 4 along z. */
const EDGES = [];
for (let a = 0; a < 8; a++) for (const axis of [1, 2, 4]) if (!(a & axis)) EDGES.push([a, a | axis]);

/**
 * Of a grid of `cells` along each side, whose layer `z` `fill(z, out)` writes, x fastest: the
 * vertices' places in cells, and triangles, counter-clockwise from outside. Where the grid ends
 * all is outside, so that the surface is closed.
 */
export function surface(cells, fill) {
  const wide = cells + 1;
  // With a border of one cell of outside all around.
  const side = wide + 2;
  const layer = () => new Float32Array(side * side).fill(Infinity);
  const inner = new Float32Array(wide * wide);
  const indexed = () => new Int32Array(side * side).fill(-1);
  let [below, above] = [layer(), layer()];
  let [old, made] = [indexed(), indexed()];
  const places = [];
  const indices = [];
  const square = (a, b, c, d, turned) => {
    // Cut along one diagonal.
    if (turned) indices.push(a, c, b, a, d, c);
    else indices.push(a, b, c, a, c, d);
  };
  for (let z = 0; z <= wide; z++) {
    // Layer z of the bordered grid is below, z + 1 above.
    [below, above] = [above, below];
    if (z < wide) {
      fill(z, inner);
      for (let y = 0; y < wide; y++) above.set(inner.subarray(y * wide, (y + 1) * wide), (y + 1) * side + 1);
    } else above.fill(Infinity);
    [old, made] = [made, old];
    made.fill(-1);
    for (let y = 0; y + 1 < side; y++) {
      for (let x = 0; x + 1 < side; x++) {
        const at = y * side + x;
        const value = (corner) => (corner & 4 ? above : below)[at + (corner & 1) + (corner & 2 ? side : 0)];
        let inside = 0;
        for (let corner = 0; corner < 8; corner++) if (value(corner) < 0) inside |= 1 << corner;
        if (inside === 0 || inside === 255) continue;
        const place = [0, 0, 0];
        let crossings = 0;
        for (const [a, b] of EDGES) {
          if ((inside >> a & 1) === (inside >> b & 1)) continue;
          const [from, to] = [value(a), value(b)];
          // Towards what lies beyond the grid the surface is on its border.
          const part = Number.isFinite(from) ? Number.isFinite(to) ? from / (from - to) : 0 : 1;
          for (let axis = 0; axis < 3; axis++) place[axis] += (a >> axis & 1) + ((a ^ b) === 1 << axis ? part : 0);
          crossings++;
        }
        made[at] = places.length / 3;
        [x, y, z].forEach((cell, axis) => places.push(Math.min(Math.max(cell - 1 + place[axis] / crossings, 0), cells)));
        // The three edges that meet in the first corner, each with the cells around it that come before.
        const first = inside & 1;
        if (x && y && first !== (inside >> 4 & 1)) square(made[at - side - 1], made[at - side], made[at], made[at - 1], !first);
        if (x && z && first !== (inside >> 2 & 1)) square(old[at - 1], made[at - 1], made[at], old[at], !first);
        if (y && z && first !== (inside >> 1 & 1)) square(old[at - side], old[at], made[at], made[at - side], !first);
      }
    }
  }
  return { places: Float32Array.from(places), indices: Uint32Array.from(indices) };
}
