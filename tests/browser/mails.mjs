// Reads the mails of a program that has no mail server: it leaves them as files.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The address of the invitation in the mail to this person; mails are written a moment later. */
export async function invitation(dir, email) {
  const folder = path.join(dir, 'mail');
  for (let tries = 0; tries < 120; tries += 1) {
    const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((it) => it.endsWith('.eml')) : [];
    const mails = names.map((it) => fs.readFileSync(path.join(folder, it), 'utf8'));
    const mine = mails.find((it) => it.includes(`To: ${email}`));
    const found = mine?.replace(/=\r?\n/g, '').match(/\/uitnodigingen\/[\w-]+/);
    if (found) return found[0];
    await sleep(500);
  }
  throw new Error(`no mail to ${email} in ${folder}`);
}
