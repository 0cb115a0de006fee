//! Styles, script and pictures, inside the program. The address holds a piece of the content's
//! hash, so a browser may keep the file for ever and still never shows an old one.

use std::{collections::BTreeMap, fmt::Write, sync::LazyLock};

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CacheControl, CacheDirective},
    web,
};
use rust_embed::{EmbeddedFile, RustEmbed};

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

/// The address of the file with this name under `assets/`. A name that is not there gets an
/// address that answers "not found": a page is never refused for a missing picture.
pub fn address(name: &str) -> String {
    match HASHES.get(name) {
        Some(hash) => format!("/static/{hash}/{name}"),
        None => format!("/static/0/{name}"),
    }
}

/// Answers with the file: kept for a year under the hash of its content, else asked again each time
/// (a page made by an older or newer program still gets its styles).
pub async fn serve(path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    let Some(file) = Assets::get(&name) else {
        return HttpResponse::NotFound().finish();
    };
    let caching = if HASHES.get(&name) == Some(&hash) {
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
        .content_type(content_type(&file))
        .body(file.data.into_owned())
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
