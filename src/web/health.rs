//! For whoever watches the program.

use actix_web::{HttpResponse, web};

use crate::{app::App, error::AppError};

/// The process lives.
pub async fn process() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The database answers; its tables were brought up to date before the program listened.
pub async fn ready(app: web::Data<App>) -> Result<HttpResponse, AppError> {
    app.store.read(|_| Ok(())).await?;
    Ok(HttpResponse::Ok().content_type("text/plain").body("ok\n"))
}
