//! The page of somebody who works on an application by invitation.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::{
    app::App,
    applications::{
        Head,
        collaboration::{
            Collaborator, actions, form, inviting,
            pages::{after, frame},
            store,
        },
        store as common,
    },
    audit::Stream,
    core::ids::{AccountId, ApplicationId},
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        again::again,
        policy::{Action, Right},
        posted::Posted,
    },
    texts::filters,
    web::{forms::FormView, frame::Frame, html, parts::Choice},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::InvitePartners);
    vec![
        Route::get("/aanvragen/{id}/meewerkers/{account}", may, show),
        Route::post("/aanvragen/{id}/meewerkers/{account}", may, change),
        Route::post(
            "/aanvragen/{id}/meewerkers/{account}/verwijdering",
            may,
            remove,
        ),
    ]
}

type Address = web::Path<(ApplicationId, AccountId)>;

#[derive(Template)]
#[template(path = "applications/collaboration/partner.html")]
struct PartnerPage {
    frame: Frame,
    head: Head,
    form: FormView,
    it: Collaborator,
    rights: Vec<Choice>,
    places: Vec<Choice>,
    sections: Vec<Choice>,
}

impl PartnerPage {
    /// Its own address.
    fn address(&self) -> String {
        let (id, account) = (&self.head.application.id, &self.it.account);
        format!("/aanvragen/{id}/meewerkers/{account}")
    }
}

async fn show(app: web::Data<App>, who: SignedIn, path: Address) -> Result<HttpResponse, AppError> {
    html::ok(&page(&app, &who, path.into_inner(), None).await?)
}

async fn change(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, account) = path.into_inner();
    let (version, key) = (posted.version()?, posted.key);
    let done = match form::right(&posted.answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(grant) => {
            let (of, to) = (id.clone(), account.clone());
            app.store
                .write(&who.actor, move |tx| {
                    once(tx, &key, |tx| {
                        actions::change_right(tx, &of, &to, version, &grant)?;
                        Ok(after(&of, "gewijzigd"))
                    })
                })
                .await
        }
    };
    match done {
        Ok(location) => Ok(see_other(&location)),
        Err(err) => {
            let about = Stream::Application(&id);
            let again = again(&app, &who, about, posted.answers, err).await?;
            let page = page(&app, &who, (id.clone(), account), Some(again.form)).await?;
            html::page(again.status, &page)
        }
    }
}

async fn remove(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, account) = path.into_inner();
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                actions::remove(tx, &id, &account)?;
                Ok(after(&id, "verwijderd"))
            })
        })
        .await?;
    Ok(see_other(&location))
}

async fn page(
    app: &App,
    who: &SignedIn,
    (id, account): (ApplicationId, AccountId),
    refused: Option<FormView>,
) -> Result<PartnerPage, AppError> {
    let actor = who.actor.clone();
    let (head, partners) = app
        .store
        .read(move |conn| {
            let head = common::head(conn, &actor, &id)?;
            head.require(&actor, Action::InvitePartners)?;
            Ok((head, store::collaborators(conn, &id)?))
        })
        .await?;
    let it = partners
        .into_iter()
        .find(|it| it.account == account)
        .ok_or(AppError::NotFound)?;
    let may_sign = head.may(&who.actor, Action::SubmitApplication) || it.grant.right == Right::Sign;
    let mut form = refused.unwrap_or_else(|| FormView::new(form::answers_of(&it.grant)));
    form.answers.set("versie", it.version.to_string());
    Ok(PartnerPage {
        frame: frame(who, &head).here(it.name.as_str()),
        form,
        rights: inviting::pages::rights(may_sign),
        places: inviting::pages::places(),
        sections: inviting::pages::sections(),
        it,
        head,
    })
}
