/** The language of the page: English or Indonesian, one catalogue each. Import it before anything that has words: they are
 * looked up where they stand, also in tables of constants. */

/** @typedef {'en' | 'id'} Language */
/** @typedef {keyof typeof import('../words/en.js').default} Key of a text, with {0}, {1} for its parts */

const CHOICE = 'koneksi-language';

/** What the address says, then what was chosen here before, then what the browser prefers. @returns {Language} */
function find() {
  const asked = new URLSearchParams(location.search).get('lang');
  const wish = asked ?? localStorage.getItem(CHOICE) ?? navigator.language;
  return wish.startsWith('id') ? 'id' : 'en';
}

export const language = find();
export const locale = language === 'id' ? 'id-ID' : 'en-US';

const words = (await (language === 'id' ? import('../words/id.js') : import('../words/en.js'))).default;

/** A text with its parts filled in. @param {string} text @param {(string | number)[]} parts */
export const fill = (text, parts) => text.replace(/\{(\d)\}/g, (_, i) => String(parts[Number(i)] ?? ''));

/** The text in the language of the page. A key that ends in a name from the database can be missing: a newer version may
 * have written it, and the panel then calls it "unknown".
 * @param {Key} key @param {...(string | number)} parts @returns {string} */
export const t = (key, ...parts) => fill(words[key] ?? words.unknown, parts);

/** The text for a name that the server gives; the name itself where the catalogue does not know it.
 * @param {string} key @param {string} name */
export const named = (key, name) => (key in words ? t(/** @type {Key} */ (key)) : name);

/** Loads the page again in the other language, with the same screen. @param {Language} chosen */
export function choose(chosen) {
  localStorage.setItem(CHOICE, chosen);
  const address = new URL(location.href);
  if (!address.searchParams.has('lang')) return location.reload();
  address.searchParams.set('lang', chosen);
  location.replace(address);
}
