// Does a shape say in Node and in a page what it says anywhere, and is its mesh its surface?

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Nex, NexError, compile, decodePicture, decodeShape, kindOf } from '../package/nex.js';
import { folder, visit } from './harness.mjs';

const golden = (name) => readFile(folder(`../../../tests/golden/shapes/${name}.nex`));
const expected = (await readFile(folder('../../../tests/golden/shapes/shapes.txt'), 'utf8')).trim().split('\n')
  .filter((line) => /^(x-)?compact-/.test(line));
const ring = await golden('compact-shape-ring');

test(`${expected.length} golden files in a page`, () => visit('/test/blank.html', async (page) => {
  const lines = await page.evaluate(async (names) => {
    const { NexError, decodeShape } = await import('/package/nex.js');
    const { shapeVerdict } = await import('/test/golden.js');
    const lines = [];
    for (const name of names) {
      const bytes = new Uint8Array(await (await fetch(`/golden/shapes/${name}`)).arrayBuffer());
      lines.push(`${name}: ${await shapeVerdict(decodeShape, NexError, bytes)}`);
    }
    return lines;
  }, expected.map((line) => line.split(':', 1)[0]));
  assert.deepEqual(lines, expected);
}));

for (const resolution of [7, 32, 64]) {
  test(`a mesh of ${resolution} cells is closed, lies on the surface and looks outward`, async () => {
    const shape = await decodeShape(ring);
    const { positions, normals, indices } = shape.mesh(resolution);
    assert.ok(positions instanceof Float32Array && normals instanceof Float32Array && indices instanceof Uint32Array);
    assert.ok(indices.length > 60 && normals.length === positions.length);
    // Each edge has a triangle on either side.
    const edges = new Map();
    for (let i = 0; i < indices.length; i += 3) {
      for (const [a, b] of [[0, 1], [1, 2], [2, 0]].map((pair) => pair.map((k) => indices[i + k]))) {
        assert.ok(a < positions.length / 3);
        edges.set(`${a},${b}`, (edges.get(`${a},${b}`) ?? 0) + 1);
      }
    }
    for (const [edge, count] of edges) assert.equal(edges.get(edge.split(',').reverse().join()), count, edge);
    const { side } = shape.info;
    const at = (vertex) => [...positions.subarray(3 * vertex, 3 * vertex + 3)];
    const distances = shape.distances(positions);
    for (let i = 0; i < distances.length; i++) {
      assert.ok(Math.abs(distances[i]) < 2 * side / Math.min(resolution, 64), `${distances[i]} of ${side}`);
      assert.ok(Math.abs(Math.hypot(...normals.subarray(3 * i, 3 * i + 3)) - 1) < 1e-4);
    }
    // Of the triangles' own normals nearly all have the vertices'.
    let [agree, volume] = [0, 0];
    for (let i = 0; i < indices.length; i += 3) {
      const [a, b, c] = [0, 1, 2].map((k) => at(indices[i + k]));
      const [u, v] = [b, c].map((x) => x.map((y, axis) => y - a[axis]));
      const own = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
      agree += own.reduce((sum, x, axis) => sum + x * normals[3 * indices[i] + axis], 0) > 0;
      volume += own.reduce((sum, x, axis) => sum + x * a[axis], 0) / 6;
    }
    assert.ok(agree > 0.95 * indices.length / 3, `${agree} of ${indices.length / 3}`);
    // What lies inside, counted.
    const steps = 40;
    const cloud = Float64Array.from({ length: 3 * steps ** 3 }, (_, i) => {
      const [point, axis] = [Math.floor(i / 3), i % 3];
      return shape.info.origin[axis] + side * ((Math.floor(point / steps ** axis) % steps) + 0.5) / steps;
    });
    const inside = shape.distances(cloud).filter((d) => d < 0).length * (side / steps) ** 3;
    if (resolution > 7) assert.ok(Math.abs(volume / inside - 1) < 0.1, `${volume} and ${inside}`);
    shape.free();
  });
}

test('what is seen is what is there', async () => {
  const shape = await decodeShape(ring);
  const { origin, side } = shape.info;
  const size = 48;
  const seen = shape.trace({ width: size, height: size });
  const parts = [new Int8Array(4 * size * 20), new Int8Array(4 * size * 28)];
  shape.trace({ width: size, height: size, first: 0, rows: 20 }, parts[0]);
  shape.trace({ width: size, height: size, first: 20 }, parts[1]);
  assert.deepEqual([...parts[0], ...parts[1]], [...seen]);
  let differ = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      // From ahead, along z.
      const ray = Float64Array.from({ length: 3 * 200 }, (_, i) => [origin[0] + side * (x + 0.5) / size,
        origin[1] + side * (1 - (y + 0.5) / size), origin[2] + side * (Math.floor(i / 3) + 0.5) / 200][i % 3]);
      const hit = shape.distances(ray).some((d) => d < 0);
      const [nx, ny, nz, owner] = seen.subarray(4 * (y * size + x));
      differ += hit !== owner > 0;
      if (owner) assert.ok(Math.hypot(nx, ny, nz) > 120 && nz > -40, `${[nx, ny, nz]}`);
    }
  }
  assert.ok(differ < 0.01 * size * size, `${differ} pixels`);
  assert.ok(seen.some((x) => x));
});

test('a wrong call is refused in words', async () => {
  const shape = await decodeShape(ring);
  const [x, y, z] = shape.info.origin;
  for (const [work, code] of [
    [() => shape.sdfAt(NaN, y, z), 'OutOfRange'], [() => shape.sdfAt(x, y), 'OutOfRange'], [() => shape.sdfAt(x - shape.info.side, y, z), 'OutOfRange'],
    [() => shape.gradientAt(x, y, z + 2 * shape.info.side), 'OutOfRange'], [() => shape.expertAt('1', y, z), 'OutOfRange'],
    [() => shape.distances(Float64Array.of(x, y, z, x, y, NaN)), 'OutOfRange'], [() => shape.distances([x, y, z]), 'BadArgument'],
    [() => shape.distances(Float32Array.of(x, y)), 'BadArgument'], [() => shape.mesh(1), 'OutOfRange'], [() => shape.mesh(513), 'OutOfRange'],
    [() => shape.mesh('8'), 'OutOfRange'], [() => shape.trace({ width: 8 }), 'OutOfRange'], [() => shape.trace({ width: 8, height: 8, turn: Infinity }), 'OutOfRange'],
    [() => shape.trace({ width: 8, height: 8 }, new Int8Array(8)), 'BadArgument'],
  ]) assert.throws(work, (e) => e instanceof NexError && e.code === code, String(work));
  assert.ok(Number.isFinite(shape.sdfAt(x, y, z)) && shape.gradientAt(x, y, z).length === 3);
  shape.free();
  shape.free();
  for (const work of [() => shape.sdfAt(x, y, z), () => shape.mesh(8), () => shape.trace({ width: 8, height: 8 })]) {
    assert.throws(work, { name: 'NexError', code: 'NotOpen' });
  }
  assert.equal(kindOf(ring), 'shape');
  await assert.rejects(Nex.load(ring), { code: 'OtherKind', message: /decodeShape/ });
  await assert.rejects(decodePicture(ring), { code: 'OtherKind' });
  await assert.rejects(decodeShape(await readFile(folder('../../clips/bell.nex'))), { code: 'OtherKind' });
  await assert.rejects(decodeShape(await golden('shape-integer')), { code: 'OtherKind' });
  await assert.rejects(decodeShape('nothing.nex'), { code: 'Unreadable' });
});

/** With the checksum that a file of such bytes has. */
function signed(bytes) {
  let crc = ~0;
  for (const byte of bytes.subarray(0, -4)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(bytes.length - 4, ~crc >>> 0, true);
  return bytes;
}

test('a damaged file is a NexError, and one that was forged is a shape or one', async () => {
  const module = await compile({ kind: 'shape' });
  for (let i = 5; i < ring.length; i += 3) {
    const flipped = Uint8Array.from(ring);
    flipped[i] ^= 1 << (i % 8);
    await assert.rejects(decodeShape(flipped, { module }), { name: 'NexError', code: 'BadCrc' });
    await assert.rejects(decodeShape(ring.subarray(0, i), { module }), NexError);
  }
  let opened = 0;
  for (let i = 5; i < 400; i++) {
    const forged = Uint8Array.from(ring);
    forged[5 + (i * 31) % (ring.length - 9)] ^= 1 + (i * 89) % 255;
    try {
      const shape = await decodeShape(signed(forged), { module });
      shape.trace({ width: 12, height: 12, turn: i });
      assert.ok(shape.mesh(8).positions.every(Number.isFinite));
      shape.free();
      opened++;
    } catch (error) {
      assert.ok(error instanceof NexError, `${error.stack}`);
    }
  }
  assert.ok(opened > 100, `${opened}`);
});
