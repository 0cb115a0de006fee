//! The steps of a round, as the people of the story take them: each is the use case that the
//! screens call, by the person who may do it.

use super::{
    cast::Cast,
    chance::Chance,
    papers,
    project::{self, Ask},
};
use crate::{
    applications::{
        self, drafting, project as projects,
        section::{Kind, SectionName},
        submission,
    },
    assessments::{
        self, form, handling,
        interests::{self, form::Declared},
    },
    core::{
        actor::{Actor, Department},
        answers::Answers,
        category::Category,
        ids::{ApplicationId, SchemeId, WindowId},
        money::Money,
    },
    db::Tx,
    decisions::{self, Verdict},
    error::AppError,
    schemes,
    texts::money::typed,
};

/// How far an application gets in a round that is still going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Begun: contact and two projects.
    Begun,
    /// All written, not submitted.
    Written,
    /// Submitted.
    Submitted,
    /// Asked to complete the analysis.
    CompletionAsked,
    /// Being assessed; half of the projects are done.
    HalfAssessed,
    /// Assessed.
    Assessed,
}

/// Does something as somebody, within a transaction of the story.
pub fn as_<T>(
    tx: &mut Tx<'_>,
    actor: &Actor,
    f: impl FnOnce(&mut Tx<'_>) -> Result<T, AppError>,
) -> Result<T, AppError> {
    tx.actor = actor.clone();
    f(tx)
}

/// Writes an application and, unless it stays a draft, submits it; with the attachments of the story,
/// whose bytes [`papers::keep`] puts in storage, or without.
pub fn apply(
    tx: &mut Tx<'_>,
    signatory: &Actor,
    window: &WindowId,
    asks: &[Ask],
    progress: Progress,
    chance: Chance,
    has_papers: bool,
) -> Result<ApplicationId, AppError> {
    tx.actor = signatory.clone();
    let id = applications::actions::start(tx, window)?;
    let is_begun = progress == Progress::Begun;
    let known = drafting::store::sections(tx.conn, &id)?;
    for section in SectionName::FORMS {
        if is_begun && section != SectionName::Organisation {
            continue;
        }
        let seen = known.get(&section).map_or(0, |it| it.version);
        let mut answers = section_answers(section);
        if section == SectionName::Region {
            // Those whom the projects are for.
            for member in asks.iter().flat_map(|it| &it.place.members) {
                answers.set(drafting::form::participant_field(member.as_str()), "ja");
            }
        }
        drafting::actions::save_section(tx, &id, section, &answers, seen)?;
    }
    let most = if is_begun { 2 } else { asks.len() };
    for ask in asks.iter().take(most) {
        let project = projects::actions::add(tx, &id)?;
        let version = projects::store::draft(tx.conn, &project)?.version;
        projects::actions::save(tx, &project, version, &project::answers(ask, chance)?)?;
    }
    if has_papers && !is_begun {
        papers::add(tx, &id)?;
    }
    if !matches!(progress, Progress::Begun | Progress::Written) {
        submission::actions::submit(tx, &id)?;
    }
    Ok(id)
}

fn section_answers(section: SectionName) -> Answers {
    section.fields().iter().fold(Answers::default(), |answers, field| {
        let text = match (field.kind, field.name) {
            (Kind::Agree, _) => "ja",
            (Kind::Participants, _) => return answers,
            (Kind::Email, _) => "veiligheid@gemeente.example",
            (_, "contactpersoon") => "Joris van Dam",
            (_, "functie") => "Adviseur openbare orde en veiligheid",
            (_, "telefoon") => "",
            (_, "ondertekenaar") => "De burgemeester, namens het college",
            (_, "samenwerking") => "De deelnemende gemeenten overleggen elke maand. De hoofdaanvrager zit voor en bewaakt de afspraken.",
            (_, "dreiging") => "Jongeren komen vooral online in aanraking met extremistische inhoud. Professionals zien vaker anti-institutionele denkbeelden.",
            (_, "behoefte") => "Er is te weinig aanbod dat jongeren online bereikt. Kleine gemeenten missen eigen deskundigen.",
            (_, "weerbaarheid") => "Het netwerk is de laatste jaren gegroeid en leunt nog op een paar mensen.",
            (_, "afstemming") => "Met de politie, het zorg- en veiligheidshuis en het bestuur van elke gemeente.",
            (Kind::Text, _) => "Wij hebben geleerd dat vaste gezichten in de wijk het meeste opleveren.",
            (Kind::Line | Kind::Phone, _) => "",
        };
        answers.with(field.name, text)
    })
}

/// Takes a submitted application as far as it goes in a round that is still going on.
pub fn handle(
    tx: &mut Tx<'_>,
    cast: &Cast,
    scheme: &SchemeId,
    id: &ApplicationId,
    progress: Progress,
    chance: Chance,
) -> Result<(), AppError> {
    match progress {
        Progress::Begun | Progress::Written | Progress::Submitted => Ok(()),
        Progress::CompletionAsked => ask_completion(tx, cast, id),
        Progress::HalfAssessed => {
            let count = applications::store::projects_of(tx.conn, id)?.len();
            assess(tx, cast, scheme, id, count.div_ceil(2), chance)
        }
        Progress::Assessed => {
            assess(tx, cast, scheme, id, usize::MAX, chance)?;
            as_(tx, &cast.coordinator, |tx| {
                let version = applications::store::get(tx.conn, id)?.version;
                handling::actions::close(tx, id, version)
            })
        }
    }
}

fn ask_completion(tx: &mut Tx<'_>, cast: &Cast, id: &ApplicationId) -> Result<(), AppError> {
    as_(tx, &cast.coordinator, |tx| {
        let version = applications::store::get(tx.conn, id)?.version;
        let asked = handling::form::Completion {
            parts: vec![SectionName::Analysis],
            message: "Beschrijf bij de behoefte ook wat er al aan aanbod is.".to_owned(),
            due_on: crate::core::calendar::last_day(tx.now.date(), 28),
        };
        handling::actions::request_completion(tx, id, version, &asked)
    })
}

/// Has the first `most` projects assessed: all by an NCTV reviewer, prevention also by SZW.
fn assess(
    tx: &mut Tx<'_>,
    cast: &Cast,
    scheme: &SchemeId,
    id: &ApplicationId,
    most: usize,
    chance: Chance,
) -> Result<(), AppError> {
    let reference = applications::store::get(tx.conn, id)?.reference;
    let name = without_year(&reference);
    let nctv = chance
        .pick(name, &cast.nctv_reviewers)
        .unwrap_or(&cast.szw_reviewer);
    let all = applications::store::projects_of(tx.conn, id)?;
    let needs_szw = all
        .iter()
        .any(|it| it.category == Some(Category::Prevention));
    let mut reviewers = vec![(nctv, Department::Nctv)];
    if needs_szw {
        reviewers.push((&cast.szw_reviewer, Department::Szw));
    }
    as_(tx, &cast.coordinator, |tx| {
        let version = applications::store::get(tx.conn, id)?.version;
        handling::actions::start(tx, id, version)?;
        let assigned: Vec<_> = reviewers
            .iter()
            .map(|(it, department)| (it.id.clone(), *department))
            .collect();
        handling::actions::assign(tx, id, &assigned)
    })?;
    for (reviewer, department) in reviewers {
        let criteria = schemes::store::criteria(tx.conn, scheme, department)?;
        as_(tx, reviewer, |tx| {
            declare_none(tx, id)?;
            for project in all.iter().take(most) {
                let is_theirs = department == Department::Nctv
                    || project.category == Some(Category::Prevention);
                if is_theirs {
                    let answers = judgement(name, project, &criteria, chance);
                    assessments::actions::finish(tx, &project.id, 0, &answers)?;
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// `0503` of `VG-2027-0503`: what is drawn for an application is the same in whichever year the
/// story is told.
fn without_year(reference: &str) -> &str {
    reference.splitn(3, '-').nth(2).unwrap_or(reference)
}

fn declare_none(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let declared = Declared {
        has_conflict: false,
        note: String::new(),
    };
    interests::actions::declare(tx, id, &declared)
}

/// What a reviewer types: mostly all is eligible, now and then a tenth less.
fn judgement(
    name: &str,
    project: &applications::Project,
    criteria: &[schemes::Criterion],
    chance: Chance,
) -> Answers {
    // Not by ids: those are others every time.
    let draw = |what: &str, low, high| {
        chance.between(&format!("{name}/{}/{what}", project.position), low, high)
    };
    let mut answers = Answers::default().with(form::ADVICE, "fund").with(
        form::ADVICE_REASON,
        "Het project past bij de analyse en is goed uitvoerbaar.",
    );
    for criterion in criteria {
        let score = draw(&criterion.name, 2, 5);
        answers.set(form::score_field(criterion), score.to_string());
        let reason = match score {
            2 => "De onderbouwing is mager.",
            3 => "Voldoende onderbouwd.",
            4 => "Goed onderbouwd met cijfers uit de regio.",
            _ => "Uitstekend onderbouwd; een voorbeeld voor anderen.",
        };
        answers.set(form::reason_field(criterion), reason);
    }
    let percent = if draw("subsidiabel", 1, 5) == 1 {
        90
    } else {
        100
    };
    for year in &project.years {
        let eligible = year
            .requested
            .cents()
            .saturating_mul(percent)
            .checked_div(100);
        let eligible = Money::from_cents(eligible.unwrap_or(0)).max(year.minimum);
        answers.set(form::eligible_field(year.year), typed(eligible));
    }
    answers
}

/// Decides on a proposal and sends the decision: SZW first where there is prevention, then somebody
/// else than who proposed.
pub fn decide(tx: &mut Tx<'_>, cast: &Cast, id: &ApplicationId) -> Result<(), AppError> {
    let projects = applications::store::projects_of(tx.conn, id)?;
    let has_prevention = projects
        .iter()
        .any(|it| it.category == Some(Category::Prevention));
    let version = |tx: &mut Tx<'_>| {
        decisions::store::proposal_of(tx.conn, id)?
            .map(|it| it.version)
            .ok_or(AppError::NotFound)
    };
    if has_prevention {
        as_(tx, &cast.szw_decision_maker, |tx| {
            declare_none(tx, id)?;
            let version = version(tx)?;
            let reason = "De preventieprojecten sluiten aan bij het beleid van SZW.";
            decisions::actions::co_decide(tx, id, version, Verdict::Agreed, reason)
        })?;
    }
    as_(tx, &cast.decision_maker, |tx| {
        declare_none(tx, id)?;
        let version = version(tx)?;
        let reasons = "De aanvraag past bij de regeling. De bedragen volgen uit de verdeling over alle aanvragen.";
        decisions::actions::decide(tx, id, version, reasons)
    })?;
    as_(tx, &cast.coordinator, |tx| {
        decisions::actions::notify(tx, id)
    })?;
    Ok(())
}
