/** A database whose names are of a newer version: every screen shows them as unknown, in both languages. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import en from '../../static/js/words/en.js';
import indonesian from '../../static/js/words/id.js';
import { asked, launchBrowser, openAnew, screenshot, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

const NEWER = `PRAGMA ignore_check_constraints = ON;
  UPDATE runs SET mode = 'quic', status = 'paused', request = 'telnet' WHERE id = 1;
  UPDATE runs SET mode = 'quic' WHERE id = 2;
  UPDATE error_groups SET phase = 'resume';
  UPDATE error_traces SET phase = 'resume';
  UPDATE run_limits SET side = 'path', name = 'RLIMIT_NEW' WHERE run = 1 AND name = 'RLIMIT_NOFILE' AND side = 'server';
  UPDATE run_transcript SET side = 'path' WHERE run = 1;
  UPDATE experiments SET status = 'paused', kind = 'tomorrow', asked = '{"kind":"tomorrow"}' WHERE id = 1;`;
/** Each with what comes last on it. */
const SCREENS = {
  '': 'tr[data-run]',
  '#/runs/1': '.limits td',
  '#/runs/2': '.group',
  '#/compare?runs=1,2': 'table',
  '#/experiments': '[data-experiment]',
  '#/experiments/1': 'tr[data-run]',
  'report?runs=1,2': 'table',
  'report?experiment=1': 'table',
};

test('names of a newer version are shown as unknown', async () => {
  await withPanel(browser, {}, async ({ page, panel, db, restart }) => {
    await asked(panel, 'experiments', { kind: 'sweep', modes: ['event'], counts: [5], repeats: 1 });
    await asked(panel, 'runs', { mode: 'event', count: 300, hold: true, limits: { nofile: 200 } });
    execFileSync('sqlite3', ['-batch', db], { input: NEWER });
    await restart();
    for (const [lang, words] of [['en', en], ['id', indonesian]]) {
      for (const [i, [screen, last]] of Object.entries(SCREENS).entries()) {
        const [before, hash] = screen.split('#');
        const query = `${before.includes('?') ? '&' : '?'}lang=${lang}`;
        await openAnew(page, `${panel.url}${before}${query}${hash === undefined ? '' : `#${hash}`}`);
        const main = page.locator('main');
        await main.locator(last).first().waitFor({ state: 'attached' });
        if (screen !== '#/experiments') await main.getByText(words.unknown).filter({ visible: true }).first().waitFor({ timeout: 10_000 });
        const text = await main.innerText();
        const wrong = text.match(/.*(undefined|NaN|\[object|\bnull\b|TypeError).*/);
        assert.equal(wrong, null, `${lang} ${screen}: ${wrong?.[0]}`);
        const cells = await main.locator('th, td').allInnerTexts();
        if (lang === 'id') assert.ok(!cells.includes(en.unknown), `${screen}: a cell in English`);
        await screenshot(page, `newer-${lang}-${i}`);
      }
    }
  });
});
