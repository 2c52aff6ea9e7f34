/** What a report is about: any runs and experiments, however they came out, put together by plain rules. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';

import english from '../../static/js/words/en_pages.js';
import en from '../../static/js/words/en_report.js';
import { asked, findings, launchBrowser, screenshot, startPanel, until, withPanel } from './panel.mjs';
import { experiment, openReport, printed, withFolder } from './report_page.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

test('any experiments and runs make one report, and it can be changed on the page', async () => {
  await withFolder((folder) => withPanel(browser, { expected: /404|400/ }, async ({ page, panel }) => {
    const ceiling = await experiment(panel, { kind: 'ceiling', mode: 'event', max: 300, limits: { nofile: 100 } });
    const sweep = await experiment(panel, { kind: 'sweep', modes: ['thread', 'process'], counts: [30, 60], repeats: 1 });
    const run = await asked(panel, 'runs', { mode: 'pool', count: 70, label: 'single' });
    await openReport(page, panel, `runs=${run}&experiments=${ceiling},${sweep}&lang=en`);
    const { text } = await printed(page, folder);
    for (const part of [`experiment ${ceiling} (`, `experiment ${sweep} (`, `run ${run}`, `${run}: Thread pool × 70: all clients completed`, `Loads of experiment ${sweep}`, 'Each connection has its own thread'])
      assert.ok(text.includes(part), `no "${part}" in ${text}`);
    assert.deepEqual(await page.locator('tr[data-mode]').evaluateAll((all) => all.map((row) => row.dataset.mode).sort()), ['event', 'pool', 'process', 'thread']);
    assert.ok(text.includes(en['end.none']) === false && text.includes('reach the published number'), text);

    await page.getByText(en['choose.title']).click();
    await page.getByRole('link', { name: `Experiment ${sweep}` }).waitFor();
    await page.getByLabel(en['choose.experiments']).fill('');
    await page.getByRole('button', { name: en['choose.button'] }).click();
    await page.waitForURL((url) => !url.search.includes('experiments'));
    await page.locator('main[aria-busy="false"]').waitFor();
    assert.deepEqual(await page.locator('tr[data-mode]').evaluateAll((all) => all.map((row) => row.dataset.mode)), ['pool']);
    await page.getByText(en['end.none']).waitFor();
    assert.equal(await page.getByText(en['end.missing']).count(), 3);

    const taken = await page.evaluate(async (ids) => {
      const { selectionOf } = await import('/js/report/collect.js');
      const { runs, asked } = selectionOf(new URLSearchParams(`runs=${ids}`));
      return [runs.length, asked.runs];
    }, Array.from({ length: 60 }, (_, i) => i + 1).join());
    assert.deepEqual(taken, [50, 60], 'a report takes 50 runs, and says so');
    await openReport(page, panel, 'runs=999&lang=en');
    await page.getByText('The report cannot be made: there is no run 999').waitFor();
    await openReport(page, panel, 'runs=1,x&lang=en');
    await page.getByText('“x” is not a number or a range of numbers').waitFor();
    const ids = await page.evaluate(async () => {
      const { selectionOf } = await import('/js/report/collect.js');
      return selectionOf(new URLSearchParams('runs=5,1-3')).runs;
    });
    assert.deepEqual(ids, [5, 1, 2, 3]);
    await openReport(page, panel, 'lang=en');
    for (const [typed, words] of [['abc', '“abc” is not a number or a range of numbers, such as 3 or 4-6.'], ['3-1', '“3-1” is not a number'], ['1-9999', 'The range 1-9999 has more than 1,000 numbers.']]) {
      await page.getByLabel(en['choose.runs']).fill(typed);
      await page.getByRole('button', { name: en['choose.button'] }).click();
      await page.locator('#choose-runs-problem').getByText(words).waitFor();
    }
    await page.getByText('name the runs or the experiments').waitFor();
    await page.getByRole('link', { name: `Experiment ${ceiling}` }).click();
    await page.getByRole('heading', { level: 1, name: en['heading.title'] }).waitFor();
  }));
});

test('the page of the report is accessible, and no wider than a phone', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'sweep', modes: ['thread', 'event'], counts: [20], repeats: 1 });
    for (const width of [1366, 360]) {
      await page.setViewportSize({ width, height: 800 });
      await openReport(page, panel, `experiments=${id}&lang=id`);
      assert.deepEqual(await findings(page), [], `at ${width}`);
      const room = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(room <= 0, `${room} px too wide at ${width}`);
      await screenshot(page, `report-page-${width}`);
    }
  });
});

test('each load of a sweep is told of, and its table is whole on a wide screen', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'sweep', modes: ['thread', 'pool', 'process'], counts: [10, 20, 30], repeats: 2 });
    await page.setViewportSize({ width: 1440, height: 900 });
    await openReport(page, panel, `experiment=${id}&lang=en`);
    await page.getByText('This part describes 9 of 18 runs').waitFor();
    const told = await page.locator('li').filter({ hasText: 'the client side started' }).allTextContents();
    for (const load of ['Threads', 'Thread pool', 'Processes'].flatMap((mode) => [10, 20, 30].map((count) => `${mode} × ${count}`)))
      assert.equal(told.filter((text) => text.includes(`, ${load}:`)).length, 1, `${load} in ${told}`);
    const cut = await page.locator('.scroll:visible').evaluateAll((boxes) => boxes.map((b) => b.scrollWidth - b.clientWidth));
    assert.deepEqual(cut.filter((px) => px > 0), []);
  });
});

test('a ceiling is told of by the two counts it lies between, and says when a count came out both ways', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await experiment(panel, { kind: 'ceiling', mode: 'event', max: 400, limits: { nofile: 200 } });
    const found = await (await fetch(`${panel.url}experiments/${id}`)).json();
    assert.equal(found.result.stable, true);
    await openReport(page, panel, `experiment=${id}&lang=en`);
    const told = page.locator('li').filter({ hasText: 'the client side started' });
    assert.deepEqual(
      (await told.allTextContents()).map((text) => Number(/started (\d+) clients/.exec(text)?.[1])).sort(),
      [found.result.ceiling, found.result.fails_at],
    );
    assert.equal(await page.getByText(english['ceiling.stable_help']).count(), 0);
    await page.route(`**/experiments/${id}?*`, (route) =>
      route.fulfill({ json: { ...found, result: { ...found.result, stable: false } } }));
    await openReport(page, panel, `experiment=${id}&lang=en`);
    await page.getByText(english['ceiling.stable_help']).waitFor();
  });
});

test('the transcript shows both sides, however far one is ahead', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await experiment(panel, { kind: 'sweep', modes: ['pool'], counts: [10], repeats: 1 });
    const ahead = Array.from({ length: 100 }, (_, i) => ({ at_ms: i, side: 'client', text: `[CLIENT ${i}] sending` }));
    const behind = [1, 2, 3].map((i) => ({ at_ms: 100 + i, side: 'server', text: `total koneksi ${i}` }));
    await page.route('**/runs/1/transcript', (route) => route.fulfill({ json: { transcript: [...ahead, ...behind] } }));
    await openReport(page, panel, 'experiment=1&lang=en');
    const shown = (await page.locator('.report-log').textContent()).split('\n');
    assert.deepEqual([shown.length, shown.filter((line) => line.includes('total koneksi')).length], [15, 3]);
  });
});

test('a line over time is drawn only where samples saw the counted peak', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const run = await asked(panel, 'runs', { mode: 'thread', count: 20, hold: true });
    const { peaks } = await (await fetch(`${panel.url}runs/${run}`)).json();
    const { samples } = await (await fetch(`${panel.url}runs/${run}/samples`)).json();
    const charts = page.getByText(en['charts.sides'].replace('{0}', run), { exact: false });
    const drawn = async (list) => {
      await page.route(`**/runs/${run}/samples`, (route) => route.fulfill({ json: { samples: list } }));
      await openReport(page, panel, `runs=${run}&lang=en`);
      return [await charts.count(), await page.getByText('Too short for a line over time').count()];
    };
    const at = (ms, threads) => {
      const [sample] = structuredClone(samples);
      Object.assign(sample, { at_ms: ms });
      Object.assign(sample.client, { threads });
      Object.assign(sample.server, { threads: threads === 0 ? 0 : peaks.server_threads });
      return sample;
    };
    const rising = Array.from({ length: 10 }, (_, i) => at(i, Math.round((i * peaks.client_threads) / 9)));
    assert.deepEqual(await drawn(rising), [1, 0]);
    assert.deepEqual(await drawn([at(0, 0), at(3, peaks.client_threads)]), [0, 1], 'two points are no line');
    assert.deepEqual(await drawn(rising.map((sample) => ({ ...sample, client: { ...sample.client, threads: 1 } }))), [0, 1], 'the peak was missed');
    assert.deepEqual(await drawn([]), [0, 1], 'no samples');
  });
});

test('no figure cuts off what stands at its axes or writes it too small to read, up to the most clients that a run may have', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(panel.url);
      await page.getByRole('heading', { name: 'Start a run' }).waitFor();
      const cut = await page.evaluate(async () => {
        const { bars, lines } = await import('/js/charts/figures.js');
        const axis = { text: 'Clients', format: (n) => n.toLocaleString('en-US'), log: true };
        const ends = { label: 'Threads', color: '--line-0', points: [[1, 1], [10_000_000, 10_000_000]] };
        const run = { label: '2: Thread pool × 3,000', values: [17567] };
        const shares = { text: 'Clients', format: (n) => `${n}%` };
        const figures = [
          lines('Carried', '', { x: axis, y: axis }, [ends]),
          lines('Spread', '', { x: axis, y: shares }, [{ ...ends, points: [[10, 0], [100, 100]] }]),
          bars('Rate', '', [{ label: 'Rate', color: '--line-0' }], [run], (n) => `${axis.format(n)} /s`, { small: true }),
          bars('Maxima', '', [{ label: 'Measured', color: '--text' }], [{ label: 'Thread pool (12)', values: [10_000_000], words: ['paling sedikit 10.000.000'] }], axis.format),
          lines('Search', '', { x: axis, y: axis }, [ends], { levels: [{ value: 1_000_000, label: 'predicted: 10,000,000', color: '--edge' }] }),
        ];
        document.body.append(...figures);
        return figures.flatMap((element) => {
          const picture = element.querySelector('svg[role="img"]');
          const { left, right } = picture.getBoundingClientRect();
          const texts = [...picture.querySelectorAll('text')].map((e) => ({ e, box: e.getBoundingClientRect() }));
          const title = texts.find(({ e }) => e.hasAttribute('transform'))?.box;
          const isUnder = (box) => title && box.left > title.left && box.left < title.right && box.top < title.bottom && box.bottom > title.top;
          const size = ({ e }) => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a;
          const isFaint = (one) => !one.e.hasAttribute('transform') && size(one) < 11;
          return texts.filter((one) => one.box.left < left || one.box.right > right || isUnder(one.box) || isFaint(one)).map(({ e }) => e.textContent);
        });
      });
      assert.deepEqual(cut, [], `at ${width}`);
    }
  });
});

test('every kind of run has a report: short, refused, foreign, running, queued, cancelled before it began', async () => {
  await withFolder(async (folder) => {
    const foreign = await startPanel(path.join(folder, 'foreign.db'));
    const cancel = (panel, id) => fetch(`${panel.url}runs/${id}/cancel`, { method: 'POST' });
    await withPanel(browser, {}, async ({ page, panel }) => {
      const headers = { 'Content-Type': 'application/json' };
      const queue = async (body) =>
        (await (await fetch(`${panel.url}runs`, { method: 'POST', headers, body: JSON.stringify(body) })).json()).id;
      const short = await asked(panel, 'runs', { mode: 'event', count: 1 });
      const refused = await asked(panel, 'runs', { mode: 'thread', count: 5, target: '127.0.0.1:1' });
      const elsewhere = await asked(panel, 'runs', { mode: 'thread', count: 50, target: foreign.time });
      const running = await queue({ mode: 'event', count: 100000, rate: 100 });
      const queued = await queue({ mode: 'event', count: 10 });
      const cancelled = await queue({ mode: 'event', count: 10 });
      await cancel(panel, cancelled);
      await until(`${panel.url}runs/${running}`, ({ status }) => status !== 'queued');
      const expected = {
        [short]: 'all clients completed',
        [refused]: '0 of 5 clients completed',
        [elsewhere]: 'The server, koneksi, had ',
        [running]: 'the run is not over yet',
        [queued]: 'the run waits in the queue',
        [cancelled]: 'cancelled before it began',
      };
      const check = async (runs, words) => {
        await openReport(page, panel, `runs=${runs}&lang=en`);
        const text = await page.locator('main').innerText();
        for (const word of words) assert.ok(text.includes(word), text);
        assert.ok(!/cannot be made|undefined|NaN|: \.|–\.|(started|most|accepted) 1 (clients|threads|connections)\b/.test(text), text);
      };
      for (const [id, word] of Object.entries(expected)) await check(id, [word]);
      await check(Object.keys(expected).join(','), Object.values(expected));
      await cancel(panel, queued);
      await cancel(panel, running);
    }).finally(() => foreign.stop());
  });
});
