// Not one typed character is missing: while the network is cut, the session ends, a colleague writes in the same section,
// the browser is reloaded or the server killed; and without JavaScript on every way out of a section.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { saved, unfold } from './hands.mjs';
import { browser, check, expectErrors, picture, sound, start } from './lib.mjs';

const CUT = /Failed to load resource|net::ERR|status of (401|400|409|503)/;
const WIDTHS = [1280, 390];
const app = await start({
  before: (dir, url) => [['demo', '--no-serve', '--database-url', url]],
  command: ['serve'],
});

const sessions = {};
let application;
{
  const page = await signedIn('delft');
  await page.goto('/');
  await page.getByRole('button', { name: 'Start uw aanvraag' }).click();
  application = new URL(page.url()).pathname;
  await page.getByRole('button', { name: 'Project toevoegen' }).click();
  await page.getByRole('heading', { name: 'Project 1' }).waitFor();
}

for (const width of WIDTHS) {
  await check(`what is typed is saved a moment later (${width})`, async () => {
    const page = await section('delft', 'analysis', { width });
    await type(page, 'dreiging', `Getypt op ${width}.`);
    await saved(page);
    await sound(page, 'bewaren-opgeslagen');
    await page.reload();
    assert.ok((await text(page, 'dreiging')).endsWith(`Getypt op ${width}.`));
  });

  await check(`typed while the network is cut (${width})`, async () => {
    const page = await section('delft', 'analysis', { width });
    await page.context().setOffline(true);
    await type(page, 'behoefte', `Zonder net, ${width} breed.`);
    await says(page, 'geen verbinding. Uw tekst staat in deze browser.');
    await sound(page, 'bewaren-zonder-verbinding');
    await page.getByRole('button', { name: 'Opslaan en verder' }).click();
    await says(page, 'U kunt nu niet verder: er is geen verbinding.');
    assert.match(page.url(), /analysis/);
    await page.context().setOffline(false);
    await saved(page);
    await expectErrors(CUT);
    assert.ok((await stored('behoefte')).endsWith(`Zonder net, ${width} breed.`));
  });
}

await check('a reload while the network is cut: what was typed is put back and saved', async () => {
  const page = await section('delft', 'analysis');
  // The page can be had, the saves get nowhere.
  await page.route('**/onderdelen/analysis', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await type(page, 'geleerd', 'Voor het herladen.');
  await says(page, 'geen verbinding');
  await page.reload();
  assert.ok((await text(page, 'geleerd')).endsWith('Voor het herladen.'));
  await type(page, 'geleerd', ' En erna.');
  await page.unroute('**/onderdelen/analysis');
  await saved(page);
  await expectErrors(CUT);
  assert.ok((await stored('geleerd')).endsWith('Voor het herladen. En erna.'));
});

await check('a browser that crashed: another window of the same person has the text', async () => {
  const page = await section('delft', 'analysis');
  await page.route('**/onderdelen/analysis', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await type(page, 'geleerd', ' Voor de klap.');
  await says(page, 'geen verbinding');
  const other = await page.context().newPage();
  await page.close({ runBeforeUnload: false });
  await other.goto(`${application}/onderdelen/analysis`);
  await other.waitForFunction(() => !Object.keys(localStorage).some((it) => it.startsWith('vg:')));
  assert.ok((await text(other, 'geleerd')).endsWith(' Voor de klap.'));
  await expectErrors(CUT);
  assert.ok((await stored('geleerd')).endsWith(' Voor de klap.'));
});

await check('the server is killed and started again', async () => {
  const page = await section('delft', 'analysis');
  await app.kill();
  await type(page, 'weerbaarheid', 'Zonder server.');
  await says(page, 'geen verbinding');
  await app.again();
  await type(page, 'weerbaarheid', ' En weer met.');
  await saved(page);
  await expectErrors(CUT);
  assert.ok((await stored('weerbaarheid')).endsWith('Zonder server. En weer met.'));
});

await check('a busy server is asked again', async () => {
  const page = await section('delft', 'analysis');
  let answers = 0;
  await page.route('**/onderdelen/analysis', (route) => {
    if (route.request().method() !== 'POST' || 0 < answers++) return route.continue();
    return route.fulfill({ status: 503, body: 'druk' });
  });
  await type(page, 'weerbaarheid', ' Even druk.');
  await says(page, 'het is even druk');
  await picture(page, 'bewaren-druk');
  await saved(page);
  await expectErrors(CUT);
  assert.ok((await stored('weerbaarheid')).endsWith(' Even druk.'));
});

for (const width of WIDTHS) {
  await check(`the session ends in the middle (${width})`, async () => {
    const page = await section('delft', 'analysis', { width });
    await type(page, 'dreiging', ' Nog ingelogd.');
    await saved(page);
    await page.context().clearCookies();
    await type(page, 'dreiging', ' Uitgelogd.');
    await says(page, 'u bent uitgelogd');
    await sound(page, 'bewaren-uitgelogd');
    const [other] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Log in (opent in een nieuw tabblad)' }).click(),
    ]);
    await signIn(other, 'delft');
    await page.bringToFront();
    await type(page, 'dreiging', ' Weer ingelogd.');
    await saved(page);
    await expectErrors(CUT);
    assert.ok((await stored('dreiging')).endsWith(' Nog ingelogd. Uitgelogd. Weer ingelogd.'));
    // The button works with the new session, too.
    await page.getByRole('button', { name: 'Opslaan', exact: true }).click();
    await page.getByText(/^Opgeslagen om/).first().waitFor();
  });
}

await check('a warning before the session ends', async () => {
  for (const width of WIDTHS) {
    const page = await signedIn('delft', { width });
    let asked = 0;
    await page.route('**/sessie', (route) => {
      if (route.request().method() === 'POST') return route.continue();
      asked += 1;
      return route.fulfill({ json: { over: 290, hoogstens: 9000 } });
    });
    await page.clock.install();
    await page.goto(`${application}/onderdelen/analysis`);
    await page.clock.fastForward('56:00');
    const dialog = page.getByRole('dialog', { name: 'U wordt bijna uitgelogd' });
    await dialog.waitFor();
    assert.ok(0 < asked);
    await dialog.getByText('Over 5 minuten wordt u uitgelogd').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Ingelogd blijven');
    await sound(page, 'sessie-waarschuwing');
    await dialog.getByRole('button', { name: 'Ingelogd blijven' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
});

await check('two people in one section, in different fields', async () => {
  const [delft, colleague] = [await section('delft', 'organisation'), await section('editor.delft', 'organisation')];
  await type(colleague, 'functie', 'Adviseur van de collega');
  await saved(colleague);
  await type(delft, 'contactpersoon', 'Joris van Delft');
  await delft.getByText('heeft ook “Functie van de contactpersoon” gewijzigd. Dat staat er nu ook in.').waitFor();
  assert.equal(await text(delft, 'functie'), 'Adviseur van de collega');
  assert.equal(await stored('contactpersoon', 'organisation'), 'Joris van Delft');
});

for (const width of WIDTHS) {
  await check(`two people in one field: both texts side by side (${width})`, async () => {
    const [delft, colleague] = [await section('delft', 'organisation', { width }), await section('editor.delft', 'organisation')];
    await fill(colleague, 'ondertekenaar', `De wethouder ${width}`);
    await saved(colleague);
    await type(delft, 'ondertekenaar', `De burgemeester ${width}`);
    const box = delft.getByRole('group', { name: /^Kies bij/ });
    await box.waitFor();
    assert.equal(await delft.evaluate(() => document.activeElement.name), 'ondertekenaar', 'the focus stays');
    await box.getByText(`De wethouder ${width}`, { exact: true }).waitFor();
    await sound(delft, 'bewaren-botsing');
    await type(delft, 'functie', '.');
    await sleep(2500);
    assert.equal(await stored('ondertekenaar', 'organisation'), `De wethouder ${width}`, 'the other text stays until one chooses');
    assert.ok((await stored('functie', 'organisation')).endsWith('.'), 'all else is saved');
    await box.getByRole('button', { name: width === 390 ? 'Neem de andere tekst over' : 'Mijn tekst blijft' }).click();
    await saved(delft);
    const kept = await stored('ondertekenaar', 'organisation');
    if (width === 390) assert.equal(kept, `De wethouder ${width}`);
    else assert.ok(kept.endsWith(`De burgemeester ${width}`), kept);
  });
}

await check('two people add a line to one budget, and the totals are live', async () => {
  const project = await projectAddress();
  const [delft, colleague] = [await signedIn('delft'), await signedIn('editor.delft')];
  await delft.goto(project);
  await colleague.goto(project);
  const year = (await delft.locator('[name^="regel.1.aantal."]').first().getAttribute('name')).split('.').pop();
  await fill(colleague, 'regel.1.omschrijving', 'Zaalhuur');
  await saved(colleague);
  await fill(delft, 'regel.1.omschrijving', 'Drukwerk');
  await fill(delft, `regel.1.aantal.${year}`, '12');
  await fill(delft, `regel.1.tarief.${year}`, '33,33');
  await type(delft, 'titel', 'Samen');
  await delft.waitForFunction(() => document.getElementsByName('regel.2.omschrijving')[0]?.value === 'Drukwerk');
  await saved(delft);
  assert.equal(await text(delft, 'regel.1.omschrijving'), 'Zaalhuur');
  assert.equal(await delft.locator(`[id="bedrag-2-${year}"]`).innerText(), '399,96');
  assert.equal(await delft.locator(`[id="kosten-${year}"]`).innerText(), '399,96');
  await sound(delft, 'bewaren-project');
  await delft.setViewportSize({ width: 390, height: 900 });
  await sound(delft, 'bewaren-project');
  await delft.reload();
  assert.deepEqual([await text(delft, 'regel.1.omschrijving'), await text(delft, 'regel.2.omschrijving'), await text(delft, 'titel')], ['Zaalhuur', 'Drukwerk', 'Samen']);
});

await check('one sees who else is there', async () => {
  const [delft, colleague] = [await section('delft', 'region'), await section('editor.delft', 'region')];
  await sleep(500);
  await delft.reload();
  await delft.locator('#aanwezig').getByText(/heeft dit ook open, sinds \d\d\.\d\d uur\./).waitFor();
  await delft.goto(application);
  await delft.getByText(/Nu open bij/).first().waitFor();
  await sound(delft, 'aanwezig');
  await colleague.close();
});

await check('leaving the page at once loses nothing', async () => {
  const page = await section('delft', 'analysis');
  await type(page, 'geleerd', ' Net voor het weggaan.');
  await page.goto('/hulp');
  await sleep(300);
  assert.ok((await stored('geleerd')).endsWith(' Net voor het weggaan.'));
});

await check('what a window saved without hearing of it is not put back over what was typed since', async () => {
  const first = await section('delft', 'analysis');
  await first.route('**/onderdelen/analysis', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch().catch(() => {});
    return route.abort();
  });
  await type(first, 'geleerd', ' Wel bewaard, niet gehoord.');
  await says(first, 'geen verbinding');
  const second = await first.context().newPage();
  await second.goto(`${application}/onderdelen/analysis`);
  assert.ok((await text(second, 'geleerd')).endsWith(' Wel bewaard, niet gehoord.'));
  await type(second, 'dreiging', ' Daarna, in een ander venster.');
  await second.waitForFunction(() => document.querySelector('.nl-saving')?.dataset.stand === 'success');
  await first.close();
  await second.reload();
  await sleep(1000);
  assert.ok((await text(second, 'dreiging')).endsWith(' Daarna, in een ander venster.'));
  assert.equal(await second.locator('#bewaarstand').innerText(), '', 'nothing is put back, and nobody else is said to have typed');
  assert.equal(await second.evaluate(() => Object.keys(localStorage).filter((it) => it.startsWith('vg:')).length), 0);
  await expectErrors(CUT);
});

await check('signing out with unsaved text asks first', async () => {
  const page = await browser({ base: app.base });
  await page.goto('/inloggen');
  await signIn(page, 'delft');
  await page.goto(`${application}/onderdelen/analysis`);
  await page.route('**/onderdelen/analysis', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await type(page, 'geleerd', ' Niet te bewaren.');
  await says(page, 'geen verbinding');
  await page.getByRole('button', { name: 'Uitloggen', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Niet alles is opgeslagen' });
  await dialog.waitFor();
  await sound(page, 'uitloggen-vraag');
  await dialog.getByRole('button', { name: 'Uitloggen en wissen' }).click();
  await page.getByRole('heading', { name: 'Inloggen' }).waitFor();
  await expectErrors(CUT);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((it) => it.startsWith('vg:')).length), 0);
});

for (const width of WIDTHS) {
  await check(`without JavaScript every move between sections saves (${width})`, async () => {
    const page = await signedIn('delft', { js: false, width });
    await page.goto(`${application}/onderdelen/analysis`);
    const before = await text(page, 'geleerd');
    await page.locator('[name=geleerd]').fill(`${before} Zonder script ${width}.`);
    await unfold(page);
    await page.getByRole('button', { name: 'Verklaringen' }).click();
    assert.match(page.url(), /onderdelen\/statements/);
    await page.getByText(/^Opgeslagen om/).waitFor();
    await page.locator('[name=opmerking]').fill(`Opmerking ${width}`);
    await page.getByRole('button', { name: 'Naar uw aanvraag' }).click();
    await page.goto(await projectAddress(page));
    await page.locator('[name=titel]').fill(`Titel ${width}`);
    await unfold(page);
    await page.getByRole('button', { name: 'Alle onderdelen' }).click();
    await page.getByText(`Titel ${width}`).first().waitFor();
    await sound(page, 'zonder-script');
    assert.ok((await stored('geleerd')).endsWith(` Zonder script ${width}.`));
    assert.equal(await stored('opmerking', 'statements'), `Opmerking ${width}`);
  });
}

await app.stop();

// ---------------------------------------------------------------- people

/** In a window of their own; one session for all of them, so that nobody signs in too often. */
async function signedIn(who, how = {}) {
  if (!sessions[who]) {
    const first = await browser({ base: app.base });
    await first.goto('/inloggen');
    await signIn(first, who);
    sessions[who] = { cookies: (await first.context().storageState()).cookies, origins: [] };
  }
  return browser({ base: app.base, storageState: sessions[who], ...how });
}

async function signIn(page, who) {
  await page.locator('[name=email]').fill(`${who}@demo.example`);
  await page.locator('[name=wachtwoord]').fill('demo-wachtwoord');
  await page.getByRole('button', { name: 'Inloggen' }).click();
  await page.getByRole('button', { name: 'Uitloggen', exact: true }).waitFor();
}

async function section(who, name, how) {
  const page = await signedIn(who, how);
  await page.goto(`${application}/onderdelen/${name}`);
  return page;
}

async function projectAddress(page) {
  const at = page ?? await signedIn('delft');
  await at.goto(application);
  return at.locator('a[href*="/projecten/"]').first().getAttribute('href');
}

// ---------------------------------------------------------------- what is typed and stored

/** Key by key, at the end of what stands there. */
async function type(page, name, words) {
  const field = page.locator(`[name="${name}"]`);
  await field.focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(words);
}

async function fill(page, name, words) {
  await page.locator(`[name="${name}"]`).fill(words);
}

function text(page, name) {
  return page.locator(`[name="${name}"]`).inputValue();
}

async function says(page, sentence) {
  await page.locator('#bewaarstand').getByText(sentence).waitFor();
}

/** What another browser sees. */
async function stored(name, part = 'analysis') {
  const page = await section('editor.delft', part, { js: false });
  const found = await text(page, name);
  await page.context().close();
  return found;
}
