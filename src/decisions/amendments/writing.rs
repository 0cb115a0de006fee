//! Writes the letter of a change from what the program knows, and the message that tells of it. Pure.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::{
    Amendment, Line,
    change::Award,
    letter::{AmendedDecision, AmendedProject, AmendmentLetter, Change},
    needs_szw,
};
use crate::{
    applications::Application,
    core::money::{Money, MoneyError},
    decisions::{
        Decision,
        letter::{
            Addressee, ApplicationReference, BudgetProviso, ObjectionClause, SchemeCitation,
            TEMPLATE_VERSION,
        },
        store::Setting,
        writing::{
            applies, lines_of, mandate, paragraphs, proviso, received_on, sender, short, titled,
        },
    },
    error::AppError,
    texts::{
        dates::{self, OnDay},
        money::euros,
    },
};

/// Stands in a draft in the place of who signs.
pub const NOBODY_YET: &str = "Wie besluit";

/// All that a letter is made of.
#[derive(Debug, Clone)]
pub struct Material {
    /// The application.
    pub application: Application,
    /// The decision that made the award.
    pub decision: Decision,
    /// The change.
    pub amendment: Amendment,
    /// What changes.
    pub lines: Vec<Line>,
    /// The whole award as it was before.
    pub awards: Vec<Award>,
    /// Where it stands.
    pub setting: Setting,
    /// The name of who decides.
    pub signatory: String,
    /// The day the letter bears and is sent.
    pub day: NaiveDate,
    /// The last day to object.
    pub objection_until: NaiveDate,
}

/// The letter; it passes [`AmendmentLetter::check`] if the lines are of the award.
pub fn letter(it: &Material) -> Result<AmendmentLetter, AppError> {
    let years: BTreeSet<i32> = it.awards.iter().map(|it| it.year).collect();
    let years: Vec<i32> = years.into_iter().collect();
    let scheme = &it.setting.scheme;
    let projects = projects(it, &years)?;
    let totals = totals(&projects, years.len())?;
    Ok(AmendmentLetter {
        template_version: TEMPLATE_VERSION,
        example: scheme.is_example,
        reference: it.amendment.reference.clone(),
        letter_date: it.day,
        sender: sender(),
        addressee: Addressee {
            municipality: it.setting.municipality.clone(),
            region: it.setting.region.clone(),
            address: Vec::new(),
        },
        subject: titled("Wijziging van uw toekenning", it.setting.window, &years),
        application: ApplicationReference {
            reference: it.application.reference.clone(),
            received_on: received_on(&it.application),
        },
        amends: AmendedDecision {
            reference: it.decision.reference.clone(),
            sent_on: it
                .decision
                .notified_at
                .unwrap_or(it.decision.decided_at)
                .dutch_day(),
        },
        scheme: citation(it),
        years: years
            .iter()
            .map(|it| short(*it))
            .collect::<Result<_, _>>()?,
        budget_proviso: budget_proviso(it, &years, &totals)?,
        projects,
        totals,
        reasons: paragraphs(&it.amendment.reason),
        objection: ObjectionClause {
            last_day: it.objection_until,
            address: lines_of(&scheme.objection_clause),
            online: None,
        },
        mandate: mandate(scheme, &it.signatory, needs_szw(&it.lines)),
    })
}

/// The message that tells that the letter is there.
pub fn message(
    application: &Application,
    amendment: &Amendment,
    lines: &[Line],
    objection_until: NaiveDate,
) -> String {
    let changes = lines.iter().map(|it| {
        let (before, after) = (euros(it.before), euros(it.after));
        format!("{}, {}: van {before} naar {after}.", it.title, it.year)
    });
    format!(
        "Wij hebben uw toekenning voor aanvraag {} gewijzigd. U vindt de brief met kenmerk {} bij uw aanvraag.\n\n\
         {}\n\n\
         In de brief leest u waarom. Bent u het er niet mee eens? Dan kunt u bezwaar maken tot en met {}.",
        application.reference,
        amendment.reference,
        changes.collect::<Vec<_>>().join("\n\n"),
        dates::date(objection_until),
    )
}

/// The projects of the award, also those that stay as they are: so the amounts add up.
fn projects(it: &Material, years: &[i32]) -> Result<Vec<AmendedProject>, AppError> {
    let of_each = it.awards.chunk_by(|a, b| a.project == b.project);
    let project = |awards: &[Award]| {
        let first = awards.first();
        let category = first.and_then(|it| it.category);
        let amounts = years.iter().map(|year| {
            let of_year = || awards.iter().filter(move |it| it.year == *year);
            Ok(Change {
                before: Money::sum(of_year().map(|it| it.amount))?,
                after: Money::sum(of_year().map(|award| after(&it.lines, award)))?,
            })
        });
        Ok(AmendedProject {
            title: first.map(|it| it.title.clone()).unwrap_or_default(),
            category: category
                .ok_or_else(|| AppError::internal("a project without a category has an award"))?,
            amounts: amounts.collect::<Result<_, MoneyError>>()?,
        })
    };
    of_each.map(project).collect()
}

/// What an award becomes.
fn after(lines: &[Line], award: &Award) -> Money {
    let changed = lines.iter().find(|it| {
        it.project == award.project && it.year == award.year && it.envelope == award.envelope
    });
    changed.map_or(award.amount, |it| it.after)
}

fn totals(projects: &[AmendedProject], years: usize) -> Result<Vec<Change>, MoneyError> {
    let sum = |at: usize, of: fn(&Change) -> Money| {
        Money::sum(projects.iter().filter_map(|it| it.amounts.get(at)).map(of))
    };
    let total = |at| {
        Ok(Change {
            before: sum(at, |it| it.before)?,
            after: sum(at, |it| it.after)?,
        })
    };
    (0..years).map(total).collect()
}

/// The scheme; and where an amount is lowered the article on that, if the scheme declares it
/// applicable.
fn citation(it: &Material) -> SchemeCitation {
    let scheme = &it.setting.scheme;
    let lowers = it.lines.iter().any(|it| it.after < it.before);
    let article = (lowers && applies(scheme, "4:48")).then(|| "artikel 4:48".to_owned());
    SchemeCitation {
        title: scheme.title.clone(),
        gazette: scheme.gazette_number.clone(),
        articles: Vec::new(),
        awb_articles: article.into_iter().collect(),
    }
}

/// Where the second year changes and its budget is not adopted yet.
fn budget_proviso(
    it: &Material,
    years: &[i32],
    totals: &[Change],
) -> Result<Option<BudgetProviso>, AppError> {
    let [_, second] = it.setting.cycle.years();
    let total = years.iter().zip(totals).find(|(year, _)| **year == second);
    let gets = total.is_some_and(|(_, it)| !it.after.is_zero());
    let changes = it.lines.iter().any(|it| it.year == second);
    if !(gets && changes) || second <= it.day.year() {
        return Ok(None);
    }
    Ok(Some(proviso(&it.setting.scheme, second)?))
}
