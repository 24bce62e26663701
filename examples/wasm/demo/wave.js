// How does a sound look, and who owns which part of it?

/** Colours that differ in lightness too, for those who see few hues. */
const PALETTE = ['#2f6fb5', '#d9822b', '#3f9b6c', '#c2477f', '#7a62c9', '#a8a02e', '#3aa6b9', '#b05a3c'];

/** Colour and name of the owner that `expertAt` told. */
export function owner(expert) {
  if (expert.frames === undefined) {
    return { color: PALETTE[expert.index % PALETTE.length], name: `expert ${expert.index}` };
  }
  const log2 = Math.round(Math.log2(expert.frames));
  return { color: PALETTE[(log2 + 1) % PALETTE.length], name: `blocks of ${expert.frames}` };
}

/** Lowest and highest value and owner of each of `count` stretches. */
export function columns(sound, samples, count) {
  const frames = samples.length;
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * frames) / count);
    const to = Math.max(from + 1, Math.floor(((i + 1) * frames) / count));
    let low = Infinity;
    let high = -Infinity;
    for (let k = from; k < to; k++) {
      if (samples[k] < low) low = samples[k];
      if (samples[k] > high) high = samples[k];
    }
    return { low, high, ...owner(sound.expertAt((from + to) >> 1)) };
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
  const peak = Math.max(1e-3, ...made.map((c) => Math.max(-c.low, c.high)));
  const unit = (height / 2 - 2) / peak;
  const step = width / made.length;
  made.forEach((column, i) => {
    paint.fillStyle = column.color;
    const top = height / 2 - column.high * unit;
    const tall = Math.max(1, (column.high - column.low) * unit);
    paint.fillRect(i * step, top, Math.max(1, step - 0.4), tall);
  });
}

/** The owners that appear, by name, with their share of the columns. */
export function shares(made) {
  const found = new Map();
  for (const { name, color } of made) {
    const entry = found.get(name) ?? { name, color, count: 0 };
    entry.count++;
    found.set(name, entry);
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}
