//! From what reviewers gave to what holds for a project. Pure.
//!
//! The scheme publishes criteria with weights and a scale of 1 (onvoldoende) to 5 (uitstekend); the
//! criteria stand in `schemes::Criterion` and are frozen with the scheme version. From them:
//!
//! - the score of one assessment is the weighted mean of its scores, `sum(weight * score) / sum(weight)`,
//!   in hundredths, rounded half up;
//! - the score of a project is the mean of the scores, as just rounded, of its final NCTV
//!   assessments, in hundredths, rounded half up. SZW advises and does not rank, so its scores do
//!   not count here. The mean is taken of rounded scores, so that everybody can check it from what
//!   is on the screen;
//! - what is eligible in a year is the lowest amount that any final assessment that counts found
//!   eligible: NCTV's, and on prevention SZW's too.
//!
//! An assessment of somebody who declared a conflict of interest does not count (Awb 2:4).

use crate::{
    applications::Project,
    core::{
        actor::Department,
        category::Category,
        ids::ProjectId,
        money::{Money, MoneyError},
    },
    error::{AppError, Refusal},
};

/// The lowest score on the scale.
pub const LOWEST: i32 = 1;
/// The highest score on the scale.
pub const HIGHEST: i32 = 5;

/// A score on a criterion with the weight of that criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weighted {
    /// How heavily it counts; positive.
    pub weight: i32,
    /// From [`LOWEST`] to [`HIGHEST`].
    pub score: i32,
}

/// The score of one assessment in hundredths; `None` without criteria.
pub fn of_assessment(scores: &[Weighted]) -> Option<i64> {
    let sum = |f: fn(&Weighted) -> i64| scores.iter().map(f).try_fold(0_i64, i64::checked_add);
    let points = sum(|it| i64::from(it.weight).saturating_mul(i64::from(it.score)))?;
    half_up(points.checked_mul(100)?, sum(|it| i64::from(it.weight))?)
}

/// The mean of scores in hundredths; `None` of none.
pub fn mean(hundredths: &[i64]) -> Option<i64> {
    let sum = hundredths.iter().copied().try_fold(0, i64::checked_add)?;
    half_up(sum, i64::try_from(hundredths.len()).ok()?)
}

/// `numerator / denominator`, rounded half up; both not negative, and not divided by zero.
fn half_up(numerator: i64, denominator: i64) -> Option<i64> {
    let double = denominator.checked_mul(2)?;
    numerator
        .checked_mul(2)?
        .checked_add(denominator)?
        .checked_div(double)
}

/// A final assessment that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Final {
    /// Of which project.
    pub project: ProjectId,
    /// By whom.
    pub department: Department,
    /// Its score in hundredths.
    pub score_hundredths: i64,
    /// What it found eligible per year.
    pub eligible: Vec<(i32, Money)>,
}

/// What holds for a project when the assessment is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The project.
    pub project: ProjectId,
    /// Its score in hundredths.
    pub score_hundredths: i64,
    /// What is eligible per year of the project.
    pub eligible: Vec<(i32, Money)>,
}

/// The outcome of every project, or which projects are not assessed enough.
pub fn outcomes(projects: &[Project], finals: &[Final]) -> Result<Vec<Outcome>, AppError> {
    let lacking = |department: Department, needed: fn(&Project) -> bool| -> Vec<String> {
        let lacks = |it: &&Project| !finals.iter().any(|of| is_of(of, it, department));
        let named = projects.iter().filter(|it| needed(it)).filter(lacks);
        named.map(|it| it.title.clone()).collect()
    };
    let missing = lacking(Department::Nctv, |_| true);
    if !missing.is_empty() {
        return Err(Refusal::AssessmentMissing { projects: missing }.into());
    }
    let missing = lacking(Department::Szw, |it| {
        it.category == Some(Category::Prevention)
    });
    if !missing.is_empty() {
        return Err(Refusal::SzwAdviceMissing { projects: missing }.into());
    }
    projects.iter().map(|it| outcome(it, finals)).collect()
}

fn outcome(project: &Project, finals: &[Final]) -> Result<Outcome, AppError> {
    let scores: Vec<i64> = finals
        .iter()
        .filter(|it| is_of(it, project, Department::Nctv))
        .map(|it| it.score_hundredths)
        .collect();
    let eligible = project.years.iter().map(|it| {
        let lowest = lowest(project, it.year, finals);
        Ok((it.year, lowest.ok_or(MoneyError::Empty)?))
    });
    Ok(Outcome {
        project: project.id.clone(),
        score_hundredths: mean(&scores)
            .ok_or_else(|| AppError::internal("a score that cannot be computed"))?,
        eligible: eligible.collect::<Result<_, AppError>>()?,
    })
}

fn lowest(project: &Project, year: i32, finals: &[Final]) -> Option<Money> {
    let counts = |it: &&Final| {
        is_of(it, project, Department::Nctv)
            || (project.category == Some(Category::Prevention)
                && is_of(it, project, Department::Szw))
    };
    let found = finals.iter().filter(counts).flat_map(|it| &it.eligible);
    found
        .filter(|(of, _)| *of == year)
        .map(|(_, amount)| *amount)
        .min()
}

fn is_of(it: &Final, project: &Project, department: Department) -> bool {
    it.project == project.id && it.department == department
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{applications::ProjectYear, core::ids::ApplicationId};

    #[test]
    fn the_table_of_scores() {
        let cases: [&[(i32, i32)]; 7] = [
            &[(1, 4), (1, 5)],
            &[(1, 4), (1, 4), (1, 5)],
            &[(1, 4), (1, 5), (1, 5)],
            &[(3, 5), (1, 1)],
            &[(5, 1), (3, 2)],
            &[(1, 1)],
            &[],
        ];
        let mut table = String::new();
        for case in cases {
            let scores: Vec<Weighted> = case
                .iter()
                .map(|(weight, score)| Weighted {
                    weight: *weight,
                    score: *score,
                })
                .collect();
            table.push_str(&format!("{case:?} -> {:?}\n", of_assessment(&scores)));
        }
        for case in [&[450, 451][..], &[433, 433, 434], &[467], &[]] {
            table.push_str(&format!("mean {case:?} -> {:?}\n", mean(case)));
        }
        insta::assert_snapshot!(table, @r"
        [(1, 4), (1, 5)] -> Some(450)
        [(1, 4), (1, 4), (1, 5)] -> Some(433)
        [(1, 4), (1, 5), (1, 5)] -> Some(467)
        [(3, 5), (1, 1)] -> Some(400)
        [(5, 1), (3, 2)] -> Some(138)
        [(1, 1)] -> Some(100)
        [] -> None
        mean [450, 451] -> Some(451)
        mean [433, 433, 434] -> Some(433)
        mean [467] -> Some(467)
        mean [] -> None
        ");
    }

    fn project(id: &str, category: Category, years: &[i32]) -> Project {
        Project {
            id: ProjectId::from(id),
            application_id: ApplicationId::from("a"),
            position: 1,
            title: format!("Project {id}"),
            category: Some(category),
            sub_item: None,
            score_hundredths: None,
            version: 1,
            years: years
                .iter()
                .map(|year| ProjectYear {
                    year: *year,
                    costs: Money::from_euros(100),
                    own_contribution: Money::ZERO,
                    co_financing: Money::ZERO,
                    requested: Money::from_euros(100),
                    minimum: Money::ZERO,
                    eligible: None,
                })
                .collect(),
        }
    }

    fn given(project: &str, department: Department, score: i64, eligible: [i32; 2]) -> Final {
        let [first, second] = eligible.map(Money::from_euros);
        Final {
            project: ProjectId::from(project),
            department,
            score_hundredths: score,
            eligible: vec![(2027, first), (2028, second)],
        }
    }

    #[test]
    fn szw_lowers_what_is_eligible_on_prevention_and_never_the_score() {
        let projects = [
            project("p", Category::Prevention, &[2027, 2028]),
            project("b", Category::Baseline, &[2027, 2028]),
        ];
        let finals = [
            given("p", Department::Nctv, 400, [90, 80]),
            given("p", Department::Nctv, 451, [95, 70]),
            given("p", Department::Szw, 100, [60, 100]),
            given("b", Department::Nctv, 300, [50, 0]),
            // Nobody asked SZW; if a row were there, it would change nothing.
            given("b", Department::Szw, 100, [1, 1]),
        ];
        let found = outcomes(&projects, &finals).unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|it| {
                let amounts = it.eligible.iter().map(|(_, it)| it.cents() / 100);
                (it.score_hundredths, amounts.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(shown, [(426, vec![60, 70]), (300, vec![50, 0])]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let projects = [
            project("p", Category::Prevention, &[2027]),
            project("b", Category::Baseline, &[2027]),
        ];
        let refused = |finals: &[Final]| match outcomes(&projects, finals) {
            Err(AppError::Refused(it)) => it,
            other => panic!("{other:?}"),
        };
        let szw = given("p", Department::Szw, 400, [1, 1]);
        assert_eq!(
            refused(&[szw]),
            Refusal::AssessmentMissing {
                projects: vec!["Project p".to_owned(), "Project b".to_owned()]
            }
        );
        let nctv = ["p", "b"].map(|it| given(it, Department::Nctv, 400, [1, 1]));
        assert_eq!(
            refused(&nctv),
            Refusal::SzwAdviceMissing {
                projects: vec!["Project p".to_owned()]
            }
        );
    }
}
