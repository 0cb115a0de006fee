//! The page on which one looks back what stood in a section or project, and puts it back.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use crate::{
    app::App,
    applications::{
        Head,
        drafting::{self, Opening},
        project::{
            self,
            form::{INDICATORS, LINES},
        },
        saving::{
            Save, Seen,
            history::{self, Earlier},
            store,
        },
        section::SectionName,
        store as dossiers,
    },
    core::{
        answers::Answers,
        ids::{ApplicationId, ProjectId},
    },
    db::{Conn, Tx},
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    texts::{filters, labels::Label},
    web::{frame::Frame, html},
};

type Address = web::Path<(String, String)>;

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::EditApplication);
    let (section, project) = (
        "/aanvragen/{id}/onderdelen/{section}/eerder",
        "/aanvragen/{id}/projecten/{project}/eerder",
    );
    vec![
        Route::get(section, may, of_section),
        Route::post(section, may, put_back_in_section),
        Route::get(project, may, of_project),
        Route::post(project, may, put_back_in_project),
    ]
}

#[derive(Template)]
#[template(path = "applications/earlier.html")]
struct EarlierPage {
    frame: Frame,
    over: String,
    part: String,
    address: String,
    back: String,
    /// Whether something can be put back now.
    is_open: bool,
    gone: Vec<Gone>,
    fields: Vec<FieldTexts>,
}

/// A row that was taken away.
struct Gone {
    label: String,
    /// Its fields: name, what people call it, what stood there and how people read that.
    fields: Vec<(String, String, String, String)>,
    by: String,
    at: NaiveDateTime,
}

/// The earlier texts of one field.
struct FieldTexts {
    name: String,
    label: String,
    /// Each with how people read it.
    texts: Vec<(Earlier, String)>,
}

/// A part with all saves of it that are still known.
struct Loaded {
    head: Head,
    name: String,
    answers: Answers,
    saves: Vec<Save>,
    is_open: bool,
}

/// How the fields of a part are named and read.
struct Words<'a> {
    /// The fields in the order of the form.
    order: Vec<String>,
    label: &'a dyn Fn(&str) -> String,
    shown: &'a dyn Fn(&str, &str) -> String,
}

async fn of_section(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
) -> Result<HttpResponse, AppError> {
    let section = typed_section(&path.1)?;
    let (id, actor) = (ApplicationId::from(&*path.0), who.actor.clone());
    let now = app.store.now();
    let load = move |conn: &mut Conn| {
        let head = dossiers::head(conn, &actor, &id)?;
        let saved = drafting::store::sections(conn, &id)?.remove(&section);
        Ok(Loaded {
            is_open: is_open(&head, section, now),
            name: section.label().to_owned(),
            answers: saved.unwrap_or_default().answers,
            saves: store::since(conn, &id, section.as_str(), 0)?,
            head,
        })
    };
    let it = app.store.read(load).await?;
    let words = Words {
        order: section
            .fields()
            .iter()
            .map(|it| it.name.to_owned())
            .collect(),
        label: &|name| drafting::pages::label(section, name),
        shown: &|_, text| text.to_owned(),
    };
    let back = section.href(&it.head.application.id);
    html::ok(&page(&who, it, &words, back))
}

async fn of_project(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
) -> Result<HttpResponse, AppError> {
    let (id, project) = (ApplicationId::from(&*path.0), ProjectId::from(&*path.1));
    let (actor, now) = (who.actor.clone(), app.store.now());
    let load = move |conn: &mut Conn| {
        let head = dossiers::head(conn, &actor, &id)?;
        let draft = project::store::draft(conn, &project)?;
        if draft.application_id != id {
            return Err(AppError::NotFound);
        }
        let is_there = draft.removed_at.is_none();
        Ok(Loaded {
            is_open: is_there && is_open(&head, SectionName::Projects, now),
            head,
            name: format!("Project {}", draft.position),
            saves: store::since(conn, &id, draft.id.as_str(), 0)?,
            answers: draft.answers,
        })
    };
    let it = app.store.read(load).await?;
    let mut all = it.answers.clone();
    for name in it.saves.iter().flat_map(|save| save.fields.keys()) {
        // A row that is gone has its place among the fields, too.
        if all.get(name).is_empty() {
            all.set(name.as_str(), "-");
        }
    }
    let words = Words {
        order: project::form::fields(&all, it.head.cycle.years()),
        label: &project::form::label,
        shown: &project::form::shown_text,
    };
    html::ok(&page(&who, it, &words, project_address(&path.0, &path.1)))
}

/// Puts back what is posted, under the names of the fields of the section.
async fn put_back_in_section(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let section = typed_section(&path.1)?;
    let id = ApplicationId::from(&*path.0);
    let back = section.href(&id);
    put_back(&app, &who, posted, back, move |tx, typed| {
        let stored = drafting::store::sections(tx.conn, &id)?;
        let stored = stored.get(&section).cloned().unwrap_or_default();
        let answers = with(stored.answers, typed);
        let seen = Seen::version(stored.version);
        drafting::actions::save_typed(tx, &id, section, &answers, &seen)?;
        Ok(())
    })
    .await
}

/// Puts back what is posted, under the names of the fields of the project.
async fn put_back_in_project(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = (ApplicationId::from(&*path.0), ProjectId::from(&*path.1));
    let back = project_address(&path.0, &path.1);
    put_back(&app, &who, posted, back, move |tx, typed| {
        let draft = project::store::draft(tx.conn, &project)?;
        if draft.application_id != id {
            return Err(AppError::NotFound);
        }
        let answers = with(draft.answers, &project::form::typed_in(typed));
        let seen = Seen::version(draft.version);
        project::actions::save_typed(tx, &project, &answers, &seen)?;
        Ok(())
    })
    .await
}

async fn put_back(
    app: &App,
    who: &SignedIn,
    posted: Posted,
    back: String,
    f: impl Fn(&mut Tx<'_>, &Answers) -> Result<(), AppError> + Send + Sync + 'static,
) -> Result<HttpResponse, AppError> {
    let Posted { answers, key, .. } = posted;
    let first = answers.iter().next().map(|it| it.0.to_owned());
    let location = format!("{back}#{}", first.unwrap_or_default());
    let written = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                f(tx, &answers)?;
                Ok(location.clone())
            })
        })
        .await?;
    Ok(access::see_other(&written))
}

fn with(mut answers: Answers, typed: &Answers) -> Answers {
    for (name, text) in typed.iter() {
        answers.set(name, text);
    }
    answers
}

fn typed_section(text: &str) -> Result<SectionName, AppError> {
    match SectionName::parse(text) {
        Ok(SectionName::Attachments) | Err(_) => Err(AppError::NotFound),
        Ok(section) => Ok(section),
    }
}

fn is_open(head: &Head, section: SectionName, now: NaiveDateTime) -> bool {
    let opening = Opening::of(head);
    opening
        .may_change(head.application.state, section, now)
        .is_ok()
}

fn project_address(id: &str, project: &str) -> String {
    format!("/aanvragen/{id}/projecten/{project}")
}

fn page(who: &SignedIn, it: Loaded, words: &Words<'_>, back: String) -> EarlierPage {
    let changed: BTreeSet<&str> = it
        .saves
        .iter()
        .flat_map(|save| save.fields.keys())
        .map(String::as_str)
        .collect();
    let places: BTreeMap<&str, usize> = words.order.iter().map(String::as_str).zip(0..).collect();
    let place = |name: &str| places.get(name).copied().unwrap_or(usize::MAX);
    let mut names: Vec<&str> = changed.into_iter().collect();
    names.sort_by_key(|name| (place(name), *name));
    let mut rows: Vec<(String, String)> = names.iter().filter_map(|it| row_of(it)).collect();
    rows.dedup();
    let gone = rows
        .into_iter()
        .filter_map(|(row, label)| {
            let gone = history::gone_row(&it.answers, &it.saves, &row)?;
            let mut fields = gone.fields;
            fields.sort_by_key(|(name, _)| place(name));
            Some(Gone {
                label,
                fields: fields
                    .into_iter()
                    .map(|(name, text)| {
                        let shown = (words.shown)(&name, &text);
                        (name.clone(), (words.label)(&name), text, shown)
                    })
                    .collect(),
                by: gone.by,
                at: gone.at,
            })
        })
        .collect();
    let fields = names
        .into_iter()
        .map(|name| FieldTexts {
            name: name.to_owned(),
            label: (words.label)(name),
            texts: history::of_field(&it.answers, &it.saves, name)
                .into_iter()
                .map(|earlier| {
                    let shown = (words.shown)(name, &earlier.text);
                    (earlier, shown)
                })
                .collect(),
        })
        .filter(|field| !field.texts.is_empty())
        .collect();
    let reference = &it.head.application.reference;
    EarlierPage {
        frame: it
            .head
            .crumbs(who.frame())
            .crumb(it.name.clone(), back.clone())
            .here("Wat hier eerder stond"),
        over: format!("Aanvraag {reference}, {}", it.head.region.name),
        part: it.name,
        address: format!("{back}/eerder"),
        back,
        is_open: it.is_open,
        gone,
        fields,
    }
}

/// The row that a field is in, as its fields begin (`regel.2.`), and what people call it.
fn row_of(name: &str) -> Option<(String, String)> {
    let (prefix, called) = [(LINES, "Regel"), (INDICATORS, "Indicator")]
        .into_iter()
        .find(|(prefix, _)| name.starts_with(prefix))?;
    let (number, _) = name.strip_prefix(prefix)?.split_once('.')?;
    Some((format!("{prefix}{number}."), format!("{called} {number}")))
}
