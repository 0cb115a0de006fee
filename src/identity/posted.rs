//! A posted form: checked to be ours, with every field as it was typed.

use std::{future::Future, pin::Pin};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::TryStreamExt;
use subtle::ConstantTimeEq;

use super::access::SignedIn;
use crate::{
    core::{
        answers::{Answers, CSRF_FIELD, KEY_FIELD},
        hex,
    },
    error::AppError,
    web::again::{SECRET_FIELDS, Typed},
};

/// The name of the hidden field with the version that a form was made from.
pub const VERSION_FIELD: &str = "versie";

/// The name of the field of a file.
pub const FILE_FIELD: &str = "bestand";
/// Room for the other parts of a form with a file, and for what stands between the parts.
pub const AROUND: usize = 16 * 1024;

/// A form that a signed-in person posted.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The fields, without the hidden ones for forgery and key.
    pub answers: Answers,
    /// The key of this form with this in it; the same when it is sent twice.
    pub key: String,
    /// The key of the form whatever is in it: a script saves one form again and again.
    pub form: String,
}

impl Posted {
    /// The version that the form was made from.
    pub fn version(&self) -> Result<i32, AppError> {
        self.answers
            .get(VERSION_FIELD)
            .parse()
            .map_err(|_| AppError::BadRequest("the form carries no version"))
    }
}

impl FromRequest for Posted {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Posted, AppError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let wanted = req.extensions().get::<SignedIn>().map(|it| it.csrf.clone());
        let (body, request) = (web::Bytes::from_request(req, payload), req.clone());
        Box::pin(async move {
            let wanted = wanted.ok_or(AppError::SignIn)?;
            let pairs = fields(&body.await.map_err(|_| AppError::TooLarge)?)?;
            keep(&request, &pairs);
            let of = |name: &str| {
                pairs
                    .iter()
                    .find(|(it, _)| it == name)
                    .map(|(_, value)| value.clone())
                    .unwrap_or_default()
            };
            if !bool::from(of(CSRF_FIELD).as_bytes().ct_eq(wanted.as_bytes())) {
                return Err(AppError::OldForm);
            }
            let form = of(KEY_FIELD);
            check_key(&form)?;
            let answers = Answers::from_pairs(pairs).map_err(|_| AppError::TooLarge)?;
            let key = key_of(&form, &answers)?;
            Ok(Posted { answers, key, form })
        })
    }
}

/// The same form sent twice acts once. With another text in it, as after "back" in the browser, it
/// is another form.
fn key_of(key: &str, answers: &Answers) -> Result<String, AppError> {
    let typed = serde_json::to_string(answers)?;
    Ok(hex::sha256(&format!("{key}/{typed}")))
}

/// The fields of a form that was posted in an earlier session, to be sent again.
#[derive(Debug, Clone)]
pub(super) struct OldFields(pub(super) Vec<(String, String)>);

/// Leaves what was typed with the request: whatever goes wrong from here on, it can be shown.
fn keep(req: &HttpRequest, pairs: &[(String, String)]) {
    let typed = pairs.iter().map(|(name, text)| (&**name, &**text));
    req.extensions_mut().insert(Typed::of(typed));
    req.extensions_mut().insert(OldFields(kept(pairs)));
}

/// What of a form can be sent again later: not its token, and no secrets.
pub fn kept(pairs: &[(String, String)]) -> Vec<(String, String)> {
    let mut kept = pairs.to_vec();
    kept.retain(|(name, _)| name != CSRF_FIELD && !SECRET_FIELDS.contains(&&**name));
    kept
}

/// Fields as one text that a form carries as it is: nothing in it is written in percents, so that a
/// large form does not grow on its way.
pub fn packed(pairs: &[(String, String)]) -> Result<String, AppError> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(pairs)?))
}

/// The fields in such a text.
pub fn unpacked(text: &str) -> Result<Vec<(String, String)>, AppError> {
    let broken = "the kept form is not whole";
    let bytes = URL_SAFE_NO_PAD.decode(text);
    let bytes = bytes.map_err(|_| AppError::BadRequest(broken))?;
    serde_json::from_slice(&bytes).map_err(|_| AppError::BadRequest(broken))
}

/// A form with one file of at most `MOST` bytes that a signed-in person posted.
///
/// The form is checked to be ours before the file is read, and of a file that is too large no more is
/// read than that: the hidden fields stand before it.
#[derive(Debug, Clone)]
pub struct Upload<const MOST: usize> {
    /// The key of this form; the same when it is sent twice.
    pub key: String,
    /// The bytes of the file, none if none was chosen; `None` if there are too many.
    pub file: Option<Vec<u8>>,
}

impl<const MOST: usize> FromRequest for Upload<MOST> {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Upload<MOST>, AppError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let wanted = req.extensions().get::<SignedIn>().map(|it| it.csrf.clone());
        let claimed = req
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
        let parts = Multipart::new(req.headers(), payload.take());
        Box::pin(async move {
            let wanted = wanted.ok_or(AppError::SignIn)?;
            if claimed.is_some_and(|it| MOST.saturating_add(AROUND) < it) {
                return Ok(Upload {
                    key: String::new(),
                    file: None,
                });
            }
            upload(parts, &wanted).await
        })
    }
}

async fn upload<const MOST: usize>(
    mut parts: Multipart,
    wanted: &str,
) -> Result<Upload<MOST>, AppError> {
    let (mut csrf, mut key) = (String::new(), String::new());
    while let Some(mut part) = parts.try_next().await.map_err(not_a_form)? {
        match part.name().unwrap_or_default() {
            CSRF_FIELD => csrf = short(&mut part).await?,
            KEY_FIELD => key = short(&mut part).await?,
            FILE_FIELD => {
                check_csrf(&csrf, wanted)?;
                check_key(&key)?;
                let file = bytes(&mut part, MOST).await?;
                return Ok(Upload { key, file });
            }
            _ => drop(short(&mut part).await?),
        }
    }
    Err(AppError::BadRequest("the form has no file"))
}

/// What came in broke off, or is no form.
pub fn not_a_form(_: MultipartError) -> AppError {
    AppError::BadRequest("not a form with a file")
}

/// A field of a form with files, of at most these bytes.
pub async fn text_of(part: &mut Field, most: usize) -> Result<String, AppError> {
    let bytes = bytes(part, most).await?;
    let bytes = bytes.ok_or(AppError::BadRequest("a field is too long"))?;
    String::from_utf8(bytes).map_err(|_| AppError::BadRequest("a field is not text"))
}

/// `Ok` if the hidden fields of a form with files are those of a form of ours.
pub fn check_hidden(csrf: &str, key: &str, wanted: &str) -> Result<(), AppError> {
    check_csrf(csrf, wanted)?;
    check_key(key)
}

/// A field of a line.
async fn short(part: &mut Field) -> Result<String, AppError> {
    text_of(part, 1_000).await
}

/// The bytes of a part, or `None` as soon as they are more than these.
async fn bytes(part: &mut Field, most: usize) -> Result<Option<Vec<u8>>, AppError> {
    let mut all = Vec::new();
    while let Some(chunk) = part.try_next().await.map_err(not_a_form)? {
        if most < all.len().saturating_add(chunk.len()) {
            return Ok(None);
        }
        all.extend_from_slice(&chunk);
    }
    Ok(Some(all))
}

fn check_csrf(found: &str, wanted: &str) -> Result<(), AppError> {
    if bool::from(found.as_bytes().ct_eq(wanted.as_bytes())) {
        Ok(())
    } else {
        Err(AppError::BadRequest(
            "the forgery token is not this session's",
        ))
    }
}

fn check_key(key: &str) -> Result<(), AppError> {
    if key.is_empty() || 100 < key.len() {
        Err(AppError::BadRequest("the form carries no key"))
    } else {
        Ok(())
    }
}

/// The fields of a form's body, in the order of the page.
pub fn fields(body: &[u8]) -> Result<Vec<(String, String)>, AppError> {
    serde_html_form::from_bytes(body).map_err(|_| AppError::BadRequest("not a form"))
}
