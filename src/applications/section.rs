//! Which sections an application has and what is asked in each. Pure.
//!
//! No more is asked than is needed to decide (Awb 4:4 lid 2): a field that is required says why, and
//! every other field says that it is voluntary.

use crate::{core::ids::ApplicationId, db::columns::text_enum, texts::labels::Label};

text_enum! {
    /// A part of an application that is written, saved and reopened by itself.
    pub enum SectionName {
        /// Who applies, whom to ask, who signs.
        Organisation => "organisation",
        /// Which municipalities take part and how they work together.
        Region => "region",
        /// The local situation: threat, need, resilience.
        Analysis => "analysis",
        /// All projects with their budgets and indicators.
        Projects => "projects",
        /// What the municipality declares.
        Statements => "statements",
        /// The files that are added.
        Attachments => "attachments",
    }
}

/// What one field of a section is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Line,
    /// An address for e-mail.
    Email,
    /// A telephone number.
    Phone,
    /// Several lines of text.
    Text,
    /// A statement to agree with.
    Agree,
    /// The municipalities of the region that take part, beside the lead.
    Participants,
}

/// Whether a field has to be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It has to be, for this reason; and what to say when it is empty.
    Required {
        /// Why we ask it, in a sentence.
        why: &'static str,
        /// What to do, in a sentence.
        empty: &'static str,
    },
    /// It helps, and nothing depends on it.
    Voluntary,
}

/// One field of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its id on the page and its name in the stored answers.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// More about it; may be empty.
    pub help: &'static str,
    /// What is typed in it.
    pub kind: Kind,
    /// Whether it has to be filled in.
    pub need: Need,
}

impl Field {
    /// The label with "(niet verplicht)" where it is.
    pub fn full_label(&self) -> String {
        match self.need {
            Need::Required { .. } => self.label.to_owned(),
            Need::Voluntary => format!("{} (niet verplicht)", self.label),
        }
    }

    /// The reason why it is asked, then the help.
    pub fn full_help(&self) -> String {
        let why = match self.need {
            Need::Required { why, .. } => why,
            Need::Voluntary => "",
        };
        [why, self.help].join(" ").trim().to_owned()
    }
}

const fn field(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    kind: Kind,
    need: Need,
) -> Field {
    Field {
        name,
        label,
        help,
        kind,
        need,
    }
}

const fn required(why: &'static str, empty: &'static str) -> Need {
    Need::Required { why, empty }
}

const ORGANISATION: &[Field] = &[
    field(
        "contactpersoon",
        "Contactpersoon",
        "",
        Kind::Line,
        required(
            "Verplicht: wij bellen of mailen deze persoon bij vragen over uw aanvraag.",
            "Vul de naam van de contactpersoon in.",
        ),
    ),
    field(
        "functie",
        "Functie van de contactpersoon",
        "",
        Kind::Line,
        Need::Voluntary,
    ),
    field(
        "email",
        "E-mailadres",
        "Liefst een adres dat ook werkt als de contactpersoon afwezig is.",
        Kind::Email,
        required(
            "Verplicht: wat wij u moeten laten weten, zoals ons besluit, mailen wij ook hiernaartoe.",
            "Vul een e-mailadres in, bijvoorbeeld veiligheid@gemeente.nl.",
        ),
    ),
    field(
        "telefoon",
        "Telefoonnummer",
        "",
        Kind::Phone,
        Need::Voluntary,
    ),
    field(
        "ondertekenaar",
        "Wie vraagt namens de gemeente aan?",
        "De naam en de functie van wie bevoegd is, bijvoorbeeld de burgemeester. Vraagt iemand aan met een mandaat? Zet er dan ook de datum en het nummer van het mandaat bij, als die er zijn.",
        Kind::Line,
        required(
            "Verplicht: alleen wie bevoegd is kan aanvragen (artikel 4:1 van de Algemene wet bestuursrecht).",
            "Vul in wie namens de gemeente aanvraagt, met de functie.",
        ),
    ),
];

const REGION: &[Field] = &[
    field(
        "deelnemer",
        "Welke gemeenten doen mee?",
        "Uw eigen gemeente doet altijd mee. Vink de andere gemeenten aan waarvoor u mede aanvraagt.",
        Kind::Participants,
        Need::Voluntary,
    ),
    field(
        "samenwerking",
        "Hoe werkt u samen in de regio?",
        "Beschrijf wie wat doet, ook met politie, zorg- en veiligheidshuis en onderwijs.",
        Kind::Text,
        required(
            "Verplicht: wij wegen mee of het geld de hele regio bereikt.",
            "Beschrijf hoe u in de regio samenwerkt.",
        ),
    ),
    field(
        "afstemming",
        "Met wie hebt u deze aanvraag afgestemd?",
        "",
        Kind::Text,
        Need::Voluntary,
    ),
];

const ANALYSIS: &[Field] = &[
    field(
        "dreiging",
        "Welke dreiging ziet u in uw regio?",
        "Beschrijf het beeld, niet de personen: noem geen namen of andere gegevens van personen.",
        Kind::Text,
        required(
            "Verplicht: het geld gaat naar waar de dreiging hoog is.",
            "Beschrijf de dreiging in uw regio.",
        ),
    ),
    field(
        "behoefte",
        "Wat komt u tekort?",
        "Wat kunt u nu niet doen, en waarom niet uit eigen geld?",
        Kind::Text,
        required(
            "Verplicht: het geld gaat naar waar de behoefte hoog is.",
            "Beschrijf wat u nodig hebt.",
        ),
    ),
    field(
        "weerbaarheid",
        "Hoe weerbaar is uw regio nu?",
        "Denk aan netwerk, kennis, signalering en opvolging.",
        Kind::Text,
        required(
            "Verplicht: het geld gaat naar waar de weerbaarheid laag is.",
            "Beschrijf hoe weerbaar uw regio nu is.",
        ),
    ),
    field(
        "geleerd",
        "Wat leerde u van eerdere projecten?",
        "",
        Kind::Text,
        Need::Voluntary,
    ),
];

const STATEMENTS: &[Field] = &[
    field(
        "juridisch",
        "De opzet en de uitvoering van de projecten zijn juridisch getoetst, ook waar wij anderen inhuren.",
        "",
        Kind::Agree,
        required(
            "Verplicht: u laat dit zelf toetsen, bijvoorbeeld door uw juristen. Wij doen die toets niet voor u.",
            "Verklaar dat de projecten juridisch zijn getoetst, of laat dat eerst doen.",
        ),
    ),
    field(
        "deelnemers_akkoord",
        "De gemeenten die meedoen weten wat in deze aanvraag staat en zijn het ermee eens.",
        "",
        Kind::Agree,
        required(
            "Verplicht: u vraagt mede namens hen aan.",
            "Verklaar dat de deelnemende gemeenten het eens zijn met de aanvraag.",
        ),
    ),
    field(
        "waarheid",
        "Deze aanvraag is naar waarheid ingevuld.",
        "",
        Kind::Agree,
        required(
            "Verplicht: wij beslissen op wat u schrijft.",
            "Verklaar dat de aanvraag naar waarheid is ingevuld.",
        ),
    ),
    field(
        "opmerking",
        "Wilt u nog iets kwijt?",
        "",
        Kind::Text,
        Need::Voluntary,
    ),
];

impl SectionName {
    /// The sections that are one form; the projects and the files have pages of their own.
    pub const FORMS: [SectionName; 4] = [
        SectionName::Organisation,
        SectionName::Region,
        SectionName::Analysis,
        SectionName::Statements,
    ];

    /// What is asked, in the order of the page.
    pub fn fields(self) -> &'static [Field] {
        match self {
            SectionName::Organisation => ORGANISATION,
            SectionName::Region => REGION,
            SectionName::Analysis => ANALYSIS,
            SectionName::Projects | SectionName::Attachments => &[],
            SectionName::Statements => STATEMENTS,
        }
    }

    /// What the section is about, in a sentence.
    pub fn lead(self) -> &'static str {
        match self {
            SectionName::Organisation => "Wie vraagt aan, en wie kunnen wij iets vragen?",
            SectionName::Region => "Voor welke gemeenten vraagt u aan, en hoe werkt u samen?",
            SectionName::Analysis => {
                "Dreiging, behoefte en weerbaarheid: uw projecten moeten hierbij passen."
            }
            SectionName::Projects => "Wat gaat u doen, wat kost het en wat bereikt u?",
            SectionName::Statements => "Wat u ons verklaart.",
            SectionName::Attachments => {
                "Bestanden die uw aanvraag toelichten. U hoeft er geen toe te voegen."
            }
        }
    }

    /// The page on which it is written.
    pub fn href(self, application: &ApplicationId) -> String {
        match self {
            SectionName::Projects => format!("/aanvragen/{application}#projecten"),
            SectionName::Attachments => format!("/aanvragen/{application}/bijlagen"),
            section => format!("/aanvragen/{application}/onderdelen/{}", section.as_str()),
        }
    }
}

impl Label for SectionName {
    fn label(self) -> &'static str {
        match self {
            SectionName::Organisation => "Organisatie en contact",
            SectionName::Region => "Regio en deelnemers",
            SectionName::Analysis => "Analyse van de situatie",
            SectionName::Projects => "Projecten",
            SectionName::Statements => "Verklaringen",
            SectionName::Attachments => "Bijlagen",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_fields_of_a_section_have_one_name() {
        for section in SectionName::ALL {
            let names: std::collections::BTreeSet<_> =
                section.fields().iter().map(|it| it.name).collect();
            assert_eq!(names.len(), section.fields().len(), "{section:?}");
        }
    }
}
