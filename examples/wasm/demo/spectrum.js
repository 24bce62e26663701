// Which tones has a sound at which time?

const SIZE = 512;

/** Discrete Fourier transform in place, of a power of two; the power of the lower half. */
function powers(re) {
  const n = re.length;
  const im = new Float64Array(n);
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j]] = [re[j], re[i]];
  }
  for (let half = 1; half < n; half *= 2) {
    for (let k = 0; k < half; k++) {
      const [c, s] = [Math.cos(Math.PI * k / half), -Math.sin(Math.PI * k / half)];
      for (let i = k; i < n; i += 2 * half) {
        const [a, b] = [re[i + half] * c - im[i + half] * s, re[i + half] * s + im[i + half] * c];
        [re[i + half], im[i + half]] = [re[i] - a, im[i] - b];
        re[i] += a;
        im[i] += b;
      }
    }
  }
  return Float64Array.from({ length: n / 2 }, (_, i) => re[i] ** 2 + im[i] ** 2);
}

/** Draws the samples from frame `from` to `to`: time to the right, up to half the rate upward, louder is brighter. */
export function spectrogram(canvas, samples, from, to) {
  const { width, height } = canvas.getBoundingClientRect();
  const columns = Math.max(50, Math.floor(width));
  const rows = SIZE / 2;
  const image = new ImageData(columns, rows);
  const window = Float64Array.from({ length: SIZE }, (_, i) => 0.5 - 0.5 * Math.cos(2 * Math.PI * i / SIZE));
  for (let x = 0; x < columns; x++) {
    const first = Math.round(from + (x + 0.5) * (to - from) / columns) - SIZE / 2;
    const power = powers(Float64Array.from({ length: SIZE }, (_, i) => (samples[first + i] ?? 0) * window[i]));
    for (let y = 0; y < rows; y++) {
      // From -80 to 0 dB of full scale.
      const loud = Math.min(Math.max(1 + (10 * Math.log10(power[y] / (SIZE / 4) ** 2 + 1e-12)) / 80, 0), 1);
      image.data.set([255 * loud, 255 * Math.max(loud * 1.6 - 0.6, 0), 90 * Math.sin(Math.PI * loud), 255], 4 * ((rows - 1 - y) * columns + x));
    }
  }
  const drawn = Object.assign(document.createElement('canvas'), { width: columns, height: rows });
  drawn.getContext('2d').putImageData(image, 0, 0);
  Object.assign(canvas, { width: Math.round(width), height: Math.round(height) });
  canvas.getContext('2d').drawImage(drawn, 0, 0, canvas.width, canvas.height);
}
