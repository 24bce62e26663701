// How fast is a file turned into samples, here, by us and by the browser?

const ROUNDS = 9;
/** Milliseconds of a run at least: a browser's clock ticks in tenths of one. */
const RUN = 15;

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
/** On a machine that others use, the median is theirs, too. */
export const least = (values) => Math.min(...values);

/** Milliseconds that one call takes, of as many as fill a run. */
async function run(work) {
  const start = performance.now();
  let calls = 0;
  do {
    await work();
    calls++;
  } while (performance.now() - start < RUN);
  return (performance.now() - start) / calls;
}

/**
 * Milliseconds that each of some works takes, by name: the median of several runs, or
 * what else is chosen of them. They take turns, so that what else the machine does meets
 * all of them.
 */
export async function race(works, chosen = median) {
  const names = Object.keys(works);
  const runs = Object.fromEntries(names.map((name) => [name, []]));
  // The engine compiles when it first runs: the first round does not count.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const milliseconds = await run(works[name]);
      if (round) runs[name].push(milliseconds);
      // The page stays alive in between.
      await new Promise((done) => { setTimeout(done); });
    }
  }
  return Object.fromEntries(names.map((name) => [name, chosen(runs[name])]));
}

/** From a .nex file's bytes to all its samples: opened, checked, decoded. */
export const decodesNex = (Nex, module, bytes) => () => {
  const sound = Nex.open(module, bytes);
  sound.decode();
  sound.free();
};

/**
 * From an Opus file's bytes to all its samples by the browser itself, at Opus's own
 * rate, so that nothing is resampled. It takes the bytes away: each call gets a copy.
 */
export function decodesOpus(bytes) {
  const context = new OfflineAudioContext(1, 1, 48000);
  return () => context.decodeAudioData(bytes.slice().buffer);
}
