// Runs the browser tests: node tests/browser/run.mjs [PART OF A FILE'S NAME] [PART OF A CHECK'S NAME]
// More than one file is run two at a time, each in a process of its own.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { counts, finish } from './lib.mjs';

const AT_A_TIME = 2;
const [, own, wanted = '', ...more] = process.argv;
const all = fs.readdirSync(import.meta.dirname).filter((it) => it.endsWith('.test.mjs'));
const files = all.filter((it) => it.includes(wanted)).sort(longestFirst);

// With a part of a check's name there is little to run, and most files have nothing of it.
if (files.length <= 1 || more.length) await here(files);
else await beside(files);

/** In this process. */
async function here(names) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => finish().finally(() => process.exit(130)));
  for (const name of names) {
    console.log(`\n${name}`);
    try {
      await import(`./${name}`);
    } catch (err) {
      counts.failed += 1;
      console.log(`FAILED  ${name} could not run\n${err.stack ?? err}`);
    }
  }
  await finish();
  console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
  // Nothing run is not a success: a filter with a typing error, or no test found.
  process.exit(counts.failed === 0 && 0 < counts.passed ? 0 : 1);
}

/** In processes beside each other; what one prints stays together. */
async function beside(names) {
  const children = new Set();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => children.forEach((it) => it.kill(signal)));
  const left = [...names];
  const failed = [];
  const next = async () => {
    for (let name = left.shift(); name; name = left.shift()) {
      const child = spawn(process.execPath, [own, name, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.add(child);
      let output = '';
      child.stdout.on('data', (it) => (output += it));
      const status = await new Promise((resolve) => child.once('close', resolve));
      children.delete(child);
      process.stdout.write(output);
      if (status !== 0) failed.push(name);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, next));
  console.log(`\n${names.length - failed.length} files passed, ${failed.length} failed${failed.map((it) => `\n${it}`).join('')}`);
  process.exit(failed.length === 0 && 0 < names.length ? 0 : 1);
}

/** So that the long ones do not come last; how long they are is a guess from how much is written in them. */
function longestFirst(a, b) {
  const size = (it) => fs.statSync(new URL(it, import.meta.url)).size;
  return size(b) - size(a);
}
