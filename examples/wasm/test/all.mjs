// Runs every test of the package and the page, one after the other:
//
//   node all.mjs
//
// The encoder is held against target/release/ne-train. CHROMIUM=/path is another browser than /usr/bin/chromium, PICTURES=/folder another
// place for the page's pictures than target/tmp/page.

await import('./package.mjs');
await import('./sizes.mjs');
await import('./encoder.mjs');
await import('./browser.mjs');
await import('./page.mjs');
await import('./speed.mjs');
