/** The conclusion: what this environment carries, and why the published experiment found other numbers. A sentence claims
 * only what the runs of the report show. */

import { MODES, USUAL_MODES } from '../core/contract.js';
import { h } from '../core/dom.js';
import { modeName, number, plural, stoppedBy } from '../core/format.js';
import { locale, t } from '../core/language.js';
import { isSearch } from '../pages/experiment_words.js';
import { loweredIn } from '../pages/settings.js';
import { isMeasured, maximaOf, placeInReport } from './maxima.js';
import { r } from './words.js';

/** @typedef {import('./collect.js').Data} Data */
/** @typedef {import('./collect.js').OfMode} OfMode */
/** @typedef {import('./maxima.js').Maximum} Maximum */
/** @typedef {import('../core/types').Mode} Mode */
/** @typedef {import('../core/types').Run} Run */

/** What was published: so many were completed. @type {Partial<Record<Mode, number>>} */
const PUBLISHED = { thread: 4500, pool: 500_000, process: 2044 };

const list = new Intl.ListFormat(locale, { type: 'conjunction' });

/** @param {Data} data */
export function conclusion(data) {
  const maxima = maximaOf(data).filter((one) => isMeasured(one) && one.experiment?.kind !== 'proof');
  const shown = MODES.filter((mode) => USUAL_MODES.includes(mode) || data.modes.some((of) => of.mode === mode));
  const compared = shown.map((mode) =>
    h('li', {}, h('strong', {}, `${modeName(mode)}. `), besidePublished(mode, data, maxima).join(' ')),
  );
  return [...carriedBy(maxima, data).map((said) => h('p', {}, said)), h('p', { class: 'leads' }, r('end.compared')), h('ul', {}, ...compared)];
}

/** What was measured against another server or on another host is told by itself. @param {Maximum[]} maxima @param {Data} data */
function carriedBy(maxima, { experiments }) {
  if (!maxima.length) return [r(experiments.some((one) => isSearch(one) || one.kind === 'survey') ? 'end.unfinished' : 'end.none')];
  return [...new Set(maxima.map(({ place }) => place))].map((place) => carried(maxima.filter((one) => one.place === place), place).join(' '));
}

/** @param {Maximum[]} maxima of one place @param {string} place */
function carried(maxima, place) {
  const each = maxima.map(({ mode, found, limits }) => {
    const clients = plural(found?.ceiling ?? 0, 'client');
    return underLimits(r(`end.as.${mode}`, found?.fails_at === null ? t('headline.at_least', clients) : clients), limits);
  });
  const stoppers = new Set(maxima.map(({ verdict }) => (verdict ? stoppedBy(verdict) : '')));
  const [only = ''] = stoppers;
  return [place ? r('end.carried_at', place, list.format(each)) : r('end.carried', list.format(each)), ...(stoppers.size === 1 && only && maxima.length > 1 ? [r('end.same', only)] : [])];
}

/** What was found with lowered limits is no answer about the machine. @param {string} clients @param {Maximum['limits']} limits */
function underLimits(clients, limits) {
  const lowered = loweredIn(limits).replace(/(^|, )\p{Lu}/gu, (start) => start.toLowerCase()); // amid a sentence
  return lowered ? r('end.lowered', clients, lowered) : clients;
}

/** @param {string} clients @param {string} place */
const at = (clients, place) => (place ? r('end.at_place', clients, place) : clients);

/** @param {Mode} mode @param {Data} data @param {Maximum[]} maxima */
function besidePublished(mode, data, maxima) {
  const of = data.modes.find((one) => one.mode === mode);
  const most = maxima.filter((one) => one.mode === mode);
  return [r(`end.${mode}`), ...(of ? measured(mode, of, data) : [r('end.missing')]), ...most.flatMap(atOnce)];
}

/** @param {Mode} mode @param {OfMode} of @param {Data} data */
function measured(mode, { inTurn, largest }, data) {
  const published = PUBLISHED[mode];
  if (published === undefined) return [];
  const best = mode === 'pool' ? inTurn : largest;
  if (!best) return [r('end.no_load')];
  const place = placeInReport(best, data);
  const clients = at(plural(best.count, 'client'), place);
  const less = r('end.less', clients, best.id);
  if (mode === 'pool') return [...inTurnWords(best, clients), ...(best.count < published ? [less] : [])];
  if (best.count < published) return [less];
  const said = [r(best.count === published ? 'end.equal' : 'end.more', clients, best.id)];
  if (mode === 'thread' && best.server) said.push(r('end.queue', plural(best.server.backlog, 'connection')));
  if (mode === 'process') said.push(r('end.own_table'));
  return said;
}

/** @param {Run} run @param {string} clients */
function inTurnWords({ id, clients_per_s, pool_size, peaks }, clients) {
  const threads = plural(Math.max(peaks.client_threads, 0) || (pool_size ?? 0), 'thread');
  return [r('end.in_turn', clients, id, number(clients_per_s), threads, plural(peaks.client_connections, 'connection'))];
}

/** @param {Maximum} one */
function atOnce({ found, verdict, predicted, limits, place }) {
  if (!found) return [];
  const clients = at(underLimits(plural(found.ceiling, 'client'), limits), place);
  if (found.fails_at === null) return [r('end.at_least', clients)];
  const said = verdict?.name ? r('end.at_once', clients, stoppedBy(verdict)) : r('end.at_once_unknown', clients);
  return predicted !== null && predicted > found.high ? [said, r('end.short_of', number(predicted))] : [said];
}
