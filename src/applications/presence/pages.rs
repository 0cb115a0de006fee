//! What a browser says of who has a part open, and is told.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};

use super::{actions, sentences};
use crate::{
    app::App,
    core::ids::ApplicationId,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::Action,
        posted::Posted,
    },
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/aanvragen/{id}/aanwezigheid",
            Access::May(Action::EditApplication),
            tell,
        )
        .unnoticed(),
    ]
}

/// `onderdeel`: the part; `weg=ja`: it is being left. Answers who else has it open.
async fn tell(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = ApplicationId::from(path.as_str());
    let part = posted.answers.get("onderdeel").to_owned();
    let (of, is_leaving) = (part.clone(), posted.answers.get("weg") == "ja");
    let present = app
        .store
        .write(&who.actor, move |tx| {
            if is_leaving {
                actions::leave(tx, &id, &of)?;
                return Ok(Vec::new());
            }
            actions::be_in(tx, &id, &of)
        })
        .await?;
    let others = sentences(&present, &part, &who.actor.id);
    Ok(HttpResponse::Ok().json(BTreeMap::from([("ook", others)])))
}
