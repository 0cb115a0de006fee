// Runs the browser tests: node tests/browser/run.mjs [PART OF A FILE'S NAME] [PART OF A CHECK'S NAME]
import fs from 'node:fs';
import { counts, finish } from './lib.mjs';

const [, , file = ''] = process.argv;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => finish().finally(() => process.exit(130)));

const files = fs.readdirSync(import.meta.dirname).filter((it) => it.endsWith('.test.mjs') && it.includes(file)).sort();
for (const name of files) {
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
