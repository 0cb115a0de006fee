//! Errors as people see them: one page with what happened and what to do. The sentences stand in
//! `texts::sentences`; the status in the table below.

use actix_web::{
    HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
};
use askama::Template;

use super::{
    again::Typed,
    frame::{ErrorPage, Frame},
};
use crate::{
    error::{AppError, Refusal},
    texts::sentences,
};

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            AppError::NotFound => StatusCode::NOT_FOUND,
            AppError::SignIn => StatusCode::UNAUTHORIZED,
            AppError::Forbidden | AppError::Refused(Refusal::NotGiven) => StatusCode::FORBIDDEN,
            AppError::BadRequest(_) => StatusCode::BAD_REQUEST,
            AppError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            AppError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            AppError::OldForm | AppError::Stale | AppError::Refused(_) => StatusCode::CONFLICT,
            AppError::Busy | AppError::Retry => StatusCode::SERVICE_UNAVAILABLE,
            AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Without a body: `as_pages` has the request and makes the page.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            AppError::TooMany { seconds } => {
                response.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            AppError::Busy | AppError::Retry => {
                response.insert_header((header::RETRY_AFTER, "2"));
            }
            _ => {}
        }
        response.finish()
    }
}

/// Turns an error into a page in the frame of whoever is signed in, and logs the broken ones once.
pub async fn as_pages(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let res = next.call(req).await?.map_into_boxed_body();
    let fallback = match res.status() {
        StatusCode::METHOD_NOT_ALLOWED => Some(AppError::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => Some(AppError::TooLarge),
        StatusCode::BAD_REQUEST => Some(AppError::BadRequest("not understood")),
        _ => None,
    };
    let error = res.response().error();
    let said = match (error.and_then(|it| it.as_error::<AppError>()), &fallback) {
        (Some(err), _) => {
            log(err);
            sentences::said(err)
        }
        (None, Some(err)) if error.is_some() || res.status() == StatusCode::METHOD_NOT_ALLOWED => {
            sentences::said(err)
        }
        _ => return Ok(res),
    };
    let frame = res.request().extensions().get::<Frame>().cloned();
    let typed = res.request().extensions().get::<Typed>().cloned();
    let page = ErrorPage {
        frame: frame.unwrap_or_default(),
        title: said.title,
        message: said.message,
        advice: said.advice,
        typed: typed.unwrap_or_default().into(),
    };
    let mut response = HttpResponse::build(res.status());
    if let Some(wait) = res.headers().get(header::RETRY_AFTER) {
        response.insert_header((header::RETRY_AFTER, wait.clone()));
    }
    let response = response
        .content_type("text/html; charset=utf-8")
        .body(page.render().map_err(AppError::from)?);
    Ok(res.into_response(response))
}

fn log(err: &AppError) {
    if let AppError::Internal(source) = err {
        tracing::error!(error = %err, cause = ?source, "request failed");
    }
}
