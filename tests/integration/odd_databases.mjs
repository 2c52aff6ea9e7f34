// node odd_databases.mjs URL: asks every route that reads runs 1 and 2 and the experiments. Every answer is whole, valid
// UTF-8, and JSON or a table whose rows have the same number of columns.
const [url] = process.argv.slice(2);
const paths = [
  '/runs', '/runs?sort=label', '/runs?sort=mode&order=asc', '/runs?limit=1', '/runs.csv', '/runs.csv?sort=label', '/runs/1',
  '/runs/2', '/runs/2/errors', '/runs/2/errors.csv', '/runs/2/limits', '/runs/2/histogram', '/runs/2/samples',
  '/runs/2/samples.csv', '/runs/2/transcript', '/runs/2/transcript.txt', '/compare?runs=1,2', '/compare.csv?runs=1,2',
  '/compare?experiment=1', '/experiments', '/experiments/1', '/experiments/2', '/metrics', '/healthz',
];

/** The number of columns of each row of RFC 4180 text. */
const widths = (text) => {
  const cell = /(?:"(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  const rows = [1];
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) {
      throw new Error('a cell is not ended');
    }
    if (found[1] === ',') {
      rows[rows.length - 1]++;
    } else {
      rows.push(1);
    }
  }
  return rows.slice(0, -1);
};

const check = async (path) => {
  const answer = await fetch(url + path);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await answer.arrayBuffer());
  if (answer.status !== 200) {
    throw new Error(`status ${answer.status}: ${text}`);
  }
  if (path.includes('.csv')) {
    if (new Set(widths(text)).size !== 1) {
      throw new Error(`rows of different widths: ${text}`);
    }
  } else if (!path.endsWith('.txt') && path !== '/metrics') {
    JSON.parse(text);
  }
};

for (const path of paths) {
  try {
    await check(path);
  } catch (error) {
    console.error(`${path}: ${error.message}`);
    process.exitCode = 1;
  }
}
