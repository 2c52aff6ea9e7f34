/** What the drivers of the failing libraries share: the file through which a fault is asked for (faults.h), programs
 * with the libraries in them, and a loop over n. */

import { spawn } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const FOLDER = resolve(process.env.KONEKSI_FAULTS_FOLDER ?? 'build/release/tests/faults');
/** Each n is tried when it is 1; for the short run of every day each STEP-th of them. */
export const STEP = Number(process.env.KONEKSI_FAULTS_STEP ?? 1);
export const SANITIZED = (process.env.KONEKSI_SANITIZE ?? '') !== '';

export const PANEL = join(FOLDER, 'koneksi');
export const GENERATOR = join(FOLDER, 'koneksi-load');
export const CALLS = join(FOLDER, 'libfailing_calls.so');
export const VFS = join(FOLDER, 'libfailing_vfs.so');

/** As enum fault_kind. */
export const KIND = {
  memory: 1, descriptor: 2, thread: 4, process: 8, pipe: 16, 'disk full': 32, 'disk error': 64, 'disk short': 128,
};

const SIZE = 128;
const HANG_MS = 60_000;

/** A folder of its own for `body`, which is removed afterwards. */
export async function inFolder(body) {
  const folder = mkdtempSync(join(tmpdir(), 'koneksi-faults-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The file that the library has mapped. */
export class Faults {
  constructor(folder) {
    this.folder = folder;
    this.path = join(folder, 'faults');
    this.fd = openSync(this.path, 'w+');
    ftruncateSync(this.fd, SIZE);
  }

  /** @param {string} kind @param {number} at from 1 @param {boolean} lasting */
  arm(kind, at, lasting) {
    const bytes = Buffer.alloc(SIZE);
    [0, at, lasting ? 1 : 0].forEach((value, i) => bytes.writeBigUInt64LE(BigInt(value), 8 * i));
    writeSync(this.fd, bytes, 0, SIZE, 0);
    this.#kinds(KIND[kind]);
  }

  /** What happened since it was armed. */
  disarm() {
    this.#kinds(0);
    const bytes = Buffer.alloc(SIZE);
    readSync(this.fd, bytes, 0, SIZE, 0);
    return {
      seen: Number(bytes.readBigUInt64LE(24)),
      injected: Number(bytes.readBigUInt64LE(32)),
      what: bytes.toString('latin1', 40).replace(/\0.*$/s, ''),
    };
  }

  #kinds(kinds) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(kinds));
    writeSync(this.fd, bytes, 0, 8, 0);
  }

  /** The environment of a program that has the library in it. @param {string} library @param {string} program */
  environment(library, program) {
    const here = join(this.folder, basename(library)); // LD_PRELOAD knows no way to write a blank
    if (!existsSync(here)) symlinkSync(library, here);
    return {
      ...process.env,
      LD_PRELOAD: here,
      // Its allocator stands behind the library's, and so does not come first.
      ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0`,
      KONEKSI_FAULTS: this.path,
      KONEKSI_FAULTS_IN: program,
    };
  }

  close() {
    closeSync(this.fd);
  }
}

/** Runs a program to its end, or kills it when it hangs.
 * @returns {Promise<{code: number|null, signal: string|null, out: string, err: string, hung: boolean}>} */
export function run(program, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const result = { code: null, signal: null, out: '', err: '', hung: false };
    const timer = setTimeout(() => {
      result.hung = true;
      child.kill('SIGKILL');
    }, HANG_MS);
    child.stdin.on('error', () => {});
    child.stdout.on('data', (data) => { result.out += data; });
    child.stderr.on('data', (data) => { result.err += data; });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ ...result, code, signal });
    });
  });
}

/** A panel that is under way, or how it refused to start. */
export class Panel {
  static async start(args, env = process.env) {
    const panel = new Panel();
    panel.err = '';
    panel.child = spawn(PANEL, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const killed = () => panel.child.kill('SIGKILL'); // nothing outlives the test, not even when that crashes
    process.once('exit', killed);
    panel.ended = new Promise((resolve) => {
      panel.child.once('close', (code, signal) => {
        process.off('exit', killed);
        resolve({ code, signal });
      });
    });
    panel.child.stderr.on('data', (data) => { panel.err += data; });
    const ready = new AbortController();
    panel.ready = await Promise.race([
      new Promise((resolve) => {
        createInterface({ input: panel.child.stdout }).on('line', (line) => {
          const found = /^koneksi ready (?:http=(\S+) )?time=(\S+)/.exec(line);
          if (found) resolve({ http: found[1], time: found[2] });
        });
      }),
      panel.ended.then(() => null),
      panel.#late(null, ready.signal),
    ]);
    ready.abort();
    return panel;
  }

  /** Asks it to end. @returns {Promise<{code: number|null, signal: string|null}>} signal SIGKILL: it hung */
  async stop() {
    this.child.kill('SIGTERM');
    return Promise.race([this.ended, this.#late({ code: null, signal: 'SIGKILL' })]);
  }

  /** Ends it when it takes too long; not any more once `signal` says that it is done. */
  #late(value, signal) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.child.kill('SIGKILL');
        resolve(value);
      }, HANG_MS);
      this.ended.then(() => clearTimeout(timer));
      signal?.addEventListener('abort', () => clearTimeout(timer));
    });
  }
}

/** What went wrong, gathered; the first few are told. */
export class Verdict {
  constructor() {
    this.wrong = [];
  }

  check(holds, text) {
    if (holds) return;
    this.wrong.push(text);
    if (this.wrong.length <= 40) console.log(`  WRONG: ${text}`);
  }

  end() {
    if (this.wrong.length > 0) {
      console.log(`${this.wrong.length} wrong`);
      process.exitCode = 1;
    }
  }
}

/** Calls `round(n)` for n = 1, 2, ... until it says that nothing was left to fail; beyond the first few each STEP-th
 * alone. Returns the number of rounds in which something failed. @param {(n: number) => Promise<boolean>} round */
export async function each(round, step = STEP) {
  let rounds = 0;
  for (let n = 1; await round(n); n += n < 8 ? 1 : step) rounds++;
  return rounds;
}
