/** Requests to a panel that may fail in any way. */

import { request } from 'node:http';

const ANSWER_MS = 60_000;

/** @returns {Promise<{status: number, text: string, json: any}|{lost: string}>} lost: there was no whole answer */
export function ask(http, method, path, body) {
  const [host, port] = [http.slice(0, http.lastIndexOf(':')), http.slice(http.lastIndexOf(':') + 1)];
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  return new Promise((resolve) => {
    const lost = (error) => resolve({ lost: String(error.code ?? error.message) });
    // A connection of its own each, so that one that the panel gave up does not make the next one fail.
    const asked = request({ host, port, method, path, headers, agent: false, timeout: ANSWER_MS }, (answer) => {
      let all = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece) => { all += piece; });
      answer.on('error', lost);
      answer.on('end', () => {
        let json;
        try {
          json = JSON.parse(all);
        } catch {
          json = undefined;
        }
        resolve({ status: answer.statusCode ?? 0, text: all, json });
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('HUNG')));
    asked.on('error', lost);
    asked.end(text);
  });
}

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Asks until `holds` for the answer; the last answer when it does not in time. */
export async function until(http, path, holds, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask(http, 'GET', path);
    if (holds(answer) || Date.now() > end) return answer;
    await pause(10);
  }
}

export const isOver = (answer) => answer.json !== undefined && !['queued', 'running', undefined].includes(answer.json.status);

/** An answer that says what is wrong: 503 with a code and a message. */
export function isClearError(answer) {
  const error = answer.json?.error;
  return answer.status === 503 && typeof error?.code === 'string' && error.message?.length > 4;
}

export function addsUp(run) {
  const { completed, failed, not_started: rest } = run.totals;
  return completed + failed + rest === run.count;
}
