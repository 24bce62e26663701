// How does a sound look, and who owns which part of it?

/** Colours that differ in lightness too, for those who see few hues. */
const PALETTE = ['#2f6fb5', '#d9822b', '#3f9b6c', '#c2477f', '#7a62c9', '#a8a02e', '#3aa6b9', '#b05a3c'];
/** Degrees: the next hue is as far from all before it as can be. */
const GOLDEN = 137.5;

const hue = (index) => PALETTE[index] ?? `hsl(${(index * GOLDEN) % 360} 55% 50%)`;

/** Colour and names of the owner that `expertAt` told; a compact sound's are its blocks. */
export function owner(expert, { sampleRate, experts }) {
  const { index, frames, nonzero } = expert;
  if (frames === undefined) {
    return { color: hue(index), kind: `expert ${index}`, name: `expert ${index} of ${experts}` };
  }
  const ms = (1000 * frames) / sampleRate;
  const long = `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
  return {
    color: hue((Math.round(Math.log2(frames)) + 1) % PALETTE.length),
    kind: `stretch of ${long}`,
    name: `a stretch of ${long}, made of ${nonzero} wave${nonzero === 1 ? '' : 's'}`,
  };
}

/** Lowest and highest value and owner of each of `count` stretches from frame `first` to `last`. */
export function columns(sound, samples, count, first = 0, last = samples.length) {
  const frames = last - first;
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor(first + (i * frames) / count);
    const to = Math.max(from + 1, Math.floor(first + ((i + 1) * frames) / count));
    let low = Infinity;
    let high = -Infinity;
    // With the sample before, so that the line has no gaps.
    for (let k = Math.max(0, from - 1); k < to; k++) {
      if (samples[k] < low) low = samples[k];
      if (samples[k] > high) high = samples[k];
    }
    return { low, high, ...owner(sound.expertAt(Math.min((from + to) >> 1, samples.length - 1)), sound.info) };
  });
}

/** Draws the columns over the whole canvas. */
export function draw(canvas, made) {
  const scale = window.devicePixelRatio || 1;
  const { width, height } = canvas.getBoundingClientRect();
  canvas.width = width * scale;
  canvas.height = height * scale;
  const paint = canvas.getContext('2d');
  paint.scale(scale, scale);
  const top = Math.max(...made.map((c) => c.high));
  const bottom = Math.min(...made.map((c) => c.low));
  const unit = (height - 4) / Math.max(1e-3, top - bottom);
  const step = width / made.length;
  made.forEach((column, i) => {
    paint.fillStyle = column.color;
    const tall = Math.max(1, (column.high - column.low) * unit);
    paint.fillRect(i * step, 2 + (top - column.high) * unit, Math.max(1, step - 0.4), tall);
  });
}

/** The kinds of owners that appear, with their share of the columns, the most first. */
export function shares(made) {
  const found = new Map();
  for (const { kind, color } of made) {
    const entry = found.get(kind) ?? { kind, color, part: 0 };
    entry.part += 1 / made.length;
    found.set(kind, entry);
  }
  return [...found.values()].sort((a, b) => b.part - a.part);
}
