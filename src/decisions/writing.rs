//! Writes the letter of a decision from what the program knows. Pure.
//!
//! What a scheme says of itself comes from the scheme: its title, the articles of the Awb that it
//! declares applicable, whom to object to, on whose behalf is decided. What the ministry says in
//! every letter stands here.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};

use super::{
    Decision,
    dossier::{self, Row},
    letter::{
        Addressee, ApplicationReference, BudgetProviso, Letter, Mandate, ObjectionClause,
        PaymentLine, PaymentTerm, ProjectLine, SchemeCitation, Sender, TEMPLATE_VERSION, TopUp,
        YearAmount,
    },
    outcome::Outcome,
};
use crate::{
    applications::Application,
    core::money::{Money, MoneyError},
    error::AppError,
    schemes::{Cycle, Scheme, WindowKind},
    texts::dates::{self, OnDay},
};

const ORGANISATION: &str = "Ministerie van Justitie en Veiligheid";
const DEPARTMENT: &str = "Nationaal Coördinator Terrorismebestrijding en Veiligheid";
const ADDRESS: [&str; 2] = ["Postbus 20301", "2500 EH Den Haag"];
const SZW: &str = "de Minister van Sociale Zaken en Werkgelegenheid";
/// Within so many weeks after the notification is paid (Awb 4:87).
const PAYMENT_WEEKS: u8 = 6;

/// All that a letter is made of.
#[derive(Debug, Clone)]
pub struct Material {
    /// What was decided on.
    pub application: Application,
    /// The decision.
    pub decision: Decision,
    /// Its projects per year, with what was decided.
    pub rows: Vec<Row>,
    /// The scheme version of the cycle.
    pub scheme: Scheme,
    /// The cycle.
    pub cycle: Cycle,
    /// The round.
    pub window: WindowKind,
    /// The year and what is kept back in it for the top-up round.
    pub reserve: Option<(i32, Money)>,
    /// The name of the municipality.
    pub municipality: String,
    /// The name of its region.
    pub region: String,
    /// The name of who decided.
    pub signatory: String,
    /// The day the letter bears and is sent.
    pub day: NaiveDate,
    /// The last day to object.
    pub objection_until: NaiveDate,
}

/// The letter; it passes [`Letter::check`] if the lines are those of the decision.
pub fn letter(it: &Material) -> Result<Letter, AppError> {
    let years: Vec<i32> = years(it).into_iter().collect();
    let is_treated = it.decision.outcome != Outcome::NotTreated;
    // Of what was not assessed, nothing is said per project.
    let projects = if is_treated {
        projects(it, &years)?
    } else {
        Vec::new()
    };
    let totals = totals(&projects, years.len())?;
    let is_award = it.decision.outcome.is_award();
    let mut letter = Letter {
        template_version: TEMPLATE_VERSION,
        example: it.scheme.is_example,
        reference: it.decision.reference.clone(),
        letter_date: it.day,
        sender: sender(),
        addressee: Addressee {
            municipality: it.municipality.clone(),
            region: it.region.clone(),
            address: Vec::new(),
        },
        subject: titled("Besluit op uw aanvraag", it.window, &years),
        application: ApplicationReference {
            reference: it.application.reference.clone(),
            received_on: received_on(&it.application),
        },
        outcome: it.decision.outcome,
        scheme: citation(&it.scheme, it.decision.outcome),
        years: years
            .iter()
            .map(|it| short(*it))
            .collect::<Result<_, _>>()?,
        projects,
        rounded_to: rounded_to(it, &totals)?,
        totals,
        reasons: paragraphs(&it.decision.reasons),
        conditions: Vec::new(),
        payments: Vec::new(),
        budget_proviso: None,
        top_up: None,
        objection: ObjectionClause {
            last_day: it.objection_until,
            address: lines_of(&it.scheme.objection_clause),
            online: None,
        },
        mandate: mandate(&it.scheme, &it.signatory, is_with_szw(it)),
    };
    if is_award {
        letter.conditions = conditions(it);
        letter.payments = payments(it, &letter.totals, &years)?;
        letter.budget_proviso = budget_proviso(it)?;
        letter.top_up = top_up(it)?;
    }
    Ok(letter)
}

/// The message that tells that the letter is there.
pub fn message(
    application: &Application,
    decision: &Decision,
    objection_until: NaiveDate,
) -> String {
    let what = match decision.outcome {
        Outcome::NotTreated => {
            "Wij stellen de aanvraag buiten behandeling. In de brief leest u waarom."
        }
        _ => "In de brief leest u welk bedrag u krijgt en waarom.",
    };
    format!(
        "Wij hebben besloten op uw aanvraag {}. U vindt de brief met kenmerk {} bij uw aanvraag.\n\n\
         {what} Bent u het er niet mee eens? Dan kunt u \
         bezwaar maken tot en met {}.",
        application.reference,
        decision.reference,
        dates::date(objection_until),
    )
}

/// Who writes.
pub(super) fn sender() -> Sender {
    Sender {
        organisation: ORGANISATION.to_owned(),
        department: DEPARTMENT.to_owned(),
        address: ADDRESS.map(str::to_owned).to_vec(),
    }
}

/// The title of a letter: what it is, of which round and years.
pub(super) fn titled(what: &str, window: WindowKind, years: &[i32]) -> String {
    let years: Vec<String> = years.iter().map(i32::to_string).collect();
    let extra = match window {
        WindowKind::Main => "",
        WindowKind::TopUp => "aanvullende ",
    };
    format!("{what} {extra}Versterkingsgelden {}", years.join(" en "))
}

pub(super) fn received_on(application: &Application) -> NaiveDate {
    application
        .submitted_at
        .unwrap_or(application.created_at)
        .dutch_day()
}

fn years(it: &Material) -> BTreeSet<i32> {
    match it.window {
        WindowKind::Main => it.cycle.years().into(),
        WindowKind::TopUp => it.rows.iter().map(|it| it.year).collect(),
    }
}

pub(super) fn short(year: i32) -> Result<u16, AppError> {
    u16::try_from(year).map_err(AppError::internal)
}

fn projects(it: &Material, years: &[i32]) -> Result<Vec<ProjectLine>, AppError> {
    let per_project = it.rows.chunk_by(|a, b| a.project == b.project);
    let amount = |rows: &[Row], year: i32| {
        let row = rows.iter().find(|it| it.year == year);
        YearAmount {
            requested: row.map_or(Money::ZERO, |it| it.requested),
            awarded: row.map_or(Money::ZERO, awarded),
        }
    };
    let line = |rows: &[Row]| {
        let first = rows.first();
        let category = first.and_then(|it| it.category);
        Ok(ProjectLine {
            title: first.map(|it| it.title.clone()).unwrap_or_default(),
            category: category
                .ok_or_else(|| AppError::internal("a project without a category was decided on"))?,
            amounts: years.iter().map(|year| amount(rows, *year)).collect(),
            reason: reason(rows),
        })
    };
    per_project.map(line).collect()
}

fn awarded(row: &Row) -> Money {
    row.decided.as_ref().map_or(Money::ZERO, |it| it.amount)
}

/// Why a project gets what it gets: once if it is the same for its years. Then, if it did not get all, the smallest
/// change that would have given it more.
pub fn reason(rows: &[Row]) -> String {
    let promises: Vec<(i32, &dossier::Promise)> = rows
        .iter()
        .filter_map(|it| Some((it.year, it.decided.as_ref().or(it.proposed.as_ref())?)))
        .collect();
    let reasons = promises
        .iter()
        .map(|(year, it)| (*year, it.reason.as_str()));
    let changes = promises
        .iter()
        .filter_map(|(year, it)| Some((*year, it.smallest_change.as_deref()?)));
    let whole = [once_or_per_year(reasons), once_or_per_year(changes)];
    whole.join(" ").trim().to_owned()
}

fn once_or_per_year<'t>(texts: impl Iterator<Item = (i32, &'t str)>) -> String {
    let texts: Vec<(i32, &str)> = texts.collect();
    let different: BTreeSet<&str> = texts.iter().map(|(_, it)| *it).collect();
    match (texts.first(), different.len()) {
        (Some((_, text)), 1) => (*text).to_owned(),
        _ => {
            let per_year = texts.iter().map(|(year, it)| format!("{year}: {it}"));
            per_year.collect::<Vec<_>>().join(" ")
        }
    }
}

fn totals(projects: &[ProjectLine], years: usize) -> Result<Vec<YearAmount>, MoneyError> {
    let sum = |at: usize, of: fn(&YearAmount) -> Money| {
        Money::sum(projects.iter().filter_map(|it| it.amounts.get(at)).map(of))
    };
    let total = |at| {
        Ok(YearAmount {
            requested: sum(at, |it| it.requested)?,
            awarded: sum(at, |it| it.awarded)?,
        })
    };
    (0..years).map(total).collect()
}

/// The articles that the scheme declares applicable and that carry this decision: the grounds to
/// refuse for what is not given, the obligations for what is.
fn citation(scheme: &Scheme, outcome: Outcome) -> SchemeCitation {
    // Holds for every application, whatever the scheme says.
    let untreated = (outcome == Outcome::NotTreated).then(|| "artikel 4:5, eerste lid".to_owned());
    let refuses = matches!(outcome, Outcome::PartiallyAwarded | Outcome::Rejected);
    let refuses = refuses.then_some("4:35");
    let obliges = outcome.is_award().then_some(["4:37", "4:38"]);
    let carrying = refuses.into_iter().chain(obliges.into_iter().flatten());
    SchemeCitation {
        title: scheme.title.clone(),
        gazette: scheme.gazette_number.clone(),
        articles: Vec::new(),
        awb_articles: carrying
            .filter(|it| applies(scheme, it))
            .map(|it| format!("artikel {it}"))
            .chain(untreated)
            .collect(),
    }
}

/// Whether the scheme declares an article of the Awb applicable.
pub(super) fn applies(scheme: &Scheme, article: &str) -> bool {
    scheme
        .awb_articles
        .split(',')
        .any(|it| it.trim() == article)
}

fn conditions(it: &Material) -> Vec<String> {
    let last = it.rows.iter().filter(|it| !awarded(it).is_zero());
    let last = last.map(|it| it.year).max().unwrap_or(it.cycle.first_year);
    let sisa = it.scheme.sisa_code.as_ref().map(|code| {
        format!(
            "U verantwoordt de bijdrage in uw jaarrekening via SiSa ({code}), uiterlijk op 15 juli na elk jaar."
        )
    });
    [
        "U voert de projecten uit zoals u die in uw aanvraag hebt beschreven. Wilt u iets wijzigen? Vraag dat vooraf aan.".to_owned(),
        format!("U besteedt de bijdrage uiterlijk op 31 december {last}."),
        "U meet de prestatie-indicatoren die bij de projecten horen en meldt de uitkomsten elk jaar.".to_owned(),
    ]
    .into_iter()
    .chain(sisa)
    .chain(["Geeft u een deel door aan andere gemeenten in uw regio? Dan verantwoordt elke gemeente haar eigen deel.".to_owned()])
    .collect()
}

/// Everything is paid in advance: the first year within six weeks (Awb 4:87), the second in its
/// January, unless that has come so near that six weeks end later.
fn payments(
    it: &Material,
    totals: &[YearAmount],
    years: &[i32],
) -> Result<Vec<PaymentLine>, AppError> {
    let six_weeks = it
        .day
        .checked_add_days(Days::new(u64::from(PAYMENT_WEEKS) * 7));
    let mut payments = Vec::new();
    for (year, total) in years.iter().zip(totals) {
        if total.awarded.is_zero() {
            continue;
        }
        let january =
            NaiveDate::from_ymd_opt(*year, 1, 31).filter(|_| *year != it.cycle.first_year);
        let term = match january {
            Some(january) if six_weeks.is_some_and(|it| it <= january) => {
                PaymentTerm::OnOrBefore(january)
            }
            _ => PaymentTerm::WeeksAfterNotification(PAYMENT_WEEKS),
        };
        payments.push(PaymentLine {
            year: short(*year)?,
            term,
            amount: total.awarded,
        });
    }
    Ok(payments)
}

/// The second year's budget is adopted only when that year is near.
fn budget_proviso(it: &Material) -> Result<Option<BudgetProviso>, AppError> {
    let [_, second] = it.cycle.years();
    let has_money = it
        .rows
        .iter()
        .any(|it| it.year == second && !awarded(it).is_zero());
    if !has_money || second <= it.day.year() {
        return Ok(None);
    }
    Ok(Some(proviso(&it.scheme, second)?))
}

/// The proviso of a year.
pub(super) fn proviso(scheme: &Scheme, year: i32) -> Result<BudgetProviso, AppError> {
    let article = applies(scheme, "4:34")
        .then(|| "artikel 4:34 van de Algemene wet bestuursrecht".to_owned());
    Ok(BudgetProviso {
        year: short(year)?,
        article,
    })
}

fn top_up(it: &Material) -> Result<Option<TopUp>, AppError> {
    match (it.window, it.reserve) {
        (WindowKind::Main, Some((year, reserve))) => Ok(Some(TopUp {
            year: short(year)?,
            reserve,
        })),
        _ => Ok(None),
    }
}

/// On whose behalf is signed, by whom, and whether with SZW.
pub(super) fn mandate(scheme: &Scheme, signatory: &str, is_with_szw: bool) -> Mandate {
    let line = scheme.mandate_line.trim();
    let minister = line.strip_suffix("namens deze").unwrap_or(line);
    Mandate {
        minister: minister.trim().trim_end_matches(',').to_owned(),
        jointly_with: is_with_szw.then(|| SZW.to_owned()),
        name: signatory.to_owned(),
        office: DEPARTMENT.to_owned(),
    }
}

/// SZW decides on prevention with us, unless nothing was assessed.
fn is_with_szw(it: &Material) -> bool {
    it.decision.outcome != Outcome::NotTreated && dossier::needs_szw(&it.rows)
}

/// The unit that amounts were rounded down to, where that is all that an award in full lacks.
fn rounded_to(it: &Material, totals: &[YearAmount]) -> Result<Option<Money>, MoneyError> {
    let asked = Money::sum(totals.iter().map(|it| it.requested))?;
    let given = Money::sum(totals.iter().map(|it| it.awarded))?;
    let is_rounded = it.decision.outcome == Outcome::Awarded && given < asked;
    Ok(is_rounded.then_some(it.scheme.rounding_cents))
}

/// Paragraphs as they were typed: apart by an empty line.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    text.replace('\r', "")
        .split("\n\n")
        .map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|it| !it.is_empty())
        .collect()
}

pub(super) fn lines_of(text: &str) -> Vec<String> {
    text.lines()
        .map(|it| it.trim().to_owned())
        .filter(|it| !it.is_empty())
        .collect()
}
