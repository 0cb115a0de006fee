//! The shared catalogue of indicators: what can be added up over regions, because all mean the same.
//!
//! An entry is an edition. What a project chose stays as it was worded then: once an edition was
//! chosen, other words make a new one.
pub mod actions;
pub mod choosing;
pub mod examples;
pub mod form;
pub mod pages;
pub mod rollup;
pub mod search;
pub mod store;

use chrono::NaiveDateTime;

use super::project::{Direction, IndicatorLevel, indicators};
use crate::{
    core::{
        answers::Answers,
        category::SubItem,
        ids::{AccountId, CatalogueId},
    },
    db::{
        columns::{text_column, text_enum},
        schema,
    },
    texts::labels::Label,
};

/// The most indicators in the catalogue.
pub const MOST: usize = 500;

/// The field of an indicator of a project that says from which edition it comes.
pub const FIELD: &str = "catalogus";
/// The field with the definition of that edition.
pub const DEFINITION_FIELD: &str = "definitie";

text_enum! {
    /// What can be said of the figures of regions together.
    pub enum RollUp {
        /// They are added.
        Sum => "sum",
        /// Their lowest and highest: percentages and averages cannot be added.
        Range => "range",
    }
}

/// The parts that an indicator fits; none for all.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Default,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Fits {
    parts: Vec<SubItem>,
    text: String,
}

text_column!(Fits, |it| it.text.as_str(), |text| Fits::parse(&text));

/// An edition of an indicator of the catalogue.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::catalogue_indicators, treat_none_as_default_value = false)]
pub struct Entry {
    /// Its id.
    pub id: CatalogueId,
    /// What it is called by, the same in every edition.
    pub code: String,
    /// Its edition, from 1.
    pub edition: i32,
    /// Output or outcome.
    pub level: IndicatorLevel,
    /// What is measured.
    pub name: String,
    /// What counts and what does not.
    pub definition: String,
    /// What is counted.
    pub unit: String,
    /// Which way is better.
    pub direction: Direction,
    /// What can be said of all regions together.
    pub roll_up: RollUp,
    /// Where the figures may come from.
    pub source: String,
    /// How often one may measure.
    pub frequency: String,
    /// The parts that it fits.
    pub fits: Fits,
    /// Whether it is an example of ours, not yet looked at by the ministry.
    pub is_example: bool,
    /// When a project chose it first.
    pub used_since: Option<NaiveDateTime>,
    /// When a newer edition took its place.
    pub replaced_at: Option<NaiveDateTime>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<NaiveDateTime>,
    /// When it was set.
    pub set_at: NaiveDateTime,
    /// By whom.
    pub set_by: AccountId,
    /// Counts changes.
    pub version: i32,
}

/// The words of an entry, as the coordinator sets them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Output or outcome.
    pub level: IndicatorLevel,
    /// What is measured.
    pub name: String,
    /// What counts and what does not.
    pub definition: String,
    /// What is counted.
    pub unit: String,
    /// Which way is better.
    pub direction: Direction,
    /// What can be said of all regions together.
    pub roll_up: RollUp,
    /// Where the figures may come from.
    pub source: String,
    /// How often one may measure.
    pub frequency: String,
    /// The parts that it fits.
    pub fits: Fits,
}

/// Which edition a project chose: `GESPREK/1` in what was typed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The code.
    pub code: String,
    /// The edition.
    pub edition: i32,
}

impl Fits {
    /// These parts, in their own order.
    pub fn new(mut parts: Vec<SubItem>) -> Fits {
        parts.sort_unstable();
        parts.dedup();
        let texts: Vec<&str> = parts.iter().map(|it| it.as_str()).collect();
        Fits {
            text: texts.join(" "),
            parts,
        }
    }

    fn parse(text: &str) -> Result<Fits, String> {
        let parts: Result<Vec<SubItem>, String> =
            text.split_whitespace().map(SubItem::parse).collect();
        parts.map(Fits::new)
    }

    /// The parts; none for all.
    pub fn parts(&self) -> &[SubItem] {
        &self.parts
    }

    /// In a sentence.
    pub fn shown(&self) -> String {
        if self.parts.is_empty() {
            return "alle onderdelen".to_owned();
        }
        let names: Vec<&str> = self.parts.iter().map(|it| it.label()).collect();
        names.join(", ")
    }
}

impl Entry {
    /// Its words.
    pub fn wording(&self) -> Wording {
        Wording {
            level: self.level,
            name: self.name.clone(),
            definition: self.definition.clone(),
            unit: self.unit.clone(),
            direction: self.direction,
            roll_up: self.roll_up,
            source: self.source.clone(),
            frequency: self.frequency.clone(),
            fits: self.fits.clone(),
        }
    }

    /// Whether it can be chosen.
    pub fn is_offered(&self) -> bool {
        self.replaced_at.is_none() && self.withdrawn_at.is_none()
    }

    /// How a project names it.
    pub fn link(&self) -> Link {
        Link {
            code: self.code.clone(),
            edition: self.edition,
        }
    }

    /// The fields of a project's indicator that the catalogue decides, with what stands in them.
    fn fixed(&self) -> [(&'static str, &str); 5] {
        [
            ("soort", self.level.as_str()),
            ("naam", &self.name),
            ("eenheid", &self.unit),
            ("richting", self.direction.as_str()),
            (DEFINITION_FIELD, &self.definition),
        ]
    }
}

impl Link {
    /// What stands in a project's field; nothing if that is no link.
    pub fn parse(text: &str) -> Option<Link> {
        let (code, edition) = text.rsplit_once('/')?;
        let edition: i32 = edition.parse().ok()?;
        let link = Link {
            code: code.to_owned(),
            edition,
        };
        (link.to_string() == text && 0 < edition).then_some(link)
    }

    /// As people read it.
    pub fn shown(&self) -> String {
        format!("{}, versie {}", self.code, self.edition)
    }
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.code, self.edition)
    }
}

/// The fields of a project that name an edition, with what they name.
pub fn links(answers: &Answers) -> Vec<(String, String)> {
    let end = format!(".{FIELD}");
    answers
        .starting_with(indicators::PREFIX)
        .filter(|(name, text)| name.ends_with(&end) && !text.is_empty())
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect()
}

/// Puts the words of the catalogue in the indicators that come from it, whatever stood there. False
/// if one of them is in no edition.
#[must_use]
pub fn hold(answers: &mut Answers, entries: &[Entry]) -> bool {
    for (field, text) in links(answers) {
        let link = Link::parse(&text);
        let found = entries.iter().find(|it| Some(it.link()) == link);
        let (Some(entry), Some(row)) = (found, field.strip_suffix(FIELD)) else {
            return false;
        };
        for (name, text) in entry.fixed() {
            answers.set(format!("{row}{name}"), text);
        }
    }
    true
}

/// Puts an entry in a row of the indicators, with its source and frequency to begin with.
pub fn put(answers: &mut Answers, row: u32, entry: &Entry) {
    let field = |name: &str| format!("{}{row}.{name}", indicators::PREFIX);
    answers.set(field(FIELD), entry.link().to_string());
    for (name, text) in entry.fixed() {
        answers.set(field(name), text);
    }
    answers.set(field("bron"), &*entry.source);
    answers.set(field("frequentie"), &*entry.frequency);
}

impl Label for RollUp {
    fn label(self) -> &'static str {
        match self {
            RollUp::Sum => "Optellen over regio’s",
            RollUp::Range => "Niet optellen: laagste en hoogste tonen",
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An entry with this code, name and unit.
    pub(crate) fn entry(code: &str, name: &str, unit: &str) -> Entry {
        let now = NaiveDateTime::default();
        Entry {
            id: CatalogueId::from(code),
            code: code.to_owned(),
            edition: 1,
            level: IndicatorLevel::Output,
            name: name.to_owned(),
            definition: "Wie minstens één dagdeel volgde.".to_owned(),
            unit: unit.to_owned(),
            direction: Direction::Up,
            roll_up: RollUp::Sum,
            source: "Presentielijsten".to_owned(),
            frequency: "na elke training".to_owned(),
            fits: Fits::new(vec![SubItem::Training]),
            is_example: true,
            used_since: None,
            replaced_at: None,
            withdrawn_at: None,
            set_at: now,
            set_by: AccountId::from("c"),
            version: 1,
        }
    }

    #[test]
    fn a_link_is_read_as_it_is_written() {
        let link = Link::parse("TRAIN-1/12").unwrap();
        assert_eq!((link.code.as_str(), link.edition), ("TRAIN-1", 12));
        assert_eq!(link.to_string(), "TRAIN-1/12");
        for text in [
            "",
            "TRAIN-1",
            "TRAIN-1/",
            "TRAIN-1/0",
            "TRAIN-1/01",
            "TRAIN-1/x",
        ] {
            assert_eq!(Link::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_words_of_the_catalogue_win() {
        let entries = [entry("TRAIN", "Getrainde professionals", "personen")];
        let mut answers = Answers::default()
            .with("indicator.2.catalogus", "TRAIN/1")
            .with("indicator.2.naam", "Iets anders")
            .with("indicator.2.beginstand", "12")
            .with("indicator.1.naam", "Eigen")
            .with("indicator.1.catalogus", "");
        assert!(hold(&mut answers, &entries));
        assert_eq!(answers.get("indicator.2.naam"), "Getrainde professionals");
        assert_eq!(answers.get("indicator.2.richting"), "up");
        assert_eq!(answers.get("indicator.2.beginstand"), "12");
        assert_eq!(answers.get("indicator.1.naam"), "Eigen");
        let mut unknown = Answers::default().with("indicator.1.catalogus", "TRAIN/2");
        assert!(!hold(&mut unknown, &entries));
    }

    #[test]
    fn fits_are_stored_as_they_are_read() {
        let fits = Fits::new(vec![SubItem::General, SubItem::Training]);
        assert_eq!(Fits::parse(&fits.text), Ok(fits.clone()));
        assert_eq!(fits.shown(), "Deskundigheidsbevordering, Generiek");
        assert_eq!(Fits::parse("").unwrap().shown(), "alle onderdelen");
        assert!(Fits::parse("iets").is_err());
    }
}
