//! What we write to municipalities about their application.

use chrono::{NaiveDate, NaiveDateTime};

use super::dates;

/// A message: a subject and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The subject, in one line.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// We received an application (Awb 2:10 and 4:3a).
pub fn receipt(reference: &str, number: i32, at: NaiveDateTime, sha256: &str) -> Message {
    Message {
        subject: format!("Wij hebben uw aanvraag {reference} ontvangen"),
        body: format!(
            "Wij hebben versie {number} van uw aanvraag {reference} ontvangen op {}.\n\n\
             U kunt precies teruglezen wat u hebt ingediend, en er een kopie van bewaren. \
             Het controlegetal (SHA-256) van deze versie is {sha256}.\n\n\
             U krijgt bericht als wij nog iets van u nodig hebben, en als wij hebben besloten.",
            dates::moment(at)
        ),
    }
}

/// Something is missing in an application (Awb 4:5): which parts are open again, what is asked, and
/// until when.
pub fn completion_requested(
    reference: &str,
    parts: &[&str],
    message: &str,
    due_on: NaiveDate,
) -> Message {
    Message {
        subject: format!("Vul uw aanvraag {reference} aan"),
        body: format!(
            "Uw aanvraag {reference} is nog niet volledig. Deze onderdelen staan opnieuw open: {}.\n\n\
             {message}\n\n\
             Pas de onderdelen aan en dien de aanvraag opnieuw in, uiterlijk op {}. \
             Tot die dag staat onze beslistermijn stil. Dient u niet op tijd in, dan kunnen wij besluiten \
             uw aanvraag niet te behandelen (artikel 4:5 van de Algemene wet bestuursrecht).",
            parts.join(", "),
            dates::date(due_on)
        ),
    }
}

/// An application was withdrawn.
pub fn withdrawn(reference: &str, at: NaiveDateTime) -> Message {
    Message {
        subject: format!("U hebt uw aanvraag {reference} ingetrokken"),
        body: format!(
            "U hebt uw aanvraag {reference} ingetrokken op {}. Wij nemen er geen besluit over.\n\n\
             U kunt de aanvraag nog wel lezen.",
            dates::moment(at)
        ),
    }
}
