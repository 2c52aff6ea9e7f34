/** The charts of every page: zoom in step, full size, where the label of a limit stands, colours. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { asked, figure, findings, launchBrowser, openAnew, until, withPanel } from './panel.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** From now on the page keeps what each canvas had written on it when it was last drawn: `drawnTexts()`. */
const keepTexts = (page) =>
  page.addInitScript(() => {
    const texts = new Map();
    const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      texts.set(this.canvas, []);
      return clearRect.apply(this, box);
    };
    CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
      texts.get(this.canvas)?.push(text);
      return fillText.call(this, text, ...place);
    };
    window.drawnTexts = () => [...document.querySelectorAll('canvas')].map((canvas) => texts.get(canvas) ?? []);
  });

/** The ends of the time axes of all charts, in seconds. */
const axisEnds = (page) =>
  page.evaluate(() => window.drawnTexts().map((texts) =>
    Math.max(...texts.flatMap((text) => /^([\d.,]+) (ms|s)$/.exec(text)?.slice(1, 3).join(' ') ?? []).map((text) => parseFloat(text) * (text.endsWith('ms') ? 0.001 : 1)))));

test('on a phone the text of every figure can be read, also where it is enlarged', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await asked(panel, 'experiments', { kind: 'survey', modes: ['thread', 'event'], max: 120 });
    await asked(panel, 'experiments', { kind: 'ceiling', mode: 'event', max: 300, limits: { nofile: 100 } });
    await page.setViewportSize({ width: 360, height: 800 });
    const least = (place) =>
      page.locator(`${place} svg[role=img] text`).evaluateAll((all) =>
        Math.min(...all.filter((e) => !e.hasAttribute('transform')).map((e) => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)));
    for (const screen of ['#/experiments/1', '#/experiments/2', '#/runs/1', 'report?experiments=1,2']) {
      await openAnew(page, panel.url + screen);
      await page.locator('figure svg[role=img] text').first().waitFor();
      assert.ok((await least('figure')) >= 11, `${screen}: ${await least('figure')} px`);
      if (screen.startsWith('report')) continue; // paper does not enlarge
      await page.locator('figure:has(svg[role=img]) > .enlarge').first().click();
      await page.locator('dialog svg[role=img] text').first().waitFor();
      assert.ok((await least('dialog')) >= 11, `${screen} enlarged: ${await least('dialog')} px`);
      await page.keyboard.press('Escape');
    }
  });
});

test('zoom: a drag on one chart zooms all, a button resets it; keys do the same', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await keepTexts(page);
    const ids = [await asked(panel, 'runs', { mode: 'thread', count: 600, rate: 400 }), await asked(panel, 'runs', { mode: 'event', count: 300, rate: 400 })];
    for (const [screen, count] of [[`#/compare?runs=${ids}`, 3], [`#/runs/${ids[0]}`, 4]]) {
      await page.goto(panel.url + screen);
      const charts = page.locator('.chart');
      await charts.locator('canvas').nth(count - 1).waitFor();
      await page.waitForFunction(() => window.drawnTexts().every((texts) => texts.some((text) => /^\d.* m?s$/.test(text))));
      const before = await axisEnds(page);
      const over = charts.first().locator('.u-over');
      await over.scrollIntoViewIfNeeded();
      const { x, y, width, height } = await over.boundingBox();
      await page.mouse.move(x + width * 0.1, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.3, y + height / 2, { steps: 4 });
      await page.mouse.up();
      const reset = page.getByRole('button', { name: 'Reset zoom' });
      await reset.waitFor();
      await page.getByRole('status').filter({ hasText: /^Shown: [\d.,]+ m?s to [\d.,]+ m?s$/ }).waitFor();
      const all = Math.max(...before);
      await until(() => axisEnds(page), (ends) => ends.every((end) => end > 0.1 * all && end < 0.4 * all));
      assert.equal(await page.getByRole('dialog').count(), 0); // a drag is no click
      await reset.click();
      await reset.waitFor({ state: 'hidden' });
      await until(() => axisEnds(page), (ends) => ends.join() === before.join());
      await charts.first().focus();
      await page.keyboard.press('+');
      await page.keyboard.press('ArrowLeft');
      await reset.waitFor();
      await page.keyboard.press('0');
      await reset.waitFor({ state: 'hidden' });
    }
  });
});

test('full size: by a key or a click, closed by Escape, and the keyboard is where it was', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    const id = await asked(panel, 'runs', { mode: 'thread', count: 200 });
    await page.goto(`${panel.url}#/runs/${id}`);
    const chart = page.locator('.chart').first();
    await chart.locator('canvas').waitFor();
    const tall = () => chart.locator('canvas').evaluate((canvas) => canvas.clientHeight);
    const small = await tall();
    const dialog = page.getByRole('dialog', { name: 'Threads of both sides' });
    const opened = async () => {
      await dialog.waitFor();
      await page.waitForFunction((h) => document.querySelector('dialog canvas').clientHeight > 1.5 * h, small);
      await page.keyboard.press('Escape');
      await page.waitForFunction((h) => !document.querySelector('dialog') && document.querySelector('.chart canvas').clientHeight === h, small);
    };
    await chart.focus();
    await page.keyboard.press('Enter');
    await opened();
    assert.equal(await chart.evaluate((c) => c === document.activeElement), true);
    await chart.locator('.u-over').click();
    await opened();
    const spread = figure(page, 'Percentiles');
    const button = spread.getByRole('button', { name: 'Full size: Percentiles' });
    await button.focus();
    await page.keyboard.press('Enter');
    const large = page.getByRole('dialog', { name: 'Percentiles' });
    await large.locator('svg[role=img]').waitFor();
    assert.deepEqual(await findings(page), []);
    assert.equal(await large.getByRole('button', { name: 'Close' }).evaluate((b) => b === document.activeElement), true);
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('dialog'));
    assert.equal(await button.evaluate((b) => b === document.activeElement), true);
    await spread.locator('> svg').click();
    await large.getByRole('button', { name: 'Close' }).click();
    await large.waitFor({ state: 'detached' });
  });
});

test('the label of a limit is where no line passes', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.locator('#server').getByText(/TIME server/).waitFor();
    const places = await page.evaluate(async () => {
      const { createChart } = await import('/js/charts/chart.js');
      const { createZoom } = await import('/js/charts/zoom.js');
      const chart = createChart({ caption: 'x', explanation: '', lines: [{ label: 'x', color: '--line-0' }], unit: '', zoom: createZoom() });
      document.body.append(chart.element);
      const where = () =>
        new Promise((resolve) => {
          const write = CanvasRenderingContext2D.prototype.fillText;
          CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
            if (text === 'the limit') resolve((x + this.measureText(text).width / 2) / this.canvas.width);
            return write.call(this, text, x, y);
          };
        });
      const times = Array.from({ length: 101 }, (_, i) => i / 10);
      chart.setBound({ value: 100, label: 'the limit' });
      const found = [];
      for (const values of [times.map((s) => 10 * s), times.map((s) => (s > 7 ? 96 + (10 * s) % 8 : 20)), times.map((s) => (s < 4 ? 96 + (10 * s) % 8 : 20))]) {
        const place = where();
        chart.draw([times, values]);
        found.push(await place);
      }
      return found;
    });
    const [rising, late, early] = places;
    assert.ok(rising > 0.6, `above a line that comes from below: ${rising}`);
    assert.ok(late < 0.6, `clear of what is at the right: ${late}`);
    assert.ok(early > 0.6, `clear of what is at the left: ${early}`);
  });
});

test('the name of a level covers no mark that is on the level', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    await page.goto(panel.url);
    await page.locator('#server').getByText(/TIME server/).waitFor();
    const covered = await page.evaluate(async () => {
      const { lines } = await import('/js/charts/figures.js');
      const axis = { text: 'x', format: String, fit: true };
      const points = [[1, 193], [2, 194], [3, 193], [4, 194], [5, 193], [6, 194]];
      const levels = [{ value: 193, label: 'perkiraan: 193', color: '--edge' }, { value: 193, label: 'jumlah maksimum: 193', color: '--text' }];
      const drawn = lines('x', 'x', { x: axis, y: axis }, [{ label: 'x', color: '--line-0', mark: 'circle', bare: true, points }], { levels });
      document.body.append(drawn);
      const boxes = (what) => [...drawn.querySelectorAll(what)].map((e) => e.getBoundingClientRect());
      const marks = boxes('figure > svg path.mark');
      const grounds = boxes('figure > svg rect');
      if (marks.length !== 6 || grounds.length !== 2) return [`${marks.length} marks, ${grounds.length} names`];
      const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
      return marks.filter((mark) => grounds.some((ground) => meet(mark, ground))).map((mark) => `${mark.x} ${mark.y}`);
    });
    assert.deepEqual(covered, []);
  });
});

/** What people without one kind of cone see of a colour, in linear light (Machado, Oliveira and Fernandes 2009, severity 1). */
const VISION = {
  all: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};
const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
const seen = (m, [r, g, b]) => [0, 3, 6].map((i) => Math.min(1, Math.max(0, m[i] * r + m[i + 1] * g + m[i + 2] * b)));

/** How different two colours look: the distance in OKLab, where black and white are 100 apart. */
function distance(one, other) {
  const lab = ([r, g, b]) => {
    const [l, m, s] = [
      0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
      0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
      0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
    ].map(Math.cbrt);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  };
  const [a, b] = [lab(one), lab(other)];
  return 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

const TOLD_APART = 9;
const SEEN_ON_GROUND = 3; // WCAG 1.4.11

test('each colour of the charts is told apart from every other, with any kind of colour vision', async () => {
  await withPanel(browser, {}, async ({ page, panel }) => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.goto(panel.url);
      const [ground, ...colors] = await page.evaluate(() => {
        const probe = document.body.appendChild(document.createElement('i'));
        return ['--card', ...[0, 1, 2, 3, 4, 5].map((i) => `--line-${i}`)].map((name) => {
          probe.style.color = `var(${name})`;
          return getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
        });
      });
      const light = (color) => color.map(linear).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0) + 0.05;
      for (const [i, one] of colors.entries()) {
        const [dark, bright] = [light(one), light(ground)].sort((a, b) => a - b);
        assert.ok(bright / dark >= SEEN_ON_GROUND, `--line-${i} on the ground, ${colorScheme}: ${bright / dark}`);
        for (const [j, other] of colors.entries())
          for (const [vision, matrix] of i < j ? Object.entries(VISION) : []) {
            const apart = distance(seen(matrix, one.map(linear)), seen(matrix, other.map(linear)));
            assert.ok(apart >= TOLD_APART, `--line-${i} and --line-${j}, ${vision}, ${colorScheme}: ${apart.toFixed(1)}`);
          }
      }
    }
  });
});
