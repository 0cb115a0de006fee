//! The decision letter (beschikking) as data: everything it says, nothing it has to look up.
//!
//! A letter is made once, stored as it is, and printed from what is stored: [`LetterView`] as HTML,
//! [`super::letter_pdf`] as PDF. It is never edited; a mistake is put right by a new letter (Awb 2:12).
//! [`sha256`] proves that a stored letter is the one that was sent.

use askama::Template;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    amendments::{self, letter::AmendmentLetter},
    letter_check::LetterError,
    letter_text::{Block, LetterText},
    outcome::Outcome,
};
use crate::core::{category::Category, money::Money};

/// The version of the wording that new letters are made with.
pub const TEMPLATE_VERSION: u16 = 1;

/// One decision letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// The version of the wording; always [`TEMPLATE_VERSION`] in a new letter.
    pub template_version: u16,
    /// Whether the letter belongs to an invented scheme; then every page says so.
    pub example: bool,
    /// Our reference (kenmerk).
    pub reference: String,
    /// The date the letter bears (dagtekening).
    pub letter_date: NaiveDate,
    /// Who writes.
    pub sender: Sender,
    /// Who is written to.
    pub addressee: Addressee,
    /// What the letter is about; its title.
    pub subject: String,
    /// The application that is decided on.
    pub application: ApplicationReference,
    /// What is decided.
    pub outcome: Outcome,
    /// What the decision rests on (Awb 3:47).
    pub scheme: SchemeCitation,
    /// The budget years, one or two, ascending.
    pub years: Vec<u16>,
    /// The projects, in the order of the application.
    pub projects: Vec<ProjectLine>,
    /// The sums of the projects, one per year.
    pub totals: Vec<YearAmount>,
    /// The unit to which every amount was rounded down, where an award in full is less than was
    /// asked only by that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounded_to: Option<Money>,
    /// The reasons for the decision as a whole, a paragraph each (Awb 3:46).
    pub reasons: Vec<String>,
    /// The conditions of the award, a sentence or two each.
    pub conditions: Vec<String>,
    /// What is paid and when (Awb 4:86 and 4:87).
    pub payments: Vec<PaymentLine>,
    /// The condition that the budget of a coming year brings the money (begrotingsvoorbehoud).
    pub budget_proviso: Option<BudgetProviso>,
    /// The reserve that a later round hands out.
    pub top_up: Option<TopUp>,
    /// How to object (Awb 3:45).
    pub objection: ObjectionClause,
    /// On whose behalf the letter is signed, and by whom (Awb 10:10).
    pub mandate: Mandate,
}

/// Who writes the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The ministry, printed as the word mark.
    pub organisation: String,
    /// The part of the ministry.
    pub department: String,
    /// Postal address and ways to reach it, a line each.
    pub address: Vec<String>,
}

/// The municipality that applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    /// Its name, without the word "gemeente".
    pub municipality: String,
    /// The name of its region, without the word "regio".
    pub region: String,
    /// Postal address, a line each.
    pub address: Vec<String>,
}

/// The application that is decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationReference {
    /// Its number.
    pub reference: String,
    /// The day it was received.
    pub received_on: NaiveDate,
}

/// What the decision rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemeCitation {
    /// Citation title of the scheme.
    pub title: String,
    /// Where it was published: "Stcrt. 2022, 19011".
    pub gazette: String,
    /// Its articles that carry this decision: "artikel 2, eerste lid"; may be none, then the scheme
    /// as a whole is named (Awb 3:47: the provision is named where that can be done).
    pub articles: Vec<String>,
    /// Articles of the Awb that carry it: only those that the scheme declares applicable, or that
    /// always apply.
    pub awb_articles: Vec<String>,
}

/// What was asked and awarded for one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearAmount {
    /// Asked.
    pub requested: Money,
    /// Awarded; never more than asked.
    pub awarded: Money,
}

/// One project: what it asked, what it gets, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectLine {
    /// Its title.
    pub title: String,
    /// Its category.
    pub category: Category,
    /// One per year of [`Letter::years`].
    pub amounts: Vec<YearAmount>,
    /// Why it gets what it gets: the sentence of the allocation's trace.
    pub reason: String,
}

/// One advance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentLine {
    /// The budget year that pays.
    pub year: u16,
    /// When it is paid.
    pub term: PaymentTerm,
    /// How much.
    pub amount: Money,
}

/// When an advance is paid at the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentTerm {
    /// So many weeks after the notification of the decision; six by law (Awb 4:87).
    WeeksAfterNotification(u8),
    /// On this day at the latest.
    OnOrBefore(NaiveDate),
}

/// The budget proviso of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetProviso {
    /// The year whose budget is not adopted yet.
    pub year: u16,
    /// "artikel 4:34 van de Algemene wet bestuursrecht", where that is declared applicable; then the
    /// letter also says that the proviso lapses four weeks after the budget is adopted.
    pub article: Option<String>,
}

/// The reserve that a later round hands out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopUp {
    /// The year it belongs to.
    pub year: u16,
    /// How much is kept back, for all municipalities together.
    pub reserve: Money,
}

/// How to object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionClause {
    /// The last day of the term: `core::calendar::last_day(notification, 42)`.
    pub last_day: NaiveDate,
    /// To whom and where, a line each.
    pub address: Vec<String>,
    /// The page where one can object online.
    pub online: Option<String>,
}

/// On whose behalf the letter is signed, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// "De Minister van Justitie en Veiligheid".
    pub minister: String,
    /// "de Minister van Sociale Zaken en Werkgelegenheid", where prevention is decided on.
    pub jointly_with: Option<String>,
    /// Who signs.
    pub name: String,
    /// In which office.
    pub office: String,
}

/// The SHA-256 of a letter in canonical JSON (RFC 8785), in lower-case hexadecimals.
pub fn sha256(letter: &impl Serialize) -> Result<String, LetterError> {
    let bytes = serde_json_canonicalizer::to_vec(letter)?;
    Ok(Sha256::digest(bytes)
        .iter()
        .map(|it| format!("{it:02x}"))
        .collect())
}

/// A letter as an `<article>` to put in a page: its headings start at level two, and it has no ids.
/// In another template `{{ letter }}` prints it, unescaped.
#[derive(Template)]
#[template(path = "letters/beschikking.html")]
pub struct LetterView {
    text: LetterText,
}

impl LetterView {
    /// The view of a letter that passes [`Letter::check`].
    pub fn of(letter: &Letter) -> Result<LetterView, LetterError> {
        Ok(LetterView {
            text: LetterText::of(letter)?,
        })
    }

    /// The view of the letter of a change, if it passes [`AmendmentLetter::check`].
    pub fn of_amendment(letter: &AmendmentLetter) -> Result<LetterView, LetterError> {
        Ok(LetterView {
            text: amendments::letter_text::text(letter)?,
        })
    }
}

impl askama::filters::HtmlSafe for LetterView {}

#[cfg(test)]
pub(super) mod tests {
    use html5ever::{driver::ParseOpts, parse_document, tendril::TendrilSink};
    use markup5ever_rcdom::{Handle, NodeData, RcDom};

    use super::*;

    /// The stored letters that the tests print, one per kind.
    pub(in crate::decisions) fn samples() -> Vec<Letter> {
        [
            include_str!("../../tests/data/letters/awarded_example.json"),
            include_str!("../../tests/data/letters/partially_awarded.json"),
            include_str!("../../tests/data/letters/rejected.json"),
            include_str!("../../tests/data/letters/not_treated.json"),
        ]
        .iter()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect()
    }

    pub(in crate::decisions) fn partial_award() -> Letter {
        samples().swap_remove(1)
    }

    /// The words of one letter of each kind.
    pub(in crate::decisions) fn texts() -> Vec<LetterText> {
        let decisions = samples().into_iter().map(|it| LetterText::of(&it).unwrap());
        let amended = amendments::letter::tests::sample();
        let amended = amendments::letter_text::text(&amended).unwrap();
        decisions.chain([amended]).collect()
    }

    /// Every text a letter prints, without spaces, so that line breaks do not matter.
    pub(in crate::decisions) fn printed_texts(text: &LetterText) -> Vec<String> {
        fn collect(value: &serde_json::Value, into: &mut Vec<String>) {
            match value {
                serde_json::Value::String(it) => into.push(squeezed(it)),
                serde_json::Value::Array(all) => all.iter().for_each(|it| collect(it, into)),
                serde_json::Value::Object(all) => all
                    .iter()
                    .filter(|(key, _)| !["kind", "date"].contains(&key.as_str()))
                    .for_each(|(_, it)| collect(it, into)),
                _ => {}
            }
        }
        let mut texts = Vec::new();
        let text = serde_json::to_value(text).unwrap();
        collect(&text, &mut texts);
        assert!(20 < texts.len());
        texts
    }

    /// Without spaces and hyphens.
    pub(in crate::decisions) fn squeezed(text: &str) -> String {
        text.chars()
            .filter(|it| !it.is_whitespace() && !['-', '\u{ad}', '\u{200b}'].contains(it))
            .collect()
    }

    /// The text of an HTML fragment; panics on the first parse error.
    fn strict_text(fragment: &str) -> String {
        fn collect(node: &Handle, into: &mut String) {
            if let NodeData::Text { contents } = &node.data {
                into.push_str(&contents.borrow());
            }
            for child in node.children.borrow().iter() {
                collect(child, into);
            }
        }
        let page = format!("<!DOCTYPE html><html lang=\"nl\"><title>t</title><body>{fragment}");
        let mut options = ParseOpts::default();
        options.tokenizer.exact_errors = true;
        options.tree_builder.exact_errors = true;
        let dom = parse_document(RcDom::default(), options).one(page);
        assert_eq!(*dom.errors.borrow(), Vec::<std::borrow::Cow<str>>::new());
        let mut text = String::new();
        collect(&dom.document, &mut text);
        squeezed(&text)
    }

    #[test]
    fn the_html_is_strict_and_says_every_word_of_the_letter() {
        for text in texts() {
            let (reference, words) = (text.reference.clone(), printed_texts(&text));
            let html = LetterView { text }.render().unwrap();
            assert!(!html.contains("style="));
            let text = strict_text(&html);
            for expected in words {
                assert!(text.contains(&expected), "{expected} in {reference}");
            }
        }
    }

    #[test]
    fn html_in_the_data_stays_text() {
        let mut letter = partial_award();
        letter.subject = "Besluit <script>alert(1)</script> & meer".to_owned();
        let html = LetterView::of(&letter).unwrap().render().unwrap();
        assert!(!html.contains("<script"));
        assert!(strict_text(&html).contains("<script>alert(1)</script>&meer"));
    }

    #[test]
    fn a_letter_survives_storage_and_its_hash_tells_a_change_of_one_cent() {
        for letter in samples() {
            let stored = serde_json::to_string(&letter).unwrap();
            let read: Letter = serde_json::from_str(&stored).unwrap();
            assert_eq!(read, letter);
            assert_eq!(sha256(&read).unwrap(), sha256(&letter).unwrap());
        }
        let letter = partial_award();
        let mut changed = letter.clone();
        changed.payments[0].amount = Money::from_cents(letter.payments[0].amount.cents() - 1);
        assert_ne!(sha256(&changed).unwrap(), sha256(&letter).unwrap());
        assert_eq!(
            sha256(&letter).unwrap(),
            "d4fb025658faee0ae99440f2962b295000e983313b8890c12a46b4a760d7a2ae"
        );
    }
}
