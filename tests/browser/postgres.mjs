// A throw-away PostgreSQL cluster: unix socket only, an unprivileged account when we are root, gone when this process
// ends, however it ends. For the browser tests, and for people:
//
//     node tests/browser/postgres.mjs        prints the address of an empty database and serves until Ctrl-C
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

// The shell waits on a pipe from us: when it closes, the server is stopped and its directory removed.
const SERVER = `
"$1" -D "$2/data" -k "$2" -c listen_addresses= -c shared_buffers=64MB \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off </dev/null >"$2/log" 2>&1 &
server=$!
read _
kill -QUIT $server
wait $server
rm -rf "$2"
`;

/** Starts a cluster. `fresh()` makes an empty database and gives its address, `stop()` ends everything. */
export async function postgres() {
  const programs = serverPrograms();
  const account = unprivilegedAccount();
  const options = { ...account, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } };
  // Not under TMPDIR: the name of a unix socket is at most 107 bytes long.
  const dir = fs.mkdtempSync('/tmp/vg-pg-');
  if (account.uid !== undefined) fs.chownSync(dir, account.uid, account.gid);
  const initdb = ['-D', `${dir}/data`, '-U', 'app', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'];
  try {
    execFileSync(path.join(programs, 'initdb'), initdb, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (err) {
    fs.rmSync(dir, { recursive: true, force: true });
    throw err;
  }
  const guard = spawn('/bin/sh', ['-c', SERVER, 'sh', path.join(programs, 'postgres'), dir], {
    ...options,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // Ctrl-C is for us; the guard goes by the pipe.
  });
  const gone = new Promise((resolve) => guard.on('exit', resolve));
  const client = (program, ...args) =>
    execFileSync(path.join(programs, program), ['-h', dir, '-U', 'app', ...args], { ...options, stdio: 'pipe' });
  await untilItAnswers(() => client('psql', '-c', 'SELECT 1', 'postgres'), `${dir}/log`);

  let count = 0;
  return {
    fresh() {
      const name = `b${++count}`;
      client('createdb', name);
      return `postgres:///${name}?host=${dir}&user=app`;
    },
    async stop() {
      guard.stdin.end();
      await gone;
    },
  };
}

function serverPrograms() {
  if (process.env.PG_BIN) return process.env.PG_BIN;
  const root = '/usr/lib/postgresql';
  const versions = fs.existsSync(root) ? fs.readdirSync(root) : [];
  const newest = versions
    .filter((it) => fs.existsSync(path.join(root, it, 'bin/initdb')))
    .sort((a, b) => Number(b) - Number(a))[0];
  if (!newest) {
    throw new Error(`No PostgreSQL server programs in ${root}/*/bin. Install them with: apt-get install postgresql`);
  }
  return path.join(root, newest, 'bin');
}

/** PostgreSQL refuses to run as root. */
function unprivilegedAccount() {
  if (process.getuid() !== 0) return {};
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n').map((it) => it.split(':'));
  const account = ['postgres', 'nobody'].map((name) => accounts.find((it) => it[0] === name)).find(Boolean);
  if (!account) throw new Error('no account `postgres` or `nobody` to run PostgreSQL as');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

async function untilItAnswers(ask, log) {
  for (let tries = 0; ; tries++) {
    try {
      return ask();
    } catch (err) {
      if (tries === 300) throw new Error(`PostgreSQL does not answer: ${err.message}\n${fs.readFileSync(log, 'utf8')}`);
      await sleep(100);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const cluster = await postgres();
  console.log(cluster.fresh());
  await new Promise((resolve) => ['SIGINT', 'SIGTERM'].forEach((it) => process.once(it, resolve)));
  await cluster.stop();
}
