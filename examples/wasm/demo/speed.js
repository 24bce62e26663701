// How fast is a file turned into samples, here, by us and by the browser?

const RUNS = 9;
/** Milliseconds of a run at least: a browser's clock ticks in tenths of one. */
const RUN = 20;

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** Milliseconds that `work` takes: the median of several runs, each of many calls. */
async function time(work) {
  // The engine compiles when it first runs, and better when it has run often.
  let calls = 0;
  for (const start = performance.now(); performance.now() - start < 2 * RUN; calls++) await work();
  const each = Math.max(1, Math.ceil(calls / 2));
  const runs = [];
  while (runs.length < RUNS) {
    const start = performance.now();
    for (let i = 0; i < each; i++) await work();
    runs.push((performance.now() - start) / each);
    // The page stays alive in between.
    await new Promise((done) => { setTimeout(done); });
  }
  return median(runs);
}

/** From a .nex file's bytes to all its samples: opened, checked, decoded. */
export const timeNex = (Nex, module, bytes) => time(() => {
  const sound = Nex.open(module, bytes);
  sound.decode();
  sound.free();
});

/**
 * From an Opus file's bytes to all its samples by the browser itself, at Opus's own
 * rate, so that nothing is resampled. It takes the bytes away: each call gets a copy.
 */
export function timeOpus(bytes) {
  const context = new OfflineAudioContext(1, 1, 48000);
  return time(() => context.decodeAudioData(bytes.slice().buffer));
}
