/** Fetches uPlot with the first chart. Its small build is a plain script, not a module: it leaves a global behind. */

import { t } from '../core/language.js';

/** @typedef {typeof import('uplot')} Library */

const PATH = '/vendor/uPlot.iife.min.js';

/** @type {Promise<Library> | null} */
let library = null;

/** @returns {Promise<Library>} the same for every caller; asked for again after a failure */
export function plotLibrary() {
  library ??= fetchLibrary();
  return library;
}

/** @returns {Promise<Library>} */
function fetchLibrary() {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = PATH;
    script.addEventListener('load', () => resolve(/** @type {any} */ (globalThis).uPlot));
    script.addEventListener('error', () => {
      library = null;
      script.remove();
      reject(new Error(t('error.chart_library')));
    });
    document.head.append(script);
  });
}
