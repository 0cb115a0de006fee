//! The figures of one scenario as its page shows them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    allocation::{ApplicantRule, Input, Method},
    core::{
        category::{Category, EnvelopeMode},
        money::{Money, MoneyError},
    },
    scenarios::{
        counterfactual::{self, MoreRow},
        division::{Division, Line, Tally},
        freed::{self, Fits},
        names::Names,
        open::{Opened, Setting},
        pay,
    },
    texts::{labels::Label, money::euros},
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
    /// What it gets of its own amount.
    pub awarded: Money,
    /// What is left of its own amount, after what others got of what was left over.
    pub left: Money,
}

/// What categories got above their own amount, of what others left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfOthers {
    /// The sum.
    pub awarded: Money,
    /// How much each got.
    pub each: Vec<(Category, Money)>,
}

/// The categories of one year with their sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearRows {
    /// The budget year.
    pub year: i32,
    /// Its categories.
    pub rows: Vec<EnvelopeRow>,
    /// What categories got of what was left over; none if nothing.
    pub of_others: Option<OfOthers>,
    /// What the scenario leaves to no category; only the leftover pass can spend it.
    pub unassigned: Option<Money>,
    /// What is left of that.
    pub unassigned_left: Money,
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
    let mut of_others = OfOthers::default();
    for rule in &division.input.categories {
        let (Ok(category), Some(ceiling)) = (Category::parse(&rule.id), rule.amounts.get(&year))
        else {
            continue;
        };
        let tally = Tally {
            eligible: division.eligible(|it, at| at == year && it.category == rule.id)?,
            ..division.tally(|it| it.year == year && it.category == rule.id)?
        };
        let awarded = tally.awarded.min(*ceiling);
        let above = tally.awarded.checked_sub(awarded)?;
        if !above.is_zero() {
            of_others.awarded = of_others.awarded.checked_add(above)?;
            of_others.each.push((category, above));
        }
        rows.push(EnvelopeRow {
            category,
            ceiling: *ceiling,
            awarded,
            left: ceiling.checked_sub(awarded)?,
            tally,
        });
    }
    let assigned = Money::sum(rows.iter().map(|it| it.ceiling))?;
    let ceiling = division.input.ceilings.get(&year).copied();
    let ceiling = ceiling.unwrap_or(assigned);
    let unassigned = ceiling.checked_sub(assigned)?;
    let unassigned_left = spend(division, &mut rows, unassigned, of_others.awarded)?;
    let tally = Tally {
        eligible: division.eligible(|_, at| at == year)?,
        ..division.tally(|it| it.year == year)?
    };
    Ok(YearRows {
        year,
        of_others: (!of_others.each.is_empty()).then_some(of_others),
        unassigned: (!unassigned.is_zero()).then_some(unassigned),
        unassigned_left,
        left: ceiling.checked_sub(tally.awarded)?,
        rows,
        ceiling,
        tally,
    })
}

/// Takes what categories got above their own amount from what was left: of no category first, then of the categories
/// that are not ring-fenced. Gives what stays of no category.
fn spend(
    division: &Division,
    rows: &mut [EnvelopeRow],
    unassigned: Money,
    mut spent: Money,
) -> Result<Money, MoneyError> {
    let rules = &division.input.categories;
    let is_fenced = |it: &EnvelopeRow| {
        let mut own = rules.iter().filter(|rule| rule.id == it.category.as_str());
        own.any(|rule| rule.mode == EnvelopeMode::RingFenced)
    };
    let part = unassigned.max(Money::ZERO).min(spent);
    spent = spent.checked_sub(part)?;
    for row in rows.iter_mut().filter(|it| !is_fenced(it)) {
        let part = row.left.min(spent);
        row.left = row.left.checked_sub(part)?;
        spent = spent.checked_sub(part)?;
    }
    unassigned.checked_sub(part)
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
        .map(|it| line_row(division, it, names))
        .collect();
    rows.sort_by(|a, b| {
        let key = |it: &LineRow| (it.region.clone(), it.title.clone(), it.line.project.clone());
        (key(a), a.line.year).cmp(&(key(b), b.line.year))
    });
    rows
}

fn line_row(division: &Division, line: &Line, names: &Names) -> LineRow {
    let is_closed = names.is_closed(&line.project);
    LineRow {
        title: names.title(&line.project).to_owned(),
        region: names.region_of(&line.project).to_owned(),
        category: category(&line.category),
        score: line.score.replace('.', ","),
        reason: if is_closed {
            String::new()
        } else {
            freed::reason(division, line)
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

/// Why a scenario cannot be adopted as it is, and where that can be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// A sentence each.
    pub sentences: Vec<String>,
    /// Whether a transfer between envelopes would mend it.
    pub is_transfer: bool,
}

/// Why the scenario cannot be adopted as it is, if so: a rule that is broken, or an envelope that
/// has too little. That there is no division stands apart ([`Division::conflict`]).
pub fn obstacle(setting: &Setting, opened: &Opened) -> Result<Option<Obstacle>, MoneyError> {
    let told = |it: String| Obstacle {
        sentences: vec![it],
        is_transfer: false,
    };
    if !opened.division.is_feasible() {
        return Ok(None);
    }
    if opened.scenario.is_hypothetical {
        return Ok(Some(told(
            "Het is denkbeeldig: het verdeelt meer geld dan er vrij is. Laat eerst het plafond verhogen en maak dan een nieuw scenario."
                .to_owned(),
        )));
    }
    if let Some(rule) = opened.division.broken_rule() {
        return Ok(Some(told(setting.names.in_sentence(&rule))));
    }
    let short = pay::shortages(&opened.division.lines, &setting.pots)?;
    if short.is_empty() {
        return Ok(None);
    }
    let sentence = |it: &pay::Shortage| {
        let what = it.category.label().to_lowercase();
        let how = match it.is_elsewhere {
            true => format!(
                "Laat {} naar die envelop overhevelen uit een andere envelop van {}.",
                euros(it.short),
                it.year
            ),
            false => "Ook de andere enveloppen van dat jaar waaruit geld mag worden overgeheveld, hebben dat niet. Verlaag bedragen met de hand, of maak een variant waarin geoormerkt geld geoormerkt blijft.".to_owned(),
        };
        format!(
            "De envelop voor {what} in {} heeft {} te weinig voor wat dit scenario verdeelt. {how}",
            it.year,
            euros(it.short)
        )
    };
    Ok(Some(Obstacle {
        is_transfer: short.iter().any(|it| it.is_elsewhere),
        sentences: short.iter().map(sentence).collect(),
    }))
}

/// What is left in the envelopes when the scenario is adopted, a line for each year.
pub fn left_after(setting: &Setting, opened: &Opened) -> Vec<String> {
    let left = pay::left(&opened.division.lines, &setting.pots);
    left.chunk_by(|a, b| a.0 == b.0)
        .filter_map(|of_year| {
            let (year, _, _) = of_year.first()?;
            let each: Vec<String> = of_year
                .iter()
                .map(|(_, category, left)| {
                    format!("{} {}", category.label().to_lowercase(), euros(*left))
                })
                .collect();
            Some(format!("{year}: {}.", each.join(", ")))
        })
        .collect()
}

/// The highest amounts per applicant that stay when the scenario is adopted.
pub fn lasting_limits(division: &Division, names: &Names) -> Vec<String> {
    let of = |(id, rule): (&String, &ApplicantRule)| {
        let most = rule.at_most.iter();
        let each: Vec<String> = most
            .map(|(year, it)| format!("{} in {year}", euros(*it)))
            .collect();
        (!each.is_empty())
            .then(|| format!("{}: hoogstens {}.", names.applicant(id), each.join(" en ")))
    };
    division.input.applicants.iter().filter_map(of).collect()
}

/// A line that fits in what edits by hand set free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreedRow {
    /// Its project; none if its dossier is closed to the reader.
    pub id: Option<String>,
    /// The title.
    pub title: String,
    /// The region.
    pub region: String,
    /// The budget year.
    pub year: i32,
    /// What it gets.
    pub amount: Money,
    /// How much more it could get.
    pub more: Money,
}

/// The lines that fit in what edits by hand set free, by region and title.
pub fn freed(division: &Division, names: &Names) -> Vec<FreedRow> {
    let row = |it: Fits| {
        let mut lines = division.lines.iter();
        let line = lines.find(|line| line.project == it.project && line.year == it.year);
        FreedRow {
            title: names.title(&it.project).to_owned(),
            region: names.region_of(&it.project).to_owned(),
            id: (!names.is_closed(&it.project)).then_some(it.project),
            year: it.year,
            amount: line.map(|it| it.amount).unwrap_or_default(),
            more: it.more,
        }
    };
    let mut rows: Vec<FreedRow> = freed::fits(division).into_iter().map(row).collect();
    rows.sort_by(|a, b| (&a.region, &a.title, a.year).cmp(&(&b.region, &b.title, b.year)));
    rows
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
