//! The words of a letter, made once for both of its forms.
//!
//! HTML and PDF must say the same, so the sentences stand here and the two templates in
//! `templates/letters` hold only structure. A change of wording is a new template version.

use std::iter::once;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Serialize;

use super::{
    letter::{
        Addressee, BudgetProviso, Letter, Mandate, ObjectionClause, PaymentTerm, SchemeCitation,
        Sender, YearAmount,
    },
    letter_check::LetterError,
    outcome::Outcome,
};
use crate::core::{category::Category, money::Money};

/// What a letter of an example scheme says of itself.
pub(super) const EXAMPLE: &str =
    "Deze brief hoort bij een verzonnen regeling. U kunt er geen rechten aan ontlenen.";
/// How a letter begins.
pub(super) const SALUTATION: &str = "Geacht college,";

/// Everything a template prints, in the order of the letter.
#[derive(Debug, Serialize)]
pub(super) struct LetterText {
    pub reference: String,
    /// The letter date, for the document's properties.
    pub date: NaiveDate,
    /// Printed above everything, and on every page, of a letter of an example scheme.
    pub example: Option<&'static str>,
    pub organisation: String,
    pub department: String,
    /// The line above the address: where to send back.
    pub return_address: String,
    pub addressee: Vec<String>,
    pub facts: Vec<Fact>,
    pub subject: String,
    pub salutation: &'static str,
    pub opening: Vec<String>,
    pub sections: Vec<Section>,
    pub capacity: Vec<String>,
    pub signatory: [String; 2],
    /// Stands below the signature, so that a signature is never alone on a page.
    pub objection: Section,
}

/// A label and its value.
#[derive(Debug, Serialize)]
pub(super) struct Fact {
    pub label: &'static str,
    pub value: String,
}

/// A heading and what stands below it.
#[derive(Debug, Serialize)]
pub(super) struct Section {
    pub title: String,
    pub blocks: Vec<Block>,
}

/// One thing below a heading.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub(super) enum Block {
    /// The decision itself, set in bold.
    Decision(String),
    Paragraph(String),
    List(Vec<String>),
    /// Lines that belong together, as an address.
    Lines(Vec<String>),
    /// Reasons per project; numbered as the rows of the table.
    Reasons(Vec<Reason>),
    Amounts(AmountTable),
    Payments(PaymentTable),
}

#[derive(Debug, Serialize)]
pub(super) struct Reason {
    pub title: String,
    pub reason: String,
}

/// Two amounts per project and year, such as asked and awarded; each row has two cells per year.
#[derive(Debug, Serialize)]
pub(super) struct AmountTable {
    pub caption: &'static str,
    /// What the two amounts are.
    pub columns: [&'static str; 2],
    pub years: Vec<u16>,
    pub rows: Vec<AmountRow>,
    pub totals: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct AmountRow {
    pub number: usize,
    pub title: String,
    pub category: &'static str,
    pub cells: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct PaymentTable {
    pub caption: &'static str,
    /// Year, term, amount.
    pub rows: Vec<[String; 3]>,
    pub total: String,
}

impl LetterText {
    /// The words of a letter that passes its check.
    pub(super) fn of(letter: &Letter) -> Result<LetterText, LetterError> {
        letter.check()?;
        Ok(LetterText {
            reference: letter.reference.clone(),
            date: letter.letter_date,
            example: letter.example.then_some(EXAMPLE),
            organisation: letter.sender.organisation.clone(),
            department: letter.sender.department.clone(),
            return_address: return_address(&letter.sender),
            addressee: addressee(&letter.addressee),
            facts: facts(letter),
            subject: letter.subject.clone(),
            salutation: SALUTATION,
            opening: opening(letter),
            sections: sections(letter)?,
            capacity: capacity(&letter.mandate),
            signatory: [letter.mandate.name.clone(), letter.mandate.office.clone()],
            objection: objection(&letter.objection, &letter.reference),
        })
    }
}

pub(super) fn return_address(sender: &Sender) -> String {
    format!("Retouradres: {}", sender.address.join(", "))
}

pub(super) fn addressee(it: &Addressee) -> Vec<String> {
    [
        "College van burgemeester en wethouders".to_owned(),
        format!("van de gemeente {}", it.municipality),
    ]
    .into_iter()
    .chain(it.address.iter().cloned())
    .collect()
}

fn facts(letter: &Letter) -> Vec<Fact> {
    let fact = |label, value: String| Fact { label, value };
    vec![
        fact("Datum", date(letter.letter_date)),
        fact("Ons kenmerk", letter.reference.clone()),
        fact("Uw aanvraag", letter.application.reference.clone()),
        fact("Regio", letter.addressee.region.clone()),
    ]
}

fn opening(letter: &Letter) -> Vec<String> {
    vec![format!(
        "Op {} ontvingen wij uw aanvraag {} voor de regio {}. U vroeg een bijdrage voor {}. In deze brief leest u \
         wat wij hebben besloten en waarom.",
        weekday_date(letter.application.received_on),
        letter.application.reference,
        letter.addressee.region,
        joined(letter.years.iter().map(u16::to_string)),
    )]
}

fn sections(letter: &Letter) -> Result<Vec<Section>, LetterError> {
    let sections = [
        Some(decision(letter)?),
        amounts(letter),
        Some(reasons(letter)),
        conditions(letter),
        payments(letter)?,
        budget_proviso(letter.budget_proviso.as_ref()),
        top_up(letter),
    ];
    Ok(sections.into_iter().flatten().collect())
}

fn decision(letter: &Letter) -> Result<Section, LetterError> {
    let requested = letter.total(|it| it.requested)?;
    let awarded = letter.total(|it| it.awarded)?;
    let gets = per_year(
        &letter.years,
        letter.totals.iter().map(|it| it.awarded),
        awarded,
    );
    let sentence = match letter.outcome {
        Outcome::Awarded => match letter.rounded_to {
            Some(unit) => format!(
                "Wij kennen uw aanvraag toe. {gets} Dat is wat u vroeg, per project en jaar naar beneden afgerond op {}.",
                unit_of(unit)
            ),
            None => format!("Wij kennen uw aanvraag toe. {gets}"),
        },
        Outcome::PartiallyAwarded => format!(
            "Wij kennen uw aanvraag voor een deel toe. {gets} U vroeg {}. Het verschil van {} wijzen wij af.",
            euros(requested),
            euros(requested.checked_sub(awarded)?),
        ),
        Outcome::Rejected => format!(
            "Wij wijzen uw aanvraag af. U vroeg {}. U krijgt geen bijdrage voor {}.",
            euros(requested),
            joined(letter.years.iter().map(u16::to_string)),
        ),
        Outcome::NotTreated => {
            "Wij stellen uw aanvraag buiten behandeling. Dat betekent dat wij de inhoud niet \
             hebben beoordeeld. U krijgt geen bijdrage."
                .to_owned()
        }
    };
    let blocks = once(Block::Decision(sentence))
        .chain(once(Block::Paragraph(legal_basis(&letter.scheme))))
        .chain(jointly_with(&letter.mandate));
    Ok(section("Ons besluit", blocks))
}

/// With whom prevention is decided on.
pub(super) fn jointly_with(mandate: &Mandate) -> Option<Block> {
    let with = mandate.jointly_with.as_ref()?;
    Some(Block::Paragraph(format!(
        "Over de projecten voor preventie besluiten wij mede namens {with}."
    )))
}

/// "U krijgt € 1,00 voor 2027 en € 2,00 voor 2028. Samen is dat € 3,00."
pub(super) fn per_year(
    years: &[u16],
    amounts: impl Iterator<Item = Money>,
    total: Money,
) -> String {
    let parts = years.iter().zip(amounts);
    let parts = parts.map(|(year, amount)| format!("{} voor {year}", euros(amount)));
    let together = if years.len() == 1 {
        String::new()
    } else {
        format!(" Samen is dat {}.", euros(total))
    };
    format!("U krijgt {}.{together}", joined(parts))
}

pub(super) fn legal_basis(scheme: &SchemeCitation) -> String {
    let awb = if scheme.awb_articles.is_empty() {
        String::new()
    } else {
        format!(
            ", en op {} van de Algemene wet bestuursrecht",
            articles(&scheme.awb_articles)
        )
    };
    let of_scheme = if scheme.articles.is_empty() {
        String::new()
    } else {
        format!("{} van ", articles(&scheme.articles))
    };
    format!(
        "Dit besluit berust op {of_scheme}de regeling “{}” ({}){awb}.",
        scheme.title, scheme.gazette,
    )
}

/// "artikel 2, artikel 3, eerste lid, en artikel 6": an article with a comma inside is closed by one.
fn articles(articles: &[String]) -> String {
    let closed = articles.iter().map(|it| {
        if it.contains(',') {
            format!("{it},")
        } else {
            it.clone()
        }
    });
    joined(closed).replace(",,", ",")
}

fn amounts(letter: &Letter) -> Option<Section> {
    let cells = |amounts: &[YearAmount]| {
        amounts
            .iter()
            .flat_map(|it| [amount(it.requested), amount(it.awarded)])
            .collect()
    };
    let rows = letter.projects.iter().zip(1..);
    let table = AmountTable {
        caption: "Gevraagd en toegekend per project, in euro",
        columns: ["Gevraagd", "Toegekend"],
        years: letter.years.clone(),
        rows: rows
            .map(|(it, number)| AmountRow {
                number,
                title: it.title.clone(),
                category: category(it.category),
                cells: cells(&it.amounts),
            })
            .collect(),
        totals: cells(&letter.totals),
    };
    (!letter.projects.is_empty())
        .then(|| section("Bedragen per project", once(Block::Amounts(table))))
}

fn reasons(letter: &Letter) -> Section {
    let reasons = letter.projects.iter().map(|it| Reason {
        title: it.title.clone(),
        reason: it.reason.clone(),
    });
    let per_project = (!letter.projects.is_empty()).then(|| Block::Reasons(reasons.collect()));
    let general = letter.reasons.iter().cloned().map(Block::Paragraph);
    section("Waarom wij dit besluiten", general.chain(per_project))
}

fn conditions(letter: &Letter) -> Option<Section> {
    let intro = Block::Paragraph("Voor de bijdrage gelden deze voorwaarden:".to_owned());
    let blocks = [intro, Block::List(letter.conditions.clone())];
    (!letter.conditions.is_empty()).then(|| section("Voorwaarden", blocks))
}

fn payments(letter: &Letter) -> Result<Option<Section>, LetterError> {
    if letter.payments.is_empty() {
        return Ok(None);
    }
    let rows = letter.payments.iter();
    let table = PaymentTable {
        caption: "Voorschotten, in euro",
        rows: rows
            .map(|it| [it.year.to_string(), term(it.term), amount(it.amount)])
            .collect(),
        total: amount(Money::sum(letter.payments.iter().map(|it| it.amount))?),
    };
    let intro = "Wij betalen de bijdrage als voorschot. U hoeft daarvoor niets te doen. Na afloop stellen wij vast \
                 op welk bedrag u definitief recht hebt.";
    let blocks = [Block::Paragraph(intro.to_owned()), Block::Payments(table)];
    Ok(Some(section("Betaling", blocks)))
}

pub(super) fn budget_proviso(proviso: Option<&BudgetProviso>) -> Option<Section> {
    let proviso = proviso?;
    let year = proviso.year;
    let (article, lapse) = match &proviso.article {
        Some(article) => (
            format!(" ({article})"),
            " Deze voorwaarde vervalt als wij er niet binnen vier weken na de vaststelling van de begroting een \
             beroep op doen.",
        ),
        None => (String::new(), ""),
    };
    let text = format!(
        "De begroting voor {year} is nog niet vastgesteld. Wij kennen het bedrag voor {year} toe onder de voorwaarde \
         dat op die begroting genoeg geld beschikbaar komt{article}.{lapse}"
    );
    let block = once(Block::Paragraph(text));
    Some(section(format!("Voorbehoud voor {year}"), block))
}

fn top_up(letter: &Letter) -> Option<Section> {
    let top_up = letter.top_up.as_ref()?;
    let text = format!(
        "Van het geld voor {} houden wij {} apart voor een aanvullende ronde, voor alle gemeenten samen. U krijgt \
         bericht als u daarvoor een aanvraag kunt indienen. Het is niet zeker dat u in die ronde geld krijgt.",
        top_up.year,
        euros(top_up.reserve),
    );
    Some(section("Aanvullende ronde", once(Block::Paragraph(text))))
}

pub(super) fn capacity(mandate: &Mandate) -> Vec<String> {
    once(format!("{},", mandate.minister))
        .chain(
            mandate
                .jointly_with
                .as_ref()
                .map(|it| format!("mede namens {it},")),
        )
        .chain(once("namens deze,".to_owned()))
        .collect()
}

pub(super) fn objection(clause: &ObjectionClause, reference: &str) -> Section {
    let paragraph = |it: String| Block::Paragraph(it);
    let term = format!(
        "Bent u het niet eens met dit besluit? Dan kunt u bezwaar maken. Dat kan ieder van wie het belang \
         rechtstreeks bij dit besluit is betrokken. De termijn is zes weken en begint op de dag na de bekendmaking \
         van dit besluit. Wij moeten uw bezwaarschrift uiterlijk op {} hebben ontvangen. Stuurt u het per post? Dan \
         bent u ook op tijd als u het uiterlijk op die dag op de post doet en wij het binnen een week daarna \
         ontvangen. Ook als u bezwaar maakt, geldt dit besluit zolang wij niet anders beslissen.",
        weekday_date(clause.last_day),
    );
    let contents = vec![
        "uw naam en adres;".to_owned(),
        "de datum van uw bezwaarschrift;".to_owned(),
        format!(
            "tegen welk besluit u bezwaar maakt: noem het kenmerk {reference} en de datum van deze brief;"
        ),
        "waarom u het niet eens bent met het besluit;".to_owned(),
        "uw handtekening.".to_owned(),
    ];
    let online = clause.online.as_ref().map(|it| {
        paragraph(format!(
            "U kunt ook online bezwaar maken, op {it}. Dan is een handtekening op papier niet nodig."
        ))
    });
    let blocks = [
        paragraph(term),
        paragraph("Zet in uw bezwaarschrift:".to_owned()),
        Block::List(contents),
    ];
    let blocks = blocks.into_iter().chain(where_to(&clause.address));
    section("Bezwaar maken", blocks.chain(online))
}

/// An address has several lines; a single one is a sentence that says where.
fn where_to(address: &[String]) -> Vec<Block> {
    match address {
        [sentence] => vec![Block::Paragraph(sentence.clone())],
        lines => vec![
            Block::Paragraph("Stuur het naar:".to_owned()),
            Block::Lines(lines.to_vec()),
        ],
    }
}

pub(super) fn section(
    title: impl Into<String>,
    blocks: impl IntoIterator<Item = Block>,
) -> Section {
    Section {
        title: title.into(),
        blocks: blocks.into_iter().collect(),
    }
}

fn term(term: PaymentTerm) -> String {
    match term {
        PaymentTerm::WeeksAfterNotification(weeks) => {
            format!("binnen {weeks} weken na de bekendmaking van dit besluit")
        }
        PaymentTerm::OnOrBefore(day) => format!("uiterlijk op {}", date(day)),
    }
}

/// "a, b en c".
pub(super) fn joined(parts: impl IntoIterator<Item = String>) -> String {
    let mut parts: Vec<String> = parts.into_iter().collect();
    let last = parts.pop().unwrap_or_default();
    if parts.is_empty() {
        last
    } else {
        format!("{} en {last}", parts.join(", "))
    }
}

pub(super) fn category(category: Category) -> &'static str {
    match category {
        Category::Baseline => "Basis op orde",
        Category::Prevention => "Preventie",
        Category::OneYear => "Eenjarig flexibel",
    }
}

/// "€ 1.234,50", with a space that does not break.
pub(super) fn euros(money: Money) -> String {
    format!("€\u{a0}{}", amount(money))
}

/// "€ 10", or "€ 0,50" where there are cents.
fn unit_of(unit: Money) -> String {
    let text = euros(unit);
    text.strip_suffix(",00").unwrap_or(&text).to_owned()
}

/// "1.234,50"; a minus is U+2212.
pub(super) fn amount(money: Money) -> String {
    let plain = money.to_string();
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => ("\u{2212}", rest),
        None => ("", plain.as_str()),
    };
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
    let grouped: String = whole
        .char_indices()
        .flat_map(|(at, digit)| {
            let group = 0 < at && (whole.len().saturating_sub(at)).is_multiple_of(3);
            group.then_some('.').into_iter().chain(once(digit))
        })
        .collect();
    format!("{sign}{grouped},{cents}")
}

/// "9 december 2026".
pub(super) fn date(date: NaiveDate) -> String {
    let month = match date.month() {
        1 => "januari",
        2 => "februari",
        3 => "maart",
        4 => "april",
        5 => "mei",
        6 => "juni",
        7 => "juli",
        8 => "augustus",
        9 => "september",
        10 => "oktober",
        11 => "november",
        _ => "december",
    };
    format!("{} {month} {}", date.day(), date.year())
}

/// "woensdag 9 december 2026".
pub(super) fn weekday_date(day: NaiveDate) -> String {
    let weekday = match day.weekday() {
        Weekday::Mon => "maandag",
        Weekday::Tue => "dinsdag",
        Weekday::Wed => "woensdag",
        Weekday::Thu => "donderdag",
        Weekday::Fri => "vrijdag",
        Weekday::Sat => "zaterdag",
        Weekday::Sun => "zondag",
    };
    format!("{weekday} {}", date(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_the_dutch_way() {
        for (cents, text) in [
            (0, "€\u{a0}0,00"),
            (5, "€\u{a0}0,05"),
            (99_999, "€\u{a0}999,99"),
            (123_450, "€\u{a0}1.234,50"),
            (700_000_000, "€\u{a0}7.000.000,00"),
            (-123_450, "€\u{a0}\u{2212}1.234,50"),
        ] {
            assert_eq!(euros(Money::from_cents(cents)), text);
        }
    }

    #[test]
    fn dates_are_written_in_full() {
        let day = NaiveDate::from_ymd_opt(2027, 1, 19).unwrap();
        assert_eq!(weekday_date(day), "dinsdag 19 januari 2027");
    }
}
