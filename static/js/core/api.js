/** Calls of the panel's API: JSON in, JSON out, errors as ApiError, a token when the panel asks for one. */

import { language, t } from './language.js';

const TOKEN_KEY = 'koneksi-token';
/** What a token is made of. For other characters, such as typographic quotes, fetch throws as it does for a lost
 * connection: such a token is not kept, since the error could not be told apart and the token never be replaced. */
const VISIBLE_ASCII = /^[!-~]+$/;

/** What the panel answered instead of the thing asked for, or that it did not answer at all (status 0). */
export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {string | null} field @param {string} message */
  constructor(status, code, field, message) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** @type {Promise<string | null> | null} */
let asking = null;
/** @type {(wrong: boolean) => Promise<string | null>} */
let askToken = async () => null;

/** Sets how the user is asked for the token; several calls that need it at once ask once.
 * @param {(wrong: boolean) => Promise<string | null>} ask */
export function onTokenNeeded(ask) {
  askToken = ask;
}

/** @returns {Record<string, string>} */
function authorization() {
  const token = sessionStorage.getItem(TOKEN_KEY);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function needToken() {
  asking ??= askToken(sessionStorage.getItem(TOKEN_KEY) !== null).finally(() => {
    asking = null;
  });
  const token = await asking;
  if (token === null) throw new ApiError(401, 'unauthorized', null, t('token.title'));
  sessionStorage.setItem(TOKEN_KEY, VISIBLE_ASCII.test(token) ? token : '');
}

/**
 * fetch with the token; asks for it when the panel does. Throws ApiError for every answer that is not 2xx.
 *
 * @param {string} path
 * @param {RequestInit & { headers?: Record<string, string> }} [init]
 * @returns {Promise<Response>}
 */
export async function call(path, init = {}) {
  for (;;) {
    const sent = sessionStorage.getItem(TOKEN_KEY);
    let response;
    try {
      response = await fetch(path, { ...init, headers: { ...init.headers, ...authorization() } });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError(0, 'unreachable', null, t('error.unreachable'));
    }
    if (response.status === 401) {
      if (sent === sessionStorage.getItem(TOKEN_KEY)) await needToken();
      continue;
    }
    if (response.ok) return response;
    throw await errorOf(response);
  }
}

/** @param {Response} response */
async function errorOf(response) {
  try {
    const { error } = await response.json();
    return new ApiError(response.status, error.code, error.field ?? null, error.message);
  } catch {
    return new ApiError(response.status, t('unknown'), null, t('error.status', response.status));
  }
}

/** @param {string} path @returns {Promise<any>} */
export async function get(path) {
  return (await call(path)).json();
}

/** With verdicts in the language of the page. @param {string} path */
export const getWords = (path) => get(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);

/** Whether the live stream, which has verdicts in English alone, has them in the language of the page. */
export const liveWords = language === 'en';

/** @param {string} method @param {string} path @param {object} body @returns {Promise<any>} */
async function send(method, path, body) {
  const headers = { 'Content-Type': 'application/json' };
  return (await call(path, { method, headers, body: JSON.stringify(body) })).json();
}

/** @param {string} path @param {object} [body] */
export const post = (path, body = {}) => send('POST', path, body);

/** @param {string} path @param {object} body */
export const patch = (path, body) => send('PATCH', path, body);

/** @param {string} path */
export async function remove(path) {
  await call(path, { method: 'DELETE' });
}

/** A plain link cannot carry a token: with one, the click fetches the file and saves it instead.
 * @param {MouseEvent} event on a link with `href` and `download` */
export async function downloadClick(event) {
  const link = event.currentTarget;
  if (!(link instanceof HTMLAnchorElement) || !sessionStorage.getItem(TOKEN_KEY)) return;
  event.preventDefault();
  saveFile(await (await call(link.href)).blob(), link.download);
}

/** Gives the user a file that was made here. @param {Blob} blob @param {string} name */
export function saveFile(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
