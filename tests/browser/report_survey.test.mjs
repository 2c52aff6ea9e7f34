/** The report of a survey: its tables, its conclusion, and its pages on paper, in both languages. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import en from '../../static/js/words/en_report.js';
import indonesian from '../../static/js/words/id_report.js';
import { figure, launchBrowser, NAMES, screenshot, withPanel, wordsOf } from './panel.mjs';
import { experiment, openReport, printed, withFolder } from './report_page.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** What pdfinfo says of a file; null where it is not installed. */
function pdfinfo(file) {
  try {
    const lines = execFileSync('pdfinfo', [file], { encoding: 'utf8' }).split('\n');
    return Object.fromEntries(lines.map((line) => line.split(/:\s+/, 2)));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

test('a number is of the experiment that its row names, with its condition, and “at least” where nothing failed', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const survey = await experiment(panel, { kind: 'survey', modes: ['thread'], max: 120 });
    const lowered = await experiment(panel, { kind: 'ceiling', mode: 'thread', max: 300, limits: { nofile: 64 } });
    const { ceiling } = (await (await fetch(`${panel.url}experiments/${lowered}`)).json()).result;
    await page.goto(`${panel.url}#/experiments/${survey}`);
    const cells = page.locator('tr[data-mode=thread] td');
    await cells.getByText('at least 50', { exact: true }).waitFor();
    await figure(page, 'Maxima by mode').locator('svg text').getByText('at least 120', { exact: true }).waitFor();
    for (const [lang, most, few, condition] of [['en', 'at least 120', 'at least 50', '(lowered limit: open files 64)'], ['id', 'paling sedikit 120', 'paling sedikit 50', '(batas: berkas terbuka 64, diturunkan)']]) {
      await openReport(page, panel, `experiments=${survey},${lowered}&runs=1&lang=${lang}`);
      const inTurn = await page.locator('tr[data-mode=thread]').evaluateAll((rows) => rows.map((row) => [row.lastChild.textContent, row.children[3].textContent]));
      assert.deepEqual(inTurn.map(([from, count]) => [/\d+/.exec(from)[0], count]), [[String(survey), few], [String(lowered), '–']]);
      const told = await page.locator('section', { has: page.getByRole('heading', { name: lang === 'en' ? en.end : indonesian.end, exact: true }) }).innerText();
      assert.equal(told.split(condition).length, 3, `${condition} twice in ${told}`); // of all modes, and of this one
      assert.match(told, new RegExp(`${most}.* ${ceiling} .*\\${condition.slice(0, -1)}`), told);
      await page.locator('figure svg text').getByText(most, { exact: true }).waitFor();
    }
  });
});

test('a survey of modes that have no classic loads says nothing of such', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'survey', modes: ['event'], max: 20 });
    await page.goto(`${panel.url}#/experiments/${id}`);
    await page.locator('tr[data-mode=event]').getByText('nothing, up to 20').waitFor();
    assert.equal(await page.getByRole('region', { name: 'The classic experiment' }).count(), 0);
    for (const [lang, words] of [['en', /classic loads are/], ['id', /Beban klasik adalah/]]) {
      await openReport(page, panel, `experiments=${id}&lang=${lang}`);
      assert.doesNotMatch(await page.locator('body').innerText(), words);
    }
  });
});

test('a survey is a report of 4 to 6 pages in either language, with its title and language in the PDF', async (context) => {
  await withFolder((folder) => withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'survey', max: 300, limits: { nofile: 100 } });
    const { result } = await (await fetch(`${panel.url}experiments/${id}`)).json();
    const left = new Set();
    for (const [lang, words] of [['en', en], ['id', indonesian]]) {
      await openReport(page, panel, `experiments=${id}&lang=${lang}`);
      const rows = page.locator('tr[data-mode]');
      assert.equal(await rows.count(), 4);
      for (const { mode, ceiling } of result.modes) {
        const cells = await page.locator(`tr[data-mode=${mode}] td`).allTextContents();
        assert.ok(cells[1].includes(String(ceiling)), `${mode}: ${ceiling} in ${cells}`);
      }
      if (lang === 'en') for (const text of await wordsOf(page)) left.add(text);
      else assert.deepEqual((await wordsOf(page)).filter((text) => left.has(text) && !NAMES.test(text) && !/ulimit|sysctl|^(\d+: )?Thread pool\b/.test(text)), []);
      const told = await page.locator('section', { has: page.getByRole('heading', { name: words.end, exact: true }) }).innerText();
      for (const published of lang === 'en' ? ['4,500', '500,000', '2,044'] : ['4.500', '500.000', '2.044']) assert.ok(told.includes(published), told);
      assert.ok(told.includes('listen(1)') && told.includes('RLIMIT_NOFILE'), told);
      assert.equal(await page.locator('.report-log').count(), 4);
      await screenshot(page, `report-survey-${lang}`);
      const { file, pages, text } = await printed(page, folder);
      for (const [i, one] of pages.entries()) assert.ok(one.trim().length > 200, `page ${i + 1} is empty: ${one}`);
      assert.ok(!/undefined|NaN|\[object/.test(text), text);
      const info = pdfinfo(file);
      if (info === null) {
        context.diagnostic('pages, title and language of the PDF are not checked: pdfinfo is not installed');
        continue;
      }
      assert.ok(Number(info.Pages) >= 4 && Number(info.Pages) <= 6, `${info.Pages} pages in ${lang}`);
      assert.deepEqual([info.Title, info.Tagged, info['Page size'].slice(-4)], [words['heading.title'], 'yes', '(A4)']);
      assert.ok((await readFile(file, 'latin1')).includes(`/Lang (${lang})`), `the PDF has not the language ${lang}`);
    }
  }));
});
