/** The words of the pages that are not shown first, which the first one does not load. */

import { fill, language } from '../core/language.js';

/** @typedef {keyof typeof import('../words/en_pages.js').default} Key of a text, with {0}, {1} for its parts */

const words = (await (language === 'id' ? import('../words/id_pages.js') : import('../words/en_pages.js'))).default;

/** @param {Key} key @param {...(string | number)} parts @returns {string} */
export const p = (key, ...parts) => fill(words[key], parts);
