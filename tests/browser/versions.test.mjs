// A completion from the question to the comparison, as the municipality and the ministry see it, wide and narrow; and
// the register of more time.
import assert from 'node:assert/strict';
import { browser, check, sound, start } from './lib.mjs';

const { base, stop } = await start({ before: [], command: (dir) => ['demo', '--data', dir] });
const PASSWORD = 'demo-wachtwoord';

async function person(email, options = {}) {
  const page = await browser({ base, ...options });
  await page.goto('/inloggen');
  await page.locator('[name=email]').fill(email);
  await page.locator('[name=wachtwoord]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Inloggen' }).click();
  await page.getByRole('button', { name: 'Uitloggen' }).waitFor();
  return page;
}

/** The page at an address without a finding, at both widths. */
async function look(page, address, name) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(address);
    for (const it of await page.locator('details').all()) await it.evaluate((node) => { node.open = true; });
    await sound(page, name);
  }
}

let id;
await check('the coordinator asks to complete an application', async () => {
  const page = await person('coordinator@demo.example', { js: false });
  await page.goto('/aanvragen?stand=submitted');
  await page.locator('tbody a').first().click();
  id = new URL(page.url()).pathname.split('/').at(-1);
  await page.goto(`/aanvragen/${id}/behandeling`);
  if (page.url().includes('belangen')) {
    await page.getByLabel(/geen belang/i).first().check();
    await page.getByRole('button', { name: /Verklar|Vastleggen|Opslaan/ }).click();
    await page.goto(`/aanvragen/${id}/behandeling`);
  }
  await page.getByLabel('Analyse van de situatie').check();
  await page.getByLabel('Projecten').check();
  await page.locator('[name=bericht]').fill('Licht de dreiging toe, en het eerste project.');
  await page.getByRole('button', { name: 'Om aanvulling vragen' }).click();
  await page.getByText('Licht de dreiging toe').waitFor();
});

let municipality;
await check('the municipality completes it and sees what changed', async () => {
  const seen = await person('coordinator@demo.example');
  await seen.goto(`/aanvragen/${id}`);
  const lead = (await seen.locator('.nl-heading__over').first().innerText()).split(',')[0].toLowerCase();
  municipality = `${lead.replace(/[^a-z]+/g, '-')}@demo.example`;
  const page = await person(municipality, { js: false });
  await look(page, `/aanvragen/${id}/onderdelen/analysis`, 'aanvullen');
  await page.locator('[name=dreiging]').fill('Nieuw: wij zien dat jongeren vaker online worden benaderd. Dat is anders dan vorig jaar.');
  await page.getByRole('button', { name: 'Opslaan', exact: true }).click();
  await page.goto(`/aanvragen/${id}`);
  await page.locator('#projecten ~ ul a, section[aria-labelledby=projecten] a').first().click();
  await page.locator('[name="doel-kort"]').fill('Binnen een jaar spreken wij twee keer zoveel jongeren als nu, en kennen wij hun ouders.');
  const rate = page.locator('[name^="regel.1.tarief."]').first();
  await rate.fill('123,45');
  await page.getByRole('button', { name: 'Opslaan en later verder' }).click();
  await look(page, `/aanvragen/${id}/controle`, 'controle-aanvulling');
  await look(page, `/aanvragen/${id}/concept`, 'concept');
  await page.goto(`/aanvragen/${id}/controle`);
  await page.getByLabel(/Ik ben bevoegd/).check();
  await page.getByRole('button', { name: 'Aanvraag indienen' }).click();
  await page.waitForURL(/\/versies\/2$/);
  await look(page, `/aanvragen/${id}/versies/2`, 'versie-2');
  await look(page, `/aanvragen/${id}`, 'verloop');
  await look(page, `/aanvragen/${id}/verloop`, 'alles');
});

await check('both read what differs', async () => {
  for (const [email, name] of [[municipality, 'verschil-gemeente'], ['coordinator@demo.example', 'verschil']]) {
    const page = await person(email, { js: false });
    await look(page, `/aanvragen/${id}/versies/1/verschil/2`, name);
    assert.ok(await page.locator('ins').count(), 'something was added');
    assert.ok(await page.locator('del').count(), 'something was removed');
  }
  const page = await person('coordinator@demo.example');
  await page.goto(`/aanvragen/${id}/behandeling`);
  await page.getByRole('link', { name: 'Wat is er veranderd sinds versie 1?' }).click();
  await page.waitForURL(/verschil\/2$/);
});

await check('the register of more time', async () => {
  const page = await person('coordinator@demo.example', { js: false });
  await page.goto('/inrichting');
  await page.locator('a[href*="/tijdvakken/"]').first().click();
  await page.getByRole('link', { name: 'Uitstel en storingen' }).click();
  await look(page, page.url(), 'sluiting');
  await page.getByRole('button', { name: 'Uitstel geven' }).click();
  await sound(page, 'sluiting-fout');
});

await check('the PDF of a version is served as a file', async () => {
  const page = await person(municipality);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.goto(`/aanvragen/${id}/versies/2/pdf`).catch(() => {}),
  ]);
  assert.match(download.suggestedFilename(), /versie-2\.pdf$/);
  
});
await stop();
