/** Checks README.md, SECURITY.md and docs/: links, anchors, `paths` and functions of the tree, and README.md's length. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const README_LINES = 150;
const NOT_OURS = new Set(['.git', 'build', 'node_modules']);

/** The files below a folder, by their paths from the top. Not from git, which refuses a tree of another account.
 * @param {string} folder @returns {string[]} */
const walk = (folder) =>
  readdirSync(folder || '.', { withFileTypes: true }).filter(({ name }) => !NOT_OURS.has(name)).flatMap((entry) =>
    entry.isDirectory() ? walk(`${folder}${entry.name}/`) : [`${folder}${entry.name}`]);
const files = new Set(walk(''));
const folders = new Set([...files].flatMap((file) => file.split('/').slice(0, -1).map((_, i, all) => all.slice(0, i + 1).join('/'))));
const exists = (/** @type {string} */ name) => files.has(name) || folders.has(name.replace(/\/$/, ''));
const pages = [...files].filter((file) => /^(README|SECURITY|docs\/.+)\.md$/.test(file));
const prose = (/** @type {string} */ text) => text.replace(/^```[\s\S]*?^```/gm, '');

/** Anchors as GitHub makes them: small letters, spaces to hyphens, no punctuation; a repeated heading gets a number. */
function anchors(/** @type {string} */ text) {
  const seen = new Map();
  return new Set([...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const slug = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replace(/ /g, '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times ? `${slug}-${times}` : slug;
  }));
}

const wrong = [];
const text = Object.fromEntries(pages.map((page) => [page, readFileSync(page, 'utf8')]));
for (const page of pages) {
  for (const [, target] of prose(text[page]).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^(https?|mailto):/.test(target)) continue;
    const [name, anchor] = target.split('#');
    const file = name === '' ? page : path.posix.join(path.posix.dirname(page), name);
    if (!exists(file)) wrong.push(`${page}: dead link ${target}`);
    else if (anchor && !(text[file] && anchors(text[file]).has(anchor))) wrong.push(`${page}: no heading for ${target}`);
  }
  // `base/err.h`, `tests/lint/`: in backquotes, below a top-level folder of the tree, without a wildcard or placeholder
  for (const [, name] of text[page].matchAll(/`([\w.-]+\/[\w./-]*)(?: [^`]*)?`/g)) {
    if (folders.has(name.split('/')[0]) && !exists(name)) wrong.push(`${page}: no file ${name}`);
  }
  // unit/test_X, integration/X, ...: names of tests as ctest has them
  for (const [, kind, name] of text[page].matchAll(/(?<![\w/.])(unit|integration|browser|lint|torture)\/(\w+)(?![\w/.])/g)) {
    const pattern = new RegExp(`^tests/${kind}/(.*/)?${name}\\.(c|sh|test\\.mjs)$`);
    if (![...files].some((file) => pattern.test(file))) wrong.push(`${page}: no test ${kind}/${name}`);
  }
}
// the functions on the way of a POST /runs
const code = [...files].filter((file) => /\.[ch]$/.test(file)).map((file) => readFileSync(file, 'utf8')).join('\n');
for (const [name] of text['docs/internals.md'].match(/```mermaid[\s\S]*?```/)[0].matchAll(/\b[a-z]+(_[a-z]+)+\b/g))
  if (!new RegExp(`\\b${name}\\b`).test(code)) wrong.push(`docs/internals.md: no function ${name}`);
const lines = text['README.md'].split('\n').length - 1;
if (lines > README_LINES) wrong.push(`README.md: ${lines} lines, at most ${README_LINES}`);
if (wrong.length) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
