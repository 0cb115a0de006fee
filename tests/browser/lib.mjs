// What the browser tests stand on: the built program on a free port, Chromium, axe, pictures, and a small runner.
// A test file is a module `NAME.test.mjs` that awaits `check('what holds', async () => { ... })`; see self.test.mjs.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HtmlValidate } from 'html-validate';
import { chromium } from 'playwright-core';
import { postgres } from './postgres.mjs';

const here = import.meta.dirname;
const project = path.join(here, '../..');
const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// ---------------------------------------------------------------- the program

/**
 * Starts the built program with a database of its own and waits until it answers.
 *
 * database: 'sqlite' or 'postgres'.
 * before:   subcommands that are run to their end first, with the same settings; [['migrate']] unless told. Or a function
 *           of the folder and the database's address that gives them.
 * command:  the subcommand that serves and what follows it, or a function of the folder and the database's address
 *           that gives them; `--listen` is added.
 * env:      further settings.
 *
 * Gives { base, url, dir, output(), kill(), again(), stop() }: the address, the database's address, the folder of its
 * files, and what the program has printed so far. kill() ends it as a power cut does; again() starts it at the same address.
 */
export async function start({ database = 'sqlite', before = [['migrate']], command = ['serve'], env = {} } = {}) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vg-browser-'));
  const url = database === 'postgres' ? (await cluster()).fresh() : `sqlite://${dir}/versterkingsgelden.db`;
  const listen = `127.0.0.1:${await freePort()}`;
  const settings = { ...process.env, VG_DATABASE_URL: url, VG_DATA_DIR: dir, ...env };
  for (const args of typeof before === 'function' ? before(dir, url) : before) {
    const done = spawnSync(program(), args, { cwd: dir, env: settings, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${args.join(' ')}: status ${done.status}\n${done.error ?? done.stderr}`);
  }
  const args = typeof command === 'function' ? command(dir, url) : command;
  const base = `http://${listen}`;
  let output = '';
  let child;
  let gone;
  const end = async (signal) => {
    child.kill(signal);
    const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(kill);
  };
  const stop = async () => {
    stops.delete(stop);
    await end('SIGTERM');
    fs.rmSync(dir, { recursive: true, force: true });
  };
  stops.add(stop);
  process.on('exit', () => child.kill('SIGKILL'));

  const isUp = () => fetch(`${base}/healthz`).then((it) => it.ok, () => false);
  const again = async () => {
    child = spawn(program(), [...args, '--listen', listen], { cwd: dir, env: settings });
    child.stdout.on('data', (it) => (output += it));
    child.stderr.on('data', (it) => (output += it));
    gone = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
    const deadline = Date.now() + 180_000;
    while (!(await isUp())) {
      const ended = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
      if (ended || deadline < Date.now()) {
        await stop();
        throw new Error(`${program()} ${args.join(' ')} does not answer ${base}/healthz\n${output}`);
      }
      await sleep(50);
    }
  };
  await again();
  return { base, url, dir, output: () => output, kill: () => end('SIGKILL'), again, stop };
}

function program() {
  if (process.env.VG_PROGRAM) return process.env.VG_PROGRAM;
  const built = path.resolve(project, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/versterkingsgelden');
  if (!fs.existsSync(built)) throw new Error(`${built} is not there; run \`cargo build\` first, or name the program in VG_PROGRAM`);
  return built;
}

let theCluster;
function cluster() {
  theCluster ??= postgres();
  return theCluster;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** How a long story is told: of each two things every combination is among these. */
const ALL_VARIANTS = [
  { database: 'sqlite', js: true, width: 1280 },
  { database: 'sqlite', js: false, width: 390 },
  { database: 'postgres', js: false, width: 1280 },
  { database: 'postgres', js: true, width: 390 },
  { database: 'postgres', js: false, width: 390 },
];
/** The first and the last, which differ in everything; all of them if VG_ALL is 1. */
export const VARIANTS = process.env.VG_ALL === '1' ? ALL_VARIANTS : [ALL_VARIANTS.at(0), ALL_VARIANTS.at(-1)];

// ---------------------------------------------------------------- the browser

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** Every page that is open, with what went wrong on it since it was last asked. */
const pages = new Map();
let chromiumProcess;

/**
 * A page in a browser context of its own (own cookies); `page.context().newPage()` opens a second one of the same
 * person. `base` is what `page.goto('/pad')` starts from. Opened inside a check it is closed at the check's end.
 */
export async function browser({ js = true, width = 1280, height = 900, base, ...more } = {}) {
  chromiumProcess ??= chromium.launch({ executablePath: chromiumProgram(), args: FLAGS });
  const context = await (await chromiumProcess).newContext({
    javaScriptEnabled: js, viewport: { width, height }, baseURL: base,
    locale: 'nl-NL', timezoneId: 'Europe/Amsterdam', reducedMotion: 'reduce', bypassCSP: false, ...more,
  });
  context.setDefaultTimeout(20_000);
  context.on('page', (page) => watch(page, js));
  return context.newPage();
}

/** The shell has no windows of its own to draw, which is a quarter of the time of a test; the pages are the same. */
function chromiumProgram() {
  const names = [process.env.CHROMIUM, '/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = names.find((it) => it && fs.existsSync(it));
  if (!found) throw new Error('No Chromium found. Install it with: apt-get install chromium (or name it in CHROMIUM)');
  return found;
}

/** Console errors, uncaught exceptions and failed requests of a page are findings; a CSP violation is one of the first. */
function watch(page, js) {
  const state = { js, errors: [], source: '' };
  pages.set(page, state);
  page.on('close', () => pages.delete(page));
  page.on('pageerror', (err) => state.errors.push(`uncaught: ${err.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isRefusedDocument(page, message)) state.errors.push(`console: ${message.text()}`);
  });
  page.on('response', async (response) => {
    const request = response.request();
    if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return;
    if (500 <= response.status()) state.errors.push(`status ${response.status()}: ${response.url()}`);
    state.source = response.text().catch(() => '');
  });
}

/** Chromium reports a page that answers 4xx as an error; whether such an answer is right is for the test to say. */
function isRefusedDocument(page, message) {
  return /the server responded with a status of 4\d\d/.test(message.text()) && message.location().url === page.url();
}

/** Forgets what the browser reported that this test brought about: a network that is cut is an error to it. */
export async function expectErrors(pattern) {
  await sleep(50);
  for (const state of pages.values()) state.errors = state.errors.filter((it) => !pattern.test(it));
}

/** What went wrong since the last call, on all pages; a check fails if anything is left at its end. */
export async function takeErrors() {
  await sleep(50); // console messages come on their own time
  return [...pages].flatMap(([page, state]) => state.errors.splice(0).map((it) => `${it} (${page.url()})`));
}

// ---------------------------------------------------------------- findings

/**
 * What axe finds on the page, one line for each place. It runs through the debugging protocol and not through a
 * script tag, so that the page's own Content-Security-Policy stays on. In a page without JavaScript timers never ring
 * but promises do, so there axe is given timers made of promises.
 */
export async function axe(page) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      const found = await axeNow(page);
      if (found) return found;
    } catch (err) {
      // A page that is left meanwhile for the next one, which is the one that is meant, is no finding.
      if (deadline < Date.now()) throw err;
    }
    await sleep(20);
  }
}

/** What axe finds, or null where the page is still being read: a click comes back as soon as the next page begins. */
async function axeNow(page) {
  const session = await page.context().newCDPSession(page);
  const { js } = pages.get(page);
  const timers = 'window.setTimeout = (f, _, ...args) => { Promise.resolve().then(() => f(...args)); return 0; };';
  const options = JSON.stringify({ resultTypes: ['violations'], preload: js });
  const run = `axe.run(${options}).then((it) => JSON.stringify(it.violations))`;
  const expression = `if (document.readyState !== 'complete') 'null'; else { ${js ? '' : timers}${axeSource};${run} }`;
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression, awaitPromise: true, returnByValue: true,
  });
  await session.detach();
  if (exceptionDetails) throw new Error(`axe: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
  return JSON.parse(result.value)?.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${violation.help}: ${node.html}`));
}

const validator = new HtmlValidate({ extends: ['html-validate:standard'], rules: { 'require-sri': 'off' } });

/** What a strict HTML checker says of the page as the server sent it (not as the browser has repaired it). */
export async function html(page) {
  const report = await validator.validateString(await pages.get(page).source);
  return report.results.flatMap((it) => it.messages.map((m) => `line ${m.line}: ${m.ruleId}: ${m.message}`));
}

/** Wider than the window: a person would have to scroll sideways. */
export async function overflow(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  return window < content ? [`the page is ${content} pixels wide in a window of ${window}`] : [];
}

/** The whole page as a picture: pictures/NAME-WIDTH.png; gives the path. */
export async function picture(page, name) {
  const file = path.join(here, 'pictures', `${name}-${page.viewportSize().width}.png`);
  await page.screenshot({ path: file, fullPage: true });
  return file;
}

/** No finding of axe, of the HTML checker or in width; a picture, too, if it has a name and VG_PICTURES is 1. */
export async function sound(page, name) {
  const findings = [...(await axe(page)), ...(await html(page)), ...(await overflow(page))];
  if (name && process.env.VG_PICTURES === '1') await picture(page, name);
  if (findings.length) throw new Error(`${findings.length} findings:\n${findings.join('\n')}`);
}

// ---------------------------------------------------------------- the runner

export const counts = { passed: 0, failed: 0 };
const stops = new Set();
const wanted = process.argv[3] ?? '';

/** Runs one test and says so. It fails by throwing, or by an error on any of the open pages. */
export async function check(name, test) {
  if (!name.includes(wanted)) return;
  const before = new Set(pages.keys());
  const started = Date.now();
  try {
    await test();
    const errors = await takeErrors();
    if (errors.length) throw new Error(`the browser reports:\n${errors.join('\n')}`);
    counts.passed += 1;
    console.log(`ok      ${name} (${Date.now() - started} ms)`);
  } catch (err) {
    counts.failed += 1;
    console.log(`FAILED  ${name}\n${indent(err.stack ?? String(err))}`);
    await takeErrors();
    await evidence(name);
  }
  for (const page of pages.keys()) if (!before.has(page)) await page.context().close();
}

/** The address and a picture of each open page. */
async function evidence(name) {
  let number = 0;
  for (const page of pages.keys()) {
    const label = `failed-${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60)}-${++number}`;
    const file = await picture(page, label).catch((err) => `no picture: ${err.message.split('\n')[0]}`);
    console.log(indent(`at ${page.url()}\n   ${file}`));
  }
}

/** Ends everything that was started. */
export async function finish() {
  for (const stop of stops) await stop();
  if (chromiumProcess) await (await chromiumProcess).close();
  if (theCluster) await (await theCluster).stop();
}

function indent(text) {
  return text.replace(/^/gm, '        ');
}
