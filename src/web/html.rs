//! A page struct becomes a response.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use crate::error::AppError;

/// Renders a page.
pub fn page(status: StatusCode, page: &impl Template) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(page.render()?))
}

/// Renders a page that was found.
pub fn ok(it: &impl Template) -> Result<HttpResponse, AppError> {
    page(StatusCode::OK, it)
}

/// Renders a form that comes back: 422, so that no program takes it for done.
pub fn refused(it: &impl Template) -> Result<HttpResponse, AppError> {
    page(StatusCode::UNPROCESSABLE_ENTITY, it)
}
