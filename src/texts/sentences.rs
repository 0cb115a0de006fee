//! What went wrong, why, and what to do, in Dutch: one sentence per error and refusal.

use super::{dates, labels::Label, money};
use crate::{
    applications::state::{Event, State},
    error::{AppError, Refusal},
};

/// An error as a page says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What happened, in a few words.
    pub title: String,
    /// What happened and why.
    pub message: String,
    /// What to do now.
    pub advice: String,
}

fn say(title: &str, message: impl Into<String>, advice: impl Into<String>) -> Said {
    Said {
        title: title.to_owned(),
        message: message.into(),
        advice: advice.into(),
    }
}

/// The title, message and advice of an error.
pub fn said(err: &AppError) -> Said {
    match err {
        AppError::NotFound => say(
            "Niet gevonden",
            "Deze pagina bestaat niet, of u mag deze niet zien.",
            "Controleer het adres of ga terug naar het overzicht.",
        ),
        AppError::SignIn => say(
            "Log eerst in",
            "U bent niet ingelogd, of u was te lang weg.",
            "Log in om verder te gaan.",
        ),
        AppError::Forbidden => say(
            "Dat mag u niet doen",
            "Uw rol geeft geen recht op deze handeling.",
            "Vraag een collega met de juiste rol, of uw beheerder.",
        ),
        AppError::BadRequest(_) => say(
            "Dit verzoek begrijpen wij niet",
            "Het formulier hoort niet bij uw sessie, of het is niet volledig verstuurd.",
            "Ga terug, laad de pagina opnieuw en probeer het nog een keer. Kopieer zo nodig eerst uw tekst.",
        ),
        AppError::OldForm => say(
            "U bent intussen opnieuw ingelogd",
            "Dit formulier stond nog open van voor die tijd.",
            "Ga terug, laad de pagina opnieuw en verstuur het formulier nog een keer.",
        ),
        AppError::TooLarge => say(
            "Dit is te groot",
            "Een formulier mag samen niet groter zijn dan 1 MB, en een tekstveld niet groter dan 64 kB.",
            "Ga terug en kort de tekst in. Bestanden kunt u hier niet meesturen.",
        ),
        AppError::TooMany { seconds } => say(
            "Te veel pogingen",
            format!("Er is te vaak geprobeerd in te loggen. Wacht {seconds} seconden."),
            "Probeer het daarna opnieuw.",
        ),
        AppError::Invalid(errors) => say(
            "Niet alles klopt",
            errors
                .iter()
                .map(|(_, sentence)| sentence)
                .collect::<Vec<_>>()
                .join(" "),
            "Ga terug en verbeter wat hierboven staat.",
        ),
        AppError::Stale => say(
            "Iemand anders was u voor",
            "Terwijl u bezig was heeft iemand anders dit gewijzigd. Uw wijziging is niet opgeslagen.",
            "Ga terug, laad de pagina opnieuw en bekijk wat er nu staat. Doe uw wijziging dan nog een keer.",
        ),
        AppError::Refused(refusal) => refused(refusal),
        AppError::Busy | AppError::Retry => say(
            "Het is even druk",
            "Wij konden uw verzoek nu niet verwerken. Er is niets opgeslagen.",
            "Wacht een paar seconden en probeer het opnieuw.",
        ),
        AppError::Internal(_) => say(
            "Er ging iets mis bij ons",
            "Dit is onze fout. Er is niets opgeslagen.",
            "Probeer het later opnieuw. Blijft het misgaan? Neem dan contact op met de NCTV.",
        ),
    }
}

/// What somebody else changed in a form that one is writing in, and that was merged.
pub fn also_changed(who: &str, labels: &[String]) -> String {
    let quoted: Vec<String> = labels.iter().map(|it| format!("“{it}”")).collect();
    let (last, before) = match quoted.as_slice() {
        [.., last] if quoted.len() <= 4 => (last.clone(), quoted.len().saturating_sub(1)),
        _ => (format!("nog {} velden", quoted.len().saturating_sub(3)), 3),
    };
    let first: Vec<String> = quoted.into_iter().take(before).collect();
    let list = if first.is_empty() {
        last
    } else {
        format!("{} en {last}", first.join(", "))
    };
    format!("{who} heeft ook {list} gewijzigd. Dat staat er nu ook in.")
}

fn refused(refusal: &Refusal) -> Said {
    match refusal {
        Refusal::NotPossible { state, event } => say(
            "Dat kan nu niet",
            format!(
                "De aanvraag heeft de status “{}”. {} kan dan niet.",
                state.label().to_lowercase(),
                event.label()
            ),
            "Misschien heeft iemand anders dit al gedaan. Bekijk de aanvraag opnieuw.",
        ),
        Refusal::NotOpenForChange => say(
            "Dit onderdeel kunt u niet wijzigen",
            "De aanvraag is ingediend, of dit onderdeel is niet opnieuw opengesteld.",
            "Is de aanvraagperiode nog open? Kies dan op de pagina van de aanvraag “Verbeteren”. Is zij voorbij en moet er toch iets veranderen? Neem contact op met de NCTV.",
        ),
        Refusal::FileWaits => say(
            "Dit bestand is nog niet gecontroleerd",
            "Het wacht op controle op virussen. Tot die tijd geven wij het aan niemand.",
            "Probeer het over een paar minuten nog eens.",
        ),
        Refusal::FileHeld => say(
            "Dit bestand wordt vastgehouden",
            "Er is een virus in gevonden. Daarom geven wij het aan niemand.",
            "Vraag de gemeente om een nieuw bestand.",
        ),
        Refusal::NotGiven => say(
            "Dit onderdeel kunt u niet wijzigen",
            "U bent uitgenodigd voor andere onderdelen, of alleen om te lezen.",
            "Moet u hier wel iets invullen? Vraag het aan wie u uitnodigde.",
        ),
        Refusal::ProjectRemoved => say(
            "Dit project is verwijderd",
            "Iemand heeft dit project uit de aanvraag gehaald.",
            "Zet het project terug om het te wijzigen.",
        ),
        Refusal::WindowNotOpen { opens_at } => say(
            "U kunt nog niet aanvragen",
            format!("De aanvraagperiode begint op {}.", dates::moment(*opens_at)),
            "Kom dan terug.",
        ),
        Refusal::WindowStillOpen { closes_at } => say(
            "Het tijdvak is nog open",
            format!(
                "Aanvragen kan nog tot {}. Wie tot dan aanvraagt, moet mee kunnen doen.",
                dates::moment(*closes_at)
            ),
            "Neem het scenario over als het tijdvak gesloten is.",
        ),
        Refusal::WindowClosed { closed_at } => say(
            "U kunt niet meer indienen",
            format!("De aanvraagperiode sloot op {}.", dates::moment(*closed_at)),
            "Was er een storing? Vraag de NCTV dan om uitstel (artikel 2:21 van de Algemene wet bestuursrecht).",
        ),
        Refusal::NotComplete { blocking } => say(
            "U kunt nog niet indienen",
            format!("Er moeten nog {blocking} punten worden opgelost."),
            "Ga terug naar “Controleren en indienen”. Daar staat elk punt met een verwijzing.",
        ),
        Refusal::NotCorrected { state } => say(
            "U kunt deze aanvraag nu niet terugnemen om te verbeteren",
            format!(
                "De aanvraag heeft de status “{}”. Terugnemen om te verbeteren kan alleen als zij is ingediend en wij haar nog niet behandelen.",
                state.public_label().to_lowercase()
            ),
            "Bekijk de aanvraag. Kunt u haar wijzigen, doe dat dan en dien in. Moet er anders nog iets veranderen? Neem contact op met de NCTV.",
        ),
        Refusal::NobodyToSign => say(
            "Er is niemand anders die kan ondertekenen",
            "Niemand anders heeft het recht om deze aanvraag in te dienen. Er is dus niets gevraagd.",
            "Mag u zelf indienen? Doe dat dan, of nodig bij “Samenwerken” een collega uit met het recht “Bewerken en indienen”. Mag u dat niet? Vraag de NCTV om een account voor een ondertekenaar.",
        ),
        Refusal::CycleNotDraft => say(
            "Deze cyclus is al geopend",
            "De bedragen zijn vastgesteld en geboekt. Ze veranderen alleen nog door een besluit.",
            "Verschuif geld met een overheveling, of wijzig het plafond van een envelop.",
        ),
        Refusal::CycleNotOpen => say(
            "Deze cyclus is niet open",
            "Er is nog niets geboekt, of de cyclus is gesloten.",
            "Wijzig een concept op de pagina van de cyclus zelf.",
        ),
        Refusal::SchemeFrozen => say(
            "Deze regeling ligt vast",
            "Er is al een tijdvak op deze versie geopend.",
            "Maak een nieuwe versie van de regeling.",
        ),
        Refusal::AlreadyExists => say(
            "Dit bestaat al",
            "Er is er al een met deze gegevens.",
            "Ga terug en kies iets anders, of werk verder in wat er al is.",
        ),
        Refusal::NoAwardToAddTo => say(
            "U kunt geen aanvullend geld vragen",
            "Uw regio heeft in deze cyclus geen toekenning om op aan te vullen.",
            "Neem contact op met de NCTV als dat volgens u niet klopt.",
        ),
        Refusal::InterestsNotDeclared => say(
            "Verklaar eerst uw belangen",
            "U hebt voor dit dossier nog niet verklaard of u een belang hebt.",
            "Open het dossier en vul de verklaring in.",
        ),
        Refusal::AssessmentMissing { projects } => say(
            "Nog niet alles is beoordeeld",
            format!(
                "Er is nog geen afgeronde beoordeling van: {}.",
                projects.join(", ")
            ),
            "Vraag de beoordelaars om deze projecten af te ronden.",
        ),
        Refusal::SzwAdviceMissing { projects } => say(
            "Het advies van SZW ontbreekt",
            format!(
                "SZW moet adviseren over preventie. Er is nog geen advies over: {}.",
                projects.join(", ")
            ),
            "Vraag de beoordelaar van SZW om het advies af te ronden.",
        ),
        Refusal::AssessmentFinal => say(
            "Deze beoordeling is afgerond",
            "Een afgeronde beoordeling verandert niet meer.",
            "Vraag de coördinator om de beoordeling opnieuw te openen.",
        ),
        Refusal::CurePeriodRuns { due_on } => say(
            "De gemeente kan nog aanvullen",
            format!(
                "De gemeente heeft tot en met {} om aan te vullen.",
                dates::date(*due_on)
            ),
            "Wacht tot die dag voorbij is.",
        ),
        Refusal::UntreatedTooLate { last_day } => say(
            "Dat kan niet meer",
            format!(
                "Een aanvraag buiten behandeling stellen kon tot en met {}: vier weken na de laatste dag om aan te vullen (artikel 4:5, vierde lid, van de Algemene wet bestuursrecht).",
                dates::date(*last_day)
            ),
            "Neem de aanvraag in behandeling met wat er is ingediend.",
        ),
        Refusal::HasAssessed { name } => say(
            "Deze beoordelaar heeft al iets afgerond",
            format!(
                "{name} heeft voor deze aanvraag een beoordeling afgerond. Daarom kunt u de toewijzing niet terugnemen."
            ),
            "Open die beoordeling eerst opnieuw, of wijs een tweede beoordelaar toe.",
        ),
        Refusal::CycleNotDone { open } => say(
            "Deze cyclus kan nog niet dicht",
            match open {
                1 => "Over 1 aanvraag is nog niet besloten, of het besluit is niet bekendgemaakt."
                    .to_owned(),
                many => format!(
                    "Over {many} aanvragen is nog niet besloten, of het besluit is niet bekendgemaakt."
                ),
            },
            "Rond die aanvragen eerst af.",
        ),
        Refusal::WindowsStillOpen => say(
            "Deze cyclus kan nog niet dicht",
            "Een aanvraagtijdvak van deze cyclus is nog niet voorbij.",
            "Wacht tot het tijdvak is gesloten.",
        ),
        Refusal::NotInAssessment { state } => say(
            "Beoordelen kan nu niet",
            format!(
                "De aanvraag heeft de status “{}”.",
                state.label().to_lowercase()
            ),
            "Vraag de coördinator wanneer u verder kunt.",
        ),
        Refusal::OverCeiling {
            year,
            envelope,
            asked,
            room,
        } => say(
            "Daarvoor is niet genoeg geld",
            format!(
                "In {} {year} is nog {} vrij. U wilt {} toezeggen.",
                envelope.label().to_lowercase(),
                money::euros(*room),
                money::euros(*asked)
            ),
            "Verlaag het bedrag, of maak eerst geld vrij in deze envelop.",
        ),
        Refusal::BelowFloor {
            year,
            envelope,
            asked,
            room,
        } => say(
            "Dit geld is bestemd voor de eigen categorie",
            format!(
                "{} {year} heeft een minimum: eerst gaat het geld naar de eigen projecten, zolang die erom vragen. Anderen kunnen er nu {} van krijgen. U wilt {} gebruiken.",
                envelope.label(),
                money::euros(*room),
                money::euros(*asked)
            ),
            "Verlaag het bedrag, of wacht tot over de eigen projecten van deze envelop is besloten.",
        ),
        Refusal::AboveApplicantLimit { year, asked, room } => say(
            "Deze aanvrager krijgt dan te veel",
            format!(
                "Deze aanvrager kan in {year} nog {} krijgen. U wilt {} toezeggen.",
                money::euros(*room),
                money::euros(*asked)
            ),
            "Verlaag het bedrag, of vraag de coördinator de grens van deze aanvrager te verhogen.",
        ),
        Refusal::BelowApplicantLimit { year, asked, least } => say(
            "Deze aanvrager krijgt dan te weinig",
            format!(
                "Deze aanvraag moet in {year} minstens {} krijgen. U wilt {} toezeggen.",
                money::euros(*least),
                money::euros(*asked)
            ),
            "Verhoog het bedrag, of vraag de coördinator de grens van deze aanvrager te verlagen.",
        ),
        Refusal::LimitBelowPromised {
            year,
            asked,
            promised,
        } => say(
            "Dit geld is al toegezegd",
            format!(
                "Deze aanvrager is in {year} al {} toegezegd. U wilt er hoogstens {} van maken.",
                money::euros(*promised),
                money::euros(*asked)
            ),
            "Kies een hoger bedrag, of trek eerst een voorstel voor deze aanvrager in.",
        ),
        Refusal::NotComeBack {
            year,
            envelope,
            asked,
            room,
        } => say(
            "Zoveel geld is er niet teruggekomen",
            format!(
                "In {} {year} is daarvan nog {} over. U wilt {} een ander doel geven.",
                envelope.label().to_lowercase(),
                money::euros(*room),
                money::euros(*asked)
            ),
            "Verlaag het bedrag.",
        ),
        Refusal::BelowPromised {
            year,
            envelope,
            asked,
            room,
        } => say(
            "Dit geld is al toegezegd",
            format!(
                "In {} {year} is nog {} vrij. U wilt het plafond {} lager maken.",
                envelope.label().to_lowercase(),
                money::euros(*room),
                money::euros(*asked)
            ),
            "Kies een hoger bedrag, of maak eerst geld vrij in deze envelop.",
        ),
        Refusal::CeilingMoved {
            year,
            envelope,
            was,
            is,
            becomes,
        } => say(
            "Het plafond is intussen veranderd",
            format!(
                "Het plafond van {} {year} was {} toen dit werd voorgesteld en is nu {}. Er is niets geboekt.",
                envelope.label().to_lowercase(),
                money::euros(*was),
                money::euros(*is)
            ),
            format!(
                "Trek dit voorstel in. Moet het plafond nog steeds {} worden, stel dat dan opnieuw voor.",
                money::euros(*becomes)
            ),
        ),
        Refusal::FourEyes => say(
            "Een ander moet dit doen",
            "U hebt het voorstel zelf gedaan. Wie voorstelt, besluit niet (vier ogen).",
            "Vraag een andere beslisser.",
        ),
        Refusal::EditedScenario => say(
            "Een ander moet dit doen",
            "U hebt in het scenario achter dit voorstel een bedrag met de hand gewijzigd. Wie dat doet, besluit niet (vier ogen).",
            "Vraag een andere beslisser.",
        ),
        Refusal::SzwConsentMissing => say(
            "SZW moet eerst instemmen",
            "In dit voorstel zit een preventieproject. SZW beslist daarover mee.",
            "Wacht tot SZW heeft ingestemd.",
        ),
        Refusal::SzwRefused => say(
            "SZW stemt niet in",
            "SZW heeft het voorstel voor de preventieprojecten afgewezen.",
            "Trek het voorstel in en doe een nieuw voorstel.",
        ),
        Refusal::ScenarioStale => say(
            "Dit scenario is verouderd",
            "Na de berekening is een beoordeling of een bedrag gewijzigd.",
            "Maak een nieuw scenario met de gegevens van nu.",
        ),
        Refusal::ScenarioClosed => say(
            "Dit scenario verandert niet meer",
            "Het is al overgenomen of verworpen.",
            "Maak een nieuw scenario.",
        ),
        Refusal::ScenarioHypothetical => say(
            "Dit scenario is alleen om te bekijken",
            "Het verdeelt meer geld dan er vrij is.",
            "Laat eerst het plafond verhogen en maak dan een nieuw scenario.",
        ),
        Refusal::ScenarioBreaksRule(rule) => say(
            "Dit scenario kan niet",
            rule.clone(),
            "Pas het bedrag of de regel aan.",
        ),
        Refusal::AwardMoved => say(
            "De toekenning is intussen veranderd",
            "Dit voorstel gaat uit van bedragen die niet meer gelden. Er is niets geboekt.",
            "Trek dit voorstel in en maak een nieuw.",
        ),
        Refusal::AmendmentOpen => say(
            "Er is al een wijziging voorgesteld",
            "Over een andere wijziging van deze toekenning is nog niet besloten.",
            "Wacht op het besluit, of trek dat voorstel eerst in.",
        ),
        Refusal::NoAward => say(
            "Er is geen toekenning om te wijzigen",
            "Wijzigen kan pas als het besluit bekend is gemaakt en er geld is toegekend.",
            "Bekijk de aanvraag om te zien hoe ver zij is.",
        ),
        Refusal::AmountOutOfRange { minimum, eligible } => say(
            "Dit bedrag kan niet",
            format!(
                "Kies niets, of een bedrag van {} tot en met {}.",
                money::euros(*minimum),
                money::euros(*eligible)
            ),
            "Pas het bedrag aan.",
        ),
        Refusal::NothingAwarded => say(
            "Er is nog niets toegekend",
            "U kunt voortgang melden als het besluit bekend is gemaakt en er geld is toegekend.",
            "Wacht op het besluit.",
        ),
        Refusal::TooLate { last_day } => say(
            "U bent te laat",
            format!("De laatste dag was {}.", dates::date(*last_day)),
            "Neem contact op met de NCTV als u hier niets aan kon doen.",
        ),
        Refusal::NoPdf => say(
            "Geen PDF",
            "Dit programma is zonder PDF gebouwd.",
            "Bekijk de brief of de aanvraag op het scherm en druk die af.",
        ),
        Refusal::TooLongToPrint => say(
            "Deze aanvraag is te lang voor een PDF",
            "De tekst is langer dan zo'n zeshonderd bladzijden.",
            "Druk de pagina zelf af, of bewaar de gegevens als JSON.",
        ),
    }
}

impl Label for State {
    /// The name that everybody sees.
    fn label(self) -> &'static str {
        match self {
            State::Draft => "Concept",
            State::Submitted => "Ingediend",
            State::CompletionRequested => "Aanvulling gevraagd",
            State::Completed => "Aangevuld",
            State::InAssessment => "In behandeling",
            State::Assessed => "Beoordeeld",
            State::Proposed => "Voorgesteld",
            State::NotTreatedProposed => "Voorgesteld: buiten behandeling",
            State::Decided => "Besloten",
            State::Notified => "Bekendgemaakt",
            State::Withdrawn => "Ingetrokken",
        }
    }
}

impl State {
    /// The name that the applicant sees: what the ministry makes of it stays inside until it is
    /// made known.
    pub fn public_label(self) -> &'static str {
        match self {
            State::InAssessment
            | State::Assessed
            | State::Proposed
            | State::NotTreatedProposed
            | State::Decided => State::InAssessment.label(),
            other => other.label(),
        }
    }
}

impl Label for Event {
    fn label(self) -> &'static str {
        match self {
            Event::Submit => "Indienen",
            Event::RequestCompletion => "Aanvulling vragen",
            Event::StartAssessment => "In behandeling nemen",
            Event::CloseAssessment => "De beoordeling vaststellen",
            Event::ReopenAssessment => "De beoordeling opnieuw openen",
            Event::Propose => "Een voorstel doen",
            Event::ProposeNotTreated => "Voorstellen de aanvraag buiten behandeling te stellen",
            Event::WithdrawProposal => "Het voorstel intrekken",
            Event::ReturnProposal => "Het voorstel teruggeven",
            Event::Lapse => "Alsnog in behandeling nemen",
            Event::Decide => "Besluiten",
            Event::Notify => "Het besluit bekendmaken",
            Event::Withdraw => "Intrekken",
            Event::Resume => "Verdergaan",
            Event::Correct => "Terugnemen om te verbeteren",
        }
    }
}
