// How does a dropped file become a sound: opened if it is a .nex, encoded if not?

import { bytes } from './facts.js';
import { make } from './source.js';

const $ = (id) => document.getElementById(id);
/** Of the choice; none of them is as many as the sound needs. */
const KBPS = [6, 8, 10, 13, 16, 24, 32, 48, 64, 96];

/** By its name or its first bytes, so that a damaged one is told as such. */
const isNex = (name, data) => /\.nex$/i.test(name) || String.fromCharCode(...data.subarray(0, 3)) === 'NEX';

/** A sentence's end about what became of a file's bytes. */
export function compared(before, after) {
  const times = Math.max(before / after, after / before).toFixed(1);
  if (times === '1.0') return 'as large as it was.';
  return after < before ? `${times} times smaller.`
    : `${times} times larger, as the file was compressed before; a lower bit rate makes it smaller.`;
}

export class Maker {
  #open; #fail; #picture; #last; #stop; #address;

  constructor({ open, fail, picture }) {
    this.#picture = picture;
    this.#open = open;
    this.#fail = fail;
  }

  /** A file, dropped or chosen. */
  async take(file) {
    this.#stop?.abort();
    if (file.type.startsWith('image/')) return this.#picture(file);
    const data = new Uint8Array(await file.arrayBuffer());
    $('strip').hidden = true;
    this.#last = undefined;
    if (isNex(file.name, data)) return this.#open(data);
    this.#last = { name: file.name, data };
    await this.#encode();
  }

  /** Shows the encoder at work, what came of it, or nothing. */
  #show(what, text = '') {
    $('strip').hidden = !what;
    $('strip-text').textContent = text;
    $('progress').hidden = $('cancel').hidden = what !== 'work';
    $('download').hidden = what !== 'result';
  }

  async #encode() {
    const { name, data } = this.#last;
    this.#stop?.abort();
    const stop = this.#stop = new AbortController();
    const kbps = Number($('kbps').value) || undefined;
    $('error').hidden = true;
    $('progress').value = 0;
    this.#show('work', `Encoding ${name}`);
    try {
      const onProgress = (part) => { if (!stop.signal.aborted) $('progress').value = part; };
      const made = await make(data, { kbps, onProgress, signal: stop.signal });
      if (stop.signal.aborted) return;
      await this.#open(made.nex, { original: this.#last });
      this.#offer(made);
    } catch (error) {
      if (stop.signal.aborted) return;
      this.#show();
      this.#fail(error);
    }
  }

  #offer({ nex }) {
    const { name, data } = this.#last;
    const to = `${name.replace(/\.[^.]*$/, '')}.nex`;
    URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(new Blob([nex], { type: 'application/octet-stream' }));
    Object.assign($('download'), { href: this.#address, download: to, textContent: `Download ${to}` });
    this.#show('result', `${name}, ${bytes(data.length)}, became ${bytes(nex.length)}: ${compared(data.length, nex.length)}`);
  }

  /** Ends what is encoded, and offers nothing any more: another sound is open. */
  cancel() {
    this.#stop?.abort();
    this.#last = undefined;
    this.#show();
  }

  listen() {
    $('kbps').replaceChildren(new Option('as needed', ''), ...KBPS.map((kbps) => new Option(`${kbps} kb/s`, kbps)));
    $('kbps').addEventListener('change', () => this.#last && this.#encode());
    $('cancel').addEventListener('click', () => {
      this.#stop?.abort();
      this.#show();
    });
    const take = (file) => this.take(file).catch(this.#fail);
    $('file').addEventListener('change', () => {
      const [file] = $('file').files;
      // The same file may be chosen again.
      if (file) take(file).finally(() => { $('file').value = ''; });
    });
    for (const kind of ['dragover', 'dragleave', 'drop']) {
      addEventListener(kind, (event) => {
        event.preventDefault();
        document.body.classList.toggle('dropping', kind === 'dragover');
        const file = kind === 'drop' && event.dataTransfer.files[0];
        if (file) take(file);
      });
    }
  }
}
