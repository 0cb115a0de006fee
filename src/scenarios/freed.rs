//! What edits by hand set free: lines that the calculation refused or cut for want of money, and that fit in what is
//! left now. The reason of such a line was true of the calculation and no longer of what is adopted. Pure.

use std::collections::BTreeMap;

use super::division::{Division, Line};
use crate::{
    allocation::{CategoryRule, Input, Method, is_in_full},
    core::{category::EnvelopeMode, money::Money},
};

/// A line that would fit now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fits {
    /// The project.
    pub project: String,
    /// The budget year.
    pub year: i32,
    /// How much more it could get.
    pub more: Money,
}

/// What is awarded in all, in cents.
#[derive(Default)]
struct Spent<'d> {
    years: BTreeMap<i32, i64>,
    categories: BTreeMap<(&'d str, i32), i64>,
    applicants: BTreeMap<(&'d str, i32), i64>,
}

impl<'d> Spent<'d> {
    fn of(lines: &'d [Line], amount: impl Fn(&Line) -> Money) -> Spent<'d> {
        let mut spent = Spent::default();
        for line in lines {
            let cents = amount(line).cents();
            for sum in [
                spent.years.entry(line.year).or_default(),
                spent
                    .categories
                    .entry((&line.category, line.year))
                    .or_default(),
                spent
                    .applicants
                    .entry((&line.applicant, line.year))
                    .or_default(),
            ] {
                *sum = sum.saturating_add(cents);
            }
        }
        spent
    }

    fn in_category(&self, id: &str, year: i32) -> i64 {
        self.categories.get(&(id, year)).copied().unwrap_or(0)
    }

    /// How much more a line could get under every limit, in cents.
    fn room(&self, input: &Input, line: &Line) -> i64 {
        let Some((rule, own)) = rule_of(input, line) else {
            return 0;
        };
        let year = line.year;
        let left = |amount: Money, spent: i64| amount.cents().saturating_sub(spent);
        let of_year = self.years.get(&year).copied().unwrap_or(0);
        let ceiling = input.ceilings.get(&year).copied().unwrap_or_default();
        let fenced = input.categories.iter().filter(|it| it.id != rule.id);
        let apart: i64 = fenced
            .filter(|it| it.mode == EnvelopeMode::RingFenced)
            .filter_map(|it| {
                Some(left(
                    *it.amounts.get(&year)?,
                    self.in_category(&it.id, year),
                ))
            })
            .map(|it| it.max(0))
            .sum();
        let of_year = left(ceiling, of_year).saturating_sub(apart);
        let own = left(own, self.in_category(&rule.id, year));
        let of_category = match rule.mode {
            EnvelopeMode::AtLeast => of_year,
            // The leftover pass funds who has nothing, whatever its category has.
            EnvelopeMode::AtMost if input.leftover && line.amount.is_zero() => of_year,
            EnvelopeMode::AtMost | EnvelopeMode::RingFenced => own.min(of_year),
        };
        let applicant = input.applicants.get(&line.applicant);
        let most = applicant.and_then(|it| it.at_most.get(&year));
        let got = self.applicants.get(&(line.applicant.as_str(), year));
        most.map_or(of_category, |it| {
            of_category.min(left(*it, got.copied().unwrap_or(0)))
        })
        .max(0)
    }
}

/// The lines without an edit of their own that the edits made room for, by project and year: with nothing, and all or as
/// much as their method gives fits now; or with a part, and more fits than before the edits.
pub fn fits(division: &Division) -> Vec<Fits> {
    if !division.is_edited() {
        return Vec::new();
    }
    let input = &division.input;
    let now = Spent::of(&division.lines, |it| it.amount);
    let before = Spent::of(&division.lines, |it| it.computed);
    let mut found = Vec::new();
    for bundle in bundles(division) {
        if bundle.iter().any(|it| it.is_edited) {
            continue;
        }
        let give = |spent: &Spent<'_>, line: &Line| more(input, line, spent.room(input, line));
        let after: Vec<i64> = bundle.iter().map(|it| give(&now, it)).collect();
        let was: Vec<i64> = bundle.iter().map(|it| give(&before, it)).collect();
        // Years that stand or fall together need room in all of them.
        let is_refused = bundle.iter().all(|it| it.amount.is_zero());
        if is_refused && (after.contains(&0) || !was.contains(&0)) {
            continue;
        }
        for ((line, more), was) in bundle.iter().zip(after).zip(was) {
            if was < more {
                found.push(Fits {
                    project: line.project.clone(),
                    year: line.year,
                    more: Money::from_cents(more),
                });
            }
        }
    }
    found.sort_by(|a, b| (&a.project, a.year).cmp(&(&b.project, b.year)));
    found
}

/// The lines that get something or nothing together: all years of a coupled project, else each on its own.
fn bundles(division: &Division) -> Vec<Vec<&Line>> {
    let coupled: BTreeMap<&str, bool> = division
        .input
        .projects
        .iter()
        .map(|it| (it.id.as_str(), it.coupled))
        .collect();
    let mut bundles: BTreeMap<(&str, Option<i32>), Vec<&Line>> = BTreeMap::new();
    for line in division.lines.iter().filter(|it| !it.eligible.is_zero()) {
        let is_coupled = coupled.get(line.project.as_str()) == Some(&true);
        let key = (line.project.as_str(), (!is_coupled).then_some(line.year));
        bundles.entry(key).or_default().push(line);
    }
    bundles.into_values().collect()
}

/// What a line could get more in this much room, in whole units; nothing where it would be too little for it.
fn more(input: &Input, line: &Line, room: i64) -> i64 {
    let unit = input.rounding.cents().max(1);
    let whole = |cents: i64| cents.saturating_sub(cents % unit);
    let most = whole(line.eligible.cents());
    let given = line.amount.cents();
    let more = whole(room.min(most.saturating_sub(given))).max(0);
    let gives_parts = rule_of(input, line)
        .is_some_and(|(rule, _)| !matches!(rule.method, Method::RankingSkip | Method::RankingStop));
    let is_enough = match (given, gives_parts) {
        (0, false) => more == most,
        (0, true) => line.minimum.cents() <= more,
        _ => true,
    };
    if is_enough { more } else { 0 }
}

/// The rule of a line's category and its amount in that year.
fn rule_of<'i>(input: &'i Input, line: &Line) -> Option<(&'i CategoryRule, Money)> {
    let rule = input.categories.iter().find(|it| it.id == line.category)?;
    Some((rule, *rule.amounts.get(&line.year)?))
}

/// Whether what the calculation says of a line rests on amounts that were changed by hand: it did not get all, and an
/// edit stands in the money that it shares.
pub fn is_touched(division: &Division, line: &Line) -> bool {
    let is_fenced = |it: &Line| {
        rule_of(&division.input, it).is_some_and(|(rule, _)| rule.mode == EnvelopeMode::RingFenced)
    };
    let shares = |it: &&Line| {
        it.category == line.category
            || (!is_fenced(it) && !is_fenced(line))
            || it.applicant == line.applicant
    };
    let mut edited = division.lines.iter().filter(|it| it.is_edited);
    !line.is_edited
        && !is_in_full(line.amount, line.eligible, division.input.rounding)
        && edited.any(|it| it.year == line.year && shares(&it))
}

/// The reason of a line as it is told: of a calculation that was changed by hand since, it says so.
pub fn reason(division: &Division, line: &Line) -> String {
    match is_touched(division, line) {
        true => format!("Bij de berekening: {}", line.reason),
        false => line.reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        allocation::{FrozenInput, allocate},
        core::ids::{AccountId, ProjectId, ScenarioId},
        scenarios::Edit,
    };

    /// 100 euros by score among three of 60, 30 and 50; and a category apart, with its own 50.
    fn division(method: &str, edits: &[(&str, i32)]) -> Division {
        let input = format!(
            r#"{{"version":1,"years":[2027],"ceilings":{{"2027":"150.00"}},
            "categories":[
              {{"id":"baseline","mode":"at_most","amounts":{{"2027":"100.00"}},"method":"{method}"}},
              {{"id":"prevention","mode":"ring_fenced","amounts":{{"2027":"50.00"}},"method":"ranking_skip"}}],
            "projects":[
              {{"id":"a","applicant":"a","category":"baseline","score":"4.00","eligible":{{"2027":"60.00"}}}},
              {{"id":"b","applicant":"b","category":"baseline","score":"3.50","eligible":{{"2027":"30.00"}}}},
              {{"id":"c","applicant":"c","category":"baseline","score":"3.00","eligible":{{"2027":"50.00"}}}},
              {{"id":"d","applicant":"d","category":"prevention","score":"3.00","eligible":{{"2027":"60.00"}}}}],
            "ties":["score"],"rounding":"10.00"}}"#
        );
        let input = FrozenInput::read(&input).unwrap();
        let result = allocate(&input).json().unwrap();
        let edits: Vec<Edit> = edits
            .iter()
            .map(|(project, after)| Edit {
                scenario_id: ScenarioId::from("s"),
                seq: 1,
                project_id: ProjectId::from(*project),
                year: 2027,
                before_cents: Money::ZERO,
                after_cents: Money::from_euros(*after),
                reason: "Kleiner.".to_owned(),
                edited_at: chrono::NaiveDateTime::default(),
                edited_by: AccountId::from("x"),
            })
            .collect();
        let edits: Vec<&Edit> = edits.iter().collect();
        Division::of(input.canonical(), &result, &edits).unwrap()
    }

    fn found(method: &str, edits: &[(&str, i32)]) -> Vec<(String, i64)> {
        let fits = fits(&division(method, edits)).into_iter();
        fits.map(|it| (it.project, it.more.cents() / 100)).collect()
    }

    #[test]
    fn what_was_refused_fits_only_when_all_of_it_does() {
        // 10 was left; c asks 50, and d stands apart.
        assert_eq!(found("ranking_skip", &[]), []);
        assert_eq!(found("ranking_skip", &[("a", 30)]), []);
        assert_eq!(found("ranking_skip", &[("a", 20)]), [("c".to_owned(), 50)]);
        // Who has an edit of its own has its own reason.
        assert_eq!(found("ranking_skip", &[("a", 20), ("c", 0)]), []);
    }

    #[test]
    fn what_was_cut_fits_as_far_as_there_is_more_than_before() {
        assert_eq!(found("ranking_partial", &[]), []);
        assert_eq!(
            found("ranking_partial", &[("a", 45)]),
            [("c".to_owned(), 10)]
        );
        assert_eq!(found("ranking_partial", &[("a", 55)]), []);
    }

    #[test]
    fn only_what_shares_the_money_says_that_it_was_so_in_the_calculation() {
        let it = division("ranking_skip", &[("a", 20)]);
        let said = |project: &str| reason(&it, it.of_project(project)[0]);
        assert!(said("c").starts_with("Bij de berekening: Plaats 3 van 3"));
        assert!(said("b").starts_with("Plaats 2"), "it got all");
        assert!(said("d").starts_with("Plaats 1"), "its money is apart");
        assert_eq!(said("a"), "Kleiner.");
    }
}
