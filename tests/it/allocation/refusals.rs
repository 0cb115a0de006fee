//! Input that is refused, each with its sentence.

use super::*;

/// The findings of the example file after a change.
fn findings(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut file = a_file();
    change(&mut file);
    match FrozenInput::read(&file.to_string()) {
        Ok(_) => Vec::new(),
        Err(refused) => refused.0.iter().map(ToString::to_string).collect(),
    }
}

#[track_caller]
fn check(change: impl FnOnce(&mut Value), expected: &str) {
    assert_eq!(findings(change), [expected]);
}

#[test]
fn the_example_is_accepted() {
    assert_eq!(findings(|_| {}), Vec::<String>::new());
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    check(
        |it| it["rest"] = json!(1),
        "rest: 'rest' is hier onbekend. Controleer de spelling of haal het weg.",
    );
    check(
        |it| it["projects"][0]["name"] = json!("x"),
        "projects[0].name: 'name' is hier onbekend. Controleer de spelling of haal het weg.",
    );
    check(
        |it| {
            it.as_object_mut().unwrap().remove("ceilings");
        },
        "ceilings: 'ceilings' ontbreekt.",
    );
    check(
        |it| it["projects"][0]["score"] = json!("7.505"),
        "projects[0].score: De score 7.505 heeft meer dan twee decimalen.",
    );
    check(
        |it| it["projects"][0]["score"] = json!("7,5"),
        "projects[0].score: '7,5' is geen score. Schrijf bijvoorbeeld 7.50.",
    );
    check(
        |it| it["projects"][0]["score"] = json!(7.5),
        "projects[0].score: Zet dit getal tussen aanhalingstekens, bijvoorbeeld \"1234.50\". Dan gaat er niets verloren bij het afronden.",
    );
    check(
        |it| it["ceilings"]["2027"] = json!("-1.00"),
        "ceilings.2027: Het bedrag -1.00 is negatief. Schrijf een bedrag van 0 of meer.",
    );
    check(
        |it| it["ceilings"]["2027"] = json!("1.000,50"),
        "ceilings.2027: '1.000,50' is geen bedrag. Schrijf alleen cijfers met een punt voor de centen, bijvoorbeeld 1234.50.",
    );
    check(
        |it| it["ceilings"]["2027"] = json!("0.005"),
        "ceilings.2027: Het bedrag 0.005 heeft meer dan twee decimalen.",
    );
    check(
        |it| it["ceilings"]["2027"] = json!("12345678901234567890"),
        "ceilings.2027: Het bedrag 12345678901234567890 is te groot. Het grootste bedrag is 9999999999.99.",
    );
    check(
        |it| it["ceilings"]["27"] = json!("1.00"),
        "ceilings.27: '27' is geen jaar van vier cijfers.",
    );
    check(
        |it| it["ties"][0] = json!("date"),
        "ties[0]: Dit woord is hier onbekend. Kies uit: score, amount_ascending, lottery.",
    );
    check(
        |it| it["leftover"] = json!("yes"),
        "leftover: Hier hoort true of false, zonder aanhalingstekens.",
    );
    check(
        |it| it["projects"] = json!({}),
        "projects: Hier hoort een lijst tussen rechte haken.",
    );
    check(
        |it| it["years"] = json!(["2027", 2028]),
        "years[0]: Dit is geen jaar. Schrijf een jaar als getal, bijvoorbeeld 2027.",
    );
    check(
        |it| it["seed"] = json!(4711),
        "seed: Hier hoort een tekst tussen aanhalingstekens.",
    );
    check(
        |it| it["version"] = json!("1"),
        "version: Hier hoort een geheel getal, zonder aanhalingstekens.",
    );
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_place() {
    check(
        |it| it["version"] = json!(2),
        "version: Versie 2 is onbekend. Deze versie leest alleen versie 1.",
    );
    check(
        |it| it["rounding"] = json!("0.00"),
        "rounding: De afronding moet meer dan 0 zijn, bijvoorbeeld 1.00.",
    );
    check(
        |it| it["seed"] = json!(""),
        "seed: Er wordt geloot, maar het zaad (seed) ontbreekt. Leg vooraf een openbaar zaad vast.",
    );
    check(
        |it| it["ties"] = json!(["score", "score"]),
        "ties[1]: 'score' staat twee keer in de volgorde.",
    );
    check(
        |it| it["years"] = json!([2027, 2028, 2028]),
        "years[2]: 2028 staat twee keer in de lijst.",
    );
    check(
        |it| {
            it["ceilings"].as_object_mut().unwrap().remove("2028");
        },
        "ceilings.2028: Voor 2028 ontbreekt het plafond.",
    );
    check(
        |it| it["ceilings"]["2029"] = json!("1.00"),
        "ceilings.2029: 2029 staat niet in de lijst met jaren (years).",
    );
    check(
        |it| it["ceilings"]["2027"] = json!("1999999.99"),
        "ceilings.2027: Het plafond van 2027 is €\u{a0}1.999.999,99. De geoormerkte bedragen zijn samen €\u{a0}2.000.000,00, dat is €\u{a0}0,01 te veel.",
    );
    check(
        |it| it["categories"][2]["amounts"]["2029"] = json!("1.00"),
        "categories[2].amounts.2029: 2029 staat niet in de lijst met jaren (years).",
    );
    check(
        |it| it["categories"][2]["id"] = json!("baseline"),
        "categories[2].id: De categorie 'baseline' staat twee keer in de lijst.",
    );
    check(
        |it| it["categories"][2]["id"] = json!("total"),
        "categories[2].id: 'total' is de naam van de regel met het totaal. Kies een andere naam.",
    );
    check(
        |it| it["projects"][0]["category"] = json!("sport"),
        "projects[0].category: De categorie 'sport' van project 'GM0518-1' is onbekend.",
    );
    check(
        |it| it["projects"][0]["id"] = json!("x".repeat(65)),
        "projects[0].id: 'xxxxxxxxxxxxxxxxxxxx…' is langer dan 64 tekens.",
    );
    check(
        |it| it["projects"][0]["id"] = json!(" "),
        "projects[0].id: Hier ontbreekt een naam of nummer.",
    );
    check(
        |it| it["projects"][0]["id"] = json!("a\nb"),
        "projects[0].id: Hier staat een teken dat niet te zien is, zoals een regeleinde of een tab.",
    );
    check(
        |it| it["projects"][0]["eligible"]["2027"] = json!("79999.00"),
        "projects[0].minimum.2027: Het subsidiabele bedrag €\u{a0}79.999,00 is lager dan het minimum €\u{a0}80.000,00.",
    );
    check(
        |it| {
            it["projects"][0]["eligible"]
                .as_object_mut()
                .unwrap()
                .remove("2028");
        },
        "projects[0].minimum.2028: Project 'GM0518-1' heeft voor 2028 een minimum, maar geen subsidiabel bedrag.",
    );
    check(
        |it| {
            it["projects"][0]["eligible"]["2027"] = json!("80000.90");
            it["projects"][0]["minimum"]["2027"] = json!("80000.50");
        },
        "projects[0].minimum.2027: Tussen het minimum €\u{a0}80.000,50 en het subsidiabele bedrag €\u{a0}80.000,90 ligt geen veelvoud van de afronding €\u{a0}1,00. Kies een kleinere afronding of een lager minimum.",
    );
    check(
        |it| {
            let copy = it["projects"][0].clone();
            it["projects"].as_array_mut().unwrap().push(copy);
        },
        "projects[1].id: Het project 'GM0518-1' staat twee keer in de lijst.",
    );
    check(
        |it| it["applicants"]["GM9999"] = json!({}),
        "applicants.GM9999: De aanvrager 'GM9999' is onbekend: geen enkel project hoort erbij.",
    );
    check(
        |it| it["applicants"]["GM0518"]["at_least"]["2027"] = json!("1500000.01"),
        "applicants.GM0518.at_least.2027: Voor aanvrager 'GM0518' is het minste bedrag in 2027 hoger dan het hoogste bedrag.",
    );
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let found = findings(|it| {
        it["rounding"] = json!("0.00");
        it["projects"][0]["category"] = json!("sport");
        let mut other = it["projects"][0].clone();
        other["score"] = json!("7.505");
        it["projects"].as_array_mut().unwrap().push(other);
    });
    let paths: Vec<&str> = found
        .iter()
        .map(|it| it.split(": ").next().unwrap())
        .collect();
    // The second project could not be read, so nothing is said of its category.
    assert_eq!(
        paths,
        ["projects[1].score", "rounding", "projects[0].category"]
    );
}

#[test]
fn what_json_would_swallow_is_refused() {
    let text = a_file().to_string();
    let refused = |text: &str| FrozenInput::read(text).unwrap_err().0[0].to_string();
    let twice = text.replace(
        "\"rounding\":\"1.00\"",
        "\"rounding\":\"1.00\",\"rounding\":\"2.00\"",
    );
    assert_eq!(
        refused(&twice),
        "rounding: 'rounding' staat hier twee keer. Laat er een staan."
    );
    assert_eq!(
        refused("{\n  \"version\": 1,\n}"),
        "Dit is geen geldig JSON-bestand. De fout staat op regel 3, teken 1."
    );
    assert!(refused("").starts_with("Dit is geen geldig JSON-bestand."));
    assert!(refused("[]").starts_with("Hier hoort een groep tussen accolades."));
    assert!(refused(&"[".repeat(100_000)).starts_with("Dit is geen geldig JSON-bestand."));
}

#[test]
fn too_many_projects_are_refused() {
    let mut input = a_division([1, 0]);
    input.categories = vec![a_category("c", EnvelopeMode::AtMost, &[1], Method::ProRata)];
    input.projects = (0..100_001)
        .map(|it| a_project(&it.to_string(), "c", 1, &[1]))
        .collect();
    let refused = FrozenInput::new(input).unwrap_err();
    assert_eq!(
        refused.0[0].sentence,
        "Er staan 100001 projecten in de lijst. Het hoogste aantal is 100000."
    );
}

#[test]
fn amounts_that_would_overflow_are_refused() {
    let mut input = a_division([1, 0]);
    input.categories = vec![a_category("c", EnvelopeMode::AtMost, &[1], Method::ProRata)];
    input.projects = vec![a_project("a", "c", 1, &[1]), a_project("b", "c", 1, &[1])];
    input.projects.iter_mut().for_each(|it| {
        it.eligible.insert(Y1, Money::MAX);
    });
    let refused = FrozenInput::new(input).unwrap_err();
    assert!(
        refused.0[0]
            .sentence
            .starts_with("De subsidiabele bedragen van 2027 zijn samen €\u{a0}19.999.999.999,98.")
    );
}
