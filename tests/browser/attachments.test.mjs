// The attachments of an application: adding, what is refused and why, what a scanner holds, removing and putting back.
// With JavaScript and without, wide and narrow. The scanner is a real one, with one signature of our own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { browser, check, sound, start } from './lib.mjs';

const FOUND = 'PROEF VAN DE VIRUSSCANNER 4711';

/** A clamd of our own: where it listens, and how it ends. */
async function clamd() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vg-clamd-'));
  const socket = path.join(dir, 'clamd.sock');
  fs.mkdirSync(path.join(dir, 'db'));
  fs.writeFileSync(path.join(dir, 'db/proef.ndb'), `Proef.Bijlage:0:*:${Buffer.from(FOUND).toString('hex')}\n`);
  const config = path.join(dir, 'clamd.conf');
  fs.writeFileSync(config, `DatabaseDirectory ${dir}/db\nLocalSocket ${socket}\nForeground yes\n`);
  const program = fs.existsSync('/usr/sbin/clamd') ? '/usr/sbin/clamd' : 'clamd';
  const child = spawn(program, ['--config-file', config], { stdio: 'ignore' });
  const end = () => child.kill('SIGKILL');
  process.on('exit', end);
  while (!fs.existsSync(socket)) {
    assert.equal(child.exitCode, null, 'no scanner: apt-get install clamav-daemon');
    await sleep(50);
  }
  return { at: `unix:${socket}`, stop: () => { end(); fs.rmSync(dir, { recursive: true, force: true }); } };
}

const file = (name, text) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
const scanner = await clamd();

for (const { js, width } of [{ js: true, width: 1280 }, { js: false, width: 390 }]) {
  const command = (dir) => ['demo', '--data', dir];
  const { base, stop } = await start({ before: [], command, env: { VG_CLAMAV: scanner.at } });
  const page = await browser({ js, width, base });
  const step = (what, act) => check(`${js ? 'with' : 'without'} JavaScript, ${width} wide: ${what}`, act);
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  const signIn = async (it, email) => {
    await it.goto('/inloggen');
    await it.locator('[name=email]').fill(email);
    await it.locator('[name=wachtwoord]').fill('demo-wachtwoord');
    await it.getByRole('button', { name: 'Inloggen', exact: true }).click();
    await it.waitForURL((url) => !url.pathname.startsWith('/inloggen'));
  };
  let application;

  await step('files are added with what they are', async () => {
    await signIn(page, 'delft@demo.example');
    await page.goto('/');
    await press('Start uw aanvraag');
    application = new URL(page.url()).pathname;
    await page.getByRole('link', { name: 'Bijlagen' }).click();
    await sound(page, 'bijlagen-leeg');
    await page.getByLabel('Wat is het?').fill('Afspraken met de regio');
    await page.locator('#bestand').setInputFiles([
      file('Afspraken met een tamelijk lange naam die op een smal scherm over de regel loopt.txt', 'Wij spraken af.'),
      file('plan.pdf', '%PDF-1.7\n%%EOF\n'),
    ]);
    await press('Toevoegen');
    await page.getByText('2 bestanden toegevoegd').waitFor();
    await sound(page, 'bijlagen-twee');
  });

  await step('who goes on with a file chosen adds it first', async () => {
    await page.locator('#bestand').setInputFiles([file('vergeten.txt', 'bijna vergeten')]);
    await press('Verder naar de controle');
    await page.getByRole('heading', { level: 1, name: 'Controleren en indienen' }).waitFor();
    await page.getByText(/Opgeslagen om/).waitFor();
    await sound(page, 'bijlagen-verder');
    await page.goto(`${application}/bijlagen`);
    await page.getByRole('link', { name: 'vergeten.txt', exact: true }).waitFor();
  });

  await step('what is refused is said at the field, and what was good is added', async () => {
    await page.locator('#bestand').setInputFiles([
      file('leeg.pdf', ''), file('plan.pdf', 'geen pdf'), file('goed.txt', 'wel goed'),
    ]);
    await press('Toevoegen');
    await page.getByText('“leeg.pdf” is leeg').first().waitFor();
    await page.getByText('“goed.txt” is wel toegevoegd.').waitFor();
    await sound(page, 'bijlagen-fout');
  });

  await step('a file that is too large is answered with a page', async () => {
    await page.locator('#bestand').setInputFiles([{ ...file('groot.txt', ''), buffer: Buffer.alloc(45 * 1024 * 1024, 97) }], { timeout: 60_000 });
    await press('Toevoegen');
    await page.getByText('“groot.txt” is groter dan 20 MB').first().waitFor({ timeout: 60_000 });
    await sound(page, 'bijlagen-te-groot');
  });

  await step('what the scanner finds is held, and in the way', async () => {
    await page.goto(`${application}/bijlagen`);
    await page.locator('#bestand').setInputFiles([file('besmet.txt', `Een ${FOUND}.`)]);
    await press('Toevoegen');
    await page.getByText('Een bestand wordt vastgehouden.').waitFor();
    await sound(page, 'bijlagen-vastgehouden');
    await page.goto(`${application}/controle`);
    await page.getByRole('link', { name: /“besmet.txt” wordt vastgehouden/ }).click();
    await page.waitForURL(/bijlagen#bijlage-/);
    const watching = await browser({ js, width, base });
    await signIn(watching, 'beheerder@demo.example');
    await watching.goto('/vastgehouden-bestanden');
    await watching.getByText('Proef.Bijlage').waitFor();
    await sound(watching, 'bijlagen-overzicht-vastgehouden');
  });

  await step('a file is described, removed and put back', async () => {
    await page.goto(`${application}/bijlagen`);
    await page.getByRole('link', { name: 'Omschrijving wijzigen van plan.pdf' }).click();
    await page.getByLabel('Wat is het?').fill('Het plan');
    await sound(page, 'bijlagen-omschrijving');
    await press('Opslaan');
    await page.getByText('Omschrijving opgeslagen').waitFor();
    await page.getByRole('button', { name: 'Verwijderen van plan.pdf' }).click();
    await page.getByText('is verwijderd.').waitFor();
    await sound(page, 'bijlagen-verwijderd');
    await press('Ongedaan maken');
    await page.getByRole('link', { name: 'plan.pdf', exact: true }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'plan.pdf', exact: true }).click();
    assert.equal((await download).suggestedFilename(), 'plan.pdf');
    await page.goto(`${application}/concept`);
    await page.getByRole('heading', { name: 'Bijlagen', exact: true }).waitFor();
    await sound(page, 'bijlagen-concept');
  });

  await stop();
}
scanner.stop();
