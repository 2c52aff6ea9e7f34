/** Whole numbers as people of the page's language write them: 5,000 in English, 5.000 in Indonesian. */

import { number } from './format.js';
import { language, t } from './language.js';

const GROUP = language === 'id' ? '.' : ',';
const OTHER = language === 'id' ? ',' : '.';

/** Groups of three digits, each behind a separator. @param {string} separator */
const grouped = (separator) => new RegExp(`^\\d{1,3}(${separator}\\d{3})+$`);
const OWN = grouped(`[${GROUP}]`);
const FOREIGN = grouped(`[${OTHER}]`);
const SPACED = grouped('[\\s_]'); // \s has the no-break spaces that other programs write

/** Up to here every whole number is exact. */
const LARGEST = 15;

/**
 * The number that was typed, or in words what is wrong with it. A separator that the language uses for decimals is
 * refused, since 5.000 is five to one reader and five thousand to another.
 *
 * @param {string} typed
 * @param {{ minimum?: number, maximum?: number }} [bounds]
 * @returns {number | string}
 */
export function readNumber(typed, { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = {}) {
  const text = typed.trim();
  const digits = text.replaceAll(/[\s_.,]/g, '');
  if (FOREIGN.test(text)) return t('number.ambiguous', text, number(Number(digits)), digits);
  if (/^[-−]\d+$/.test(text)) return t('number.range', number(minimum), number(maximum));
  if (!/^\d+$/.test(text) && !OWN.test(text) && !SPACED.test(text)) return t('number.whole', number(5000));
  const value = Number(digits);
  if (digits.length <= LARGEST && value >= minimum && value <= maximum) return value;
  return t('number.range', number(minimum), number(maximum));
}

/**
 * The numbers of a list, separated by spaces, or by commas and semicolons with a space behind them; or what is wrong.
 *
 * @param {string} typed @param {{ minimum?: number, maximum?: number }} [bounds] @returns {number[] | string}
 */
export function readNumbers(typed, bounds) {
  const alone = typed.trim();
  if (GROUP === ',' && OWN.test(alone)) return t('number.ambiguous', alone, alone.replaceAll(',', ' '), alone.replaceAll(',', ''));
  const read = typed.trim().split(/[,;]?\s+|;/).filter(Boolean).map((text) => readNumber(text.replace(/[,;]$/, ''), bounds));
  return read.find((each) => typeof each === 'string') ?? /** @type {number[]} */ (read);
}

/** So many numbers at most, of which a range has many. */
const IDS_MOST = 1000;

/** The numbers of runs or experiments in a list, "1, 4-6"; or what is wrong with it. @param {string} typed @returns {number[] | string} */
export function readIds(typed) {
  const ids = new Set();
  for (const entry of typed.split(/[\s,;]+/).filter(Boolean)) {
    const [, first = '', last = first] = /^([1-9]\d{0,14})(?:-([1-9]\d{0,14}))?$/.exec(entry) ?? [];
    if (!first || Number(last) < Number(first)) return t('number.ids', entry);
    if (Number(last) - Number(first) >= IDS_MOST) return t('number.ids_many', entry, number(IDS_MOST));
    for (let id = Number(first); id <= Number(last); id++) ids.add(id);
  }
  return [...ids];
}
