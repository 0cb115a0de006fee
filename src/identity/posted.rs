//! A posted form: checked to be ours, with every field as it was typed.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use subtle::ConstantTimeEq;

use super::access::SignedIn;
use crate::{
    core::answers::{Answers, CSRF_FIELD, KEY_FIELD},
    error::AppError,
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
        let body = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            let wanted = wanted.ok_or(AppError::SignIn)?;
            let pairs = fields(&body.await.map_err(|_| AppError::TooLarge)?)?;
            let of = |name: &str| {
                pairs
                    .iter()
                    .find(|(it, _)| it == name)
                    .map(|(_, value)| value.clone())
                    .unwrap_or_default()
            };
            if !bool::from(of(CSRF_FIELD).as_bytes().ct_eq(wanted.as_bytes())) {
                return Err(AppError::BadRequest(
                    "the forgery token is not this session's",
                ));
            }
            let key = of(KEY_FIELD);
            if key.is_empty() || 100 < key.len() {
                return Err(AppError::BadRequest("the form carries no key"));
            }
            let answers = Answers::from_pairs(pairs).map_err(|_| AppError::TooLarge)?;
            Ok(Posted { answers, key })
        })
    }
}

/// The fields of a form's body, in the order of the page.
pub fn fields(body: &[u8]) -> Result<Vec<(String, String)>, AppError> {
    serde_html_form::from_bytes(body).map_err(|_| AppError::BadRequest("not a form"))
}
