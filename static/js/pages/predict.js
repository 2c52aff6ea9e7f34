/** One sentence under the start form: where the run that is filled in would stop, told while it is typed. */

import { get } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { limitName, number, plural } from '../core/format.js';
import { language, named, t } from '../core/language.js';

/** @typedef {import('../core/types').Prediction & { unavailable?: { name: string } }} Predicted */

const PAUSE_MS = 250; // between the last key and the question

/** The panel's words for the run, and a warning in them is a warning only: any run may be started.
 * @param {Predicted} predicted @param {number} count */
function words(predicted, count) {
  if (predicted.unavailable) return { text: t('predict.unavailable', named(`uring.${predicted.unavailable.name}`, predicted.unavailable.name)), warn: true };
  const { sentence, ceiling, queues } = predicted;
  const stall = queues ? t('predict.queues') : '';
  const said = language === 'en' ? sentence : inOtherWords(predicted, count);
  return { text: `${said}.${stall}`, warn: queues || (ceiling !== null && ceiling < count) };
}

/** The panel tells its sentence in English alone. @param {import('../core/types').Prediction} predicted @param {number} count */
function inOtherWords({ ceiling, limit, value, side, shared, estimate, certain }, count) {
  const who = plural(count, 'client');
  if (ceiling === null || side === null) return t('predict.none', who);
  const where = limitName({ name: limit, value, side, shared });
  if (ceiling >= count) return t('predict.within', who, number(ceiling), where);
  if (certain) return t(estimate ? 'predict.stops_about' : 'predict.stops', who, number(ceiling), where);
  return t('predict.at_once',
    who, number(ceiling), where,
  );
}

/** Limits as a form and a query name them. @param {Record<string, unknown> | undefined} limits @returns {[string, unknown][]} */
export const namedLimits = (limits) => Object.entries(limits ?? {}).map(([name, value]) => [`limits.${name}`, value]);

/** Where a run would stop. @param {Record<string, any>} spec as POST /runs takes it
 * @param {Iterable<[string, string]>} assumed values of limits, by their parameters
 * @returns {Promise<Predicted>} `unavailable` where no run of its mode can work */
export async function predictionOf({ limits, label: _, ...spec }, assumed = []) {
  const pairs = [...Object.entries(spec), ...namedLimits(limits), ...assumed];
  const query = new URLSearchParams(pairs.map(([k, v]) => [k, String(v)]));
  const { predicted, unavailable } = await get(`/limits?${query}`);
  const mode = String(spec['mode']);
  return { ...predicted[mode], unavailable: unavailable[mode] };
}

/**
 * @param {HTMLFormElement} form asked again whenever something in it is typed or chosen
 * @param {() => Record<string, unknown>} read the run as POST /runs takes it; throws for what is not a number
 */
export function createPrediction(form, read) {
  const said = h('p', { class: 'prediction muted', 'aria-live': 'polite', 'aria-atomic': 'true' });
  const more = h('details', { class: 'ladder', ontoggle: openLadder }, h('summary', {}, t('ladder.title')));
  /** @type {ReturnType<typeof import('./ladder.js').createLadder> | null} */
  let ladder = null;
  let timer = 0;
  let latest = 0;

  /** @param {{ text: string, warn: boolean }} told */
  function show({ text, warn }) {
    setText(said, text);
    said.classList.toggle('stops', warn);
  }

  async function ask() {
    const asked = ++latest;
    let told = { text: '', warn: false };
    try {
      const spec = read();
      const count = Number(spec['count']);
      const predicted = await predictionOf(spec, ladder?.assumed);
      told = words(predicted, count);
      if (asked === latest) ladder?.show(predicted, count);
    } catch {
      // A wrong field is reported when the run is requested; there is nothing to predict for it.
    }
    if (asked === latest) show(told);
  }

  function askSoon() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  }

  async function openLadder() {
    if (ladder || !more.open) return;
    const { createLadder } = await import('./ladder.js');
    ladder = createLadder(askSoon);
    more.append(ladder.element);
    ask();
  }

  form.addEventListener('input', askSoon);
  askSoon();
  return { element: h('div', { class: 'predicted' }, said, more), ask: askSoon };
}
