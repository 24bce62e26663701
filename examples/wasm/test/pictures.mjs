// Is a picture drawn as it is decoded, at any size, and band after band while it comes?

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visit } from './harness.mjs';

test('bands come while the file does, and are the picture’s', async () => {
  await visit('/test/blank.html', async (page) => {
    const { bands, equal, size } = await page.evaluate(async () => {
      const { decodePicture, drawPicture } = await import('/package/nex.js');
      const bytes = new Uint8Array(await (await fetch('/chelsea.nex')).arrayBuffer());
      const whole = await decodePicture(bytes);
      const canvas = document.createElement('canvas');
      canvas.getContext('2d', { willReadFrequently: true });
      const bands = [];
      let equal = true;
      let at = 0;
      const body = new ReadableStream({
        pull(controller) {
          if (at >= bytes.length) return controller.close();
          controller.enqueue(bytes.slice(at, at += Math.ceil((bytes.length - at) / 12 + 200)));
        },
      });
      const answer = new Response(body, { headers: { 'content-length': bytes.length } });
      const size = await drawPicture(canvas, answer, {
        onRows: (rows, height) => {
          bands.push(rows / height);
          const { data } = canvas.getContext('2d').getImageData(0, 0, whole.width, rows);
          equal &&= data.every((x, i) => x === whole.data[i]);
        },
      });
      return { bands, equal, size };
    });
    assert.deepEqual(size, { width: 320, height: 240 });
    assert.ok(equal);
    assert.ok(bands.length > 4 && bands.at(-1) === 1 && bands[0] < 0.3, `${bands}`);
    assert.deepEqual(bands, [...bands].sort((a, b) => a - b));
  });
});

test('at any size, and without a length', () => visit('/test/blank.html', async (page) => {
  const told = await page.evaluate(async () => {
    const { NexError, decodePicture, drawPicture } = await import('/package/nex.js');
    const results = [];
    for (const [width, height] of [[160, 120], [100, 7], [640, 480]]) {
      const canvas = new OffscreenCanvas(1, 1);
      await drawPicture(canvas, '/chelsea.nex', { width, height });
      const { data } = await decodePicture('/chelsea.nex', { width, height });
      results.push(canvas.width === width && canvas.getContext('2d').getImageData(0, 0, width, height).data.every((x, i) => x === data[i]));
    }
    const bytes = await (await fetch('/chelsea.nex')).arrayBuffer();
    const canvas = document.createElement('canvas');
    await drawPicture(canvas, new Response(bytes));
    results.push(canvas.height === 240);
    const fails = (promise) => promise.then(() => 'no error', (e) => (e instanceof NexError ? e.code : `${e}`));
    const damaged = new Uint8Array(bytes.slice(0));
    damaged[900] ^= 1;
    return [...results, await fails(drawPicture({}, bytes)), await fails(drawPicture(canvas, bytes, { width: 0 })),
      await fails(drawPicture(canvas, damaged)), await fails(drawPicture(canvas, '/hello-world.nex')),
      await fails(drawPicture(canvas, new Response(bytes.slice(0, 3000), { headers: { 'content-length': 9000 } })))];
  });
  assert.deepEqual(told, [true, true, true, true, 'BadArgument', 'OutOfRange', 'BadCrc', 'OtherKind', 'BadCrc']);
}));
