// What do all tests in a browser share? One Chromium, one server, pages that are watched.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { after } from 'node:test';
import { folder } from './paths.mjs';
import { serve } from './server.mjs';

export { folder };
/** Debian's Chromium, or another one by its path in CHROMIUM. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Where the page's pictures go. */
export const pictures = process.env.PICTURES ?? folder('../../../target/tmp/page');

function needed(path, install) {
  if (!existsSync(path)) throw new Error(`${path} is missing; run: ${install}`);
}
needed(executablePath, 'apt-get install chromium');
needed(folder('node_modules/playwright-core'), 'npm ci, in examples/wasm/test');
needed(folder('../site/index.html'), 'examples/wasm/demo/build');
const { chromium } = await import('playwright-core');

export const browser = await chromium.launch({
  executablePath,
  // As a visitor's: no sound before a click. The sandbox refuses to run as root.
  args: ['--no-sandbox', '--autoplay-policy=document-user-activation-required',
    '--host-resolver-rules=MAP nex.test 127.0.0.1'],
});
export const server = await serve({
  '/golden/': folder('../../../tests/golden/'), '/package/': folder('../package/'),
  '/test/': folder('./'), '/': folder('../site/'),
});
after(async () => {
  await browser.close();
  server.close();
});

/** The server for whom it has no certificate, as on the next desk: no secure context. */
export const insecure = server.url.replace('127.0.0.1', 'nex.test');

/** Lines of golden.txt: a file's name, and what it decodes to. */
export const golden = (await readFile(folder('../../../tests/golden/golden.txt'), 'utf8')).trim().split('\n');
export const goldenFile = (name) => readFile(folder(`../../../tests/golden/${name}`));

/**
 * Opens a page of the server or of another one (`at`), hands it to `use`, closes it. Nothing may be complained about (a
 * violation of the policy is), and nothing fetched from elsewhere.
 */
export async function visit(path, use, { at = server.url, ...options } = {}) {
  const page = await browser.newPage(options);
  const complaints = [];
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && complaints.push(m.text()));
  page.on('pageerror', (e) => complaints.push(e.stack));
  page.on('request', (r) => {
    if (!/^(data|blob):/.test(r.url()) && !r.url().startsWith(at)) complaints.push(`asks for ${r.url()}`);
  });
  try {
    await page.goto(at + path);
    await use(page);
    assert.deepEqual(complaints, []);
  } catch (error) {
    if (complaints.length) error.message += `\nThe browser says: ${complaints.join('\n')}`;
    throw error;
  } finally {
    await page.close();
  }
}

export async function picture(page, name) {
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}
