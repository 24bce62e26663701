// The page's pictures: the .nex beside what the browser makes of the same picture in as many bytes.

import { drawPicture, decodePicture } from './nex/nex.js';
import { bytes } from './facts.js';
import { mark } from './squares.js';

const $ = (id) => document.getElementById(id);
/** Milliseconds after the last move of the slider. */
const QUIET = 150;
/** Pixels along the longer side of one's own picture: more takes long to encode. */
const MOST = 640;
const canvasOf = (width, height) => Object.assign(document.createElement('canvas'), { width, height });
const blobOf = (canvas, quality) => new Promise((done) => { canvas.toBlob(done, 'image/webp', quality); });

/** The browser's own encoder at the best quality that takes no more than so many bytes. */
async function rival(image, most) {
  const canvas = canvasOf(image.width, image.height);
  canvas.getContext('2d').putImageData(image, 0, 0);
  let [low, high] = [0, 100];
  let best = await blobOf(canvas, 0);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const made = await blobOf(canvas, middle / 100);
    if (made.size <= most) [low, best] = [middle, made]; else high = middle;
  }
  return best;
}

/** dB of what is shown beside the original, over red, green and blue. */
function psnr(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (i % 4 !== 3) sum += (a[i] - b[i]) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / (0.75 * a.length) || 1e-9));
}

/** An image's pixels, no larger than the page encodes. */
async function pixels(blob) {
  const bitmap = await createImageBitmap(blob);
  const scale = Math.min(1, MOST / Math.max(bitmap.width, bitmap.height));
  const canvas = canvasOf(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
  const paint = canvas.getContext('2d', { willReadFrequently: true });
  paint.imageSmoothingQuality = 'high';
  paint.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return paint.getImageData(0, 0, canvas.width, canvas.height);
}

export class Pictures {
  #original; #stop; #waiting; #fail; #address; #turn = 0; #nex; #told = ''; #kind = ''; #swapped = false;

  constructor(fail) {
    this.#fail = fail;
  }

  /** A shipped picture: its .nex as it comes, then what it was made from. */
  async start() {
    const turn = ++this.#turn;
    await drawPicture($('picture'), 'chelsea.nex');
    const [nex, png] = await Promise.all(['chelsea.nex', 'chelsea.png'].map(async (file) => (await fetch(file)).blob()));
    const original = await pixels(png);
    if (turn !== this.#turn) return;
    this.#original = original;
    await this.#show(new Uint8Array(await nex.arrayBuffer()), turn);
  }

  /** A .nex that holds a picture; nothing to compare it with. */
  async open(data) {
    const turn = ++this.#turn;
    await drawPicture($('picture'), data);
    if (turn !== this.#turn) return;
    this.#original = undefined;
    await this.#show(data, turn);
    $('pictures').scrollIntoView();
  }

  /** Any picture that the browser reads: it becomes a .nex. */
  async take(blob) {
    ++this.#turn;
    this.#original = await pixels(blob);
    await this.#encode();
    $('pictures').scrollIntoView();
  }

  async #show(nex, turn) {
    const made = await decodePicture(nex);
    if (turn !== this.#turn) return;
    const original = this.#original;
    $('picture').width = made.width;
    $('picture').height = made.height;
    $('picture').getContext('2d').putImageData(new ImageData(made.data, made.width, made.height), 0, 0);
    this.#nex = nex;
    $('wipe').disabled = $('picture-quality').disabled = !original;
    $('rival').hidden = $('picture-blind-box').hidden = !original;
    if (!original) $('picture-blind').checked = false;
    $('picture-frame').style.aspectRatio = `${made.width} / ${made.height}`;
    this.#kind = '';
    let text = `.nex: ${bytes(nex.length)}, ${made.width} × ${made.height} pixels`;
    if (original) {
      const blob = await rival(original, nex.length);
      const other = await pixels(blob);
      if (turn !== this.#turn) return;
      Object.assign($('rival'), { width: other.width, height: other.height });
      $('rival').getContext('2d').putImageData(other, 0, 0);
      const kind = blob.type.replace('image/', '').replace('webp', 'WebP').replace('jpeg', 'JPEG').replace('png', 'PNG');
      this.#kind = kind;
      text = `.nex: ${bytes(nex.length)}, ${psnr(made.data, original.data).toFixed(1)} dB. ${kind}, by this browser: `
        + `${bytes(blob.size)}, ${psnr(other.data, original.data).toFixed(1)} dB (more is nearer to the original).`;
    }
    this.#told = text;
    this.#hide();
    await this.#mark();
    URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(new Blob([nex], { type: 'application/octet-stream' }));
    $('picture-download').href = this.#address;
    this.#wipe();
  }

  /** The squares of what is shown, over it, if they are asked for. */
  async #mark() {
    const nex = this.#nex;
    const isAsked = $('show-squares').checked && nex && !$('picture-blind').checked;
    $('squares').hidden = $('squares-legend').hidden = !isAsked;
    if (!isAsked) return;
    const { squares } = await import('./encoder.js');
    const found = await squares(nex);
    if (nex === this.#nex) mark($('squares'), found, $('picture'));
  }

  /** In a blind test, which side is which is drawn by lot, and told after a guess. */
  #hide() {
    const isBlind = $('picture-blind').checked;
    this.#swapped = isBlind && Math.random() < 0.5;
    $('picture-guess').hidden = !isBlind;
    this.#name(isBlind || !this.#kind ? [] : ['.nex', this.#kind]);
    $('show-squares').disabled = isBlind;
    $('picture-guessed').textContent = '';
    $('picture-text').textContent = isBlind ? 'One side is the .nex, the other what this browser makes of as many bytes. Move the line and look.' : this.#told;
    this.#wipe();
  }

  /** Names the sides on the picture, or hides which is which. */
  #name(names) {
    for (const [i, side] of ['left', 'right'].entries()) {
      $(`side-${side}`).hidden = !names[i];
      $(`side-${side}`).textContent = names[i] ?? '';
    }
  }

  #guess(side) {
    const own = this.#swapped ? 'right' : 'left';
    this.#name(this.#swapped ? [this.#kind, '.nex'] : ['.nex', this.#kind]);
    $('picture-guessed').textContent = `${side === own ? 'Right' : 'No'}: the .nex is on the ${own}. ${this.#told}`;
  }

  #wipe() {
    const part = $('rival').hidden ? 100 : Number($('wipe').value);
    $('rival').style.clipPath = this.#swapped ? `inset(0 ${100 - part}% 0 0)` : `inset(0 0 0 ${part}%)`;
    $('squares').style.clipPath = `inset(0 ${100 - part}% 0 0)`;
    $('picture-edge').style.left = `${part}%`;
    $('picture-edge').hidden = $('rival').hidden;
  }

  async #encode() {
    this.#stop?.abort();
    const stop = this.#stop = new AbortController();
    const turn = ++this.#turn;
    if (!$('picture-blind').checked) $('picture-text').textContent = 'Encoding…';
    try {
      const { encodePicture } = await import('./encoder.js');
      const { nex } = await encodePicture(this.#original, { quality: Number($('picture-quality').value), signal: stop.signal });
      await this.#show(nex, turn);
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  }

  listen() {
    const tell = () => { $('picture-quality-text').textContent = $('picture-quality').value; };
    $('wipe').addEventListener('input', () => this.#wipe());
    $('show-squares').addEventListener('change', () => this.#mark().catch(this.#fail));
    $('picture-blind').addEventListener('change', () => {
      this.#hide();
      this.#mark().catch(this.#fail);
    });
    for (const side of ['left', 'right']) $(`guess-${side}`).addEventListener('click', () => this.#guess(side));
    $('picture-quality').addEventListener('input', () => {
      tell();
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => this.#encode().catch(this.#fail), QUIET);
    });
    $('picture-file').addEventListener('change', () => {
      const [file] = $('picture-file').files;
      if (file) (/\.nex$/i.test(file.name) ? file.arrayBuffer().then((data) => this.open(new Uint8Array(data))) : this.take(file)).catch(this.#fail);
    });
    $('picture-frame').addEventListener('pointermove', (event) => {
      if (event.pointerType === 'touch' && !event.buttons) return;
      const box = $('picture-frame').getBoundingClientRect();
      $('wipe').value = 100 * (event.clientX - box.left) / box.width;
      this.#wipe();
    });
    tell();
  }
}
