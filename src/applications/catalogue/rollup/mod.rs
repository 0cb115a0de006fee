//! What was promised and reached over all regions, per indicator of the catalogue and year. Pure.
//!
//! Only what was awarded and made known counts, as in the progress reports of the municipalities.
pub mod pages;
pub mod store;

use std::collections::{BTreeMap, BTreeSet};

use super::RollUp;
use crate::{
    applications::project::typed::written,
    core::{
        ids::{ApplicationId, IndicatorId, ProjectId},
        money::Money,
    },
};

/// An indicator of a project in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The indicator.
    pub indicator: IndicatorId,
    /// The region.
    pub region: String,
    /// The application.
    pub application: ApplicationId,
    /// The project.
    pub project: ProjectId,
    /// Its name.
    pub title: String,
    /// The budget year.
    pub year: i32,
    /// Where it stood, in hundredths.
    pub baseline_hundredths: Option<i64>,
    /// What was promised.
    pub target_hundredths: i64,
    /// What was reached, once reported.
    pub actual_hundredths: Option<i64>,
}

/// The figures of several projects together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// How many projects.
    pub projects: usize,
    /// How many regions.
    pub regions: usize,
    /// Where they stood.
    pub baseline: Figure,
    /// What they promised.
    pub target: Figure,
    /// What they reached.
    pub actual: Figure,
}

/// One figure of several projects together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// In how many it is known.
    pub known: usize,
    /// Their sum, if they may be added and it fits.
    pub sum_hundredths: Option<i64>,
    /// The lowest and the highest.
    pub range: Option<(i64, i64)>,
}

/// The figures of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its name.
    pub name: String,
    /// Its projects: application, project and name.
    pub projects: Vec<(ApplicationId, ProjectId, String)>,
    /// Together.
    pub together: Together,
}

/// The lines whose project got money for that year; `given` is what the last decision on each project
/// and year gives.
pub fn awarded(lines: Vec<Line>, given: &BTreeMap<(ProjectId, i32), Money>) -> Vec<Line> {
    let has_money = |it: &Line| {
        let given = given.get(&(it.project.clone(), it.year));
        given.is_some_and(|it| Money::ZERO < *it)
    };
    lines.into_iter().filter(has_money).collect()
}

/// Lines of one year together.
pub fn together(lines: &[Line], roll_up: RollUp) -> Together {
    let projects: BTreeSet<&ProjectId> = lines.iter().map(|it| &it.project).collect();
    let regions: BTreeSet<&str> = lines.iter().map(|it| it.region.as_str()).collect();
    let figure = |of: fn(&Line) -> Option<i64>| {
        let known: Vec<i64> = lines.iter().filter_map(of).collect();
        Figure::of(&known, roll_up)
    };
    Together {
        projects: projects.len(),
        regions: regions.len(),
        baseline: figure(|it| it.baseline_hundredths),
        target: figure(|it| Some(it.target_hundredths)),
        actual: figure(|it| it.actual_hundredths),
    }
}

/// Lines of one year per region, in the order in which the regions come.
pub fn by_region(lines: &[Line], roll_up: RollUp) -> Vec<Region> {
    lines
        .chunk_by(|one, next| one.region == next.region)
        .filter_map(|of| {
            let mut projects: Vec<(ApplicationId, ProjectId, String)> = Vec::new();
            for it in of {
                if !projects.iter().any(|(_, id, _)| *id == it.project) {
                    let ids = (it.application.clone(), it.project.clone());
                    projects.push((ids.0, ids.1, it.title.clone()));
                }
            }
            Some(Region {
                name: of.first()?.region.clone(),
                projects,
                together: together(of, roll_up),
            })
        })
        .collect()
}

impl Figure {
    fn of(known: &[i64], roll_up: RollUp) -> Figure {
        let sum = known.iter().try_fold(0_i64, |sum, it| sum.checked_add(*it));
        let low = known.iter().min().copied();
        let high = known.iter().max().copied();
        Figure {
            known: known.len(),
            sum_hundredths: sum.filter(|_| roll_up == RollUp::Sum && !known.is_empty()),
            range: low.zip(high),
        }
    }

    /// As people read it: a sum, or the lowest and highest.
    pub fn shown(&self) -> String {
        match (self.sum_hundredths, self.range) {
            (Some(sum), _) => written(sum),
            (None, Some((low, high))) if low == high => written(low),
            (None, Some((low, high))) => format!("{} tot {}", written(low), written(high)),
            (None, None) => "nog niets".to_owned(),
        }
    }

    /// Of how many it is, where that is not all of them.
    pub fn of_how_many(&self, all: &usize) -> Option<String> {
        let is_part = self.known != *all && self.known != 0;
        is_part.then(|| format!("van {} van de {all}", self.known))
    }
}

impl Together {
    /// Baseline, target and actual.
    pub fn figures(&self) -> [&Figure; 3] {
        [&self.baseline, &self.target, &self.actual]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, region: &str, numbers: (Option<i64>, i64, Option<i64>)) -> Line {
        Line {
            indicator: IndicatorId::from(id),
            region: region.to_owned(),
            application: ApplicationId::from(region),
            project: ProjectId::from(id),
            title: id.to_owned(),
            year: 2027,
            baseline_hundredths: numbers.0,
            target_hundredths: numbers.1,
            actual_hundredths: numbers.2,
        }
    }

    #[test]
    fn only_what_got_money_counts() {
        let lines = ["a", "b", "c"].map(|id| line(id, "Delft", (None, 1, None)));
        let given = [("a", 5), ("b", 0)]
            .map(|(id, cents)| ((ProjectId::from(id), 2027), Money::from_cents(cents)));
        let lines = awarded(lines.to_vec(), &given.into());
        let ids: Vec<&str> = lines.iter().map(|it| it.indicator.as_str()).collect();
        assert_eq!(ids, ["a"]);
    }

    #[test]
    fn sums_foot_with_their_regions_and_percentages_are_not_added() {
        let lines = [
            line("a", "Delft", (Some(1_000), 2_000, Some(1_500))),
            line("b", "Delft", (None, 3_050, None)),
            line("c", "Gouda", (Some(500), 1_000, Some(1_200))),
        ];
        let all = together(&lines, RollUp::Sum);
        assert_eq!((all.projects, all.regions), (3, 2));
        assert_eq!(all.target.shown(), "60,5");
        assert_eq!(all.baseline.shown(), "15");
        assert_eq!(
            all.baseline.of_how_many(&3).as_deref(),
            Some("van 2 van de 3")
        );
        assert_eq!(all.target.of_how_many(&3), None);
        let regions = by_region(&lines, RollUp::Sum);
        let sum: i64 = regions
            .iter()
            .filter_map(|it| it.together.target.sum_hundredths)
            .sum();
        assert_eq!(Some(sum), all.target.sum_hundredths);
        assert_eq!(regions[0].projects.len(), 2);

        let range = together(&lines, RollUp::Range);
        assert_eq!(range.target.shown(), "10 tot 30,5");
        assert_eq!(range.target.sum_hundredths, None);
        assert_eq!(together(&[], RollUp::Sum).actual.shown(), "nog niets");
        let huge = [
            line("a", "D", (None, i64::MAX, None)),
            line("b", "D", (None, 1, None)),
        ];
        assert_eq!(together(&huge, RollUp::Sum).target.sum_hundredths, None);
    }
}
