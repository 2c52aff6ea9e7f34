/** The report as one file: it opens from a disk, without a script and without a request. */

import { call, saveFile } from '../core/api.js';
import { h } from '../core/dom.js';
import { language } from '../core/language.js';

/** What a saved page may load: nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";
const ON_SCREEN_ALONE = '.on-screen, button, script';

/** @returns {Promise<string>} the page's style sheets, one after the other */
async function styles() {
  const links = [...document.querySelectorAll('link[rel=stylesheet]')];
  const texts = await Promise.all(links.map(async (link) => (await call(link.getAttribute('href') ?? '')).text()));
  return texts.join('\n');
}

/** @param {HTMLElement} report @param {string} name of the file */
export async function saveReport(report, name) {
  const copy = /** @type {HTMLElement} */ (report.cloneNode(true));
  for (const element of copy.querySelectorAll(ON_SCREEN_ALONE)) element.remove();
  const head = [
    h('meta', { charset: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }),
    h('title', {}, document.title),
  ].map((element) => element.outerHTML);
  const html = [
    '<!doctype html>', `<html lang="${language}">`, '<head>', ...head, `<style>\n${await styles()}\n</style>`, '</head>',
    '<body>', copy.outerHTML, '</body>', '</html>', '',
  ];
  saveFile(new Blob([html.join('\n')], { type: 'text/html;charset=utf-8' }), name);
}
