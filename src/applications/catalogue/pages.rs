//! The pages on which the coordinator keeps the catalogue.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    Entry, RollUp, actions, examples, form,
    search::{self, Wish},
    store,
};
use crate::{
    app::App,
    applications::project::{Direction, IndicatorLevel},
    audit::Stream,
    core::{
        answers::Answers,
        category::{Category, SubItem},
        ids::CatalogueId,
    },
    error::AppError,
    identity::{
        self,
        access::{self, Access, Route, SignedIn},
        again::again,
        policy::{self, Action},
        posted::Posted,
    },
    texts::{filters, labels::Label},
    web::{
        again::Again,
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Choice, Tag, Tone},
    },
};

const LIST: &str = "/inrichting/indicatoren";

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let (see, setup) = (Access::May(Action::SeeSetup), Access::May(Action::Setup));
    vec![
        Route::get("/inrichting/indicatoren", see, list),
        Route::get("/inrichting/indicatoren/nieuw", setup, show_new),
        Route::post("/inrichting/indicatoren/nieuw", setup, create),
        Route::post("/inrichting/indicatoren/voorbeelden", setup, add_examples),
        Route::get("/inrichting/indicatoren/{id}", see, show),
        Route::post("/inrichting/indicatoren/{id}", setup, change),
        Route::post("/inrichting/indicatoren/{id}/intrekking", setup, withdraw),
        Route::post("/inrichting/indicatoren/{id}/herstel", setup, put_back),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Asked {
    zoek: String,
    soort: String,
    categorie: String,
}

#[derive(Template)]
#[template(path = "applications/catalogue/list.html")]
struct ListPage {
    frame: Frame,
    form: FormView,
    levels: Vec<Choice>,
    categories: Vec<Choice>,
    rows: Vec<(Entry, Tag)>,
    pager: Pager,
    /// How many examples are not in the catalogue.
    examples: usize,
    may_setup: bool,
}

#[derive(Template)]
#[template(path = "applications/catalogue/form.html")]
struct FormPage {
    frame: Frame,
    form: FormView,
    levels: Vec<Choice>,
    directions: Vec<Choice>,
    roll_ups: Vec<Choice>,
    parts: Vec<Choice>,
    /// The entry that is changed; none while it is made.
    entry: Option<Entry>,
    state: Option<Tag>,
    editions: Vec<(Entry, Tag)>,
    may_setup: bool,
}

impl FormPage {
    /// The address of what can be done with the entry.
    fn part(&self, name: &str) -> String {
        let id = self.entry.as_ref().map_or("", |it| it.id.as_str());
        format!("{LIST}/{id}/{name}")
    }

    /// Whether a change makes a new edition.
    fn makes_an_edition(&self) -> bool {
        self.entry
            .as_ref()
            .is_some_and(|it| it.used_since.is_some())
    }

    /// The entry, if its words can be changed by this person.
    fn is_changeable(&self) -> bool {
        let entry = self.entry.as_ref();
        self.may_setup && entry.is_none_or(|it| it.replaced_at.is_none())
    }
}

fn crumbs(frame: Frame) -> Frame {
    frame
        .crumb("Overzicht", "/")
        .crumb("Inrichting", "/inrichting")
}

async fn list(
    app: web::Data<App>,
    who: SignedIn,
    asked: web::Query<Asked>,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let all = app.store.read(store::current).await?;
    let wish = Wish {
        words: asked.zoek.clone(),
        level: IndicatorLevel::parse(&asked.soort).ok(),
        category: Category::parse(&asked.categorie).ok(),
        part: None,
    };
    let found = search::find(&all, &wish).entries;
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let pager = Pager::new(LIST, req.query_string(), total);
    let skipped = usize::try_from(pager.offset()).unwrap_or(usize::MAX);
    let most = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let missing = examples::read()?
        .iter()
        .filter(|(code, _)| !all.iter().any(|it| it.code == *code))
        .count();
    html::ok(&ListPage {
        frame: crumbs(who.frame()).here("Indicatoren"),
        form: FormView::new(
            Answers::default()
                .with("zoek", &*asked.zoek)
                .with("soort", &*asked.soort)
                .with("categorie", &*asked.categorie),
        ),
        levels: choices(IndicatorLevel::ALL, IndicatorLevel::as_str),
        categories: choices(Category::ALL, Category::as_str),
        rows: found
            .into_iter()
            .skip(skipped)
            .take(most)
            .map(|it| (it.clone(), state(it)))
            .collect(),
        pager,
        examples: missing,
        may_setup: policy::may(&who.actor, Action::Setup),
    })
}

/// Where an edition stands.
fn state(it: &Entry) -> Tag {
    if it.replaced_at.is_some() {
        Tag::new(Tone::Neutral, "Vervangen")
    } else if it.withdrawn_at.is_some() {
        Tag::new(Tone::Warning, "Ingetrokken")
    } else if it.used_since.is_some() {
        Tag::new(Tone::Success, "In gebruik")
    } else {
        Tag::new(Tone::Info, "Te kiezen")
    }
}

async fn show_new(who: SignedIn) -> Result<HttpResponse, AppError> {
    html::ok(&form_page(&who, FormView::default(), Vec::new(), None))
}

async fn create(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (answers, key) = (posted.answers, posted.key);
    let done = match form::new(&answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok((code, wording)) => {
            app.store
                .write(&who.actor, move |tx| {
                    identity::actions::once(tx, &key, |tx| {
                        let id = actions::add(tx, &code, &wording)?;
                        Ok(format!("{LIST}/{id}"))
                    })
                })
                .await
        }
    };
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = Again::of(err, answers, None)?;
            let page = form_page(&who, again.form, Vec::new(), None);
            html::page(again.status, &page)
        }
    }
}

async fn add_examples(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let key = posted.key;
    let location = app
        .store
        .write(&who.actor, move |tx| {
            identity::actions::once(tx, &key, |tx| {
                actions::add_examples(tx)?;
                Ok(LIST.to_owned())
            })
        })
        .await?;
    Ok(access::see_other(&location))
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CatalogueId>,
) -> Result<HttpResponse, AppError> {
    let (entry, editions) = load(&app, id.into_inner()).await?;
    let form = FormView::new(form::filled(&entry));
    html::ok(&form_page(&who, form, editions, Some(entry)))
}

async fn load(app: &App, id: CatalogueId) -> Result<(Entry, Vec<Entry>), AppError> {
    app.store
        .read(move |conn| {
            let entry = store::entry(conn, &id)?;
            let editions = store::editions(conn, &entry.code)?;
            Ok((entry, editions))
        })
        .await
}

async fn change(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CatalogueId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    let (answers, key) = (posted.answers, posted.key);
    let done = match form::wording(&answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(wording) => {
            let of = id.clone();
            app.store
                .write(&who.actor, move |tx| {
                    identity::actions::once(tx, &key, |tx| {
                        let id = actions::change(tx, &of, version, &wording)?;
                        Ok(format!("{LIST}/{id}"))
                    })
                })
                .await
        }
    };
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let (entry, editions) = load(&app, id.into_inner()).await?;
            let about = entry.code.clone();
            let again = again(&app, &who, Stream::Indicator(&about), answers, err).await?;
            let page = form_page(&who, again.form, editions, Some(entry));
            html::page(again.status, &page)
        }
    }
}

async fn withdraw(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CatalogueId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    set_withdrawn(&app, &who, id.into_inner(), posted, true).await
}

async fn put_back(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CatalogueId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    set_withdrawn(&app, &who, id.into_inner(), posted, false).await
}

async fn set_withdrawn(
    app: &App,
    who: &SignedIn,
    id: CatalogueId,
    posted: Posted,
    is_withdrawn: bool,
) -> Result<HttpResponse, AppError> {
    let version = posted.version()?;
    let key = posted.key;
    let location = app
        .store
        .write(&who.actor, move |tx| {
            identity::actions::once(tx, &key, |tx| {
                actions::set_withdrawn(tx, &id, version, is_withdrawn)?;
                Ok(format!("{LIST}/{id}"))
            })
        })
        .await?;
    Ok(access::see_other(&location))
}

fn form_page(
    who: &SignedIn,
    form: FormView,
    editions: Vec<Entry>,
    entry: Option<Entry>,
) -> FormPage {
    let here = entry
        .as_ref()
        .map_or_else(|| "Nieuwe indicator".to_owned(), |it| it.link().shown());
    FormPage {
        frame: crumbs(who.frame()).crumb("Indicatoren", LIST).here(here),
        form,
        levels: choices(IndicatorLevel::ALL, IndicatorLevel::as_str),
        directions: choices(Direction::ALL, Direction::as_str),
        roll_ups: choices(RollUp::ALL, RollUp::as_str),
        parts: SubItem::ALL.iter().map(part).collect(),
        state: entry.as_ref().map(state),
        editions: editions
            .into_iter()
            .map(|it| {
                let state = state(&it);
                (it, state)
            })
            .collect(),
        entry,
        may_setup: policy::may(&who.actor, Action::Setup),
    }
}

fn part(it: &SubItem) -> Choice {
    let category = it.category().label().to_lowercase();
    Choice::new(it.as_str(), format!("{} ({category})", it.label()))
}

fn choices<T: Copy + Label>(all: &[T], value: impl Fn(T) -> &'static str) -> Vec<Choice> {
    all.iter()
        .map(|it| Choice::new(value(*it), it.label()))
        .collect()
}
