//! The files that are held: whose they are and what was found, and nothing of what they are about.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::{
    app::App,
    applications::attachments::{
        size,
        store::{self, Held},
    },
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::Action,
    },
    texts::{filters, labels::Label},
    web::{frame::Frame, html},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    vec![Route::get(
        "/vastgehouden-bestanden",
        Access::May(Action::SeeHeldFiles),
        show,
    )]
}

#[derive(Template)]
#[template(path = "applications/attachments/held.html")]
struct HeldPage {
    frame: Frame,
    rows: Vec<Held>,
    has_scanner: bool,
}

impl Held {
    /// What it is and how large, without its name: that can tell of the application.
    fn what(&self) -> String {
        let bytes = u64::try_from(self.file.size_bytes).unwrap_or(0);
        format!("{}, {}", self.file.kind.label(), size(bytes))
    }
}

async fn show(app: web::Data<App>, who: SignedIn) -> Result<HttpResponse, AppError> {
    let page = HeldPage {
        frame: who.frame().here("Vastgehouden bestanden"),
        rows: app.store.read(store::held).await?,
        has_scanner: app.files.scanner.is_some(),
    };
    html::ok(&page)
}
