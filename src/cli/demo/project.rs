//! What a municipality of the demo types for a project: exactly as much as it is to ask.

use super::{
    chance::Chance,
    seeds::{IndicatorSeed, ProjectSeed},
    setting::Place,
};
use crate::{
    applications::catalogue::{self, Link, Wording, examples},
    core::{answers::Answers, money::Money},
    error::AppError,
    texts::money::typed,
};

/// What is asked for a project: an amount per year, in order; one year for a one-year project.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What kind of project.
    pub seed: ProjectSeed,
    /// By whom.
    pub place: Place,
    /// The budget years with the amount asked in each.
    pub years: Vec<(i32, Money)>,
}

/// The form of a project as it is typed.
pub fn answers(ask: &Ask, chance: Chance) -> Result<Answers, AppError> {
    let seed = &ask.seed;
    let fill = |text: &str| {
        text.replace("{regio}", &format!("de regio {}", ask.place.name))
            .replace("{gemeente}", &ask.place.name)
    };
    let [short, middle, long] = &seed.goal;
    let mut answers = Answers::default()
        .with("categorie", seed.category.as_str())
        .with("onderdeel", seed.sub_item.as_str())
        .with("titel", fill(&seed.title))
        .with("doel-kort", fill(short))
        .with("doel-middel", fill(middle))
        .with("doel-lang", fill(long))
        .with("doelgroep", fill(&seed.target_group))
        .with("activiteiten", fill(&seed.activities))
        .with("werking", fill(&seed.mechanism))
        .with("samenwerking", fill(&seed.cooperation))
        .with(
            "juridische-toets",
            "De opzet en de uitvoering zijn getoetst door de juridische afdeling.",
        )
        .with("evaluatie", "proces")
        .with(
            "evaluatieplan",
            "Halfjaarlijkse voortgangsgesprekken en een eindverslag met de deelnemende partners.",
        );
    for id in &ask.place.members {
        answers.set(format!("deelnemer.{id}"), "ja");
    }
    if seed.category.is_one_year() {
        let year = ask.years.first().map(|it| it.0).unwrap_or_default();
        answers.set("jaar", year.to_string());
    }
    for (turn, (year, amount)) in (0..).zip(&ask.years) {
        // Not by the year: the figures are the same in whichever year the story is told.
        let name = format!("{}/{}/{turn}", ask.place.cbs_code, seed.title);
        budget(&mut answers, ask, *year, *amount, chance, &name)?;
    }
    let years: Vec<i32> = ask.years.iter().map(|it| it.0).collect();
    let catalogue = examples::read()?;
    for (number, it) in (1..).zip(&seed.indicators) {
        indicator(&mut answers, number, it, &years);
        from_catalogue(&mut answers, number, it, catalogue);
    }
    Ok(answers)
}

/// Lines of hours and pieces that together cost exactly the amount and the own contribution; the
/// last line takes what is left.
fn budget(
    answers: &mut Answers,
    ask: &Ask,
    year: i32,
    amount: Money,
    chance: Chance,
    name: &str,
) -> Result<(), AppError> {
    let own_percent = chance.pick(name, &[0_i64, 0, 5, 10]).copied().unwrap_or(0);
    let own = Money::from_cents(
        amount
            .cents()
            .saturating_mul(own_percent)
            .checked_div(100)
            .unwrap_or(0),
    );
    let mut left = amount.checked_add(own)?;
    let shares = [60_i64, 25, 10];
    let costs = left;
    for (number, ((kind, description, unit, rate), share)) in
        (1..).zip(ask.seed.lines.iter().zip(shares))
    {
        let rate = Money::parse_dutch(rate)?;
        let part = costs
            .cents()
            .saturating_mul(share)
            .checked_div(100)
            .unwrap_or(0);
        let count = part.checked_div(rate.cents()).unwrap_or(0);
        let line = [kind, description, unit];
        row(answers, number, line, year, &count.to_string(), rate);
        left = left.checked_sub(Money::from_cents(count.saturating_mul(rate.cents())))?;
    }
    let last = ask.seed.lines.len().min(shares.len()).saturating_add(1);
    let line = ["other", "Overige kosten", "post"];
    row(answers, last, line, year, "1", left);
    answers.set(format!("eigen-bijdrage.{year}"), typed(own));
    answers.set(format!("cofinanciering.{year}"), "0,00");
    let minimum = match chance.below(&format!("{name}/minimum"), 3) {
        0 => amount
            .cents()
            .saturating_mul(6)
            .checked_div(10)
            .unwrap_or(0),
        _ => amount
            .cents()
            .saturating_mul(4)
            .checked_div(10)
            .unwrap_or(0),
    };
    // Whole euros: nobody needs a minimum to the cent.
    let minimum = Money::from_cents(minimum.saturating_sub(minimum.checked_rem(100).unwrap_or(0)));
    answers.set(format!("minimum.{year}"), typed(minimum));
    Ok(())
}

fn row<T: AsRef<str>>(
    answers: &mut Answers,
    number: usize,
    line: [T; 3],
    year: i32,
    count: &str,
    rate: Money,
) {
    let [kind, description, unit] = line;
    answers.set(format!("regel.{number}.soort"), kind.as_ref());
    answers.set(format!("regel.{number}.omschrijving"), description.as_ref());
    answers.set(format!("regel.{number}.eenheid"), unit.as_ref());
    answers.set(format!("regel.{number}.aantal.{year}"), count);
    answers.set(format!("regel.{number}.tarief.{year}"), typed(rate));
}

fn indicator(answers: &mut Answers, number: usize, seed: &IndicatorSeed, years: &[i32]) {
    let (level, name, unit, direction, baseline, target) = seed;
    let field = |it: &str| format!("indicator.{number}.{it}");
    answers.set(field("soort"), level.as_str());
    answers.set(field("naam"), name.as_str());
    answers.set(field("eenheid"), unit.as_str());
    answers.set(field("richting"), direction.as_str());
    answers.set(field("beginstand"), baseline.as_str());
    for year in years {
        answers.set(field(&format!("doel.{year}")), target.as_str());
    }
    answers.set(field("bron"), "Registratie van de projectleider");
    answers.set(field("frequentie"), "elk halfjaar");
    answers.set(field("wie"), "de projectleider");
}

/// An indicator that says what one of the catalogue says, comes from it.
fn from_catalogue(
    answers: &mut Answers,
    number: usize,
    (level, name, unit, direction, ..): &IndicatorSeed,
    catalogue: &[(String, Wording)],
) {
    let same = |it: &Wording| {
        (it.level, &it.name, &it.unit, it.direction) == (*level, name, unit, *direction)
    };
    let Some((code, wording)) = catalogue.iter().find(|it| same(&it.1)) else {
        return;
    };
    let field = |it: &str| format!("indicator.{number}.{it}");
    let link = Link {
        code: code.clone(),
        edition: 1,
    };
    answers.set(field(catalogue::FIELD), link.to_string());
    answers.set(field("bron"), wording.source.as_str());
    answers.set(field("frequentie"), wording.frequency.as_str());
}
