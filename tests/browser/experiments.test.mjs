/** Experiments in the dashboard, against the real program with real runs. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';

import { asked, launchBrowser, screenshot, until, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const over = (page) => page.locator('h1 + span .badge').filter({ hasText: /completed|cancelled|failed/ }).waitFor();
const sentence = (page) => page.locator('.sentence').innerText();

test('a ceiling from the start form: found, explained, listed, and put to the proof', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.locator('.advanced summary').click();
    await page.getByLabel('Limit: open files').fill('128');
    await page.getByRole('button', { name: 'Find my ceiling' }).click();
    await page.getByRole('heading', { level: 1, name: 'Experiment 1: Ceiling: threads' }).waitFor();
    await over(page);
    const said = await sentence(page);
    const found = /^Threads: (\d+) clients at the same time all complete; with (\d+) some fail: RLIMIT_NOFILE 128 on the client side\.$/.exec(said);
    assert.ok(found, said);
    assert.equal(Number(found[2]), Number(found[1]) + 1);
    await page.getByText(/socket failed with EMFILE for client \d+\./).waitFor();
    await page.getByText('To raise it: give limits.nofile').waitFor();
    await page.locator('tr[data-run]').nth(5).waitFor();
    assert.equal(await page.locator('.fact', { hasText: 'Predicted' }).locator('dd').innerText(), found[1]);
    await screenshot(page, 'experiment-ceiling');

    await page.getByRole('navigation').getByRole('link', { name: 'Experiments' }).click();
    await page.locator('tr[data-experiment="1"]').getByText(said).waitFor();
    await screenshot(page, 'experiments');

    await page.goto(`${panel.url}#/experiments/1`);
    await page.locator('tr[data-run]').filter({ hasText: 'RLIMIT_NOFILE' }).first().getByRole('link').click();
    const prove = page.getByRole('button', { name: 'Prove it' });
    await page.getByRole('link', { name: 'Run again' }).waitFor();
    assert.equal(await prove.isVisible(), false); // the error is proof enough
    const atRun = /\/runs\/\d+\?lang/;
    await page.route(atRun, async (route) => {
      const run = await (await route.fetch()).json();
      await route.fulfill({ json: { ...run, verdict: { ...run.verdict, certainty: 'likely' } } });
    });
    await page.reload();
    await prove.click();
    await page.unroute(atRun);
    await page.getByRole('heading', { level: 1, name: /^Experiment 2: Proof for run \d+$/ }).waitFor();
    await over(page);
    assert.match(await sentence(page), /^Proved: with RLIMIT_NOFILE at 96 the ceiling was \d+, as expected\.$/);
    await page.goBack();
    await page.getByText(/Proved by experiment 2: with the limit lowered to 96, \d+ clients were expected, and the ceiling was \d+\./).waitFor();
    await page.getByRole('link', { name: 'experiment 2' }).first().waitFor();
    const run = Number(/\d+$/.exec(page.url())?.[0]);
    const other = await (await fetch(`${panel.url}runs`, { method: 'POST', body: new URLSearchParams({ mode: 'thread', count: '9' }) })).json();
    await until(`${panel.url}runs/${other.id}`, ({ status }) => status === 'completed');
    await page.goto(`${panel.url}#/compare?runs=${run},${other.id}`);
    await page.locator('.warning').getByText('RLIMIT_NOFILE on the client side').waitFor();
    const ceilings = page.locator('figure', { hasText: 'Ceilings' });
    assert.equal(await ceilings.count(), 0); // of experiments that were not chosen
    await page.goto(`${panel.url}#/compare`);
    assert.match(await ceilings.innerText(), /Threads, experiment 1/);
    await page.goBack();
    await page.goBack();
    await page.getByRole('link', { name: 'Run again' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Prove it' }).isVisible(), false);
    await screenshot(page, 'run-proved');
  });
});

test('a proof is offered only where the limit can be lowered', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.route(/\/runs\/\d+\?lang/, async (route) => {
      const run = await (await route.fetch()).json();
      await route.fulfill({ json: { ...run, verdict: { ...run.verdict, certainty: 'likely' } } });
    });
    for (const nofile of [20, 16]) {
      const id = await asked(panel, 'runs', { mode: 'thread', count: 60, hold: true, timeout_ms: 2000, limits: { nofile } });
      await page.goto(`${panel.url}#/runs/${id}`);
      await page.locator('.stopped').getByText('RLIMIT_NOFILE').first().waitFor();
      await page.getByRole('link', { name: 'Run again' }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Prove it' }).isVisible(), nofile === 20, `${nofile} open files`);
    }
  });
});

test('a search in which no client ever completed says so, and why, in both languages', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const unused = createServer();
    await new Promise((resolve) => unused.listen(0, '127.0.0.1', resolve));
    const { port } = unused.address();
    await new Promise((resolve) => unused.close(resolve));
    await asked(panel, 'experiments', { kind: 'ceiling', mode: 'thread', max: 20, target: `127.0.0.1:${port}` });
    await asked(panel, 'experiments', { kind: 'ceiling', mode: 'thread', max: 20, stack_kib: 65536, limits: { as_mib: 32 } });
    const said = {
      en: [/^Threads: with 20 clients not all complete, and fewer were not tried: nobody listens\.$/, /^Threads: not even one client completed/, 'nobody listens'],
      id: [/^Thread: dengan 20 klien tidak semuanya selesai, dan jumlah yang lebih kecil tidak dicoba: tidak ada yang mendengarkan\.$/, /^Thread: tidak satu klien pun selesai/, 'tidak ada yang mendengarkan'],
    };
    for (const [lang, [nobody, none, why]] of Object.entries(said)) {
      await page.goto(`${panel.url}?lang=${lang}#/experiments/1`);
      await page.locator('.sentence').filter({ hasText: nobody }).waitFor();
      await page.locator('tr[data-run] td').last().getByText(why, { exact: true }).waitFor();
      await page.goto(`${panel.url}?lang=${lang}#/experiments/2`);
      await page.locator('.sentence').filter({ hasText: none }).waitFor();
    }
  });
});

test('a search for which the load generator could not start says so, in both languages', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const said = {
      en: ['not even for one client', 'Threads: with 20 clients the load generator itself cannot start, and fewer were not tried: pids.max 9 on the client side.',
        'Threads: 7 clients all complete; with 8 the load generator itself cannot start; what keeps it from that is not known.'],
      id: ['bahkan untuk satu klien', 'Thread: dengan 20 klien pembangkit beban sendiri tidak dapat mulai, dan jumlah yang lebih kecil tidak dicoba: pids.max 9 di sisi klien.',
        'Thread: 7 klien semuanya selesai; dengan 8 klien pembangkit beban sendiri tidak dapat mulai; apa yang menghalanginya tidak diketahui.'],
    };
    for (const [lang, [one, first, some]] of Object.entries(said)) {
      await page.goto(`${panel.url}?lang=${lang}`);
      const found = await page.evaluate(async () => {
        const { foundIn } = await import('/js/pages/experiment_words.js');
        const facts = [{ fact: 'start failed' }];
        const limit = { kind: 'limit', name: 'pids.max', value: 9, side: 'client', facts };
        const unknown = { kind: 'unknown', name: null, value: null, side: 'client', facts };
        return [[0, 1, limit], [0, 20, limit], [7, 8, unknown]].map(([ceiling, fails_at, verdict]) =>
          foundIn({ kind: 'ceiling', asked: {}, progress: {}, result: { sentence: 'said by the panel', mode: 'thread', ceiling, fails_at, verdict } }));
      });
      assert.ok(found[0].includes(`${one}: pids.max 9`), found[0]);
      assert.deepEqual(found.slice(1), [first, some]);
    }
  });
});

test('a search whose runs disagreed, or whose server was lost, is told as the API tells it, in both languages', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const said = {
      en: ['Threads: 16,110 to 16,114 clients at the same time complete; the machine was shared, and the runs did not agree: kernel.pid_max 32,768 on the client side.',
        'Threads: 80 clients at the same time complete; the server served nobody after run 9, so the search ended there.',
        'Threads: 80 to 90 clients at the same time complete: kernel.pid_max 32,768 on the client side; the server served nobody after run 9, so the search ended there.'],
      id: ['Thread: 16.110 sampai 16.114 klien secara bersamaan selesai; mesin dipakai bersama program lain, dan hasil pengujian tidak sama: kernel.pid_max 32.768 di sisi klien.',
        'Thread: 80 klien secara bersamaan selesai; setelah pengujian 9 server tidak melayani siapa pun, sehingga pencarian berakhir di situ.',
        'Thread: 80 sampai 90 klien secara bersamaan selesai: kernel.pid_max 32.768 di sisi klien; setelah pengujian 9 server tidak melayani siapa pun, sehingga pencarian berakhir di situ.'],
    };
    for (const [lang, sentences] of Object.entries(said)) {
      await page.goto(`${panel.url}?lang=${lang}`);
      const found = await page.evaluate(async () => {
        const { foundIn } = await import('/js/pages/experiment_words.js');
        const verdict = { kind: 'limit', name: 'kernel.pid_max', value: 32768, side: 'client', facts: [] };
        const results = [
          { ceiling: 16110, low: 16110, high: 16114, fails_at: 16111, served_until: null, verdict },
          { ceiling: 80, low: 80, high: 80, fails_at: null, served_until: 9, verdict: null },
          { ceiling: 80, low: 80, high: 90, fails_at: 81, served_until: 9, verdict },
        ];
        return results.map((result) =>
          foundIn({ kind: 'ceiling', asked: { hold: true }, progress: {}, result: { sentence: 'said by the panel', mode: 'thread', ...result } }));
      });
      assert.deepEqual(found, sentences);
    }
  });
});

test('the navigation names the screen that is shown, and none for an address that no screen has', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const current = () => page.locator('nav a[aria-current]').allInnerTexts();
    for (const [address, heading, links] of [
      ['#/compare', 'Compare', ['Compare']], ['#/compare/x', 'No such page', []], ['#/', 'Runs', ['Runs']], ['#/runs/x', 'No such page', []],
      ['#/history', 'History', ['History']], ['#/experiments', 'Experiments', ['Experiments']], ['#/experimentsx', 'No such page', []],
    ]) {
      await page.goto(`${panel.url}${address}`);
      await page.waitForFunction(([text]) => document.title.startsWith(text), [heading]);
      assert.deepEqual(await current(), links, address);
    }
  });
});

test('what stops clients is called in Indonesian as in the tables, and in English as by the API', async () => {
  const rows = await Promise.all(['loadgen/verdict/reasons.def', 'loadgen/contract/exchanges.def', 'loadgen/limits/limits.def'].map(async (file) => {
    const text = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
    return [...text.matchAll(/^(?:REASON\(\w+, \w+, |EXCHANGE_ANSWERED\(\w+, \w+, |LIMIT.* NAMED\()"([^"]+)", "([^"]+)"/gm)].map(([, ...both]) => both);
  }));
  assert.deepEqual(rows.map(({ length }) => length > 1), [true, true, true]);
  const [reasons, servers, limits] = rows;
  const words = [...reasons, ...servers.map(([english, indonesian]) => [`not ${english}`, `bukan ${indonesian}`]), ...limits, ['RLIMIT_NOFILE', 'RLIMIT_NOFILE']];
  await withPanel(browser, {}, async ({ page, panel }) => {
    for (const [column, language] of ['en', 'id'].entries()) {
      await page.goto(`${panel.url}?lang=${language}`);
      const shown = await page.evaluate(async (names) => names.map((await import('/js/core/format.js')).reasonName), words.map(([name]) => name));
      assert.deepEqual(shown, words.map((both) => both[column]));
    }
  });
});

test('a row that is the same stays the one that is clicked, while the list goes on', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const body = { kind: 'sweep', modes: ['pool'], counts: [5, 60], rate: 100, repeats: 3 };
    await (await fetch(`${panel.url}experiments`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
    await page.goto(`${panel.url}#/experiments/1`);
    const rows = page.locator('tr[data-run]');
    await rows.filter({ hasText: 'completed' }).first().waitFor();
    await page.evaluate(() => (document.querySelector('tr[data-run]').isOld = true));
    await over(page);
    await page.waitForFunction(() => [...document.querySelectorAll('tr[data-run] .badge')].filter((b) => b.textContent === 'completed').length === 6);
    assert.equal(await rows.first().evaluate((row) => row.isOld), true);
  });
});

test('a sweep by its form: what is wrong is told at the field, then a table, live', async () => {
  await withPanel(browser, { expected: /400/ }, async ({ page, panel }) => {
    await page.goto(`${panel.url}#/experiments`);
    const counts = page.getByLabel('Counts');
    await counts.fill('');
    await page.getByRole('button', { name: 'Start the sweep' }).click();
    await page.locator('[id="e-sweep-counts"]').filter({ hasText: 'counts' }).waitFor();
    assert.equal(await counts.getAttribute('aria-invalid'), 'true');
    await counts.fill('20, 40');
    const form = page.locator('form', { hasText: 'Start the sweep' });
    await form.getByLabel('Repeats').fill('2');
    await form.getByLabel('Thread pool').uncheck();
    await page.getByRole('button', { name: 'Start the sweep' }).click();
    await page.getByRole('heading', { level: 1, name: 'Experiment 1: Sweep: 2 modes × 2 counts' }).waitFor();
    await over(page);
    assert.equal(await sentence(page), '4 of 4 loads completed without a failure.');
    const rows = page.getByRole('region', { name: 'Results by mode and count' }).locator('tbody tr');
    assert.equal(await rows.count(), 4);
    const cells = await rows.first().locator('th, td').allTextContents();
    assert.deepEqual(cells.slice(0, 5), ['Threads', '20', '2', '40', '0']);
    await page.locator('tr[data-run]').nth(7).waitFor();
    await screenshot(page, 'experiment-sweep');
    await page.getByRole('link', { name: 'Compare its runs' }).click();
    await page.getByRole('heading', { level: 1, name: 'Compare the runs of experiment 1' }).waitFor();
    await page.getByRole('region', { name: 'The chosen runs' }).locator('tbody tr').nth(7).waitFor();
    await screenshot(page, 'compare-experiment');
  });
});

test('an experiment that takes long says how far it is, survives a reload, and can be cancelled', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const body = { kind: 'sweep', modes: ['pool'], counts: [60, 600], rate: 200, repeats: 3 };
    const { id } = await (
      await fetch(`${panel.url}experiments`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    ).json();
    await page.goto(`${panel.url}#/experiments/${id}`);
    await page.getByText(/^1 of 6 runs done, about [0-9.,]+ (ms|s) left$/).waitFor();
    await page.reload();
    await page.getByText(/^\d of 6 runs done, about [0-9.,]+ (ms|s) left$/).waitFor();
    await page.getByRole('button', { name: 'Cancel experiment' }).click();
    await over(page);
    assert.equal(await page.getByRole('button', { name: 'Cancel experiment' }).isVisible(), false);
    await page.locator('tr[data-run] .badge').filter({ hasText: 'cancelled' }).waitFor();
  });
});

test('the classic experiment stands beside what was published', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(`${panel.url}#/experiments`);
    await page.getByRole('button', { name: 'Start the classic experiment' }).click();
    await page.getByRole('heading', { level: 1, name: 'Experiment 1: The classic experiment' }).waitFor();
    await page.getByRole('region', { name: 'Results by mode and count' }).getByText('stops at 2,044 with Too many open files').waitFor();
    await page.getByRole('button', { name: 'Cancel experiment' }).click();
    await over(page);
  });
});

test('the address of the form carries its fields', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.getByLabel('Processes', { exact: false }).first().check();
    await page.getByLabel('Clients', { exact: true }).fill('70');
    await page.locator('.advanced summary').click();
    await page.getByRole('radio', { name: 'At the same time' }).check();
    await page.getByLabel('Limit: open files').fill('99');
    const address = await page.evaluate(() => location.href);
    assert.equal(new URL(address).hash, '#/?mode=process&count=70&hold=true&limits.nofile=99');
    const other = await page.context().newPage();
    await other.goto(address);
    assert.equal(await other.getByLabel('Clients', { exact: true }).inputValue(), '70');
    assert.equal(await other.getByRole('radio', { name: 'At the same time' }).isChecked(), true);
    await other.getByRole('button', { name: 'Start run' }).click();
    await other.getByRole('link', { name: 'Run 1: Processes × 70' }).waitFor();
    const run = await (await fetch(`${panel.url}runs/1`)).json();
    assert.deepEqual([run.mode, run.count, run.hold, run.limits.nofile], ['process', 70, true, 99]);
  });
});

test('a survey: of each mode what was predicted, measured and what stopped it, on its page and in its report', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await asked(panel, 'experiments', { kind: 'survey', max: 90, modes: ['thread', 'event', 'process'], limits: { nofile: 70 } });
    await page.goto(`${panel.url}#/experiments/1`);
    await page.getByRole('heading', { level: 1, name: 'Experiment 1: Survey: 3 modes' }).waitFor();
    await page.getByText(/^At the same time: Threads 63, Event loops \d+, Processes at least 90\.$/).waitFor();
    const cells = await page.locator('tr[data-mode="thread"] :is(th, td)').allInnerTexts();
    assert.deepEqual(cells.slice(0, 5), ['Threads', '63', '63', 'at least 50', 'RLIMIT_NOFILE 70 on the client side']);
    await page.locator('tr[data-mode="process"]').getByText('nothing, up to 90').waitFor();
    await page.getByRole('region', { name: 'The classic experiment' }).getByRole('row').nth(1).waitFor();
    await screenshot(page, 'experiment-survey');
    await page.goto(`${panel.url}report?experiment=1`);
    await page.locator('tr[data-mode="event"]').getByText('RLIMIT_NOFILE 70 on the client side').waitFor();
    assert.equal(await page.getByText('Event loops: RLIMIT_NOFILE (70) on the client side stopped the clients.').count(), 1);
  });
});

/** Cancels an experiment when so many of its runs are over and the next is under way. */
async function cancelledAfter(panel, body, done) {
  const headers = { 'Content-Type': 'application/json' };
  const { id } = await (await fetch(`${panel.url}experiments`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  const url = `${panel.url}experiments/${id}`;
  const { runs } = await until(url, (now) => now.progress.done >= done && now.runs.length > done);
  await until(`${panel.url}runs/${runs[done]}`, ({ status }) => status === 'running');
  await fetch(`${url}/cancel`, { method: 'POST' });
  await until(url, ({ status }) => status === 'cancelled');
  await until(`${panel.url}runs/${runs[done]}`, ({ status }) => status !== 'running');
  return id;
}

test('a run that was cancelled is in no figure and no maximum of its sweep, which says how far it came', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await cancelledAfter(panel, { kind: 'sweep', modes: ['thread', 'event'], counts: [20, 40], repeats: 2, rate: 15 }, 4);
    for (const [lang, said, bar, words] of [
      ['en', 'Cancelled after 4 of 8 runs. 4 of 4 loads completed without a failure.', '4 of 8 runs done', { table: 'Clients per second', inTurn: 'at least 40' }],
      ['id', 'Dibatalkan setelah 4 dari 8 pengujian. 4 dari 4 beban selesai tanpa kegagalan.', '4 dari 8 pengujian sudah selesai', { table: 'Klien per detik', inTurn: 'paling sedikit 40' }],
    ]) {
      await page.goto(`${panel.url}?lang=${lang}#/experiments/${id}`);
      await page.locator('tr[data-run]').nth(4).waitFor();
      assert.equal(await sentence(page), said);
      await page.getByText(bar, { exact: true }).waitFor();
      assert.equal(await page.locator('[role=progressbar]').getAttribute('aria-valuenow'), '50');
      await page.locator('figure', { hasText: words.table }).first().waitFor();
      assert.equal(await page.locator('figure', { hasText: lang === 'en' ? 'Of all clients that were asked for' : 'Dari semua klien yang diminta' }).count(), 0); // all completed
      await screenshot(page, `experiment-cancelled-${lang}`);
      await page.goto(`${panel.url}report?experiments=${id}&lang=${lang}`);
      await page.locator('main[aria-busy="false"]').waitFor();
      const cells = await page.locator('tr[data-mode] td:nth-child(4)').allTextContents();
      assert.deepEqual(cells, [words.inTurn, words.inTurn]);
    }
  });
});

test('a search that was cancelled says how far it came, and not that it goes on or has ended', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const body = { kind: 'ceiling', mode: 'thread', max: 60, rate: 20 }; // so that a run is under way long enough to be cancelled
    const early = await cancelledAfter(panel, body, 0);
    const later = await cancelledAfter(panel, body, 1);
    for (const [lang, first, second, most, end] of [
      ['en', 'Cancelled before the first run ended.', 'Cancelled after 1 run; the largest count that completed: 60.', 'at least 60', 'No search for a maximum'],
      ['id', 'Dibatalkan sebelum pengujian pertama berakhir.', 'Dibatalkan setelah 1 pengujian; jumlah klien terbesar yang selesai: 60.', 'paling sedikit 60', 'tidak ada pencarian jumlah maksimum'],
    ]) {
      const facts = () => page.locator('section', { has: page.locator('.sentence') }).locator('.fact dd').allInnerTexts();
      await page.goto(`${panel.url}?lang=${lang}#/experiments/${early}`);
      await page.getByText(first, { exact: true }).waitFor();
      for (const name of lang === 'en' ? ['Ceiling', 'Fails at'] : ['Jumlah maksimum', 'Mulai gagal pada']) assert.equal(await page.locator('.fact', { hasText: name }).first().locator('dd').innerText(), '–');
      await page.goto(`${panel.url}?lang=${lang}#/experiments/${later}`);
      await page.getByText(second, { exact: true }).waitFor();
      assert.ok((await facts()).includes(most));
      await page.goto(`${panel.url}?lang=${lang}#/experiments`);
      await page.locator(`tr[data-experiment="${early}"]`).getByText(first).waitFor();
      await page.goto(`${panel.url}report?experiments=${later}&lang=${lang}`);
      await page.getByText(end).waitFor();
    }
  });
});

test('an experiment whose runs were deleted by age says so', async () => {
  await withPanel(browser, { panel: ['--keep-runs', '1'] }, async ({ page, panel }) => {
    await asked(panel, 'experiments', { kind: 'ceiling', mode: 'event', max: 2 });
    await asked(panel, 'runs', { mode: 'event', count: 1 });
    await until(`${panel.url}experiments/1`, ({ runs }) => runs.length === 0);
    for (const [lang, said] of [['en', 'Its runs were deleted (--keep-runs), and its result with them.'], ['id', 'Pengujiannya sudah dihapus (--keep-runs), begitu pula hasilnya.']]) {
      await page.goto(`${panel.url}?lang=${lang}#/experiments/1`);
      await page.getByText(said, { exact: true }).waitFor();
      await page.goto(`${panel.url}?lang=${lang}#/experiments`);
      await page.locator('tr[data-experiment="1"]').getByText(said).waitFor();
    }
  });
});
