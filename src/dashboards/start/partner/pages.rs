//! What somebody sees who was invited: the applications that they work on, and what is asked of them.

use chrono::NaiveDateTime;

use crate::{
    applications::{
        Application,
        collaboration::{store, tasks},
        dossier,
    },
    core::actor::Actor,
    dashboards::start::pages::{Board, List, ListRow, Now},
    db::Conn,
    error::AppError,
    texts::dates,
    web::parts::Task,
};

/// The start page of somebody who was invited; two statements.
pub fn board(conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> Result<Board, AppError> {
    let applications = store::applications_of(conn, &actor.id)?;
    let tasks = tasks_of(conn, actor, now)?;
    Ok(Board {
        heading: "Aanvragen waaraan u meewerkt".to_owned(),
        now: tasks.first().map(|it| Now {
            sentence: format!(
                "Er wordt iets van u gevraagd: {}. {}.",
                it.label,
                it.note.clone().unwrap_or_default()
            ),
            href: it.href.clone().unwrap_or_default(),
            button: "Naar de taak".to_owned(),
        }),
        list: Some(List {
            title: "Aanvragen".to_owned(),
            heads: ["Aanvraag", "Status", "Gewijzigd"].map(str::to_owned),
            empty: [
                "U werkt nu aan geen aanvraag mee.",
                "Zodra u een uitnodiging aanneemt, staat de aanvraag hier.",
            ]
            .map(str::to_owned),
            rows: applications.iter().map(row).collect(),
        }),
        tasks,
        ..Board::default()
    })
}

/// What is asked of somebody in all applications, and not done; one statement.
pub fn tasks_of(conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> Result<Vec<Task>, AppError> {
    let open = tasks::store::open_of(conn, &actor.id)?;
    let line = |(it, reference): &(tasks::PartTask, String)| {
        let mut line = it.line(now);
        line.label = format!("{}, aanvraag {reference}", line.label);
        line
    };
    Ok(open.iter().map(line).collect())
}

fn row((it, region): &(Application, String)) -> ListRow {
    ListRow {
        label: it.reference.clone(),
        note: region.clone(),
        href: format!("/aanvragen/{}", it.id),
        tag: Some(dossier::tag(it.state, true)),
        value: dates::short_date(it.updated_at),
    }
}
