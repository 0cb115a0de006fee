// The main job in the browser: a new application from draft to exported award, and a top-up after it. With
// JavaScript and without, wide and narrow, on both databases. Every page is checked once at each width.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { VARIANTS, browser, check, sound, start } from './lib.mjs';
import { csv, xlsx } from './files.mjs';
import { cents, fill, named, press } from './hands.mjs';
import { SECTIONS, indicator, projects, topUp } from './typed.mjs';

const PEOPLE = {
  delft: 'delft@demo.example',
  coordinator: 'coordinator@demo.example',
  nctv: 'beoordelaar.nctv@demo.example',
  szw: 'beoordelaar.szw@demo.example',
  decides: 'beslisser@demo.example',
  coDecides: 'medebeslisser.szw@demo.example',
  finance: 'financien@demo.example',
  auditor: 'auditor@demo.example',
};
/** A program built without PDF answers with a page that says so. */
const HAS_PDF = process.env.VG_NO_PDF !== '1';
const FIRST = Number(new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Amsterdam', year: 'numeric' })) + 1;
const YEARS = [FIRST, FIRST + 1];
const CYCLE = YEARS.join('-');
const REGION = 'Delft en omgeving';
const seen = new Set();
const findings = [];

for (const variant of VARIANTS) await journey(variant);
await check('every page of the journeys is sound', () => {
  if (findings.length) throw new Error(findings.join('\n'));
});

async function journey({ database, js, width }) {
  const name = `${database}, ${js ? 'with' : 'without'} JavaScript, ${width} wide`;
  const story = { failed: false };
  // Each step stands on the one before: after a failure the rest of this journey is not walked.
  const step = (what, act) => !story.failed && check(`${name}: ${what}`, async () => {
    try {
      await act();
    } catch (err) {
      story.failed = true;
      throw err;
    }
  });
  const people = {};
  let program;
  await step('the demo starts', async () => { program = await demo(database); });
  if (!program) return;
  // Opened outside the steps, so that everybody stays signed in from one to the next.
  for (const who of Object.keys(PEOPLE)) people[who] = await browser({ js, width, base: program.base });

  await step('everybody signs in', () => signIn(people));
  await step('Delft fills in its application', () => fillIn(people.delft, story));
  await step('Delft makes mistakes and mends them', () => mistakes(people.delft, story));
  await step('Delft submits, twice clicking', () => submit(people.delft, story));
  await step('the coordinator takes it in and assigns reviewers', () => takeIn(people.coordinator, story));
  await step('NCTV and SZW assess every project', () => assessAll(people, story));
  await step('the coordinator closes the assessment', () => close(people.coordinator, story));
  await step('the coordinator compares scenarios and adopts one', () => divide(people.coordinator, story));
  await step('SZW agrees, another decides, the coordinator sends', () => decideOn(people, story, true));
  await step('Delft reads the message, the decision and the letter', () => readDecision(people.delft, story));
  await step('finance finds the award in the budget and in the files', () => finance(people.finance, story));
  await step('an award is changed: proposed, agreed, decided, told', () => amend(people, story));
  await step('a top-up from the reserve', () => topUpRound(people, story));
  await step('the auditor finds that all is well', () => audit(people.auditor));

  for (const page of Object.values(people)) await page.context().close();
  await program.stop();
}

/** The demo, on a database of its own. */
function demo(database) {
  return start({ database, before: [], command: (dir, url) => ['demo', '--data', dir, ...(database === 'postgres' ? ['--database-url', url] : [])] });
}

/** Looks for what is wrong with a page, once for each page and width; told at the end, so that the journey goes on. */
async function look(page, name) {
  const key = `${name}-${page.viewportSize().width}`;
  if (seen.has(key)) return;
  seen.add(key);
  try {
    await sound(page, name);
  } catch (err) {
    findings.push(`${name} (${page.url()}): ${err.message}`);
    console.log(`finding ${findings.at(-1)}`);
  }
}

// ---------------------------------------------------------------- the municipality

async function signIn(people) {
  for (const [who, email] of Object.entries(PEOPLE)) {
    const page = people[who];
    await page.goto('/');
    if (who === 'delft') await look(page, 'inloggen');
    await fill(page, { email, wachtwoord: 'demo-wachtwoord' });
    await press(page, 'Inloggen');
    await page.getByRole('button', { name: 'Uitloggen' }).waitFor();
    await look(page, `start-${who}`);
  }
}

async function fillIn(page, story) {
  await page.goto('/');
  await press(page, 'Start uw aanvraag');
  story.address = new URL(page.url()).pathname;
  assert.match(story.address, /^\/aanvragen\/[^/]+$/);
  story.reference = (await page.locator('h1').innerText()).replace('Aanvraag ', '');
  await look(page, 'aanvraag-leeg');
  for (const [section, answers] of Object.entries(SECTIONS)) {
    await page.goto(`${story.address}/onderdelen/${section}`);
    await look(page, `onderdeel-${section}`);
    await fill(page, answers);
    await press(page, 'Opslaan', { exact: true });
    await page.getByText(/^Opgeslagen om/).waitFor();
  }
  story.projects = [];
  for (const answers of projects(YEARS)) story.projects.push(await addProject(page, story.address, answers));
}

/** Adds a project by the form, with a line and an indicator more than the form begins with. */
async function addProject(page, address, answers) {
  await page.goto(address);
  await press(page, 'Project toevoegen');
  const project = new URL(page.url()).pathname;
  await look(page, 'project-leeg');
  await fill(page, answers);
  await press(page, 'Nog een regel toevoegen');
  await page.locator('[name="regel.4.omschrijving"]').waitFor();
  const years = YEARS.filter((it) => answers[`regel.1.aantal.${it}`]);
  await fill(page, { 'regel.4.soort': 'material', 'regel.4.omschrijving': 'Materiaal', 'regel.4.eenheid': 'stuk' });
  for (const it of years) await fill(page, { [`regel.4.aantal.${it}`]: '12', [`regel.4.tarief.${it}`]: '33,33' });
  await press(page, 'Nog een indicator toevoegen');
  const hours = Object.fromEntries(years.map((it) => [it, []]));
  await page.locator('[name="indicator.3.naam"]').waitFor();
  await fill(page, indicator(3, 'output', 'Getrainde mensen', 'personen', '0', '40', hours));
  await press(page, 'Opslaan en later verder');
  assert.equal(new URL(page.url()).pathname, address);
  return project;
}

async function mistakes(page, { address, projects: [first] }) {
  const rate = `regel.1.tarief.${YEARS[0]}`;
  const goal = `indicator.1.doel.${YEARS[0]}`;
  await page.goto(first);
  await look(page, 'project-gevuld');
  await fill(page, { [rate]: '1000.5', [goal]: '12' });
  await press(page, 'Opslaan en verder');
  const summary = page.locator('#fouten');
  await summary.waitFor();
  assert.match(await page.title(), /^Fout: /);
  await look(page, 'project-fout');
  assert.equal(await page.locator(named(rate)).inputValue(), '1000.5', 'what was typed stays');
  for (const [field, sentence] of [[rate, /1000\.5.*Bedoelt u 1000,5/], [goal, /u begint bij 18 en wilt in \d{4} naar 12\..*kies een doel hoger dan 18/]]) {
    const link = summary.locator(`a[href="#${field}"]`);
    assert.match(await link.innerText(), sentence);
    await link.click();
    assert.equal(await page.evaluate(() => document.activeElement?.id), field, 'the link goes to the field');
  }
  await page.goto(`${address}/controle`);
  await page.getByRole('heading', { name: 'Los nog 2 punten op' }).waitFor();
  await look(page, 'controle-punten');
  await page.locator(`main a[href^="${first}"]`, { hasText: '1000.5' }).click();
  assert.equal(new URL(page.url()).pathname, first);
  await fill(page, { [rate]: '88,00', [goal]: '24' });
  await press(page, 'Opslaan en verder');
  assert.equal(new URL(page.url()).pathname, address, 'nothing is left to mend');
}

async function submit(page, story) {
  // 600 x 88,00 + 1.250,50 + 12 x 33,33; and so on: what the server sums has to be this.
  const others = 125050 + 39996;
  const sums = [5280000 + 2860000 + 2 * others, 5505250 + 2920000 + 1426500 + 3 * others];
  await page.goto(story.address);
  await look(page, 'aanvraag-gevuld');
  if (!story.isTopUp) {
    const shown = await page.locator('#bedragen ~ * tfoot td').allInnerTexts();
    assert.deepEqual(shown.map(cents), [...sums, sums[0] + sums[1]]);
  }
  await page.goto(`${story.address}/controle`);
  await look(page, 'controle-klaar');
  await press(page, 'Aanvraag indienen');
  await page.locator('#fouten a[href="#akkoord"]').waitFor();
  await page.locator(named('akkoord')).check();
  await page.getByRole('button', { name: 'Aanvraag indienen' }).dblclick();
  await page.waitForURL(/\/versies\/1$/);
  await page.getByText('Ontvangstbewijs').waitFor();
  assert.match(await page.locator('main code').first().innerText(), /^[0-9a-f]{64}$/);
  await look(page, 'ontvangstbewijs');
  await page.goto(story.address);
  assert.equal(await page.getByRole('link', { name: /^Versie \d+ met ontvangstbewijs/ }).count(), 1, 'it was submitted once');
  await look(page, 'aanvraag-ingediend');
}

// ---------------------------------------------------------------- the ministry

async function takeIn(page, story) {
  await page.goto(`/aanvragen?zoek=${story.reference}`);
  await look(page, 'aanvragen');
  await page.getByRole('link', { name: story.reference, exact: true }).click();
  await look(page, 'dossier');
  await page.getByRole('link', { name: 'Behandeling', exact: true }).click();
  await look(page, 'behandeling-ingediend');
  await page.locator(named('nctv')).selectOption({ label: 'Mila Jansen' });
  if (!story.isTopUp) await page.locator(named('szw')).selectOption({ label: 'Farida Yilmaz' });
  await press(page, 'Toewijzen');
  await press(page, 'Volledig: in behandeling nemen');
  await look(page, 'behandeling-toegewezen');
}

async function assessAll({ nctv, szw }, story) {
  for (const [page, count] of story.isTopUp ? [[nctv, 1]] : [[nctv, 3], [szw, 1]]) {
    await page.goto('/beoordelen');
    await look(page, 'beoordelen');
    await page.getByRole('link', { name: story.reference, exact: true }).click();
    await declareNone(page);
    const links = page.locator('main table a[href$="/beoordeling"]');
    const addresses = await links.evaluateAll((all) => [...new Set(all.map((it) => it.getAttribute('href')))]);
    assert.equal(addresses.length, count, 'projects to assess');
    for (const address of addresses) await assess(page, address);
  }
}

async function declareNone(page) {
  await page.waitForURL(/\/belangen/);
  await look(page, 'belangen');
  await page.locator('[name=belang][value=geen]').check();
  await press(page, 'Verklaren');
}

async function assess(page, address) {
  await page.goto(address);
  await look(page, 'beoordeling-leeg');
  const criteria = await page.locator('input[type=radio][name^=k]').evaluateAll((all) => [...new Set(all.map((it) => it.name))]);
  const [first, ...others] = criteria;
  await fill(page, { [first]: '4', [`${first}-reden`]: 'Goed onderbouwd met cijfers uit de regio.' });
  await press(page, 'Later verder');
  await page.goto(address);
  assert.equal(await page.locator(named(`${first}-reden`)).inputValue(), 'Goed onderbouwd met cijfers uit de regio.', 'the draft was kept');
  for (const it of others) await fill(page, { [it]: '5', [`${it}-reden`]: 'Uitstekend onderbouwd.' });
  await press(page, 'Beoordeling afronden');
  await page.locator('#fouten a[href="#advies"]').waitFor();
  await look(page, 'beoordeling-fout');
  await fill(page, { advies: 'fund', 'advies-reden': 'Het project past bij de analyse en is goed uitvoerbaar.' });
  await press(page, 'Beoordeling afronden');
  await page.waitForURL(/\/behandeling$/);
  await page.goto(address);
  await page.getByText('Afgerond. Moet er iets anders?').waitFor();
  await look(page, 'beoordeling-af');
}

async function close(page, { address }) {
  await page.goto(`${address}/behandeling`);
  await look(page, 'behandeling-beoordeeld');
  await press(page, 'Beoordeling vaststellen');
  assert.equal(await page.getByRole('button', { name: 'Beoordeling vaststellen' }).count(), 0);
}

async function divide(page, story) {
  await page.goto('/scenarios');
  await look(page, 'scenarios');
  await page.getByRole('link', { name: `Aanvragen ${CYCLE}` }).click();
  const window = page.url();
  await look(page, 'scenarios-leeg');
  await newScenario(page, 'A. Volgens de regeling', {});
  await look(page, 'scenario');
  const first = page.url();
  await page.goto(window);
  await newScenario(page, 'B. Preventie evenredig', { 'methode-prevention': 'pro_rata' });
  await page.goto(window);
  await look(page, 'scenarios-van-tijdvak');
  for (const box of await page.locator('[name=s]').all()) await box.check();
  await press(page, 'Vergelijk twee of drie gekozen scenario’s');
  await look(page, 'vergelijking');
  await page.goto(first);
  await page.locator('main a[href*="/projecten/"]').first().click();
  await look(page, 'scenario-project');
  await page.goto(first);
  // Some regions have more time, or are not assessed yet.
  await page.locator('[name^=buiten-]').check();
  await press(page, 'Neem dit scenario over');
  await page.goto(first);
  await page.getByText('Dit scenario is overgenomen.').waitFor();
  await look(page, 'scenario-overgenomen');
}

async function newScenario(page, naam, answers) {
  await fill(page, { naam, zaad: 'Trekking van 1 december', ...answers });
  await press(page, 'Reken uit');
  await page.getByRole('heading', { level: 1, name: naam }).waitFor();
}

async function decideOn({ coDecides, decides, coordinator }, story, hasPrevention) {
  const visit = async (page) => {
    await page.goto('/besluiten');
    await look(page, 'besluiten');
    await page.goto(`${story.address}/besluit`);
    await page.getByRole('link', { name: 'Verklaar uw belangen' }).click();
    await declareNone(page);
    await page.goto(`${story.address}/besluit`);
  };
  if (hasPrevention) {
    await visit(coDecides);
    await look(coDecides, 'instemming');
    await fill(coDecides, { instemming: 'agreed', reden: 'De preventieprojecten sluiten aan bij het beleid van SZW.' });
    await press(coDecides, 'Leg dit vast');
  }
  await visit(decides);
  await look(decides, 'voorstel');
  await fill(decides, { redenen: 'De aanvraag past bij de regeling. De bedragen volgen uit de verdeling.' });
  await press(decides, 'Besluit zoals voorgesteld');
  await coordinator.goto(`${story.address}/besluit`);
  await look(coordinator, 'besluit-genomen');
  await coordinator.getByRole('link', { name: 'Bekijk het concept van de brief' }).click();
  await look(coordinator, 'brief-concept');
  await coordinator.goto(`${story.address}/besluit`);
  await press(coordinator, 'Maak het besluit bekend');
}

async function readDecision(page, story) {
  await page.goto('/berichten');
  await look(page, 'berichten');
  await page.locator('main tbody a').first().click();
  await look(page, 'bericht');
  await page.getByRole('link', { name: 'Naar het besluit' }).click();
  assert.equal(new URL(page.url()).pathname, `${story.address}/besluit`);
  await look(page, 'besluit-gelezen');
  story.awarded = cents(await page.locator('dl .nl-money').first().innerText());
  assert.ok(0 < story.awarded);
  await page.getByRole('link', { name: 'Lees de brief' }).click();
  await page.getByRole('heading', { level: 1, name: /^Brief/ }).waitFor();
  await look(page, 'brief');
  const link = page.getByRole('link', { name: 'Download als PDF' });
  if (HAS_PDF) {
    const file = await download(page, link);
    assert.equal(fs.readFileSync(file).subarray(0, 5).toString(), '%PDF-');
  } else {
    await link.click();
    await look(page, 'brief-geen-pdf');
  }
}

/** Every project gets a hundred euro less in one year. */
async function amend({ coordinator, coDecides, decides, delft }, { address }) {
  const changes = `${address}/wijzigingen`;
  await coordinator.goto(`${address}/besluit`);
  await coordinator.getByRole('link', { name: /wijziging/i }).first().click();
  assert.equal(new URL(coordinator.url()).pathname, changes);
  await look(coordinator, 'wijzigingen-leeg');
  await coordinator.getByRole('link', { name: 'Stel een wijziging voor' }).click();
  await look(coordinator, 'wijziging-nieuw');
  await press(coordinator, 'Stel deze wijziging voor');
  await coordinator.locator('#fouten').waitFor();
  await look(coordinator, 'wijziging-fout');
  let before = 0;
  let projects = 0;
  for (const project of await coordinator.locator('main fieldset').all()) {
    const amount = project.locator('input[type=text]').first();
    const was = cents(await amount.inputValue());
    await amount.fill(((was - 10_000) / 100).toFixed(2).replace('.', ','));
    before += was;
    projects += 1;
  }
  await fill(coordinator, { reden: 'De werkbezoeken gaan niet door. Dat scheelt honderd euro per project.' });
  await press(coordinator, 'Stel deze wijziging voor');
  await coordinator.waitForURL((url) => url.pathname === changes);
  await look(coordinator, 'wijziging-voorgesteld');
  await coDecides.goto(changes);
  await look(coDecides, 'wijziging-szw');
  await press(coDecides, 'Leg dit vast');
  await coDecides.locator('#fouten').waitFor();
  await look(coDecides, 'wijziging-szw-fout');
  await fill(coDecides, { oordeel: 'agreed', 'oordeel.reden': 'Het doel van de preventieprojecten blijft gelijk.' });
  await press(coDecides, 'Leg dit vast');
  await decides.goto(changes);
  await look(decides, 'wijziging-besluit');
  await press(decides, 'Besluit zoals voorgesteld');
  await look(decides, 'wijziging-besloten');
  await delft.goto('/berichten');
  await delft.locator('main tbody a').first().click();
  await look(delft, 'bericht-wijziging');
  await delft.getByRole('link', { name: 'Naar de brief' }).click();
  await look(delft, 'brief-wijziging');
  await delft.goto(`${address}/besluit`);
  await look(delft, 'besluit-gewijzigd');
  await delft.getByText('De toekenning is na het besluit gewijzigd.').waitFor();
  await delft.goto(changes);
  await look(delft, 'wijziging-gelezen');
  const sums = (await delft.locator('main tfoot td').allInnerTexts()).map(cents);
  assert.deepEqual(sums, [before, before - projects * 10_000]);
}

async function finance(page, story) {
  await page.goto('/begroting');
  await page.locator(named('cyclus')).selectOption({ label: CYCLE });
  await press(page, 'Toon');
  await page.waitForURL(/[?&]cyclus=/);
  await look(page, 'begroting');
  assert.ok(0 < (await measures(page, YEARS[0], 'Basis op orde')).Toegekend);
  await page.locator('main table tbody a').first().click();
  await page.getByRole('heading', { level: 1, name: 'Journaal' }).waitFor();
  await look(page, 'boekingen');
  await page.goto('/exports');
  await look(page, 'exports');
  await page.goto('/exports/toekenningen');
  await look(page, 'export-toekenningen');
  const of = (rows) => rows.filter((it) => it.kenmerk === story.reference);
  const rows = of(csv(fs.readFileSync(await download(page, page.locator('main a[href*="formaat=csv"]').first()), 'utf8'), ','));
  const cells = of(xlsx(fs.readFileSync(await download(page, page.locator('main a[href*="formaat=xlsx"]').first()))));
  assert.equal(rows.length, 5, 'two projects of two years and one of one');
  const sum = (all) => all.reduce((sum, it) => sum + Math.round(Number(it.toegekend) * 100), 0);
  assert.equal(sum(rows), story.awarded, 'the CSV has what was decided');
  assert.equal(sum(cells), story.awarded, 'the XLSX has what was decided, as numbers');
  const titles = projects(YEARS).map((it) => it.titel);
  assert.deepEqual([...new Set(rows.map((it) => it.project))].sort(), titles.sort());
  assert.deepEqual(cells.map((it) => it.project), rows.map((it) => it.project));
}

// ---------------------------------------------------------------- the top-up

async function topUpRound(people, story) {
  const { coordinator, delft, finance } = people;
  const [, year] = YEARS;
  const before = await reserve(finance, year);
  await coordinator.goto('/inrichting');
  await look(coordinator, 'inrichting');
  await coordinator.getByRole('link', { name: CYCLE, exact: true }).first().click();
  await look(coordinator, 'cyclus');
  await coordinator.getByRole('link', { name: 'Tijdvak instellen' }).click();
  await look(coordinator, 'tijdvak-nieuw');
  await fill(coordinator, { soort: 'top_up', naam: `Aanvullend ${year}`, opent: onTheClock(-24), sluit: onTheClock(-1) });
  await press(coordinator, 'Tijdvak instellen');
  // It has closed, so that it can be divided; Delft alone has more time.
  await coordinator.getByRole('link', { name: `Aanvullend ${year}` }).click();
  await coordinator.getByRole('link', { name: 'Uitstel en storingen' }).click();
  const region = coordinator.locator('[name=regio]');
  const delfts = await region.locator('option', { hasText: REGION }).first().getAttribute('value');
  await fill(coordinator, { regio: delfts, uitstel: onTheClock(24 * 14), reden: 'De raad vergadert pas volgende week.' });
  await press(coordinator, 'Uitstel geven');

  await delft.goto('/');
  await look(delft, 'start-aanvullend');
  await press(delft, 'Start uw aanvraag');
  const extra = { isTopUp: true, address: new URL(delft.url()).pathname };
  extra.reference = (await delft.locator('h1').innerText()).replace('Aanvraag ', '');
  assert.ok(extra.reference.startsWith(`${story.reference}-`), 'linked to the award of the cycle');
  for (const section of ['organisation', 'region', 'analysis', 'statements']) {
    await delft.goto(`${extra.address}/onderdelen/${section}`);
    await fill(delft, SECTIONS[section]);
    await press(delft, 'Opslaan', { exact: true });
  }
  await addProject(delft, extra.address, topUp(year));
  await submit(delft, extra);
  await takeIn(coordinator, extra);
  await assessAll(people, extra);
  await close(coordinator, extra);
  await coordinator.goto('/scenarios');
  await coordinator.getByRole('link', { name: `Aanvullend ${year}` }).click();
  await newScenario(coordinator, 'A. Uit de reserve', {});
  await look(coordinator, 'scenario-aanvullend');
  await press(coordinator, 'Neem dit scenario over');
  await decideOn(people, extra, false);

  await delft.goto(`${extra.address}/besluit`);
  await look(delft, 'besluit-aanvullend');
  const awarded = cents(await delft.locator('dl .nl-money').first().innerText());
  // 220 x 91,05 + 1.250,50 + 12 x 33,33, rounded down to tens of euros.
  assert.equal(awarded, 2168000);
  const after = await reserve(finance, year);
  assert.equal(before.Vrij - after.Vrij, awarded, 'the reserve went down by exactly the award');
  assert.equal(after.Toegekend - before.Toegekend, awarded);
}

/** The row of the reserve in the budget. */
async function reserve(page, year) {
  await page.goto('/begroting');
  await page.locator(named('cyclus')).selectOption({ label: CYCLE });
  await press(page, 'Toon');
  await page.waitForURL(/[?&]cyclus=/);
  return measures(page, year, 'Reserve');
}

/** The amounts of an envelope in cents, by the heads of their columns. */
async function measures(page, year, envelope) {
  const body = page.locator('main table tbody', { has: page.locator('.nl-group', { hasText: String(year) }) }).first();
  const row = body.locator('tr', { hasText: envelope });
  await row.first().waitFor();
  const heads = await page.locator('main table thead th').allInnerTexts();
  const amounts = await row.locator('td').allInnerTexts();
  return Object.fromEntries(heads.slice(1).map((it, at) => [it, cents(amounts[at])]));
}

async function audit(page) {
  await page.goto('/audit');
  await look(page, 'audit');
  await page.getByRole('link', { name: 'Alles controleren' }).click();
  await page.getByRole('heading', { level: 1, name: 'Uitkomst van de controle' }).waitFor();
  await look(page, 'audit-controle');
  const checks = await page.locator('main section').count();
  assert.ok(2 <= checks);
  assert.equal(await page.getByText('Alles klopt.').count(), checks);
}

// ---------------------------------------------------------------- hands

async function download(page, link) {
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return file.path();
}

/** So many hours from now, as a moment on the Dutch clock is typed. */
function onTheClock(hours) {
  const moment = new Date(Date.now() + hours * 3_600_000);
  return moment.toLocaleString('sv-SE', { timeZone: 'Europe/Amsterdam' }).slice(0, 16).replace(' ', 'T');
}
