// The money of an application: shares of municipalities, totals, pasted lines, the workbook, and putting back what was
// removed. With JavaScript and without, wide and narrow.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { browser, check, sound, start } from './lib.mjs';
import { fill, saved } from './hands.mjs';
import { projects } from './typed.mjs';

const FIRST = Number(new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Amsterdam', year: 'numeric' })) + 1;
const YEARS = [FIRST, FIRST + 1];

for (const { js, width } of [{ js: true, width: 1280 }, { js: false, width: 390 }]) {
  const { base, stop } = await start({ before: [], command: (dir) => ['demo', '--data', dir] });
  const page = await browser({ js, width, base });
  const step = (what, act) => check(`${js ? 'with' : 'without'} JavaScript, ${width} wide: ${what}`, act);
  const save = (name = 'Opslaan en verder') => page.getByRole('button', { name, exact: true }).click();
  let application;
  let project;

  await step('a project is divided over its municipalities', async () => {
    await page.goto('/inloggen');
    await page.locator('[name=email]').fill('delft@demo.example');
    await page.locator('[name=wachtwoord]').fill('demo-wachtwoord');
    await save('Inloggen');
    await page.goto('/');
    await save('Start uw aanvraag');
    application = new URL(page.url()).pathname;
    await save('Project toevoegen');
    project = new URL(page.url()).pathname;
    await fill(page, projects(YEARS)[1]);
    await save('Opslaan en later verder');
    await page.goto(project);
    await save('Gelijk verdelen');
    await page.waitForURL(/#verdeling$/);
    const rows = page.locator('section[aria-labelledby=verdeling] tbody tr');
    assert.equal(await rows.last().locator('td').last().innerText(), '0,00');
    await sound(page, 'begroting-verdeeld');
    await page.locator(`[name^="aandeel."][name$=".${FIRST}"]`).first().fill('1,00');
    await save();
    await page.getByText(/^De verdeling over gemeenten voor/).first().waitFor();
    await sound(page, 'begroting-verdeling-fout');
    await save('Gelijk verdelen');
  });

  if (js) await step('the form follows what is chosen, and a number that cannot stay is marked once one has left it', async () => {
    await page.goto(application);
    await save('Project toevoegen');
    const other = page.locator(`[name$=".${FIRST + 1}"]`);
    await other.first().waitFor();
    await page.locator('#categorie').selectOption('one_year');
    const groups = () => page.locator('#onderdeel optgroup').evaluateAll((all) => all.filter((it) => !it.disabled).map((it) => it.dataset.categorie));
    assert.deepEqual(await groups(), ['one_year']);
    await page.locator('#onderdeel').selectOption('pilot');
    // Typed while the form is asked for again: it stays, and nothing of it is left behind to be put back over what is
    // saved later.
    const isForm = (url) => url.pathname === new URL(page.url()).pathname;
    const slowly = async (route) => {
      if (route.request().method() === 'GET') await sleep(1000);
      await route.continue();
    };
    await page.route(isForm, slowly);
    const asked = page.waitForRequest((it) => it.method() === 'GET' && isForm(new URL(it.url())));
    await page.locator('#jaar').selectOption(String(FIRST));
    await asked;
    const typed = 'De partners melden sneller.';
    await page.locator('#doel-kort').pressSequentially(typed);
    await page.waitForFunction((name) => document.querySelectorAll(`[name$=".${name}"]`).length === 0, FIRST + 1);
    await page.unroute(isForm, slowly);
    await saved(page);
    assert.equal(await page.locator('#doel-kort').inputValue(), typed);
    const goal = `indicator.1.doel.${FIRST}`;
    await page.locator(`[name="${goal}"]`).pressSequentially('3 van de 4');
    await page.locator('#bewaarstand', { hasText: /^Opgeslagen om/ }).waitFor();
    assert.equal(await page.locator(`[id="${goal}-fout"]`).count(), 0, 'not while one types in it');
    await page.keyboard.press('Tab');
    await page.locator(`.nl-fields > [id="${goal}-fout"]`).waitFor();
    await sound(page, 'project-getal-fout');
    await page.locator('#categorie').selectOption('prevention');
    await other.first().waitFor();
    assert.equal(await page.locator('#onderdeel').inputValue(), 'pilot', 'what was chosen stays');
    assert.equal(await page.locator(`[id="${goal}-fout"]`).count(), 1, 'what was marked stays marked');
    await save('Project verwijderen');
  });

  await step('lines are pasted, and what is wrong with them is named', async () => {
    await page.goto(project);
    await page.locator('#plakken > summary').focus();
    await page.keyboard.press('Enter');
    const wrong = `Inhuur\tTrainer\tdagdeel\tveel\t650,00\t\t\nInhuur\tZaal\tdagdeel\t1.250\t80,00\t\t`;
    await page.locator('#plak').fill(wrong);
    await save('Regels toevoegen');
    await page.getByText('Regel 1, kolom “Aantal').first().waitFor();
    assert.equal(await page.locator('#plak').inputValue(), wrong);
    await sound(page, 'begroting-plakken-fout');
    const right = `Inhuur\tTrainer\tdagdeel\t12\t650,00\t\t\nInhuur\tZaal\tdagdeel\t4\t1.080,50\t\t`;
    if (js) {
      await page.locator('#plak').fill('');
      const cell = page.locator(`[name="regel.3.aantal.${FIRST}"]`);
      await cell.focus();
      await cell.evaluate((it, text) => {
        const data = new DataTransfer();
        data.setData('text/plain', text);
        it.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      }, right);
      assert.equal(await page.evaluate(() => document.activeElement.id), 'plak');
      await page.getByText('U plakte cellen uit een spreadsheet.').waitFor();
    } else {
      await page.locator('#plak').fill(right);
    }
    await save('Regels toevoegen');
    await page.waitForURL(/#regel\.3\.omschrijving$/);
    assert.equal(await page.locator('[name="regel.4.omschrijving"]').inputValue(), 'Zaal');
    assert.equal(await page.locator('#plak').inputValue(), '');
    await save('Gelijk verdelen');
  });

  await step('the totals are on one page', async () => {
    await page.goto(application);
    await page.getByRole('link', { name: 'Begroting', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Begroting' }).waitFor();
    assert.equal(await page.locator('tfoot').count(), 4);
    await sound(page, 'begroting');
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: path.join(import.meta.dirname, 'pictures', `begroting-afgedrukt-${width}.png`), fullPage: true });
    await page.emulateMedia({ media: null });
  });

  await step('the workbook goes out, and comes back after it was looked at', async () => {
    await page.getByRole('link', { name: 'Begroting in een werkblad (Excel)' }).click();
    await sound(page, 'werkblad');
    const link = await page.getByRole('link', { name: 'Werkblad ophalen (.xlsx)' }).getAttribute('href');
    const answer = await page.request.get(link);
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'vg-werkblad-')), 'begroting.xlsx');
    fs.writeFileSync(file, await answer.body());
    const upload = async (name) => {
      await page.goto(`${application}/begroting/werkblad`);
      await page.locator('#bestand').setInputFiles(name);
      await save('Bekijk wat er verandert');
    };
    await upload(file);
    await page.getByText('staat precies wat er al is').waitFor();
    const csv = file.replace('.xlsx', '.csv');
    fs.writeFileSync(csv, 'Project;Soort kosten');
    await upload(csv);
    await page.getByText('Dit is geen Excel-werkblad (.xlsx).').first().waitFor();
    await sound(page, 'werkblad-fout');
    // What somebody changes after it was handed out is told before it is lost.
    await page.goto(project);
    await page.locator(`[name="regel.3.tarief.${FIRST}"]`).fill('1,00');
    await save('Opslaan en later verder');
    await upload(file);
    await page.getByRole('heading', { level: 1, name: 'Wat er verandert' }).waitFor();
    await page.getByText('is daarna nog gewijzigd.').waitFor();
    await sound(page, 'werkblad-verandert');
    await save('Overnemen');
    await page.getByText('De regels van 1 project zijn overgenomen.').waitFor();
    await page.goto(project);
    assert.equal(await page.locator(`[name="regel.3.tarief.${FIRST}"]`).inputValue(), '650,00');
  });

  await step('moving keeps the place, and a removed project is put back', async () => {
    await page.goto(project);
    await save('Kopie maken');
    await save('Eén plaats omhoog');
    await page.waitForURL(/#omhoog$/);
    if (js) assert.equal(await page.evaluate(() => document.activeElement.id), 'omhoog');
    await save('Project verwijderen');
    await page.getByText('is verwijderd.').waitFor();
    await sound(page, 'project-verwijderd');
    assert.equal(await page.locator('section[aria-labelledby=projecten] .nl-tasks li').count(), 1);
    await save('Ongedaan maken');
    await page.waitForURL(/#projecten$/);
    assert.equal(await page.locator('section[aria-labelledby=projecten] .nl-tasks li').count(), 2);
  });

  await page.context().close();
  await stop();
}
