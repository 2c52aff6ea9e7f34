/** The two logs side by side, as in the classic experiment: client and server. Bounded, drawn in batches. */

import { h, throttled } from '../core/dom.js';
import { t } from '../core/language.js';

const MOST_LINES = 200;

/** @param {string} title @param {string} side */
function createLog(title, side) {
  const lines = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': title, tabindex: 0 });
  const element = h('section', { class: `side ${side}` }, h('h3', {}, title), lines);
  /** @type {string[]} */
  let pending = [];
  let anew = false;
  const draw = throttled(() => {
    const follow = lines.scrollTop + lines.clientHeight >= lines.scrollHeight - 8;
    const batch = pending.slice(-MOST_LINES);
    pending = [];
    if (anew) lines.replaceChildren();
    anew = false;
    for (let i = lines.childElementCount + batch.length - MOST_LINES; i > 0 && lines.firstChild; i--)
      lines.firstChild.remove();
    lines.append(...batch.map((text) => h('div', {}, text)));
    if (follow) lines.scrollTop = lines.scrollHeight;
  });
  return {
    element,
    /** @param {string} text */
    add(text) {
      pending.push(text);
      if (pending.length > 2 * MOST_LINES) pending = pending.slice(-MOST_LINES);
      draw();
    },
    clear() {
      pending = [];
      anew = true; // with the next lines, in one frame: nothing flickers
      draw();
    },
  };
}

/** @typedef {import('../core/types').LogLine} LogLine */

export function createLogs() {
  const client = createLog(t('log.client'), 'client');
  const server = createLog(t('log.server'), 'server');
  /** @type {LogLine[]} */
  let live = [];
  /** @param {LogLine} line */
  const put = (line) => (line.side === 'server' ? server : client).add(line.text);
  return {
    element: h('div', { class: 'logs' }, client.element, server.element),
    /** @param {LogLine} line as it comes from the live stream */
    add(line) {
      live = [...live.slice(-2 * MOST_LINES), line];
      put(line);
    },
    /** @param {LogLine[]} transcript what was stored: it comes before those lines of the stream that it lacks */
    begin(transcript) {
      const newest = { client: -1, server: -1 };
      for (const line of transcript) newest[line.side] = Math.max(newest[line.side], line.at_ms);
      client.clear();
      server.clear();
      transcript.forEach(put);
      live.filter((line) => line.at_ms > newest[line.side]).forEach(put);
    },
    clear() {
      live = [];
      client.clear();
      server.clear();
    },
  };
}
