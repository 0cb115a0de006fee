//! A theme that an organisation drops in, without another build: its own `theme.css`, and beside it,
//! if it likes, its logo, its icon, and the typefaces and pictures that the styles name.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::core::hex;

/// The file that there has to be.
pub const STYLES: &str = "theme.css";
/// The file that takes the place of the program's own mark.
pub const LOGO: &str = "logo.svg";

/// What may stand beside the styles, with the type it is served as.
const TYPES: [(&str, &str); 7] = [
    ("css", "text/css; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("woff2", "font/woff2"),
    ("woff", "font/woff"),
    ("ttf", "font/ttf"),
    ("otf", "font/otf"),
];
/// The largest file, in bytes: a page waits for it.
const LARGEST: u64 = 2 * 1024 * 1024;
/// The most files.
const MOST: usize = 50;

/// A theme, read whole when the program starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    files: BTreeMap<String, Vec<u8>>,
    hash: String,
    logo_title: String,
}

/// What is wrong with a theme.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// A file or the folder can not be read.
    #[error("VG_THEME: {path} kan niet worden gelezen: {source}")]
    Unreadable {
        /// Which.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The styles or the logo are no text.
    #[error("VG_THEME: {0} is geen tekst in UTF-8")]
    NotText(String),
    /// A file is larger than a page should wait for.
    #[error("VG_THEME: {0} is groter dan 2 MB")]
    TooLarge(String),
    /// There are more files than any theme needs.
    #[error("VG_THEME: in de map staan meer dan {MOST} bestanden")]
    TooMany,
    /// The styles lack what the pages need.
    #[error("VG_THEME: in theme.css ontbreekt {}", .0.join(", "))]
    Lacks(Vec<String>),
    /// The styles name a file that is not in the folder.
    #[error("VG_THEME: theme.css noemt {0}, en dat bestand staat niet in de map")]
    NoSuchFile(String),
}

impl Theme {
    /// Reads a folder with a `theme.css`, or such a file by itself. It has to give a value to each of
    /// the names that `styles` needs.
    pub fn read(path: &Path, styles: &str) -> Result<Theme, ThemeError> {
        let files = if path.is_dir() {
            folder(path)?
        } else {
            BTreeMap::from([(STYLES.to_owned(), file(path)?)])
        };
        let own = text(&files, STYLES)?;
        let (own_names, theirs) = (given(own), given(styles));
        let mut missing = needed(styles);
        missing.retain(|it| !own_names.contains(it) && !theirs.contains(it));
        let missing: Vec<String> = missing.into_iter().collect();
        if !missing.is_empty() {
            return Err(ThemeError::Lacks(missing));
        }
        let named = addresses(own).find(|it| !it.starts_with("data:") && !files.contains_key(*it));
        if let Some(it) = named {
            return Err(ThemeError::NoSuchFile(it.to_owned()));
        }
        let logo_title = match files.contains_key(LOGO) {
            true => title(text(&files, LOGO)?),
            false => String::new(),
        };
        let hash = hash(&files);
        Ok(Theme {
            files,
            hash,
            logo_title,
        })
    }

    /// A piece of the hash of all of it: another theme has other addresses.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// A file with its type.
    pub fn file(&self, name: &str) -> Option<(&[u8], &'static str)> {
        let bytes = self.files.get(name)?;
        Some((bytes, media_type(name)?))
    }

    /// What the logo says, for who does not see it; nothing if there is no logo.
    pub fn logo(&self) -> Option<&str> {
        self.files
            .contains_key(LOGO)
            .then_some(self.logo_title.as_str())
    }
}

/// The files of a theme; what is none of one (a note, what an editor left) is passed by.
fn folder(path: &Path) -> Result<BTreeMap<String, Vec<u8>>, ThemeError> {
    let unreadable = |source| unreadable(path, source);
    let mut files = BTreeMap::new();
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    // The styles are read also where they are not, so that the error names them.
    paths.push(path.join(STYLES));
    for path in paths {
        let name = path.file_name().and_then(|it| it.to_str());
        if let Some(name) = name.filter(|it| media_type(it).is_some()) {
            files.insert(name.to_owned(), file(&path)?);
        }
    }
    if MOST < files.len() {
        return Err(ThemeError::TooMany);
    }
    Ok(files)
}

fn file(path: &Path) -> Result<Vec<u8>, ThemeError> {
    let size = fs::metadata(path).map_err(|it| unreadable(path, it))?.len();
    if LARGEST < size {
        return Err(ThemeError::TooLarge(path.display().to_string()));
    }
    fs::read(path).map_err(|it| unreadable(path, it))
}

fn unreadable(path: &Path, source: std::io::Error) -> ThemeError {
    ThemeError::Unreadable {
        path: path.display().to_string(),
        source,
    }
}

/// The type of a file whose name needs no escaping in an address.
fn media_type(name: &str) -> Option<&'static str> {
    let plain = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let (_, ending) = name.rsplit_once('.').filter(|_| name.chars().all(plain))?;
    let found = TYPES.iter().find(|(it, _)| *it == ending)?;
    Some(found.1)
}

fn text<'a>(files: &'a BTreeMap<String, Vec<u8>>, name: &str) -> Result<&'a str, ThemeError> {
    let bytes = files.get(name).map_or(&[][..], Vec::as_slice);
    std::str::from_utf8(bytes).map_err(|_| ThemeError::NotText(name.to_owned()))
}

/// The names whose value styles ask for: `--x` of `var(--x)`.
fn needed(styles: &str) -> BTreeSet<String> {
    let asked = styles.split("var(").skip(1);
    asked.filter_map(name).map(str::to_owned).collect()
}

/// The names that styles give a value to: `--x` of `--x: 1`.
fn given(styles: &str) -> BTreeSet<String> {
    let words = styles.split([';', '{', '}', '/']).map(str::trim);
    words
        .filter_map(|it| {
            name(it).filter(|name| it.trim_start_matches(name).trim().starts_with(':'))
        })
        .map(str::to_owned)
        .collect()
}

/// The name of a value at the start of a text.
fn name(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let end = text.find(|it: char| !it.is_ascii_alphanumeric() && it != '-' && it != '_');
    let name = text.get(..end.unwrap_or(text.len()))?;
    name.starts_with("--").then_some(name)
}

/// What stands in each `url(...)`.
fn addresses(styles: &str) -> impl Iterator<Item = &str> {
    styles
        .split("url(")
        .skip(1)
        .filter_map(|it| it.split(')').next())
        .map(|it| it.trim().trim_matches(['"', '\'']))
}

/// What an SVG says of itself.
fn title(svg: &str) -> String {
    let after = svg.split_once("<title>").map(|it| it.1);
    let title = after.and_then(|it| it.split_once("</title>"));
    let title = title.map_or("", |it| it.0).trim();
    // A page escapes it again.
    title
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn hash(files: &BTreeMap<String, Vec<u8>>) -> String {
    let each = files.iter().map(|(name, bytes)| {
        let of_bytes = hex::encode(&Sha256::digest(bytes));
        format!("{name} {of_bytes}\n")
    });
    let all = hex::sha256(&each.collect::<String>());
    all.chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What they give a value themselves, no theme has to.
    const STYLES_OF_PAGES: &str =
        "a { --tone: var(--nl-a); color: var(--tone); margin: var( --nl-b, 0) }";

    fn read(files: &[(&str, &str)]) -> Result<Theme, String> {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(dir.path().join(name), text).unwrap();
        }
        Theme::read(dir.path(), STYLES_OF_PAGES).map_err(|it| it.to_string())
    }

    #[test]
    fn a_folder_is_served_under_the_hash_of_all_of_it() {
        let styles =
            "/* ours */ :root { --nl-a: red; --nl-b : 1px }\n@font-face { src: url('x.woff2') }";
        let files = [
            (STYLES, styles),
            (LOGO, "<svg><title>Een &amp; ander</title></svg>"),
            ("x.woff2", "1"),
            ("LEESMIJ.txt", "niet van de site"),
        ];
        let theme = read(&files).unwrap();
        let served = (styles.as_bytes(), "text/css; charset=utf-8");
        assert_eq!(theme.file(STYLES), Some(served));
        assert_eq!(theme.file("x.woff2"), Some((&b"1"[..], "font/woff2")));
        assert_eq!(theme.file("LEESMIJ.txt"), None);
        assert_eq!(theme.logo(), Some("Een & ander"));
        let mut other = files;
        other[2].1 = "2";
        assert_ne!(read(&other).unwrap().hash(), theme.hash());
        assert_eq!(read(&files).unwrap(), theme);
    }

    #[test]
    fn a_file_by_itself_is_a_theme_without_a_logo() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("huisstijl.css");
        fs::write(&path, ":root{--nl-a:red;--nl-b:1px}").unwrap();
        let theme = Theme::read(&path, STYLES_OF_PAGES).unwrap();
        assert!(theme.file(STYLES).is_some() && theme.logo().is_none());
    }

    #[test]
    fn what_is_wrong_is_said_with_the_name_of_the_setting() {
        let wrong = |files: &[(&str, &str)], words: &str| {
            let said = read(files).unwrap_err();
            assert!(
                said.starts_with("VG_THEME: ") && said.contains(words),
                "{said}"
            );
        };
        wrong(&[], "theme.css kan niet worden gelezen");
        wrong(&[(STYLES, "p { --nl-a: 1 }")], "ontbreekt --nl-b");
        // Used, but not given.
        wrong(&[(STYLES, "p { --nl-b: var(--nl-a) }")], "ontbreekt --nl-a");
        let both = "p { --nl-a: 1; --nl-b: 2 }";
        let font = format!("{both} @font-face {{ src: url(\"x.woff2\") }}");
        wrong(&[(STYLES, &font)], "noemt x.woff2");
        let afar = format!("{both} p {{ background: url(https://elders.example/x.png) }}");
        wrong(&[(STYLES, &afar)], "noemt https://elders.example/x.png");
        let large = "x".repeat(2 * 1024 * 1024 + 1);
        wrong(&[(STYLES, both), ("x.woff2", &large)], "groter dan 2 MB");
    }
}
