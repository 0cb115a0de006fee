//! The public pages that the footer points at.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::{
    app::App,
    error::AppError,
    identity::access::{self, Access, Route},
    web::{frame::Frame, html},
};

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/hulp", Access::Public, help),
        Route::get("/toegankelijkheid", Access::Public, accessibility),
        Route::get("/privacy", Access::Public, privacy),
    ]
}

#[derive(Template)]
#[template(path = "dashboards/help.html")]
struct HelpPage {
    frame: Frame,
    /// Where the ministry can be reached, if that was set.
    contact: Option<String>,
}

#[derive(Template)]
#[template(path = "dashboards/accessibility.html")]
struct AccessibilityPage {
    frame: Frame,
    contact: Option<String>,
}

#[derive(Template)]
#[template(path = "dashboards/privacy.html")]
struct PrivacyPage {
    frame: Frame,
}

/// Somebody who is signed in keeps their menu.
async fn frame(app: &App, req: &HttpRequest, here: &str) -> Result<Frame, AppError> {
    let who = access::who(app, req, true).await?;
    let frame = who.map_or_else(Frame::anonymous, |it| it.frame());
    Ok(frame.crumb("Versterkingsgelden", "/").here(here))
}

async fn help(app: web::Data<App>, req: HttpRequest) -> Result<HttpResponse, AppError> {
    let frame = frame(&app, &req, "Hulp en contact").await?;
    html::ok(&HelpPage {
        frame,
        contact: app.contact.clone(),
    })
}

async fn accessibility(app: web::Data<App>, req: HttpRequest) -> Result<HttpResponse, AppError> {
    let frame = frame(&app, &req, "Toegankelijkheid").await?;
    html::ok(&AccessibilityPage {
        frame,
        contact: app.contact.clone(),
    })
}

async fn privacy(app: web::Data<App>, req: HttpRequest) -> Result<HttpResponse, AppError> {
    let frame = frame(&app, &req, "Privacy").await?;
    html::ok(&PrivacyPage { frame })
}
