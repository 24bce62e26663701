// What does a shape say of places in its cube? A file of its own, for pages that have shapes.

import { surface } from './surface.js';

const TEXT = 160;
/** Points that one call of the decoder takes. */
const RUN = 1024;
/** Of a cell: a place that was meant to be on a cell's border is there, whatever was rounded on the way. */
const GRAIN = 2 ** -20;
/** Of a mesh's resolution. */
const MOST = 512;
/** Places of a mesh's grid along the side of a block. */
const BLOCK = 4;

/** Lengths, x, y and z. */
const cross = ([a, b, c], [x, y, z]) => [b * z - c * y, c * x - a * z, a * y - b * x];
const scaled = (vector, by) => vector.map((x) => x * by);
const sum = (...vectors) => [0, 1, 2].map((i) => vectors.reduce((all, vector) => all + vector[i], 0));

/** The class of what decodeShape() opens, with the error and the memory of the module that loads this. */
export function shapes({ NexError, placed }) {
  function finite(value, name) {
    if (Number.isFinite(value)) return value;
    throw new NexError('OutOfRange', `${name} is ${typeof value === 'number' ? value : typeof value}, not a finite number`);
  }

  function whole(value, name, least, most) {
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new NexError('OutOfRange', `${name} is ${value}, not a whole number from ${least} to ${most}`);
  }

  return class Shape {
    #memory; #place; #free; #open; #reach;

    constructor(memory, bytes) {
      this.#memory = memory;
      this.#free = placed(memory, this, (place) => this.#load(place, bytes));
    }

    #load(place, bytes) {
      this.#place = place;
      const memory = this.#memory;
      const { wasm } = memory;
      const file = place.put(bytes);
      const facts = memory.scratch(wasm.facts_bytes());
      const isWhole = wasm.inspect(file, bytes.length, facts);
      const { u8, u32, f32 } = memory.views;
      if (!isWhole) {
        const [told, text] = String.fromCharCode(...u8.subarray(facts + 24, facts + 24 + TEXT)).split('\0');
        throw new NexError(/^\w+/.exec(told)[0], text);
      }
      const [cells, words] = u32.subarray(facts / 4);
      const [x, y, z, side] = f32.subarray(facts / 4 + 2);
      this.info = Object.freeze({ profile: 'compact', cells, origin: Object.freeze([x, y, z]), side, step: side / 65536, bytes: bytes.length });
      const open = place.take(wasm.shape_bytes());
      const work = place.take(4 * words);
      if (!wasm.open(open, file, bytes.length, work, words)) throw new NexError('Other', 'the shape cannot be decoded');
      this.#open = open;
    }

    #live() {
      if (!this.#open) throw new NexError('NotOpen', 'the shape has been freed');
      return this.#memory;
    }

    /** Asks `what` of `count` points, that `point(i)` has along each axis in cells; `give(i, views, at)` has each answer. */
    #ask(what, count, point, bytes, give) {
      const memory = this.#live();
      const points = memory.scratch(RUN * (24 + bytes));
      const out = points + 24 * RUN;
      for (let done = 0; done < count; done += RUN) {
        const run = Math.min(RUN, count - done);
        const { views } = memory;
        for (let i = 0, to = points / 8; i < run; i++) {
          for (let axis = 0; axis < 3; axis++) views.f64[to++] = Math.round(point(done + i, axis) / GRAIN) * GRAIN;
        }
        const told = memory.wasm[what](this.#open, points, run, out);
        if (told < run) throw new NexError('OutOfRange', `point ${done + told} lies outside of the shape's cube`);
        for (let i = 0; i < run; i++) give(done + i, views, out + bytes * i);
      }
    }

    /** A place in cells, of coordinates. */
    #cell(coordinate, axis) {
      const { cells, origin, side } = this.info;
      return (coordinate - origin[axis]) * (cells / side);
    }

    #one(what, at, bytes, give) {
      at.forEach((coordinate, axis) => finite(coordinate, 'xyz'[axis]));
      this.#ask(what, 1, (_, axis) => this.#cell(at[axis], axis), bytes, (_, views, from) => give(views, from));
    }

    sdfAt(x, y, z) {
      let distance;
      this.#one('distances', [x, y, z], 2, ({ i16 }, at) => { distance = i16[at / 2] * this.info.step; });
      return distance;
    }

    gradientAt(x, y, z) {
      let gradient;
      const { cells, side, step } = this.info;
      // Over two cells.
      const rise = step * cells / (2 * side);
      this.#one('gradients', [x, y, z], 12, ({ i32 }, at) => { gradient = Array.from(i32.subarray(at / 4, at / 4 + 3), (d) => d * rise); });
      return gradient;
    }

    expertAt(x, y, z) {
      let expert;
      this.#one('experts', [x, y, z], 1, ({ u8 }, at) => { expert = u8[at]; });
      return { cells: expert && 2 << expert };
    }

    distances(points, out = new Float32Array(Math.floor((points?.length ?? 0) / 3))) {
      if (!/^Float(32|64)Array$/.test(points?.[Symbol.toStringTag]) || points.length !== 3 * out.length) {
        throw new NexError('BadArgument', 'points are a Float32Array or Float64Array of x, y and z of each, distances an array of one for each');
      }
      const { step } = this.info;
      // A number that is none lies in no cube.
      this.#ask('distances', out.length, (i, axis) => this.#cell(points[3 * i + axis], axis), 2, (i, { i16 }, at) => { out[i] = i16[at / 2] * step; });
      return out;
    }

    mesh(resolution = 64) {
      this.#live();
      whole(resolution, 'resolution', 2, MOST);
      const { cells, origin, side } = this.info;
      const scale = cells / resolution;
      // Blocks of the grid by the distance of their middles: of those that the surface is far from
      // the sign is enough.
      const blocks = Math.ceil(resolution / BLOCK);
      const middles = new Int16Array(blocks ** 3);
      const middle = (i, axis) => Math.min((Math.floor(i / blocks ** axis) % blocks + 0.5) * BLOCK * scale, cells);
      this.#ask('distances', middles.length, middle, 2, (i, { i16 }, at) => { middles[i] = i16[at / 2]; });
      // What a polynomial says far from the surface is no distance.
      this.#ask('experts', middles.length, middle, 1, (i, { u8 }, at) => { if (u8[at]) middles[i] = 0; });
      // Half a block's diagonal, and the next place of the grid.
      const far = (BLOCK * Math.sqrt(3) / 2 + 1) * 65536 / resolution;
      const wide = resolution + 1;
      const block = (at) => Math.min(Math.floor(at / BLOCK), blocks - 1);
      const { places, indices } = surface(resolution, (z, out) => {
        const near = [];
        for (let y = 0, i = 0; y < wide; y++) {
          for (let x = 0; x < wide; x++, i++) {
            out[i] = middles[block(x) + blocks * (block(y) + blocks * block(z))];
            if (Math.abs(out[i]) <= far) near.push(i);
          }
        }
        const point = (i, axis) => scale * (axis === 0 ? near[i] % wide : axis === 1 ? Math.floor(near[i] / wide) : z);
        this.#ask('distances', near.length, point, 2, (i, { i16 }, at) => { out[near[i]] = i16[at / 2]; });
      });
      const count = places.length / 3;
      const positions = places.map((x, i) => origin[i % 3] + x * (side / resolution));
      const normals = new Float32Array(places.length);
      this.#ask('gradients', count, (i, axis) => places[3 * i + axis] * (cells / resolution), 12, (i, { i32 }, at) => {
        const [x, y, z] = i32.subarray(at / 4, at / 4 + 3);
        const length = Math.hypot(x, y, z) || 1;
        normals.set([x / length, y / length, z / length], 3 * i);
      });
      return { positions, normals, indices };
    }

    trace({ width, height, turn = 0, tilt = 0, zoom = 1, up = 'y', first = 0, rows = height - first } = {}, out = new Int8Array(4 * width * rows)) {
      const memory = this.#live();
      whole(width, 'width', 1, 8192);
      whole(height, 'height', 1, 8192);
      whole(first, 'first', 0, height - 1);
      whole(rows, 'rows', 1, height - first);
      for (const [name, value] of Object.entries({ turn, tilt, zoom })) finite(value, name);
      if (out[Symbol.toStringTag] !== 'Int8Array' || out.length !== 4 * width * rows) {
        throw new NexError('BadArgument', `${rows} rows are ${4 * width * rows} numbers of an Int8Array`);
      }
      const { cells } = this.info;
      const [ct, st, ci, si] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
      const upright = ([x, y, z]) => (up === 'z' ? [x, -z, y] : [x, y, z]);
      const ahead = upright([-st * ci, -si, -ct * ci]);
      const right = upright([ct, 0, -st]);
      const down = cross(ahead, right);
      // The cube's inner sphere fills the shorter side.
      const unit = cells / (zoom * Math.min(width, height));
      const half = cells / 2;
      const corner = sum([half, half, half], scaled(ahead, -cells), scaled(right, unit * (0.5 - width / 2)), scaled(down, unit * (0.5 - height / 2)));
      // Smallest cells along the cube's side, of which rays leave out what is empty.
      const side = Math.ceil(cells / 4);
      if (!this.#reach) {
        this.#reach = this.#place.take(side ** 3);
        memory.wasm.reach(this.#open, this.#reach, side);
      }
      const view = memory.scratch(8 * 13 + 4 * width);
      memory.views.f64.set([...corner, ...scaled(right, unit), ...scaled(down, unit), ...ahead, cells], view / 8);
      for (let row = 0; row < rows; row++) {
        memory.wasm.trace(this.#open, this.#reach, side, view, first + row, width, view + 104);
        out.set(memory.views.i8.subarray(view + 104, view + 104 + 4 * width), 4 * width * row);
      }
      return out;
    }

    free() {
      this.#free();
      this.#open = undefined;
    }
  };
}
