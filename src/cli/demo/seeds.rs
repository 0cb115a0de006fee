//! What the demo tells, read from `seeds/`, which is inside the program.

use serde::Deserialize;

use crate::{
    applications::project::{Direction, IndicatorLevel},
    core::{
        actor::{Department, Organisation, Role},
        category::{Category, SubItem},
    },
    error::AppError,
};

const REGIONS: &str = include_str!("../../../seeds/regions.toml");
const SCHEMES: &str = include_str!("../../../seeds/schemes.toml");
const PROJECTS: &str = include_str!("../../../seeds/projects.toml");
const PEOPLE: &str = include_str!("../../../seeds/people.toml");

/// All of it.
#[derive(Debug, Clone)]
pub struct Seeds {
    /// The regions with their leads.
    pub regions: Vec<RegionSeed>,
    /// The scheme versions, and what they share.
    pub schemes: SchemeSeeds,
    /// Kinds of projects.
    pub projects: Vec<ProjectSeed>,
    /// The people of the Rijk.
    pub people: Vec<PersonSeed>,
}

/// A region.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionSeed {
    /// Its name.
    pub name: String,
    /// CBS code and name of its lead municipality.
    pub lead: (String, String),
    /// CBS codes and names of the others.
    pub members: Vec<(String, String)>,
    /// Whole euros; sets the region's share of what is asked.
    pub size: i64,
}

/// The scheme versions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemeSeeds {
    /// Oldest first.
    pub scheme: Vec<SchemeSeed>,
    /// What they share.
    pub rules: RuleSeeds,
    /// The criteria of both departments.
    pub criterion: Vec<CriterionSeed>,
}

/// A scheme version; the fields are those of `schemes::Scheme`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemeSeed {
    pub code: String,
    pub title: String,
    pub gazette_number: String,
    pub valid_from_year: i32,
    pub valid_until_year: i32,
    pub is_example: bool,
}

/// What all scheme versions share; the fields are those of `schemes::Scheme`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSeeds {
    pub decision_term_weeks: i32,
    pub awb_articles: String,
    pub objection_clause: String,
    pub mandate_line: String,
    pub budget_article: String,
    pub rounding_cents: i64,
    pub tie_chain: String,
    pub leftover: bool,
    pub coupled: bool,
}

/// A criterion; the fields are those of `schemes::Criterion`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionSeed {
    pub department: Department,
    pub name: String,
    pub question: String,
    pub weight: i32,
}

/// A kind of project.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectSeed {
    /// Its category.
    pub category: Category,
    /// Its part.
    pub sub_item: SubItem,
    /// Its title.
    pub title: String,
    /// Its share of the region's money within the category, as a weight.
    pub weight: i64,
    /// What is to be reached in the short, the middle and the long run.
    pub goal: [String; 3],
    /// For whom.
    pub target_group: String,
    /// What is done.
    pub activities: String,
    /// How that leads to the goal.
    pub mechanism: String,
    /// With whom.
    pub cooperation: String,
    /// Kind, description, unit and rate of its budget lines.
    pub lines: Vec<(String, String, String, String)>,
    /// Its indicators.
    pub indicators: Vec<IndicatorSeed>,
}

/// Level, name, unit, direction, baseline and first target of an indicator.
pub type IndicatorSeed = (IndicatorLevel, String, String, Direction, String, String);

/// Somebody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonSeed {
    /// What they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Whom they work for.
    pub organisation: Organisation,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// A file with regions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// The regions.
    pub region: Vec<RegionSeed>,
}

#[derive(Deserialize)]
struct Projects {
    project: Vec<ProjectSeed>,
}

#[derive(Deserialize)]
struct People {
    person: Vec<PersonSeed>,
}

impl Seeds {
    /// Reads them; a mistake in a seed file is a mistake in the program.
    pub fn read() -> Result<Seeds, AppError> {
        let mistake = |err: toml::de::Error| AppError::internal(format!("seeds: {err}"));
        Ok(Seeds {
            regions: toml::from_str::<Places>(REGIONS).map_err(mistake)?.region,
            schemes: toml::from_str(SCHEMES).map_err(mistake)?,
            projects: toml::from_str::<Projects>(PROJECTS)
                .map_err(mistake)?
                .project,
            people: toml::from_str::<People>(PEOPLE).map_err(mistake)?.person,
        })
    }
}
