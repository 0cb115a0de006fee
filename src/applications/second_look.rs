//! What is worth another look before submitting. Nothing here blocks. Pure.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use super::{
    Head,
    check::{Point, project_name},
    collaboration::awaited::Awaited,
    copying::Copied,
    drafting::{Draft, DraftProject, form as section_form},
    project::{self, Meaning, coaching, form as project_form, shares, subject, typed},
    section::SectionName,
};
use crate::{
    core::{answers::Answers, bsn, money::Money},
    texts::labels::Label,
};

/// Voluntary fields that reviewers read for their score.
const SCORED: [(SectionName, &str); 2] = [
    (SectionName::Region, "afstemming"),
    (SectionName::Analysis, "geleerd"),
];

/// A text about a project that is shorter than this hardly explains anything.
const SHORT: usize = 20;
/// So many names of fields stand in one sentence.
const NAMED: usize = 3;

/// What others did not do yet, for whoever may or may not look after that.
#[derive(Debug, Clone, Copy)]
pub struct Waits<'a> {
    /// What the application waits for.
    pub awaited: &'a Awaited,
    /// Whether who looks may invite others.
    pub may_invite: bool,
    /// The moment (UTC).
    pub now: NaiveDateTime,
}

/// Everything worth another look: first what may be a BSN, then what others did not do yet, then in the order
/// of the pages.
pub fn points(
    head: &Head,
    draft: &Draft,
    copied: Option<&Copied>,
    waits: Option<&Waits<'_>>,
) -> Vec<Point> {
    let sections = SectionName::FORMS
        .iter()
        .flat_map(|it| of_section(head, draft, *it, copied));
    let titles = repeated_titles(draft);
    let projects = draft
        .projects
        .iter()
        .flat_map(|it| of_project(head, it, copied, &titles));
    let waits = waits.into_iter().flat_map(|it| not_done(head, it));
    let all = waits.chain(sections).chain(projects);
    let mut points: Vec<Point> = all.collect();
    points.sort_by_key(|it| it.sentence != BSN);
    points
}

/// What somebody was asked for and did not say to be done, and who did not accept an invitation: both end
/// when it is submitted.
fn not_done(head: &Head, it: &Waits<'_>) -> Vec<Point> {
    let id = &head.application.id;
    let point = |part: &str, sentence: String, href: String| Point {
        part: part.to_owned(),
        sentence,
        href,
        is_missing: false,
        also: Vec::new(),
    };
    let open = it.awaited.open.iter();
    let open = open.map(|it| point(it.part(), it.sentence(), it.address(id)));
    let invited = it.awaited.invited.iter().filter(|_| it.may_invite);
    let invited = invited.map(|of| {
        let page = format!("/aanvragen/{id}/samenwerken#open");
        point("Uitnodiging", of.sentence(it.now), page)
    });
    open.chain(invited).collect()
}

fn of_section(
    head: &Head,
    draft: &Draft,
    section: SectionName,
    copied: Option<&Copied>,
) -> Vec<Point> {
    let answers = draft.section(section).answers;
    let id = &head.application.id;
    let point = |field: &str, sentence: String| Point {
        part: section.label().to_owned(),
        sentence,
        href: format!("/aanvragen/{id}/onderdelen/{}#{field}", section.as_str()),
        is_missing: false,
        also: Vec::new(),
    };
    let mut points = Vec::new();
    for field in section.fields() {
        let is_blank = typed::is_blank(answers.get(field.name));
        if is_blank && SCORED.contains(&(section, field.name)) {
            points.push(point(
                field.name,
                format!(
                    "“{}” is leeg. Het is niet verplicht, maar beoordelaars lezen het.",
                    field.label
                ),
            ));
        }
    }
    if let Some(copied) = copied {
        let fields = section.fields().iter();
        let unchanged: Vec<(String, String)> = fields
            .filter(|it| copied.is_unchanged(section, it.name, &answers))
            .map(|it| (it.name.to_owned(), it.label.to_owned()))
            .collect();
        let unchanged = unchanged_texts(&copied.cycle, &unchanged);
        points.extend(unchanged.map(|(field, sentence)| point(&field, sentence)));
    }
    for name in section_form::with_bsn(&answers) {
        points.push(point(&name, BSN.to_owned()));
    }
    points
}

const BSN: &str =
    "Hier staan negen cijfers. Is dat een burgerservicenummer (BSN)? Haal het dan weg.";

/// Fields, each with its label, that still say what they said in another cycle: in one sentence, that
/// leads to the first.
fn unchanged_texts(cycle: &str, fields: &[(String, String)]) -> Option<(String, String)> {
    let (first, label) = fields.first()?;
    let sentence = match fields.len() {
        1 => format!("“{label}” komt uit {cycle} en is nog niet gewijzigd. Klopt het nog?"),
        many => format!(
            "{many} teksten komen uit {cycle} en zijn nog niet gewijzigd: {}. Kloppen ze nog?",
            some_names(fields)
        ),
    };
    Some((first.clone(), sentence))
}

/// The labels of some fields, those in front.
fn some_names(fields: &[(String, String)]) -> String {
    let names: Vec<String> = fields
        .iter()
        .take(NAMED)
        .map(|(_, label)| format!("“{label}”"))
        .collect();
    match (names.split_last(), fields.len()) {
        (Some((last, [])), _) => last.clone(),
        (Some((last, before)), 0..=NAMED) => format!("{} en {last}", before.join(", ")),
        _ => format!("{} en meer", names.join(", ")),
    }
}

fn of_project(
    head: &Head,
    it: &DraftProject,
    copied: Option<&Copied>,
    repeated: &BTreeSet<String>,
) -> Vec<Point> {
    let page = format!(
        "/aanvragen/{}/projecten/{}",
        head.application.id, it.project.id
    );
    let name = project_name(it);
    let point = |field: &str, sentence: String| Point {
        part: name.clone(),
        sentence,
        href: format!("{page}#{field}"),
        is_missing: false,
        also: Vec::new(),
    };
    let (meaning, _) = project_form::read(&it.answers, head.cycle.years(), head.window.kind);
    let mut found: Vec<(String, String)> = Vec::new();
    if repeated.contains(&plain(&it.project.title)) {
        found.push((
            "titel".to_owned(),
            "Een ander project heeft dezelfde naam.".to_owned(),
        ));
    }
    found.extend(short_texts(&it.answers));
    found.extend(without_baseline(&meaning));
    found.extend(coaching::second_look(
        &meaning.indicators,
        head.cycle.years(),
    ));
    found.extend(undivided(&it.answers, &meaning));
    found.extend(tight_minimums(&meaning));
    if let Some(copied) = copied {
        let unchanged = copied.unchanged_in(&it.project.id, &it.answers);
        let labelled = |field: String| {
            let label = project_form::label(&field);
            (field, label)
        };
        let unchanged: Vec<_> = unchanged.into_iter().map(labelled).collect();
        found.extend(unchanged_texts(&copied.cycle, &unchanged));
        found.extend(copied.same_targets(&it.project.id, &it.answers, head.cycle.first_year));
    }
    let numbers = it.answers.iter().filter(|it| bsn::looks_like_bsn(it.1));
    found.extend(numbers.map(|(field, _)| (field.to_owned(), BSN.to_owned())));
    found
        .into_iter()
        .map(|(field, sentence)| point(&field, sentence))
        .collect()
}

fn plain(title: &str) -> String {
    title.trim().to_lowercase()
}

fn repeated_titles(draft: &Draft) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let titles = draft.projects.iter().map(|it| plain(&it.project.title));
    titles
        .filter(|it| !it.is_empty() && !seen.insert(it.clone()))
        .collect()
}

/// Texts that hardly explain anything, in one sentence that leads to the first.
fn short_texts(answers: &Answers) -> Option<(String, String)> {
    let texts = subject::TEXTS.iter().chain([&subject::EVALUATION_PLAN]);
    let short: Vec<(String, String)> = texts
        .filter(|it| (1..SHORT).contains(&answers.get(it.name).trim().chars().count()))
        .map(|it| (it.name.to_owned(), it.label.to_owned()))
        .collect();
    let (first, _) = short.first()?;
    let (is, it) = if short.len() == 1 {
        ("is", "het")
    } else {
        ("zijn", "ze")
    };
    let sentence = format!(
        "{} {is} erg kort. Begrijpt een lezer {it} zo?",
        some_names(&short)
    );
    Some((first.clone(), sentence))
}

fn without_baseline(meaning: &Meaning) -> Vec<(String, String)> {
    meaning
        .indicators
        .iter()
        .filter(|it| it.baseline_hundredths.is_none())
        .map(|it| {
            let field = format!("{}{}.beginstand", project::indicators::PREFIX, it.number);
            let sentence = format!(
                "Indicator “{}” heeft geen beginstand; u schreef waarom niet. Kunt u hem alsnog meten? Dan is vooruitgang beter te laten zien.",
                it.name
            );
            (field, sentence)
        })
        .collect()
}

/// A project for several municipalities of which nothing is divided: all of it is for the lead.
fn undivided(answers: &Answers, meaning: &Meaning) -> Option<(String, String)> {
    let many = shares::mentioned(answers).len();
    let is_asked = meaning.years.iter().any(|it| it.is_typed);
    (1 < many && is_asked && shares::typed(answers).is_empty()).then(|| {
        let sentence = format!(
            "Het project is voor {many} gemeenten, maar u verdeelde niets. Dan is alles voor uw eigen gemeente. Klopt dat?"
        );
        ("verdeling".to_owned(), sentence)
    })
}

/// A project that cannot do with nine tenths of what it asks is easily refused whole.
fn tight_minimums(meaning: &Meaning) -> Vec<(String, String)> {
    let is_tight = |minimum: Money, requested: Money| {
        let tenths = |it: Money, by: i128| i128::from(it.cents()).saturating_mul(by);
        !minimum.is_zero() && tenths(requested, 9) <= tenths(minimum, 10)
    };
    meaning
        .years
        .iter()
        .filter(|it| it.is_sound && is_tight(it.minimum, it.requested))
        .map(|it| {
            let sentence = format!(
                "Het laagste bedrag in {} ligt dicht bij wat u vraagt. Is er iets minder geld, dan valt het hele project af.",
                it.year
            );
            (format!("minimum.{}", it.year), sentence)
        })
        .collect()
}
