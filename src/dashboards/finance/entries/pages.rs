//! The journal: every line, or those behind one figure.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use crate::{
    app::App,
    core::{
        actor::Actor,
        category::EnvelopeKind,
        ids::{ApplicationId, EnvelopeId, MunicipalityId, ProjectId, TransactionId},
        money::Money,
    },
    dashboards::finance::{pages::choices, question::Asked},
    db::Conn,
    error::AppError,
    exports::{self, as_of::AsOf, entries::cause_address},
    identity::{
        access::SignedIn,
        policy::{self, Action},
    },
    journal::{
        EntryKind, Stage,
        balance::{self, Measure, Movement},
        lines::{self, Line, NamedEnvelope, Selection, store::Start},
    },
    schemes::{self, Cycle},
    texts::{filters, labels::Label},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::Choice,
    },
};

#[derive(Template)]
#[template(path = "finance/boekingen.html")]
struct EntriesPage {
    frame: Frame,
    form: FormView,
    cycles: Vec<Choice>,
    years: Vec<Choice>,
    kinds: Vec<Choice>,
    measures: Vec<Choice>,
    as_of: String,
    title: String,
    /// What the last column adds up to.
    measure: Measure,
    /// Whether the amounts are what each line does to the figure.
    is_signed: bool,
    /// Whether only lines of one cause, application, project or applicant are shown.
    is_narrowed: bool,
    rows: Vec<RowView>,
    total: Money,
    is_last: bool,
    pager: Pager,
}

struct RowView {
    id: String,
    booked_at: NaiveDateTime,
    booked_by: String,
    /// All lines of its transaction; none in a dossier that is closed to who asks.
    transaction: Option<String>,
    kind: EntryKind,
    cause: String,
    cause_href: Option<String>,
    envelope: String,
    from: Stage,
    to: Stage,
    amount: Money,
    standing: Money,
}

/// What the database says.
struct Found {
    cycles: Vec<Cycle>,
    cycle: Option<Cycle>,
    all: BTreeMap<EnvelopeId, NamedEnvelope>,
    chosen: BTreeSet<EnvelopeId>,
    movements: Vec<Movement>,
    pager: Pager,
    lines: Vec<Line>,
    /// What stood before the first of the lines.
    before: Money,
    closed: Vec<ApplicationId>,
}

/// The lines behind a figure, in the order of booking, with what stood after each.
pub(in crate::dashboards::finance) async fn show_entries(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let asked = asked.into_inner();
    let (as_of, errors) = asked.as_of(app.store.now());
    let (question, query) = (asked.clone(), req.query_string().to_owned());
    let actor = who.actor.clone();
    let found = app
        .store
        .read(move |conn| find(conn, &question, &query, &as_of, &actor))
        .await?;
    let form = FormView::refused(asked.answers(found.cycle.as_ref()), errors);
    let is_refused = form.is_refused();
    let page = entries_page(&who, form, &asked, &as_of, found)?;
    if is_refused {
        html::refused(&page)
    } else {
        html::ok(&page)
    }
}

fn find(
    conn: &mut Conn,
    asked: &Asked,
    query: &str,
    as_of: &AsOf,
    actor: &Actor,
) -> Result<Found, AppError> {
    let cycles = schemes::store::cycles(conn)?;
    let cycle = asked.cycle(&cycles)?.cloned();
    let named = lines::store::envelopes(conn, None)?;
    let chosen = asked.envelopes(&named, cycle.as_ref())?;
    let selection = Selection {
        envelopes: Some(chosen.clone()),
        measure: asked.measure()?,
        until: as_of.until,
        cause: given(&asked.oorzaak),
        transaction: given(&asked.transactie).map(|it| TransactionId::from(it.as_str())),
        application: given(&asked.aanvraag).map(|it| ApplicationId::from(it.as_str())),
        project: given(&asked.project).map(|it| ProjectId::from(it.as_str())),
        municipality: given(&asked.gemeente).map(|it| MunicipalityId::from(it.as_str())),
    };
    let movements = lines::store::movements(conn, &selection, None)?;
    let pager = Pager::new("/boekingen", query, count(&movements, &selection, &chosen)?);
    let from = Start::Offset(i64::try_from(pager.offset()).unwrap_or(i64::MAX));
    let lines = lines::store::lines(conn, &selection, from, i64::from(PAGE_SIZE))?;
    let shown = selection.measure.unwrap_or(Measure::Free);
    let closed = exports::closed_to(conn, actor)?;
    let of_one = selection.cause.is_some()
        || selection.transaction.is_some()
        || selection.application.is_some()
        || selection.project.is_some();
    let is_closed = |it: &Line| {
        it.application
            .as_ref()
            .is_some_and(|it| closed.contains(it))
    };
    // The amounts of a closed dossier stand among others; alone they would tell whose they are.
    if of_one && lines.iter().any(is_closed) {
        return Err(AppError::NotFound);
    }
    let before = match lines.first() {
        Some(first) => {
            let earlier = lines::store::movements(conn, &selection, Some(&first.place()))?;
            balance::sum(&earlier, shown, &chosen)?
        }
        None => Money::ZERO,
    };
    Ok(Found {
        cycles,
        cycle,
        all: named.into_iter().map(|it| (it.id.clone(), it)).collect(),
        chosen,
        movements,
        pager,
        lines,
        before,
        closed,
    })
}

/// What was asked, unless it is nothing.
fn given(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|it| !it.is_empty())
}

/// How many lines are selected: all that touch the envelopes, or those that change the figure.
fn count(
    movements: &[Movement],
    selection: &Selection,
    chosen: &BTreeSet<EnvelopeId>,
) -> Result<u64, AppError> {
    let mut lines: i64 = 0;
    for it in movements {
        let counts = match selection.measure {
            Some(measure) => !it.effect(measure, chosen)?.is_zero(),
            None => true,
        };
        if counts {
            lines = lines.saturating_add(it.entries);
        }
    }
    Ok(u64::try_from(lines).unwrap_or_default())
}

fn entries_page(
    who: &SignedIn,
    form: FormView,
    asked: &Asked,
    as_of: &AsOf,
    found: Found,
) -> Result<EntriesPage, AppError> {
    let measure = asked.measure()?;
    let shown = measure.unwrap_or(Measure::Free);
    let years: BTreeSet<i32> = found
        .all
        .values()
        .filter(|it| {
            found
                .cycle
                .as_ref()
                .is_some_and(|cycle| cycle.id == it.cycle)
        })
        .map(|it| it.year)
        .collect();
    Ok(EntriesPage {
        frame: who
            .frame()
            .crumb("Overzicht", "/")
            .crumb("Begroting", "/begroting")
            .here("Journaal"),
        form,
        cycles: choices(&found.cycles),
        years: years
            .iter()
            .map(|it| Choice::new(it.to_string(), it.to_string()))
            .collect(),
        kinds: EnvelopeKind::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), it.label()))
            .collect(),
        measures: Measure::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), it.label()))
            .collect(),
        as_of: as_of.sentence(),
        title: title(asked, &found, measure)?,
        measure: shown,
        is_signed: measure.is_some(),
        is_narrowed: [
            &asked.oorzaak,
            &asked.transactie,
            &asked.aanvraag,
            &asked.project,
            &asked.gemeente,
        ]
        .iter()
        .any(|it| !it.is_empty()),
        total: balance::sum(&found.movements, shown, &found.chosen)?,
        is_last: found.pager.page == found.pager.pages,
        rows: rows(&who.actor, &found, measure)?,
        pager: found.pager,
    })
}

/// `Preventie 2027: de regels achter vrij`.
fn title(asked: &Asked, found: &Found, measure: Option<Measure>) -> Result<String, AppError> {
    let cycle = found.cycle.as_ref().map(|it| it.name.clone());
    let mut subject = match asked.kind()? {
        Some(kind) => kind.label().to_owned(),
        None => "Alle enveloppen".to_owned(),
    };
    match asked.year()? {
        Some(year) => subject.push_str(&format!(" {year}")),
        None => subject.push_str(&format!(" {}", cycle.unwrap_or_default())),
    }
    Ok(match measure {
        Some(measure) => format!(
            "{}: de regels achter {}",
            subject.trim_end(),
            measure.label().to_lowercase()
        ),
        None => format!("{}: alle boekingen", subject.trim_end()),
    })
}

fn rows(actor: &Actor, found: &Found, measure: Option<Measure>) -> Result<Vec<RowView>, AppError> {
    let mut standing = found.before;
    let mut rows = Vec::new();
    for line in &found.lines {
        let it = &line.movement;
        let effect = it.effect(measure.unwrap_or(Measure::Free), &found.chosen)?;
        standing = standing.checked_add(effect)?;
        let (cause, cause_href) = cause(actor, found, line);
        rows.push(RowView {
            id: line.id.to_string(),
            booked_at: line.booked_at,
            booked_by: line.booked_by.clone(),
            transaction: transaction(found, line),
            kind: it.kind,
            cause,
            cause_href,
            envelope: envelope(found, it),
            from: it.from,
            to: it.to,
            amount: if measure.is_some() { effect } else { it.amount },
            standing,
        });
    }
    Ok(rows)
}

/// `Preventie 2027`, or for a transfer `Preventie 2027 naar Reserve 2028`.
fn envelope(found: &Found, it: &Movement) -> String {
    let name = |id: &EnvelopeId| {
        let named = found.all.get(id);
        named.map_or_else(String::new, |it| format!("{} {}", it.kind.label(), it.year))
    };
    if it.from_envelope == it.to_envelope {
        name(&it.to_envelope)
    } else {
        format!("{} naar {}", name(&it.from_envelope), name(&it.to_envelope))
    }
}

/// What a line rests on, in words, and where that can be read.
fn cause(actor: &Actor, found: &Found, line: &Line) -> (String, Option<String>) {
    if let Some((reference, reason)) = &line.budget_decision {
        let text = format!("Begrotingsbesluit {reference}: {reason}");
        return (text, Some(cause_address(line)));
    }
    let Some(application) = &line.application else {
        let may = policy::may(actor, Action::SeeSetup);
        let cycle = found.all.get(&line.movement.to_envelope);
        let name = cycle.map(|it| it.cycle_name.as_str()).unwrap_or_default();
        let href = may.then(|| cause_address(line));
        return (format!("Opening van cyclus {name}"), href);
    };
    if found.closed.contains(application) {
        return ("Dit dossier is voor u gesloten".to_owned(), None);
    }
    let paper = match (&line.decision, &line.amendment) {
        (Some(reference), _) => format!("Besluit {reference}"),
        (None, Some(reference)) => format!("Wijziging {reference}"),
        (None, None) => line.cause_kind.label().to_owned(),
    };
    let text = format!(
        "{paper}, {}, {}",
        line.reference.as_deref().unwrap_or_default(),
        line.project.as_deref().unwrap_or_default()
    );
    (text, Some(cause_address(line)))
}

/// The address of all that was booked at once with a line.
fn transaction(found: &Found, line: &Line) -> Option<String> {
    let is_closed = |it: &ApplicationId| found.closed.contains(it);
    if line.application.as_ref().is_some_and(is_closed) {
        return None;
    }
    let cycle = &found.all.get(&line.movement.to_envelope)?.cycle;
    let id = &line.transaction;
    Some(format!("/boekingen?cyclus={cycle}&transactie={id}"))
}
