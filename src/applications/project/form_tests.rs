//! Every finding of the form of a project, one by one, on a project with which nothing is wrong.

use proptest::prelude::*;

use super::*;
use crate::core::money::Money;

#[path = "../../../tests/it/support/projects.rs"]
mod example;

const YEARS: [i32; 2] = [2027, 2028];

fn of(fields: Vec<(String, String)>) -> Answers {
    Answers::from_pairs(fields).unwrap()
}

/// A prevention project that nothing is wrong with.
fn sound() -> Answers {
    let costs = [(2027, "55.780,00"), (2028, "63760")];
    of(example::project(
        "prevention",
        "targeted",
        "Jongerenwerk online",
        &costs,
    ))
}

fn flexible() -> Answers {
    of(example::project(
        "one_year",
        "pilot",
        "Proef",
        &[(2028, "25.000")],
    ))
}

#[track_caller]
fn check(answers: &Answers, window: WindowKind, expected: &[(&str, &str)]) {
    let errors = findings(answers, YEARS, window, &Names::new());
    let found: Vec<(&str, &str)> = errors.iter().collect();
    assert_eq!(found, expected);
}

/// A sound project but for these fields has exactly this finding.
#[track_caller]
fn one(changes: &[(&str, &str)], field: &str, sentence: &str) {
    let mut answers = sound();
    for (name, text) in changes {
        answers.set(*name, *text);
    }
    check(&answers, WindowKind::Main, &[(field, sentence)]);
}

#[test]
fn with_a_sound_project_nothing_is_wrong() {
    check(&sound(), WindowKind::Main, &[]);
    check(&flexible(), WindowKind::Main, &[]);
    check(&flexible(), WindowKind::TopUp, &[]);
}

#[test]
fn it_means_exact_amounts() {
    let answers = sound()
        .with("regel.2.soort", "staff")
        .with("regel.2.omschrijving", "Uren")
        .with("regel.2.eenheid", "uur")
        .with("regel.2.aantal.2027", "0,5 uur")
        .with("regel.2.tarief.2027", "€ 0,01 per uur")
        .with("eigen-bijdrage.2027", "780")
        .with("cofinanciering.2027", "1.000,50")
        .with("minimum.2027", "48.000");
    let (meaning, errors) = read(&answers, YEARS, WindowKind::Main);
    assert!(errors.is_empty(), "{errors:?}");
    let years = meaning.project_years();
    let amounts: Vec<String> = [
        years[0].costs,
        years[0].own_contribution,
        years[0].co_financing,
        years[0].requested,
        years[0].minimum,
        years[1].requested,
    ]
    .map(|it| it.to_string())
    .to_vec();
    // Half a cent becomes a cent.
    assert_eq!(
        amounts,
        [
            "55780.01", "780.00", "1000.50", "53999.51", "48000.00", "63760.00"
        ]
    );
    assert_eq!(meaning.title, "Jongerenwerk online");
}

#[test]
fn every_text_is_asked_for() {
    for text in subject::TEXTS.iter().chain([&subject::EVALUATION_PLAN]) {
        one(&[(text.name, " ")], text.name, text.empty);
        let said = format!("“n.v.t.” zegt ons niets. {}", text.empty);
        one(&[(text.name, "n.v.t.")], text.name, &said);
    }
    one(
        &[("titel", "-")],
        "titel",
        "Geef het project een naam, bijvoorbeeld “Jongerenwerk online”.",
    );
    one(
        &[("titel", &"x".repeat(151))],
        "titel",
        "De naam is 151 tekens lang. Maak hem korter: hoogstens 150 tekens.",
    );
    one(
        &[("evaluatie", "")],
        "evaluatie",
        "Kies hoe u evalueert: op plan, proces of effect.",
    );
    let without: Vec<(String, String)> = sound()
        .iter()
        .filter(|(name, _)| !name.starts_with("deelnemer."))
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    check(
        &of(without),
        WindowKind::Main,
        &[(
            "deelnemer",
            "Vink aan voor welke gemeenten het project is. Uw eigen gemeente telt ook mee.",
        )],
    );
}

#[test]
fn category_and_part_belong_together() {
    let answers = sound().with("categorie", "");
    check(
        &answers,
        WindowKind::Main,
        &[(
            "categorie",
            "Kies een categorie. Zonder categorie weten wij niet uit welke envelop uw project betaald kan worden.",
        )],
    );
    one(
        &[("onderdeel", "")],
        "onderdeel",
        "Kies een soort project: gericht of generiek.",
    );
    one(
        &[("onderdeel", "detection")],
        "onderdeel",
        "“Signalering” hoort bij basis op orde, niet bij preventie. Kies een soort die erbij hoort: gericht of generiek.",
    );
    check(
        &flexible().with("onderdeel", "general"),
        WindowKind::Main,
        &[(
            "onderdeel",
            "Een preventieproject kan niet eenjarig flexibel zijn: volgens de regeling is een eenjarig project “niet zijnde een preventieproject” (Stcrt. 2022, 19011, artikel 1). Kies de categorie preventie en vul beide jaren in, of kies een andere soort: innovatie, pilot, nieuwe dreiging of evaluatie van interventies.",
        )],
    );
}

#[test]
fn a_one_year_project_runs_in_one_year() {
    let both = flexible()
        .with("regel.1.aantal.2027", "1")
        .with("regel.1.tarief.2027", "5");
    check(
        &both,
        WindowKind::Main,
        &[(
            "regel.1.aantal.2027",
            "Een eenjarig project loopt in één jaar. U koos 2028, maar vulde ook voor 2027 bedragen in. Maak 2027 leeg. Loopt het project twee jaar? Kies dan basis op orde of preventie.",
        )],
    );
    check(
        &both.with("jaar", ""),
        WindowKind::Main,
        &[
            (
                "jaar",
                "Kies 2027 of 2028. Een eenjarig project loopt in één jaar.",
            ),
            (
                "regel.1.aantal.2028",
                "Een eenjarig project loopt in één jaar. U vulde bedragen in voor 2027 en voor 2028. Kies één jaar en maak het andere leeg.",
            ),
        ],
    );
    let moved = flexible()
        .with("jaar", "2027")
        .with("indicator.1.doel.2027", "60")
        .with("indicator.1.doel.2028", "")
        .with("indicator.2.doel.2027", "60");
    check(
        &moved,
        WindowKind::Main,
        &[
            (
                "indicator.2.doel.2028",
                "Jongeren die werving herkennen: u vulde een doel in voor 2028, maar het project loopt alleen in 2027. Maak dit veld leeg.",
            ),
            (
                "regel.1.aantal.2028",
                "U koos 2027, maar de bedragen staan bij 2028. Verander het jaar of verplaats de bedragen.",
            ),
        ],
    );
}

#[test]
fn what_is_missing_is_said_in_a_year_that_is_shown() {
    let answers = flexible()
        .with("regel.2.soort", "other")
        .with("regel.2.omschrijving", "Zaal")
        .with("regel.2.eenheid", "keer");
    assert_eq!(shown_years(&answers, YEARS, WindowKind::Main), [2028]);
    check(
        &answers,
        WindowKind::Main,
        &[(
            "regel.2.aantal.2028",
            "Zaal: vul een aantal en een tarief in, of haal de regel weg.",
        )],
    );
    assert_eq!(shown_years(&sound(), YEARS, WindowKind::Main), YEARS);
    assert_eq!(shown_years(&sound(), YEARS, WindowKind::TopUp), [2028]);
    let share = answers.with("aandeel.a.2027", "1");
    assert_eq!(shown_years(&share, YEARS, WindowKind::Main), YEARS);
}

#[test]
fn a_project_of_two_years_has_no_year() {
    one(
        &[("jaar", "2027")],
        "jaar",
        "U koos 2027, maar een project in preventie loopt in beide jaren. Kies “Beide jaren”. Loopt het project in één jaar? Kies dan de categorie eenjarig flexibel.",
    );
}

#[test]
fn a_percentage_may_have_its_sign() {
    let typed = sound()
        .with("indicator.1.eenheid", "procent van de deelnemers")
        .with("indicator.1.beginstand", "40 %")
        .with("indicator.1.doel.2027", "60%")
        .with("indicator.1.doel.2028", "80 procent");
    check(&typed, WindowKind::Main, &[]);
    one(
        &[("indicator.1.doel.2027", "60%")],
        "indicator.1.doel.2027",
        "Jongeren in gesprek: het doel voor 2027 is “60%”. Typ alleen het getal: 60.",
    );
}

#[test]
fn an_empty_year_is_named() {
    one(
        &[("regel.1.aantal.2028", ""), ("regel.1.tarief.2028", " ")],
        "regel.1.aantal.2028",
        "Voor 2028 is nog niets begroot. Een project in preventie loopt in beide jaren. Vul ook voor 2028 aantallen en tarieven in.",
    );
}

#[test]
fn a_top_up_is_for_one_year_projects_in_the_second_year() {
    check(
        &sound(),
        WindowKind::TopUp,
        &[(
            "categorie",
            "In deze aanvullende ronde kunt u alleen eenjarige flexibele projecten voor 2028 aanvragen. Kies “Eenjarig flexibel”.",
        )],
    );
    let first = of(example::project(
        "one_year",
        "pilot",
        "Proef",
        &[(2027, "5")],
    ));
    check(
        &first,
        WindowKind::TopUp,
        &[(
            "jaar",
            "In deze aanvullende ronde is alleen geld voor 2028. Kies 2028.",
        )],
    );
}

#[test]
fn a_line_of_the_budget_is_whole() {
    one(
        &[("regel.1.tarief.2027", "")],
        "regel.1.tarief.2027",
        "Inhuur trainer: het tarief voor 2027 is leeg. Vul een bedrag in, bijvoorbeeld 650,00.",
    );
    one(
        &[("regel.1.aantal.2027", "")],
        "regel.1.aantal.2027",
        "Inhuur trainer: het aantal voor 2027 is leeg. Vul een getal in, bijvoorbeeld 120. Is het een vast bedrag? Vul dan 1 in.",
    );
    one(
        &[("regel.1.soort", "")],
        "regel.1.soort",
        "Inhuur trainer: kies de soort kosten.",
    );
    one(
        &[("regel.1.omschrijving", "")],
        "regel.1.omschrijving",
        "Regel 1: schrijf op wat u betaalt, bijvoorbeeld “Uren jongerenwerker”.",
    );
    one(
        &[("regel.1.eenheid", "n.v.t.")],
        "regel.1.eenheid",
        "Inhuur trainer: vul de eenheid in, bijvoorbeeld uur, dagdeel of stuk.",
    );
    one(
        &[
            ("regel.2.soort", "other"),
            ("regel.2.omschrijving", "Zaal"),
            ("regel.2.eenheid", "keer"),
        ],
        "regel.2.aantal.2027",
        "Zaal: vul een aantal en een tarief in, of haal de regel weg.",
    );
    one(
        &[
            ("regel.1.aantal.2027", "9999999999"),
            ("regel.1.tarief.2027", "9999999999"),
        ],
        "regel.1.aantal.2027",
        "Inhuur trainer: aantal keer tarief is voor 2027 te hoog. Controleer beide.",
    );
    let none: Vec<(String, String)> = sound()
        .iter()
        .filter(|(name, _)| !name.starts_with("regel."))
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    check(
        &of(none),
        WindowKind::Main,
        &[(
            "regel.1.omschrijving",
            "Vul de begroting in: minstens één regel met wat u nodig hebt en wat het kost.",
        )],
    );
}

#[test]
fn an_amount_that_cannot_be_read_is_repeated_and_its_year_is_not_counted() {
    one(
        &[("regel.1.tarief.2027", "1000.5")],
        "regel.1.tarief.2027",
        "Inhuur trainer: het tarief voor 2027 is “1000.5”. Gebruik een komma voor de decimalen. Bedoelt u 1000,5? Typ dat dan.",
    );
    one(
        &[("eigen-bijdrage.2028", "-1")],
        "eigen-bijdrage.2028",
        "De eigen bijdrage voor 2028 is “-1”. Dat is lager dan nul. Typ 0 of een hoger bedrag.",
    );
    let answers = sound().with("regel.1.tarief.2027", "1e9");
    let (meaning, _) = read(&answers, YEARS, WindowKind::Main);
    let years: Vec<i32> = meaning.project_years().iter().map(|it| it.year).collect();
    assert_eq!(years, [2028]);
}

#[test]
fn what_others_pay_and_the_minimum_fit_in_the_costs() {
    one(
        &[
            ("eigen-bijdrage.2027", "55.000"),
            ("cofinanciering.2027", "1000"),
        ],
        "eigen-bijdrage.2027",
        "De eigen bijdrage en cofinanciering voor 2027 zijn samen €\u{a0}56.000,00. Dat is meer dan de kosten: €\u{a0}55.780,00. Verlaag ze, of controleer de kosten.",
    );
    one(
        &[("cofinanciering.2027", "55.780")],
        "cofinanciering.2027",
        "Voor 2027 vraagt u niets aan: de eigen bijdrage en cofinanciering betalen alle kosten. Verlaag ze, of haal 2027 uit de begroting.",
    );
    one(
        &[("minimum.2027", "55.780,01")],
        "minimum.2027",
        "Het laagste bedrag voor 2027 (€\u{a0}55.780,01) is hoger dan wat u aanvraagt (€\u{a0}55.780,00). Vul hoogstens dat in.",
    );
}

#[test]
fn a_target_is_progress() {
    one(
        &[("indicator.1.doel.2027", "40")],
        "indicator.1.doel.2027",
        "Jongeren in gesprek: u begint bij 52 en wilt in 2027 naar 40. Bij deze indicator is meer beter, dus dat is een stap terug: kies een doel hoger dan 52, bijvoorbeeld 57, of kijk of de beginstand en de richting kloppen.",
    );
    one(
        &[("indicator.1.doel.2028", "52,00")],
        "indicator.1.doel.2028",
        "Jongeren in gesprek: u begint bij 52 en wilt in 2028 naar 52. Dan verandert er niets: kies een doel hoger dan 52, bijvoorbeeld 57, of kijk of de beginstand en de richting kloppen.",
    );
    one(
        &[
            ("indicator.1.richting", "down"),
            ("indicator.1.doel.2027", "51,5"),
        ],
        "indicator.1.doel.2028",
        "Jongeren in gesprek: u begint bij 52 en wilt in 2028 naar 60. Bij deze indicator is minder beter, dus dat is een stap terug: kies een doel lager dan 52, bijvoorbeeld 47, of kijk of de beginstand en de richting kloppen.",
    );
    one(
        &[("indicator.1.doel.2027", "")],
        "indicator.1.doel.2027",
        "Jongeren in gesprek: vul het doel voor 2027 in, bijvoorbeeld 57.",
    );
}

#[test]
fn an_indicator_is_whole() {
    one(
        &[("indicator.2.soort", "")],
        "indicator.2.soort",
        "Jongeren die werving herkennen: kies of dit een directe opbrengst (output) of een effect (outcome) is.",
    );
    one(
        &[("indicator.1.eenheid", "nvt")],
        "indicator.1.eenheid",
        "Jongeren in gesprek: vul de eenheid in, bijvoorbeeld “jongeren” of “procent van de deelnemers”. Met “nvt” kunnen wij niet meten.",
    );
    one(
        &[("indicator.1.naam", "")],
        "indicator.1.naam",
        "Indicator 1: schrijf op wat u telt of meet, bijvoorbeeld “Jongeren in gesprek”.",
    );
    one(
        &[("indicator.1.richting", "")],
        "indicator.1.richting",
        "Jongeren in gesprek: kies of het getal omhoog of omlaag moet.",
    );
    for part in ["bron", "frequentie", "wie"] {
        let field = format!("indicator.1.{part}");
        let errors = findings(
            &sound().with(&*field, "-"),
            YEARS,
            WindowKind::Main,
            &Names::new(),
        );
        let found: Vec<&str> = errors.iter().map(|(name, _)| name).collect();
        assert_eq!(found, [field]);
    }
}

#[test]
fn a_baseline_is_known_or_it_is_said_why_not() {
    one(
        &[("indicator.1.beginstand", "")],
        "indicator.1.beginstand",
        "Jongeren in gesprek: vul de beginstand in, of schrijf op waarom die er niet is.",
    );
    one(
        &[
            ("indicator.1.beginstand", ""),
            ("indicator.1.geen-beginstand", "n.v.t."),
        ],
        "indicator.1.geen-beginstand",
        "Jongeren in gesprek: “n.v.t.” is geen reden. Schrijf op waarom er geen beginstand is, bijvoorbeeld “Dit is nog nooit gemeten”.",
    );
    one(
        &[("indicator.1.geen-beginstand", "Nooit gemeten")],
        "indicator.1.geen-beginstand",
        "Jongeren in gesprek: u vulde een beginstand in en ook waarom die er niet is. Laat één van de twee staan.",
    );
    one(
        &[("indicator.1.beginstand", "onbekend")],
        "indicator.1.beginstand",
        "Jongeren in gesprek: de beginstand is “onbekend”. Dat is geen getal. Weet u de beginstand niet? Maak dit veld leeg en schrijf in het veld eronder waarom niet.",
    );
    let known = sound()
        .with("indicator.1.beginstand", "")
        .with("indicator.1.geen-beginstand", "Nooit gemeten");
    check(&known, WindowKind::Main, &[]);
}

#[test]
fn there_is_an_output_and_an_outcome() {
    one(
        &[("indicator.2.soort", "output")],
        "indicator.2.naam",
        "Nog één effect (outcome) nodig: wat er daardoor verandert, bijvoorbeeld hoeveel deelnemers daarna signalen herkennen. Kies er een uit de catalogus of vul er zelf een in.",
    );
    one(
        &[("indicator.1.soort", "outcome")],
        "indicator.2.naam",
        "Nog één directe opbrengst (output) nodig: wat u doet of levert, bijvoorbeeld hoeveel mensen meedoen. Kies er een uit de catalogus of vul er zelf een in.",
    );
    let none: Vec<(String, String)> = sound()
        .iter()
        .filter(|(name, _)| !name.starts_with("indicator."))
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    check(
        &of(none),
        WindowKind::Main,
        &[(
            "indicator.1.naam",
            "Voeg minstens twee indicatoren toe: één voor de directe opbrengst (output) en één voor het effect (outcome).",
        )],
    );
}

#[test]
fn findings_stand_in_the_order_of_the_page() {
    let errors = findings(&Answers::default(), YEARS, WindowKind::Main, &Names::new());
    let found: Vec<&str> = errors.iter().map(|(name, _)| name).collect();
    assert_eq!(
        found,
        [
            "categorie",
            "onderdeel",
            "titel",
            "doel-kort",
            "doel-middel",
            "doel-lang",
            "doelgroep",
            "activiteiten",
            "werking",
            "samenwerking",
            "deelnemer",
            "juridische-toets",
            "evaluatie",
            "evaluatieplan",
            "indicator.1.naam",
            "regel.1.omschrijving",
        ]
    );
}

#[test]
fn rows_can_be_added_up_to_a_limit() {
    let mut answers = Answers::default();
    assert_eq!(line_rows(&answers), [1, 2, 3]);
    assert_eq!(add_line(&mut answers), Some(4));
    assert_eq!(line_rows(&answers), [1, 2, 3, 4]);
    assert_eq!(add_indicator(&mut answers), Some(3));
    while add_line(&mut answers).is_some() {}
    assert_eq!(line_rows(&answers).len(), 40);
    while add_indicator(&mut answers).is_some() {}
    assert_eq!(indicator_rows(&answers).len(), 20);
}

#[test]
fn two_versions_are_compared_field_by_field() {
    let theirs = sound().with("titel", "Van hen").with("minimum.2027", "5");
    let mine = sound()
        .with("titel", "Van mij")
        .with("regel.1.tarief.2027", "1");
    let found: Vec<(String, String, String)> = differences(&mine, &theirs, YEARS)
        .into_iter()
        .map(|it| (it.label, it.theirs, it.mine))
        .collect();
    let of = |label: &str, theirs: &str, mine: &str| {
        (label.to_owned(), theirs.to_owned(), mine.to_owned())
    };
    assert_eq!(
        found,
        [
            of("Naam van het project", "Van hen", "Van mij"),
            of("Begroting, regel 1: tarief in 2027", "55.780,00", "1"),
            of("Laagste bedrag in 2027", "5", ""),
        ]
    );
}

proptest! {
    /// Whatever is typed: reading it does not panic, and what can be counted with foots and satisfies
    /// the checks of the database.
    #[test]
    fn what_can_be_counted_with_foots(typed in prop::collection::vec("[0-9.,€ e-]{0,14}", 10)) {
        let mut answers = sound();
        let cells = ["aantal", "tarief"].map(|it| YEARS.map(|year| format!("regel.1.{it}.{year}")));
        let below = ["eigen-bijdrage", "cofinanciering", "minimum"].map(|it| YEARS.map(|year| format!("{it}.{year}")));
        for (field, text) in cells.iter().chain(&below).flatten().zip(&typed) {
            answers.set(field, text);
        }
        let (meaning, _) = read(&answers, YEARS, WindowKind::Main);
        for year in meaning.project_years() {
            let lines = meaning.lines.iter().flat_map(|it| &it.costs).filter(|it| it.year == year.year);
            prop_assert_eq!(Money::sum(lines.map(|it| it.amount)), Ok(year.costs));
            let paid = Money::sum([year.own_contribution, year.co_financing, year.requested]);
            prop_assert_eq!(paid, Ok(year.costs));
            prop_assert!(Money::ZERO <= year.minimum && year.minimum <= year.requested);
        }
    }
}

#[test]
fn a_row_that_was_taken_away_leaves_no_gap_and_no_other_number() {
    let mut answers = Answers::default();
    for number in 1..=4 {
        answers.set(format!("regel.{number}.omschrijving"), "Zaal");
    }
    assert_eq!(line_rows(&answers), [1, 2, 3, 4]);
    part_with(&mut answers, "regel-weg.2");
    assert_eq!(line_rows(&answers), [1, 3, 4]);
    part_with(&mut answers, "regel-weg.4");
    assert_eq!(line_rows(&answers), [1, 3, 4]);
    assert_eq!(add_line(&mut answers), Some(5));
    assert_eq!(line_rows(&answers), [1, 3, 4, 5]);
    // With the last number in use, the empty ones are all that is left.
    answers.set(format!("regel.{MOST_LINES}.omschrijving"), "Laatste");
    assert!(line_rows(&answers).contains(&2));
    // What one has not come to yet is shown.
    assert_eq!(line_rows(&Answers::default()), [1, 2, 3]);
}
