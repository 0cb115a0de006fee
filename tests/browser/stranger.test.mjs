// Somebody who never saw the program before fills in a whole application: twelve projects, a partner who writes one
// section, municipalities that share the money. The network fails in the middle of one project, the session ends in
// another, and a colleague writes in a third at the same time. Not one typed character is missing, and every total is
// right. With JavaScript and without, wide and narrow; once the form is filled in and saved with nothing but the keyboard.
import assert from 'node:assert/strict';
import { cents, fill, named, press, saved, tabThrough } from './hands.mjs';
import { VARIANTS, browser, check, expectErrors, sound, start } from './lib.mjs';
import { invitation } from './mails.mjs';
import { SECTIONS, projects } from './typed.mjs';

const CUT = /Failed to load resource|net::ERR|status of (401|400|409|503)/;
const PASSWORD = 'demo-wachtwoord';
const PARTNER = { email: 'petra@westland.example', password: 'drie woorden samen' };
const FIRST = Number(new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Amsterdam', year: 'numeric' })) + 1;
const YEARS = [FIRST, FIRST + 1];
const PROJECTS = 12;
/** In which project what goes wrong. */
const [NETWORK, SESSION, COLLEAGUE] = [3, 6, 9];
/** What is hard to keep: marks of every kind, spaces and lines. */
const MARKS = 'Één “proef” & <b>niet</b> vet; ‘s ochtends — 50 % \\ {{ x }} €';

for (const [at, variant] of VARIANTS.entries()) await story({ ...variant, keyboard: at === 0 });

async function story({ database, js, width, keyboard }) {
  const name = `${database}, ${js ? 'with' : 'without'} JavaScript, ${width} wide${keyboard ? ', keyboard only' : ''}`;
  const it = { js, width, keyboard, typed: new Map(), projects: [], failed: false };
  const step = (what, act) => !it.failed && check(`${name}: ${what}`, async () => {
    try {
      await act();
    } catch (err) {
      it.failed = true;
      throw err;
    }
  });
  await step('the demo starts', async () => {
    it.app = await start({ database, before: [], command: (dir, url) => ['demo', '--data', dir, '--database-url', url] });
  });
  if (!it.app) return;
  it.page = await browser({ js, width, base: it.app.base });

  await step('signs in and begins', () => begin(it));
  await step('a partner is invited and writes the analysis', () => partner(it));
  await step('writes the other sections', () => sections(it));
  for (let number = 0; number < PROJECTS; number += 1) {
    const trouble = { [NETWORK]: ', and the network fails', [SESSION]: ', and the session ends', [COLLEAGUE]: ', and a colleague writes there, too' }[number] ?? '';
    await step(`writes project ${number + 1}${trouble}`, () => project(it, number));
  }
  await step('every character is there', () => everyCharacter(it));
  await step('submits, and every total is right', () => submit(it));

  await it.page.context().close();
  await it.app.stop();
}

// ---------------------------------------------------------------- the beginning

async function begin(it) {
  await it.page.goto('/');
  await answer(it, { email: 'delft@demo.example', wachtwoord: PASSWORD }, 'Inloggen');
  await it.page.getByRole('button', { name: 'Uitloggen', exact: true }).waitFor();
  await answer(it, {}, 'Start uw aanvraag');
  await it.page.waitForURL(/\/aanvragen\/[^/]+$/);
  it.address = new URL(it.page.url()).pathname;
}

async function partner(it) {
  await it.page.goto(`${it.address}/uitnodigingen`);
  const soon = new Date(Date.now() + 5 * 24 * 3_600_000).toISOString().slice(0, 10);
  await fill(it.page, { email: PARTNER.email, organisatie: 'Gemeente Westland', datum: soon });
  await it.page.getByLabel('Bewerken', { exact: false }).first().check();
  await it.page.getByLabel('Alleen in deze onderdelen').check();
  await it.page.getByLabel('Analyse van de situatie').check();
  await press(it.page, 'Uitnodiging sturen');
  await it.page.getByText('De uitnodiging is onderweg.').waitFor();

  const petra = await browser({ js: it.js, width: it.width, base: it.app.base });
  await petra.goto(await invitation(it.app.dir, PARTNER.email));
  await fill(petra, { naam: 'Petra Jansen', wachtwoord: PARTNER.password, nogmaals: PARTNER.password });
  await press(petra, 'Account maken en aannemen');
  await petra.getByText('Aan u gevraagd').or(petra.getByRole('heading', { name: /^Aanvraag/ })).first().waitFor();
  await petra.goto(`${it.address}/onderdelen/analysis`);
  const answers = { ...SECTIONS.analysis, geleerd: `${MARKS}\nEn van de partner.` };
  await fill(petra, answers);
  await press(petra, 'Opslaan', { exact: true });
  await petra.getByText(/^Opgeslagen om/).first().waitFor();
  remember(it, `${it.address}/onderdelen/analysis`, answers);
}

async function sections(it) {
  for (const [section, answers] of Object.entries(SECTIONS)) {
    if (section === 'analysis') continue;
    const address = `${it.address}/onderdelen/${section}`;
    await it.page.goto(address);
    await answer(it, answers, 'Opslaan');
    await it.page.getByText(/^Opgeslagen om/).first().waitFor();
    remember(it, address, answers);
  }
}

// ---------------------------------------------------------------- the projects

/** Three kinds of projects by turns, each with words of its own and amounts of its own. */
function answersOf(number) {
  const [baseline, prevention, oneYear] = projects(YEARS);
  const answers = { ...[baseline, prevention, oneYear][number % 3] };
  answers.titel = `${answers.titel} ${number + 1}`;
  answers.activiteiten = `${number + 1}. ${MARKS}`;
  answers['regel.2.omschrijving'] = `Werkbezoeken “${number + 1}”`;
  for (const year of YEARS) {
    if (answers[`regel.1.aantal.${year}`]) answers[`regel.1.aantal.${year}`] = `${100 + number},4`;
  }
  return answers;
}

async function project(it, number) {
  await it.page.goto(it.address);
  await answer(it, {}, 'Project toevoegen');
  await it.page.waitForURL(/\/projecten\//);
  const address = new URL(it.page.url()).pathname;
  it.projects.push(address);
  const answers = answersOf(number);
  remember(it, address, answers);
  const [half, rest] = halves(answers);
  const trouble = { [NETWORK]: networkFails, [SESSION]: sessionEnds, [COLLEAGUE]: colleagueWrites }[number];
  if (trouble) await trouble(it, address, half, rest);
  else await answer(it, answers, 'Opslaan en later verder');
  await it.page.waitForURL((url) => url.pathname === it.address);
  if (number === 0) {
    await it.page.goto(address);
    await answer(it, {}, 'Gelijk verdelen');
    for (const year of YEARS) await it.page.locator(`[id="te-verdelen-${year}"]`, { hasText: /^0,00$/ }).waitFor();
    await sound(it.page, 'vreemde-project');
  }
}

/** What is typed before something goes wrong and what after, in the order of the form. */
function halves(answers) {
  const all = Object.entries(answers);
  return [Object.fromEntries(all.slice(0, 9)), Object.fromEntries(all.slice(9))];
}

async function networkFails({ page, js, ...it }, address, half, rest) {
  await type({ page, ...it }, half);
  await page.context().setOffline(true);
  await type({ page, ...it }, rest);
  if (js) {
    await page.locator('#bewaarstand').getByText('geen verbinding').waitFor();
    await press(page, 'Opslaan en later verder');
    await page.locator('#bewaarstand').getByText('U kunt nu niet verder').waitFor();
    await page.context().setOffline(false);
    await saved(page);
    await answer({ page, ...it }, {}, 'Opslaan en later verder');
  } else {
    // The browser shows its own page about the network; it sends the form again when asked to.
    await press(page, 'Opslaan en later verder').catch(() => {});
    await page.waitForURL(/chrome-error/).catch(() => {});
    await page.context().setOffline(false);
    await page.reload();
  }
  await expectErrors(CUT);
}

async function sessionEnds({ page, js, ...it }, address, half, rest) {
  await type({ page, ...it }, half);
  if (js) await saved(page);
  await page.context().clearCookies();
  await type({ page, ...it }, rest);
  if (js) {
    await page.locator('#bewaarstand').getByText('u bent uitgelogd').waitFor();
    const [other] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Log in (opent in een nieuw tabblad)' }).click(),
    ]);
    await signIn(other, 'delft');
    await other.close();
    await page.bringToFront();
    await saved(page);
    await answer({ page, ...it }, {}, 'Opslaan en later verder');
  } else {
    await press(page, 'Opslaan en later verder');
    await page.getByRole('heading', { name: 'Inloggen' }).waitFor();
    await fill(page, { email: 'delft@demo.example', wachtwoord: PASSWORD });
    await press(page, 'Inloggen');
    await page.getByRole('heading', { name: 'U bent weer ingelogd' }).waitFor();
    await sound(page, 'vreemde-verder-na-inloggen');
    await press(page, 'Opslaan en verder gaan');
  }
  await expectErrors(CUT);
}

async function colleagueWrites(it, address, half, rest) {
  const { evaluatieplan, ...others } = rest;
  assert.ok(evaluatieplan, 'the colleague writes where Delft did not yet');
  const titel = `${half.titel}, zoals wij het noemen`;
  const theirs = { titel: 'De titel van de collega', evaluatieplan: `De collega schrijft: ${MARKS}` };
  await type(it, half);
  if (it.js) {
    // The rest gets nowhere until the colleague is done: nothing here hangs on who is quicker.
    await saved(it.page);
    await it.page.route(`**${address}`, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  }
  await type(it, { titel });
  const colleague = await browser({ js: it.js, width: it.width, base: it.app.base });
  await colleague.goto('/inloggen');
  await signIn(colleague, 'editor.delft');
  await colleague.goto(address);
  await fill(colleague, theirs);
  await press(colleague, 'Opslaan en later verder');
  await colleague.waitForURL((url) => url.pathname === it.address);
  await colleague.context().close();

  await type(it, others);
  if (it.js) await it.page.unroute(`**${address}`);
  await chooseMine(it, theirs.titel, titel);
  await it.page.waitForURL((url) => url.pathname === it.address);
  remember(it, address, { titel, evaluatieplan: theirs.evaluatieplan });
  await expectErrors(CUT);
}

/** Both texts are shown; the own one stays. */
async function chooseMine(it, theirs, mine) {
  if (!it.js) {
    await press(it.page, 'Opslaan en later verder');
    await it.page.getByRole('heading', { name: 'Kies welke tekst blijft' }).waitFor();
    for (const text of [theirs, mine]) await it.page.locator('label', { hasText: text }).waitFor();
    await sound(it.page, 'vreemde-kiezen');
    await it.page.locator('label', { hasText: mine }).click();
    await press(it.page, 'Opslaan', { exact: true });
    await it.page.goto(it.address);
    return;
  }
  const box = it.page.getByRole('group', { name: /^Kies bij/ });
  await box.getByText(theirs, { exact: true }).waitFor({ timeout: 45_000 });
  await sound(it.page, 'vreemde-kiezen');
  await box.getByRole('button', { name: 'Mijn tekst blijft' }).click();
  await saved(it.page);
  await answer(it, {}, 'Opslaan en later verder');
}

// ---------------------------------------------------------------- the end

/** What another browser of a colleague finds in every field. */
async function everyCharacter(it) {
  const colleague = await browser({ js: false, base: it.app.base });
  await colleague.goto('/inloggen');
  await signIn(colleague, 'editor.delft');
  for (const [address, answers] of it.typed) {
    await colleague.goto(address);
    for (const [name, typed] of Object.entries(answers)) assert.equal(String(await found(colleague, name)), String(typed), `${name} of ${address}`);
  }
  await colleague.context().close();
}

/** What stands in a field, or whether everything is ticked that begins so. */
async function found(page, name) {
  const fields = page.locator(`main ${name.endsWith('.') ? `[name^="${name}"]` : named(name)}`);
  const kind = await fields.first().evaluate((it) => it.type);
  if (kind === 'checkbox') return fields.evaluateAll((all) => all.every((it) => it.checked));
  if (kind === 'radio') return page.locator(`main ${named(name)}:checked`).inputValue();
  return fields.inputValue();
}

async function submit(it) {
  const sums = YEARS.map((year) => [...it.typed].filter(([at]) => at.includes('/projecten/')).reduce((sum, [, answers]) => sum + requested(answers, year), 0));
  await it.page.goto(it.address);
  const shown = await it.page.locator('#bedragen ~ * tfoot td').allInnerTexts();
  assert.deepEqual(shown.map(cents), [...sums, sums[0] + sums[1]]);
  for (const [address, answers] of it.typed) {
    if (!address.includes('/projecten/')) continue;
    await it.page.goto(address);
    for (const year of YEARS) {
      const total = it.page.locator(`[id="gevraagd-${year}"]`);
      if (await total.count()) assert.equal(cents(await total.innerText()), requested(answers, year), `${address} in ${year}`);
    }
  }
  await it.page.goto(`${it.address}/controle`);
  await answer(it, { akkoord: true }, 'Aanvraag indienen');
  await it.page.waitForURL(/\/versies\/1$/);
  await it.page.getByText('Ontvangstbewijs').waitFor();
  const version = await it.page.locator('main').innerText();
  for (const [, answers] of it.typed) {
    for (const name of ['titel', 'activiteiten', 'evaluatieplan', 'geleerd']) {
      if (answers[name]) assert.ok(version.includes(answers[name]), `the version has ${answers[name]}`);
    }
  }
  await sound(it.page, 'vreemde-ontvangst');
}

/** What is asked for a project in a year, in cents: hours and a visit. */
function requested(answers, year) {
  let sum = 0;
  for (const line of [1, 2]) {
    const [count, rate] = ['aantal', 'tarief'].map((it) => answers[`regel.${line}.${it}.${year}`]);
    if (count) sum += (tenths(count) * cents(rate)) / 10;
  }
  assert.ok(Number.isInteger(sum), 'the amounts come out at whole cents');
  return sum;
}

function tenths(text) {
  const [whole, part = '0'] = text.split(',');
  return Number(whole) * 10 + Number(part);
}

// ---------------------------------------------------------------- hands

function remember(it, address, answers) {
  it.typed.set(address, { ...it.typed.get(address), ...answers });
}

/** Fills in and presses, in the way of this story. */
async function answer(it, answers, button) {
  if (it.keyboard) return tabThrough(it.page, answers, button);
  await fill(it.page, answers);
  await it.page.getByRole('button', { name: button, exact: true }).first().click();
}

function type(it, answers) {
  return it.keyboard ? tabThrough(it.page, answers) : fill(it.page, answers);
}

async function signIn(page, who) {
  await fill(page, { email: `${who}@demo.example`, wachtwoord: PASSWORD });
  await press(page, 'Inloggen');
  await page.getByRole('button', { name: 'Uitloggen', exact: true }).waitFor();
}
