//! What is typed about a version of the scheme. Pure.

use validator::{Validate, ValidationError};

use crate::{
    core::{
        actor::Department,
        answers::{Answers, FieldErrors},
        ids::SchemeId,
        money::Money,
    },
    schemes::{Criterion, NewCriterion, Scheme},
    texts::money,
    web::reading::Reading,
};

/// The most criteria that a department can have.
pub const MOST_CRITERIA: usize = 12;
/// The published chains to choose from, with what people read.
pub const TIE_CHAINS: [(&str, &str); 2] = [
    (
        "score,amount_ascending,lottery",
        "De hoogste score, dan het laagste bedrag, dan loting",
    ),
    ("score,lottery", "De hoogste score, dan loting"),
];

#[derive(Debug, Validate)]
struct Texts {
    #[validate(length(
        min = 3,
        max = 200,
        message = "Vul de citeertitel in, in hoogstens 200 tekens."
    ))]
    titel: String,
    #[validate(custom(
        function = "is_code",
        message = "Vul een code in van kleine letters, cijfers en streepjes, bijvoorbeeld versterkingsgelden."
    ))]
    code: String,
    #[validate(length(
        min = 3,
        max = 100,
        message = "Vul de vindplaats in, bijvoorbeeld Stcrt. 2026, 12345."
    ))]
    vindplaats: String,
    #[validate(custom(
        function = "are_articles",
        message = "Vul artikelen in met komma's ertussen, bijvoorbeeld 4:5,4:35."
    ))]
    artikelen: String,
    #[validate(length(
        min = 10,
        max = 2000,
        message = "Vul in waar en hoe iemand bezwaar maakt."
    ))]
    bezwaar: String,
    #[validate(length(
        min = 3,
        max = 300,
        message = "Vul in namens wie wordt besloten, in hoogstens 300 tekens."
    ))]
    mandaat: String,
    #[validate(length(
        min = 1,
        max = 20,
        message = "Vul het begrotingsartikel in, bijvoorbeeld 36."
    ))]
    begrotingsartikel: String,
}

/// A version as it was typed, complete but for id and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// The version it is made from, if it is not the first.
    pub from: Option<SchemeId>,
    /// The version.
    pub scheme: Scheme,
    /// What projects are scored on.
    pub criteria: Vec<NewCriterion>,
}

/// Reads the form.
pub fn read(answers: &Answers) -> Result<NewVersion, FieldErrors> {
    let mut it = Reading::new(answers);
    let from = it.optional("van").map(|id| SchemeId::from(id.as_str()));
    let texts = Texts {
        titel: it.text("titel"),
        code: it.text("code"),
        vindplaats: it.text("vindplaats"),
        artikelen: it.text("artikelen").replace(' ', ""),
        bezwaar: it.text("bezwaar"),
        mandaat: it.text("mandaat"),
        begrotingsartikel: it.text("begrotingsartikel"),
    };
    let order = ["titel", "code", "vindplaats"];
    it.check(
        &texts,
        if from.is_some() {
            &["titel", "vindplaats"]
        } else {
            &order
        },
    );
    let years = years(&mut it);
    let weeks = it.whole(
        "beslistermijn",
        1..=52,
        "Vul het aantal weken in waarbinnen wordt besloten, van 1 tot en met 52.",
    );
    it.check(
        &texts,
        &["artikelen", "bezwaar", "mandaat", "begrotingsartikel"],
    );
    let rounding = rounding(&mut it);
    let tie_chain = it.one_of(
        "volgorde",
        tie_chain,
        "Kies wat de doorslag geeft bij een gelijke score.",
    );
    let criteria = criteria(&mut it);
    let scheme = years.zip(weeks).zip(rounding.zip(tie_chain)).map(
        |(
            ((valid_from_year, valid_until_year), decision_term_weeks),
            (rounding_cents, tie_chain),
        )| Scheme {
            id: SchemeId::from(""),
            code: texts.code,
            scheme_version: 1,
            title: texts.titel,
            gazette_number: texts.vindplaats,
            valid_from_year,
            valid_until_year,
            is_example: it.is_ticked("voorbeeld"),
            decision_term_weeks,
            awb_articles: texts.artikelen,
            objection_clause: texts.bezwaar,
            mandate_line: texts.mandaat,
            budget_article: texts.begrotingsartikel,
            sisa_code: it.optional("sisa"),
            rounding_cents,
            tie_chain,
            leftover: it.is_ticked("restant"),
            coupled: it.is_ticked("gekoppeld"),
            frozen_at: None,
            version: 1,
        },
    );
    it.finish(scheme.map(|scheme| NewVersion {
        from,
        scheme,
        criteria,
    }))
}

fn years(it: &mut Reading<'_>) -> Option<(i32, i32)> {
    let sentence = "Vul een jaar in met vier cijfers, bijvoorbeeld 2027.";
    let from = it.whole("vanaf", 2000..=2199, sentence);
    let until = it.whole("tot-en-met", 2000..=2199, sentence);
    let (from, until) = from.zip(until)?;
    if until < from {
        it.wrong(
            "tot-en-met",
            "Het laatste jaar ligt voor het eerste. Kies een later jaar.",
        );
        return None;
    }
    Some((from, until))
}

fn rounding(it: &mut Reading<'_>) -> Option<Money> {
    let amount = it.money("afronding", "de eenheid waarop bedragen worden afgerond")?;
    if amount.is_zero() {
        it.wrong(
            "afronding",
            "Vul een bedrag boven 0 in, bijvoorbeeld 1,00 voor hele euro's.",
        );
        return None;
    }
    Some(amount)
}

fn tie_chain(typed: &str) -> Result<String, String> {
    let known = TIE_CHAINS.iter().find(|(chain, _)| *chain == typed);
    known
        .map(|(chain, _)| (*chain).to_owned())
        .ok_or_else(|| format!("unknown chain {typed:?}"))
}

fn criteria(it: &mut Reading<'_>) -> Vec<NewCriterion> {
    let mut res = Vec::new();
    for department in Department::ALL {
        let before = res.len();
        for row in 0..MOST_CRITERIA {
            res.extend(criterion(it, *department, row));
        }
        if res.len() == before {
            it.wrong(
                &field(*department, 0, "naam"),
                "Vul ten minste één criterium in voor deze afdeling.",
            );
        }
    }
    res
}

/// A row; nothing if it is empty. What is wrong with it is kept in `it`.
fn criterion(it: &mut Reading<'_>, department: Department, row: usize) -> Option<NewCriterion> {
    let [name, question, weight] =
        ["naam", "vraag", "gewicht"].map(|part| field(department, row, part));
    let new = NewCriterion {
        department,
        name: it.text(&name),
        question: it.text(&question),
        weight: 1,
    };
    if new.name.is_empty() && new.question.is_empty() && it.text(&weight).is_empty() {
        return None;
    }
    if !(1..=100).contains(&new.name.chars().count()) {
        it.wrong(
            &name,
            "Geef het criterium een naam, in hoogstens 100 tekens.",
        );
    }
    if !(5..=500).contains(&new.question.chars().count()) {
        it.wrong(
            &question,
            "Schrijf op welke vraag de beoordelaar beantwoordt, in hoogstens 500 tekens.",
        );
    }
    let heavy = it.whole(&weight, 1..=100, "Vul een gewicht in van 1 tot en met 100.");
    Some(NewCriterion {
        weight: heavy.unwrap_or(1),
        ..new
    })
}

/// The name of a field of a row of criteria.
pub fn field(department: Department, row: usize, part: &str) -> String {
    format!("{}.{row}.{part}", department.as_str())
}

/// How many rows a form shows for a department: those that are filled, and two more.
pub fn rows(answers: &Answers, department: Department) -> usize {
    let filled = (0..MOST_CRITERIA)
        .filter(|row| {
            let prefix = field(department, *row, "");
            answers
                .starting_with(&prefix)
                .any(|(_, text)| !text.trim().is_empty())
        })
        .max()
        .map_or(0, |it| it.saturating_add(1));
    filled.saturating_add(2).clamp(3, MOST_CRITERIA)
}

/// A form for a scheme that does not exist yet.
pub fn blank() -> Answers {
    Answers::default()
        .with("beslistermijn", "13")
        .with("begrotingsartikel", "36")
        .with("afronding", "1,00")
        .with("volgorde", "score,amount_ascending,lottery")
        .with("restant", "ja")
        .with("gekoppeld", "ja")
}

/// A form with everything of this version in it.
pub fn copied(scheme: &Scheme, criteria: &[Criterion]) -> Answers {
    let tick = |it: bool| if it { "ja" } else { "" };
    let mut answers = Answers::default()
        .with("van", scheme.id.as_str())
        .with("titel", scheme.title.as_str())
        .with("code", scheme.code.as_str())
        .with("vindplaats", scheme.gazette_number.as_str())
        .with("vanaf", scheme.valid_from_year.to_string())
        .with("tot-en-met", scheme.valid_until_year.to_string())
        .with("voorbeeld", tick(scheme.is_example))
        .with("beslistermijn", scheme.decision_term_weeks.to_string())
        .with("artikelen", scheme.awb_articles.as_str())
        .with("bezwaar", scheme.objection_clause.as_str())
        .with("mandaat", scheme.mandate_line.as_str())
        .with("begrotingsartikel", scheme.budget_article.as_str())
        .with("sisa", scheme.sisa_code.clone().unwrap_or_default())
        .with("afronding", money::typed(scheme.rounding_cents))
        .with("volgorde", scheme.tie_chain.as_str())
        .with("restant", tick(scheme.leftover))
        .with("gekoppeld", tick(scheme.coupled));
    for department in Department::ALL {
        let own = criteria.iter().filter(|it| it.department == *department);
        for (row, it) in own.enumerate() {
            answers.set(field(*department, row, "naam"), it.name.as_str());
            answers.set(field(*department, row, "vraag"), it.question.as_str());
            answers.set(field(*department, row, "gewicht"), it.weight.to_string());
        }
    }
    answers
}

fn is_code(text: &str) -> Result<(), ValidationError> {
    let right = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    if (3..=40).contains(&text.len()) && text.chars().all(right) {
        Ok(())
    } else {
        Err(ValidationError::new("code"))
    }
}

/// Articles of the Algemene wet bestuursrecht: chapter, colon, number.
fn are_articles(text: &str) -> Result<(), ValidationError> {
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit());
    let is_article = |it: &str| {
        it.split_once(':')
            .is_some_and(|(chapter, number)| digits(chapter) && digits(number))
    };
    if text.split(',').all(is_article) && text.len() <= 300 {
        Ok(())
    } else {
        Err(ValidationError::new("articles"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Answers {
        blank()
            .with("titel", "Regeling Versterkingsgelden")
            .with("code", "versterkingsgelden")
            .with("vindplaats", "Stcrt. 2026, 1")
            .with("vanaf", "2027")
            .with("tot-en-met", "2030")
            .with("artikelen", "4:5, 4:35")
            .with("bezwaar", "Stuur uw bezwaar aan de Minister.")
            .with("mandaat", "De Minister, namens deze")
            .with("nctv.0.naam", "Dreiging")
            .with("nctv.0.vraag", "Hoe groot is de dreiging?")
            .with("nctv.0.gewicht", "3")
            .with("szw.1.naam", "Preventie")
            .with("szw.1.vraag", "Hoe goed werkt het?")
            .with("szw.1.gewicht", "1")
    }

    #[test]
    fn a_version_that_is_copied_is_read_back_as_it_was() {
        let new = read(&typed()).unwrap();
        assert_eq!(new.scheme.awb_articles, "4:5,4:35");
        let stored: Vec<Criterion> = (1..)
            .zip(&new.criteria)
            .map(|(position, it)| Criterion {
                id: "c".into(),
                scheme_id: "s".into(),
                department: it.department,
                position,
                name: it.name.clone(),
                question: it.question.clone(),
                weight: it.weight,
            })
            .collect();
        let scheme = Scheme {
            id: "s".into(),
            ..new.scheme.clone()
        };
        let again = read(&copied(&scheme, &stored)).unwrap();
        assert_eq!(again.from, Some("s".into()));
        assert_eq!((again.scheme, again.criteria), (new.scheme, new.criteria));
    }

    #[track_caller]
    fn check(field: &str, text: &str) {
        let errors = read(&typed().with(field, text)).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [field], "{field} = {text:?}");
    }

    #[test]
    fn what_cannot_be_meant_is_said_at_its_field() {
        check("titel", " ");
        check("code", "Met Hoofdletter");
        check("tot-en-met", "2026");
        check("beslistermijn", "0");
        check("artikelen", "artikel 4");
        check("afronding", "0");
        check("volgorde", "loting");
        check("nctv.0.gewicht", "zwaar");
        check("nctv.0.vraag", "");
    }

    #[test]
    fn a_department_without_criteria_is_asked_for_one() {
        let mut typed = typed();
        for part in ["naam", "vraag", "gewicht"] {
            typed.set(field(Department::Szw, 1, part), "");
        }
        let errors = read(&typed).unwrap_err();
        assert!(errors.get("szw.0.naam").is_some());
        assert_eq!(rows(&typed, Department::Szw), 3);
        assert_eq!(rows(&typed, Department::Nctv), 3);
    }
}
