//! What is posted about signing; it is shown on the check page.

use actix_web::{HttpResponse, web};

use super::actions;
use crate::{
    app::App,
    applications::submission::pages::refused_check,
    core::{answers::FieldErrors, ids::ApplicationId},
    db::Tx,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::Action,
        posted::Posted,
    },
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/aanvragen/{id}/ondertekening",
            Access::May(Action::EditApplication),
            ask,
        )
        .stands_on("/aanvragen/{id}/controle"),
        Route::post(
            "/aanvragen/{id}/ondertekening/terug",
            Access::May(Action::SubmitApplication),
            give_back,
        )
        .stands_on("/aanvragen/{id}/controle"),
    ]
}

async fn ask(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let key = posted.key.clone();
    done(&app, &who, &path, key, actions::ask).await
}

async fn give_back(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let remark = posted.answers.get("opmerking").to_owned();
    let key = posted.key.clone();
    let given = done(&app, &who, &path, key, move |tx, id| {
        actions::give_back(tx, id, &remark)
    });
    match given.await {
        Err(AppError::Invalid(errors)) => {
            let errors: FieldErrors = errors;
            refused_check(&app, &who, &path, posted.answers, errors).await
        }
        other => other,
    }
}

async fn done(
    app: &App,
    who: &SignedIn,
    id: &str,
    key: String,
    f: impl Fn(&mut Tx<'_>, &ApplicationId) -> Result<(), AppError> + Send + Sync + 'static,
) -> Result<HttpResponse, AppError> {
    let id = ApplicationId::from(id);
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                f(tx, &id)?;
                Ok(format!("/aanvragen/{id}/controle"))
            })
        })
        .await?;
    Ok(see_other(&location))
}
