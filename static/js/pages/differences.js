/** What compared runs differ in beside what was measured, in plain words:
 * "Served (hold): at the same time in 4 and 5, one after another in 6". */

import { escaped } from '../core/escapes.js';
import { bytes, inBytes, limitName, micros, number } from '../core/format.js';
import { named, t } from '../core/language.js';
import { p } from './words.js';

/** @typedef {import('../core/types').Comparison['differences'][number]} Difference */

/** Beyond this many parts a list of runs is only counted. */
const PARTS_MOST = 4;

/** A name that has no words, as words: max_clients.per_host is "max clients per host". @param {string} member */
const spelled = (member) => member.replaceAll(/[_.]+/g, ' ').trim();

/** @param {string} text */
const shown = (text) => escaped(text) || t('none');

/** Members whose words are not those of a field. @type {Record<string, { name: string, value?: (text: string) => string }>} */
const MEMBERS = {
  'asked.hold': { name: p('differ.hold'), value: (text) => t(text === 'true' ? 'history.held' : 'history.in_turn') },
  'asked.timeout_ms': { name: p('run.timeout'), value: (text) => micros(Number(text) * 1000) },
  'asked.stack_kib': { name: p('run.stack'), value: (text) => bytes(Number(text) * 1024) },
  'asked.rate': { name: p('run.rate'), value: (text) => (text === '0' ? p('run.rate_most') : p('run.rate_value', number(Number(text)))) },
  'asked.sources': { name: t('field.sources'), value: (text) => (text === '0' ? p('run.sources_needed') : number(Number(text))) },
  'asked.target': { name: t('field.target'), value: (text) => (text === 'builtin' ? t('start.builtin') : text) },
  'asked.send': { name: t('field.send'), value: shown },
  'asked.expect': { name: t('field.expect'), value: shown },
  'asked.request': { name: t('field.request'), value: (text) => named(`request.${text}`, text) },
  'asked.exchange': { name: t('field.exchange'), value: (text) => named(`exchange.${text}`, text) },
  'host.name': { name: t('env.host') },
  'host.fingerprint': { name: t('env.host_fingerprint') },
  'server.model': { name: t('server.model'), value: (text) => named(`model.${text}`, text) },
  'server.backlog': { name: t('server.backlog') },
};

/** The name in words of what differs; the panel names it limits.client RLIMIT_NOFILE, asked.hold, environment.kernel.
 * @param {string} name */
function nameOf(name) {
  const [, side, limit] = /^limits\.(\w+) (.+)$/.exec(name) ?? [];
  if (side && limit) return limitName({ name: limit, side });
  const [, group = '', member = name] = /^(\w+)\.(.+)$/.exec(name) ?? [];
  const known = MEMBERS[name]?.name ?? named(group === 'environment' ? `env.${member}` : `field.${member}`, '');
  if (known) return known;
  const [, program] = /^versions\.(.+)$/.exec(member) ?? [];
  if (program) return p('differ.version', program);
  const words = spelled(member);
  switch (group) {
    case 'environment':
      return p('differ.environment', words);
    case 'server':
      return p('differ.server', words);
    default: // of a newer version
      return p('differ.setting', words);
  }
}

/** @param {Difference} difference @param {string} text a value, whatever it is */
function valueOf({ name, unit }, text) {
  if (text === 'null') return t('none');
  if (text === 'unlimited') return t('unlimited');
  const words = MEMBERS[name]?.value;
  if (words) return words(text);
  if (/^\d+$/.test(text)) return inBytes(unit) || name.endsWith('_bytes') ? bytes(Number(text)) : number(Number(text));
  if (text === 'true' || text === 'false') return t(text === 'true' ? 'yes' : 'no');
  return text === '' ? t('none') : text;
}

/** "4, 6 to 9 and 12" @param {number[]} ids ascending */
function idsOf(ids) {
  /** @type {[number, number][]} */
  const spans = [];
  for (const id of ids) {
    const last = spans.at(-1);
    if (last && id === last[1] + 1) last[1] = id;
    else spans.push([id, id]);
  }
  const parts = spans.flatMap(([from, to]) => (to - from < 2 ? Array.from({ length: to - from + 1 }, (_, i) => String(from + i)) : [t('headline.range', from, to)]));
  if (parts.length > PARTS_MOST) return null;
  const end = parts.pop() ?? '';
  return parts.length ? t('history.and', parts.join(', '), end) : end;
}

/** "off in 6"; beside a number the runs are called so. @param {string} value @param {number[]} runs @param {boolean} isNumber */
function among(value, runs, isNumber) {
  const ids = idsOf([...runs].sort((a, b) => a - b));
  if (ids === null) return p('differ.in_many', value, number(runs.length));
  if (!isNumber) return p('differ.in', value, ids);
  return p(runs.length === 1 ? 'differ.in_run' : 'differ.in_runs', value, ids);
}

/** The name of what differs, and which value which runs had. @param {Difference} difference @returns {[string, string]} */
export function differenceInWords(difference) {
  const values = difference.values.map(({ value, runs }) => ({ words: valueOf(difference, value), runs }));
  const isNumber = values.some(({ words }) => /\d/.test(words));
  const said = values.map(({ words, runs }) => among(words, runs, isNumber));
  return [nameOf(difference.name), said.join(isNumber ? '; ' : ', ')];
}
