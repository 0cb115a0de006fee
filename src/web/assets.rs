//! Styles, script and pictures, inside the program. The address holds a piece of the content's
//! hash, so a browser may keep the file for ever and still never shows an old one. A theme of one's own
//! takes the place of the styles that are inside.

use std::{
    collections::BTreeMap,
    fmt::Write,
    path::Path,
    sync::{LazyLock, OnceLock},
};

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CacheControl, CacheDirective},
    web,
};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::theme::{Theme, ThemeError};

/// Where the files live: `/static/{hash}/{name}`.
pub const ROUTE: &str = "/static/{hash}/{name:.*}";

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// Name -> first 8 bytes of the SHA-256, in hexadecimal.
static HASHES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    Assets::iter()
        .filter_map(|name| Some((name.to_string(), hash(&Assets::get(&name)?))))
        .collect()
});

/// The theme that was dropped in, if there is one. For the whole program: it is chosen before the first
/// page is made, and does not change.
static THEME: OnceLock<Theme> = OnceLock::new();

/// Reads the theme in this folder or file and has every page wear it, from now on.
pub fn wear(path: &Path) -> Result<(), ThemeError> {
    let styles = Assets::get("app.css").map(|it| it.data.into_owned());
    let styles = String::from_utf8(styles.unwrap_or_default()).unwrap_or_default();
    let theme = Theme::read(path, &styles)?;
    // Only the first counts: the program starts once.
    let _ = THEME.set(theme);
    Ok(())
}

/// What the logo says that takes the place of the program's own mark; nothing if there is none.
pub fn logo() -> Option<&'static str> {
    THEME.get()?.logo()
}

/// The address of the file with this name, of the theme or under `assets/`. A name that is not there gets an
/// address that answers "not found": a page is never refused for a missing picture.
pub fn address(name: &str) -> String {
    if let Some(theme) = THEME.get().filter(|it| it.file(name).is_some()) {
        return format!("/static/{}/{name}", theme.hash());
    }
    match HASHES.get(name) {
        Some(hash) => format!("/static/{hash}/{name}"),
        None => format!("/static/0/{name}"),
    }
}

/// Answers with the file: kept for a year under the hash of its content, else asked again each time
/// (a page made by an older or newer program still gets its styles).
pub async fn serve(path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    if let Some(theme) = THEME.get()
        && let Some((bytes, kind)) = theme.file(&name)
    {
        return answer(theme.hash() == hash, kind, bytes.to_vec());
    }
    let Some(file) = Assets::get(&name) else {
        return HttpResponse::NotFound().finish();
    };
    let is_current = HASHES.get(&name) == Some(&hash);
    answer(is_current, &content_type(&file), file.data.into_owned())
}

fn answer(is_current: bool, kind: &str, bytes: Vec<u8>) -> HttpResponse {
    let caching = if is_current {
        CacheControl(vec![
            CacheDirective::Public,
            CacheDirective::MaxAge(31_536_000),
            CacheDirective::Extension("immutable".to_owned(), None),
        ])
    } else {
        CacheControl(vec![CacheDirective::NoCache])
    };
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, caching.to_string()))
        .content_type(kind)
        .body(bytes)
}

fn hash(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    hash.iter().take(8).fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn content_type(file: &EmbeddedFile) -> String {
    let mime = file.metadata.mimetype();
    if mime.starts_with("text/") {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_owned()
    }
}
