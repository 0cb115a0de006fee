//! A posted form: checked to be ours, with every field as it was typed.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
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

/// A form that a signed-in person posted.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The fields, without the hidden ones for forgery and key.
    pub answers: Answers,
    /// The key of this form; the same when it is sent twice.
    pub key: String,
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
            let key = of(KEY_FIELD);
            if key.is_empty() || 100 < key.len() {
                return Err(AppError::BadRequest("the form carries no key"));
            }
            let answers = Answers::from_pairs(pairs).map_err(|_| AppError::TooLarge)?;
            let key = key_of(&key, &answers)?;
            Ok(Posted { answers, key })
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

/// The fields of a form's body, in the order of the page.
pub fn fields(body: &[u8]) -> Result<Vec<(String, String)>, AppError> {
    serde_html_form::from_bytes(body).map_err(|_| AppError::BadRequest("not a form"))
}
