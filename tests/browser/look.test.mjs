/** How the screens look: the charts of a run, contrast, room on each screen, and the size of the first load. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { SERVER_LINE, api, asked, launchBrowser, openAnew, over, row, screenshot, start, withPanel } from './panel.mjs';

const FIRST_LOAD_MOST = 60_000; // bytes, compressed, without charts
const WITH_CHARTS_MOST = 200_000; // with charts and the answers of the API

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

test('a run that is over between two samples shows its peaks and its pace', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const id = await start(page, 'thread', 20);
    await over(page, id);
    const run = await api(page, `/runs/${id}`);
    const at = (at_ms, threads, completed) => ({
      at_ms,
      client: { threads, processes: 0, connections: threads, fds: 0, rss_bytes: 0, cpu_ms: completed },
      server: { threads: 1, connections: 0, accepted: completed, fds: 0, rss_bytes: 0, cpu_ms: 0, queue: 0 },
      totals: { started: completed, connected: completed, completed, failed: 0, not_started: 0 },
    });
    await page.route(`**/runs/${id}/samples`, (route) =>
      route.fulfill({ json: { samples: [at(0, 0, 0), at(10, 0, 15), at(20, 0, 20)] } }),
    );
    await page.route(`**/runs/${id}`, (route) =>
      route.fulfill({ json: { ...run, peaks: { ...run.peaks, client_threads: 17, server_threads: 9 } } }),
    );
    await page.goto(`${panel.url}#/runs/${id}`);
    const chart = (name) => page.locator('figure').filter({ hasText: name });
    await chart('Threads of both sides').getByText('dotted: the peak').waitFor();
    await chart('Clients per second').getByText('1,000 /s').waitFor();
    await chart('Clients per second').getByText('20 ms').first().waitFor();
    await screenshot(page, 'run-short');
    const facts = (connections) =>
      page.evaluate(
        async (shown) => {
          const { paceFacts } = await import('/js/pages/progress.js');
          const { createSeries } = await import('/js/charts/samples.js');
          return paceFacts(shown, createSeries()).textContent;
        },
        { ...run, peaks: { ...run.peaks, server_connections: 0 }, server_process: { peaks: { connections } } },
      );
    assert.match(await facts(null), /server side–/); // nobody counted them
    assert.match(await facts(0), /server side0/);
  });
});

test('the pace is told over a tenth of a second, at first since the start, without the samples that the client side was late for', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const rates = await page.evaluate(async () => {
      const { createSeries } = await import('/js/charts/samples.js');
      const sample = (at_ms, completed, accepted = completed) => ({
        at_ms,
        client: { cpu_ms: completed },
        server: { accepted },
        totals: { connected: completed, completed },
      });
      // 10 clients each 10 ms, in bursts of two samples; then every 100 ms, once with a late client side
      const early = Array.from({ length: 21 }, (_, i) => sample(10 * i, 20 * Math.floor(i / 2)));
      const late = [sample(300, 300), sample(400, 300, 400), sample(450, 450), sample(550, 550), sample(650, 550)];
      const whole = createSeries([...early, ...late]).rates();
      return createSeries(late).rates()[0] === null ? whole : 'a pace of before the first sample';
    });
    assert.deepEqual(rates.slice(0, 5), [0, 0, 1000, 20000 / 30, 1000], 'nothing had completed at first');
    for (const pace of rates.slice(10, 22)) assert.ok(pace >= 800 && pace <= 1200, `${rates}`);
    assert.deepEqual(rates.slice(-5), [1000, null, 1000, 1000, 0]);
  });
});

const scrollsSideways = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

test('an address that no screen has says so, in both languages', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    for (const [lang, title, start] of [['en', 'No such page', 'To the start page'], ['id', 'Halaman tidak ada', 'Ke halaman awal']])
      for (const hash of ['#/nosuch', '#/runs/abc', '#/compare?runs=a,b', '#nosuch']) {
        await page.goto(`${panel.url}?lang=${lang}${hash}`);
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
        await page.getByRole('alert').getByText(hash).waitFor();
        assert.equal(await page.title(), `${title} – Koneksi`);
        await page.getByRole('link', { name: start }).click();
        await page.locator('.start').waitFor();
      }
    for (const hash of ['', '#', '#/', '#/?mode=event&count=7']) {
      await openAnew(page, `${panel.url}${hash}`);
      await page.locator('.start').waitFor();
    }
  });
});

test('no screen scrolls sideways and no text is faint, from a phone to a 4K screen, light and dark', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    const failing = await start(page, 'thread', 100, { hold: true, 'limits.nofile': 64 });
    const fine = await start(page, 'process', 50);
    await over(page, failing);
    await over(page, fine);
    const screens = { home: '', run: `runs/${failing}`, compare: `compare?runs=${failing},${fine}` };
    for (const [size, width, height] of [['phone', 360, 740], ['desktop', 1440, 900], ['4k', 3840, 2160]])
      for (const colorScheme of ['light', 'dark']) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        for (const [name, hash] of Object.entries(screens)) {
          await openAnew(page, `${panel.url}#/${hash}`);
          if (name !== 'home') await page.locator('.chart canvas').first().waitFor();
          else await row(page, fine).waitFor();
          if (name === 'run') await page.locator('.group').first().waitFor();
          assert.equal(await scrollsSideways(page), false, `${name} at ${width} px`);
          assert.deepEqual(await faint(page), [], `${name}, ${colorScheme}`);
          await screenshot(page, `${size}-${colorScheme}-${name}`);
        }
      }
  });
});

/** Texts whose contrast to what is behind them is below WCAG AA's 4.5 to 1. */
const faint = (page) =>
  page.evaluate(() => {
    const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) =>
      [r, g, b]
        .map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (element) => {
      for (let e = element; e; e = e.parentElement) {
        const color = parse(getComputedStyle(e).backgroundColor);
        if (color.length === 3 || color[3] > 0) return color;
      }
      return [255, 255, 255];
    };
    const own = (e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    return [...document.querySelectorAll('body *')]
      .filter((e) => own(e) && e.checkVisibility() && !e.matches(':disabled, noscript'))
      .map((e) => {
        const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
        return { text: e.textContent.slice(0, 40), contrast: (a + 0.05) / (b + 0.05) };
      })
      .filter(({ contrast }) => contrast < 4.5);
  });

/** What a page is sent, compressed as it is, but the live stream; `total` waits for what is under way. */
function countBytes(page, isCounted = () => true) {
  const sizes = [];
  page.on('requestfinished', (request) => {
    if (!request.url().endsWith('/events') && isCounted(request)) sizes.push(request.sizes());
  });
  return { total: async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size.responseBodySize, 0) };
}

/** The page itself, neither charts nor answers of the API. */
const isOfPage = (request) => request.resourceType() !== 'fetch' && !/\/js\/charts\/|\/vendor\//.test(request.url());

test('the first load is small in each language, also with charts, and every control has a name', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await asked(panel, 'runs', { mode: 'thread', count: 50 });
    await page.goto(panel.url);
    await over(page, id);
    const load = async (address, shown, isCounted) => {
      const fresh = await browser.newContext();
      const other = await fresh.newPage();
      const counted = countBytes(other, isCounted);
      await other.goto(panel.url + address);
      await shown(other).waitFor();
      await other.locator('#server').getByText(/TIME/).waitFor();
      await other.getByText(SERVER_LINE).first().waitFor();
      const bytes = await counted.total();
      await fresh.close();
      return bytes;
    };
    for (const language of ['en', 'id']) {
      const bytes = await load(`?lang=${language}`, (other) => other.locator(`.history a[href="#/runs/${id}"]`).first(), isOfPage);
      assert.ok(bytes > 30_000 && bytes < FIRST_LOAD_MOST, `${language}: ${bytes} bytes`);
    }
    const withCharts = await load(`#/runs/${id}`, (other) => other.locator('.chart canvas').nth(2), undefined);
    assert.ok(withCharts > 50_000 && withCharts < WITH_CHARTS_MOST, `${withCharts} bytes with charts`);
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('input, select, button, a')]
        .filter((c) => !c.closest('[hidden]') && !c.labels?.length)
        .filter((c) => !c.getAttribute('aria-label') && !c.textContent.trim())
        .map((c) => c.outerHTML),
    );
    assert.deepEqual(nameless, []);
  });
});

test('charts: what stopped a run that is over, each as a table too, and while it goes on connections and descriptors', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    // At this rate the bound is held for some tenths of a second, so that there are samples of it.
    const failed = await asked(panel, 'runs', { mode: 'thread', count: 200, hold: true, rate: 400, limits: { nofile: 100 }, timeout_ms: 2000 });
    await page.addInitScript(() => {
      window.labels = [];
      const write = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        window.labels.push(text);
        return write.call(this, text, ...rest);
      };
    });
    const written = (pattern) => page.waitForFunction((p) => window.labels?.some((text) => new RegExp(p).test(text)), pattern.source);
    await page.goto(`${panel.url}#/runs/${failed}`);
    await written(/^RLIMIT_NOFILE 100: \d+ reached$/);
    await written(/^RLIMIT_NOFILE 100 on the client side$/);
    const figure = page.locator('figure').filter({ hasText: 'Open descriptors' });
    await figure.locator('summary').click();
    await figure.locator('.twin th[scope=col]').first().waitFor();
    assert.deepEqual(await figure.locator('.twin th[scope=col]').allTextContents(), ['Time', 'Client side', 'Server side']);
    const { samples } = await api(page, `/runs/${failed}/samples`);
    assert.equal(await figure.locator('.twin tbody tr').count(), samples.length);
    assert.equal(await figure.locator('.twin tbody tr').last().locator('td').first().textContent(), `${samples.at(-1).client.fds} `);

    await page.goto(`${panel.url}#/`);
    await page.locator('.live').getByText('Connections and descriptors').click(); // of the last run: it stays open
    await start(page, 'event', 900, { rate: 300 });
    const live = page.getByRole('region', { name: 'Live run' });
    await live.getByRole('button', { name: 'Cancel run' }).waitFor();
    await live.locator('.more-charts[open] canvas').nth(1).waitFor();
    await screenshot(page, 'live-more-charts');
  });
});

test('the theme is light, dark or that of the system, is kept, and is there before anything is painted', async () => {
  await withPanel(browser, { expected: /ERR_FAILED/ }, async ({ page, panel }) => {
    await asked(panel, 'runs', { mode: 'thread', count: 200, rate: 1000 });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const LIGHT = 'rgb(244, 246, 249)';
    const DARK = 'rgb(16, 20, 27)';
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.addInitScript(() => {
      window.colors = new Set();
      const write = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (...text) {
        window.colors.add(this.fillStyle);
        return write.apply(this, text);
      };
    });
    await page.goto(panel.url);
    const theme = page.getByLabel('Theme');
    assert.equal(await theme.inputValue(), 'system');
    assert.equal(await ground(), DARK);
    const painted = (color) => page.waitForFunction((c) => window.colors?.has(c), color);
    await painted('#9da9bb'); // the numbers of a chart's axes
    await theme.selectOption('light');
    assert.equal(await ground(), LIGHT);
    await painted('#556072');
    const first = page.waitForRequest(/main\.js/);
    await page.route('**/main.js', (route) => route.abort(), { times: 1 });
    await page.reload();
    await first;
    assert.equal(await ground(), LIGHT); // although no module has run
    await page.reload();
    assert.equal(await theme.inputValue(), 'light');
    await theme.selectOption('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    assert.equal(await ground(), DARK);
    await page.goto(`${panel.url}report?runs=1`);
    await page.locator('main[aria-busy=false]').waitFor();
    assert.equal(await ground(), 'rgb(255, 255, 255)'); // paper is white
    await page.goto(panel.url);
    await theme.selectOption('system');
    assert.equal(await ground(), LIGHT);
  });
});
