//! Published outcomes of real elections: an outside check of the ranking methods.

use std::{collections::BTreeSet, fs, path::Path};

use super::*;

struct Row {
    id: String,
    cost: i32,
    votes: i64,
    last: String,
}

fn rows(name: &str) -> Vec<Row> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/elections/{name}.csv"));
    let text = fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        Row {
            id: fields[0].to_owned(),
            cost: fields[1].parse().unwrap(),
            votes: fields[2].parse().unwrap(),
            last: fields[3].to_owned(),
        }
    };
    text.lines().skip(1).map(row).collect()
}

fn election(rows: &[Row], budget: i32, method: Method) -> Input {
    let mut input = a_division([budget, 0]);
    input.categories = vec![a_category("all", EnvelopeMode::AtMost, &[budget], method)];
    let project = |row: &Row| whole(a_project(&row.id, "all", row.votes, &[row.cost]));
    input.projects = rows.iter().map(project).collect();
    input
}

fn funded(input: Input) -> BTreeSet<String> {
    awards(input)
        .into_iter()
        .filter(|(_, it)| 0 < *it)
        .map(|((id, _), _)| id)
        .collect()
}

#[track_caller]
fn check(name: &str, budget: i32, follows: Method, differs_from: Method) {
    let rows = rows(name);
    let published: BTreeSet<String> = rows
        .iter()
        .filter(|it| it.last == "1")
        .map(|it| it.id.clone())
        .collect();
    assert!(!published.is_empty(), "{name} has no published outcome");
    assert_eq!(
        funded(election(&rows, budget, follows)),
        published,
        "{name}"
    );
    assert_ne!(
        funded(election(&rows, budget, differs_from)),
        published,
        "{name}"
    );
}

#[test]
fn skipping_reproduces_what_warsaw_published() {
    let (follows, not) = (Method::RankingSkip, Method::RankingStop);
    check("poland_warszawa_2019_nadwisle", 135_502, follows, not);
    check(
        "poland_warszawa_2017_zielonagrzybowa",
        148_884,
        follows,
        not,
    );
    check("poland_warszawa_2017_aleksandrow", 110_411, follows, not);
}

#[test]
fn stopping_reproduces_what_gdynia_published() {
    let (follows, not) = (Method::RankingStop, Method::RankingSkip);
    check("poland_gdynia_2022_babie_doly__small", 26_203, follows, not);
    check(
        "poland_gdynia_2020_kamienna_gora__large",
        190_170,
        follows,
        not,
    );
    check(
        "poland_gdynia_2021_kamienna_gora__small",
        41_544,
        follows,
        not,
    );
}

#[test]
fn assen_ranked_by_votes_has_its_known_answers() {
    let rows = rows("netherlands_assen_2024");
    let outcome = |method| {
        let input = election(&rows, 100_000, method);
        let sum: i64 = first_year(input.clone()).iter().sum();
        (funded(input), sum)
    };
    let set = |ids: &[&str]| {
        ids.iter()
            .map(|it| (*it).to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(
        outcome(Method::RankingSkip),
        (set(&["2", "3", "8", "9", "11", "13", "14"]), 99_200)
    );
    assert_eq!(
        outcome(Method::RankingStop),
        (set(&["2", "3", "8", "9", "11"]), 93_200)
    );
}

#[test]
fn amsterdam_fills_three_ceilings_and_spends_the_leftover_on_one_more() {
    let rows = rows("netherlands_amsterdam_285");
    let mut input = a_division([400_000, 0]);
    let ceilings = [
        ("straten", 200_000),
        ("gezondheid", 100_000),
        ("samen", 100_000),
    ];
    input.categories = ceilings
        .iter()
        .map(|(id, it)| a_category(id, EnvelopeMode::AtMost, &[*it], Method::RankingSkip))
        .collect();
    input.projects = rows
        .iter()
        .map(|it| whole(a_project(&it.id, &it.last, it.votes, &[it.cost])))
        .collect();

    let before = funded(input.clone());
    let spent = |category: &str| -> i32 {
        rows.iter()
            .filter(|it| it.last == category && before.contains(&it.id))
            .map(|it| it.cost)
            .sum()
    };
    assert_eq!(ceilings.map(|(id, _)| spent(id)), [199_800, 98_800, 97_000]);
    assert_eq!(before.len(), 18);

    input.leftover = true;
    let after = funded(input.clone());
    let added: Vec<&String> = after.difference(&before).collect();
    assert_eq!(added, ["36840"]);
    let outcome = divide(input);
    assert_eq!(
        Money::sum(outcome.awards.iter().map(|it| it.amount)),
        Ok(Money::from_euros(397_600))
    );
    assert_eq!(outcome.left[&Y1]["total"], Money::from_euros(2_400));
}
