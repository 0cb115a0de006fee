//! The page on which one looks for an indicator for a project.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::actions;
use crate::{
    app::App,
    applications::{
        Head,
        catalogue::{
            Entry,
            search::{self, Wish},
            store as entries,
        },
        drafting::Opening,
        project::{
            IndicatorLevel, coaching, form,
            store::{self, Draft},
        },
        section::SectionName,
        store as dossiers,
    },
    core::{
        answers::{Answers, FieldErrors},
        category::{Category, SubItem},
        ids::{ApplicationId, CatalogueId, ProjectId},
    },
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    texts::{filters, labels::Label},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::Choice,
    },
};

/// The routes of this page.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::EditApplication);
    let path = "/aanvragen/{id}/projecten/{project}/indicatoren";
    vec![Route::get(path, may, show), Route::post(path, may, choose)]
}

type Address = web::Path<(String, String)>;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Asked {
    zoek: String,
    soort: String,
    /// Absent the first time: then what fits the project is shown.
    categorie: Option<String>,
}

#[derive(Template)]
#[template(path = "applications/catalogue/choose.html")]
struct ChoosePage {
    frame: Frame,
    form: FormView,
    over: String,
    tally: String,
    levels: Vec<Choice>,
    categories: Vec<Choice>,
    found: Vec<Found>,
    pager: Pager,
    /// Whether the catalogue has anything at all.
    is_empty: bool,
    /// Whether what was found only looks like the words.
    is_like: bool,
    /// How many more there are in other categories, and the address that shows them, too.
    elsewhere: usize,
    /// Whether those have the words themselves, which those that were found here only look like.
    exact_elsewhere: bool,
    everywhere: String,
    address: String,
    back: String,
}

/// An indicator that was found.
struct Found {
    entry: Entry,
    fits: String,
    is_chosen: bool,
}

/// What the page needs.
struct Loaded {
    head: Head,
    draft: Draft,
    entries: Vec<Entry>,
    is_open: bool,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    asked: web::Query<Asked>,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let loaded = load(&app, &who, &path).await?;
    if !loaded.is_open {
        return Ok(access::see_other(&format!("/aanvragen/{}", path.0)));
    }
    let answers = Answers::default()
        .with("zoek", &*asked.zoek)
        .with("soort", &*asked.soort)
        .with("categorie", category_of(&asked, &loaded.draft));
    let page = page(
        &who,
        &path,
        loaded,
        FormView::new(answers),
        req.query_string(),
    );
    html::ok(&page)
}

/// What fits the project is shown first.
fn category_of(asked: &Asked, draft: &Draft) -> String {
    let own = || draft.answers.get("categorie").to_owned();
    asked.categorie.clone().unwrap_or_else(own)
}

async fn choose(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = path.clone();
    let entry = CatalogueId::from(posted.answers.get("indicator"));
    let key = posted.key;
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                let application = ApplicationId::from(&*id);
                let of = ProjectId::from(&*project);
                let row = actions::choose(tx, &application, &of, &entry)?;
                let here = project_address(&id, &project);
                Ok(format!("{here}#indicator.{row}.beginstand"))
            })
        })
        .await;
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(AppError::Invalid(errors)) => {
            let loaded = load(&app, &who, &path).await?;
            html::refused(&refused(&who, &path, loaded, posted.answers, errors))
        }
        Err(err) => Err(err),
    }
}

fn refused(
    who: &SignedIn,
    path: &(String, String),
    loaded: Loaded,
    answers: Answers,
    errors: FieldErrors,
) -> ChoosePage {
    page(who, path, loaded, FormView::refused(answers, errors), "")
}

async fn load(app: &App, who: &SignedIn, path: &(String, String)) -> Result<Loaded, AppError> {
    let (id, project) = (ApplicationId::from(&*path.0), ProjectId::from(&*path.1));
    let (actor, now) = (who.actor.clone(), app.store.now());
    app.store
        .read(move |conn| {
            let head = dossiers::head(conn, &actor, &id)?;
            let draft = store::draft(conn, &project)?;
            if draft.application_id != id {
                return Err(AppError::NotFound);
            }
            let opening = Opening::of(&head);
            let may = opening.may_change(head.application.state, SectionName::Projects, now);
            Ok(Loaded {
                is_open: may.is_ok() && draft.removed_at.is_none(),
                entries: entries::current(conn)?,
                head,
                draft,
            })
        })
        .await
}

fn project_address(id: &str, project: &str) -> String {
    format!("/aanvragen/{id}/projecten/{project}")
}

/// The same search in all categories.
fn everywhere(address: &str, form: &FormView) -> String {
    let query = [
        ("zoek", form.value("zoek")),
        ("soort", form.value("soort")),
        ("categorie", ""),
    ];
    let query = serde_html_form::to_string(query).unwrap_or_default();
    format!("{address}?{query}")
}

fn page(
    who: &SignedIn,
    path: &(String, String),
    loaded: Loaded,
    form: FormView,
    query: &str,
) -> ChoosePage {
    let Loaded {
        head,
        draft,
        entries,
        ..
    } = &loaded;
    let back = project_address(&path.0, &path.1);
    let address = format!("{back}/indicatoren");
    let wish = Wish {
        words: form.value("zoek").to_owned(),
        level: IndicatorLevel::parse(form.value("soort")).ok(),
        category: Category::parse(form.value("categorie")).ok(),
        part: SubItem::parse(draft.answers.get("onderdeel")).ok(),
    };
    let offered: Vec<Entry> = entries
        .iter()
        .filter(|it| it.is_offered())
        .cloned()
        .collect();
    let search::Found {
        entries: found,
        is_like,
    } = search::find(&offered, &wish);
    let anywhere = Wish {
        category: None,
        ..wish.clone()
    };
    let all = search::find(&offered, &anywhere);
    // Those with the words themselves say more than those that are like them, here as elsewhere.
    let exact_elsewhere = is_like && !all.is_like;
    let elsewhere = if exact_elsewhere {
        all.entries.len()
    } else {
        all.entries.len().saturating_sub(found.len())
    };
    let pager = Pager::new(
        &address,
        query,
        u64::try_from(found.len()).unwrap_or(u64::MAX),
    );
    let skipped = usize::try_from(pager.offset()).unwrap_or(usize::MAX);
    let most = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let (meaning, _) = form::read(&draft.answers, head.cycle.years(), head.window.kind);
    let title = match meaning.title.as_str() {
        "" => format!("Project {}", draft.position),
        title => format!("Project {}: {title}", draft.position),
    };
    ChoosePage {
        frame: head
            .crumbs(who.frame())
            .crumb(format!("Project {}", draft.position), &*back)
            .here("Indicator kiezen"),
        over: title,
        tally: coaching::tally(&meaning.indicators),
        levels: choices(IndicatorLevel::ALL, IndicatorLevel::as_str),
        categories: choices(Category::ALL, Category::as_str),
        is_empty: offered.is_empty(),
        is_like,
        elsewhere,
        exact_elsewhere,
        everywhere: everywhere(&address, &form),
        found: found
            .into_iter()
            .skip(skipped)
            .take(most)
            .map(|it| Found {
                is_chosen: actions::is_chosen(&draft.answers, &it.code),
                fits: it.fits.shown(),
                entry: it.clone(),
            })
            .collect(),
        pager,
        form,
        address,
        back,
    }
}

fn choices<T: Copy + Label>(all: &[T], value: impl Fn(T) -> &'static str) -> Vec<Choice> {
    all.iter()
        .map(|it| Choice::new(value(*it), it.label()))
        .collect()
}
