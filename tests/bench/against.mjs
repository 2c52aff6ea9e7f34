// Compares with the results of an earlier version, as ./run bench --json wrote them. The figures a second of two moments
// say as much of the machine as of the program: only the ratios to the yardstick, which were taken in turn, are compared.
import { readFileSync } from 'node:fs';

/** What is no results of this program. */
export class NoResults extends Error {}

const isSpread = (spread) => ['median', 'min', 'max'].every((name) => Number.isFinite(spread?.[name]) && spread[name] > 0);

/** The results in a file; throws NoResults with a sentence. @param {string} file */
export function readResults(file) {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new NoResults(`cannot read ${file}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`);
  }
  let results = null;
  try {
    results = JSON.parse(text);
  } catch {
    throw new NoResults(`${file} is not JSON, so it has no results of an earlier ./run bench --json`);
  }
  const isWhole = typeof results?.version === 'string' && Array.isArray(results.cases) &&
    results.cases.every((one) => typeof one?.name === 'string' && isSpread(one.ratio));
  if (!isWhole) throw new NoResults(`${file} has no results of an earlier ./run bench --json: version and cases with a name and a ratio`);
  return results;
}

/** How the ratio of a row changed; null when the earlier results have no such row. The ranges of two measurements that
 * overlap are no change that anybody could see again. */
export function changeOf(row, earlier) {
  const before = earlier.cases.find(({ name }) => name === row.name);
  if (!before) return null;
  const word = row.ratio.min > before.ratio.max ? 'better' : row.ratio.max < before.ratio.min ? 'worse' : 'same';
  return { then: before.ratio.median, factor: row.ratio.median / before.ratio.median, word };
}

const sameMachine = (a, b) => ['cpu', 'cores', 'kernel'].every((name) => a?.[name] === b?.[name]);

/** What to make of it. @param {{ word: string }[]} changes of the rows that both have @param {number} fresh rows that the
 * earlier results lack */
export function sentenceOf(changes, fresh, earlier, machine) {
  const many = (word) => changes.filter((change) => change.word === word).length;
  const parts = [`${many('better')} better`, `${many('worse')} worse`, `${many('same')} within the noise`];
  if (fresh > 0) parts.push(`${fresh} not measured then`);
  const { version, date = '', rounds = 'unknown', machine: then = {} } = earlier;
  const other = sameMachine(machine, then) ? '' :
    ` That was another machine or kernel (${then.cpu ?? 'unknown'}, ${then.cores ?? '?'} cores, Linux ${then.kernel ?? 'unknown'}), on which the yardsticks can have gained or lost more.`;
  return `Compared with ${version}${date && ` of ${date.slice(0, 10)}`} (${rounds} pairs): ${parts.join(', ')}. A ratio is called better or worse only where its whole range is ` +
    `above or below the range of then; all else can be noise.${other}`;
}
