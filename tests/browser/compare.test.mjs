/** The comparison, and the figures of experiments: modes side by side, a sweep's lines, a search's steps, differences in words. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { api, asked, figure, findings, launchBrowser, openAnew, screenshot, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

const HELD = { count: 60, hold: true, pool_size: 60 };

/** The rows of a figure's table, as texts. */
async function rowsOf(page, caption) {
  const figures = figure(page, caption);
  await figures.first().waitFor();
  return figures.first().locator('.twin tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
}

/** Values as the page writes them: [[function of format.js, value], ...]. */
const written = (page, values) =>
  page.evaluate(async (all) => {
    const format = await import('/js/core/format.js');
    return all.map(([how, value]) => (value === null ? '–' : format[how](value)));
  }, values);

for (const [lang, said] of [
  ['en', 'At most 12 runs fit side by side, and this list has 13: take some out.'],
  ['id', 'Paling banyak 12 pengujian dapat dibandingkan berdampingan, sedangkan daftar ini memuat 13: kurangi dulu.'],
])
  test(`a list of 13 runs is not cut to 12 in silence (${lang})`, async () => {
    await withPanel(browser, {}, async ({ page, panel }) => {
      const ids = [];
      for (let i = 0; i < 13; i++) ids.push(await asked(panel, 'runs', { mode: 'thread', count: 1 }));
      await page.goto(`${panel.url}?lang=${lang}#/compare?runs=${ids.join(',')}`);
      await page.getByRole('alert').getByText(said, { exact: true }).waitFor();
      const input = page.locator('#compare-runs');
      assert.equal(await input.inputValue(), ids.join(', '));
      await input.fill(ids.slice(1).join(', '));
      await page.keyboard.press('Enter');
      await page.locator('.compare figure').first().waitFor();
      assert.deepEqual((await page.locator('[role=alert]').allTextContents()).filter(Boolean), []);
      await input.fill('abc');
      await page.keyboard.press('Enter');
      await page.locator('#compare-problem').getByText('“abc”').waitFor();
      await input.fill('1-3, 5');
      await page.keyboard.press('Enter');
      await page.waitForURL(/#\/compare\?runs=1,2,3,5$/);
    });
  });

test('four modes side by side: one small figure a measure, the same order and colours in all, the figures of the API', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const ids = [];
    for (const mode of ['process', 'thread', 'pool', 'event']) ids.push(await asked(panel, 'runs', { count: 1000, hold: true, pool_size: 1000, mode })); // with fewer, no cost is known
    await page.goto(`${panel.url}#/compare?runs=${ids.join(',')}`);
    const { runs } = await api(page, `/compare?runs=${ids.join(',')}`);
    const of = {
      'Clients at the same time': ['number', ({ run }) => run.start.peak_clients],
      'Clients per second': ['rate', ({ run }) => run.clients_per_s],
      'Duration of a client, p50': ['micros', ({ run }) => run.latency_us.client.p50],
      'Duration of a client, p99': ['micros', ({ run }) => run.latency_us.client.p99],
      'Time to start a client': ['micros', ({ run }) => 1e6 / run.start.per_s],
      'CPU time of a client, client side': ['micros', ({ run }) => run.cost.cpu_us],
      'Memory of a client': ['bytes', ({ run }) => run.cost.memory_bytes],
    };
    for (const [caption, [how, value]] of Object.entries(of)) {
      if (runs.every((entry) => value(entry) === null)) {
        assert.equal(await figure(page, caption).count(), 0, caption); // too short to measure
        continue;
      }
      const [, ...rows] = await rowsOf(page, caption);
      const values = await written(page, runs.map((entry) => [how, value(entry)]));
      const names = ['Processes', 'Threads', 'Thread pool', 'Event loops'];
      assert.deepEqual(rows, names.map((name, i) => [`${ids[i]}: ${name} × 1,000`, values[i]]), caption);
    }
    const columns = page.getByRole('region', { name: 'The chosen runs' });
    const heads = await columns.locator('thead th').allTextContents();
    for (const [head, how, value] of [['CPU time of a client', 'micros', ({ cost }) => cost.cpu_us], ['Memory of a client', 'bytes', ({ cost }) => cost.memory_bytes]]) {
      const cells = columns.locator(`tbody tr > :nth-child(${heads.indexOf(head) + 1})`);
      assert.deepEqual(await cells.allTextContents(), await written(page, runs.map(({ run }) => [how, value(run)])), head);
    }
    const colors = await page.locator('.multiples .figure > svg').evaluateAll((pictures) =>
      pictures.map((picture) => [...picture.querySelectorAll('rect')].map((bar) => bar.style.fill).join()));
    assert.ok(colors.length >= 5, `${colors.length} figures`);
    assert.deepEqual([...new Set(colors)], ['var(--line-2),var(--line-0),var(--line-1),var(--line-3)']);
    const charts = page.locator('.multiples .chart canvas');
    await charts.nth(3).waitFor(); // and each run over time
    assert.deepEqual(await findings(page), []);
    await screenshot(page, 'compare-modes');
    for (const [lang, names] of [['en', ['CPU time of a client, client side', 'Memory of a client']], ['id', ['Waktu CPU satu klien, sisi klien', 'Memori satu klien']]]) {
      await page.goto(`${panel.url}?lang=${lang}#/runs/${ids[0]}`);
      for (const name of names) await page.locator('.fact', { hasText: name }).waitFor();
    }
  });
});

test('a comparison of nothing says what to do', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    for (const [lang, said] of [['en', /^Nothing is compared yet: /], ['id', /^Belum ada yang dibandingkan: /]]) {
      await page.goto(`${panel.url}?lang=${lang}#/compare`);
      await page.locator('.empty').filter({ hasText: said }).waitFor();
    }
  });
});

test('a run that is missing is said to be, in the language of the page', async () => {
  await withPanel(browser, { expected: /404/ }, async ({ page, panel }) => {
    for (const [lang, run, experiment] of [['en', 'There is no run 77.', 'There is no experiment 5.'], ['id', 'Tidak ada pengujian 77.', 'Tidak ada rangkaian uji 5.']])
      for (const [what, said] of [['runs=77', run], ['runs=77,78', `${run} ${run.replace('77', '78')}`], ['experiment=5', experiment]]) {
        await page.goto(`${panel.url}?lang=${lang}#/compare?${what}`);
        await page.getByRole('alert').getByText(said, { exact: true }).waitFor();
      }
  });
});

/** Of each figure with bars, each small chart and the chart of all the colours, run by run. */
const colorsOf = (page) =>
  page.evaluate(() => {
    const own = (elements, property) => [...elements].map((element) => getComputedStyle(element)[property]);
    const markers = (chart) => own(chart.querySelectorAll('.u-series:not(:first-child) .u-marker'), 'borderTopColor');
    const charts = [...document.querySelectorAll('.chart')].map(markers);
    return {
      bars: [...document.querySelectorAll('.figure > svg')].map((picture) => own(picture.querySelectorAll('rect'), 'fill')),
      small: charts.slice(0, -1),
      all: charts.at(-1),
    };
  });

for (const [name, modes] of [['mode by mode', ['pool', 'event', 'thread']], ['of one mode twice', ['thread', 'event', 'thread']]])
  test(`a run has one colour on the whole page: ${name}`, async () => {
    await withPanel(browser, {}, async ({ page, panel }) => {
      const ids = [];
      for (const mode of modes) ids.push(await asked(panel, 'runs', { count: 60, mode }));
      await page.goto(`${panel.url}#/compare?runs=${ids.join(',')}`);
      await page.locator('.chart canvas').nth(modes.length).waitFor();
      const { bars, small, all } = await colorsOf(page);
      assert.equal(new Set(all).size, modes.length, `${all}`);
      for (const figure of bars) assert.deepEqual(figure, all);
      assert.deepEqual(small, all.map((color) => [color, color, color]));
      const dashes = await page.locator('.chart').first().locator('.u-series:not(:first-child) .u-marker').evaluateAll((markers) =>
        markers.map((marker) => getComputedStyle(marker).borderTopStyle));
      assert.deepEqual(dashes, ['solid', 'dashed', 'dotted']);
    });
  });

test('the figures of all runs are in view on a laptop and on a phone, in both languages', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await asked(panel, 'runs', { mode: 'process', count: 2000, hold: true });
    await asked(panel, 'runs', { mode: 'thread', count: 300, hold: true, limits: { nofile: 100 }, label: 'with a limit of 100 open files' });
    for (const lang of ['en', 'id'])
      for (const [width, height] of [[1366, 768], [1200, 800], [360, 800]]) {
        await page.setViewportSize({ width, height });
        await page.goto(`${panel.url}?lang=${lang}#/compare?runs=1,2`);
        const place = page.locator('.wide');
        await place.waitFor();
        assert.deepEqual(await place.evaluate((e) => [e.scrollWidth <= e.clientWidth, e.querySelectorAll('tbody tr').length]), [true, 2], `${lang}, ${width} px`);
        assert.deepEqual(await findings(page), [], `${lang}, ${width} px`);
      }
    const names = await page.locator('.wide tbody tr').first().locator('td').evaluateAll((cells) => cells.map((cell) => cell.dataset.name));
    assert.ok(names.includes('Klien/dtk') && names.every(Boolean), `${names}`); // a phone shows no heads
  });
});

test('measures: what a client took, none of what says nothing', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const found = await page.evaluate(async () => {
      const { MEASURES } = await import('/js/charts/measures.js');
      const run = {
        mode: 'thread', count: 100, rate: 10, totals: { completed: 50, started: 0 }, start: { per_s: 5, peak_clients: 7 },
        clients_per_s: 3, latency_us: null, cpu: null, cost: { cpu_us: 30.5, memory_bytes: 8500 },
      };
      const all = (entry) => Object.fromEntries(MEASURES.map(({ key, of }) => [key, of(entry)]));
      return [all({ run }), all({ run: { ...run, cost: { cpu_us: null, memory_bytes: null } } })];
    });
    const known = { completed: 0.5, at_once: 7, pace: 3, p50: null, p99: null, start: null, cpu_client: 30.5, cpu_server: null, memory: 8500 };
    assert.deepEqual(found, [known, { ...known, cpu_client: null, memory: null }]);
  });
});

test('a sweep: lines over the count with the median and the spread of its runs, on both pages', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await asked(panel, 'experiments', { kind: 'sweep', modes: ['thread', 'event'], counts: [20, 60], repeats: 3 });
    for (const screen of [`#/compare?experiment=${id}`, `#/experiments/${id}`]) {
      await openAnew(page, panel.url + screen);
      const { runs } = await api(page, `/compare?experiment=${id}`);
      assert.equal(runs.length, 12);
      for (const [caption, how, value] of [
        ['Clients per second', 'rate', ({ run }) => run.clients_per_s],
        ['Duration of a client, p99', 'micros', ({ run }) => run.latency_us.client.p99],
      ]) {
        const expected = [];
        for (const [mode, name] of [['thread', 'Threads'], ['event', 'Event loops']])
          for (const count of [20, 60]) {
            const values = runs.filter(({ run }) => run.mode === mode && run.count === count).map(value).sort((a, b) => a - b);
            expected.push([name, String(count), ...(await written(page, [1, 0, 2].map((i) => [how, values[i]])))]);
          }
        const [heads, ...rows] = await rowsOf(page, caption);
        assert.deepEqual(heads.slice(2), ['Median', 'Lowest', 'Highest']);
        assert.deepEqual(rows, expected, `${caption} at ${screen}`);
      }
      const picture = figure(page, 'Clients per second').locator('> svg');
      assert.equal(await picture.locator('.curve').count(), 2);
      const spread = runs.map(({ run }) => `${run.mode} ${run.count} ${run.clients_per_s}`);
      if (new Set(spread).size === runs.length) assert.equal(await picture.locator('.whisker').count(), 4);
      const marks = await picture.locator('.mark').evaluateAll((all) => new Set(all.map((mark) => mark.getAttribute('d'))).size);
      assert.equal(marks, 2); // each mode has one of its own
      assert.deepEqual(await findings(page), [], screen);
      await screenshot(page, `sweep${screen.includes('compare') ? '-compare' : ''}`);
    }
  });
});

test('a search shows its steps, a survey its maxima, predicted beside measured', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const search = await asked(panel, 'experiments', { kind: 'ceiling', mode: 'thread', max: 200, limits: { nofile: 64 } });
    const survey = await asked(panel, 'experiments', { kind: 'survey', max: 60, modes: ['thread', 'event'], limits: { nofile: 50 } });
    await page.goto(`${panel.url}#/experiments/${search}`);
    const { runs } = await api(page, `/runs?experiment=${search}&limit=1000`);
    const { result } = await api(page, `/experiments/${search}`);
    const [, ...rows] = await rowsOf(page, 'Steps of the search');
    const steps = runs.sort((a, b) => a.id - b.id).map(({ count, totals }, i) => ({ step: String(i + 1), count: String(count), whole: totals.completed === count }));
    const expected = [true, false].flatMap((whole) =>
      steps.filter((s) => s.whole === whole).map(({ step, count }) => [whole ? 'All clients completed' : 'Some clients failed', step, count]));
    assert.deepEqual(rows.slice(0, steps.length), expected);
    assert.deepEqual(rows.at(-1), [`ceiling: ${result.ceiling}`, '', String(result.ceiling)]);
    await screenshot(page, 'search');

    await page.goto(`${panel.url}#/experiments/${survey}`);
    const [heads, ...maxima] = await rowsOf(page, 'Maxima by mode');
    assert.deepEqual(heads.slice(1), ['Predicted', 'Measured']);
    const { modes } = (await api(page, `/experiments/${survey}`)).result;
    assert.deepEqual(maxima, ['Threads', 'Event loops'].map((name, i) => [name, String(modes[i].predicted), String(modes[i].ceiling)]));
    await page.goto(`${panel.url}#/compare?experiment=${survey}`);
    await page.getByRole('region', { name: 'The ceiling of each mode' }).locator('.figure').nth(3).waitFor();
    await page.getByLabel('Numbers of the runs', { exact: true }).waitFor();
    await screenshot(page, 'compare-survey');
    await page.goto(`${panel.url}#/compare?runs=1`);
    await page.getByLabel('Numbers of the runs, up to 12', { exact: true }).waitFor();
  });
});

test('differences are told in words, in both languages, on the page and in the report', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const ids = [];
    for (const hold of [true, true, false]) ids.push(await asked(panel, 'runs', { mode: 'thread', count: 10, hold }));
    ids.push(await asked(panel, 'runs', { mode: 'thread', count: 10, hold: true, limits: { nofile: 64, as_mib: 4096 }, timeout_ms: 2000 }));
    const said = {
      en: ['Served (hold): at the same time in 1, 2 and 4, one after another in 3', 'Timeout: 30 s in runs 1 to 3; 2 s in run 4', 'RLIMIT_AS on the client side: unlimited in runs 1 to 3; 4 GiB in run 4'],
      id: ['Dilayani (hold): secara bersamaan pada 1, 2 dan 4, bergiliran pada 3', 'Batas waktu: 30 s pada pengujian 1 sampai 3; 2 s pada pengujian 4', 'RLIMIT_AS di sisi klien: tanpa batas pada pengujian 1 sampai 3; 4 GiB pada pengujian 4'],
    };
    await page.goto(panel.url);
    const { differences } = await api(page, `/compare?runs=${ids.join(',')}`);
    assert.deepEqual(differences.find(({ name }) => name === 'asked.hold').values.map(({ value, runs }) => [value, runs]), [['true', [1, 2, 4]], ['false', [3]]]);
    for (const [lang, sentences] of Object.entries(said)) {
      await page.goto(`${panel.url}?lang=${lang}#/compare?runs=${ids.join(',')}`);
      await page.locator('.warning li').first().waitFor();
      const shown = await page.locator('.warning li').allTextContents();
      for (const sentence of sentences) assert.ok(shown.includes(sentence), `${sentence} in ${shown.join('\n')}`);
      await page.goto(`${panel.url}report?runs=${ids.join(',')}&lang=${lang}`);
      await page.locator('main[aria-busy=false]').waitFor();
      const listed = await page.locator('li').allTextContents();
      for (const sentence of sentences) assert.ok(listed.includes(sentence), `${sentence} in the report`);
    }
    await page.goto(panel.url);
    const strange = await page.evaluate(async () => {
      const { differenceInWords } = await import('/js/pages/differences.js');
      const values = [{ value: 'true', runs: [1, 3, 5, 7, 9] }, { value: 'false', runs: [2] }];
      const names = ['asked.new_field.inner_part', 'environment.cpu_model', 'environment.versions.new', 'server.new_part', 'other'];
      return names.map((name) => differenceInWords({ name, unit: null, values }).join(': '));
    });
    const how = 'yes in 5 runs, no in 2';
    assert.deepEqual(strange, [
      `Setting “new field inner part”: ${how}`, `Environment, cpu model: ${how}`, `Version of new: ${how}`, `Server, new part: ${how}`, `Setting “other”: ${how}`,
    ]);
  });
});
