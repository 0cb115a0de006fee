//! What is done on the pages of a project; how it is loaded and shown stands in `showing`.

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};

use super::{
    MOST_LINES, ROWS,
    actions::{self, Way},
    form::{self},
    incoming, outputs, paste, shares,
    showing::pages::{
        Loaded, ProjectPage, address, conflict_page, dossier, load, name, project_page,
        removed_page,
    },
    store::{self, Draft},
};
use crate::{
    app::App,
    applications::{
        drafting::pages as drafting,
        saving::{
            self, Seen,
            actions::Part,
            merge::{Merged, Theirs},
            pages::{Computed, Reading},
        },
        section::SectionName,
        store as dossiers,
    },
    core::{
        actor::Actor,
        answers::{Answers, FieldErrors},
        ids::{ApplicationId, ProjectId},
    },
    db::Tx,
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    web::{forms::FormView, html, parts::Tone},
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    let may = Access::May(Action::EditApplication);
    let arrange = Access::May(Action::ArrangeProjects);
    vec![
        Route::post("/aanvragen/{id}/projecten", may, add),
        Route::get("/aanvragen/{id}/projecten/{project}", may, show),
        Route::post("/aanvragen/{id}/projecten/{project}", may, save),
        Route::post("/aanvragen/{id}/projecten/{project}/kopie", arrange, copy),
        Route::post(
            "/aanvragen/{id}/projecten/{project}/verwijdering",
            arrange,
            remove,
        ),
        Route::post(
            "/aanvragen/{id}/projecten/{project}/herstel",
            arrange,
            restore,
        ),
        Route::post(
            "/aanvragen/{id}/projecten/{project}/volgorde",
            arrange,
            shift,
        ),
    ]
}

type Address = web::Path<(String, String)>;

#[derive(serde::Deserialize)]
struct Asked {
    /// `ja`: say what is wrong.
    #[serde(default)]
    controle: String,
    /// The version that somebody had seen who just saved: what others changed since is said.
    sinds: Option<i32>,
    /// What was just taken away: `regel` or `indicator`.
    #[serde(default)]
    weg: String,
    /// The project that was just saved, from which one came here.
    #[serde(default)]
    opgeslagen: String,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let loaded = load(&app, &who.actor, &path).await?;
    let (state, now) = (loaded.head.application.state, app.store.now());
    let opening = &loaded.opening;
    let is_open = opening
        .may_change(state, SectionName::Projects, now)
        .is_ok();
    if !is_open {
        return Ok(access::see_other(&dossier(&path.0)));
    }
    if loaded.draft.removed_at.is_some() {
        return html::ok(&removed_page(&who, &path, &loaded));
    }
    // Who comes from another project brings the version of that one.
    let since = asked.sinds.filter(|_| asked.opgeslagen.is_empty());
    let news = news(&app, &who.actor, &path, since).await?;
    let mut page = project_page(&who, &path, &loaded, asked.controle == "ja");
    page.gone.clone_from(&asked.weg);
    let before = loaded
        .drafts
        .iter()
        .find(|it| it.id.as_str() == asked.opgeslagen);
    if let Some(before) = before {
        let sentence = format!("Opgeslagen: {}", name(before));
        page.frame = page.frame.with_notice(Tone::Success, sentence);
    }
    let news = saving::pages::notices(&who.actor.id, &news, &|name| form::label(name));
    if !news.is_empty() {
        page.frame = page.frame.with_notice(Tone::Info, news.join(" "));
    }
    html::ok(&page)
}

async fn add(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = path.into_inner();
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                let project = actions::add(tx, &ApplicationId::from(&*id))?;
                Ok(address(&id, project.as_str()))
            })
        })
        .await?;
    Ok(access::see_other(&location))
}

async fn save(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    req: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    if saving::pages::is_script(&req) {
        return save_while_typing(&app, &who, &path, &posted).await;
    }
    let seen = saving::pages::seen(&posted, true)?;
    let mine = if posted.answers.get(form::MERGE_FIELD) == "ja" {
        let loaded = load(&app, &who.actor, &path).await?;
        match chosen(&loaded, &posted, &seen) {
            Ok(chosen) => chosen,
            Err(errors) => {
                let merged = merged_now(&app, &path, &posted, &seen).await?;
                let page = conflict_page(&who, &path, &loaded, &merged, &posted, errors);
                return html::refused(&page);
            }
        }
    } else {
        form::typed_in(&posted.answers)
    };
    let button = posted.answers.get("actie").to_owned();
    let pasted = posted.answers.get(paste::FIELD);
    let (mine, added) = if WORKED_OUT.contains(&&*button) {
        let loaded = load(&app, &who.actor, &path).await?;
        match worked_out(&loaded, mine.clone(), &button, pasted) {
            Ok(it) => it,
            Err(errors) => {
                let typed = mine.with(paste::FIELD, pasted);
                let page = refused_page(&who, &path, loaded, typed, seen.version, errors);
                return html::refused(&page);
            }
        }
    } else {
        (mine, None)
    };
    let key = saving::pages::key(&posted, &mine)?;
    let to = saving::pages::leads_to(&posted.answers, &ApplicationId::from(&*path.0));
    let (id, project) = (path.0.clone(), ProjectId::from(&*path.1));
    let from = seen.clone();
    let written = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                let goes = (&*button, to.as_deref());
                save_and_go(tx, (&id, &project), &from, &mine, goes, added)
            })
        })
        .await;
    match written {
        Ok(location) if !location.is_empty() => Ok(access::see_other(&location)),
        Ok(_) => {
            let loaded = load(&app, &who.actor, &path).await?;
            let merged = merged_now(&app, &path, &posted, &seen).await?;
            let errors = FieldErrors::default();
            let page = conflict_page(&who, &path, &loaded, &merged, &posted, errors);
            html::page(StatusCode::CONFLICT, &page)
        }
        Err(err @ AppError::Refused(_)) => {
            let mut loaded = load(&app, &who.actor, &path).await?;
            loaded.draft.answers = form::typed_in(&posted.answers);
            let mut page = project_page(&who, &path, &loaded, false);
            page.is_open = false;
            page.is_removed = loaded.draft.removed_at.is_some();
            page.frame = saving::pages::not_saved(page.frame, &err);
            html::page(err.status_code(), &page)
        }
        Err(AppError::Busy) => saving::pages::again(&who, address(&path.0, &path.1), &posted),
        Err(err) => Err(err),
    }
}

/// The buttons that work something out from what was typed, before it is saved.
const WORKED_OUT: [&str; 3] = ["verdeel-gelijk", "verdeel-gewicht", "plak"];

/// What was typed with what the button works out from it, and the first row that it added; or why it
/// cannot.
fn worked_out(
    loaded: &Loaded,
    mut mine: Answers,
    button: &str,
    pasted: &str,
) -> Result<(Answers, Option<u32>), FieldErrors> {
    let key = match button {
        "verdeel-gelijk" => shares::Key::Evenly,
        "verdeel-gewicht" => shares::Key::ByWeight,
        "plak" => {
            let row = paste_in(loaded, &mut mine, pasted)?;
            return Ok((mine, Some(row)));
        }
        _ => return Ok((mine, None)),
    };
    let (meaning, _) = loaded.read(&mine);
    let members: Vec<_> = loaded.members.iter().map(|it| &it.id).collect();
    shares::divide(
        &mut mine,
        &meaning.years,
        &members,
        &shares::names(&loaded.members),
        key,
    )?;
    Ok((mine, None))
}

/// Adds the lines that were pasted; the first row. Nothing is added if anything is wrong.
fn paste_in(loaded: &Loaded, mine: &mut Answers, pasted: &str) -> Result<u32, FieldErrors> {
    let mut errors = FieldErrors::default();
    match paste::read(pasted, &loaded.shown_years(mine)) {
        Ok(lines) => match incoming::append(mine, &lines) {
            Some(row) => return Ok(row),
            None => errors.push(
                paste::FIELD,
                format!(
                    "Een project heeft hoogstens {MOST_LINES} regels. U plakt er {}. Zoveel plaats is er niet meer: voeg regels samen of maak eerst regels leeg.",
                    lines.len()
                ),
            ),
        },
        Err(faults) => {
            for it in faults {
                errors.push(paste::FIELD, it.said());
            }
        }
    }
    Err(errors)
}

/// The form as it was posted, with why nothing was done with it.
fn refused_page(
    who: &SignedIn,
    path: &(String, String),
    mut loaded: Loaded,
    typed: Answers,
    version: i32,
    errors: FieldErrors,
) -> ProjectPage {
    loaded.draft.answers = typed.clone();
    loaded.draft.version = version;
    let mut page = project_page(who, path, &loaded, false);
    page.saved = None;
    page.form = FormView::refused(typed, errors)
        .with_note("Wat u typte, staat er nog. Druk op “Opslaan en verder” om het te bewaren.");
    page
}

/// The answer to the script that saves while one types.
async fn save_while_typing(
    app: &App,
    who: &SignedIn,
    path: &Address,
    posted: &Posted,
) -> Result<HttpResponse, AppError> {
    let seen = saving::pages::seen(posted, false)?;
    let typed = form::typed_in(&posted.answers);
    let (project, mine) = (ProjectId::from(&*path.1), typed.clone());
    let done = app
        .store
        .write(&who.actor, move |tx| {
            actions::save_typed(tx, &project, &mine, &seen)
        })
        .await;
    let reading = Reading {
        label: &|name| form::label(name),
        text: &|name, text| form::shown_text(name, text),
    };
    match done {
        Ok(saved) => Ok(saving::pages::answer(
            who,
            app.store.now(),
            &typed,
            &saved.outcome,
            reading,
            Computed {
                outputs: outputs::of(&saved.outcome.merged.answers, &saved.meaning, &saved.years),
                state: drafting::state_after(saved.findings.len()),
                findings: saved.findings,
            },
        )),
        Err(err @ AppError::Refused(_)) => Ok(saving::pages::refused(&err)),
        Err(err) => Err(err),
    }
}

/// What was chosen where two people wrote something else, if the other has not written on since;
/// otherwise what was typed here.
fn chosen(loaded: &Loaded, posted: &Posted, seen: &Seen) -> Result<Answers, FieldErrors> {
    if loaded.draft.version == seen.version {
        let years = loaded.head.cycle.years();
        form::merged(&posted.answers, &loaded.draft.answers, years)
    } else {
        Ok(form::typed_in(&posted.answers))
    }
}

/// What was typed, made one with what is stored now.
async fn merged_now(
    app: &App,
    path: &Address,
    posted: &Posted,
    seen: &Seen,
) -> Result<Merged, AppError> {
    let (project, seen) = (ProjectId::from(&*path.1), seen.clone());
    let mine = form::typed_in(&posted.answers);
    app.store
        .read(move |conn| {
            let draft = store::draft(conn, &project)?;
            let part = Part {
                application: &draft.application_id,
                name: draft.id.as_str(),
                answers: &draft.answers,
                version: draft.version,
            };
            saving::actions::merge(conn, part, &mine, &seen, &ROWS)
        })
        .await
}

/// Saves, does what the button says with the project as a whole, and says where that leads: nowhere
/// while there is something to choose.
fn save_and_go(
    tx: &mut Tx<'_>,
    (id, project): (&str, &ProjectId),
    seen: &Seen,
    mine: &Answers,
    (button, to): (&str, Option<&str>),
    added: Option<u32>,
) -> Result<String, AppError> {
    let mut answers = mine.clone();
    let row = match button {
        "regel" => form::add_line(&mut answers).map(|it| format!("regel.{it}.omschrijving")),
        "indicator" => form::add_indicator(&mut answers).map(|it| format!("indicator.{it}.naam")),
        _ => None,
    };
    form::part_with(&mut answers, button);
    if button == "terugzetten" {
        actions::restore(tx, project)?;
    }
    let saved = actions::save_typed(tx, project, &answers, seen)?;
    let merged = &saved.outcome.merged;
    if !merged.conflicts.is_empty() {
        return Ok(saving::pages::location(merged, seen, ""));
    }
    let here = address(id, project.as_str());
    let row = row.or_else(|| added.map(|it| format!("regel.{it}.omschrijving")));
    let location = match (button, row) {
        (_, Some(row)) => format!("{here}#{row}"),
        ("verdeling" | "verdeel-gelijk" | "verdeel-gewicht", _) => format!("{here}#verdeling"),
        ("catalogus", _) => format!("{here}/indicatoren"),
        (it, _) if it.starts_with("los.") => format!("{here}#indicatoren-kop"),
        (it, _) if it.starts_with("weg.") => format!("{here}?weg=indicator#indicatoren-kop"),
        (it, _) if it.starts_with("regel-weg.") => format!("{here}?weg=regel#begroting-kop"),
        _ if to.is_some() => to.unwrap_or_default().to_owned(),
        ("later", _) => saved_among_all(id, project),
        ("verder", _) if saved.findings.is_empty() => next_open(tx, id, project)?,
        ("verder" | "bewaar", _) => format!("{here}?controle=ja"),
        _ => with_whole(tx, id, project, button)?,
    };
    Ok(saving::pages::location(merged, seen, &location))
}

/// Does something with the project as a whole; where that leads.
fn with_whole(
    tx: &mut Tx<'_>,
    id: &str,
    project: &ProjectId,
    button: &str,
) -> Result<String, AppError> {
    match button {
        "kopie" => {
            let copy = actions::copy(tx, project)?;
            return Ok(address(id, copy.as_str()));
        }
        // Back to the button that was pressed: pressing it again goes on.
        "omhoog" => {
            actions::shift(tx, project, Way::Up)?;
            return Ok(format!("{}#omhoog", address(id, project.as_str())));
        }
        "omlaag" => {
            actions::shift(tx, project, Way::Down)?;
            return Ok(format!("{}#omlaag", address(id, project.as_str())));
        }
        "verwijderen" => {
            actions::remove(tx, project)?;
            return Ok(format!("{}?verwijderd={project}#verwijderd", dossier(id)));
        }
        _ => {}
    }
    Ok(address(id, project.as_str()))
}

async fn copy(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = path.into_inner();
    change(&app, &who, posted, move |tx| {
        let copy = actions::copy(tx, &ProjectId::from(&*project))?;
        Ok(address(&id, copy.as_str()))
    })
    .await
}

async fn remove(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = path.into_inner();
    change(&app, &who, posted, move |tx| {
        actions::remove(tx, &ProjectId::from(&*project))?;
        Ok(format!("{}?verwijderd={project}#verwijderd", dossier(&id)))
    })
    .await
}

async fn restore(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = path.into_inner();
    let to_list = posted.answers.get("terug") == "lijst";
    change(&app, &who, posted, move |tx| {
        actions::restore(tx, &ProjectId::from(&*project))?;
        Ok(if to_list {
            format!("{}#projecten", dossier(&id))
        } else {
            address(&id, &project)
        })
    })
    .await
}

async fn shift(
    app: web::Data<App>,
    who: SignedIn,
    path: Address,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, project) = path.into_inner();
    // Back to the button that was pressed: pressing it again goes on.
    let (way, button) = match posted.answers.get("richting") {
        "omhoog" => (Way::Up, "omhoog"),
        "omlaag" => (Way::Down, "omlaag"),
        _ => return Err(AppError::BadRequest("neither up nor down")),
    };
    change(&app, &who, posted, move |tx| {
        actions::shift(tx, &ProjectId::from(&*project), way)?;
        Ok(format!("{}#{button}", address(&id, &project)))
    })
    .await
}

/// Does one thing with a project, once, and goes where it says.
async fn change(
    app: &App,
    who: &SignedIn,
    posted: Posted,
    f: impl Fn(&mut Tx<'_>) -> Result<String, AppError> + Send + Sync + 'static,
) -> Result<HttpResponse, AppError> {
    let key = posted.key;
    let written = app
        .store
        .write(&who.actor, move |tx| once(tx, &key, &f))
        .await?;
    Ok(access::see_other(&written))
}

/// What others changed in the project since the version that somebody had seen who just saved.
async fn news(
    app: &App,
    actor: &Actor,
    path: &Address,
    since: Option<i32>,
) -> Result<Vec<Theirs>, AppError> {
    if since.is_none() {
        return Ok(Vec::new());
    }
    let (actor, id, part) = (actor.clone(), ApplicationId::from(&*path.0), path.1.clone());
    app.store
        .read(move |conn| saving::pages::news(conn, &actor, &id, &part, since))
        .await
}

/// Where one goes from a project that is ready: the next one that is not, from here on and then from the
/// start; or the list of all.
fn next_open(tx: &mut Tx<'_>, id: &str, project: &ProjectId) -> Result<String, AppError> {
    let application = dossiers::get(tx.conn, &ApplicationId::from(id))?;
    let setting = store::setting(tx.conn, &application)?;
    let drafts = store::drafts(tx.conn, &application.id)?;
    let here = drafts.iter().position(|it| it.id == *project).unwrap_or(0);
    let is_open = |it: &&Draft| {
        let (_, findings) = form::read(&it.answers, setting.years, setting.window);
        it.id != *project && !findings.is_empty()
    };
    let mut from_here = drafts.iter().cycle().skip(here).take(drafts.len());
    Ok(match from_here.find(is_open) {
        Some(next) => {
            let page = address(id, next.id.as_str());
            saving::pages::with_query(&page, "opgeslagen", project.as_str())
        }
        None => saved_among_all(id, project),
    })
}

/// The list of projects, with a word about the one that was saved.
fn saved_among_all(id: &str, project: &ProjectId) -> String {
    let all = format!("{}#projecten", dossier(id));
    saving::pages::with_query(&all, "opgeslagen", project.as_str())
}
