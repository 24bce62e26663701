// Runs every test of the package and the page, one file after the other, for the
// figures that they print are measured:
//
//   node all.mjs
//
// CHROMIUM=/path is another browser than /usr/bin/chromium, PICTURES=/folder another
// place for the page's pictures than target/tmp/page. The encoder is held against
// target/release/ne-train.

import { spawnSync } from 'node:child_process';
import { folder } from './paths.mjs';

const FILES = ['package.mjs', 'sizes.mjs', 'node.mjs', 'loops.mjs', 'encoder.mjs', 'encoder-browser.mjs', 'browser.mjs',
  'many.mjs', 'shapes.mjs', 'pictures.mjs', 'errors.mjs', 'bundlers.mjs', 'page.mjs', 'playback.mjs', 'speed.mjs'];

const failed = FILES.filter((file) => {
  console.log(`\n-- ${file}`);
  return spawnSync(process.execPath, [folder(file)], { stdio: 'inherit' }).status !== 0;
});
if (failed.length) {
  console.error(`failed: ${failed.join(', ')}`);
  process.exit(1);
}
