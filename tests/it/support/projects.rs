//! What a person types in the form of a project with which nothing is wrong.

/// The fields of a sound project that costs this much per year, in one line of the budget. With one
/// year it runs in that year; its targets are for the same years.
pub fn project(
    category: &str,
    part: &str,
    title: &str,
    costs: &[(i32, &str)],
) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = [
        ("categorie", category),
        ("onderdeel", part),
        ("titel", title),
        ("doel-kort", "Jongeren gaan in gesprek."),
        ("doel-middel", "Jongeren herkennen werving."),
        ("doel-lang", "Jongeren nemen afstand."),
        ("doelgroep", "Jongeren van 14 tot 20 jaar."),
        ("activiteiten", "Twee jongerenwerkers, online."),
        (
            "werking",
            "Wie een vertrouwd gezicht kent, zoekt eerder hulp.",
        ),
        ("samenwerking", "Met het jongerenwerk."),
        ("deelnemer.delft", "ja"),
        (
            "juridische-toets",
            "Getoetst door de afdeling juridische zaken.",
        ),
        ("evaluatie", "effect"),
        ("evaluatieplan", "In het najaar, door een onderzoeker."),
        ("regel.1.soort", "hiring"),
        ("regel.1.omschrijving", "Inhuur trainer"),
        ("regel.1.eenheid", "stuk"),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .to_vec();
    let mut add = |name: String, text: &str| fields.push((name, text.to_owned()));
    if let [(year, _)] = costs {
        add("jaar".to_owned(), &year.to_string());
    }
    for (number, level, name, from) in [
        (1, "output", "Jongeren in gesprek", "52"),
        (2, "outcome", "Jongeren die werving herkennen", "35"),
    ] {
        for (part, text) in [
            ("soort", level),
            ("naam", name),
            ("eenheid", "jongeren"),
            ("richting", "up"),
            ("beginstand", from),
            ("geen-beginstand", ""),
            ("bron", "Registratie jongerenwerk"),
            ("frequentie", "Elk kwartaal"),
            ("wie", "De projectleider"),
        ] {
            add(format!("indicator.{number}.{part}"), text);
        }
        for (year, _) in costs {
            add(format!("indicator.{number}.doel.{year}"), "60");
        }
    }
    for (year, amount) in costs {
        add(format!("regel.1.aantal.{year}"), "1");
        add(format!("regel.1.tarief.{year}"), amount);
    }
    fields
}
