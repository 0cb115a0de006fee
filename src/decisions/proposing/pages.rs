//! The form in which the coordinator proposes an amount per project and year.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::{
    app::App,
    applications::{self, Application, state::Event},
    audit::Stream,
    core::{actor::Actor, answers::Answers, category::Category, ids::ApplicationId, money::Money},
    db::Conn,
    decisions::{
        Proposal, actions, address,
        dossier::{Free, Row},
        form, proposal, store,
    },
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        again::again,
        policy::Action,
        posted::Posted,
    },
    texts::{filters, money},
    web::{forms::FormView, frame::Frame, html},
};

/// The routes of this page.
pub fn routes() -> Vec<Route> {
    let access = Access::May(Action::Propose);
    vec![
        Route::get("/aanvragen/{id}/voorstel", access, show),
        Route::post("/aanvragen/{id}/voorstel", access, propose),
    ]
}

#[derive(Template)]
#[template(path = "decisions/propose.html")]
struct ProposePage {
    frame: Frame,
    form: FormView,
    sheet: Sheet,
}

/// What a proposal is made from.
#[derive(Clone)]
struct Sheet {
    application: Application,
    heading: store::Heading,
    rows: Vec<Row>,
    free: Vec<Free>,
    /// The proposal before this one, if it was given back, with who did.
    returned: Option<(Proposal, String)>,
}

impl ProposePage {
    /// Each project with its place, title, category and years.
    fn projects(&self) -> impl Iterator<Item = (usize, &str, Option<Category>, &[Row])> {
        let projects = (1..).zip(form::by_project(&self.sheet.rows));
        projects.filter_map(|(place, rows)| {
            let first = rows.first()?;
            Some((place, first.title.as_str(), first.category, rows))
        })
    }

    fn range(&self, row: &Row) -> String {
        let eligible = row.eligible.unwrap_or(Money::ZERO);
        format!(
            "Gevraagd {}, aanvaard {}, minstens {}.",
            money::euros(row.requested),
            money::euros(eligible),
            money::euros(row.minimum)
        )
    }

    /// The envelopes that can pay for these projects.
    fn paying(&self) -> Vec<&Free> {
        let rows = &self.sheet.rows;
        let window = self.sheet.heading.window;
        let pays = |it: &&Free| {
            rows.iter().any(|row| {
                row.year == it.year && proposal::paying(window, row.category) == Some(it.kind)
            })
        };
        self.sheet.free.iter().filter(pays).collect()
    }
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    let sheet = sheet(&app, &who, path.into_inner()).await?;
    sheet.application.state.next(Event::Propose)?;
    let form = FormView::new(form::initial(&sheet.rows));
    html::ok(&page(&who, sheet, form))
}

async fn propose(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let sheet = sheet(&app, &who, path.into_inner()).await?;
    if let Err(err) = sheet.application.state.next(Event::Propose) {
        return come_back(&app, &who, sheet, posted.answers, err.into()).await;
    }
    let of = &sheet.application.id;
    let read = form::read(
        of,
        &sheet.rows,
        &sheet.free,
        sheet.heading.window,
        &posted.answers,
    );
    let new = match read {
        Ok(new) => new,
        Err(errors) => {
            let err = AppError::Invalid(errors);
            return come_back(&app, &who, sheet, posted.answers, err).await;
        }
    };
    let key = posted.key.clone();
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                actions::propose(tx, &new)?;
                Ok(address(&new.application))
            })
        })
        .await;
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => come_back(&app, &who, sheet, posted.answers, err).await,
    }
}

async fn sheet(app: &App, who: &SignedIn, id: ApplicationId) -> Result<Sheet, AppError> {
    let actor = who.actor.clone();
    app.store
        .read(move |conn| read_sheet(conn, &actor, &id))
        .await
}

fn read_sheet(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<Sheet, AppError> {
    let application = applications::store::visible(conn, actor, id)?;
    let heading = store::heading(conn, actor, id)?;
    Ok(Sheet {
        rows: store::rows(conn, id, None, None)?,
        free: store::free(conn, &heading.cycle)?,
        returned: store::returned(conn, id)?,
        application,
        heading,
    })
}

async fn come_back(
    app: &App,
    who: &SignedIn,
    sheet: Sheet,
    answers: Answers,
    err: AppError,
) -> Result<HttpResponse, AppError> {
    let about = Stream::Application(&sheet.application.id);
    let again = again(app, who, about, answers, err).await?;
    html::page(again.status, &page(who, sheet, again.form))
}

fn page(who: &SignedIn, sheet: Sheet, form: FormView) -> ProposePage {
    let id = sheet.application.id.clone();
    ProposePage {
        frame: who
            .frame()
            .crumb("Aanvragen", "/aanvragen")
            .crumb(
                sheet.application.reference.as_str(),
                format!("/aanvragen/{id}"),
            )
            .crumb("Besluit", address(&id))
            .here("Voorstel"),
        form,
        sheet,
    }
}
