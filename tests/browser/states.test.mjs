// Every page that a person can reach by links, and every form with nothing and with nonsense in it: no finding of axe,
// of the strict HTML checker or in width, no broken link; and a refused form says what is wrong so that it can be mended.
// Pages of one shape are looked at once, wide with JavaScript and narrow without in turn.
import assert from 'node:assert/strict';
import { axe, browser, check, html, overflow, start } from './lib.mjs';

const PEOPLE = {
  delft: ['delft@demo.example'],
  coordinator: ['coordinator@demo.example'],
  nctv: ['beoordelaar.nctv@demo.example', '/beoordelen?stand=zzz'],
  szw: ['beoordelaar.szw@demo.example'],
  decides: ['beslisser@demo.example'],
  coDecides: ['medebeslisser.szw@demo.example'],
  finance: ['financien@demo.example', '/boekingen?cyclus=0', '/begroting?peildatum=2000-01-01', '/exports?peildatum=onzin'],
  auditor: ['auditor@demo.example', '/audit?reeks=zzz', '/audit?pagina=999'],
  administrator: ['beheerder@demo.example'],
};
/** Lists without results. */
const EMPTY = ['/aanvragen?zoek=zzz', '/aanvragen?pagina=999'];
const SCREENS = [{ js: true, width: 1280 }, { js: false, width: 390 }];
/** How many addresses of one shape are asked for: an application in another state has other words and forms. */
const PER_SHAPE = 5;

const seen = { pages: new Set(), forms: new Set(), refused: new Set() };
const { base, stop } = await start({ before: [], command: (dir) => ['demo', '--data', dir] });

await check('pages for everybody', () => visit(null, ['/inloggen', '/hulp', '/toegankelijkheid', '/privacy']));
await check('two scenarios to compare, and a draft', prepare);
for (const who of ['delft', 'coordinator']) await check(`pages and forms of ${who}`, () => visit(who));
await check('a scenario is adopted, so that there are proposals', adopt);
for (const who of Object.keys(PEOPLE)) await check(`pages and forms of ${who}, with proposals`, () => visit(who));
await check('answers without a form', strays);
await check('there was enough to look at', () => {
  const counts = Object.fromEntries(Object.entries(seen).map(([name, it]) => [name, it.size]));
  console.log(`        ${JSON.stringify(counts)}`);
  assert.ok(80 <= counts.pages && 25 <= counts.forms && 25 <= counts.refused, JSON.stringify(counts));
});
await stop();

// ---------------------------------------------------------------- people

/** A person behind each kind of screen. */
async function person(who) {
  const first = await browser({ ...SCREENS[0], base });
  if (who) {
    const [email] = PEOPLE[who];
    await first.goto('/inloggen');
    await first.locator('[name=email]').fill(email);
    await first.locator('[name=wachtwoord]').fill('demo-wachtwoord');
    await first.getByRole('button', { name: 'Inloggen' }).click();
    await first.getByRole('button', { name: 'Uitloggen' }).waitFor();
  }
  const second = await browser({ ...SCREENS[1], base, storageState: await first.context().storageState() });
  return { screens: [first, second] };
}

async function prepare() {
  const { screens: [delft] } = await person('delft');
  await delft.goto('/');
  await delft.getByRole('button', { name: 'Start uw aanvraag' }).click();
  await delft.getByRole('button', { name: 'Project toevoegen' }).click();
  const { screens: [coordinator] } = await person('coordinator');
  await coordinator.goto('/scenarios');
  await coordinator.locator('main tbody th a').first().click();
  const window = coordinator.url();
  for (const [name, method] of [['Volgens de regeling', null], ['Preventie evenredig', 'pro_rata']]) {
    await coordinator.goto(window);
    await coordinator.locator('[name=naam]').fill(name);
    await coordinator.locator('[name=zaad]').fill('Trekking van 1 december');
    if (method) await coordinator.locator('[name="methode-prevention"]').selectOption(method);
    await coordinator.getByRole('button', { name: 'Reken uit' }).click();
    await coordinator.getByRole('heading', { level: 1, name }).waitFor();
  }
  await coordinator.goto(window);
  for (const box of await coordinator.locator('[name=s]').all()) await box.check();
  await coordinator.getByRole('button', { name: 'Vergelijk' }).click();
  PEOPLE.coordinator.push(new URL(coordinator.url()).pathname + new URL(coordinator.url()).search);
}

async function adopt() {
  const { screens: [page] } = await person('coordinator');
  await page.goto('/scenarios');
  await page.locator('main tbody th a').first().click();
  await page.getByRole('link', { name: 'Volgens de regeling' }).click();
  await page.locator('[name^=buiten-]').check();
  await page.getByRole('button', { name: 'Neem dit scenario over' }).click();
  await page.getByText('Overgenomen').first().waitFor();
}

// ---------------------------------------------------------------- pages

/** Follows all links from the start, looks at what is new, and then posts each form that is new. */
async function visit(who, from = ['/', ...EMPTY, ...PEOPLE[who].slice(1)]) {
  const me = await person(who);
  const { pages, forms, findings } = await crawl(me.screens[0].request, from);
  await Promise.all(me.screens.map(async (page) => {
    for (let address = pages.shift(); address; address = pages.shift()) {
      await page.goto(address);
      findings.push(...(await faults(page)).map((it) => `${address}: ${it}`));
    }
  }));
  for (const [at, form] of forms.entries()) {
    for (const nonsense of [false, true]) findings.push(...await post(me.screens[(at + nonsense) % 2], form, nonsense));
  }
  if (findings.length) throw new Error(`${findings.length} findings:\n${findings.join('\n')}`);
}

/** Asks for everything that links lead to, without a browser; gives the addresses and forms that look new. */
async function crawl(request, from) {
  const found = { pages: [], forms: [], findings: [] };
  const asked = new Set(from);
  const count = new Map();
  const read = async (address) => {
    const shape = shapeOf(address);
    count.set(shape, (count.get(shape) ?? 0) + 1);
    if (PER_SHAPE < count.get(shape)) return [];
    // A connection that was idle for long may be closed just as the next request goes out; and a dozen PDFs asked at once take their time.
    const answer = await request.get(address, { maxRedirects: 0, maxRetries: 2, timeout: 90_000 });
    if (400 <= answer.status() && !from.includes(address)) found.findings.push(`${address}: a link to an answer ${answer.status()}`);
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) return [];
    const source = await answer.text();
    if (isNew(seen.pages, `${shape} ${headsIn(source)}`)) found.pages.push(address);
    for (const [index, form] of formsIn(source).entries()) {
      if (form.fields && isNew(seen.forms, form.shape)) found.forms.push({ address, index, ...form });
    }
    return linksIn(source, address).filter((it) => isNew(asked, it));
  };
  for (let next = from; next.length;) next = (await Promise.all(next.map(read))).flat();
  return found;
}

function isNew(set, it) {
  return !set.has(it) && Boolean(set.add(it));
}

/** What is wrong with the page, whatever it is. */
async function faults(page) {
  const found = [...await axe(page), ...await html(page), ...await overflow(page)];
  return found.map((it) => `${it} (${page.viewportSize().width} wide)`);
}

/** Addresses that differ only in which thing they are about have one shape. */
function shapeOf(address) {
  const { pathname, searchParams } = new URL(address, base);
  const names = [...new Set(searchParams.keys())].sort();
  return [pathname.replace(/[0-9a-f]{32}/g, ':id').replace(/\/\d+(?=\/|$)/g, '/:n'), ...names].join('?');
}

function linksIn(source, address) {
  const links = [...source.matchAll(/<a\b[^>]*?\bhref="([^"]+)"/g)].map(([, it]) => it.replace(/&(amp|#38);/g, '&'));
  const inside = links.filter((it) => !it.startsWith('#')).map((it) => new URL(it, new URL(address, base))).filter((it) => it.origin === base);
  return inside.map((it) => it.pathname + it.search);
}

/** The forms that change something, with how many fields there are to fill in. */
function formsIn(source) {
  return [...source.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, tag, inside]) => {
    const fields = [...inside.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)].map(([it]) => it).filter((it) => !it.includes('type="hidden"'));
    const names = fields.map((it) => it.match(/\bname="([^"]*)"/)?.[1].replace(/[0-9a-f]{32}|\d+/g, ':n'));
    const action = tag.match(/\baction="([^"]*)"/)?.[1] ?? '';
    const posts = tag.includes('method="post"') && action !== '/uitloggen';
    return { fields: posts ? fields.length : 0, shape: `${shapeOf(action)} ${[...new Set(names)].sort().join(' ')}` };
  });
}

function headsIn(source) {
  const heads = [...source.matchAll(/<h[23]\b[^>]*>(.*?)<\/h[23]>/gs)].map(([, it]) => it.replace(/<[^>]*>/g, ''));
  return [...new Set(heads.map((it) => it.replace(/[\d.,]+|(Project|Indicator|Dossier) .*/g, '').trim()))].sort().join('|');
}

// ---------------------------------------------------------------- forms

/** Posts a form empty or with nonsense; gives what is wrong with the answer. */
async function post(page, { address, index, shape }, nonsense) {
  const how = `${shape} at ${address} ${nonsense ? 'with nonsense' : 'empty'}`;
  await page.goto(address);
  const form = page.locator('form').nth(index);
  if (!(await form.count())) return [`${how}: the form is gone`];
  const typed = await form.evaluate(nonsense ? typeNonsense : makeEmpty);
  const main = form.locator('button.nl-button--primary');
  const button = (await main.count()) ? main.first() : form.locator('button[type=submit]').last();
  const [answer] = await Promise.all([page.waitForNavigation(), button.click()]);
  const found = await faults(page);
  if (answer.status() === 422) {
    seen.refused.add(how);
    found.push(...await page.evaluate(mendable, { typed: nonsense ? typed : {} }));
  } else if (500 <= answer.status()) found.push(`status ${answer.status()}`);
  return found.map((it) => `${how}: ${it}`);
}

function makeEmpty(form) {
  for (const it of form.elements) {
    if (it.type === 'checkbox' || it.type === 'radio') it.checked = false;
    else if (it.tagName === 'SELECT') it.selectedIndex = it.querySelector('option[value=""]') ? 0 : it.selectedIndex;
    else if (it.name && it.type !== 'hidden') it.value = '';
  }
  return {};
}

/** What is no number, no date and no address; gives what was typed where it has to come back. */
function typeNonsense(form) {
  const typed = {};
  for (const it of form.elements) {
    const isText = it.tagName === 'TEXTAREA' || ['text', 'search', 'email', 'tel', 'date', 'datetime-local'].includes(it.type);
    if (!isText) continue;
    const word = it.inputMode === 'decimal' || it.inputMode === 'numeric' ? '1000.5.x' : '<b>"x" & \'y\'</b>';
    if (it.type.startsWith('date')) it.type = 'text';
    else typed[it.name] = word;
    it.value = word;
  }
  return typed;
}

/** A refused form: a list of what is wrong, each with a way to its field, the same words there, and nothing typed lost. */
function mendable({ typed }) {
  const wrong = [];
  if (!document.title.startsWith('Fout: ')) wrong.push(`the title is “${document.title}”`);
  const summary = document.getElementById('fouten');
  if (!summary) return [...wrong, 'there is no list of errors'];
  if (!summary.querySelector('li')) wrong.push('the list of errors is empty');
  for (const link of summary.querySelectorAll('li a')) {
    const id = decodeURIComponent(link.hash.slice(1));
    const field = document.getElementById(id);
    if (!field) { wrong.push(`#${id} leads nowhere`); continue; }
    field.focus();
    if (document.activeElement !== field) wrong.push(`#${id} cannot have the focus`);
    const described = field.closest('[aria-describedby]')?.getAttribute('aria-describedby').split(' ') ?? [];
    const words = described.map((it) => document.getElementById(it)?.innerText ?? `no #${it}`).join(' ');
    if (!words.includes(link.innerText)) wrong.push(`#${id} is not described by “${link.innerText}” but by “${words}”`);
    const says = ['checkbox', 'radio'].includes(field.type) || field.tagName === 'FIELDSET' || field.getAttribute('aria-invalid') === 'true';
    if (!says) wrong.push(`#${id} is not marked as invalid`);
  }
  for (const [name, word] of Object.entries(typed)) {
    const field = document.getElementsByName(name)[0];
    if (field?.value !== word) wrong.push(`${name} has lost what was typed: “${field?.value}”`);
  }
  return wrong;
}

// ---------------------------------------------------------------- answers without a form

async function strays() {
  const findings = [];
  const expect = async (page, status, what, act) => {
    const answer = await act(page);
    if (answer?.status() !== status) findings.push(`${what}: status ${answer?.status()} and not ${status}`);
    findings.push(...(await faults(page)).map((it) => `${what}: ${it}`));
  };
  const submit = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]).then(([it]) => it);
  const visitor = await person(null);
  for (const page of visitor.screens) await expect(page, 404, 'no such page, signed out', () => page.goto('/bestaat-niet'));
  const auditor = await person('auditor');
  for (const page of auditor.screens) {
    await expect(page, 404, 'no such page', () => page.goto('/bestaat-niet'));
    await expect(page, 404, 'no such application', () => page.goto(`/aanvragen/${'0'.repeat(32)}`));
    await expect(page, 403, 'not for an auditor', () => page.goto('/accounts'));
  }
  const delft = await person('delft');
  for (const page of delft.screens) {
    const section = async () => {
      await page.goto('/aanvragen');
      const draft = await page.locator('main tbody a').evaluateAll((all) => all.map((it) => it.getAttribute('href')));
      await page.goto(`${draft[0]}/onderdelen/organisation`);
    };
    await section();
    await page.locator('[name=versie]').first().evaluate((it) => { it.value = '0'; });
    await page.locator('main form textarea, main form input[type=text]').first().fill(`Oude versie op ${page.viewportSize().width}`);
    await expect(page, 409, 'a stale version', () => submit(page, 'main form .nl-button--primary'));
    await section();
    await page.locator('[name=csrf]').evaluateAll((all) => all.forEach((it) => { it.value = 'x'; }));
    await expect(page, 409, 'an old or forged form', () => submit(page, 'main form .nl-button--primary'));
    await section();
    const field = page.locator('main form textarea, main form input[type=text]').first();
    const typed = `Getikt na een lange pauze op ${page.viewportSize().width}`;
    await field.fill(typed);
    await page.context().clearCookies();
    await expect(page, 401, 'the session has ended', () => submit(page, 'main form .nl-button--primary'));
    // A wrong password does not lose it either.
    for (const [word, status] of [['niet dit wachtwoord', 422], ['demo-wachtwoord', 200]]) {
      await page.locator('[name=email]').fill('delft@demo.example');
      await page.locator('[name=wachtwoord]').fill(word);
      await expect(page, status, `signing in again with “${word}”`, () => submit(page, 'main form .nl-button--primary'));
    }
    await expect(page, 200, 'going on', () => submit(page, 'main form .nl-button--primary'));
    await section();
    if (await field.inputValue() !== typed) findings.push(`after signing in again stands “${await field.inputValue()}” and not “${typed}”`);
    // Thirty megabytes, more than any form has: told, and not a broken connection.
    await page.locator('main form textarea, main form input[type=text]').first().evaluate((it) => {
      const area = document.createElement('textarea');
      area.name = it.name;
      area.value = 'a'.repeat(30_000_000);
      it.form.append(area);
    });
    page.setDefaultTimeout(60_000);
    await expect(page, 413, 'a form of 30 MB', () => submit(page, 'main form .nl-button--primary'));
  }
  if (findings.length) throw new Error(`${findings.length} findings:\n${findings.join('\n')}`);
}
