//! The figures of one scenario as its page shows them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    allocation::{Input, Method},
    core::{
        category::Category,
        money::{Money, MoneyError},
    },
    scenarios::{
        counterfactual::{self, MoreRow},
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

/// What one rounding unit more for an envelope would change, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoreLine {
    /// The category.
    pub category: Category,
    /// The budget year.
    pub year: i32,
    /// How much more.
    pub by: Money,
    /// What it would change, a line each.
    pub changes: Vec<String>,
    /// The marginal project (grensproject) and how much more would have funded it.
    pub marginal: Option<Named>,
}

/// A project with its names and an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id; none if its dossier is closed to the reader.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Its region.
    pub region: String,
    /// The amount.
    pub amount: Money,
}

/// Per envelope what one rounding unit more would change and for whom.
pub fn more(division: &Division, names: &Names) -> Vec<MoreLine> {
    let line = |it: MoreRow| MoreLine {
        changes: told(&it, division, names),
        marginal: it.marginal.map(|(id, amount)| Named {
            title: names.title(&id).to_owned(),
            region: names.region_of(&id).to_owned(),
            id: (!names.is_closed(&id)).then_some(id),
            amount,
        }),
        category: it.category,
        year: it.year,
        by: it.by,
    };
    let rows = counterfactual::per_envelope(division);
    rows.into_iter().map(line).collect()
}

fn told(row: &MoreRow, division: &Division, names: &Names) -> Vec<String> {
    if !row.is_tried {
        let is_exact = division
            .input
            .categories
            .iter()
            .any(|it| it.method == Method::Exact);
        let why = if is_exact {
            "Niet uitgerekend: bij “Hoogste waarde” is elke verandering een nieuwe zoektocht, en die is hier te groot."
        } else {
            "Niet uitgerekend: er zijn te veel projecten om alles opnieuw te verdelen."
        };
        return vec![why.to_owned()];
    }
    let change = |(id, year, by): &(String, i32, Money)| {
        let (title, region) = (names.title(id), names.region_of(id));
        let (by, how) = match by.cents() < 0 {
            true => (Money::ZERO.checked_sub(*by).unwrap_or(*by), "minder"),
            false => (*by, "meer"),
        };
        format!("“{title}” ({region}) krijgt in {year} {} {how}.", euros(by))
    };
    let mut lines: Vec<String> = row.changes.iter().map(change).collect();
    match row.more {
        0 => {}
        1 => lines.push("Er verandert nog 1 bedrag.".to_owned()),
        more => lines.push(format!("Er veranderen nog {more} bedragen.")),
    }
    if lines.is_empty() {
        lines.push("Er verandert niets.".to_owned());
    }
    lines
}

/// Why the scenario cannot be adopted as it is, if so: a rule that is broken, or an envelope that
/// has too little.
pub fn obstacle(setting: &Setting, opened: &Opened) -> Option<String> {
    if opened.scenario.is_hypothetical {
        return Some(
            "Het is denkbeeldig: het verdeelt meer geld dan er vrij is. Laat eerst het plafond verhogen en maak dan een nieuw scenario."
                .to_owned(),
        );
    }
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
    let chain: Vec<String> = input
        .ties
        .iter()
        .map(|it| it.label().to_lowercase())
        .collect();
    rules.push(("Volgorde".to_owned(), chain.join(", daarna ")));
    rules.push(("Projecten van twee jaar".to_owned(), coupling(input)));
    if !input.seed.is_empty() {
        rules.push(("Zaad van de loting".to_owned(), input.seed.clone()));
    }
    rules.extend(limits(input, names));
    rules
}

fn coupling(input: &Input) -> String {
    let is_coupled = input.projects.iter().any(|it| it.coupled);
    let text = if is_coupled {
        "Krijgen in beide jaren geld, of in geen van beide."
    } else {
        "Elk jaar wordt apart verdeeld."
    };
    text.to_owned()
}

/// What applicants get at most and at least; what holds for all is said once.
fn limits(input: &Input, names: &Names) -> Vec<(String, String)> {
    let mut whose: BTreeMap<(i32, &str, Money), Vec<&str>> = BTreeMap::new();
    for (id, rule) in &input.applicants {
        let most = rule.at_most.iter().map(|it| ("Hoogstens", it));
        let least = rule.at_least.iter().map(|it| ("Minstens", it));
        for (what, (year, amount)) in most.chain(least) {
            let all = whose.entry((*year, what, *amount)).or_default();
            all.push(names.applicant(id));
        }
    }
    let everyone: BTreeSet<&str> = input
        .projects
        .iter()
        .map(|it| it.applicant.as_str())
        .collect();
    let row = |((year, what, amount), who): ((i32, &str, Money), Vec<&str>)| {
        let who = if who.len() == everyone.len() {
            "Elke aanvrager".to_owned()
        } else if 3 < who.len() {
            "De andere aanvragers".to_owned()
        } else {
            who.join(", ")
        };
        (
            format!("{who}, {year}"),
            format!("{what} {}", euros(amount)),
        )
    };
    whose.into_iter().map(row).collect()
}
