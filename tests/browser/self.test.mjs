// The tests of the tests: what the harness must find, it finds.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { axe, browser, check, html, overflow, picture, sound, start, takeErrors } from './lib.mjs';

const page = (body) => `<!DOCTYPE html>
<html lang="nl">
<head>
<title>Proef</title>
</head>
<body>
<main>
<h1>Proef</h1>
${body}
</main>
</body>
</html>
`;
const PAGES = {
  '/goed': page('<p>Goed</p>'),
  '/axe': page('<img src="/punt.svg">'),
  '/csp': page('<p style="color: red">Rood</p>'),
  '/html': page('<p id="a">een</p><p id="a">twee</p>'),
  '/half': page('<p>Half</p>'),
  '/breed': page('<pre>' + 'breed '.repeat(200) + '</pre>'),
  '/script': page('<p id="wie">server</p><script src="/script.js"></script>'),
  '/fout': page('<script src="/kapot.js"></script>'),
};
const FILES = {
  '/punt.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
  '/script.js': ['text/javascript', "document.getElementById('wie').textContent = 'script'"],
  '/kapot.js': ['text/javascript', 'throw new Error("kapot")'],
  '/favicon.ico': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
};

const server = http.createServer((request, response) => {
  const [type, body] = FILES[request.url] ?? ['text/html; charset=utf-8', PAGES[request.url]];
  response.writeHead(body ? 200 : request.url === '/stuk' ? 500 : 404, {
    'content-type': type,
    'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'",
  });
  if (request.url !== '/half') return response.end(body ?? page('<p>Niet gevonden</p>'));
  // First its head and the beginning of its text; the rest half a second later.
  const middle = body.indexOf('<main>');
  response.write(body.slice(0, middle));
  setTimeout(() => response.end(body.slice(middle)), 500);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${server.address().port}`;

for (const js of [true, false]) {
  const how = js ? 'with JavaScript' : 'without JavaScript';
  const open = async (path, more) => {
    const it = await browser({ js, base, ...more });
    await it.goto(path);
    return it;
  };

  await check(`a good page is sound, ${how}`, async () => sound(await open('/goed'), 'self'));

  await check(`scripts run or do not, ${how}`, async () => {
    assert.equal(await (await open('/script')).locator('#wie').innerText(), js ? 'script' : 'server');
  });

  await check(`axe finds an image without a text, ${how}`, async () => {
    assert.match((await axe(await open('/axe'))).join('\n'), /^image-alt: /);
  });

  await check(`axe looks at a page when it is there whole, ${how}`, async () => {
    const it = await open('/goed');
    await it.goto('/half', { waitUntil: 'commit' });
    assert.deepEqual(await axe(it), []);
    assert.equal(await it.locator('p').innerText(), 'Half');
  });

  await check(`a violation of the CSP is an error, ${how}`, async () => {
    await open('/csp');
    const errors = await takeErrors();
    assert.equal(errors.length, 1);
    assert.match(errors[0], /Content Security Policy.*\/csp\)/s);
  });

  await check(`an id that stands twice is found, ${how}`, async () => {
    assert.match((await html(await open('/html'))).join('\n'), /no-dup-id/);
  });

  await check(`a page too wide for a phone is found, ${how}`, async () => {
    assert.deepEqual(await overflow(await open('/goed', { width: 390 })), []);
    assert.equal((await overflow(await open('/breed', { width: 390 }))).length, 1);
  });
}

await check('an uncaught exception is an error', async () => {
  await (await browser({ base })).goto('/fout');
  assert.match((await takeErrors()).join('\n'), /uncaught: kapot/);
});

await check('a refused page is no error, a broken one is', async () => {
  const it = await browser({ base });
  await it.goto('/nergens');
  assert.deepEqual(await takeErrors(), []);
  await it.goto('/stuk');
  assert.match((await takeErrors()).join('\n'), /status 500/);
});

await check('a picture is as wide as the window', async () => {
  const it = await browser({ base, width: 390 });
  await it.goto('/goed');
  const file = await picture(it, 'self');
  assert.match(file, /self-390\.png$/);
  assert.equal(fs.readFileSync(file).readUInt32BE(16), 390); // the width in the PNG's header
});

server.close();

// A stand-in for the program: keeps what it was called with, answers /healthz, and says which database it was given.
const STAND_IN = `#!/usr/bin/env node
import fs from 'node:fs';
import http from 'node:http';
fs.appendFileSync(process.env.VG_DATA_DIR + '/calls', process.argv[2] + '\\n');
if (process.argv[2] === 'kapot') { console.error('kan niet beginnen'); process.exit(2); }
if (process.argv[2] === 'serve') {
  const [host, port] = process.argv[process.argv.indexOf('--listen') + 1].split(':');
  http.createServer((_, response) => response.end(process.env.VG_DATABASE_URL)).listen(Number(port), host);
}
`;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vg-self-'));
const before = process.env.VG_PROGRAM;
process.env.VG_PROGRAM = path.join(folder, 'program.mjs');
fs.writeFileSync(process.env.VG_PROGRAM, STAND_IN, { mode: 0o755 });

for (const database of ['sqlite', 'postgres']) {
  await check(`the program is started with ${database} and stopped`, async () => {
    const running = await start({ database });
    assert.equal(await (await fetch(`${running.base}/healthz`)).text(), running.url);
    assert.match(running.url, new RegExp(`^${database}://`));
    assert.equal(fs.readFileSync(path.join(running.dir, 'calls'), 'utf8'), 'migrate\nserve\n');
    await running.stop();
    await assert.rejects(fetch(`${running.base}/healthz`));
    assert.equal(fs.existsSync(running.dir), false);
  });
}

await check('a program that does not start says why', async () => {
  await assert.rejects(start({ command: ['kapot'] }), /kan niet beginnen/);
});

if (before === undefined) delete process.env.VG_PROGRAM;
else process.env.VG_PROGRAM = before;
fs.rmSync(folder, { recursive: true });
