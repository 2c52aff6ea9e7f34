/** One sentence under the start form: where the run that is filled in would stop, told while it is typed. */

import { get } from './api.js';
import { h, setText } from './dom.js';

const PAUSE_MS = 250; // between the last key and the question

/** The panel's words for the run, and a warning in them is a warning only: any run may be started.
 * @param {import('./types').Prediction} predicted @param {number} count */
function words({ sentence, ceiling, queues }, count) {
  const stall = queues ? ' More at once than the accept queue holds: some may stall for seconds.' : '';
  return { text: `${sentence}.${stall}`, warn: queues || (ceiling !== null && ceiling < count) };
}

/** Where a run would stop. @param {Record<string, any>} spec as POST /runs takes it
 * @returns {Promise<import('./types').Prediction>} */
export async function predictionOf({ limits = {}, label: _, ...spec }) {
  const named = Object.entries(limits ?? {}).map(([name, value]) => [`limits.${name}`, value]);
  const query = new URLSearchParams([...Object.entries(spec), ...named].map(([k, v]) => [k, String(v)]));
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
      // A field that is wrong is told when the run is asked for; there is nothing to predict for it.
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
