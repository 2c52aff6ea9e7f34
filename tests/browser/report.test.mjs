/** The report on paper and as a file: in both languages, printed to PDF, saved, and read there. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import en from '../../static/js/words/en_report.js';
import indonesian from '../../static/js/words/id_report.js';
import { asked, launchBrowser, screenshot, withPanel } from './panel.mjs';
import { experiment, openReport, printed, withFolder } from './report_page.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const PARTS = ['question', 'found', 'environment', 'method', 'modes', 'charts', 'sides', 'end'];

test('a ceiling is reported in English and Indonesian, on paper too', async () => {
  await withFolder((folder) => withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'ceiling', mode: 'event', max: 1000, limits: { nofile: 1000 } });
    const { result } = await (await fetch(`${panel.url}experiments/${id}`)).json();
    const count = (locale) => new Intl.NumberFormat(locale).format(result.ceiling);
    for (const [lang, locale] of [['en', 'en-US'], ['id', 'id-ID']]) {
      await openReport(page, panel, `experiment=${id}&lang=${lang}`);
      assert.equal(await page.locator('html').getAttribute('lang'), lang);
      await screenshot(page, `report-${lang}`);
      const { pages, text } = await printed(page, folder);
      const words = lang === 'en' ? en : indonesian;
      assert.ok(pages.length >= 2 && pages.length <= 6, `${pages.length} pages`);
      for (const part of ['heading.title', ...PARTS]) assert.ok(text.includes(words[part]), `no ${part} in ${text}`);
      assert.ok(text.includes(count(locale)), text);
      assert.ok(text.includes('RLIMIT_NOFILE') && text.includes('EMFILE') && text.includes('ulimit -n'), text);
      assert.ok(text.includes(lang === 'en' ? 'as root' : 'sebagai root'), text);
      assert.ok(text.includes("sending b'TIME"), text);
      assert.ok(!text.includes(words['tools.pdf']) && !text.includes(words['fields.help']), 'what belongs to the screen is not printed');
      assert.ok(!/undefined|NaN|\[object/.test(text), text);
    }
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: en['heading.title'] }).waitFor();
  }));
});

test('no row and no figure is cut by the end of a page', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'ceiling', mode: 'thread', max: 300, limits: { nofile: 100 } });
    await page.emulateMedia({ media: 'print' });
    await openReport(page, panel, `experiments=${id}&lang=en`);
    const divided = await page.evaluate(() =>
      [...document.querySelectorAll('main tr, main figure, main .report-log')].filter((e) => getComputedStyle(e).breakInside !== 'avoid').map((e) => e.outerHTML.slice(0, 80)));
    assert.deepEqual(divided, []);
    const alone = await page.evaluate(() =>
      [...document.querySelectorAll('main :is(h2, h3), main p:has(+ ul)')].filter((e) => getComputedStyle(e).breakAfter !== 'avoid').map((e) => e.outerHTML.slice(0, 80)));
    assert.deepEqual(alone, []);
    assert.equal(await page.locator('main .scroll').evaluateAll((all) => all.filter((e) => e.scrollWidth > e.clientWidth && getComputedStyle(e).overflowX !== 'visible').length), 0);
  });
});

test('who hands it in is printed at its top, and stays in the browser', async () => {
  await withFolder((folder) => withPanel(browser, {}, async ({ page, panel }) => {
    const run = await asked(panel, 'runs', { mode: 'thread', count: 20 });
    const author = { Title: 'Tugas konkurensi', Name: 'Sari Wulandari', 'Student number': 'NIM-5025211', Course: 'Pemrograman Jaringan C' };
    const carried = [];
    page.on('request', (request) => carried.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`));
    await openReport(page, panel, `runs=${run}&lang=en`);
    for (const [label, text] of Object.entries(author)) await page.getByLabel(label, { exact: true }).fill(text);
    await page.getByRole('heading', { level: 1, name: author.Title }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: author.Title }).waitFor();
    assert.equal(await page.title(), `${author.Title} – ${author.Name}`);
    const { text } = await printed(page, folder);
    for (const value of Object.values(author)) assert.equal(text.split(value).length, 2, `${value} once in ${text}`);
    assert.ok(!text.includes(en['heading.title']) && !text.includes(en['fields.help']), text);
    await page.getByRole('link', { name: 'Bahasa Indonesia' }).click();
    await page.getByText(indonesian['fields.number'], { exact: true }).first().waitFor();
    await page.getByRole('heading', { level: 1, name: author.Title }).waitFor();
    assert.ok(carried.length > 5);
    for (const value of Object.values(author))
      for (const form of [value, encodeURIComponent(value), value.split(' ')[0]]) assert.deepEqual(carried.filter((one) => one.includes(form)), []);
    assert.ok(!(await page.context().cookies()).length);
    await page.getByLabel(indonesian['fields.heading'], { exact: true }).fill('');
    await page.getByRole('heading', { level: 1, name: indonesian['heading.title'] }).waitFor();
  }));
});

test('saved as one file it opens from a disk, without a script and without a request, and has the same tables', async () => {
  await withFolder((folder) => withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'sweep', modes: ['thread', 'process'], counts: [20, 40], repeats: 1 });
    await openReport(page, panel, `experiments=${id}&lang=id`);
    await page.getByLabel(indonesian['fields.name'], { exact: true }).fill('Sari & <Wulan>');
    const contents = (of) => of.locator('table').evaluateAll((all) => all.map((one) => one.textContent));
    const tables = await contents(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: indonesian['tools.file'] }).click()]);
    assert.match(download.suggestedFilename(), /^koneksi-report-.*-id\.html$/);
    const file = path.join(folder, 'report.html');
    await download.saveAs(file);
    const title = await page.title();
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({ javaScriptEnabled });
      const saved = await context.newPage();
      const requests = [];
      const wrong = [];
      saved.on('request', (request) => requests.push(request.url()));
      saved.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
      await saved.goto(pathToFileURL(file).href);
      await saved.getByText('Sari & <Wulan>').waitFor();
      assert.deepEqual(requests, [pathToFileURL(file).href]);
      assert.deepEqual(wrong, []);
      assert.equal(await saved.title(), title);
      assert.equal(await saved.locator('html').getAttribute('lang'), 'id');
      assert.deepEqual(await contents(saved), tables);
      assert.equal(await saved.locator('button, input, script, link, .on-screen').count(), 0);
      assert.ok((await saved.locator('svg[role=img]').count()) >= 3);
      const bar = saved.locator('svg rect').first();
      assert.notEqual(await bar.evaluate((e) => getComputedStyle(e).fill), 'rgb(0, 0, 0)', 'its colours are in the file');
      await context.close();
    }
  }));
});
