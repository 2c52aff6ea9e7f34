/** What the tests of the report share. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { asked } from './panel.mjs';

/** Runs `body` with a folder of its own. */
export async function withFolder(body) {
  const folder = await mkdtemp(path.join(tmpdir(), 'koneksi-report-'));
  return body(folder).finally(() => rm(folder, { recursive: true, force: true }));
}

/** Opens the report of `query`, and waits until it is whole. */
export async function openReport(page, panel, query) {
  await page.goto(`${panel.url}report?${query}`);
  await page.locator('main[aria-busy="false"]').waitFor();
}

/** Prints the page; the file, and its text page by page. */
export async function printed(page, folder) {
  const file = path.join(folder, 'report.pdf');
  await writeFile(file, await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true }));
  const pages = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).split('\f').slice(0, -1);
  return { file, pages, text: pages.join('\n').replace(/\s+/g, ' ') };
}

export async function experiment(panel, body) {
  const id = await asked(panel, 'experiments', body);
  const { status } = await (await fetch(`${panel.url}experiments/${id}`)).json();
  assert.equal(status, 'completed');
  return id;
}
