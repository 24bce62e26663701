// Encodes one sound or picture, or looks into one, beside the page; see encoder.js, which starts and ends it.

import { run } from './encoder.js';

/** Progress below this is not worth a message. */
const STEP = 0.005;

onmessage = ({ data: { module, input, asked } }) => {
  let told = 0;
  const progress = (fraction) => {
    if (fraction < told + STEP && fraction < 1) return;
    told = fraction;
    postMessage({ progress: fraction });
  };
  try {
    const result = run(module, input, asked, progress);
    postMessage({ result }, [(result.nex ?? result.squares).buffer]);
  } catch (error) {
    postMessage({ error: error.message });
  }
};
