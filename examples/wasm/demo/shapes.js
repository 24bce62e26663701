// The page's shape: traced in a worker, turned by mouse, touch and keys.

import { bytes } from './facts.js';

const $ = (id) => document.getElementById(id);
const RADIANS = 0.01;
const STEP = Math.PI / 24;
const MOST_TILT = Math.PI / 2;

export class Shapes {
  #worker; #fail; #turn = 0; #angle = { turn: 0.6, tilt: 0.3 }; #opened = false;

  constructor(fail) {
    this.#fail = fail;
  }

  /** A .nex that holds a shape. */
  open(data) {
    this.#opened = true;
    this.#worker.postMessage({ bytes: data });
    this.#look();
  }

  async start() {
    const answer = await fetch('duck.nex');
    const data = new Uint8Array(await answer.arrayBuffer());
    if (!this.#opened) this.open(data);
  }

  #look() {
    const canvas = $('shape');
    const { width } = canvas.getBoundingClientRect();
    const scale = Math.min(devicePixelRatio || 1, 2);
    const side = Math.min(Math.max(Math.round(width * scale), 64), 800);
    const { turn, tilt } = this.#angle;
    const [ct, st, ci, si] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
    // From over the left shoulder.
    const [x, y, z] = [-0.4, 0.55, 0.73];
    const [right, up, back] = [[ct, 0, -st], [-st * si, ci, -ct * si], [st * ci, si, ct * ci]];
    const light = [0, 1, 2].map((axis) => x * right[axis] + y * up[axis] + z * back[axis]);
    this.#worker.postMessage({
      turn: ++this.#turn,
      view: {
        width: side, height: side, turn, tilt, zoom: 1, cells: $('shape-cells').checked, light,
        dark: matchMedia('(prefers-color-scheme: dark)').matches,
      },
    });
  }

  #hear({ info, triangles, data, width, height, milliseconds, error }) {
    if (error) return this.#fail(new Error(error));
    if (info) {
      $('shape-text').textContent = `${bytes(info.bytes)}: a distance to the surface at any point of a cube of ${info.cells} cells a side; `
        + `as a mesh it would be ${triangles.toLocaleString('en')} triangles.`;
    }
    if (!data) return;
    const canvas = $('shape');
    Object.assign(canvas, { width, height });
    canvas.getContext('2d').putImageData(new ImageData(data, width, height), 0, 0);
    if (milliseconds) $('shape-time').textContent = `${width} × ${height} rays in ${milliseconds.toFixed(0)} ms`;
  }

  #rotate(turn, tilt) {
    this.#angle.turn = (this.#angle.turn + turn) % (2 * Math.PI);
    this.#angle.tilt = Math.min(Math.max(this.#angle.tilt + tilt, -MOST_TILT), MOST_TILT);
    this.#look();
  }

  listen() {
    this.#worker = new Worker(new URL('shape-worker.js', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => this.#fail(new Error(event.message || 'the shapes’ worker cannot be started'));
    const canvas = $('shape');
    canvas.addEventListener('pointerdown', (event) => canvas.setPointerCapture(event.pointerId));
    canvas.addEventListener('pointermove', (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.#rotate(-event.movementX * RADIANS, event.movementY * RADIANS);
    });
    canvas.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
      if (!by) return;
      event.preventDefault();
      this.#rotate(...by);
    });
    for (const [id, turn, tilt] of [['left', 1, 0], ['right', -1, 0], ['up', 0, -1], ['down', 0, 1]]) {
      $(`shape-${id}`).addEventListener('click', () => this.#rotate(2 * turn * STEP, 2 * tilt * STEP));
    }
    $('shape-cells').addEventListener('change', () => {
      $('shape-legend').hidden = !$('shape-cells').checked;
      this.#look();
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#look());
    $('shape-file').addEventListener('change', () => {
      const [file] = $('shape-file').files;
      if (file) file.arrayBuffer().then((data) => this.open(new Uint8Array(data))).catch(this.#fail);
    });
  }
}
