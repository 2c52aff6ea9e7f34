/** The panel's live stream. Read by fetch, because EventSource cannot send a token; with what EventSource would do:
 * reconnecting, and Last-Event-ID so that nothing is missed meanwhile. */

import { ApiError, call } from './api.js';

const RETRY_MS = [500, 1000, 2000, 4000];
/** The panel sends a heartbeat every 10 s: silence for longer than two of them is a dead connection. */
const SILENCE_MS = 25_000;
/** A hidden tab lets go of its connection after a while: browsers allow few to one host. */
const HIDDEN_MS = 30_000;

/**
 * Connects to /events for as long as the page lives and hands events to whoever listens.
 *
 * @returns {import('./types').Hub}
 */
export function createHub() {
  /** @type {Map<string, Set<(data: any) => void>>} */
  const listeners = new Map();
  /** @param {string} type @param {unknown} data */
  const dispatch = (type, data) => {
    for (const listener of listeners.get(type) ?? []) {
      try {
        listener(data);
      } catch (error) {
        reportError(error); // one screen's mistake is no reason to lose the stream
      }
    }
  };
  let isOpen = false;
  follow('/events', (type, data) => {
    if (type === 'link') isOpen = data === 'open';
    dispatch(type, data);
  });
  return {
    isOpen: () => isOpen,
    on(type, listener) {
      const set = listeners.get(type) ?? new Set();
      listeners.set(type, set.add(listener));
      return () => set.delete(listener);
    },
  };
}

/** @param {string} path @param {(type: string, data: unknown) => void} dispatch */
async function follow(path, dispatch) {
  const parser = createParser((type, data) => dispatch(type, JSON.parse(data)));
  for (let failures = 0; ; failures++) {
    const abort = new AbortController();
    const resting = restWhenHidden(abort);
    let refused = false; // a panel that asks for its token is not gone
    try {
      await read(path, parser, abort, () => {
        failures = 0;
        dispatch('link', 'open');
      });
    } catch (error) {
      refused = error instanceof ApiError && error.status === 401;
    }
    if (await resting.end()) continue;
    if (!refused) dispatch('link', 'lost');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
  }
}

/** Reads one connection to its end.
 * @param {string} path
 * @param {ReturnType<typeof createParser>} parser
 * @param {AbortController} abort
 * @param {() => void} opened */
async function read(path, parser, abort, opened) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'text/event-stream' };
  if (parser.lastId()) headers['Last-Event-ID'] = parser.lastId();
  const response = await call(path, { headers, signal: abort.signal, cache: 'no-store' });
  if (!response.body) return;
  opened();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  parser.restart();
  for (;;) {
    const timer = setTimeout(() => abort.abort(), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return;
    parser.push(value);
  }
}

/** Aborts when the tab stays hidden; `end` waits until it is seen again and tells whether it was so.
 * @param {AbortController} abort */
function restWhenHidden(abort) {
  let rested = false;
  let timer = 0;
  const change = () => {
    clearTimeout(timer);
    if (document.hidden)
      timer = setTimeout(() => {
        rested = true;
        abort.abort();
      }, HIDDEN_MS);
  };
  document.addEventListener('visibilitychange', change);
  change();
  return {
    async end() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', change);
      while (rested && document.hidden)
        await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
      return rested;
    },
  };
}

/** The event stream format: https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @param {(type: string, data: string) => void} emit */
function createParser(emit) {
  let rest = '';
  let id = '';
  let lastId = '';
  let type = '';
  /** @type {string[]} */
  let data = [];

  /** @param {string} line */
  const take = (line) => {
    if (line === '') {
      lastId = id;
      if (data.length) emit(type || 'message', data.join('\n'));
      type = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') id = value;
    else if (field === 'event') type = value;
    else if (field === 'data') data.push(value);
  };

  return {
    /** @param {string} text */
    push(text) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      lines.forEach(take);
    },
    /** A new connection begins at the start of an event. */
    restart() {
      rest = type = '';
      id = lastId;
      data = [];
    },
    lastId: () => lastId,
  };
}
