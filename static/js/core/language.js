/** The language of the page: English, or Indonesian, whose words are fetched when they are needed. Import it before
 * anything that has words: they are looked up where they stand, also in tables of constants. */

/** @typedef {'en' | 'id'} Language */
/** @typedef {keyof typeof import('../words/id.js').INDONESIAN} Text the English words, with {0}, {1} for the parts */

const KEY = 'koneksi-language';

/** What the address says, then what was chosen here before, then what the browser prefers. @returns {Language} */
function find() {
  const asked = new URLSearchParams(location.search).get('lang');
  const wish = asked ?? localStorage.getItem(KEY) ?? navigator.language;
  return wish.startsWith('id') ? 'id' : 'en';
}

export const language = find();
export const locale = language === 'id' ? 'id-ID' : 'en-US';

/** @type {Record<string, string> | null} */
const words = language === 'id' ? (await import('../words/id.js')).INDONESIAN : null;

/** In the language of the page. @param {Text} text @param {...(string | number)} parts @returns {string} */
export function t(text, ...parts) {
  return (words?.[text] ?? text).replace(/\{(\d)\}/g, (_, i) => String(parts[Number(i)] ?? ''));
}

/** Has the page again in the other language, with the same screen. @param {Language} chosen */
export function choose(chosen) {
  localStorage.setItem(KEY, chosen);
  const address = new URL(location.href);
  if (!address.searchParams.has('lang')) return location.reload();
  address.searchParams.set('lang', chosen);
  location.replace(address);
}
