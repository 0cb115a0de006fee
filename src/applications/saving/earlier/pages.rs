//! The page on which one looks back what stood in a section or project.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::{
    app::App,
    applications::{
        Head, drafting, project,
        saving::{
            Save,
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
    db::Conn,
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
    let may = Access::May(Action::EditApplication);
    vec![
        Route::get(
            "/aanvragen/{id}/onderdelen/{section}/eerder",
            may,
            of_section,
        ),
        Route::get(
            "/aanvragen/{id}/projecten/{project}/eerder",
            may,
            of_project,
        ),
    ]
}

#[derive(Template)]
#[template(path = "applications/earlier.html")]
struct EarlierPage {
    frame: Frame,
    over: String,
    part: String,
    back: String,
    fields: Vec<FieldTexts>,
}

/// The earlier texts of one field.
struct FieldTexts {
    label: String,
    texts: Vec<Earlier>,
}

/// A part with all saves of it that are still known.
struct Loaded {
    head: Head,
    name: String,
    answers: Answers,
    saves: Vec<Save>,
}

async fn of_section(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, AppError> {
    let section = SectionName::parse(&path.1).map_err(|_| AppError::NotFound)?;
    if section == SectionName::Attachments {
        return Err(AppError::NotFound);
    }
    let (id, actor) = (ApplicationId::from(&*path.0), who.actor.clone());
    let load = move |conn: &mut Conn| {
        let head = dossiers::head(conn, &actor, &id)?;
        let saved = drafting::store::sections(conn, &id)?.remove(&section);
        Ok(Loaded {
            head,
            name: section.label().to_owned(),
            answers: saved.unwrap_or_default().answers,
            saves: store::since(conn, &id, section.as_str(), 0)?,
        })
    };
    let it = app.store.read(load).await?;
    let order: Vec<&str> = section.fields().iter().map(|it| it.name).collect();
    let label = |name: &str| drafting::pages::label(section, name);
    let back = format!("/aanvragen/{}/onderdelen/{}", path.0, section.as_str());
    html::ok(&page(&who, it, &order, &label, back))
}

async fn of_project(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, AppError> {
    let (id, project) = (ApplicationId::from(&*path.0), ProjectId::from(&*path.1));
    let actor = who.actor.clone();
    let load = move |conn: &mut Conn| {
        let head = dossiers::head(conn, &actor, &id)?;
        let draft = project::store::draft(conn, &project)?;
        if draft.application_id != id {
            return Err(AppError::NotFound);
        }
        Ok(Loaded {
            head,
            name: format!("Project {}", draft.position),
            saves: store::since(conn, &id, draft.id.as_str(), 0)?,
            answers: draft.answers,
        })
    };
    let it = app.store.read(load).await?;
    let back = format!("/aanvragen/{}/projecten/{}", path.0, path.1);
    html::ok(&page(&who, it, &[], &project::form::label, back))
}

fn page(
    who: &SignedIn,
    it: Loaded,
    order: &[&str],
    label: &dyn Fn(&str) -> String,
    back: String,
) -> EarlierPage {
    let changed: BTreeSet<&str> = it
        .saves
        .iter()
        .flat_map(|save| save.fields.keys())
        .map(String::as_str)
        .collect();
    let mut names: Vec<&str> = changed.into_iter().collect();
    let place = |name: &str| order.iter().position(|it| *it == name);
    names.sort_by_key(|name| (place(name).unwrap_or(usize::MAX), *name));
    let fields = names
        .into_iter()
        .map(|name| FieldTexts {
            label: label(name),
            texts: history::of_field(&it.answers, &it.saves, name),
        })
        .filter(|field| !field.texts.is_empty())
        .collect();
    let reference = it.head.application.reference;
    EarlierPage {
        frame: who
            .frame()
            .crumb("Aanvragen", "/aanvragen")
            .crumb(
                reference.clone(),
                format!("/aanvragen/{}", it.head.application.id),
            )
            .crumb(it.name.clone(), back.clone())
            .here("Vorige teksten"),
        over: format!("Aanvraag {reference}, {}", it.head.region.name),
        part: it.name,
        back,
        fields,
    }
}
