/** Bytes as text with escapes of C, as base/escape.c writes and reads them for the command line. */

/** @type {Record<string, string>} */
const LETTERS = { '\r': 'r', '\n': 'n', '\t': 't', '\\': '\\' };
/** @type {Record<string, number>} */
const MEANINGS = { r: 13, n: 10, t: 9, '\\': 92 };

/** @param {string} text */
export const escaped = (text) =>
  text.replace(/[\p{Cc}\\]/gu, (c) => {
    if (LETTERS[c]) return `\\${LETTERS[c]}`;
    return [...new TextEncoder().encode(c)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  });

/** What the text stands for; the position, counted from 1, of a backslash that begins no escape or stands for NUL; NaN
 * when the bytes are no UTF-8. @param {string} text @returns {string | number} */
export function unescaped(text) {
  /** @type {number[]} */
  const bytes = [];
  for (const { 0: part, index } of text.matchAll(/\\x[0-9a-f]{2}|\\?[^]/giu)) {
    const byte = part.length === 4 ? parseInt(part.slice(2), 16) : MEANINGS[part.slice(1)];
    if (!part.startsWith('\\')) bytes.push(...new TextEncoder().encode(part));
    else if (byte) bytes.push(byte);
    else return index + 1;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
  } catch {
    return NaN;
  }
}
