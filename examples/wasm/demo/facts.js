// What does a sound cost, in words and bars?

const number = (value, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Bytes of a 16-bit WAV file. */
const wav = ({ frames, channels }) => 44 + 2 * frames * channels;

function element(name, text, of = {}) {
  const made = Object.assign(document.createElement(name), of);
  made.textContent = text;
  return made;
}

/** "2,327 bytes", "2.3 kilobytes" */
export const bytes = (count) => `${number(count)} bytes`;
export const size = (count) => (count < 1000 ? bytes(count) : `${number(count / 1000, 1)} kilobytes`);
export const length = (seconds) => `${number(seconds, seconds < 1 ? 2 : 1)} seconds`;

/** The file beside others that hold the same sound. */
export function bars(at, info, rivals = [{ name: '16-bit WAV', bytes: wav(info) }]) {
  const rows = [{ name: 'This .nex', bytes: info.bytes, ours: true }, ...rivals];
  const most = Math.max(...rows.map((row) => row.bytes));
  at.replaceChildren(...rows.flatMap((row) => {
    const kind = row.ours ? 'ours' : '';
    const bar = element('i', '', { className: kind, ariaHidden: 'true' });
    bar.style.width = `${(100 * row.bytes) / most}%`;
    const rate = number((8 * row.bytes) / info.duration / 1000, 1);
    return [
      element('span', row.name, { className: kind }),
      element('b', `${bytes(row.bytes)}, ${rate} kb/s`, { className: kind }), bar,
    ];
  }));
}

/** How the rivals were made, and what is fair to say. */
export function note(clip) {
  const opus = clip?.rivals.find((rival) => rival.packets);
  if (!opus) return '';
  const adpcm = clip.rivals.find((rival) => rival !== opus && rival.encoder);
  const like = clip.beside ? 'the sound’s smaller .nex file' : 'this .nex';
  return `${clip.about ? `${clip.about} ` : ''}Whole files, made from the same original. Opus is set to the bit rate at which its sound takes as `
    + `many bytes as ${like} (${number(opus.packets)}), so that your ears can compare at equal bytes; the headers `
    + `of its file take ${number(opus.bytes - opus.packets)} more. Opus by ${opus.encoder}, ADPCM by ${adpcm.encoder}.`;
}

const times = (seconds, milliseconds) =>
  milliseconds === undefined ? '…' : `${number((1000 * seconds) / milliseconds)} × real time`;

/**
 * Length, rate, quality, cost, speed; what is not known yet is an ellipsis. `first`
 * is undefined before a click, null until the sound comes, NaN where that is not heard.
 */
export function facts(at, info, { macs, snr, nex, opus, hasOpus, first }) {
  const profile = info.profile === 'compact' ? 'short sums of waves' : `${info.experts} small networks`;
  const rows = [
    ['Decoding this .nex', times(info.duration, nex)],
    hasOpus && ['The clip as Opus, by the browser', times(info.duration, opus)],
    ['First sound after your click', { undefined: 'press Play', null: '…', NaN: 'measured with https only' }[first] ?? `${number(first)} ms`, 'first'],
    ['Multiplications for a sample', number(macs, macs < 100 ? 1 : 0)],
    snr !== undefined && ['Nearness to the original', `${number(snr, 1)} dB`],
    ['Sample rate', `${number(info.sampleRate)} Hz${info.channels > 1 ? `, ${info.channels} channels` : ''}`],
    ['Made of', profile],
  ];
  at.replaceChildren(...rows.filter(Boolean).map(([term, value, id = '']) => {
    const row = document.createElement('div');
    row.append(element('dt', term), element('dd', value, { id }));
    return row;
  }));
}

/** dB of `made` against the original; undefined if they cannot be compared. */
export function snr(original, made) {
  if (original.length !== made.length || original[0].length !== made[0].length) return undefined;
  let [signal, noise] = [0, 0];
  original.forEach((channel, c) => channel.forEach((x, i) => {
    signal += x * x;
    noise += (x - made[c][i]) ** 2;
  }));
  return 10 * Math.log10(signal / noise);
}

/** What the colours mean. */
export function legend(at, shares) {
  at.replaceChildren(...shares.map(({ kind, color, part }) => {
    const item = document.createElement('li');
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const box = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    for (const [key, value] of [['width', '100%'], ['height', '100%'], ['rx', 2], ['fill', color]]) {
      box.setAttribute(key, value);
    }
    svg.append(box);
    item.append(svg, `${kind}, ${number(100 * part)} %`);
    return item;
  }));
}
