//! What waits for reviewers, decision makers, finance, the auditor and the administrator.

use chrono::NaiveDateTime;

use crate::{
    audit,
    core::{
        actor::{Actor, Role},
        money::Money,
    },
    dashboards::{
        audit::sentences,
        start::{
            pages::{self, Board, List, ListRow, Now, counted},
            store::{self, Waiting},
        },
    },
    db::{Conn, dialect::Group},
    error::AppError,
    identity,
    journal::{balance::Measure, lines},
    texts::{
        dates::{self, OnDay},
        labels::Label,
        money::{grouped, whole_euros},
    },
    web::parts::{Event, Figure, Tag, Task, Tone},
};

/// The start page of a reviewer; four statements.
pub fn assessments(conn: &mut Conn, actor: &Actor) -> Result<Board, AppError> {
    let dossiers = store::assigned(conn, actor)?;
    let undeclared = store::undeclared(conn, actor)?;
    let to_assess = store::to_assess(conn, &actor.id)?;
    let finished = store::finished(conn, &actor.id)?;
    let count = |groups: &[Group], id: &str| pages::group(groups, id).map_or(0, |it| it.count);
    let rows: Vec<ListRow> = dossiers
        .iter()
        .map(|it| {
            let id = it.application.as_str();
            let (done, all) = (count(&finished, id), count(&to_assess, id));
            let dossier = format!("/aanvragen/{id}");
            let (tag, href) = if undeclared.contains(&it.application) {
                let tag = Tag::new(Tone::Warning, "Verklaar uw belangen");
                (tag, format!("{dossier}/belangen"))
            } else if done < all {
                (Tag::new(Tone::Busy, "Te beoordelen"), dossier)
            } else {
                (Tag::new(Tone::Success, "Klaar"), dossier)
            };
            ListRow {
                label: it.reference.clone(),
                note: format!(
                    "{}, toegewezen op {}",
                    it.region,
                    dates::short_date(it.assigned_at)
                ),
                href,
                tag: Some(tag),
                value: format!("{done} van {all} projecten"),
            }
        })
        .collect();
    let open = rows
        .iter()
        .find(|it| it.tag.as_ref().is_some_and(|tag| tag.tone != Tone::Success));
    Ok(Board {
        heading: "Beoordelen".to_owned(),
        now: open.map(|it| Now {
            sentence: format!(
                "Dossier {} wacht op uw beoordeling: {}.",
                it.label, it.value
            ),
            href: it.href.clone(),
            button: format!("Open {}", it.label),
        }),
        list: Some(List {
            title: "Dossiers voor u".to_owned(),
            heads: ["Dossier", "Status", "Afgerond"].map(str::to_owned),
            empty: [
                "Er zijn geen dossiers voor u.",
                "Zodra de coördinator u een dossier toewijst, staat het hier.",
            ]
            .map(str::to_owned),
            rows,
        }),
        ..Board::default()
    })
}

/// The start page of a decision maker of the NCTV; six statements.
pub fn decisions(
    conn: &mut Conn,
    actor: &Actor,
    now: NaiveDateTime,
    asked: &str,
) -> Result<Board, AppError> {
    let waiting = store::waiting(conn, actor, false)?;
    let proposed = store::proposed(conn)?;
    let count = store::count_waiting(conn)?;
    let (round, rounds) = pages::current_round(conn, now, asked)?;
    let years = match &round {
        Some((_, cycle)) => pages::years(conn, cycle)?,
        None => Vec::new(),
    };
    let rows: Vec<ListRow> = waiting
        .iter()
        .map(|it| proposal(it, &proposed, actor))
        .collect();
    let ready = rows
        .iter()
        .find(|it| it.tag.as_ref().is_some_and(|tag| tag.tone == Tone::Info));
    Ok(Board {
        heading: "Besluiten".to_owned(),
        rounds,
        now: ready.map(|it| Now {
            sentence: format!("Het voorstel voor {} wacht op uw besluit.", it.label),
            href: it.href.clone(),
            button: format!("Bekijk {}", it.label),
        }),
        list: Some(proposals(rows, count)),
        years,
        tasks: vec![
            Task::new(
                "Geld overhevelen tussen enveloppen",
                "/inrichting/overheveling",
                Tag::new(Tone::Neutral, "Besluit"),
            )
            .with_note("Binnen één jaar, met een reden; een ander besluit"),
            Task::new(
                "Plafond van een envelop wijzigen",
                "/inrichting/plafond",
                Tag::new(Tone::Neutral, "Besluit"),
            )
            .with_note("Niet lager dan wat is toegezegd"),
            Task::new(
                "Begrotingsbesluiten",
                "/begrotingsbesluiten",
                Tag::new(Tone::Neutral, "Bekijken"),
            )
            .with_note("Wat is voorgesteld en wat is besloten"),
        ],
        ..Board::default()
    })
}

/// The start page of a decision maker of SZW; two statements.
pub fn co_decisions(conn: &mut Conn, actor: &Actor) -> Result<Board, AppError> {
    let waiting = store::waiting(conn, actor, true)?;
    let proposed = store::proposed(conn)?;
    let rows: Vec<ListRow> = waiting
        .iter()
        .map(|it| ListRow {
            tag: Some(Tag::new(Tone::Info, "Wacht op u")),
            ..proposal(it, &proposed, actor)
        })
        .collect();
    let count = i64::try_from(rows.len()).unwrap_or_default();
    Ok(Board {
        heading: "Meebeslissen over preventie".to_owned(),
        now: rows.first().map(|it| Now {
            sentence: format!("In het voorstel voor {} zit een preventieproject. Zonder uw instemming kan de NCTV niet besluiten.", it.label),
            href: it.href.clone(),
            button: format!("Bekijk {}", it.label),
        }),
        list: Some(proposals(rows, count)),
        ..Board::default()
    })
}

fn proposals(rows: Vec<ListRow>, count: i64) -> List {
    List {
        title: match count {
            0 => "Voorstellen".to_owned(),
            many => counted(many, "voorstel wacht", "voorstellen wachten"),
        },
        heads: ["Voorstel", "Status", "Voorgesteld"].map(str::to_owned),
        empty: [
            "Er wachten geen voorstellen.",
            "Zodra de coördinator een voorstel doet, staat het hier.",
        ]
        .map(str::to_owned),
        rows,
    }
}

fn proposal(it: &Waiting, proposed: &[Group], actor: &Actor) -> ListRow {
    let group = pages::group(proposed, it.proposal.as_str());
    let needs_szw = group.is_some_and(|it| 0 < it.count);
    let tag = match it.verdict.as_deref() {
        Some("refused") => Tag::new(Tone::Error, "SZW stemt niet in"),
        None if needs_szw => Tag::new(Tone::Busy, "Wacht op SZW"),
        _ if it.proposed_by == actor.id => Tag::new(Tone::Neutral, "Een ander besluit"),
        _ => Tag::new(Tone::Info, "Wacht op u"),
    };
    ListRow {
        label: it.reference.clone(),
        note: format!("{}, sinds {}", it.region, dates::short_date(it.proposed_at)),
        href: format!("/aanvragen/{}/besluit", it.application),
        tag: Some(tag),
        value: whole_euros(group.map_or(Money::ZERO, |it| it.total)),
    }
}

/// The start page of finance; three statements.
pub fn finance(conn: &mut Conn, now: NaiveDateTime, asked: &str) -> Result<Board, AppError> {
    let (round, rounds) = pages::current_round(conn, now, asked)?;
    let Some((_, cycle)) = round else {
        return Ok(Board {
            heading: "Begroting".to_owned(),
            ..Board::default()
        });
    };
    let years = pages::years(conn, &cycle)?;
    let meters = || years.iter().flat_map(|it| &it.meters).map(|(_, it)| it);
    let lines = lines::address(&cycle.id, None, None);
    let figure = |measure: Measure, amounts: Vec<Money>| -> Result<Figure, AppError> {
        let sum = whole_euros(Money::sum(amounts)?);
        let href = format!("{lines}{}", measure.as_str());
        Ok(Figure::new(measure.label(), sum, "beide jaren samen").with_href(Some(href)))
    };
    let figures = vec![
        figure(Measure::Ceiling, meters().map(|it| it.ceiling).collect())?,
        figure(Measure::Reserved, meters().map(|it| it.reserved).collect())?,
        figure(Measure::Awarded, meters().map(|it| it.awarded).collect())?,
        figure(Measure::Free, meters().map(|it| it.free).collect())?,
    ];
    let task = |label: &str, href: &str, note: &str| {
        Task::new(label, href, Tag::new(Tone::Neutral, "Bekijken")).with_note(note)
    };
    Ok(Board {
        heading: format!("Begroting {}", cycle.name),
        rounds,
        figures,
        years,
        tasks: vec![
            task(
                "Stand van de begroting",
                "/begroting",
                "Per jaar en envelop",
            ),
            task("Journaal", "/boekingen", "Elke boeking met haar besluit"),
            task(
                "Begrotingsbesluiten",
                "/begrotingsbesluiten",
                "Overhevelingen en andere plafonds",
            ),
            task("Exports", "/exports", "CSV en XLSX met controletotalen"),
        ],
        ..Board::default()
    })
}

/// The start page of an auditor; two statements.
pub fn audit(conn: &mut Conn) -> Result<Board, AppError> {
    let count = audit::store::count(conn)?;
    let latest = audit::store::latest(conn, 8, 0)?;
    let figures = latest
        .first()
        .map(|it| Figure::new("Laatste feit", dates::short_date(it.at), dates::time(it.at)));
    Ok(Board {
        heading: "Controle".to_owned(),
        now: Some(Now {
            sentence: "Laat narekenen of er aan de vastgelegde feiten niets is veranderd, weggehaald of toegevoegd.".to_owned(),
            href: "/audit".to_owned(),
            button: "Naar de controle".to_owned(),
        }),
        figures: [Figure::new("Vastgelegde feiten", grouped(u64::try_from(count).unwrap_or_default()), "in een keten per dossier")]
            .into_iter()
            .chain(figures)
            .collect(),
        events: latest
            .into_iter()
            .map(|it| Event {
                when: dates::moment(it.at),
                datetime: it.at.machine(),
                sentence: sentences::what(&it.kind).to_owned(),
                note: Some(it.actor_name),
                due: false,
            })
            .collect(),
        ..Board::default()
    })
}

/// The start page of an administrator; two statements.
pub fn accounts(conn: &mut Conn) -> Result<Board, AppError> {
    let count = identity::store::count_accounts(conn)?;
    let roles = store::roles(conn)?;
    let row = |role: &Role| {
        let count = pages::group(&roles, role.as_str()).map_or(0, |it| it.count);
        ListRow {
            label: role.label().to_owned(),
            note: role_note(*role).to_owned(),
            href: "/accounts".to_owned(),
            tag: (count == 0).then(|| Tag::new(Tone::Warning, "Niemand")),
            value: count.to_string(),
        }
    };
    Ok(Board {
        heading: "Accounts".to_owned(),
        figures: vec![Figure::new(
            "Accounts",
            count.to_string(),
            "open en gesloten",
        )],
        list: Some(List {
            title: "Wie wat mag".to_owned(),
            heads: ["Rol", "Let op", "Accounts"].map(str::to_owned),
            empty: ["Er zijn nog geen rollen.", "Maak een account."].map(str::to_owned),
            rows: Role::ALL.iter().map(row).collect(),
        }),
        tasks: vec![
            Task::new(
                "Maak een account",
                "/accounts/nieuw",
                Tag::new(Tone::Neutral, "Openen"),
            ),
            Task::new(
                "Wijzig rollen of sluit een account",
                "/accounts",
                Tag::new(Tone::Neutral, "Openen"),
            ),
        ],
        ..Board::default()
    })
}

fn role_note(role: Role) -> &'static str {
    match role {
        Role::Editor | Role::Signatory => "Gemeente",
        Role::Coordinator | Role::NctvReviewer | Role::NctvDecisionMaker | Role::Administrator => {
            "NCTV"
        }
        Role::SzwReviewer | Role::SzwDecisionMaker => "SZW",
        Role::Finance => "Ministerie van Justitie en Veiligheid",
        Role::Auditor => "Auditdienst",
        Role::Collaborator => "Partner van een gemeente",
    }
}
