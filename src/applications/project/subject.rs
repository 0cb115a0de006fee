//! What a project is: its category and part, its name, and the texts that describe it. Pure.

use super::{EvaluationKind, typed};
use crate::{
    core::{
        answers::{Answers, FieldErrors},
        category::{Category, SubItem},
    },
    schemes::WindowKind,
    texts::labels::Label,
};

/// What is chosen for a project that is not one of one year: no year.
pub const BOTH_YEARS: &str = "Beide jaren";

/// The longest name of a project, in characters.
pub const LONGEST_TITLE: usize = 150;

/// A text that describes the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Its field.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Why it is asked, and how to write it.
    pub help: &'static str,
    /// What to do when it is empty.
    pub empty: &'static str,
}

/// What is written about the project before its evaluation, in the order of the page. All are
/// required (RAND Europe 2022: objectives were mostly short-term, the mechanism mostly not named).
pub const TEXTS: [Text; 8] = [
    Text {
        name: "doel-kort",
        label: "Wat wilt u bereiken op korte termijn?",
        help: "Verplicht: zonder doel kunnen wij uw project niet beoordelen. Binnen een jaar. Noem het verschil dat u wilt zien. Noem geen namen of andere gegevens van personen.",
        empty: "Schrijf op wat u op korte termijn wilt bereiken.",
    },
    Text {
        name: "doel-middel",
        label: "Wat wilt u bereiken op middellange termijn?",
        help: "Verplicht. Binnen twee jaar.",
        empty: "Schrijf op wat u op middellange termijn wilt bereiken.",
    },
    Text {
        name: "doel-lang",
        label: "Wat wilt u bereiken op lange termijn?",
        help: "Verplicht. Over drie jaar of later.",
        empty: "Schrijf op wat u op lange termijn wilt bereiken.",
    },
    Text {
        name: "doelgroep",
        label: "Voor wie is het project?",
        help: "Verplicht. Beschrijf de doelgroep en hoe groot die is.",
        empty: "Beschrijf voor wie het project is.",
    },
    Text {
        name: "activiteiten",
        label: "Wat gaat u doen?",
        help: "Verplicht. Noem de activiteiten, met aantallen en data als u die weet.",
        empty: "Beschrijf wat u gaat doen.",
    },
    Text {
        name: "werking",
        label: "Waarom leidt dit tot uw doel?",
        help: "Verplicht: hierop beoordelen wij of het project kan werken. Leg stap voor stap uit hoe uw activiteiten het doel dichterbij brengen, en waarop u dat baseert.",
        empty: "Leg uit waarom uw activiteiten tot uw doel leiden.",
    },
    Text {
        name: "samenwerking",
        label: "Met wie werkt u samen?",
        help: "Verplicht. Noem organisaties en hun taak, geen personen.",
        empty: "Schrijf op met wie u samenwerkt. Doet u het alleen? Schrijf dan waarom.",
    },
    Text {
        name: "juridische-toets",
        label: "Hoe is het project juridisch getoetst?",
        help: "Verplicht: wij gaan ervan uit dat opzet en uitvoering zijn getoetst. Wie heeft getoetst, waarop, en wat was de uitkomst? Ook als u anderen inhuurt.",
        empty: "Schrijf op hoe het project juridisch is getoetst.",
    },
];

/// How it will be evaluated.
pub const EVALUATION_PLAN: Text = Text {
    name: "evaluatieplan",
    label: "Hoe en wanneer evalueert u?",
    help: "Verplicht. Noem wie evalueert, wanneer, en wat u met de uitkomst doet.",
    empty: "Schrijf op hoe en wanneer u evalueert.",
};

/// What a project is, as far as that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    pub category: Option<Category>,
    pub sub_item: Option<SubItem>,
    pub year: Option<i32>,
    pub title: String,
}

impl Subject {
    /// The years in which the project has to have amounts and targets; none while that is not clear.
    pub fn runs_in(&self, years: [i32; 2]) -> Vec<i32> {
        match self.category {
            Some(it) if it.is_one_year() => self.year.into_iter().collect(),
            Some(_) => years.to_vec(),
            None => Vec::new(),
        }
    }
}

/// Reads the first part of the form; adds what is wrong with it.
pub(super) fn read(
    answers: &Answers,
    years: [i32; 2],
    window: WindowKind,
    errors: &mut FieldErrors,
) -> Subject {
    let category = category(answers, years, window, errors);
    let sub_item = sub_item(answers, category, errors);
    let year = year(answers, category, years, window, errors);
    let title = title(answers, errors);
    for text in TEXTS {
        require(answers, &text, errors);
        if text.name == "samenwerking" && !takes_part(answers) {
            errors.push(
                "deelnemer",
                "Vink aan voor welke gemeenten het project is. Uw eigen gemeente telt ook mee.",
            );
        }
    }
    if EvaluationKind::parse(answers.get("evaluatie")).is_err() {
        errors.push(
            "evaluatie",
            "Kies hoe u evalueert: op plan, proces of effect.",
        );
    }
    require(answers, &EVALUATION_PLAN, errors);
    Subject {
        category,
        sub_item,
        year,
        title,
    }
}

/// Whether a municipality was ticked.
fn takes_part(answers: &Answers) -> bool {
    let mut ticked = answers.starting_with("deelnemer.");
    ticked.any(|(_, text)| !typed::is_blank(text))
}

fn require(answers: &Answers, text: &Text, errors: &mut FieldErrors) {
    let typed = answers.get(text.name);
    if typed::is_blank(typed) {
        errors.push(text.name, text.empty);
    } else if typed::says_nothing(typed) {
        let quoted = typed::quoted(typed);
        errors.push(
            text.name,
            format!("{quoted} zegt ons niets. {}", text.empty),
        );
    }
}

fn category(
    answers: &Answers,
    years: [i32; 2],
    window: WindowKind,
    errors: &mut FieldErrors,
) -> Option<Category> {
    let category = Category::parse(answers.get("categorie")).ok();
    let [_, second] = years;
    match category {
        None => errors.push(
            "categorie",
            "Kies een categorie. Zonder categorie weten wij niet uit welke envelop uw project betaald kan worden.",
        ),
        Some(it) if window == WindowKind::TopUp && !it.is_one_year() => errors.push(
            "categorie",
            format!(
                "In deze aanvullende ronde kunt u alleen eenjarige flexibele projecten voor {second} aanvragen. Kies “{}”.",
                Category::OneYear.label()
            ),
        ),
        Some(_) => {}
    }
    category
}

fn sub_item(
    answers: &Answers,
    category: Option<Category>,
    errors: &mut FieldErrors,
) -> Option<SubItem> {
    let chosen = SubItem::parse(answers.get("onderdeel")).ok();
    let (Some(part), Some(category)) = (chosen, category) else {
        if chosen.is_none() {
            let of = category.map_or_else(String::new, |it| format!(": {}", parts(it)));
            errors.push("onderdeel", format!("Kies een soort project{of}."));
        }
        return chosen;
    };
    if part.category() == category {
        return Some(part);
    }
    errors.push("onderdeel", misplaced(part, category));
    None
}

/// Why a part does not belong to a category.
fn misplaced(part: SubItem, category: Category) -> String {
    if part.category() == Category::Prevention && category.is_one_year() {
        return format!(
            "Een preventieproject kan niet eenjarig flexibel zijn: volgens de regeling is een eenjarig project “niet zijnde een preventieproject” (Stcrt. 2022, 19011, artikel 1). Kies de categorie preventie en vul beide jaren in, of kies een andere soort: {}.",
            parts(category)
        );
    }
    format!(
        "“{}” hoort bij {}, niet bij {}. Kies een soort die erbij hoort: {}.",
        part.label(),
        lower(part.category()),
        lower(category),
        parts(category)
    )
}

fn year(
    answers: &Answers,
    category: Option<Category>,
    years: [i32; 2],
    window: WindowKind,
    errors: &mut FieldErrors,
) -> Option<i32> {
    let category = category?;
    let [first, second] = years;
    let chosen: Option<i32> = answers.get("jaar").parse().ok();
    let chosen = chosen.filter(|it| years.contains(it));
    if !category.is_one_year() {
        if let Some(year) = chosen {
            errors.push(
                "jaar",
                format!(
                    "U koos {year}, maar een project in {} loopt in beide jaren. Kies “{BOTH_YEARS}”. Loopt het project in één jaar? Kies dan de categorie {}.",
                    lower(category),
                    lower(Category::OneYear)
                ),
            );
        }
        return None;
    }
    if window == WindowKind::TopUp && chosen != Some(second) {
        errors.push(
            "jaar",
            format!("In deze aanvullende ronde is alleen geld voor {second}. Kies {second}."),
        );
    } else if chosen.is_none() {
        errors.push(
            "jaar",
            format!("Kies {first} of {second}. Een eenjarig project loopt in één jaar."),
        );
    }
    chosen
}

fn title(answers: &Answers, errors: &mut FieldErrors) -> String {
    let typed = answers.get("titel");
    let length = typed.trim().chars().count();
    if typed::says_nothing(typed) {
        errors.push(
            "titel",
            "Geef het project een naam, bijvoorbeeld “Jongerenwerk online”.",
        );
    } else if LONGEST_TITLE < length {
        errors.push(
            "titel",
            format!(
                "De naam is {length} tekens lang. Maak hem korter: hoogstens {LONGEST_TITLE} tekens."
            ),
        );
    }
    typed::line(typed, LONGEST_TITLE)
}

/// The parts of a category in a sentence: `gericht of generiek`.
fn parts(category: Category) -> String {
    let names: Vec<String> = category
        .sub_items()
        .iter()
        .map(|it| it.label().to_lowercase())
        .collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} of {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn lower(category: Category) -> String {
    category.label().to_lowercase()
}
