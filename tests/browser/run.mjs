// Runs the browser tests: node tests/browser/run.mjs [PART OF A FILE'S NAME] [PART OF A CHECK'S NAME]
//
// One file runs here; of more, each has a process of its own, two at a time, because half of a test is waiting.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { counts, finish } from './lib.mjs';

const AT_ONCE = 2;
/** Checks of these watch the clock, so that nothing runs beside them. */
const ALONE = ['words.test.mjs'];

const [, , file = '', check = ''] = process.argv;
const here = import.meta.dirname;
const children = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of children) child.kill(signal);
    finish().finally(() => process.exit(130));
  });
}

const size = (name) => fs.statSync(path.join(here, name)).size;
const files = fs.readdirSync(here).filter((it) => it.endsWith('.test.mjs') && it.includes(file))
  .sort((a, b) => size(b) - size(a)); // what takes long begins early
if (files.length === 1) {
  await inThisProcess(files[0]);
} else {
  const waiting = files.filter((it) => !ALONE.includes(it));
  const work = async () => {
    while (waiting.length) await inAProcess(waiting.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const name of files.filter((it) => ALONE.includes(it))) await inAProcess(name);
}
await finish();

console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
// Nothing run is not a success: a filter with a typing error, or no test found.
process.exit(counts.failed === 0 && 0 < counts.passed ? 0 : 1);

async function inThisProcess(name) {
  console.log(`\n${name}`);
  try {
    await import(`./${name}`);
  } catch (err) {
    counts.failed += 1;
    console.log(`FAILED  ${name} could not run\n${err.stack ?? err}`);
  }
}

/** Runs a file, tells what it said when it has ended and how long it took, and adds what it counted. */
async function inAProcess(name) {
  const began = Date.now();
  const child = spawn(process.execPath, [import.meta.filename, name, check], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (it) => (said += it));
  await new Promise((resolve) => child.once('close', resolve));
  children.delete(child);
  const [whole, passed, failed] = /\n(\d+) passed, (\d+) failed\s*$/.exec(said) ?? [];
  console.log(whole ? said.slice(0, -whole.length).trimEnd() : said);
  console.log(`${name}: ${Math.round((Date.now() - began) / 1000)} s`);
  counts.passed += Number(passed ?? 0);
  // A file without its last line broke off.
  counts.failed += Number(failed ?? 1);
}
