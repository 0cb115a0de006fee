// The coordinator divides the demo's round that has closed: three scenarios by three methods, where the money goes in each, one
// project changed by hand, one scenario adopted, and for a project why it got what it got, up to the decision.
// With JavaScript and without, wide and narrow.
import assert from 'node:assert/strict';
import { browser, check, sound, start } from './lib.mjs';

const REASON = 'De gemeente heeft het plan kleiner gemaakt. Met dit bedrag kan het project beginnen.';
const METHODS = [
  ['A. Volgens de regeling', {}],
  ['B. Evenredig', { baseline: 'pro_rata', prevention: 'pro_rata', one_year: 'pro_rata' }],
  ['C. Hoogste score', { baseline: 'ranking_skip', prevention: 'ranking_skip', one_year: 'ranking_skip' }],
];

for (const [js, width] of [[true, 1280], [false, 390]]) await story(js, width);

async function story(js, width) {
  const name = `${js ? 'with' : 'without'} JavaScript, ${width} wide`;
  const told = { failed: false, scenarios: [] };
  // Each step stands on the one before.
  const step = (what, act) => !told.failed && check(`${name}: ${what}`, async () => {
    try {
      await act();
    } catch (err) {
      told.failed = true;
      throw err;
    }
  });
  let app, page;
  await step('the demo starts', async () => {
    app = await start({ before: [], command: (dir) => ['demo', '--data', dir] });
  });
  if (!app) return;
  page = await browser({ js, width, base: app.base });
  await step('the coordinator comes to the round that is to be divided', () => open(page, told));
  await step('three scenarios by three methods', () => make(page, told));
  await step('in each the sums are the ceilings, to the cent', () => foot(page, told));
  await step('what a little more would do stands beside what binds', () => more(page, told));
  await step('three columns side by side, per year, category and region', () => compare(page, told));
  await step('a refused project says what would have funded it', () => explain(page, told));
  await step('a hypothetical ceiling can be looked at, not adopted', () => hypothetical(page, told));
  await step('one project is changed by hand, with a reason', () => change(page, told));
  await step('one scenario is adopted', () => adopt(page, told));
  await step('at the decision a project reads why', () => decision(page, told));
  await page.context().close();
  await app.stop();
}

async function open(page, told) {
  await page.goto('/');
  await page.locator('[name=email]').fill('coordinator@demo.example');
  await page.locator('[name=wachtwoord]').fill('demo-wachtwoord');
  await press(page, 'Inloggen');
  await page.getByRole('button', { name: 'Uitloggen' }).waitFor();
  await page.goto('/scenarios');
  // The round that is to be divided is the one in which nothing was adopted.
  await page.locator('tbody tr', { hasText: 'nog niet' }).first().getByRole('link').first().click();
  told.window = new URL(page.url()).pathname;
  await sound(page, 'scenarios-nieuw');
}

async function make(page, told) {
  for (const [name, methods] of METHODS) {
    await page.goto(told.window);
    await page.locator('[name=naam]').fill(name);
    await page.locator('[name=zaad]').fill('Trekking van 1 december');
    for (const [category, method] of Object.entries(methods)) await page.locator(`[name=methode-${category}]`).selectOption(method);
    await press(page, 'Reken uit');
    await page.getByRole('heading', { level: 1, name }).waitFor();
    told.scenarios.push(new URL(page.url()).pathname);
  }
  await page.goto(told.window);
  await page.locator('summary', { hasText: 'Meer regels' }).click();
  assert.equal(await page.locator('[name=afronding]').isVisible(), true);
  await sound(page, 'scenarios-meer-regels');
}

/** Every year of the table: amounts of the categories, what is left, and their sum. */
async function foot(page, told) {
  for (const address of told.scenarios) {
    await page.goto(address);
    const table = page.locator('table', { hasText: 'Per categorie en jaar' });
    let years = 0;
    for (const group of await table.locator('tbody').all()) {
      const rows = await figures(group);
      const sum = rows.pop();
      const of = (at) => rows.reduce((all, it) => all + it[at], 0);
      assert.equal(of(0), sum[0], `${address}: the amounts make the ceiling`);
      assert.equal(sum[2] + sum[3], sum[0], `${address}: divided and left make the ceiling`);
      assert.equal(of(2), sum[2], `${address}: the categories make what is divided`);
      years += 1;
    }
    assert.equal(years, 2);
  }
}

/** The amounts of a body of rows, in cents; a cell that is no amount is nothing. */
async function figures(body) {
  const rows = [];
  for (const row of await body.locator('tr:not(.nl-group)').all()) rows.push((await row.locator('td').allInnerTexts()).map(cents));
  return rows;
}

function cents(text) {
  const found = text.replace('\u2212', '-').match(/-?[\d.]+(,\d\d)?/);
  return found ? Math.round(Number(found[0].replaceAll('.', '').replace(',', '.')) * 100) : 0;
}

async function more(page, told) {
  await page.goto(told.scenarios[1]);
  await page.getByRole('heading', { name: 'Wat bindt' }).waitFor();
  const table = page.locator('table', { hasText: 'Wat een beetje meer zou doen' });
  assert.ok(0 < await table.locator('tbody tr').count());
  assert.match(await table.innerText(), /Met €\s10,00 meer:.* krijgt in \d{4} €\s10,00 meer\./);
  await sound(page, 'scenario-uitleg');
}

async function compare(page, told) {
  await page.goto(told.window);
  for (const address of told.scenarios) await page.locator(`[name=s][value="${address.split('/').pop()}"]`).check();
  await press(page, 'Vergelijk twee of drie gekozen scenario’s');
  await page.getByRole('heading', { name: 'Drie scenario’s' }).waitFor();
  assert.equal(await page.locator('svg.nl-chart').count(), 2);
  const table = page.locator('table', { hasText: 'Verdeling per jaar en categorie' });
  for (const group of await table.locator('tbody').all()) {
    const rows = await figures(group);
    const spent = rows.pop();
    const left = rows.pop();
    for (const column of [2, 3, 4]) {
      const sum = rows.reduce((all, it) => all + it[column], 0);
      // Whole euros here, each rounded.
      assert.ok(Math.abs(sum - spent[column]) <= 300, `${sum} and ${spent[column]}`);
      assert.ok(Math.abs(spent[column] + left[column] - spent[0]) <= 200, `${spent[column]} + ${left[column]} is not ${spent[0]}`);
    }
  }
  assert.match(await table.innerText(), /▲ \+|▼ \u2212|gelijk/, 'differences are said by more than colour');
  await sound(page, 'scenarios-drie');
}

/** The first project that does not get all, by score: its page says what would have helped. */
async function explain(page, told) {
  await page.goto(`${told.scenarios[2]}?categorie=baseline#projecten`);
  const rows = page.locator('section[aria-labelledby=projecten] tbody tr');
  for (const row of await rows.all()) {
    const [, , , eligible, amount] = (await row.locator('td').allInnerTexts()).map(cents);
    if (0 < amount || eligible === 0) continue;
    told.refused = await row.getByRole('link').getAttribute('href');
    break;
  }
  if (!told.refused) return console.log('        (nobody is refused: there is enough for basis op orde)');
  await page.goto(told.refused);
  await page.getByRole('heading', { name: 'Wat had dit project meer gegeven?' }).waitFor();
  assert.match(await page.locator('main').innerText(), /Met een score van \d,\d\d .*Deze zin staat in de brief\./);
  await sound(page, 'scenario-waarom');
}

async function hypothetical(page, told) {
  await page.goto(told.window);
  await page.locator('[name=naam]').fill('D. Een miljoen erbij');
  await page.locator('[name=zaad]').fill('Trekking van 1 december');
  const field = page.locator('[name^=bedrag-baseline-]').first();
  await field.fill(String(cents(await field.inputValue()) / 100 + 1_000_000));
  await press(page, 'Reken uit');
  assert.match(await page.locator('#fouten').innerText(), /denkbeeldig plafond/);
  await page.locator('summary', { hasText: 'Meer regels' }).click();
  await page.locator('[name=denkbeeldig]').check();
  await press(page, 'Reken uit');
  await page.getByText('Denkbeeldig', { exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Neem dit scenario over' }).count(), 0);
  await sound(page, 'scenario-denkbeeldig');
}

/** Half of what the first project of scenario C gets, if it can do with that. */
async function change(page, told) {
  await page.goto(`${told.scenarios[2]}?categorie=one_year#projecten`);
  const rows = page.locator('section[aria-labelledby=projecten] tbody tr');
  for (const row of await rows.all()) {
    const amount = (await row.locator('td').allInnerTexts()).map(cents)[4];
    if (amount < 200_000) continue;
    told.changed = await row.getByRole('link').getAttribute('href');
    told.amount = amount - 100_000;
    break;
  }
  await page.goto(told.changed);
  const field = page.locator('[name^=bedrag-]').first();
  await field.fill(dutch(told.amount));
  await press(page, 'Wijzig het bedrag');
  assert.match(await page.locator('#fouten').innerText(), /Schrijf in hoogstens/);
  assert.equal(cents(await field.inputValue()), told.amount, 'what was typed stays');
  await page.locator('[name=reden]').fill(REASON);
  await press(page, 'Wijzig het bedrag');
  await page.getByText('Met de hand gewijzigd door').waitFor();
  assert.match(await page.locator('main').innerText(), new RegExp(REASON));
  await sound(page, 'scenario-met-de-hand');
  told.application = await page.getByRole('link', { name: 'Naar de aanvraag' }).getAttribute('href');
}

function dutch(amount) {
  return (amount / 100).toFixed(2).replace('.', ',');
}

async function adopt(page, told) {
  await page.goto(told.scenarios[2]);
  // Who stays out is named, and what edits set free is answered for; without that nothing is adopted.
  const box = page.locator('[name^=buiten-]');
  await press(page, 'Neem dit scenario over');
  await page.locator('#fouten').waitFor();
  await sound(page, 'scenario-overnemen-fout');
  await box.check();
  const why = page.locator('[name=waarom]');
  if (await why.count()) await why.fill('Dit geld blijft bewaard.');
  await sound(page, 'scenario-overnemen');
  await press(page, 'Neem dit scenario over');
  await page.getByText('Dit scenario is overgenomen.').waitFor();
  await page.goto(told.scenarios[1]);
  await page.getByText('Dit scenario is verouderd.').waitFor();
}

async function decision(page, told) {
  await page.goto(`${told.application}/besluit`);
  const text = await page.locator('main').innerText();
  assert.match(text, new RegExp(REASON), 'the reason of the change by hand');
  assert.ok(text.includes(new Intl.NumberFormat('nl-NL', { minimumFractionDigits: 2 }).format(told.amount / 100)), text);
  await sound(page, 'scenario-besluit');
  if (!told.refused) return;
  await page.goto(told.refused);
  const application = await page.getByRole('link', { name: 'Naar de aanvraag' }).getAttribute('href');
  await page.goto(`${application}/besluit`);
  assert.match(await page.locator('main').innerText(), /Plaats \d+ van \d+ met score/);
  await sound(page, 'scenario-besluit-geweigerd');
}

async function press(page, name) {
  await page.getByRole('button', { name }).click();
}
