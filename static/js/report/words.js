/** The words of the report, which the other pages do not load. */

import { fill, language } from '../core/language.js';

/** @typedef {keyof typeof import('../words/en_report.js').default} Key of a text, with {0}, {1} for its parts */

const words = (await (language === 'id' ? import('../words/id_report.js') : import('../words/en_report.js'))).default;

/** @param {Key} key @param {...(string | number)} parts @returns {string} */
export const r = (key, ...parts) => fill(words[key], parts);

/** The text for a name that the server gives; the name itself where the catalogue does not know it.
 * @param {string} key @param {string} name */
export const rNamed = (key, name) => (key in words ? r(/** @type {Key} */ (key)) : name);
