/** The limit that stopped a run or a search: what shows it, how certain that is, and how it is raised. */

import { h } from '../core/dom.js';
import { number } from '../core/format.js';
import { t } from '../core/language.js';

/** @typedef {import('../core/types').BindingLimit} BindingLimit */

/** The panel's own words are English, whatever the page's language. @param {string} text */
export const english = (text) => h('span', { lang: 'en' }, text);

/** @param {BindingLimit} limit */
export const evidenceOf = (limit) => [`${t(`certainty.${limit.certainty}`)}: `, english(`${limit.evidence}.`)];

/** @param {BindingLimit} limit */
export const raiseOf = ({ raise }) => (raise === null ? '' : h('p', { class: 'muted' }, t('verdict.raise'), english(`${raise}.`)));

/** What a proof found. @param {NonNullable<BindingLimit['proof']>} proof */
function proved({ experiment, lowered_to, expected, ceiling }) {
  const link = h('a', { href: `#/experiments/${experiment}` }, t('experiment.link', experiment));
  const found = [number(lowered_to), number(expected), number(ceiling)];
  return h('p', {}, t('proof.by'), link, t('proof.found', ...found));
}

/** @param {BindingLimit | null} limit */
export function whatStopped(limit) {
  if (!limit) return [];
  const { name, value, side, reached } = limit;
  const what =
    name === null || side === null
      ? t('verdict.unknown')
      : t('verdict.limit', name, number(value), t(`side.${side}`), number(reached));
  return [
    h('p', {}, h('strong', {}, what), ' ', ...evidenceOf(limit)),
    limit.proof ? proved(limit.proof) : '',
    raiseOf(limit),
  ];
}
