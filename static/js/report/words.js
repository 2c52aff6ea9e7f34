/** The words of the report, which the other pages do not load. */

import { fill, language } from '../core/language.js';

/** @typedef {keyof typeof import('../words/en_report.js').default} Key of a text, with {0}, {1} for its parts */

const words = (await (language === 'id' ? import('../words/id_report.js') : import('../words/en_report.js'))).default;

/** @param {Key} key @param {...(string | number)} parts @returns {string} */
export const r = (key, ...parts) => fill(words[key], parts);
