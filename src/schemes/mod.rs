//! The scheme as data: versions, criteria, cycles with years and envelopes, application windows,
//! regions with their municipalities and leads.
pub mod actions;
pub mod budget_decisions;
pub mod ceilings;
pub mod closing;
pub mod closings;
pub mod cycles;
pub mod footing;
mod labels;
pub mod limits;
pub mod pages;
pub mod regions;
pub mod store;
pub mod terms;
pub mod transfers;
pub mod versions;
pub mod windows;

use chrono::{NaiveDate, NaiveDateTime};

use crate::{
    core::{
        actor::Department,
        category::{EnvelopeKind, EnvelopeMode},
        ids::{
            AccountId, BudgetYearId, ClosingId, CriterionId, CycleId, EnvelopeId, MunicipalityId,
            RegionId, SchemeId, WindowId,
        },
        money::Money,
    },
    db::{columns::text_enum, schema},
};

text_enum! {
    /// How an envelope's money is divided; the definitions stand in `docs/verdelen.md`.
    pub enum DistributionMethod {
        /// By rank; who does not fit is skipped.
        RankingSkip => "ranking_skip",
        /// By rank; stops at the first who does not fit.
        RankingStop => "ranking_stop",
        /// By rank; the first who does not fit gets what is left if that is enough.
        RankingPartial => "ranking_partial",
        /// Everybody the same share of what is eligible.
        ProRata => "pro_rata",
        /// Constrained equal awards.
        EqualAwards => "equal_awards",
        /// Constrained equal losses.
        EqualLosses => "equal_losses",
        /// Talmud rule.
        Talmud => "talmud",
        /// The largest score-weighted total.
        Exact => "exact",
    }
}

text_enum! {
    /// Where a cycle stands.
    pub enum CycleState {
        /// Being set up; amounts can change.
        Draft => "draft",
        /// Amounts footed and were booked.
        Open => "open",
        /// Over.
        Closed => "closed",
    }
}

text_enum! {
    /// What a window is for.
    pub enum WindowKind {
        /// Both years, all categories.
        Main => "main",
        /// The reserve of the second year, halfway the cycle.
        TopUp => "top_up",
    }
}

text_enum! {
    /// Why a window closes later than was set.
    pub enum ClosingKind {
        /// The site could not be reached shortly before the closing (Awb 2:21).
        Outage => "outage",
        /// One region was given more time.
        Extension => "extension",
    }
}

/// A version of the ministerial regulation.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::schemes, treat_none_as_default_value = false)]
pub struct Scheme {
    /// Its id.
    pub id: SchemeId,
    /// The same for all versions of one scheme.
    pub code: String,
    /// Counts the versions of the scheme.
    pub scheme_version: i32,
    /// Citation title.
    pub title: String,
    /// Number in the Staatscourant.
    pub gazette_number: String,
    /// First budget year it covers.
    pub valid_from_year: i32,
    /// Last budget year it covers.
    pub valid_until_year: i32,
    /// Made up for the demo; said on every page and letter.
    pub is_example: bool,
    /// Weeks within which is decided (Awb 4:13).
    pub decision_term_weeks: i32,
    /// Articles of the Awb that the scheme declares applicable, separated by commas.
    pub awb_articles: String,
    /// Where and how to object.
    pub objection_clause: String,
    /// On whose behalf is decided (Awb 10:10).
    pub mandate_line: String,
    /// Article of the state budget.
    pub budget_article: String,
    /// Code for single information single audit, if it has one.
    pub sisa_code: Option<String>,
    /// The unit that awards are rounded to.
    pub rounding_cents: Money,
    /// Names of the published tie chain, separated by commas.
    pub tie_chain: String,
    /// Whether what is left over funds further projects.
    pub leftover: bool,
    /// Whether nothing in one year means nothing in both.
    pub coupled: bool,
    /// Since when it cannot change: the first window opened on it.
    pub frozen_at: Option<NaiveDateTime>,
    /// Counts changes of the row.
    pub version: i32,
}

/// What projects are scored on, from 1 to 5.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::criteria, treat_none_as_default_value = false)]
pub struct Criterion {
    /// Its id.
    pub id: CriterionId,
    /// The scheme version it belongs to.
    pub scheme_id: SchemeId,
    /// Whose form it stands on.
    pub department: Department,
    /// Its place on the form.
    pub position: i32,
    /// Its name.
    pub name: String,
    /// What the reviewer answers.
    pub question: String,
    /// How heavily it counts.
    pub weight: i32,
}

/// A criterion to score on, before it has a place in a scheme version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCriterion {
    /// Whose form it stands on.
    pub department: Department,
    /// Its name.
    pub name: String,
    /// What the reviewer answers.
    pub question: String,
    /// How heavily it counts.
    pub weight: i32,
}

/// Two budget years that are applied for at once.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::cycles, treat_none_as_default_value = false)]
pub struct Cycle {
    /// Its id.
    pub id: CycleId,
    /// The scheme version it rests on.
    pub scheme_id: SchemeId,
    /// Its name, such as `2027-2028`.
    pub name: String,
    /// The first of its two years.
    pub first_year: i32,
    /// Where it stands.
    pub state: CycleState,
    /// When it was opened.
    pub opened_at: Option<NaiveDateTime>,
    /// Counts changes.
    pub version: i32,
}

impl Cycle {
    /// The two budget years.
    pub fn years(&self) -> [i32; 2] {
        [self.first_year, self.first_year.saturating_add(1)]
    }
}

/// A budget year of a cycle, with its total.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::budget_years, treat_none_as_default_value = false)]
pub struct BudgetYear {
    /// Its id.
    pub id: BudgetYearId,
    /// Its cycle.
    pub cycle_id: CycleId,
    /// The calendar year.
    pub year: i32,
    /// No more than this in all envelopes together, the reserve included.
    pub ceiling_cents: Money,
    /// What the journal has put into its envelopes.
    pub appropriated_cents: Money,
}

/// The money of one category, or of the reserve, in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Its id.
    pub id: EnvelopeId,
    /// Its year.
    pub budget_year_id: BudgetYearId,
    /// The calendar year.
    pub year: i32,
    /// What it is for.
    pub kind: EnvelopeKind,
    /// How strictly it binds.
    pub mode: EnvelopeMode,
    /// How it is divided.
    pub method: DistributionMethod,
    /// What was planned before the cycle was opened.
    pub planned: Money,
}

/// When can be applied.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::application_windows, treat_none_as_default_value = false)]
pub struct Window {
    /// Its id.
    pub id: WindowId,
    /// Its cycle.
    pub cycle_id: CycleId,
    /// What it is for.
    pub kind: WindowKind,
    /// Its name.
    pub name: String,
    /// From this moment (UTC).
    pub opens_at: NaiveDateTime,
    /// Until just before this moment (UTC): as was set, or after [`Window::closing`] as it is.
    pub closes_at: NaiveDateTime,
    /// Counts changes.
    pub version: i32,
}

/// Why a window closes later than was set; when it does, [`closing::effective`] says.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::window_closings, treat_none_as_default_value = false)]
pub struct Closing {
    /// Its id.
    pub id: ClosingId,
    /// The window.
    pub window_id: WindowId,
    /// For whom and by what rule.
    pub kind: ClosingKind,
    /// The region that may take longer; of an extension only.
    pub region_id: Option<RegionId>,
    /// When the outage began (UTC); of an outage only.
    pub starts_at: Option<NaiveDateTime>,
    /// When the outage ended, or until just before which moment the region may apply (UTC).
    pub ends_at: NaiveDateTime,
    /// What happened, or why.
    pub reason: String,
    /// When it was recorded (UTC).
    pub recorded_at: NaiveDateTime,
    /// By whom.
    pub recorded_by: AccountId,
}

/// A window to apply in, before it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWindow {
    /// Its cycle.
    pub cycle: CycleId,
    /// What it is for.
    pub kind: WindowKind,
    /// Its name.
    pub name: String,
    /// From this moment (UTC).
    pub opens_at: NaiveDateTime,
    /// Until just before this moment (UTC).
    pub closes_at: NaiveDateTime,
}

/// A municipality by the code that Statistics Netherlands gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// CBS code: `GM` and four digits.
    pub cbs_code: String,
    /// Its name; empty when only the code was given.
    pub name: String,
}

impl Window {
    /// Whether can be applied now.
    pub fn is_open(&self, now: NaiveDateTime) -> bool {
        self.opens_at <= now && now < self.closes_at
    }
}

/// A municipality in a period of its existence.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::municipalities, treat_none_as_default_value = false)]
pub struct Municipality {
    /// Its id.
    pub id: MunicipalityId,
    /// CBS code: `GM` and four digits.
    pub cbs_code: String,
    /// Its name.
    pub name: String,
    /// Its name as it is sorted.
    pub sort_name: String,
    /// From this day.
    pub valid_from: NaiveDate,
    /// Until this day, if it was merged.
    pub valid_until: Option<NaiveDate>,
}

/// Municipalities that apply together.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::regions, treat_none_as_default_value = false)]
pub struct Region {
    /// Its id.
    pub id: RegionId,
    /// Its name.
    pub name: String,
    /// Its name as it is sorted.
    pub sort_name: String,
}

/// A name as both databases sort it: without capitals, accents and apostrophes, so that
/// 's-Hertogenbosch stands under the H.
pub fn sort_name(name: &str) -> String {
    let plain: String = name
        .to_lowercase()
        .trim_start_matches(['\'', '\u{2019}'])
        .chars()
        .map(|it| match it {
            'á' | 'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            other => other,
        })
        .filter(|it| it.is_alphanumeric() || *it == ' ' || *it == '-')
        .collect();
    plain.strip_prefix("s-").map(str::to_owned).unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_people_look_them_up() {
        assert_eq!(sort_name("'s-Hertogenbosch"), "hertogenbosch");
        assert_eq!(sort_name("Súdwest-Fryslân"), "sudwest-fryslan");
    }
}
