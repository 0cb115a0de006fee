//! What we write to municipalities about their application.

use chrono::{NaiveDate, NaiveDateTime};

use super::{dates, money};
use crate::core::{
    answers::{FieldErrors, required},
    money::Money,
};

/// A message: a subject and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The subject, in one line.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// What is known of what happens with a version that was submitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Next {
    /// The last day to decide if nothing more is asked; nobody knows it of what was submitted to complete
    /// an application.
    pub decide_by: Option<NaiveDate>,
    /// Until when (UTC) the municipality can correct it, if it can.
    pub correct_until: Option<NaiveDateTime>,
}

/// Until when one can correct what is or will be submitted, and what comes after that.
pub fn correcting(until: Option<NaiveDateTime>) -> String {
    match until {
        Some(until) => format!(
            "Tot {} kunt u de aanvraag nog verbeteren, zolang wij haar nog niet behandelen. Daarna kunt u alleen iets wijzigen als wij om een aanvulling vragen.",
            dates::moment(until)
        ),
        None => "Na het indienen kunt u de aanvraag niet meer wijzigen, tenzij wij om een aanvulling vragen.".to_owned(),
    }
}

/// What happens with a version that was submitted, in sentences.
pub fn what_comes_next(next: Next) -> Vec<String> {
    let term = match next.decide_by {
        Some(day) => format!(
            "Wij beslissen uiterlijk op {}. Vragen wij om een aanvulling, dan duurt het langer.",
            dates::date(day)
        ),
        None => "De tijd die wij hebben om te beslissen, loopt weer verder.".to_owned(),
    };
    vec![
        correcting(next.correct_until),
        "De NCTV kijkt eerst of uw aanvraag volledig is. Missen wij iets, dan vragen wij u om een aanvulling.".to_owned(),
        term,
        "Als wij hebben besloten, staat het besluit bij Berichten. Wij mailen u dat ook.".to_owned(),
    ]
}

/// We received an application (Awb 2:10 and 4:3a).
pub fn receipt(
    reference: &str,
    number: i32,
    at: NaiveDateTime,
    sha256: &str,
    next: Next,
) -> Message {
    let what = match number {
        1 => format!("uw aanvraag {reference}"),
        number => format!("versie {number} van uw aanvraag {reference}"),
    };
    Message {
        subject: format!("Wij hebben {what} ontvangen"),
        body: format!(
            "Wij hebben versie {number} van uw aanvraag {reference} ontvangen op {}.\n\n\
             {}\n\n\
             Bij het ontvangstbewijs leest u precies terug wat u hebt ingediend, en kunt u er een kopie van bewaren. \
             Voor controle achteraf: het controlegetal (SHA-256) van deze versie is {sha256}.",
            dates::moment(at),
            what_comes_next(next).join("\n\n")
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

/// A window closes soon, and the application in it was not submitted yet, or not begun.
pub fn closes_soon(window: &str, closes_at: NaiveDateTime, reference: Option<&str>) -> Message {
    let standing = match reference {
        Some(it) => format!(
            "Uw aanvraag {it} is nog niet ingediend. Bij “Controleren en indienen” ziet u wat er nog moet gebeuren."
        ),
        None => "U bent nog niet begonnen met een aanvraag.".to_owned(),
    };
    let moment = dates::moment(closes_at);
    Message {
        subject: format!("{window} sluit bijna"),
        body: format!(
            "{standing}\n\n\
             U kunt indienen tot {moment}. Daarna kan het niet meer."
        ),
    }
}

/// The last day for a completion is near.
pub fn completion_due(reference: &str, due_on: NaiveDate) -> Message {
    Message {
        subject: format!("Vul aanvraag {reference} op tijd aan"),
        body: format!(
            "Wij vroegen u om een aanvulling van aanvraag {reference}. U diende die nog niet opnieuw in.\n\n\
             Dat kan tot en met {}. Doet u dat niet, dan kunnen wij de aanvraag niet behandelen \
             (artikel 4:5 van de Algemene wet bestuursrecht).",
            dates::date(due_on)
        ),
    }
}

/// A window closes later for all, because of an outage (Awb 2:21).
pub fn closes_later_for_all(window: &str, closes_at: NaiveDateTime) -> Message {
    Message {
        subject: format!("{window} sluit later"),
        body: format!(
            "Er was een storing kort voordat {window} zou sluiten. Daarom krijgt iedereen meer tijd \
             (artikel 2:21 van de Algemene wet bestuursrecht).\n\n\
             U kunt indienen tot {}.",
            dates::moment(closes_at)
        ),
    }
}

/// One region was given more time.
pub fn extended(window: &str, closes_at: NaiveDateTime, reason: &str) -> Message {
    Message {
        subject: format!("U krijgt uitstel voor {window}"),
        body: format!(
            "U krijgt meer tijd om aan te vragen in {window}. U kunt indienen tot {}.\n\n\
             De reden: {reason}\n\nDit uitstel geldt alleen voor uw regio.",
            dates::moment(closes_at)
        ),
    }
}

/// What an invitation says.
#[derive(Debug, Clone, Copy)]
pub struct Invited<'a> {
    /// Who invites.
    pub by: &'a str,
    /// Their municipality.
    pub municipality: &'a str,
    /// The region that is applied for.
    pub region: &'a str,
    /// What one is asked for, such as "mee te schrijven".
    pub what: &'a str,
    /// In which sections, if not in all.
    pub sections: &'a [&'a str],
    /// Before which day.
    pub due_on: Option<NaiveDate>,
    /// What who invites says to it; may be empty.
    pub message: &'a str,
    /// Until when it can be accepted.
    pub expires_at: NaiveDateTime,
}

/// Somebody is invited to work on an application.
pub fn invitation(it: Invited<'_>) -> Message {
    let mut parts = vec![format!(
        "{} van de gemeente {} vraagt u om {} aan de aanvraag Versterkingsgelden van {}.",
        it.by, it.municipality, it.what, it.region
    )];
    if !it.sections.is_empty() {
        parts.push(format!("Uw deel: {}.", it.sections.join(", ")));
    }
    if let Some(day) = it.due_on {
        parts.push(format!("Vul uw deel in vóór {}.", dates::date(day)));
    }
    if !it.message.is_empty() {
        parts.push(format!("{} schrijft:", it.by));
        parts.push(it.message.to_owned());
    }
    parts.push(format!(
        "De link hieronder is alleen voor u. U kunt de uitnodiging één keer aannemen, tot {}. Is de aanvraag dan al ingediend? Dan kunt u haar alleen lezen.",
        dates::moment(it.expires_at)
    ));
    Message {
        subject: format!("Uitnodiging: aanvraag Versterkingsgelden van {}", it.region),
        body: parts.join("\n\n"),
    }
}

/// Something is asked of somebody in an application.
pub fn task_set(reference: &str, part: &str, by: &str, due_on: Option<NaiveDate>) -> Message {
    let until = due_on.map_or_else(String::new, |it| format!(" vóór {}", dates::date(it)));
    Message {
        subject: format!("Een taak voor u in aanvraag {reference}"),
        body: format!("{by} vraagt u om uw deel in te vullen{until}: {part}."),
    }
}

/// What was asked of somebody has to be done in two days.
pub fn task_due(reference: &str, part: &str, due_on: NaiveDate) -> Message {
    Message {
        subject: format!("Herinnering: uw deel van aanvraag {reference}"),
        body: format!(
            "U bent gevraagd om uw deel in te vullen vóór {}: {part}. Is het klaar? Meld dat dan op de pagina van de taak.",
            dates::date(due_on)
        ),
    }
}

/// Who was asked says that it is done.
pub fn task_done(reference: &str, part: &str, by: &str, answer: &str) -> Message {
    let mut body = format!("{by} meldt dat dit klaar is: {part}.");
    if !answer.is_empty() {
        body.push_str(&format!("\n\n{answer}"));
    }
    Message {
        subject: format!("Klaar: {part} van aanvraag {reference}"),
        body,
    }
}

/// A colleague asks to sign: one of those who can, by name.
pub fn signing_asked(reference: &str, by: &str, signers: &str, total: &str) -> Message {
    Message {
        subject: format!("Aanvraag {reference} wacht op ondertekening"),
        body: format!(
            "{by} vraagt {signers} om aanvraag {reference} in te dienen. \
             Aangevraagd wordt {total}.\n\n\
             Lees de aanvraag. Dien deze dan in, of stuur deze terug met een opmerking."
        ),
    }
}

/// The signatory gives it back.
pub fn signing_returned(reference: &str, by: &str, remark: &str) -> Message {
    Message {
        subject: format!("Aanvraag {reference} is nog niet ondertekend"),
        body: format!(
            "{by} stuurde aanvraag {reference} terug met deze opmerking:\n\n{remark}\n\n\
             Pas de aanvraag aan en vraag opnieuw om een ondertekening."
        ),
    }
}

/// Something was found in a file of theirs.
pub fn attachment_held(reference: &str, name: &str, found: &str) -> Message {
    Message {
        subject: format!("Een bijlage van aanvraag {reference} wordt vastgehouden"),
        body: format!(
            "In het bestand “{name}” vond onze virusscanner iets: {found}. Wij houden het bestand vast. \
             Niemand kan het openen, ook wij niet.\n\n\
             Verwijder het bestand bij de bijlagen; zolang het er staat kunt u niet indienen. \
             Waarschuw uw eigen helpdesk: het bestand kan op een van uw computers schade doen."
        ),
    }
}

/// As [`attachment_held`], to who looks after the program. It names no application: not everybody who
/// gets it may know of that.
pub fn file_held(found: &str) -> Message {
    Message {
        subject: "Een bestand wordt vastgehouden".to_owned(),
        body: format!(
            "In een bestand dat een gemeente instuurde vond de virusscanner iets: {found}. Het bestand \
             is apart gezet en wordt aan niemand gegeven. De gemeente weet ervan.\n\n\
             In het overzicht staat van wie het is en wanneer het kwam."
        ),
    }
}

/// The name of the field with the reason why a proposal goes back to who made it.
pub const RETURN_REASON: &str = "reden_terug";

/// The reason why a proposal goes back, or the sentence that asks for it.
pub fn why_returned(text: &str) -> Result<String, FieldErrors> {
    let sentence = "Vul in waarom u dit voorstel teruggeeft. Wie het deed, leest dit.";
    required(RETURN_REASON, text, sentence)
}

/// A proposal for an application was given back, to who made it.
pub fn proposal_returned(reference: &str, by: &str, reason: &str) -> Message {
    Message {
        subject: format!("Uw voorstel voor aanvraag {reference} is teruggegeven"),
        body: format!(
            "{by} besloot niet zoals u voorstelde en gaf uw voorstel voor aanvraag {reference} terug.\n\n\
             De reden: {reason}\n\n\
             Geld dat ervoor was gereserveerd, is weer vrij. U kunt een nieuw voorstel doen."
        ),
    }
}

/// A proposal for the budget was given back, to who made it; of another ceiling, what it was and what
/// it would become.
pub fn budget_returned(
    reference: &str,
    ceilings: Option<(Money, Money)>,
    by: &str,
    reason: &str,
) -> Message {
    let what = ceilings.map(|(from, to)| {
        format!(
            " (het plafond van {} naar {})",
            money::euros(from),
            money::euros(to)
        )
    });
    Message {
        subject: format!("Uw voorstel {reference} voor de begroting is teruggegeven"),
        body: format!(
            "{by} besloot niet zoals u voorstelde en gaf uw voorstel {reference}{} terug.\n\n\
             De reden: {reason}\n\n\
             Er is niets geboekt. U kunt een nieuw voorstel doen.",
            what.unwrap_or_default()
        ),
    }
}

/// An application was withdrawn, submitted or not. `until` is when it can be taken up again, if it can.
pub fn withdrawn(
    reference: &str,
    at: NaiveDateTime,
    was_submitted: bool,
    until: Option<NaiveDateTime>,
) -> Message {
    let what = match was_submitted {
        true => "Wij nemen er geen besluit over.",
        false => "Zij was nog niet ingediend.",
    };
    let next = match until {
        Some(until) => format!(
            "Wilt u toch aanvragen? Tot {} kunt u verder met deze aanvraag. Wat u schreef is bewaard. \
             Kies op de pagina van de aanvraag “Toch verder met deze aanvraag”.",
            dates::moment(until)
        ),
        None => "U kunt de aanvraag nog wel lezen.".to_owned(),
    };
    Message {
        subject: format!("U hebt uw aanvraag {reference} ingetrokken"),
        body: format!(
            "U hebt uw aanvraag {reference} ingetrokken op {}. {what}\n\n{next}",
            dates::moment(at)
        ),
    }
}

/// What was withdrawn was taken up again.
pub fn resumed(reference: &str, by: &str, at: NaiveDateTime, closes_at: NaiveDateTime) -> Message {
    Message {
        subject: format!("U gaat toch verder met aanvraag {reference}"),
        body: format!(
            "{by} nam aanvraag {reference} weer op, op {}. De aanvraag is weer een concept en is nog niet \
             ingediend.\n\nU kunt indienen tot {}.",
            dates::moment(at),
            dates::moment(closes_at)
        ),
    }
}

/// What was submitted was taken back to correct it.
pub fn corrected(
    reference: &str,
    number: i32,
    by: &str,
    at: NaiveDateTime,
    until: NaiveDateTime,
) -> Message {
    Message {
        subject: format!("Dien aanvraag {reference} opnieuw in"),
        body: format!(
            "{by} nam versie {number} van aanvraag {reference} terug om iets te verbeteren, op {}. Er is nu niets \
             ingediend.\n\nDien de aanvraag opnieuw in vóór {}. Zonder dat heeft uw gemeente geen aanvraag gedaan.",
            dates::moment(at),
            dates::moment(until)
        ),
    }
}

/// To who works on an application by invitation: what was submitted was taken back to correct it.
pub fn partner_corrected(reference: &str, until: NaiveDateTime) -> Message {
    Message {
        subject: format!("Aanvraag {reference} wordt verbeterd"),
        body: format!(
            "De gemeente nam de aanvraag {reference}, waaraan u meewerkt, terug om iets te verbeteren. Zij is weer \
             een concept en moet opnieuw worden ingediend vóór {}.",
            dates::moment(until)
        ),
    }
}

/// To who works on an application by invitation: it was submitted as this version.
pub fn partner_submitted(reference: &str, number: i32) -> Message {
    Message {
        subject: format!("Aanvraag {reference} is ingediend"),
        body: format!(
            "De aanvraag {reference}, waaraan u meewerkt, is ingediend als versie {number}. U kunt haar \
             lezen en niet meer wijzigen, tenzij de gemeente haar terugneemt om iets te verbeteren, of om een \
             aanvulling wordt gevraagd."
        ),
    }
}

/// To who works on an application by invitation: these parts of it are open again.
pub fn partner_reopened(reference: &str, parts: &[&str], due_on: NaiveDate) -> Message {
    Message {
        subject: format!("Aanvraag {reference} moet worden aangevuld"),
        body: format!(
            "Van de aanvraag {reference}, waaraan u meewerkt, staan deze onderdelen opnieuw open: {}. De \
             aanvulling moet zijn ingediend uiterlijk op {}.",
            parts.join(", "),
            dates::date(due_on)
        ),
    }
}

/// To who works on an application by invitation: it was withdrawn.
pub fn partner_withdrawn(reference: &str) -> Message {
    Message {
        subject: format!("Aanvraag {reference} is ingetrokken"),
        body: format!(
            "De aanvraag {reference}, waaraan u meewerkt, is ingetrokken. U hoeft er niets meer aan te doen."
        ),
    }
}

/// To who works on an application by invitation: what was withdrawn was taken up again.
pub fn partner_resumed(reference: &str, closes_at: NaiveDateTime) -> Message {
    Message {
        subject: format!("Aanvraag {reference} gaat toch verder"),
        body: format!(
            "De aanvraag {reference}, waaraan u meewerkt, was ingetrokken en is weer een concept. Indienen \
             kan tot {}.",
            dates::moment(closes_at)
        ),
    }
}

/// To who works on an application by invitation: they were given something else, such as
/// "Bewerken: Projecten".
pub fn right_changed(reference: &str, by: &str, right: &str) -> Message {
    Message {
        subject: format!("Uw recht in aanvraag {reference} is gewijzigd"),
        body: format!("{by} wijzigde wat u mag in aanvraag {reference}. U hebt nu: {right}."),
    }
}

/// To who worked on an application by invitation: they have it no longer.
pub fn partner_removed(reference: &str, by: &str) -> Message {
    Message {
        subject: format!("U werkt niet meer mee aan aanvraag {reference}"),
        body: format!(
            "{by} haalde u van aanvraag {reference} af. U kunt er niet meer bij. Wat u schreef blijft in de \
             aanvraag staan. Taken die nog open stonden zijn vervallen."
        ),
    }
}

/// To who invited somebody: they accepted.
pub fn invitation_accepted(reference: &str, name: &str, organisation: &str) -> Message {
    Message {
        subject: format!("{name} werkt mee aan aanvraag {reference}"),
        body: format!(
            "{name} ({organisation}) nam uw uitnodiging aan en kan nu bij aanvraag {reference}."
        ),
    }
}

/// What was asked of somebody need not be done any more: the application was submitted.
pub fn task_over(reference: &str, parts: &[&str]) -> Message {
    Message {
        subject: format!("Uw taak in aanvraag {reference} is vervallen"),
        body: format!(
            "Aanvraag {reference} is ingediend. Dit was aan u gevraagd en hoeft niet meer: {}.",
            parts.join(", ")
        ),
    }
}
