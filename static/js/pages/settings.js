/** How runs were asked for, in words: of one run, or of an experiment, whose runs have these settings in common. */

import { fact, h } from '../core/dom.js';
import { escaped } from '../core/escapes.js';
import { micros, number, serverOf } from '../core/format.js';
import { named, t } from '../core/language.js';
import { p } from './words.js';

/** @typedef {import('../core/types').Run} Run */
/** @typedef {import('../core/types').Experiment} Experiment */

/** What the clients said and expected. @param {Partial<Run>} run */
export function exchangeOf({ exchange = 'time', request = 'crlf2', path, send, expect }) {
  const details = /** @type {[string, string, string | undefined][]} */ ([
    ['http', t('field.path'), path],
    ['custom', t('field.send'), escaped(send ?? '') || t('none')],
    ['custom', t('field.expect'), escaped(expect ?? '') || t('none')],
    ['time', t('field.request'), t(`request.${request}`)],
  ]).filter(([of]) => of === exchange);
  return [
    fact(t('field.exchange'), named(`exchange.${exchange}`, exchange), p('run.exchange_help')),
    ...details.map(([, name, value]) => fact(name, value ?? '', p('run.request_help'))),
  ];
}

/** "Open files 300"; nothing where none was lowered. @param {Run['limits'] | undefined} limits */
export const loweredIn = (limits = {}) =>
  Object.entries(limits).flatMap(([name, value]) => (value ? `${named(`field.limits.${name}`, name)} ${number(value)}` : [])).join(', ');

/** What all runs of an experiment have in common, and where they were carried out.
 * @param {Experiment} experiment @param {Run[]} runs its own */
export function settingsOf({ asked, host }, runs) {
  const spec = /** @type {Partial<Run>} */ (asked);
  const rows = [
    fact(t('env.host'), host?.name ?? '–'),
    ...(host?.fingerprint ? [fact(t('env.host_fingerprint'), host.fingerprint)] : []),
    fact(t('field.target'), serverOf(spec.target, runs)),
    ...exchangeOf(spec),
    ...(spec.hold === undefined ? [] : [fact(t('hold'), t(spec.hold ? 'served.true' : 'served.false'), p('run.hold_help'))]),
    fact(p('run.timeout'), micros((spec.timeout_ms ?? 0) * 1000)),
    ...(spec.rate ? [fact(p('run.rate'), p('run.rate_value', number(spec.rate)), p('run.rate_help'))] : []),
    ...((spec.ranks ?? 1) > 1 ? [fact(t('field.ranks'), number(spec.ranks), t('field_help.ranks'))] : []),
    fact(p('run.lowered'), loweredIn(spec.limits) || t('none')),
  ];
  return h('dl', { class: 'facts plain' }, ...rows);
}
