/** The report: any runs and experiments as one page to hand in, in English or Indonesian. It needs no click:
 * /report?experiments=3,4&runs=1,2&lang=id */

import { messageOf, onTokenNeeded } from '../core/api.js';
import { tokenFromUser } from '../core/dialog.js';
import { h } from '../core/dom.js';
import { when } from '../core/format.js';
import { language } from '../core/language.js';
import { titleOf } from '../pages/experiment_words.js';
import { author } from './author.js';
import { charts } from './charts.js';
import { addressOf, chooser } from './chooser.js';
import { collect, selectionOf } from './collect.js';
import { conclusion } from './conclusion.js';
import { environment, method } from './environment.js';
import { placeOfExperiment } from './maxima.js';
import { modes } from './modes.js';
import { found } from './result.js';
import { saveReport } from './save.js';
import { sides } from './sides.js';
import { r } from './words.js';

/** @typedef {import('./collect.js').Data} Data */
/** @typedef {import('./collect.js').Selection} Selection */

/** @param {string} title @param {(Node | string)[]} content */
const part = (title, content) => h('section', {}, h('h2', {}, title), ...content);

/** @param {Data} data */
function factsOf(data) {
  const { experiments, single, all } = data;
  const last = all.map((run) => run.finished_at ?? '').sort().at(-1);
  const runs = single.map(({ id }) => id).join(', ');
  const subjects = [
    ...experiments.map((one) => r('heading.experiment', one.id, [titleOf(one), placeOfExperiment(one, data)].filter(Boolean).join('; '))),
    ...(single.length ? [r(single.length === 1 ? 'heading.run' : 'heading.runs', runs)] : []),
  ];
  const version = all.map((run) => versionOf(run.environment)).find(Boolean);
  /** @type {[string, string][]} */
  const facts = [
    [r('heading.subject'), subjects.join('; ')],
    [r('heading.measured'), last ? when(last) : r('heading.not_over')],
    [r('heading.with'), version ? `Koneksi ${version}` : 'Koneksi'],
  ];
  return facts;
}

/** @param {import('../core/types').Run['environment']} environment */
const versionOf = (environment) => /** @type {Record<string, string> | undefined} */ (environment?.['versions'])?.['koneksi'];

/** @param {HTMLElement} root @param {Selection} selection */
function tools(root, selection) {
  const other = new URLSearchParams(addressOf(selection));
  other.set('lang', language === 'en' ? 'id' : 'en');
  const problem = h('p', { class: 'error', role: 'alert' });
  const name = [...selection.experiments.map((id) => `e${id}`), ...selection.runs].slice(0, 8).join('-');
  const save = () =>
    saveReport(root, `koneksi-report-${name}-${language}.html`).then(
      () => problem.replaceChildren(),
      (error) => problem.replaceChildren(r('tools.problem', messageOf(error))),
    );
  return h(
    'div',
    { class: 'bar-of-tools on-screen' },
    h('a', { class: 'button quiet', href: `?${other}`, hreflang: other.get('lang'), lang: other.get('lang') }, language === 'en' ? 'Bahasa Indonesia' : 'English'),
    h('button', { class: 'quiet', onclick: save }, r('tools.file')),
    h('button', { class: 'primary', onclick: () => print() }, r('tools.pdf')),
    problem,
  );
}

/** @param {HTMLElement} root @param {Data} data */
function build(root, data) {
  const { runs, experiments, asked } = data.selection;
  const by = author(factsOf(data));
  const left = asked.runs > runs.length || asked.experiments > experiments.length;
  return [
    tools(root, data.selection),
    chooser(data.selection),
    by.fields,
    by.heading,
    ...(left ? [h('p', {}, r('choose.left', runs.length, asked.runs, experiments.length, asked.experiments))] : []),
    part(r('question'), [h('p', {}, r('question.text'))]),
    part(r('found'), found(data)),
    part(r('environment'), environment(data)),
    part(r('method'), method(data)),
    part(r('modes'), modes(data)),
    part(r('charts'), charts(data)),
    part(r('sides'), sides(data)),
    part(r('end'), conclusion(data)),
  ];
}

async function main() {
  const root = /** @type {HTMLElement} */ (document.getElementById('report'));
  onTokenNeeded(tokenFromUser);
  document.documentElement.lang = language;
  document.title = r('tools.page');
  try {
    const selection = selectionOf(new URLSearchParams(location.search));
    if (selection.runs.length + selection.experiments.length === 0) throw new Error(r('tools.nothing'));
    root.replaceChildren(...build(root, await collect(selection)));
  } catch (error) {
    root.replaceChildren(h('p', { class: 'error', role: 'alert' }, r('tools.problem', messageOf(error))), chooser({}));
  }
  root.setAttribute('aria-busy', 'false'); // whoever prints it waits for this
}

main();
