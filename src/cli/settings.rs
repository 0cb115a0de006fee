//! Settings: from flags, then the environment, then a TOML file, then the defaults.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use clap::Args;

use crate::{
    applications::attachments::{
        Files,
        scan::Scanner,
        storage::{Storage, StorageError},
    },
    db::{DatabaseUrl, NotAsIs, Options, Store},
    outbox::mail::post::{Post, PostError},
    web::{assets, theme::ThemeError},
};

/// The settings that every command with a database has.
#[derive(Debug, Clone, Default, Args)]
pub struct Settings {
    /// Where the database is: sqlite://PATH or postgres://... [default: sqlite://data/versterkingsgelden.db]
    #[arg(long, env = "VG_DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// The folder of the embedded database [default: data]
    #[arg(long = "data", env = "VG_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Connections to the database [default: 8]
    #[arg(long, env = "VG_CONNECTIONS", global = true)]
    pub connections: Option<u32>,
    /// The address people use, such as https://versterkingsgelden.example; with https the cookies are kept to it
    #[arg(long, env = "VG_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
    /// The addresses of the proxies in front of the program, with commas between; they are believed about whom a request comes from (X-Forwarded-For)
    #[arg(long, env = "VG_PROXIES", value_delimiter = ',', global = true)]
    pub proxies: Vec<IpAddr>,
    /// A theme of one's own: a folder with theme.css and, if there is one, logo.svg; or such a file
    #[arg(long, env = "VG_THEME", global = true)]
    pub theme: Option<PathBuf>,
    /// The mail server, such as smtps://user:password@smtp.example or smtp://localhost:25; without one mails are written as files in the folder `mail` of the data
    #[arg(long, env = "VG_SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,
    /// Whom mails come from, such as "Versterkingsgelden <versterkingsgelden@example.nl>"; needed with a mail server
    #[arg(long, env = "VG_MAIL_FROM", global = true)]
    pub mail_from: Option<String>,
    /// Where municipalities reach the ministry, such as an e-mail address or a telephone number; shown on the help page
    #[arg(long, env = "VG_CONTACT", global = true)]
    pub contact: Option<String>,
    /// Where attachments are kept: a folder, or s3://bucket/prefix in a program with the feature s3 [default: the folder `attachments` of the data]
    #[arg(long, env = "VG_ATTACHMENTS_URL", global = true)]
    pub attachments_url: Option<String>,
    /// Where ClamAV listens, such as unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310; without it attachments are not scanned
    #[arg(long, env = "VG_CLAMAV", global = true)]
    pub clamav: Option<String>,
    /// A TOML file with the settings that are given nowhere else
    #[arg(long, env = "VG_CONFIG", global = true)]
    pub config: Option<PathBuf>,
}

/// What a TOML file may hold. An unknown name is an error.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database_url: Option<String>,
    data_dir: Option<PathBuf>,
    connections: Option<u32>,
    public_url: Option<String>,
    #[serde(default)]
    proxies: Vec<IpAddr>,
    theme: Option<PathBuf>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    contact: Option<String>,
    attachments_url: Option<String>,
    clamav: Option<String>,
    listen: Option<SocketAddr>,
}

/// What is wrong with the settings, naming the setting.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file can not be read.
    #[error("VG_CONFIG: {path} kan niet worden gelezen: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not TOML, or names something that is no setting.
    #[error("VG_CONFIG: {0}")]
    NotSettings(String),
    /// The database's address has no known beginning.
    #[error("VG_DATABASE_URL: begin met sqlite:// of postgres://")]
    Database,
    /// The folder can not be made.
    #[error("VG_DATA_DIR: {path} kan niet worden gemaakt: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The theme can not be worn.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// The mail server's address is none.
    #[error(
        "VG_SMTP_URL: schrijf het zoals smtps://gebruiker:wachtwoord@smtp.example of smtp://localhost:25 ({0})"
    )]
    MailServer(String),
    /// Whom mails come from is not said, or is no address.
    #[error(
        "VG_MAIL_FROM: noem met een mailserver ook de afzender, zoals \"Versterkingsgelden <versterkingsgelden@example.nl>\" ({0})"
    )]
    MailFrom(String),
    /// Attachments can not be kept there.
    #[error("VG_ATTACHMENTS_URL: {0}")]
    Attachments(#[from] StorageError),
    /// The scanner's address is none.
    #[error("VG_CLAMAV: schrijf het zoals unix:/run/clamav/clamd.ctl of tcp:127.0.0.1:3310")]
    Scanner,
    /// There is no database, and the command makes none.
    #[error(
        "VG_DATABASE_URL: deze database bestaat niet: {0}. Controleer het adres (--database-url) of de map (--data). Een nieuwe database maakt u met `versterkingsgelden migrate`.{1}"
    )]
    Missing(String, String),
    /// The tables are not those of this program, and the command changes none.
    #[error(
        "VG_DATABASE_URL: de tabellen van deze database zijn niet bij: er wachten {0} migraties. Voer eerst `versterkingsgelden migrate` uit met dezelfde instellingen."
    )]
    Behind(usize),
    /// The tables are of a newer program.
    #[error(
        "VG_DATABASE_URL: deze database is van een nieuwere versie van het programma: er zijn {0} migraties die deze versie niet kent. Gebruik die nieuwere versie, of zet een kopie van de database van vóór de overgang terug."
    )]
    Ahead(usize),
    /// The database can not be opened.
    #[error("VG_DATABASE_URL: de database kan niet worden geopend: {0}")]
    Open(crate::error::AppError),
}

/// The folder of attachments beside the database.
const ATTACHMENTS: &str = "attachments";

/// The demo's database has a file of its own: the demo makes it anew, and nobody else's.
pub const DEMO_FILE: &str = "demo.db";

/// The address that is listened on when nothing is said: this machine only.
const LISTEN: ([u8; 4], u16) = ([127, 0, 0, 1], 8080);

/// Whom mails come from that are only written to a folder.
const UNKNOWN_SENDER: &str = "Versterkingsgelden <versterkingsgelden@localhost>";

impl Settings {
    /// Fills in what was not given from the file, if there is one.
    pub fn complete(self) -> Result<(Settings, SocketAddr), SettingsError> {
        let file = match &self.config {
            Some(path) => read(path)?,
            None => File::default(),
        };
        let settings = Settings {
            database_url: self.database_url.or(file.database_url),
            data_dir: self.data_dir.or(file.data_dir),
            connections: self.connections.or(file.connections),
            public_url: self.public_url.or(file.public_url),
            proxies: if self.proxies.is_empty() {
                file.proxies
            } else {
                self.proxies
            },
            theme: self.theme.or(file.theme),
            smtp_url: self.smtp_url.or(file.smtp_url),
            mail_from: self.mail_from.or(file.mail_from),
            contact: self.contact.or(file.contact),
            attachments_url: self.attachments_url.or(file.attachments_url),
            clamav: self.clamav.or(file.clamav),
            config: self.config,
        };
        Ok((settings, file.listen.unwrap_or_else(|| LISTEN.into())))
    }

    /// The folder for what is kept beside a database server.
    pub fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(|| "data".into())
    }

    /// The address of the database.
    pub fn database(&self) -> Result<DatabaseUrl, SettingsError> {
        let url = self.database_url.clone().unwrap_or_else(|| {
            let path = self.data_dir().join("versterkingsgelden.db");
            format!("sqlite://{}", path.display())
        });
        DatabaseUrl::parse(&url).map_err(|_| SettingsError::Database)
    }

    /// Has the pages wear the theme that was named, if one was.
    pub fn wear(&self) -> Result<(), SettingsError> {
        match &self.theme {
            Some(path) => Ok(assets::wear(path)?),
            None => Ok(()),
        }
    }

    /// Where mails go: to the mail server, or to a folder where none is set.
    pub fn post(&self) -> Result<Post, SettingsError> {
        let made = match (&self.smtp_url, &self.mail_from) {
            (Some(_), None) => return Err(SettingsError::MailFrom("leeg".to_owned())),
            (Some(url), Some(from)) => Post::to_server(url, from),
            (None, from) => Post::to_folder(
                &self.data_dir().join("mail"),
                from.as_deref().unwrap_or(UNKNOWN_SENDER),
            ),
        };
        made.map_err(|err| match err {
            PostError::Server(it) => SettingsError::MailServer(it),
            PostError::From(it) => SettingsError::MailFrom(it),
        })
    }

    /// The folder of an embedded database, unless another folder for files was set: what is kept
    /// beside it is found there, whichever way the database was named.
    fn beside(&self) -> Result<PathBuf, SettingsError> {
        let database = self.database()?;
        let folder = database.sqlite_path().and_then(|it| Path::new(it).parent());
        Ok(match (&self.data_dir, folder) {
            (None, Some(folder)) => folder.to_owned(),
            _ => self.data_dir(),
        })
    }

    /// Where attachments are kept, and who scans them; a folder that is not there is made.
    pub fn files(&self) -> Result<Files, SettingsError> {
        if self.attachments_url.is_none() {
            let path = self.beside()?.join(ATTACHMENTS);
            make(&path)?;
        }
        self.files_in(Storage::at)
    }

    /// The same for a command that changes nothing.
    pub fn files_as_is(&self) -> Result<Files, SettingsError> {
        self.files_in(Storage::at_as_is)
    }

    fn files_in(
        &self,
        at: fn(&str) -> Result<Storage, StorageError>,
    ) -> Result<Files, SettingsError> {
        let storage = match &self.attachments_url {
            Some(address) => at(address)?,
            None => at(&self.beside()?.join(ATTACHMENTS).to_string_lossy())?,
        };
        let scanner = match &self.clamav {
            Some(text) => Some(Scanner::parse(text).ok_or(SettingsError::Scanner)?),
            None => None,
        };
        Ok(Files { storage, scanner })
    }

    /// Opens the database and brings its tables up to date; one that is not there is made, with its folder.
    pub fn open(&self) -> Result<Store, SettingsError> {
        let url = self.database()?;
        make_folder(&url)?;
        Store::open(&url, self.options()).map_err(|err| not_as_is(err, &url))
    }

    /// Opens a database that is there and up to date, for a command that makes none and migrates none.
    pub fn open_as_is(&self) -> Result<Store, SettingsError> {
        let url = self.database()?;
        Store::open_as_is(&url, self.options()).map_err(|err| not_as_is(err, &url))
    }

    /// How many migrations a database that is there lacks.
    pub fn pending_migrations(&self) -> Result<usize, SettingsError> {
        let url = self.database()?;
        Store::pending_migrations(&url).map_err(|err| not_as_is(err, &url))
    }

    fn options(&self) -> Options {
        let defaults = Options::default();
        Options {
            connections: self.connections.unwrap_or(defaults.connections).max(1),
            ..defaults
        }
    }
}

/// Makes the folder of an embedded database.
pub fn make_folder(url: &DatabaseUrl) -> Result<(), SettingsError> {
    match url.sqlite_path().and_then(|it| Path::new(it).parent()) {
        Some(folder) => make(folder),
        None => Ok(()),
    }
}

fn make(folder: &Path) -> Result<(), SettingsError> {
    std::fs::create_dir_all(folder).map_err(|source| SettingsError::Folder {
        path: folder.display().to_string(),
        source,
    })
}

fn not_as_is(err: NotAsIs, url: &DatabaseUrl) -> SettingsError {
    match err {
        NotAsIs::Missing(which) => SettingsError::Missing(which, demo_beside(url)),
        NotAsIs::Behind(waiting) => SettingsError::Behind(waiting),
        NotAsIs::Ahead(unknown) => SettingsError::Ahead(unknown),
        NotAsIs::Failed(err) => SettingsError::Open(err),
    }
}

/// Where the demo's database stands, if there is one in the folder of a database that is not there.
fn demo_beside(url: &DatabaseUrl) -> String {
    let folder = url.sqlite_path().and_then(|it| Path::new(it).parent());
    let demo = folder.map(|it| it.join(DEMO_FILE)).filter(|it| it.exists());
    demo.map_or_else(String::new, |it| {
        let path = it.display();
        format!(" In deze map staat wel een demo: --database-url sqlite://{path}")
    })
}

fn read(path: &Path) -> Result<File, SettingsError> {
    let text = std::fs::read_to_string(path).map_err(|source| SettingsError::Unreadable {
        path: path.display().to_string(),
        source,
    })?;
    toml::from_str(&text).map_err(|it| SettingsError::NotSettings(it.message().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_an_unknown_name_is_refused_by_that_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vg.toml");
        std::fs::write(&path, "listn = \"127.0.0.1:1\"").unwrap();
        let settings = Settings {
            config: Some(path.clone()),
            ..Settings::default()
        };
        let err = settings.clone().complete().unwrap_err().to_string();
        assert!(err.contains("listn"), "{err}");
        std::fs::write(&path, "listen = \"127.0.0.1:1\"\nconnections = 3").unwrap();
        let (complete, listen) = settings.complete().unwrap();
        assert_eq!((complete.connections, listen.port()), (Some(3), 1));
    }

    #[test]
    fn a_flag_wins_from_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vg.toml");
        std::fs::write(&path, "connections = 3").unwrap();
        let settings = Settings {
            config: Some(path),
            connections: Some(5),
            ..Settings::default()
        };
        assert_eq!(settings.complete().unwrap().0.connections, Some(5));
    }
}
