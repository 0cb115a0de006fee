//! The page on which something is asked of somebody, and the page of what was asked.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{PartTask, actions, store};
use crate::{
    app::App,
    applications::{
        Head,
        collaboration::{
            form,
            pages::{after, frame},
            store as people,
        },
        drafting::Opening,
        section::SectionName,
        store as common,
    },
    audit::Stream,
    core::{
        answers::Answers,
        ids::{ApplicationId, TaskId},
    },
    db::Tx,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        again::again,
        policy::Action,
        posted::Posted,
    },
    texts::{
        dates::{self, OnDay},
        filters,
        labels::Label,
    },
    web::{
        forms::FormView,
        frame::Frame,
        html,
        parts::{Choice, Tag, Tone},
    },
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let ask = Access::May(Action::InvitePartners);
    let see = Access::May(Action::EditApplication);
    vec![
        Route::get("/aanvragen/{id}/taken", ask, show_form),
        Route::post("/aanvragen/{id}/taken", ask, set),
        Route::get("/aanvragen/{id}/taken/{task}", see, show),
        Route::post("/aanvragen/{id}/taken/{task}/klaar", see, finish),
        Route::post("/aanvragen/{id}/taken/{task}/heropening", see, reopen),
        Route::post("/aanvragen/{id}/taken/{task}/intrekking", ask, drop),
    ]
}

#[derive(Template)]
#[template(path = "applications/collaboration/ask.html")]
struct AskPage {
    frame: Frame,
    head: Head,
    form: FormView,
    people: Vec<Choice>,
    parts: Vec<Choice>,
    until: String,
}

#[derive(Template)]
#[template(path = "applications/collaboration/task.html")]
struct TaskPage {
    frame: Frame,
    head: Head,
    form: FormView,
    task: PartTask,
    tag: Tag,
    /// Where the part is written.
    href: String,
    is_mine: bool,
    may_ask: bool,
}

impl AskPage {
    fn date_help(&self) -> String {
        format!(
            "Twee dagen ervoor sturen wij een herinnering. Indienen kan tot en met {}.",
            self.until
        )
    }
}

#[derive(serde::Deserialize)]
struct Asked {
    /// What was just done.
    #[serde(default)]
    gedaan: String,
}

type Address = web::Path<(ApplicationId, TaskId)>;

async fn show_form(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    let page = ask_page(&app, &who, path.into_inner(), FormView::default()).await?;
    let opening = Opening::of(&page.head);
    opening.may_submit(page.head.application.state, app.store.now())?;
    html::ok(&page)
}

async fn set(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, key) = (path.into_inner(), posted.key);
    let done = match form::task(&posted.answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(new) => {
            let of = id.clone();
            app.store
                .write(&who.actor, move |tx| {
                    once(tx, &key, |tx| {
                        actions::set(tx, &of, &new)?;
                        Ok(after(&of, "gevraagd"))
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
            let page = ask_page(&app, &who, id.clone(), again.form).await?;
            html::page(again.status, &page)
        }
    }
}

async fn ask_page(
    app: &App,
    who: &SignedIn,
    id: ApplicationId,
    form: FormView,
) -> Result<AskPage, AppError> {
    let actor = who.actor.clone();
    let (head, colleagues, partners) = app
        .store
        .read(move |conn| {
            let head = common::head(conn, &actor, &id)?;
            head.require(&actor, Action::InvitePartners)?;
            let colleagues = people::colleagues(conn, &head.lead.id)?;
            Ok((head, colleagues, people::collaborators(conn, &id)?))
        })
        .await?;
    let partners = partners
        .into_iter()
        .filter(|it| it.grant.right.may(Action::EditApplication))
        .map(|it| {
            let label = format!("{}, {}", it.name, it.organisation);
            Choice::new(it.account.as_str(), label)
        });
    let parts = SectionName::ALL
        .iter()
        .map(|it| Choice::new(it.as_str(), it.label()));
    Ok(AskPage {
        frame: frame(who, &head).here("Een taak geven"),
        people: colleagues
            .into_iter()
            .map(|(id, name, _)| Choice::new(id.as_str(), name))
            .chain(partners)
            .collect(),
        parts: std::iter::once(Choice::new(form::WHOLE, super::part(None)))
            .chain(parts)
            .collect(),
        until: dates::date(Opening::of(&head).last_day()),
        form,
        head,
    })
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let mut page = task_page(&app, &who, path.into_inner(), FormView::default()).await?;
    let sentence = match asked.gedaan.as_str() {
        "klaar" => Some("U hebt deze taak klaar gemeld."),
        "heropend" => Some("De taak staat weer open."),
        _ => None,
    };
    if let Some(sentence) = sentence {
        page.frame = page.frame.with_notice(Tone::Success, sentence);
    }
    html::ok(&page)
}

async fn task_page(
    app: &App,
    who: &SignedIn,
    (id, task): (ApplicationId, TaskId),
    form: FormView,
) -> Result<TaskPage, AppError> {
    let actor = who.actor.clone();
    let (head, task) = app
        .store
        .read(move |conn| {
            let head = common::head(conn, &actor, &id)?;
            Ok((head, store::get(conn, &id, &task)?))
        })
        .await?;
    Ok(TaskPage {
        frame: frame(who, &head).here(task.part()),
        form,
        tag: task.tag(app.store.now().dutch_day()),
        href: task.href(),
        is_mine: task.asked.assignee == who.actor.id,
        may_ask: head.may(&who.actor, Action::InvitePartners),
        task,
        head,
    })
}

async fn finish(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let answers: Answers = posted.answers;
    let key = posted.key;
    let address = path.into_inner();
    let done = match form::answer(&answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(text) => {
            change(&app, &who, address.clone(), key, move |tx, id, task| {
                actions::finish(tx, id, task, &text)?;
                Ok(format!("/aanvragen/{id}/taken/{task}?gedaan=klaar"))
            })
            .await
        }
    };
    match done {
        Ok(response) => Ok(response),
        Err(err) => {
            let about = Stream::Application(&address.0);
            let again = again(&app, &who, about, answers, err).await?;
            let page = task_page(&app, &who, address.clone(), again.form).await?;
            html::page(again.status, &page)
        }
    }
}

async fn reopen(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let address = path.into_inner();
    change(&app, &who, address, posted.key, |tx, id, task| {
        actions::reopen(tx, id, task)?;
        Ok(format!("/aanvragen/{id}/taken/{task}?gedaan=heropend"))
    })
    .await
}

async fn drop(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let address = path.into_inner();
    change(&app, &who, address, posted.key, |tx, id, task| {
        actions::drop(tx, id, task)?;
        Ok(after(id, "taak-weg"))
    })
    .await
}

async fn change(
    app: &App,
    who: &SignedIn,
    (id, task): (ApplicationId, TaskId),
    key: String,
    f: impl Fn(&mut Tx<'_>, &ApplicationId, &TaskId) -> Result<String, AppError> + Send + Sync + 'static,
) -> Result<HttpResponse, AppError> {
    let location = app
        .store
        .write(&who.actor, move |tx| once(tx, &key, |tx| f(tx, &id, &task)))
        .await?;
    Ok(see_other(&location))
}
