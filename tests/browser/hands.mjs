// What a person does with a form, by the names of its fields: with the mouse, or with the keyboard alone.
import assert from 'node:assert/strict';

export function named(name) {
  return `[name="${name}"]`;
}

export async function press(page, name, { exact = false } = {}) {
  await page.getByRole('button', { name, exact }).click();
}

/** Fills fields by their names, whatever kind they are; a name that ends in a dot is all fields that begin so. */
export async function fill(page, answers) {
  for (const [name, answer] of Object.entries(answers)) {
    if (name.endsWith('.')) {
      for (const box of await page.locator(`main [name^="${name}"]`).all()) await box.setChecked(answer);
      continue;
    }
    const field = page.locator(`main ${named(name)}`);
    const kind = await field.first().evaluate((it) => (it.tagName === 'SELECT' ? 'select' : it.type));
    if (kind === 'select') await field.selectOption(String(answer));
    else if (kind === 'radio') await page.locator(`main ${named(name)}[value="${answer}"]`).check();
    else if (kind === 'checkbox') await field.setChecked(answer);
    else await field.fill(String(answer));
  }
}

/** Unfolds the steps of a form; where there is room beside it they are never folded. */
export async function unfold(page) {
  const summary = page.locator('.nl-steps > summary');
  if (await summary.isVisible()) await summary.click();
}

/** All that stands in the form is saved: nothing is left in the browser. */
export async function saved(page) {
  await page.waitForFunction(() => {
    const isSaid = document.querySelector('.nl-saving')?.dataset.stand === 'success';
    return isSaid && !Object.keys(localStorage).some((it) => it.startsWith('vg:'));
  }, undefined, { timeout: 45_000 }).catch(async (err) => {
    const left = await page.evaluate(() => JSON.stringify([document.querySelector('.nl-saving')?.dataset.stand, { ...localStorage }]));
    throw new Error(`${err.message}\nleft: ${left}`);
  });
  assert.match(await page.locator('#bewaarstand').innerText(), /Opgeslagen om \d\d\.\d\d uur/);
}

/** An amount as it stands on a page, in cents. */
export function cents(text) {
  const digits = text.replace(/[^0-9,-]/g, '');
  assert.match(digits, /^-?\d+,\d\d$/, `“${text}” is an amount`);
  return Number(digits.replace(',', ''));
}

// ---------------------------------------------------------------- the keyboard alone

/** So much of an answer is typed key by key; the rest comes at once, as from an input method. */
const KEY_BY_KEY = 12;
/** More stops than any page has. */
const STOPS = 900;

/**
 * Goes on through the page with Tab, answers every field that has an answer where it comes by, and presses Enter on the
 * button or link with these words; without words it stops at the last answer. Wherever it comes one sees where one is.
 */
export async function tabThrough(page, answers, button) {
  const left = new Map(Object.entries(answers));
  const all = [...left.keys()].filter((it) => it.endsWith('.'));
  for (let stop = 0; stop < STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(whereAmI);
    if (!at) continue;
    assert.ok(at.isSeen, `the focus is not to be seen on ${at.name || at.text}`);
    const prefix = all.find((it) => at.name.startsWith(it));
    if (at.isInMain && (left.has(at.name) || prefix)) {
      await answer(page, at, left.get(prefix ?? at.name));
      if (!prefix) left.delete(at.name);
      if (!button && [...left.keys()].every((it) => it.endsWith('.'))) return;
    } else if (at.isButton && at.text === button) {
      const missed = [...left.keys()].filter((it) => !it.endsWith('.'));
      if (missed.length) continue; // a button of the same words further up
      await page.keyboard.press('Enter');
      return;
    }
  }
  throw new Error(`“${button}” is not reached with Tab; not answered: ${[...left.keys()].join(', ')}`);
}

/** What has the focus, and whether that shows. */
function whereAmI() {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const style = getComputedStyle(it);
  const box = it.getBoundingClientRect();
  const hasRing = (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none';
  const isOnScreen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {
    name: it.name ?? '',
    kind: it.tagName === 'SELECT' ? 'select' : it.type,
    value: it.value,
    text: it.textContent.trim(),
    isChecked: it.checked,
    isButton: it.tagName === 'BUTTON' || it.tagName === 'A',
    isInMain: it.closest('main') !== null,
    isSeen: hasRing && isOnScreen,
  };
}

async function answer(page, at, wanted) {
  if (at.kind === 'checkbox') {
    if (at.isChecked !== wanted) await page.keyboard.press('Space');
  } else if (at.kind === 'radio') {
    if (!at.isChecked) await page.keyboard.press('Space');
    await choose(page, wanted);
  } else if (at.kind === 'select') {
    await page.keyboard.press('Home');
    await choose(page, wanted);
  } else {
    const text = String(wanted);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(text.slice(0, KEY_BY_KEY));
    if (KEY_BY_KEY < text.length) await page.keyboard.insertText(text.slice(KEY_BY_KEY));
  }
}

/** Goes down until the choice that has the focus is the one that is wanted. */
async function choose(page, wanted) {
  for (let tries = 0; tries < 60; tries += 1) {
    if ((await page.evaluate(() => document.activeElement.value)) === String(wanted)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`“${wanted}” cannot be chosen with the keyboard`);
}
