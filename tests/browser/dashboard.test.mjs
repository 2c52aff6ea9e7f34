/** The dashboard in a real browser against the real panel: what a person does with it. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CLIENT_LINE, RUN_MS, SERVER_LINE, api, asked, figure, launchBrowser, openAnew, over, row, saved, screenshot, start, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

test('thread 500, pool 2000 and process 100: started, watched, found, opened, compared, downloaded', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const ids = [];
    for (const [mode, count] of [['thread', 500], ['pool', 2000], ['process', 100]]) {
      const id = await start(page, mode, count);
      ids.push(id);
      await over(page, id);
      const live = page.getByRole('region', { name: 'Live run' });
      await live.getByRole('link', { name: new RegExp(`^Run ${id}:`) }).waitFor();
      const all = `All ${count.toLocaleString('en-US')} clients`;
      await live.getByText(new RegExp(`^${all} completed in [0-9.,]+ (µs|ms|s)\\.$`)).waitFor();
      await live.getByRole('log', { name: 'Client log' }).getByText(CLIENT_LINE).first().waitFor();
      await live.getByRole('log', { name: 'Server log' }).getByText(SERVER_LINE).first().waitFor();
      await live.locator('.chart canvas').first().waitFor();
    }
    for (const [i, count] of ['500', '2,000', '100'].entries()) {
      const cells = await row(page, ids[i]).locator('td').allTextContents();
      assert.deepEqual([cells[4], cells[5], cells[6], cells[7]], [count, count, '0', 'completed']);
    }
    await screenshot(page, 'home');

    await row(page, ids[0]).getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: `Run ${ids[0]}: Threads × 500` }).waitFor();
    await page.getByText('500 completed + 0 failed + 0 not started, of 500 clients').waitFor();
    await page.getByText('The server accepted 500 connections; the clients made 500.').waitFor();
    await page.getByRole('region', { name: 'Limits of both sides' }).getByText('RLIMIT_NOFILE').first().waitFor();
    const latency = page.getByRole('region', { name: 'Latency' }).locator('table');
    assert.match(await latency.innerText(), /Whole client.*(µs|ms|s)/);
    await page.locator('.chart canvas').nth(2).waitFor();
    await page.getByRole('log', { name: 'Server log' }).getByText(SERVER_LINE).first().waitFor();
    await screenshot(page, 'run');
    assert.match(await saved(page, page.getByRole('link', { name: 'samples.csv' })), /^at_/);

    await page.goto(`${panel.url}#/`);
    const csv = await saved(page, page.getByRole('link', { name: 'Download CSV' }));
    assert.equal(csv.trim().split('\n').length, 1 + ids.length);
    for (const id of ids) await row(page, id).getByRole('checkbox').check();
    await page.getByRole('link', { name: 'Compare 3 runs' }).click();
    await page.getByRole('heading', { level: 1, name: 'Compare runs' }).waitFor();
    await page.locator('.chart canvas').nth(ids.length).waitFor(); // one of each run, and how far all of them are
    assert.equal(await page.getByRole('region', { name: 'The chosen runs' }).locator('tbody tr').count(), 3);
    assert.equal(await page.locator('.chart').last().locator('.u-legend .u-series').count(), 1 + 3);
    for (const caption of ['Clients at the same time', 'Clients per second', 'Duration of a client, p99', 'Completed clients']) {
      await figure(page, caption).locator('summary').click();
      await figure(page, caption).locator('.twin tbody tr').nth(2).waitFor();
    }
    assert.equal(await page.getByText('measured under different conditions').count(), 0);
    await screenshot(page, 'compare');
  });
});

test('the form says where a run would stop while it is typed, and forbids nothing', async () => {
  await withPanel(browser, { expected: /400/ }, async ({ page, panel }) => {
    await page.goto(panel.url);
    const told = page.locator('.start .prediction');
    await told.filter({ hasText: /^500 threads: / }).waitFor();
    assert.equal(await told.getAttribute('aria-live'), 'polite');
    await page.getByRole('button', { name: '4,500 clients' }).click();
    await told.filter({ hasText: /^4,500 threads: / }).waitFor();
    const button = page.getByRole('button', { name: 'Start run' });
    await page.locator('.advanced summary').click();
    const height = () => page.locator('.predicted').evaluate((box) => box.offsetHeight);
    const before = await height();
    await page.getByLabel('Limit: open files').fill('64');
    await page.getByRole('radio', { name: 'At the same time' }).check();
    await page.getByLabel('Clients', { exact: true }).fill('80');
    await told.filter({ hasText: '80 held threads: they stop at 57 because of RLIMIT_NOFILE 64 on the client side.' }).waitFor();
    assert.equal(await height(), before);
    await page.getByLabel('Clients', { exact: true }).fill('0');
    await page.waitForFunction(() => document.querySelector('.prediction')?.textContent === '');
    await page.getByLabel('Clients', { exact: true }).fill('80');
    await page.getByLabel('Timeout (ms)').fill('2000');
    const [answer] = await Promise.all([
      page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/runs')),
      button.click(),
    ]);
    const { id } = await answer.json();
    await over(page, id);
    assert.equal((await api(page, `/runs/${id}`)).totals.completed, 57);
  });
});

test('a wrong field is told at the field, and nothing is started', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const count = page.getByLabel('Clients', { exact: true });
    for (const [typed, problem] of [['', 'Enter a whole number, such as 5,000.'], ['x', 'Enter a whole number, such as 5,000.'],
      ['-3', 'Enter a number from 1 to 10,000,000.'], ['0', 'Enter a number from 1 to 10,000,000.']]) {
      await count.fill(typed);
      await page.getByRole('button', { name: 'Start run' }).click();
      await page.locator('[id="e-count"]').getByText(problem).waitFor();
      assert.equal(await page.locator('.start > .error').textContent(), '');
    }
    assert.equal(await count.getAttribute('aria-invalid'), 'true');
    assert.equal(await count.evaluate((c) => c === document.activeElement), true);
    await page.locator('.advanced summary').click();
    const crowded = await page.evaluate(() =>
      [...document.querySelectorAll('.field')].filter((f) => f.scrollWidth > f.clientWidth).map((f) => f.textContent),
    );
    assert.deepEqual(crowded, []);
    await count.fill('5');
    await page.getByLabel('Limit: open files').fill('1');
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.locator('[id="e-limits.nofile"]').getByText(/^Enter a number from \d+ to [\d,]+\.$/).waitFor();
    assert.equal(await page.locator('[id="e-count"]').textContent(), '');
    assert.deepEqual((await api(page, '/runs')).runs, []);
  });
});

test('a run that meets a limit says which call failed, how often, and where in the code', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const id = await start(page, 'thread', 200, { hold: true, 'limits.nofile': 64, label: 'few files' });
    await over(page, id);
    await page.goto(`${panel.url}#/runs/${id}`);
    const said = page.locator('.sentence');
    await said.getByText(/ failed.* at socket: EMFILE \(Too many open files\)\.$/).waitFor();
    const { totals } = await api(page, `/runs/${id}`);
    assert.equal(totals.completed + totals.failed + totals.not_started, 200);
    const expected = new RegExp(`^${totals.completed} of 200 clients completed; ${totals.failed} failed`);
    assert.match(await said.innerText(), expected);
    await page.locator('.group > summary').first().click();
    await page.locator('.trace > summary').first().click();
    await page.locator('.trace li').first().getByText(/\(\S+\.c:\d+\)/).waitFor();
    await screenshot(page, 'run-failures');
  });
});

test('a long run can be watched after a reload, and cancelled; those behind it wait with their place', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const long = await start(page, 'pool', 5_000_000, { rate: 2000 });
    const next = await start(page, 'thread', 50);
    const live = page.getByRole('region', { name: 'Live run' });
    await live.getByText('1 run is waiting').waitFor();
    await page.reload();
    await live.getByRole('link', { name: `Run ${long}: Thread pool × 5,000,000` }).waitFor();
    await live.getByRole('link', { name: `Run ${next}: Threads × 50` }).waitFor();
    await live.locator('.chart canvas').first().waitFor();
    await live.getByRole('log', { name: 'Client log' }).getByText(CLIENT_LINE).first().waitFor();
    await live.locator('.fact.completed dd').filter({ hasText: /^[1-9]/ }).waitFor();
    await screenshot(page, 'live');
    await page.goto(`${panel.url}#/runs/${long}`);
    await page.locator('.run .fact.completed dd').filter({ hasText: /^[1-9]/ }).waitFor();
    assert.equal(await page.locator('.run .sentence').textContent(), 'Running…'); // no count that stands still
    await page.goBack();
    await page.getByRole('button', { name: 'Cancel run', exact: true }).click();
    await over(page, long);
    assert.equal(await row(page, long).locator('.badge').textContent(), 'cancelled');
    await over(page, next);
    const { totals } = await api(page, `/runs/${long}`);
    assert.equal(totals.completed + totals.failed + totals.not_started, 5_000_000);
  });
});

test('when the panel goes away the page says so, and finds it again by itself', async () => {
  await withPanel(browser, { expected: /ERR_|Failed to load/ }, async ({ page, panel, restart }) => {
    await page.goto(panel.url);
    await page.locator('#server').getByText(/TIME server/).waitFor();
    const lost = page.getByText('Lost the connection to Koneksi. Reconnecting…');
    const seen = lost.waitFor({ state: 'visible', timeout: RUN_MS });
    await restart();
    await seen;
    await lost.waitFor({ state: 'hidden', timeout: RUN_MS });
    await over(page, await start(page, 'thread', 50));
  });
});

test('while the panel is away nothing is said that is not known, and its return clears the errors', async () => {
  await withPanel(browser, { expected: /ERR_|Failed to load/ }, async ({ page, panel }) => {
    await page.goto(panel.url);
    const prediction = page.locator('.prediction');
    await prediction.getByText('500 threads').waitFor();
    const isAway = (route) => route.abort();
    const asked = (url) => !/\.(js|css|svg|html)$|\/$/.test(url.pathname);
    await page.route(asked, isAway);
    await page.goto(`${panel.url}?away#/`); // the stream is asked for again as well
    await page.getByRole('button', { name: 'Start run' }).click();
    const unreachable = page.locator('.start > .error').getByText('Koneksi does not answer.');
    await unreachable.waitFor();
    assert.deepEqual(await page.locator('.headline td:last-child').allTextContents(), ['–', '–', '–', '–']);
    assert.equal(await page.getByText('No run is in progress.').isVisible(), false);
    await page.route('**/experiments.js', isAway);
    await page.getByRole('link', { name: 'Experiments', exact: true }).click();
    await page.getByText('This page can be shown when Koneksi answers again.').waitFor();
    assert.equal(await page.locator('nav [aria-current]').textContent(), 'Experiments');
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('button', { name: 'Start run' }).click();
    await unreachable.waitFor();
    await page.unroute(asked);
    await prediction.getByText('500 threads').waitFor();
    await unreachable.waitFor({ state: 'hidden' });
    await page.getByText('No run is in progress.').waitFor();
    await page.locator('.headline td:last-child').filter({ hasText: /^not yet$/ }).nth(3).waitFor();
    await page.waitForFunction(() => document.querySelector('.error:not(:empty)') === null);
  });
});

for (const [part, hash] of [['home.js', ''], ['history.js', ''], ['history_live.js', ''], ['en_pages.js', '#/history']])
  test(`a screen whose ${part} could not be fetched comes when the panel is back`, async () => {
    await withPanel(browser, { expected: /ERR_|Failed to load/ }, async ({ page, panel, restart }) => {
      await page.route(`**/${part}`, (route) => route.abort(), { times: 1 });
      const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith(part));
      await page.goto(panel.url + hash);
      await failed;
      await page.locator('#server').getByText(/TIME server/).waitFor();
      await restart();
      await page.locator('.history').waitFor();
      await page.goto(panel.url);
      await over(page, await start(page, 'thread', 5));
    });
  });

test('history: filtered, renamed, sorted, and a deletion that is taken back', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const thread = await start(page, 'thread', 5, { label: '=cmd <b>bold</b>' });
    const process = await start(page, 'process', 5);
    await over(page, process);
    assert.equal(await row(page, thread).locator('.label').textContent(), '=cmd <b>bold</b>');
    await page.getByRole('link', { name: 'All runs and experiments' }).click();
    await row(page, thread).waitFor();
    await page.locator('#history-mode').selectOption('process');
    await row(page, thread).waitFor({ state: 'detached' });
    await row(page, process).waitFor();
    await row(page, process).getByRole('button', { name: `Delete run ${process}` }).click();
    await row(page, process).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await row(page, process).waitFor();
    assert.equal((await api(page, '/runs')).runs.length, 2);

    await row(page, process).getByRole('button', { name: `Rename run ${process}` }).click();
    await page.getByLabel(`Label of run ${process}`).fill('a new <name>');
    await page.keyboard.press('Enter');
    await row(page, process).locator('.label').filter({ hasText: /^a new <name>$/ }).waitFor();
    assert.equal((await api(page, `/runs/${process}`)).label, 'a new <name>');
    await row(page, process).getByRole('button', { name: `Rename run ${process}` }).click();
    await page.keyboard.press('Escape');
    await row(page, process).locator('.label').filter({ hasText: /^a new <name>$/ }).waitFor();

    await page.locator('#history-mode').selectOption('');
    await row(page, thread).waitFor();
    const order = () => page.locator('.history tbody tr').evaluateAll((rows) => rows.map((r) => Number(r.dataset.run)));
    assert.deepEqual(await order(), [process, thread]);
    await page.getByRole('button', { name: 'Mode', exact: true }).click();
    await page.locator('th[aria-sort="descending"]', { hasText: 'Mode' }).waitFor();
    await page.waitForFunction((id) => document.querySelector('.history tbody tr')?.dataset.run === String(id), thread);
    await page.getByRole('button', { name: 'Mode', exact: true }).click();
    await page.waitForFunction((id) => document.querySelector('.history tbody tr')?.dataset.run === String(id), process);
    const later = await asked(panel, 'runs', { mode: 'thread', count: 6 });
    await over(page, later);

    await row(page, process).getByRole('button', { name: `Delete run ${process}` }).click();
    await page.locator('.undo').getByText(`Run ${process} is deleted`).waitFor();
    const [gone] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'DELETE'), page.goto(`${panel.url}#/compare`)]);
    assert.equal(gone.status(), 204);
    assert.deepEqual((await api(page, '/runs')).runs.map((r) => r.id), [later, thread]);
  });
});

test('the answer is at the top: predicted for each mode, measured by the whole ceiling that says most', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const ceiling = { kind: 'ceiling', mode: 'event', max: 30 };
    const experiment = await asked(panel, 'experiments', ceiling);
    await asked(panel, 'experiments', { ...ceiling, limits: { nofile: 24 } }); // not what the machine carries
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.goto(panel.url);
    const answer = (mode) => page.locator(`.headline tr[data-mode=${mode}]`);
    await answer('event').getByRole('link', { name: 'at least 30' }).waitFor();
    assert.equal(await answer('event').getByRole('link').getAttribute('href'), `#/experiments/${experiment}`);
    const { predicted } = await api(page, '/limits?hold=true&count=100000&pool_size=100000');
    const usual = Object.keys(predicted).filter((mode) => mode !== 'uring'); // what a survey measures
    for (const mode of usual) {
      await answer(mode).getByText(/^about [\d,]+$/).waitFor();
      await answer(mode).getByText(predicted[mode].limit).waitFor();
    }
    assert.equal(await answer('uring').count(), 0);
    await answer('thread').getByText('not yet').waitFor();
    await page.getByRole('button', { name: 'Survey this machine' }).waitFor();
    await asked(panel, 'experiments', { ...ceiling, mode: 'thread' });
    await answer('thread').getByRole('link', { name: 'at least 30' }).waitFor();
    await asked(panel, 'experiments', { ...ceiling, mode: 'uring' });
    await answer('uring').getByRole('link', { name: /at least 30|^0$/ }).waitFor(); // 0: where io_uring is refused
    await asked(panel, 'experiments', { kind: 'survey', max: 20 });
    for (const mode of usual) await answer(mode).getByRole('link', { name: mode === 'event' || mode === 'thread' ? 'at least 30' : 'at least 20' }).waitFor();
  });
});

test('a survey is asked for once it is known what it uses up', async () => {
  await withPanel(browser, { expected: /404/ }, async ({ page, panel }) => {
    await page.route('**/experiments/plan', (route) => {
      const { kind, max } = route.request().postDataJSON();
      assert.equal(kind, 'survey');
      return route.fulfill({ json: { runs: max ?? 42, seconds_estimated: 250, uses_up: [{ limit: 'kernel.pid_max' }, { limit: 'RLIMIT_NOFILE' }] } });
    });
    let wanted = 0;
    await page.route('**/experiments', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      wanted++;
      assert.deepEqual(route.request().postDataJSON(), wanted === 1 ? { kind: 'survey' } : { kind: 'survey', max: 900 });
      await route.fulfill({ status: 201, json: { id: 77 } });
    });
    const verdict = { kind: 'limit', name: 'kernel.pid_max', side: 'client', value: 32768, facts: [{ fact: 'shared' }] };
    const found = { state: 'measured', ceiling: 16110, fails_at: 16111, low: 16110, high: 16114, stable: false, verdict };
    const modes = [{ ...found, mode: 'thread' }, { ...found, mode: 'pool', state: 'unfinished' }];
    const earlier = { id: 5, kind: 'survey', status: 'completed', asked: {}, result: { modes } };
    await page.route('**/experiments?limit=*', (route) => route.fulfill({ json: { experiments: [earlier], next: null } }));
    const questions = [];
    page.on('request', (request) => /limits\?hold=true|experiments\?limit/.test(request.url()) && questions.push(request.url()));
    const isFollowed = page.waitForResponse((response) => response.url().endsWith('/events'));
    const isAnswered = page.waitForResponse((response) => /limits\?hold=true/.test(response.url()));
    await page.route('**/events', (route) => isAnswered.then(() => route.continue()));
    await page.goto(panel.url);
    await isFollowed;
    await page.locator('.headline').getByText(/^about/).first().waitFor();
    const thread = page.locator('.headline tr[data-mode=thread] td').last();
    await thread.filter({ hasText: '16,110 to 16,114 kernel.pid_max, shared by both sides' }).waitFor();
    await page.locator('.headline tr[data-mode=pool]').getByText('not yet').waitFor();
    await page.waitForTimeout(500); // a second question would come as soon as the stream is there
    assert.equal(questions.length, 2, questions.join(' '));
    const survey = page.getByRole('button', { name: 'Survey this machine' });
    await survey.click();
    await page.getByRole('dialog').getByText(/, in about 42 runs, which may take about 4 minutes\. For seconds at a time it uses up kernel\.pid_max, RLIMIT_NOFILE;/).waitFor();
    await page.getByRole('button', { name: 'Not now' }).click();
    assert.equal(wanted, 0);
    await survey.click();
    await page.getByRole('button', { name: 'Start the survey' }).click();
    await page.waitForURL(/#\/experiments\/77$/);
    await page.goto(panel.url);
    await survey.click();
    const most = page.getByLabel('Try up to');
    await most.pressSequentially('300');
    await page.getByRole('dialog').getByText(/in about 300 runs/).waitFor(); // while it is typed
    await most.fill('10,000,001');
    await page.getByRole('button', { name: 'Start the survey' }).click();
    await page.locator('#e-survey-max').getByText('Enter a number from 1 to 10,000,000.').waitFor();
    await most.fill('900');
    await most.press('Enter'); // presses no button
    await page.getByRole('dialog').getByText(/in about 900 runs/).waitFor();
    assert.equal(wanted, 1);
    await screenshot(page, 'survey-question');
    await page.getByRole('button', { name: 'Start the survey' }).click();
    await page.waitForURL(/#\/experiments\/77$/);
    assert.equal(wanted, 2);
  });
});

test('start and result are in view, on a small screen and on a phone, and the result is there after a reload', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const inView = (what) =>
      what.evaluate((e) => e.checkVisibility() && e.getBoundingClientRect().top >= 0 && e.getBoundingClientRect().bottom <= innerHeight);
    const button = page.getByRole('button', { name: 'Start run' });
    const verdict = page.locator('.live .stopped strong');
    const address = `${panel.url}#/?mode=thread&count=100&hold=true&limits.nofile=64&timeout_ms=2000`;
    for (const [width, height, said] of [[1366, 768, 'of 100 clients completed'], [360, 800, 'of 101 clients completed']]) {
      await page.setViewportSize({ width, height });
      await openAnew(page, address);
      if (width === 360) await page.locator('.start #f-count').fill('101');
      assert.equal(await inView(button), true, `the button at ${width}`);
      await button.click();
      await page.locator('.live .sentence').filter({ hasText: said }).waitFor();
      await verdict.filter({ hasText: 'RLIMIT_NOFILE (64) on the client side stopped the clients.' }).waitFor();
      await page.locator('.live .stopped').getByText('To raise it: give limits.nofile').waitFor();
      for (const what of [button, page.locator('.live .sentence'), verdict]) assert.equal(await inView(what), true, `${what} at ${width}`);
      await screenshot(page, `result-${width}`);
      await openAnew(page, panel.url);
      await page.getByRole('heading', { name: 'Last run' }).waitFor();
      await verdict.filter({ hasText: 'RLIMIT_NOFILE (64)' }).waitFor();
      assert.equal(await inView(button), true, `the button at ${width}, after a reload`);
      assert.equal(await inView(page.locator('.live .sentence')), true, `the result at ${width}, after a reload`);
    }
    await page.goto(`${panel.url}?lang=id#/`);
    await verdict.filter({ hasText: 'RLIMIT_NOFILE (64) di sisi klien menghentikan klien.' }).waitFor();
  });
});

test('clients are served as they come or at the same time, and a pool is then as large as its clients', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    assert.equal(await page.getByRole('radio', { name: 'One after another as they come' }).isChecked(), true);
    const held = await start(page, 'pool', 60, { hold: true });
    await over(page, held);
    const told = page.locator('.start .prediction');
    await told.filter({ hasText: /60 held clients of the pool/ }).waitFor();
    assert.doesNotMatch(await told.innerText(), /pool_size/); // which is no limit of the machine
    const { hold, pool_size, totals } = await api(page, `/runs/${held}`);
    assert.deepEqual([hold, pool_size, totals.completed], [true, 60, 60]);
    await page.locator('.start .modes').getByText('Each client keeps its connection').waitFor();
    await page.getByRole('radio', { name: 'One after another as they come' }).check();
    const other = await start(page, 'pool', 60);
    await over(page, other);
    assert.equal((await api(page, `/runs/${other}`)).hold, false);
  });
});

test('the form keeps what is filled in while other screens are shown, and has a run that is to be run again', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const run = await asked(panel, 'runs', { mode: 'event', count: 1234, hold: true, label: 'twice' });
    await page.goto(panel.url);
    const count = page.getByLabel('Clients', { exact: true });
    await count.fill('4321');
    await page.getByRole('link', { name: 'Experiments', exact: true }).click();
    await page.getByLabel('Try up to').fill('777');
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await count.waitFor();
    assert.equal(await count.inputValue(), '4,321');
    await page.getByRole('link', { name: 'Experiments', exact: true }).click();
    await page.getByLabel('Try up to').waitFor();
    assert.equal(await page.getByLabel('Try up to').inputValue(), '777');
    await page.goto(`${panel.url}#/runs/${run}`);
    await page.getByRole('link', { name: 'Run again' }).click();
    await count.waitFor();
    assert.equal(new URL(page.url()).hash, '#/?mode=event&count=1234&hold=true&label=twice');
    assert.equal(await count.inputValue(), '1,234');
    assert.equal(await page.getByRole('radio', { name: 'At the same time' }).isChecked(), true);
    assert.equal((await api(page, '/runs')).runs.length, 1);
  });
});

test('the keyboard is at the button again when the question before a survey was closed', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const survey = page.getByRole('button', { name: 'Survey this machine' });
    await survey.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await survey.evaluate((button) => button === document.activeElement), true);
  });
});

test('a small trial does not take the place of a larger ceiling at a glance', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await asked(panel, 'experiments', { kind: 'ceiling', mode: 'thread', max: 60 });
    await asked(panel, 'experiments', { kind: 'ceiling', mode: 'thread', max: 20 });
    await page.goto(panel.url);
    await page.locator('.headline tr[data-mode=thread]').getByText('at least 60').waitFor();
    assert.equal(await page.locator('.headline').getByText('at least 20').count(), 0);
  });
});
