/** The history: its address, its folded experiments, deletions of several at once, a phone, the keyboard. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { api, asked, findings, launchBrowser, openAnew, over, row, screenshot, until, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

const fold = (page, id) => page.locator(`.history tr[data-fold="${id}"]`);
const total = (page, text) => page.locator('.total').filter({ hasText: text }).waitFor();
/** Runs as numbers, experiments as "e1". */
const listed = (page) =>
  page.locator('.history tbody tr').evaluateAll((rows) => rows.map((r) => (r.dataset.run ? Number(r.dataset.run) : `e${r.dataset.fold}`)));
const lists = (page, expected) =>
  page.waitForFunction(
    (text) => JSON.stringify([...document.querySelectorAll('.history tbody tr')].map((r) => (r.dataset.run ? Number(r.dataset.run) : `e${r.dataset.fold}`))) === text,
    JSON.stringify(expected),
  );
const hash = (page) => page.evaluate(() => location.hash);

/** Runs 1, 2 and 5, and experiment 1 of the runs 3 and 4. */
async function measure(panel) {
  await asked(panel, 'runs', { mode: 'thread', count: 60, hold: true, limits: { nofile: 40 }, timeout_ms: 2000, label: 'lab one' });
  await asked(panel, 'runs', { mode: 'process', count: 6, label: 'LAB <two>' });
  await asked(panel, 'experiments', { kind: 'sweep', modes: ['pool'], counts: [4], repeats: 2, label: 'swept' });
  await asked(panel, 'runs', { mode: 'thread', count: 9 });
}

test('a run that came while the list was asked for stays, though the answer does not have it', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    let answer = () => {};
    const held = new Promise((resolve) => (answer = resolve));
    let fetched = () => {};
    const came = new Promise((resolve) => (fetched = resolve));
    await page.route(/\/runs\?.*fold=true/, async (route) => {
      const response = await route.fetch();
      fetched();
      await held;
      await route.fulfill({ response });
    }, { times: 1 });
    await page.goto(panel.url);
    await came;
    const id = await asked(panel, 'runs', { mode: 'thread', count: 5 });
    await over(page, id);
    const late = page.waitForResponse(/\/runs\?.*fold=true/);
    answer();
    await (await late).finished();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    assert.equal(await row(page, id).count(), 1);
  });
});

test('filter, order and page are in the address: Back, a reload and a link show the same list', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await measure(panel);
    await page.goto(panel.url);
    await page.getByRole('navigation').getByRole('link', { name: 'History' }).click();
    await lists(page, [5, 'e1', 2, 1]);
    await total(page, /^5 runs, 1 experiment; 4 shown$/);
    await page.getByLabel('Mode').selectOption('thread');
    await lists(page, [5, 1]);
    await total(page, /^2 runs, 0 experiments; 2 shown$/);
    assert.equal(await hash(page), '#/history?mode=thread');
    await page.getByRole('button', { name: 'Clients', exact: true }).click();
    await lists(page, [1, 5]);
    await page.getByRole('button', { name: 'Clients', exact: true }).click();
    await lists(page, [5, 1]);
    assert.equal(await hash(page), '#/history?mode=thread&sort=count&order=asc');
    await page.locator('th[aria-sort=ascending]', { hasText: 'Clients' }).waitFor();
    await row(page, 5).getByRole('link', { name: '5', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Run 5: Threads × 9' }).waitFor();
    await page.goBack();
    await lists(page, [5, 1]);
    assert.equal(await page.getByLabel('Mode').inputValue(), 'thread');
    await page.locator('th[aria-sort=ascending]', { hasText: 'Clients' }).waitFor();
    await page.goBack();
    await lists(page, [1, 5]);
    await page.goBack();
    await lists(page, [5, 1]);
    await page.goBack();
    await lists(page, [5, 'e1', 2, 1]);
    assert.equal(await hash(page), '#/history');

    await page.getByLabel('Label', { exact: true }).fill('lab');
    await lists(page, [2, 1]);
    await page.waitForFunction(() => location.hash === '#/history?q=lab');
    await page.reload();
    await lists(page, [2, 1]);
    assert.equal(await page.getByLabel('Label', { exact: true }).inputValue(), 'lab');
    const other = await page.context().newPage();
    await other.goto(`${panel.url}#/history?verdict=RLIMIT_NOFILE&hold=true&target=builtin&experiment=none&status=completed`);
    await lists(other, [1]);
    for (const [name, value] of [['verdict', 'RLIMIT_NOFILE'], ['hold', 'true'], ['target', 'builtin'], ['experiment', 'none'], ['status', 'completed']])
      assert.equal(await other.locator(`#history-${name}`).inputValue(), value);
    const csv = await other.getByRole('link', { name: 'Download CSV' }).getAttribute('href');
    assert.equal(csv, '/runs.csv?verdict=RLIMIT_NOFILE&hold=true&target=builtin&experiment=none&status=completed');
    await other.getByRole('link', { name: 'Show all' }).click();
    await lists(other, [5, 'e1', 2, 1]);
  });
});

test('every column is in sight on a laptop, with a survey, limits, a long label and another target', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await asked(panel, 'experiments', { kind: 'survey', max: 40, limits: { nofile: 30 } });
    const label = 'a label of many words, which tells more about a run than a column of a table is wide';
    await asked(panel, 'runs', { mode: 'thread', count: 60, hold: true, limits: { nofile: 40 }, timeout_ms: 2000, label });
    await asked(panel, 'runs', { mode: 'thread', count: 6, target: panel.time });
    for (const [lang, hash, width] of [['en', 'id'], ['#/', '#/history'], [1200, 1366]].reduce((all, each) => all.flatMap((one) => each.map((it) => [...one, it])), [[]])) {
        await page.setViewportSize({ width, height: 768 });
        await openAnew(page, `${panel.url}?lang=${lang}${hash}`);
        await page.locator('.history tr[data-fold] td.wrap:not(:empty)').waitFor();
        await page.locator('.history td.label').getByText(label).waitFor();
        const hidden = await page.locator('.history .scroll').evaluate((box) => box.scrollWidth - box.clientWidth);
        assert.equal(hidden, 0, `${hash} in ${lang} at ${width} px: ${hidden} px are out of sight`);
    }
  });
});

test('what was typed into a filter is not lost when another is chosen at once', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await measure(panel);
    await page.goto(`${panel.url}#/history`);
    await lists(page, [5, 'e1', 2, 1]);
    await page.evaluate(() => {
      const set = (id, value) => {
        const control = document.querySelector(id);
        control.focus();
        control.value = value;
        control.dispatchEvent(new Event('input', { bubbles: true }));
      };
      set('#history-q', 'lab');
      set('#history-mode', 'process');
    });
    await lists(page, [2]);
    assert.equal(await hash(page), '#/history?q=lab&mode=process');
    assert.equal(await page.getByLabel('Label', { exact: true }).inputValue(), 'lab');
  });
});

test('pages follow one another and come back, newest first and sorted', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await measure(panel);
    await page.goto(`${panel.url}#/history?limit=2`);
    await lists(page, [5, 'e1']);
    await page.getByRole('link', { name: 'Next page' }).click();
    await lists(page, [2, 1]);
    await total(page, /^5 runs, 1 experiment; 2 shown$/);
    assert.equal(await page.getByRole('link', { name: 'Next page' }).isVisible(), false);
    await page.reload();
    await lists(page, [2, 1]);
    const late = await asked(panel, 'runs', { mode: 'thread', count: 2 });
    await total(page, /^6 runs, 1 experiment; 2 shown$/);
    assert.deepEqual(await listed(page), [2, 1]); // a new run belongs to the first page
    await page.goBack();
    await lists(page, [late, 5]);
    await page.goto(`${panel.url}#/history?sort=count&order=asc&limit=3`);
    await lists(page, [late, 3, 4]);
    await page.getByRole('link', { name: 'Next page' }).click();
    await lists(page, [2, 5, 1]);
    await page.reload();
    await lists(page, [2, 5, 1]);
    await page.getByRole('link', { name: 'First page' }).click();
    await lists(page, [late, 3, 4]);
  });
});

test('a row says what stopped a run, how certain that is, its p99, how it was served, and where', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await measure(panel);
    const { runs } = await (await fetch(`${panel.url}runs`)).json();
    await page.route(/\/runs\?/, async (route) => {
      const list = await (await route.fetch()).json();
      for (const run of list.runs) if (run.id === 5) run.latency_us.client = null;
      for (const run of list.runs) run.host = run.id === 1 ? { name: 'lab-pc', kernel: 'x', fingerprint: 'y' } : null;
      await route.fulfill({ json: list });
    });
    await page.goto(`${panel.url}#/history`);
    await row(page, 1).waitFor();
    const names = await page.locator('.history thead th').allTextContents();
    const cell = (id, name) => row(page, id).locator('td').nth(names.indexOf(name));
    assert.equal(await cell(1, 'Stopped by').textContent(), 'RLIMIT_NOFILE');
    assert.match(await cell(1, 'Stopped by').getAttribute('title'), /^RLIMIT_NOFILE 40 on the client side \((proved|likely)\)$/);
    assert.deepEqual([await cell(1, 'Served').textContent(), await cell(2, 'Served').textContent()], ['at the same time', 'one after another']);
    assert.deepEqual([await cell(1, 'Host').textContent(), await cell(2, 'Host').textContent()], ['lab-pc', '–']);
    assert.equal(await cell(2, 'Target').textContent(), 'built-in server');
    assert.equal(await cell(2, 'Stopped by').textContent(), '–');
    assert.ok(runs.find(({ id }) => id === 2).latency_us.client.p99 > 0);
    assert.match(await cell(2, 'p99').textContent(), /^[\d.,]+ (µs|ms|s)$/);
    assert.equal(await cell(5, 'p99').textContent(), '–', 'no client completed');
    await screenshot(page, 'history');
  });
});

test('an experiment is one row, which unfolds, is renamed, and follows what happens', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await measure(panel);
    await page.goto(`${panel.url}#/history`);
    await fold(page, 1).getByText('Sweep: 1 mode × 1 count · 2 runs').waitFor();
    await fold(page, 1).getByText('1 of 1 load completed without a failure.').waitFor();
    assert.equal(await fold(page, 1).getByRole('link').getAttribute('href'), '#/experiments/1');
    const button = fold(page, 1).getByRole('button', { name: 'Runs of experiment 1' });
    assert.equal(await button.getAttribute('aria-expanded'), 'false');
    await button.focus();
    await page.keyboard.press('Enter');
    await lists(page, [5, 'e1', 4, 3, 2, 1]);
    assert.equal(await button.getAttribute('aria-expanded'), 'true');
    assert.equal(await button.evaluate((b) => b === document.activeElement), true);
    await screenshot(page, 'history-unfolded');
    const part = row(page, 3).getByRole('button', { name: 'Delete run 3' });
    assert.equal(await part.isDisabled(), true);
    assert.equal(await part.getAttribute('title'), 'A part of the result of experiment 1: it is deleted with the experiment.');
    assert.equal((await fetch(`${panel.url}runs/3`, { method: 'DELETE' })).status, 409);
    await page.keyboard.press('Enter');
    await lists(page, [5, 'e1', 2, 1]);
    assert.equal(await button.getAttribute('aria-expanded'), 'false');

    await fold(page, 1).getByRole('button', { name: 'Rename experiment 1' }).click();
    await page.getByLabel('Label of experiment 1').fill('a <new> label');
    await page.keyboard.press('Enter');
    await fold(page, 1).locator('.label').filter({ hasText: /^a <new> label$/ }).waitFor();
    assert.equal((await api(page, '/experiments/1')).asked.label, 'a <new> label');
    assert.equal((await api(page, '/runs/3')).label, 'a <new> label');

    await asked(panel, 'experiments', { kind: 'sweep', modes: ['thread'], counts: [3], repeats: 2 });
    await fold(page, 2).getByText('· 2 runs').waitFor();
    assert.equal((await listed(page))[0], 'e2');
    await fetch(`${panel.url}experiments/2`, { method: 'DELETE' });
    await lists(page, [5, 'e1', 2, 1]);

    await page.goto(`${panel.url}#/experiments/1`);
    await page.getByRole('heading', { level: 1, name: 'Experiment 1: Sweep' }).waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { level: 1, name: 'Experiments' }).waitFor();
    await page.getByText('No experiments yet.').waitFor();
    assert.deepEqual((await api(page, '/runs')).runs.map(({ id }) => id), [5, 2, 1]);
  });
});

test('several are deleted with one click, and taken back with one', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await measure(panel);
    await page.goto(`${panel.url}#/history`);
    await fold(page, 1).getByText('· 2 runs').waitFor();
    const remove = page.getByRole('button', { name: /^Delete selected/ });
    assert.equal(await remove.isVisible(), false);
    await page.getByLabel('Select run 2').check();
    await page.getByLabel('Select experiment 1').check();
    await page.getByRole('link', { name: 'Compare 3 runs' }).waitFor();
    await page.getByRole('button', { name: 'Delete selected (2)' }).click();
    await lists(page, [5, 1]);
    await page.locator('.undo').getByText('Deleted: 1 run and 1 experiment.').waitFor();
    assert.equal(await page.locator('.undo p').count(), 1);
    await page.keyboard.press('Enter'); // the keyboard is at Undo
    await lists(page, [5, 'e1', 2, 1]);
    assert.equal((await api(page, '/runs')).runs.length, 5);
    await page.getByLabel('Select everything that is shown').check();
    await page.getByLabel('Select run 5').uncheck();
    await page.getByRole('button', { name: 'Delete selected (3)' }).click();
    await lists(page, [5]);
    await page.goto(`${panel.url}#/compare`); // leaving the page carries it out
    await until(`${panel.url}runs`, ({ runs }) => runs.length <= 1);
    assert.deepEqual((await api(page, '/experiments')).experiments, []);
  });
});

for (const [lang, report, many] of [
  ['en', 'Report', 'Compare: 13 runs are chosen, at most 12 fit'],
  ['id', 'Laporan', 'Bandingkan: 13 pengujian dipilih, paling banyak 12'],
])
  test(`what is chosen goes into a report as it is, and more than can be compared is said to be (${lang})`, async () => {
    await withPanel(browser, {}, async ({ page, panel }) => {
      await measure(panel);
      await page.goto(`${panel.url}?lang=${lang}#/history`);
      const choice = (/** @type {string} */ key) => page.locator(`.history [data-choice="${key}"]`);
      const link = page.locator('.history').getByRole('link', { name: report, exact: true });
      const compare = page.locator('.history .button.primary');
      await choice('runs/2').waitFor();
      assert.equal(await link.isVisible(), false);
      for (const key of ['runs/5', 'runs/2', 'experiments/1']) await choice(key).check();
      assert.equal(await link.getAttribute('href'), `/report?experiments=1&runs=2,5&lang=${lang}`);
      await choice('experiments/1').uncheck();
      assert.equal(await link.getAttribute('href'), `/report?runs=2,5&lang=${lang}`);
      await link.click();
      await page.waitForFunction(() => document.getElementById('report')?.getAttribute('aria-busy') === 'false');
      await page.getByText(lang === 'en' ? 'Runs 2, 5' : 'Pengujian 2, 5').first().waitFor();

      for (let i = 0; i < 9; i++) await asked(panel, 'runs', { mode: 'thread', count: 1 });
      await page.goto(`${panel.url}?lang=${lang}#/history`);
      await row(page, 14).waitFor();
      await page.locator('.history thead input[type=checkbox]').check();
      await choice('experiments/1').uncheck();
      assert.match(await compare.getAttribute('href'), /^#\/compare\?runs=(\d+,){11}14$/);
      await fold(page, 1).getByRole('button').first().click();
      await choice('runs/3').check();
      assert.equal(await compare.textContent(), many);
      assert.equal(await compare.getAttribute('href'), null);
      assert.deepEqual(await findings(page), []);
      await screenshot(page, `history-chosen-${lang}`);
    });
  });

test('on a phone only the table scrolls, its first columns stay, and axe-core finds nothing, in both languages', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await measure(panel);
    for (const language of ['en', 'id']) {
      await page.goto(`${panel.url}?lang=${language}#/history`);
      await fold(page, 1).getByRole('button').first().click();
      await row(page, 3).waitFor();
      for (const [width, colorScheme] of [[360, 'light'], [360, 'dark'], [1366, 'light']]) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth <= 0), true, `${language} at ${width}`);
        const link = row(page, 2).getByRole('link');
        const left = () => link.evaluate((a) => a.getBoundingClientRect().left);
        const at = await left();
        await page.locator('.history .scroll').evaluate((frame) => (frame.scrollLeft = 200));
        assert.equal(await left(), at, 'the first columns have moved');
        await page.locator('.history .scroll').evaluate((frame) => (frame.scrollLeft = 0));
        assert.deepEqual(await findings(page), [], `${language} at ${width} ${colorScheme}`);
        await screenshot(page, `history-${language}-${width}-${colorScheme}`);
      }
    }
  });
});

test('what is not applied to the server yet is there again after another screen', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const box = page.locator('form.server-box');
    await box.locator('summary').click();
    await box.getByLabel('Backlog').fill('77');
    await box.getByRole('radio', { name: /^Pool/ }).check();
    await page.getByRole('navigation').getByRole('link', { name: 'History' }).click();
    await page.getByText('No runs yet.').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).click();
    await box.getByText(/0 of at most [0-9,]+ connections are open/).waitFor();
    assert.equal(await box.getByLabel('Backlog').inputValue(), '77');
    assert.equal(await box.getByRole('radio', { name: /^Pool/ }).isChecked(), true);
    await box.getByRole('button', { name: 'Apply' }).click();
    await page.locator('#server[title*="server model Pool, backlog 77"]').waitFor();
    await box.locator('[type=submit]:enabled').waitFor(); // the answer has come
    await page.reload();
    await page.locator('#server[title*="server model Pool, backlog 77"]').waitFor();
    assert.equal(await box.locator('details').evaluate((d) => d.open), false);
  });
});

test('the filter by what stopped clients has every limit', async () => {
  const table = await readFile(new URL('../../loadgen/limits/limits.def', import.meta.url), 'utf8');
  const limits = [...table.matchAll(/^LIMIT\([^"]*"([^"]+)"/gm)].map(([, name]) => name);
  assert.equal(limits.length, table.match(/^LIMIT\(/gm)?.length);
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(`${panel.url}#/history`);
    await page.locator('#history-verdict option[value="RLIMIT_NOFILE"]').waitFor({ state: 'attached' });
    const offered = await page.locator('#history-verdict option').evaluateAll((options) => options.map(({ value }) => value));
    assert.deepEqual(limits.filter((name) => !offered.includes(name)), []);
  });
});

test('the filter by what stopped clients has the names of its column, in both languages', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await asked(panel, 'runs', { mode: 'thread', count: 2, target: '127.0.0.1:1' });
    await measure(panel);
    for (const [lang, shown] of [['en', 'nobody listens'], ['id', 'tidak ada yang mendengarkan']]) {
      await page.goto(`${panel.url}?lang=${lang}#/history`);
      await row(page, 1).getByText(shown).waitFor();
      await page.locator('#history-verdict').selectOption({ label: shown });
      await lists(page, [1]);
      await page.locator('#history-verdict').selectOption('RLIMIT_NOFILE');
      await lists(page, [2]);
    }
  });
});
