//! What is to be divided, and by which rules: the file that `allocate` reads and that every
//! scenario stores.
//!
//! An [`Input`] is plain data. A [`FrozenInput`] is one without findings, together with its canonical
//! bytes (RFC 8785) and their SHA-256; only that can be divided.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{reading, score::Score, validation};
use crate::{
    core::{category::EnvelopeMode, money::Money},
    db::columns::text_enum,
};

/// A budget year, as `2027`.
pub type Year = i32;

/// The version of the format that this engine reads.
pub const FORMAT_VERSION: i64 = 1;

text_enum! {
    /// How the money of one category is divided over its projects. Definitions: `docs/verdelen.md`.
    pub enum Method {
        /// In order of rank; a project that does not fit is passed over.
        RankingSkip => "ranking_skip",
        /// In order of rank; the first project that does not fit ends it.
        RankingStop => "ranking_stop",
        /// In order of rank; the first project that does not fit gets what is left, and ends it.
        RankingPartial => "ranking_partial",
        /// Every project the same share of its eligible amount.
        ProRata => "pro_rata",
        /// Constrained equal awards: everyone the same amount, no one more than was asked.
        EqualAwards => "equal_awards",
        /// Constrained equal losses: everyone the same loss, no one below nothing.
        EqualLosses => "equal_losses",
        /// The rule of the Talmud (Aumann and Maschler 1985): equal awards up to half, then equal losses.
        Talmud => "talmud",
        /// The highest sum of score x awarded euros, proven; all categories with it together.
        Exact => "exact",
    }
}

text_enum! {
    /// One link of the chain that puts projects in order.
    pub enum TieKey {
        /// The higher score first.
        Score => "score",
        /// The lower eligible amount, over all years together, first.
        AmountAscending => "amount_ascending",
        /// The lower SHA-256 of seed and id first.
        Lottery => "lottery",
    }
}

/// The whole of what a division depends on: the same input gives the same outcome, to the byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Input {
    /// Version of this format: 1.
    pub version: i64,
    /// The budget years that are divided.
    pub years: Vec<Year>,
    /// What can be spent in each year, over all categories.
    pub ceilings: BTreeMap<Year, Money>,
    /// The categories, in the order in which they are divided.
    pub categories: Vec<CategoryRule>,
    /// The projects. Their order has no meaning.
    pub projects: Vec<Project>,
    /// Limits per applicant; an applicant without limits may be left out.
    pub applicants: BTreeMap<String, ApplicantRule>,
    /// Every award is a multiple of this.
    pub rounding: Money,
    /// Whether what is left of a year's ceiling funds further projects by score.
    pub leftover: bool,
    /// The chain that puts projects in order; at last by id.
    pub ties: Vec<TieKey>,
    /// The public seed of the lottery.
    pub seed: String,
}

/// The money of one category and how it is divided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryRule {
    /// Free text, unique in the file; not `total`.
    pub id: String,
    /// Whether the amounts are a ceiling, a ring-fence or a floor.
    pub mode: EnvelopeMode,
    /// The amount per year. In a year that is not named the category is closed: nothing is awarded.
    pub amounts: BTreeMap<Year, Money>,
    /// How it is divided.
    pub method: Method,
}

/// One project that asks for money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Project {
    /// Unique in the file.
    pub id: String,
    /// Who asks.
    pub applicant: String,
    /// The id of its category.
    pub category: String,
    /// What the assessment gave.
    pub score: Score,
    /// Whether nothing in one year means nothing in all its years.
    pub coupled: bool,
    /// The amount after assessment, per year: the most it can get.
    pub eligible: BTreeMap<Year, Money>,
    /// The least it can do with, per year; not named is nothing.
    pub minimum: BTreeMap<Year, Money>,
}

/// What one applicant must and may get, over all its projects.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ApplicantRule {
    /// Per year, the least.
    pub at_least: BTreeMap<Year, Money>,
    /// Per year, the most.
    pub at_most: BTreeMap<Year, Money>,
}

/// Something in an input that must be changed before it can be divided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where: `projects[3].eligible.2027`; empty for the file as a whole.
    pub path: String,
    /// What is wrong and what to do, in Dutch.
    pub sentence: String,
}

impl Finding {
    pub(super) fn new(path: impl Into<String>, sentence: impl Into<String>) -> Finding {
        Finding {
            path: path.into(),
            sentence: sentence.into(),
        }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.sentence)
        } else {
            write!(f, "{}: {}", self.path, self.sentence)
        }
    }
}

/// An input was refused. Holds at least one finding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the input has {} findings", .0.len())]
pub struct Refused(pub Vec<Finding>);

/// An input without findings, its canonical bytes and their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenInput {
    input: Input,
    canonical: String,
    sha256: String,
}

impl FrozenInput {
    /// Reads a file. The hash is of the canonical form of the text as it was read, so that anyone
    /// can compute it without this program.
    ///
    /// # Errors
    /// [`Refused`] with everything that is wrong, in the order of the file.
    pub fn read(json: &str) -> Result<FrozenInput, Refused> {
        let (input, node) = reading::read(json)?;
        FrozenInput::seal(input, &node)
    }

    /// Freezes an input that was made in the program.
    ///
    /// # Errors
    /// [`Refused`] with everything that is wrong.
    pub fn new(input: Input) -> Result<FrozenInput, Refused> {
        let findings = validation::findings(&input);
        if !findings.is_empty() {
            return Err(Refused(findings));
        }
        let node = input.clone();
        FrozenInput::seal(input, &node)
    }

    fn seal(input: Input, source: &impl Serialize) -> Result<FrozenInput, Refused> {
        let canonical = serde_json_canonicalizer::to_string(source).map_err(|err| {
            Refused(vec![Finding::new(
                "",
                format!("De invoer kan niet in de vaste vorm worden gezet: {err}."),
            )])
        })?;
        let sha256 = super::ties::sha256_hex(canonical.as_bytes());
        Ok(FrozenInput {
            input,
            canonical,
            sha256,
        })
    }

    /// The canonical JSON (RFC 8785): what a scenario stores.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// SHA-256 of [`FrozenInput::canonical`], 64 hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl std::ops::Deref for FrozenInput {
    type Target = Input;

    fn deref(&self) -> &Input {
        &self.input
    }
}
