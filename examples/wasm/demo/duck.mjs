// A duck, as a mesh: what the page's shape is made from.
//
//   node duck.mjs duck.obj && ne-train export duck.obj duck.nex --size 3000

import { writeFileSync } from 'node:fs';
import { surface } from '../src/surface.js';

const CELLS = 160;

/** Roughly the distance from an ellipsoid, which is enough for what is blended. */
const egg = ([x, y, z], [a, b, c], [u, v, w]) => {
  const [p, q, r] = [(x - a) / u, (y - b) / v, (z - c) / w];
  const length = Math.hypot(p, q, r);
  const slope = Math.hypot(p / u, q / v, r / w);
  return slope ? (length * (length - 1)) / slope : -Math.min(u, v, w);
};
/** The union of both, round over so much of the seam. */
const blend = (a, b, seam) => {
  const part = Math.max(seam - Math.abs(a - b), 0) / seam;
  return Math.min(a, b) - part * part * seam / 4;
};
const turned = ([x, y, z], angle) => [x, y * Math.cos(angle) - z * Math.sin(angle), y * Math.sin(angle) + z * Math.cos(angle)];

/** y points up, z to where it looks. */
function duck(x, y, z) {
  const at = [Math.abs(x), y, z];
  const body = egg(at, [0, -0.25, -0.1], [0.48, 0.38, 0.62]);
  const tail = egg(turned([at[0], y - 0.02, z + 0.62], -0.7), [0, 0, 0], [0.2, 0.1, 0.3]);
  const neck = egg(at, [0, 0.1, 0.25], [0.22, 0.34, 0.22]);
  const head = egg(at, [0, 0.42, 0.32], [0.29, 0.28, 0.29]);
  const bill = egg(turned([at[0], y - 0.36, z - 0.62], 0.12), [0, 0, 0], [0.16, 0.055, 0.2]);
  const wing = egg(turned([at[0] - 0.42, y + 0.18, z + 0.15], -0.35), [0, 0, 0], [0.11, 0.2, 0.36]);
  const eye = egg(at, [0.21, 0.5, 0.5], [0.05, 0.06, 0.05]);
  let all = blend(blend(body, tail, 0.2), neck, 0.25);
  all = blend(all, head, 0.1);
  all = blend(all, wing, 0.04);
  return blend(blend(all, bill, 0.05), eye, 0.015);
}

const place = (i) => 2 * i / CELLS - 1;
const { places, indices } = surface(CELLS, (z, out) => {
  const side = CELLS + 1;
  for (let i = 0; i < out.length; i++) out[i] = duck(place(i % side), place(Math.floor(i / side)), place(z));
});
const lines = [];
for (let i = 0; i < places.length; i += 3) lines.push(`v ${[...places.subarray(i, i + 3)].map((x) => place(x).toFixed(5)).join(' ')}`);
for (let i = 0; i < indices.length; i += 3) lines.push(`f ${[...indices.subarray(i, i + 3)].map((x) => x + 1).join(' ')}`);
writeFileSync(process.argv[2], `${lines.join('\n')}\n`);
