// A partner is invited, accepts and does their part, as both see it, wide and narrow, also where something is wrong.
import assert from 'node:assert/strict';
import { browser, check, sound, start } from './lib.mjs';
import { invitation } from './mails.mjs';

const { base, dir, stop } = await start({ before: [], command: (dir) => ['demo', '--data', dir] });
const PASSWORD = 'demo-wachtwoord';
const PETRA = 'petra@westland.example';

async function person(email, password = PASSWORD, options = {}) {
  const page = await browser({ base, ...options });
  await page.goto('/inloggen');
  await page.locator('[name=email]').fill(email);
  await page.locator('[name=wachtwoord]').fill(password);
  await page.getByRole('button', { name: 'Inloggen' }).click();
  await page.getByRole('button', { name: 'Uitloggen' }).waitFor();
  return page;
}

/** What is on the screen without a finding, at both widths. */
async function look(page, name) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await sound(page, name);
  }
}

let application;
await check('the municipality invites a partner, without a script', async () => {
  const delft = await person('delft@demo.example', PASSWORD, { js: false });
  await delft.goto('/');
  await delft.getByRole('button', { name: /Start uw aanvraag/ }).first().click();
  application = new URL(delft.url()).pathname;
  await delft.getByRole('link', { name: /Samenwerken met/ }).click();
  await look(delft, 'samenwerken-leeg');
  await delft.getByRole('link', { name: 'Iemand uitnodigen' }).click();
  await look(delft, 'uitnodigen');
  await delft.locator('[name=email]').fill('delft@demo.example');
  await delft.getByRole('button', { name: 'Uitnodiging sturen' }).click();
  await delft.getByText('Dit is uw eigen adres').or(delft.getByText('Kies wat deze persoon mag')).first().waitFor();
  await look(delft, 'uitnodigen-fout');
  await delft.locator('[name=email]').fill(PETRA);
  await delft.locator('[name=organisatie]').fill('Gemeente Westland');
  await delft.getByLabel('Bewerken', { exact: false }).first().check();
  await delft.getByLabel('Alleen in deze onderdelen').check();
  await delft.getByLabel('Analyse van de situatie').check();
  const soon = new Date(Date.now() + 5 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  await delft.locator('[name=datum]').fill(soon);
  await delft.getByRole('button', { name: 'Uitnodiging sturen' }).click();
  await delft.getByText('De uitnodiging is onderweg.').waitFor();
  await look(delft, 'samenwerken');
});

await check('the partner accepts with a new account and does their part', async () => {
  const address = await invitation(dir, PETRA);
  const petra = await browser({ base });
  await petra.goto(address);
  await look(petra, 'uitnodiging');
  await petra.locator('[name=wachtwoord]').fill('kort');
  await petra.getByRole('button', { name: 'Account maken en aannemen' }).click();
  await petra.getByText('te kort').first().waitFor();
  await look(petra, 'uitnodiging-fout');
  await petra.locator('[name=naam]').fill('Petra Jansen');
  for (const name of ['wachtwoord', 'nogmaals']) await petra.locator(`[name=${name}]`).fill('drie woorden samen');
  await petra.getByRole('button', { name: 'Account maken en aannemen' }).click();
  await petra.getByText('Aan u gevraagd').waitFor();
  assert.equal(new URL(petra.url()).pathname, application);
  await look(petra, 'aanvraag-van-meewerker');
  await petra.goto(`${application}/onderdelen/region`);
  await petra.getByText('lezen en niet wijzigen').waitFor();
  await look(petra, 'onderdeel-alleen-lezen');
  await petra.goto('/');
  await look(petra, 'overzicht-van-meewerker');
  await petra.getByRole('link', { name: 'Naar de taak' }).click();
  await look(petra, 'taak');
  await petra.locator('[name=antwoord]').fill('Nagelezen.');
  await petra.getByRole('button', { name: 'Klaar melden' }).click();
  await petra.getByText('U hebt deze taak klaar gemeld.').waitFor();
  await look(petra, 'taak-klaar');
  await petra.goto(address);
  await petra.getByText('U hebt deze uitnodiging aangenomen').waitFor();
  const other = await browser({ base });
  await other.goto(address);
  await other.getByText('al gebruikt').waitFor();
  await look(other, 'uitnodiging-gebruikt');
});

await check('the municipality sees it, gives a task and removes the partner', async () => {
  const delft = await person('delft@demo.example');
  await delft.goto(application);
  await look(delft, 'aanvraag-met-taken');
  await delft.goto(`${application}/taken`);
  await delft.getByRole('button', { name: 'Taak geven' }).click();
  await delft.getByText('Kies aan wie u dit vraagt.').first().waitFor();
  await look(delft, 'taak-geven-fout');
  await delft.goto(`${application}/samenwerken/werk`);
  await look(delft, 'wie-deed-wat');
  await delft.goto(`${application}/samenwerken`);
  await look(delft, 'samenwerken-aangenomen');
  await delft.getByRole('link', { name: 'Petra Jansen' }).click();
  await look(delft, 'meewerker');
  await delft.getByRole('button', { name: /verwijderen/ }).click();
  await delft.getByText('kan niet meer bij de aanvraag').waitFor();
  const petra = await person(PETRA, 'drie woorden samen');
  await petra.goto(application);
  await petra.getByText('Niet gevonden').first().waitFor();
});

await check('somebody else is told so', async () => {
  const address = await invitation(dir, 'jongerenwerk@demo.example');
  const other = await person('auditor@demo.example');
  await other.goto(address);
  await other.getByText('niet kan aannemen').waitFor();
  await look(other, 'uitnodiging-ander-account');
});

await stop();
