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

/** The file beside others that hold the same sound. */
export function bars(at, sound, rivals) {
  const { info } = sound;
  const rows = [{ name: 'This file', bytes: info.bytes, ours: true }, ...(rivals ?? []),
    { name: '16-bit WAV', bytes: wav(info) }];
  const most = Math.max(...rows.map((row) => row.bytes));
  at.replaceChildren(...rows.flatMap(({ name, bytes, ours }) => {
    const kind = ours ? 'ours' : '';
    const rate = (8 * bytes) / info.duration / 1000;
    const bar = element('i', '', { className: kind, ariaHidden: 'true' });
    bar.style.width = `${(100 * bytes) / most}%`;
    return [
      element('span', name, { className: kind }), bar,
      element('b', `${number(bytes)} bytes, ${number(rate, 1)} kb/s`, { className: kind }),
    ];
  }));
}

/** Length, rate, cost, speed. */
export function facts(at, sound, { milliseconds, macs }) {
  const { info } = sound;
  const rows = [
    ['Length', `${number(info.duration, 2)} s`],
    ['Sample rate', `${number(info.sampleRate)} Hz${info.channels > 1 ? `, ${info.channels} channels` : ''}`],
    ['Profile', info.profile],
    ['Multiplications a sample', number(macs, macs < 100 ? 1 : 0)],
    ['Decoded here in', `${number(milliseconds, 1)} ms`],
    ['Times faster than it plays', number((1000 * info.duration) / milliseconds)],
  ];
  at.replaceChildren(...rows.map(([term, value]) => {
    const row = document.createElement('div');
    row.append(element('dt', term), element('dd', value));
    return row;
  }));
}

/** "two kilobytes". */
export function size(bytes) {
  return bytes < 1000 ? `${bytes} bytes` : `${number(bytes / 1000, 1)} kilobytes`;
}

/** What the colours mean. */
export function legend(at, shares) {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  at.replaceChildren(...shares.map(({ name, color, count }) => {
    const item = document.createElement('li');
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const box = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    for (const [key, value] of [['width', '100%'], ['height', '100%'], ['rx', 2], ['fill', color]]) {
      box.setAttribute(key, value);
    }
    svg.append(box);
    item.append(svg, `${name}, ${number((100 * count) / total)} %`);
    return item;
  }));
}
