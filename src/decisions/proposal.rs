//! What is proposed for one application, by hand or from a scenario, and whether it can be. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::Line;
use crate::{
    applications::Project,
    core::{
        answers::FieldErrors,
        category::{Category, EnvelopeKind, EnvelopeMode},
        ids::{ApplicationId, EnvelopeId, ProjectId, ScenarioId},
        money::{Money, MoneyError},
    },
    error::{AppError, Refusal},
    schemes::{Envelope, WindowKind},
    texts::dates,
};

/// The name of the field with the last day on which the money of a proposal is kept.
pub const KEPT_UNTIL: &str = "vast_tot";

/// A proposal that is about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProposal {
    /// For this application.
    pub application: ApplicationId,
    /// The scenario that was adopted; absent when it is made by hand.
    pub scenario: Option<ScenarioId>,
    /// Why, for the application as a whole.
    pub reasons: String,
    /// One line per project and year, also for nothing; more where more than one envelope pays.
    pub lines: Vec<NewLine>,
}

/// What a project gets in a year.
pub type NewLine = Line;

/// The least time for which money is kept for a proposal, in days: also where the last day to decide is
/// near or past, somebody still has to decide.
const LEAST_KEPT_DAYS: u64 = 14;

/// The most time for which somebody can have it kept.
const MOST_KEPT_DAYS: u64 = 365;

/// The last day on which money is kept for a proposal of today, where nobody chose another: that on which
/// has to be decided.
pub fn kept_until(decide_by: Option<NaiveDate>, today: NaiveDate) -> NaiveDate {
    let least = after(today, LEAST_KEPT_DAYS);
    decide_by.map_or(least, |it| it.max(least))
}

/// Checks the last day on which the money of a proposal is to be kept: after today, and within a year.
pub fn check_kept_until(day: NaiveDate, today: NaiveDate) -> Result<(), FieldErrors> {
    let last = after(today, MOST_KEPT_DAYS);
    if today < day && day <= last {
        return Ok(());
    }
    let mut errors = FieldErrors::default();
    let most = dates::typed_date(last);
    errors.push(
        KEPT_UNTIL,
        format!("Kies een dag na vandaag, en uiterlijk {most}."),
    );
    Err(errors)
}

fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// The sum of lines.
pub fn total(lines: &[Line]) -> Result<Money, MoneyError> {
    Money::sum(lines.iter().map(|it| it.amount))
}

/// What was asked and what is given, per project and year.
pub fn asked_and_given(projects: &[Project], lines: &[Line]) -> Vec<(Money, Money)> {
    let given = |project: &ProjectId, year: i32| {
        let line = lines
            .iter()
            .find(|it| it.project == *project && it.year == year);
        line.map_or(Money::ZERO, |it| it.amount)
    };
    let of = |project: &Project| -> Vec<(Money, Money)> {
        let years = project.years.iter();
        years
            .map(|it| (it.requested, given(&project.id, it.year)))
            .collect()
    };
    projects.iter().flat_map(of).collect()
}

/// What the lines ask of each envelope: more than nothing.
pub fn per_envelope(lines: &[Line]) -> Result<BTreeMap<EnvelopeId, Money>, MoneyError> {
    let mut sums: BTreeMap<EnvelopeId, Money> = BTreeMap::new();
    for line in lines.iter().filter(|it| !it.amount.is_zero()) {
        let sum = sums.entry(line.envelope.clone()).or_insert(Money::ZERO);
        *sum = sum.checked_add(line.amount)?;
    }
    Ok(sums)
}

/// Whether SZW decides with us on a category, also to give nothing.
pub fn is_with_szw(category: Option<Category>) -> bool {
    category == Some(Category::Prevention)
}

/// Whether prevention is among the projects.
pub fn needs_szw(projects: &[Project]) -> bool {
    projects.iter().any(|it| is_with_szw(it.category))
}

/// Nothing, or from the minimum that the project can do with to all that is eligible.
pub fn check_amount(minimum: Money, eligible: Option<Money>, amount: Money) -> Result<(), Refusal> {
    let eligible = eligible.unwrap_or(Money::ZERO);
    if amount.is_zero() || (minimum <= amount && amount <= eligible) {
        return Ok(());
    }
    Err(Refusal::AmountOutOfRange { minimum, eligible })
}

/// Checks that every project and year has its lines, one for each envelope that pays, all of which may; and that
/// what they give together is in range.
pub fn check(
    projects: &[Project],
    envelopes: &[Envelope],
    window: WindowKind,
    lines: &[Line],
) -> Result<(), AppError> {
    let mut given: BTreeMap<(&ProjectId, i32), Vec<&Line>> = BTreeMap::new();
    for line in lines {
        given
            .entry((&line.project, line.year))
            .or_default()
            .push(line);
    }
    let asked: usize = projects.iter().map(|it| it.years.len()).sum();
    if given.len() != asked {
        return Err(not_whole());
    }
    for project in projects {
        for year in &project.years {
            let parts = given.get(&(&project.id, year.year)).ok_or_else(not_whole)?;
            check_parts(parts)?;
            let amount = Money::sum(parts.iter().map(|it| it.amount))?;
            check_amount(year.minimum, year.eligible, amount)?;
            let may = |line: &&Line| {
                let envelope = envelopes.iter().find(|it| it.id == line.envelope);
                envelope.is_some_and(|it| may_pay(it, envelopes, window, project, year.year))
            };
            if !parts.iter().all(may) {
                return Err(wrong_envelope(project).into());
            }
        }
    }
    Ok(())
}

/// Each envelope once, each with a reason, and a part of nothing only where there is nothing else.
fn check_parts(parts: &[&Line]) -> Result<(), AppError> {
    if parts.iter().any(|it| it.reason.trim().is_empty()) {
        return Err(AppError::BadRequest("a line without a reason"));
    }
    let payers: BTreeSet<&EnvelopeId> = parts.iter().map(|it| &it.envelope).collect();
    let has_empty = 1 < parts.len() && parts.iter().any(|it| it.amount.is_zero());
    if payers.len() != parts.len() || has_empty {
        return Err(not_whole());
    }
    Ok(())
}

fn not_whole() -> AppError {
    AppError::BadRequest("a proposal has one line per project, year and envelope that pays")
}

fn wrong_envelope(project: &Project) -> Refusal {
    Refusal::ScenarioBreaksRule(format!(
        "Het bedrag voor “{}” komt uit een envelop die daarvoor niet mag betalen.",
        project.title
    ))
}

/// The envelope that pays: the reserve in a top-up round, otherwise that of the category.
pub fn paying(window: WindowKind, category: Option<Category>) -> Option<EnvelopeKind> {
    match window {
        WindowKind::TopUp => Some(EnvelopeKind::Reserve),
        WindowKind::Main => Some(category?.envelope()),
    }
}

/// Whether an envelope may pay: the project's own, or in the main round what another has left over.
/// Ring-fences stay closed in both directions, and the reserve is for the top-up alone.
fn may_pay(
    envelope: &Envelope,
    all: &[Envelope],
    window: WindowKind,
    project: &Project,
    year: i32,
) -> bool {
    let kind = paying(window, project.category);
    let own = all
        .iter()
        .find(|it| Some(it.kind) == kind && it.year == year);
    let Some(own) = own else { return false };
    let is_open =
        |it: &Envelope| it.mode != EnvelopeMode::RingFenced && it.kind != EnvelopeKind::Reserve;
    envelope.id == own.id || (envelope.year == year && is_open(envelope) && is_open(own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        applications::ProjectYear,
        core::ids::{BudgetYearId, EnvelopeId},
        schemes::DistributionMethod,
    };

    fn euros(it: i32) -> Money {
        Money::from_euros(it)
    }

    fn project(category: Category) -> Project {
        Project {
            id: ProjectId::from("p"),
            application_id: ApplicationId::from("a"),
            position: 1,
            title: "Weerbare wijk".to_owned(),
            category: Some(category),
            sub_item: None,
            score_hundredths: Some(400),
            version: 1,
            years: vec![ProjectYear {
                year: 2027,
                costs: euros(100),
                own_contribution: Money::ZERO,
                co_financing: Money::ZERO,
                requested: euros(100),
                minimum: euros(40),
                eligible: Some(euros(80)),
            }],
        }
    }

    fn envelopes() -> Vec<Envelope> {
        EnvelopeKind::ALL
            .iter()
            .flat_map(|kind| [(2027, kind), (2028, kind)])
            .map(|(year, kind)| Envelope {
                id: EnvelopeId::from(format!("{}-{year}", kind.as_str()).as_str()),
                budget_year_id: BudgetYearId::from("y"),
                year,
                kind: *kind,
                mode: match kind {
                    EnvelopeKind::Prevention => EnvelopeMode::RingFenced,
                    _ => EnvelopeMode::AtMost,
                },
                method: DistributionMethod::ProRata,
                planned: euros(1),
            })
            .collect()
    }

    fn checked(
        category: Category,
        window: WindowKind,
        envelope: &str,
        amount: i32,
    ) -> Option<AppError> {
        let line = Line {
            project: ProjectId::from("p"),
            year: 2027,
            envelope: EnvelopeId::from(envelope),
            amount: euros(amount),
            reason: "Past.".to_owned(),
            smallest_change: None,
        };
        check(&[project(category)], &envelopes(), window, &[line]).err()
    }

    #[test]
    fn money_is_kept_until_has_to_be_decided_and_never_shorter_than_two_weeks() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let kept = |by: &str| kept_until(Some(day(by)), day("2026-11-26"));
        assert_eq!(kept("2027-03-11"), day("2027-03-11"));
        assert_eq!(kept("2026-12-01"), day("2026-12-10"));
        assert_eq!(kept("2026-11-01"), day("2026-12-10"));
        for (until, is_right) in [
            ("2026-11-26", false),
            ("2026-11-27", true),
            ("2027-11-26", true),
            ("2027-11-27", false),
        ] {
            let told = check_kept_until(day(until), day("2026-11-26"));
            assert_eq!(told.is_ok(), is_right, "{until}");
        }
    }

    #[test]
    fn an_amount_is_nothing_or_from_the_minimum_to_what_is_eligible() {
        for (amount, is_right) in [(0, true), (39, false), (40, true), (80, true), (81, false)] {
            let err = checked(
                Category::Baseline,
                WindowKind::Main,
                "baseline-2027",
                amount,
            );
            assert_eq!(err.is_none(), is_right, "{amount}: {err:?}");
        }
    }

    #[test]
    fn ring_fences_are_closed_in_both_directions_and_the_reserve_is_for_the_top_up() {
        use Category as C;
        use WindowKind as W;
        for (category, window, envelope, is_right) in [
            (C::Baseline, W::Main, "baseline-2027", true),
            (C::Baseline, W::Main, "baseline-2028", false),
            (C::OneYear, W::Main, "baseline-2027", true),
            (C::OneYear, W::Main, "prevention-2027", false),
            (C::Prevention, W::Main, "prevention-2027", true),
            (C::Prevention, W::Main, "baseline-2027", false),
            (C::OneYear, W::Main, "reserve-2027", false),
            (C::OneYear, W::TopUp, "reserve-2027", true),
            (C::OneYear, W::TopUp, "one_year-2027", false),
        ] {
            let err = checked(category, window, envelope, 50);
            assert_eq!(
                err.is_none(),
                is_right,
                "{category:?} {window:?} {envelope}"
            );
        }
    }

    #[test]
    fn a_project_without_a_line_or_with_two_is_refused() {
        let projects = [project(Category::Baseline)];
        let none = check(&projects, &envelopes(), WindowKind::Main, &[]);
        assert!(matches!(none, Err(AppError::BadRequest(_))));
        let line = Line {
            project: ProjectId::from("p"),
            year: 2027,
            envelope: EnvelopeId::from("baseline-2027"),
            amount: euros(50),
            reason: "Past.".to_owned(),
            smallest_change: None,
        };
        let two = [line.clone(), line];
        let twice = check(&projects, &envelopes(), WindowKind::Main, &two);
        assert!(matches!(twice, Err(AppError::BadRequest(_))));
    }

    #[test]
    fn what_two_envelopes_pay_together_is_in_range() {
        let projects = [project(Category::OneYear)];
        let parts = |amounts: [i32; 2]| {
            let line = |(kind, amount): (&str, i32)| Line {
                project: ProjectId::from("p"),
                year: 2027,
                envelope: EnvelopeId::from(kind),
                amount: euros(amount),
                reason: "Past.".to_owned(),
                smallest_change: None,
            };
            let all = ["one_year-2027", "baseline-2027"].into_iter().zip(amounts);
            let lines: Vec<Line> = all.map(line).collect();
            check(&projects, &envelopes(), WindowKind::Main, &lines)
        };
        assert!(parts([30, 20]).is_ok());
        for (amounts, why) in [
            ([20, 10], "below the minimum"),
            ([50, 40], "above eligible"),
        ] {
            let refused = parts(amounts);
            let range: Result<(), AppError> = Err(AppError::Refused(Refusal::AmountOutOfRange {
                minimum: euros(40),
                eligible: euros(80),
            }));
            assert_eq!(format!("{refused:?}"), format!("{range:?}"), "{why}");
        }
        assert!(matches!(parts([50, 0]), Err(AppError::BadRequest(_))));
    }
}
