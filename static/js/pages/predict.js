/** One sentence under the start form: where the run that is filled in would stop, told while it is typed. */

import { get } from '../core/api.js';
import { h, setText } from '../core/dom.js';
import { number, plural } from '../core/format.js';
import { language, t } from '../core/language.js';

const PAUSE_MS = 250; // between the last key and the question

/** The panel's words for the run, and a warning in them is a warning only: any run may be started.
 * @param {import('../core/types').Prediction} predicted @param {number} count */
function words(predicted, count) {
  const { sentence, ceiling, queues } = predicted;
  const stall = queues ? t('predict.queues') : '';
  const said = language === 'en' ? sentence : inOtherWords(predicted, count);
  return { text: `${said}.${stall}`, warn: queues || (ceiling !== null && ceiling < count) };
}

/** The panel tells its sentence in English alone. @param {import('../core/types').Prediction} predicted @param {number} count */
function inOtherWords({ ceiling, limit, value, side, shared, estimate, certain }, count) {
  const who = plural(count, 'client');
  if (ceiling === null || side === null) return t('predict.none', who);
  const bound = `${limit} ${number(value)}`;
  const where = shared ? t('limit.shared', bound) : t('limit.on_side', bound, t(`side.${side}`));
  if (ceiling >= count) return t('predict.within', who, number(ceiling), where);
  if (certain) return t(estimate ? 'predict.stops_about' : 'predict.stops', who, number(ceiling), where);
  return t('predict.at_once',
    who, number(ceiling), where,
  );
}

/** Limits as a form and a query name them. @param {Record<string, unknown> | undefined} limits @returns {[string, unknown][]} */
export const namedLimits = (limits) => Object.entries(limits ?? {}).map(([name, value]) => [`limits.${name}`, value]);

/** Where a run would stop. @param {Record<string, any>} spec as POST /runs takes it
 * @returns {Promise<import('../core/types').Prediction>} */
export async function predictionOf({ limits, label: _, ...spec }) {
  const query = new URLSearchParams([...Object.entries(spec), ...namedLimits(limits)].map(([k, v]) => [k, String(v)]));
  const { predicted } = await get(`/limits?${query}`);
  return predicted[String(spec['mode'])];
}

/**
 * @param {HTMLFormElement} form asked again whenever something in it is typed or chosen
 * @param {() => Record<string, unknown>} read the run as POST /runs takes it; throws for what is not a number
 */
export function createPrediction(form, read) {
  const element = h('p', { class: 'prediction muted', 'aria-live': 'polite', 'aria-atomic': 'true' });
  let timer = 0;
  let latest = 0;

  /** @param {{ text: string, warn: boolean }} told */
  function show({ text, warn }) {
    setText(element, text);
    element.classList.toggle('stops', warn);
  }

  async function ask() {
    const asked = ++latest;
    let told = { text: '', warn: false };
    try {
      const spec = read();
      told = words(await predictionOf(spec), Number(spec.count));
    } catch {
      // A wrong field is reported when the run is requested; there is nothing to predict for it.
    }
    if (asked === latest) show(told);
  }

  function askSoon() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  }

  form.addEventListener('input', askSoon);
  askSoon();
  return element;
}
