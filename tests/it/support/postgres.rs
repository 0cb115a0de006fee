//! A throw-away PostgreSQL cluster, one for the whole test binary, started by the first test that asks for a database.
//!
//! It listens on a unix socket in a directory of its own and on no port. The server runs under a small shell that
//! waits on a pipe: when this process ends, however it ends (a signal, a static that is never dropped), the pipe
//! closes and the shell stops the server and removes the directory.
use std::{
    env,
    fs::{self, Permissions},
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{
        LazyLock, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use diesel::{Connection, PgConnection, connection::SimpleConnection};

/// The address of a database of one's own: a copy of the template if [`template`] has run, else an empty one.
pub fn fresh_database() -> String {
    create(TEMPLATE.get().map(String::as_str))
}

/// The address of an empty database of one's own, whether there is a template or not.
pub fn empty_database() -> String {
    create(None)
}

/// Fills the template by `migrate` (which gets its address and must have closed every connection when it returns),
/// the first time; later calls wait for that one and do nothing.
pub fn template(migrate: impl FnOnce(&str)) {
    TEMPLATE.get_or_init(|| {
        let url = create(None);
        migrate(&url);
        name_in(&url).to_owned()
    });
}

/// Removes a database, whoever is still connected to it: with hundreds of tests the copies add up.
pub fn drop_database(url: &str) {
    administer(&format!("DROP DATABASE {} WITH (FORCE)", name_in(url)));
}

/// The name of the database that the others are copies of.
static TEMPLATE: OnceLock<String> = OnceLock::new();

/// The cluster, or why there is none: the reason is told to every test and not only to the first.
static CLUSTER: LazyLock<Result<Cluster, String>> = LazyLock::new(Cluster::start);

const SERVER: &str = r#"
"$1" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=200 -c shared_buffers=64MB \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off </dev/null >"$2/log" 2>&1 &
server=$!
read _
kill -QUIT $server
wait $server
rm -rf "$2"
"#;

struct Cluster {
    dir: PathBuf,
    /// Held open as long as this process lives.
    _guard: ChildStdin,
}

impl Cluster {
    fn start() -> Result<Cluster, String> {
        let programs = server_programs().ok_or(
            "The tests need PostgreSQL's server programs (initdb, postgres) and found none in \
             /usr/lib/postgresql/*/bin. Install them with `apt-get install postgresql`, or name their \
             folder in PG_BIN.",
        )?;
        let account = unprivileged_account()?;
        // Not under TMPDIR: the name of a unix socket is at most 107 bytes long.
        let dir = tempfile::Builder::new()
            .prefix("vg-pg-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in("/tmp")
            .map_err(|err| format!("no temporary directory for PostgreSQL: {err}"))?
            .keep();
        if let Some((uid, gid)) = account {
            chown(&dir, Some(uid), Some(gid)).map_err(|err| format!("{}: {err}", dir.display()))?;
        }
        init(&programs, account, &dir)?;
        let guard = command(Path::new("/bin/sh"), account)
            .args(["-c", SERVER, "sh"])
            .arg(programs.join("postgres"))
            .arg(&dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0) // Ctrl-C is for us; the guard goes by the pipe.
            .spawn()
            .map_err(|err| format!("/bin/sh: {err}"))?
            .stdin
            .ok_or("the guard of PostgreSQL has no pipe")?;
        let cluster = Cluster { dir, _guard: guard };
        cluster.wait_until_it_answers()?;
        Ok(cluster)
    }

    fn wait_until_it_answers(&self) -> Result<(), String> {
        let start = Instant::now();
        while let Err(err) = PgConnection::establish(&self.url("postgres")) {
            if Duration::from_secs(60) < start.elapsed() {
                let log = fs::read_to_string(self.dir.join("log")).unwrap_or_default();
                return Err(format!("PostgreSQL does not answer: {err}\n{log}"));
            }
            thread::sleep(Duration::from_millis(30));
        }
        Ok(())
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres:///{database}?host={}&user=app",
            self.dir.display()
        )
    }
}

fn init(programs: &Path, account: Option<(u32, u32)>, dir: &Path) -> Result<(), String> {
    let output = command(&programs.join("initdb"), account)
        .arg("-D")
        .arg(dir.join("data"))
        .args(["-U", "app", "-A", "trust", "-E", "UTF8"])
        .args(["--locale=C.UTF-8", "--no-sync", "--no-instructions"])
        .output()
        .map_err(|err| format!("initdb: {err}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!(
            "initdb: {}",
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

/// The folder of the newest version that is installed.
fn server_programs() -> Option<PathBuf> {
    if let Some(dir) = env::var_os("PG_BIN") {
        return Some(dir.into());
    }
    fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|it| Some(it.ok()?.path().join("bin")))
        .filter(|it| it.join("initdb").exists())
        .max_by_key(|it| -> Option<u32> { it.parent()?.file_name()?.to_str()?.parse().ok() })
}

/// User and group to run the server as when we are root, which PostgreSQL refuses to run as.
fn unprivileged_account() -> Result<Option<(u32, u32)>, String> {
    let read = |path| fs::metadata(path).map_err(|err| format!("{path}: {err}"));
    if read("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let accounts =
        fs::read_to_string("/etc/passwd").map_err(|err| format!("/etc/passwd: {err}"))?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| {
            let line = accounts
                .lines()
                .find(|it| it.split(':').next() == Some(name))?;
            let mut numbers = line.split(':').skip(2);
            Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
        })
        .map(Some)
        .ok_or_else(|| "no account `postgres` or `nobody` to run PostgreSQL as".to_owned())
}

fn command(program: &Path, account: Option<(u32, u32)>) -> Command {
    let mut res = Command::new(program);
    res.current_dir("/")
        .env_remove("PGDATA")
        .env("LC_ALL", "C.UTF-8");
    if let Some((uid, gid)) = account {
        res.uid(uid).gid(gid);
    }
    res
}

fn cluster() -> &'static Cluster {
    CLUSTER.as_ref().unwrap_or_else(|reason| panic!("{reason}"))
}

fn create(template: Option<&str>) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let from = template.map_or(String::new(), |it| {
        format!(" TEMPLATE {it} STRATEGY FILE_COPY")
    });
    administer(&format!("CREATE DATABASE {name}{from}"));
    cluster().url(&name)
}

fn administer(sql: &str) {
    PgConnection::establish(&cluster().url("postgres"))
        .expect("the cluster answers")
        .batch_execute(sql)
        .unwrap_or_else(|err| panic!("{sql}: {err}"));
}

fn name_in(url: &str) -> &str {
    url.strip_prefix("postgres:///")
        .and_then(|it| it.split('?').next())
        .expect("an address that this module gave out")
}

mod tests {
    use diesel::{
        Connection, IntoSql, PgConnection, RunQueryDsl, connection::SimpleConnection, select,
        sql_types::Integer,
    };

    use super::{create, drop_database, empty_database, fresh_database, name_in};

    #[test]
    fn a_database_answers_and_is_ones_own() {
        let (url, other) = (empty_database(), fresh_database());
        let mut conn = PgConnection::establish(&url).unwrap();
        let one: i32 = select(1.into_sql::<Integer>())
            .get_result(&mut conn)
            .unwrap();
        assert_eq!(one, 1);

        conn.batch_execute("CREATE TABLE mine (id BIGINT)").unwrap();
        let mut stranger = PgConnection::establish(&other).unwrap();
        assert!(stranger.batch_execute("SELECT * FROM mine").is_err());

        drop_database(&url);
        assert!(PgConnection::establish(&url).is_err());
        drop_database(&other);
    }

    #[test]
    fn a_copy_has_what_the_template_has() {
        let template = empty_database();
        PgConnection::establish(&template)
            .unwrap()
            .batch_execute("CREATE TABLE kept (id BIGINT)")
            .unwrap();
        let copy = create(Some(name_in(&template)));
        PgConnection::establish(&copy)
            .unwrap()
            .batch_execute("SELECT * FROM kept")
            .unwrap();
        drop_database(&copy);
        drop_database(&template);
    }
}
