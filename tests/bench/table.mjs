// The table that ./run bench prints, row by row as the figures come.

export const rate = (value) => (value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2));
const range = ({ median, min, max }) => `${median.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`;
const reached = ({ goal, ratio }) => (goal === undefined ? '' : `${goal} ${ratio.median >= goal ? 'reached' : 'missed'}`);

/** Of a row: {name, unit, goal, product, yardstick, ratio, cpu (of the CPU time of each; may be missing)}. Of a change:
 * {then, factor, word} or null, as against.mjs finds it. */
const COLUMNS = [
  { head: 'product, yardstick', width: 84, left: true, of: (row) => row.name },
  { head: 'product', width: 9, of: (row) => rate(row.product.median) },
  { head: 'yardstick', width: 9, of: (row) => rate(row.yardstick.median) },
  { head: 'ratio (range)', width: 19, of: (row) => range(row.ratio) },
  { head: 'CPU', width: 5, of: (row) => (row.cpu ? row.cpu.median.toFixed(2) : '') },
  { head: 'goal', width: 12, of: reached },
];
const AGAINST = [
  { head: 'then', width: 6, of: (_row, change) => (change ? change.then.toFixed(2) : '–') },
  { head: 'now/then', width: 8, of: (_row, change) => (change ? change.factor.toFixed(2) : '–') },
  { head: '', width: 8, left: true, of: (_row, change) => change?.word ?? 'new' },
];

/** A row of the table, or its head without one. @param {boolean} compared whether there are columns of an earlier version */
export function line(compared, row, change = null) {
  return [...COLUMNS, ...(compared ? AGAINST : [])]
    .map(({ head, width, left, of }) => {
      const text = row ? of(row, change) : head;
      return left ? text.padEnd(width) : text.padStart(width);
    })
    .join('  ').trimEnd();
}
