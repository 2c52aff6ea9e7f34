/** What stopped a run or a search, in the panel's words, and how the limit is raised. */

import { h } from '../core/dom.js';
import { bytes, inBytes, withUnit } from '../core/format.js';
import { t } from '../core/language.js';

/** @typedef {import('../core/types').Verdict} Verdict */

/** Words that the panel has in English alone, whatever the page's language. @param {...(Node | string)} text */
export const english = (...text) => h('span', { lang: 'en' }, ...text);

/** @param {Verdict} verdict */
function raiseOf({ raise, needed, unit }) {
  if (raise === null) return '';
  const amount = (/** @type {number} */ n) => (inBytes(unit ?? '') ? bytes(n) : withUnit(n, unit ?? ''));
  const enough = needed === null ? '' : ` ${t('verdict.needed', amount(needed))}`;
  return h('p', { class: 'muted' }, t('verdict.raise'), `${raise}.`, enough);
}

/** A link to the experiment that proved it. @param {Verdict} verdict */
function proofOf({ facts }) {
  const proof = facts.find(({ fact }) => fact === 'proof');
  if (!proof) return '';
  return h('p', {}, h('a', { href: `#/experiments/${proof.experiment}` }, t('experiment.number', Number(proof.experiment))));
}

/** Where a server of a known program usually has its own cap: a hint, no evidence.
 *  @param {Verdict} verdict @param {import('../core/types').Run['server_process']} server */
function hintOf({ name }, server) {
  if (name !== "server's own cap" || !server?.cap_setting) return '';
  return h('p', { class: 'muted' }, t('verdict.cap_hint', server.program ?? '', server.cap_setting));
}

/** The sentence that says what stopped them stands out of those that show it.
 *  @param {Verdict | null} verdict @param {import('../core/types').Run['server_process']} [server] */
export function whatStopped(verdict, server = null) {
  if (!verdict) return [];
  const [what, ...facts] = verdict.sentence.split(/(?<=\.) /);
  const sentence = h('p', {}, h('strong', {}, what ?? ''), ` ${facts.join(' ')}`);
  return [sentence, proofOf(verdict), raiseOf(verdict), hintOf(verdict, server)];
}
