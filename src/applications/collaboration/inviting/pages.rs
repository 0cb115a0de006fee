//! The page on which somebody is invited.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::{
    app::App,
    applications::{
        Head,
        collaboration::{
            actions, form,
            pages::{after, frame},
            rule,
        },
        drafting::Opening,
        section::SectionName,
        store as common,
    },
    audit::Stream,
    core::ids::ApplicationId,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        again::again,
        policy::{Action, Right},
        posted::Posted,
    },
    schemes::{self, Municipality},
    texts::{
        dates::{self, OnDay},
        labels::Label,
    },
    web::{forms::FormView, frame::Frame, html, parts::Choice},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::InvitePartners);
    vec![
        Route::get("/aanvragen/{id}/uitnodigingen", may, show),
        Route::post("/aanvragen/{id}/uitnodigingen", may, invite),
    ]
}

#[derive(Template)]
#[template(path = "applications/collaboration/invite.html")]
struct InvitePage {
    frame: Frame,
    head: Head,
    form: FormView,
    rights: Vec<Choice>,
    places: Vec<Choice>,
    sections: Vec<Choice>,
    /// The municipalities of the region, to help with the name.
    members: String,
    until: String,
    valid_days: i64,
}

impl InvitePage {
    fn organisation_help(&self) -> String {
        match self.members.as_str() {
            "" => "Voor wie werkt deze persoon?".to_owned(),
            members => format!("Voor wie werkt deze persoon? In uw regio: {members}."),
        }
    }

    fn date_help(&self) -> String {
        format!(
            "Wie de uitnodiging aanneemt, krijgt dan een taak, en twee dagen ervoor een herinnering. Indienen kan tot en met {}.",
            self.until
        )
    }
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    // Nothing is chosen in advance: who may write where is for who invites to say.
    let page = page(&app, &who, path.into_inner(), FormView::default()).await?;
    // While nothing can be changed nobody is invited.
    let opening = Opening::of(&page.head);
    opening.may_submit(page.head.application.state, app.store.now())?;
    html::ok(&page)
}

async fn invite(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, key) = (path.into_inner(), posted.key);
    let done = match form::invitation(&posted.answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(new) => {
            let of = id.clone();
            app.store
                .write(&who.actor, move |tx| {
                    once(tx, &key, |tx| {
                        actions::invite(tx, &of, &new)?;
                        Ok(after(&of, "uitgenodigd"))
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
            let page = page(&app, &who, id.clone(), again.form).await?;
            html::page(again.status, &page)
        }
    }
}

async fn page(
    app: &App,
    who: &SignedIn,
    id: ApplicationId,
    form: FormView,
) -> Result<InvitePage, AppError> {
    let actor = who.actor.clone();
    let (head, members): (Head, Vec<Municipality>) = app
        .store
        .read(move |conn| {
            let head = common::head(conn, &actor, &id)?;
            head.require(&actor, Action::InvitePartners)?;
            let on = head.application.created_at.dutch_day();
            let members = schemes::store::members(conn, &head.region.id, on)?;
            Ok((head, members))
        })
        .await?;
    let names: Vec<&str> = members
        .iter()
        .filter(|it| it.id != head.lead.id)
        .map(|it| it.name.as_str())
        .collect();
    Ok(InvitePage {
        frame: frame(who, &head).here("Iemand uitnodigen"),
        rights: rights(head.may(&who.actor, Action::SubmitApplication)),
        places: places(),
        sections: sections(),
        members: names.join(", "),
        until: dates::date(Opening::of(&head).last_day()),
        valid_days: rule::VALID_DAYS,
        form,
        head,
    })
}

/// The rights that somebody can give.
pub fn rights(may_sign: bool) -> Vec<Choice> {
    let help = |it: Right| match it {
        Right::View => "Leest de hele aanvraag en wijzigt niets.",
        Right::Edit => "Leest de hele aanvraag en schrijft in wat u hieronder kiest.",
        Right::Sign => "Schrijft mee, en mag de aanvraag namens uw gemeente indienen.",
    };
    Right::ALL
        .iter()
        .filter(|it| may_sign || **it != Right::Sign)
        .map(|it| Choice::new(it.as_str(), it.label()).with_help(help(*it)))
        .collect()
}

/// Where somebody can write.
pub fn places() -> Vec<Choice> {
    vec![
        Choice::new(form::WHOLE, "In de hele aanvraag"),
        Choice::new("delen", "Alleen in deze onderdelen:"),
    ]
}

/// The sections that somebody can write in.
pub fn sections() -> Vec<Choice> {
    let choice = |it: &SectionName| Choice::new(it.as_str(), it.label());
    SectionName::ALL.iter().map(choice).collect()
}
