//! The figures of one scenario as its page shows them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    allocation::TieKey,
    core::{
        category::Category,
        money::{Money, MoneyError},
    },
    scenarios::{
        division::{Division, Line, Tally},
        names::Names,
        open::{Opened, Setting},
        pay,
    },
    texts::{labels::Label, money::euros, sentences},
};

/// What one category has and gets in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeRow {
    /// The category.
    pub category: Category,
    /// Its amount in this scenario.
    pub ceiling: Money,
    /// How it went.
    pub tally: Tally,
    /// What is left; below nothing where the leftover pass went over the amount.
    pub left: Money,
}

/// The categories of one year with their sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearRows {
    /// The budget year.
    pub year: i32,
    /// Its categories.
    pub rows: Vec<EnvelopeRow>,
    /// What the scenario leaves to no category; only the leftover pass can spend it.
    pub unassigned: Option<Money>,
    /// What can be spent: the amounts and what is unassigned.
    pub ceiling: Money,
    /// The sum of the rows.
    pub tally: Tally,
    /// The sum of what is left.
    pub left: Money,
}

/// What one region gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionRow {
    /// CBS code of its lead.
    pub applicant: String,
    /// Its name.
    pub name: String,
    /// How it went.
    pub tally: Tally,
    /// Which part of what is eligible it gets, as `71,6 %`.
    pub share: String,
}

/// What one project gets in a year, with its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// The amounts.
    pub line: Line,
    /// The project's title.
    pub title: String,
    /// Its region.
    pub region: String,
    /// Its category, in words.
    pub category: String,
    /// Its score, as `7,50`.
    pub score: String,
    /// Why.
    pub reason: String,
}

/// What is shown of the lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this applicant, if named.
    pub applicant: String,
    /// Only of this category, if named.
    pub category: String,
}

/// Per year and category: amount, eligible, divided, left.
pub fn years(division: &Division) -> Result<Vec<YearRows>, MoneyError> {
    division
        .input
        .years
        .iter()
        .map(|it| year_rows(division, *it))
        .collect()
}

fn year_rows(division: &Division, year: i32) -> Result<YearRows, MoneyError> {
    let mut rows = Vec::new();
    for rule in &division.input.categories {
        let (Ok(category), Some(ceiling)) = (Category::parse(&rule.id), rule.amounts.get(&year))
        else {
            continue;
        };
        let tally = division.tally(|it| it.year == year && it.category == rule.id)?;
        rows.push(EnvelopeRow {
            category,
            ceiling: *ceiling,
            left: ceiling.checked_sub(tally.awarded)?,
            tally,
        });
    }
    let assigned = Money::sum(rows.iter().map(|it| it.ceiling))?;
    let ceiling = division.input.ceilings.get(&year).copied();
    let ceiling = ceiling.unwrap_or(assigned);
    let unassigned = ceiling.checked_sub(assigned)?;
    let tally = division.tally(|it| it.year == year)?;
    Ok(YearRows {
        year,
        unassigned: (!unassigned.is_zero()).then_some(unassigned),
        left: ceiling.checked_sub(tally.awarded)?,
        rows,
        ceiling,
        tally,
    })
}

/// Per region, by name.
pub fn regions(division: &Division, names: &Names) -> Result<Vec<RegionRow>, MoneyError> {
    let applicants: BTreeSet<&str> = division
        .lines
        .iter()
        .map(|it| it.applicant.as_str())
        .collect();
    let row = |applicant: &str| -> Result<RegionRow, MoneyError> {
        let tally = division.tally(|it| it.applicant == applicant)?;
        Ok(RegionRow {
            applicant: applicant.to_owned(),
            name: names.applicant(applicant).to_owned(),
            share: share(tally.awarded, tally.eligible),
            tally,
        })
    };
    let mut rows: Vec<RegionRow> = applicants.into_iter().map(row).collect::<Result<_, _>>()?;
    rows.sort_by(|a, b| (&a.name, &a.applicant).cmp(&(&b.name, &b.applicant)));
    Ok(rows)
}

/// The lines that the filter lets through, by region and title.
pub fn lines(division: &Division, names: &Names, filter: &Filter) -> Vec<LineRow> {
    let is_shown = |it: &&Line| {
        (filter.applicant.is_empty() || it.applicant == filter.applicant)
            && (filter.category.is_empty() || it.category == filter.category)
    };
    let mut rows: Vec<LineRow> = division
        .lines
        .iter()
        .filter(is_shown)
        .map(|it| line_row(it, names))
        .collect();
    rows.sort_by(|a, b| {
        let key = |it: &LineRow| (it.region.clone(), it.title.clone(), it.line.project.clone());
        (key(a), a.line.year).cmp(&(key(b), b.line.year))
    });
    rows
}

fn line_row(line: &Line, names: &Names) -> LineRow {
    let is_closed = names.is_closed(&line.project);
    LineRow {
        title: names.title(&line.project).to_owned(),
        region: names.region_of(&line.project).to_owned(),
        category: category(&line.category),
        score: line.score.replace('.', ","),
        reason: if is_closed {
            String::new()
        } else {
            line.reason.clone()
        },
        line: line.clone(),
    }
}

/// A category in words.
pub fn category(id: &str) -> String {
    Category::parse(id).map_or_else(|_| id.to_owned(), |it| it.label().to_owned())
}

/// A part as a percentage with one decimal, rounded down: a share is never shown larger than it is.
pub fn share(part: Money, whole: Money) -> String {
    let thousandths = thousandths(part, whole);
    format!("{},{} %", thousandths / 10, thousandths % 10)
}

/// A part in thousandths of the whole, rounded down; 0 of nothing.
pub fn thousandths(part: Money, whole: Money) -> i64 {
    if whole.cents() <= 0 {
        return 0;
    }
    let part = i128::from(part.cents()).saturating_mul(1_000);
    i64::try_from(part / i128::from(whole.cents())).unwrap_or_default()
}

/// Why the scenario cannot be adopted as it is, if so: a rule that is broken, or an envelope that
/// has too little.
pub fn obstacle(setting: &Setting, opened: &Opened) -> Option<String> {
    if let Some(rule) = opened.division.broken_rule() {
        return Some(setting.names.in_sentence(&rule));
    }
    let kind = setting.round.window.kind;
    let short = pay::payers(&opened.division.lines, &setting.pots, kind).err()?;
    let said = sentences::said(&short.into());
    Some(format!(
        "{} Laat het verschil eerst overhevelen uit een andere envelop van hetzelfde jaar, of verlaag bedragen met de hand.",
        said.message
    ))
}

/// The rules that were used, in words.
pub fn rules(division: &Division, names: &Names) -> Vec<(String, String)> {
    let input = &division.input;
    let mut rules: Vec<(String, String)> = input
        .categories
        .iter()
        .map(|it| {
            let mode = it.mode.label();
            let (method, meaning) = (it.method.label(), it.method.meaning());
            (
                category(&it.id),
                format!("{method} ({}). {meaning}", mode.to_lowercase()),
            )
        })
        .collect();
    let leftover = if input.leftover {
        "Gaat naar projecten die nog niets hebben, op volgorde van score. Geoormerkt geld blijft waar het is."
    } else {
        "Blijft over."
    };
    rules.push(("Wat overblijft".to_owned(), leftover.to_owned()));
    rules.push((
        "Afronding".to_owned(),
        format!(
            "Op {}, grootste rest eerst. Een bedrag dat met de hand is gewijzigd wordt niet afgerond.",
            euros(input.rounding)
        ),
    ));
    let chain: Vec<&str> = input.ties.iter().map(|it| tie(*it)).collect();
    rules.push(("Volgorde".to_owned(), chain.join(", daarna ")));
    if !input.seed.is_empty() {
        rules.push(("Zaad van de loting".to_owned(), input.seed.clone()));
    }
    let limits: BTreeMap<(&str, i32), Money> = input
        .applicants
        .iter()
        .flat_map(|(id, rule)| {
            rule.at_most
                .iter()
                .map(|(year, it)| ((id.as_str(), *year), *it))
        })
        .collect();
    for ((id, year), most) in limits {
        rules.push((
            format!("{}, {year}", names.applicant(id)),
            format!("Hoogstens {}", euros(most)),
        ));
    }
    rules
}

fn tie(key: TieKey) -> &'static str {
    match key {
        TieKey::Score => "de hoogste score",
        TieKey::AmountAscending => "het laagste bedrag",
        TieKey::Lottery => "loting",
    }
}
