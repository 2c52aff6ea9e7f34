/** The limit that stopped a run or a search: what shows it, how certain that is, and how it is raised. */

import { h } from '../core/dom.js';
import { number } from '../core/format.js';
import { t } from '../core/language.js';

/** @typedef {import('../core/types').BindingLimit} BindingLimit */

const CERTAINTY = {
  proved: t('Proved'),
  likely: t('Likely'),
  unknown: t('Not known'),
  'proved by experiment': t('Proved by experiment'),
};

/** The panel's own words are English, whatever the page's language. @param {string} text */
export const english = (text) => h('span', { lang: 'en' }, text);

/** @param {BindingLimit} limit */
export const evidenceOf = (limit) => [`${CERTAINTY[limit.certainty]}: `, english(`${limit.evidence}.`)];

/** @param {BindingLimit} limit */
export const raiseOf = ({ raise }) => (raise === null ? '' : h('p', { class: 'muted' }, t('To raise it: '), english(`${raise}.`)));

/** What a proof found. @param {NonNullable<BindingLimit['proof']>} proof */
function proved({ experiment, lowered_to, expected, ceiling }) {
  const link = h('a', { href: `#/experiments/${experiment}` }, t('experiment {0}', experiment));
  const found = [number(lowered_to), number(expected), number(ceiling)];
  return h('p', {}, t('By '), link, t(': with the limit at {0}, {1} clients were expected and {2} found.', ...found));
}

/** @param {BindingLimit | null} limit */
export function whatStopped(limit) {
  if (!limit) return [];
  const { name, value, side, reached } = limit;
  const what =
    name === null || side === null
      ? t('Which limit stopped them is not known.')
      : t('{0} {1} on the {2} side stopped them, with {3} reached.', name, number(value), t(side), number(reached));
  return [
    h('p', {}, h('strong', {}, what), ' ', ...evidenceOf(limit)),
    limit.proof ? proved(limit.proof) : '',
    raiseOf(limit),
  ];
}
