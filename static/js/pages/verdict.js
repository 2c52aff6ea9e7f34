/** What stopped a run or a search, in the panel's words, and how the limit is raised. */

import { h } from '../core/dom.js';
import { t } from '../core/language.js';

/** @typedef {import('../core/types').Verdict} Verdict */

/** Words that the panel has in English alone, whatever the page's language. @param {string} text */
export const english = (text) => h('span', { lang: 'en' }, text);

/** @param {Verdict} verdict */
const raiseOf = ({ raise }) => (raise === null ? '' : h('p', { class: 'muted' }, t('verdict.raise'), english(`${raise}.`)));

/** A link to the experiment that proved it. @param {Verdict} verdict */
function proofOf({ facts }) {
  const proof = facts.find(({ fact }) => fact === 'proof');
  if (!proof) return '';
  return h('p', {}, h('a', { href: `#/experiments/${proof.experiment}` }, t('experiment.link', Number(proof.experiment))));
}

/** The sentence that says what stopped them stands out of those that show it. @param {Verdict | null} verdict */
export function whatStopped(verdict) {
  if (!verdict) return [];
  const [what, ...facts] = verdict.sentence.split(/(?<=\.) /);
  return [h('p', {}, h('strong', {}, what ?? ''), ` ${facts.join(' ')}`), proofOf(verdict), raiseOf(verdict)];
}
