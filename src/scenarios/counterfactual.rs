//! What a little more would have changed, as people read it: which of it a letter tells, and per envelope. Pure.

use super::division::{Division, Line};
use crate::{
    allocation::{Lever, Method, SmallestChange, is_in_full},
    core::{category::Category, money::Money},
};

/// The changes that were found for a project that did not get all it could, by year; the nearest to what its
/// municipality knows first: a score, then a request, then more money.
pub fn of_project<'d>(division: &'d Division, project: &str) -> Vec<&'d SmallestChange> {
    let all = division.outcome.what_if.projects.iter();
    let mut own: Vec<&SmallestChange> = all.filter(|it| it.id == project).collect();
    own.sort_by_key(|it| (it.years.clone(), rank(it.lever)));
    own
}

fn rank(lever: Lever) -> usize {
    match lever {
        Lever::Score => 0,
        Lever::Request => 1,
        Lever::Money => 2,
    }
}

/// The sentence that the letter has for a line, or none: the project got all it could, its amount was changed by
/// hand (then the reason of that change is what counts), or no change was found of which less is known not to do. It
/// names no other project and no other municipality.
pub fn for_letter(division: &Division, line: &Line) -> Option<String> {
    let is_full = is_in_full(line.amount, line.eligible, division.input.rounding);
    if is_full || line.is_edited || !division.is_feasible() {
        return None;
    }
    let all = of_project(division, &line.project).into_iter();
    let change = all
        .filter(|it| it.is_least && it.years.contains(&line.year))
        .min_by_key(|it| rank(it.lever))?;
    Some(change.sentence.clone())
}

/// Whether nothing was tried for a project, because its category goes by the highest value: there every change is
/// a search of its own.
pub fn is_not_tried(division: &Division, line: &Line) -> bool {
    let mut rules = division.input.categories.iter();
    let is_full = is_in_full(line.amount, line.eligible, division.input.rounding);
    !is_full && rules.any(|it| it.id == line.category && it.method == Method::Exact)
}

/// What one rounding unit more for an envelope would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoreRow {
    /// The category.
    pub category: Category,
    /// The budget year.
    pub year: i32,
    /// The rounding unit.
    pub by: Money,
    /// Whether it was tried.
    pub is_tried: bool,
    /// The projects that would get another amount: id, year and by how much.
    pub changes: Vec<(String, i32, Money)>,
    /// How many more there are.
    pub more: usize,
    /// The marginal project (grensproject), and how much more money would have funded it.
    pub marginal: Option<(String, Money)>,
}

/// The most changes that are told of one envelope.
const SHOWN: usize = 5;

/// Per envelope in which anyone asks, in the order of the input.
pub fn per_envelope(division: &Division) -> Vec<MoreRow> {
    let row = |it: &crate::allocation::OneMore| {
        let changes = it.changes.as_deref().unwrap_or_default();
        let told = changes.iter().take(SHOWN).filter_map(|change| {
            let by = change.after.checked_sub(change.before).ok()?;
            Some((change.id.clone(), change.year, by))
        });
        Some(MoreRow {
            category: Category::parse(&it.category).ok()?,
            year: it.year,
            by: it.by,
            is_tried: it.changes.is_some(),
            changes: told.collect(),
            more: changes.len().saturating_sub(SHOWN),
            marginal: it.marginal.as_ref().map(|it| (it.id.clone(), it.amount)),
        })
    };
    let all = division.outcome.what_if.envelopes.iter();
    all.filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        allocation::{FrozenInput, allocate},
        core::ids::{AccountId, ProjectId, ScenarioId},
        scenarios::Edit,
    };

    /// 100 euros for two projects of 60; the second scores lower.
    fn division(method: &str, edits: &[&Edit]) -> Division {
        let input = format!(
            r#"{{"version":1,"years":[2027],"ceilings":{{"2027":"100.00"}},
            "categories":[{{"id":"baseline","mode":"at_most","amounts":{{"2027":"100.00"}},"method":"{method}"}}],
            "projects":[
              {{"id":"p1","applicant":"a","category":"baseline","score":"4.00","eligible":{{"2027":"60.00"}}}},
              {{"id":"p2","applicant":"b","category":"baseline","score":"3.00","eligible":{{"2027":"60.00"}}}}],
            "ties":["score"]}}"#
        );
        let input = FrozenInput::read(&input).unwrap();
        let result = allocate(&input).json().unwrap();
        Division::of(input.canonical(), &result, edits).unwrap()
    }

    fn told(of: &Division, project: &str) -> Option<String> {
        for_letter(of, of.of_project(project).first()?)
    }

    #[test]
    fn a_letter_tells_the_score_and_where_scores_do_not_count_the_money() {
        let by_score = division("ranking_skip", &[]);
        assert_eq!(
            told(&by_score, "p2").as_deref(),
            Some("Met een score van 4,01 was dit project volledig betaald.")
        );
        assert_eq!(told(&by_score, "p1"), None);
        let shared = division("pro_rata", &[]);
        let sentence = told(&shared, "p2").unwrap();
        assert!(sentence.starts_with("Met €") && sentence.contains("20,00 meer in 2027"));
        let levers: Vec<Lever> = of_project(&by_score, "p2")
            .iter()
            .map(|it| it.lever)
            .collect();
        assert_eq!(levers, [Lever::Score, Lever::Request, Lever::Money]);
    }

    #[test]
    fn what_was_changed_by_hand_has_its_own_reason() {
        let edit = |project: &str, after| Edit {
            scenario_id: ScenarioId::from("s"),
            seq: 1,
            project_id: ProjectId::from(project),
            year: 2027,
            before_cents: Money::ZERO,
            after_cents: Money::from_euros(after),
            reason: "Kleiner.".to_owned(),
            edited_at: chrono::NaiveDateTime::default(),
            edited_by: AccountId::from("c"),
        };
        let own = edit("p2", 10);
        assert_eq!(told(&division("ranking_skip", &[&own]), "p2"), None);
        let other = edit("p1", 50);
        assert_eq!(
            told(&division("ranking_skip", &[&other]), "p2").as_deref(),
            Some("Met een score van 4,01 was dit project volledig betaald.")
        );
    }

    #[test]
    fn a_letter_does_not_tell_a_change_of_which_less_may_do() {
        let mut by_score = division("ranking_skip", &[]);
        for it in &mut by_score.outcome.what_if.projects {
            it.is_least = it.lever == Lever::Money;
        }
        assert!(told(&by_score, "p2").unwrap().contains("meer in 2027"));
        for it in &mut by_score.outcome.what_if.projects {
            it.is_least = false;
        }
        assert_eq!(told(&by_score, "p2"), None);
    }

    #[test]
    fn an_envelope_says_what_one_unit_more_does_and_who_is_next() {
        let rows = per_envelope(&division("ranking_skip", &[]));
        assert_eq!(rows.len(), 1);
        assert!(rows[0].is_tried && rows[0].changes.is_empty());
        let marginal = Some(("p2".to_owned(), Money::from_euros(20)));
        assert_eq!(rows[0].marginal, marginal);
        let shared = per_envelope(&division("pro_rata", &[]));
        let cent = Money::from_cents(1);
        assert_eq!(shared[0].changes, [("p1".to_owned(), 2027, cent)]);
    }

    #[test]
    fn by_the_highest_value_nothing_is_said_of_a_project_that_was_not_tried() {
        let exact = division("exact", &[]);
        let refused = exact
            .lines
            .iter()
            .find(|it| it.amount < it.eligible)
            .unwrap();
        assert_eq!(for_letter(&exact, refused), None);
        assert!(is_not_tried(&exact, refused));
    }
}
