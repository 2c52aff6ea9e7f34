/** Makes the pictures of README.md: a real panel, real runs, the real dashboard in headless Chromium.
 *
 *   ./run build && node docs/pictures.mjs        (needs `./run install --all` once, for playwright-core)
 *
 * KONEKSI names another build of the panel, CHROMIUM another browser. The pictures are written to docs/images. */

import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { launchBrowser, withPanel } from '../tests/browser/panel.mjs';

const IMAGES = fileURLToPath(new URL('images/', import.meta.url));
/** With few descriptors threads, pool and event loops stop at about 1,017 clients; processes have a table each. */
const FEW_FILES = { hold: true, limits: { nofile: 1024 } };
const COMPARED = { kind: 'sweep', counts: [500, 1000, 2000], repeats: 1, ...FEW_FILES };

/** Submits a run or an experiment and waits for its end, rarely enough not to disturb it.
 * @param {{ url: string }} panel @param {'runs' | 'experiments'} what @param {object} body */
async function finished(panel, what, body) {
  const headers = { 'Content-Type': 'application/json' };
  const { id } = await (await fetch(panel.url + what, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  for (let status = 'queued'; status === 'queued' || status === 'running'; ) {
    await setTimeout(500);
    ({ status } = await (await fetch(`${panel.url}${what}/${id}`)).json());
  }
  return id;
}

/** The top of one screen, once `ready` is on it. @param {any} page @param {string} url @param {string} ready
 * @param {string} file @param {number} height of the picture, in CSS pixels */
async function picture(page, url, ready, file, height) {
  await page.setViewportSize({ width: 1200, height });
  await page.goto(url);
  await page.locator(ready).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${IMAGES}${file}` });
}

const browser = await launchBrowser();
try {
  await mkdir(IMAGES, { recursive: true });
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    const run = await finished(panel, 'runs', { mode: 'thread', count: 2000, label: 'few files', ...FEW_FILES });
    await picture(page, `${panel.url}#/runs/${run}`, '.run canvas', 'verdict.png', 760);
    const sweep = await finished(panel, 'experiments', COMPARED);
    await picture(page, `${panel.url}#/compare?experiment=${sweep}`, '.compare canvas', 'comparison.png', 620);
  });
} finally {
  await browser.close();
}
