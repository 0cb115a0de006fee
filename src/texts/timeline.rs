//! What happened, in sentences without a full stop: one for every kind of fact.

use super::{dates, labels::Label, money};
use crate::{
    applications::{section::SectionName, state::Event},
    audit::Fact,
    core::ids::ProjectId,
};

/// The sentence of a fact. `title` gives the title of a project. `None` where the fact beside it, of
/// the same moment, says it already.
pub fn sentence(fact: &Fact, title: &dyn Fn(&ProjectId) -> Option<String>) -> Option<String> {
    let project = |id: &ProjectId| match title(id).filter(|it| !it.trim().is_empty()) {
        Some(title) => format!("Project “{}”", title.trim()),
        None => "Een project".to_owned(),
    };
    let text = match fact {
        Fact::AccountCreated { email, .. } => format!("Account gemaakt voor {email}"),
        Fact::RolesChanged { .. } => "Rollen gewijzigd".to_owned(),
        Fact::AccountDisabled => "Account gesloten".to_owned(),
        Fact::AccountReopened => "Account weer geopend".to_owned(),
        Fact::SignedIn => "Ingelogd".to_owned(),
        Fact::SignInFailed => "Inloggen mislukt".to_owned(),
        Fact::SignedOut => "Uitgelogd".to_owned(),
        Fact::PasswordChanged => "Wachtwoord gewijzigd".to_owned(),
        Fact::SchemeCreated { title, version } => {
            format!("Regeling “{title}” gemaakt, versie {version}")
        }
        Fact::RegionChanged { name } => format!("Regio {name} gewijzigd"),
        Fact::CycleDrafted { name } => format!("Cyclus {name} opgesteld"),
        Fact::CycleOpened { totals } => {
            let totals: Vec<String> = totals
                .iter()
                .map(|it| format!("{} in {}", money::euros(it.amount), it.year))
                .collect();
            format!("Cyclus geopend met {}", totals.join(" en "))
        }
        Fact::CycleClosed { left } => {
            let left: Vec<String> = left
                .iter()
                .map(|it| format!("{} in {}", money::euros(it.amount), it.year))
                .collect();
            format!("Cyclus gesloten; niet toegekend: {}", left.join(" en "))
        }
        Fact::WindowSet { name, .. } => format!("Aanvraagperiode “{name}” vastgesteld"),
        Fact::WindowExtended {
            closes_at, reason, ..
        } => format!(
            "Aanvraagperiode verlengd tot {}: {reason}",
            dates::moment(*closes_at)
        ),
        Fact::OutageRecorded {
            starts_at,
            ends_at,
            closes_at,
            reason,
            ..
        } => format!(
            "Storing vastgelegd van {} tot {} ({reason}). De aanvraagperiode sluit op {}",
            dates::moment(*starts_at),
            dates::moment(*ends_at),
            dates::moment(*closes_at)
        ),
        Fact::RegionExtended {
            closes_at, reason, ..
        } => format!(
            "Eén regio kreeg uitstel tot {}: {reason}",
            dates::moment(*closes_at)
        ),
        Fact::ApplicationCopied { from } => format!("Teksten overgenomen uit {from}"),
        Fact::SigningAsked { .. } => "Om ondertekening gevraagd".to_owned(),
        Fact::SigningReturned => "Teruggestuurd door de ondertekenaar".to_owned(),
        Fact::ApplicationStarted { reference } => format!("Aanvraag {reference} begonnen"),
        Fact::SectionSaved { section, .. } => format!("{} opgeslagen", named(section)),
        Fact::ProjectAdded { .. } => "Project toegevoegd".to_owned(),
        Fact::ProjectSaved { project: id, .. } => format!("{} opgeslagen", project(id)),
        Fact::ProjectRemoved { project: id } => format!("{} verwijderd", project(id)),
        Fact::ProjectRestored { project: id } => format!("{} teruggezet", project(id)),
        Fact::ProjectMoved {
            project: id,
            position,
        } => format!("{} verplaatst naar plaats {position}", project(id)),
        Fact::AttachmentAdded { .. } => "Bijlage toegevoegd".to_owned(),
        Fact::AttachmentDescribed { .. } => "Omschrijving van een bijlage gewijzigd".to_owned(),
        Fact::AttachmentRemoved { .. } => "Bijlage verwijderd".to_owned(),
        Fact::AttachmentRestored { .. } => "Bijlage teruggezet".to_owned(),
        Fact::AttachmentCleared { .. } => "Bijlage gecontroleerd op virussen".to_owned(),
        Fact::AttachmentHeld { found, .. } => {
            format!("Bijlage vastgehouden: er is een virus in gevonden ({found})")
        }
        Fact::AttachmentForgotten { .. } => "Verwijderde bijlage gewist".to_owned(),
        Fact::ApplicationSubmitted { number, .. } => format!("Versie {number} ingediend"),
        Fact::ApplicationMoved { event } => return moved(event),
        Fact::CompletionRequested { sections, due_on } => format!(
            "Aanvulling gevraagd van {}, uiterlijk {}",
            sections
                .iter()
                .map(|it| named(it).to_lowercase())
                .collect::<Vec<_>>()
                .join(" en "),
            dates::date(*due_on)
        ),
        Fact::ReviewerAssigned { name, .. } => format!("Toegewezen aan {name}"),
        Fact::AssignmentWithdrawn { name, reason, .. } => {
            format!("Toewijzing aan {name} teruggenomen: {reason}")
        }
        Fact::DraftSetBack { number } => {
            format!("Wijzigingen die niet zijn ingediend tellen niet mee: versie {number} geldt")
        }
        Fact::InterestsDeclared { has_conflict: true } => {
            "Verklaard een belang te hebben; dit dossier is voor deze persoon gesloten".to_owned()
        }
        Fact::InterestsDeclared {
            has_conflict: false,
        } => "Verklaard geen belang te hebben".to_owned(),
        Fact::AssessmentFinished {
            project: id,
            department,
        } => format!(
            "{} beoordeeld door {}",
            project(id),
            department.to_uppercase()
        ),
        Fact::AssessmentReopened {
            project: id,
            department,
            ..
        } => format!(
            "{}: beoordeling van {} opnieuw geopend",
            project(id),
            department.to_uppercase()
        ),
        Fact::ScenarioCreated { name, .. } => format!("Scenario “{name}” gemaakt"),
        Fact::ScenarioEdited {
            project: id,
            year,
            before,
            after,
        } => format!(
            "{}: bedrag in {year} gewijzigd van {} in {}",
            project(id),
            money::euros(*before),
            money::euros(*after)
        ),
        Fact::ScenarioAdopted { proposals } => {
            format!("Scenario overgenomen: {proposals} voorstellen")
        }
        Fact::ScenarioDiscarded => "Scenario verworpen".to_owned(),
        Fact::Proposed { total, .. } => {
            format!(
                "Voorstel gedaan van {}, geld gereserveerd",
                money::euros(*total)
            )
        }
        Fact::NotTreatedProposed { .. } => {
            "Voorgesteld de aanvraag buiten behandeling te stellen".to_owned()
        }
        Fact::ReservationReleased { total, .. } => {
            format!("Reservering van {} vrijgegeven", money::euros(*total))
        }
        Fact::ProposalReturned { .. } => {
            "Voorstel teruggegeven: er is niet besloten zoals was voorgesteld".to_owned()
        }
        Fact::ReservationExtended { last_day, .. } => {
            format!("Geld gereserveerd tot en met {}", dates::date(*last_day))
        }
        Fact::CoDecided { agreed: true, .. } => "SZW stemde in met het voorstel".to_owned(),
        Fact::CoDecided { agreed: false, .. } => "SZW stemde niet in met het voorstel".to_owned(),
        Fact::Decided { outcome, .. } if outcome == "not_treated" => {
            format!("Besloten: {}", outcome_name(outcome))
        }
        Fact::Decided { outcome, total, .. } => {
            format!(
                "Besloten: {}, {}",
                outcome_name(outcome),
                money::euros(*total)
            )
        }
        Fact::DecisionSent { .. } => "Besluit verzonden".to_owned(),
        Fact::AmendmentProposed { reference } => {
            format!("Wijziging {reference} van de toekenning voorgesteld")
        }
        Fact::AmendmentCoDecided { reference, agreed } => {
            let with = if *agreed { "" } else { "niet " };
            format!("SZW stemde {with}in met wijziging {reference}")
        }
        Fact::AmendmentDecided {
            reference,
            raised,
            lowered,
            ..
        } => format!(
            "Toekenning gewijzigd met {reference}: {} erbij, {} eraf",
            money::euros(*raised),
            money::euros(*lowered)
        ),
        Fact::AmendmentWithdrawn { reference } => {
            format!("Voorgestelde wijziging {reference} ingetrokken")
        }
        Fact::ApplicantLimitSet {
            year,
            at_least,
            at_most,
            ..
        } => {
            let most = at_most.map(|it| format!(" en hoogstens {}", money::euros(it)));
            format!(
                "Grenzen van een aanvrager in {year}: minstens {}{}",
                money::euros(*at_least),
                most.unwrap_or_default()
            )
        }
        Fact::BudgetDecisionProposed { reference } => {
            format!("Begrotingsbesluit {reference} voorgesteld")
        }
        Fact::BudgetDecisionWithdrawn { reference } => {
            format!("Voorstel {reference} voor de begroting ingetrokken")
        }
        Fact::BudgetDecisionReturned { reference } => {
            format!("Voorstel {reference} voor de begroting teruggegeven")
        }
        Fact::Transferred {
            from,
            to,
            year,
            amount,
        } => format!(
            "{} overgeheveld van {from} naar {to} in {year}",
            money::euros(*amount)
        ),
        Fact::CeilingChanged {
            envelope,
            year,
            before,
            after,
        } => format!(
            "Plafond van {envelope} {year} gewijzigd van {} in {}",
            money::euros(*before),
            money::euros(*after)
        ),
        Fact::JournalUnsound { findings, first } => {
            format!("Journaal gecontroleerd: {findings} bevindingen. {first}")
        }
        Fact::PartnerInvited {
            organisation,
            right,
            sections,
            ..
        } => format!(
            "{organisation} uitgenodigd om {}",
            invited_to(right, sections)
        ),
        Fact::InvitationAccepted { .. } => "Uitnodiging aangenomen".to_owned(),
        Fact::InvitationWithdrawn { .. } => "Uitnodiging ingetrokken".to_owned(),
        Fact::PartnerRightChanged {
            right, sections, ..
        } => format!(
            "Recht van een meewerker gewijzigd: {}",
            invited_to(right, sections)
        ),
        Fact::PartnerRemoved { .. } => "Meewerker verwijderd".to_owned(),
        Fact::TaskSet { section, .. } => format!("Taak gegeven: {}", whole_or(section.as_ref())),
        Fact::TaskDone { section, .. } => format!("Taak klaar: {}", whole_or(section.as_ref())),
        Fact::TaskReopened { section, .. } => {
            format!("Taak weer open: {}", whole_or(section.as_ref()))
        }
        Fact::TaskDropped { section, .. } => {
            format!("Taak ingetrokken: {}", whole_or(section.as_ref()))
        }
        Fact::MailGivenUp { .. } => "Een mail was niet te bezorgen".to_owned(),
        Fact::MailTriedAgain { .. } => "Een mail opnieuw geprobeerd".to_owned(),
        Fact::MailWishChosen { .. } => "Meldingen gekozen".to_owned(),
        Fact::ProgressReported { project: id, year } => {
            format!("{}: voortgang over {year} gemeld", project(id))
        }
        Fact::CatalogueAdded { code } => format!("Indicator {code} in de catalogus gezet"),
        Fact::CatalogueChanged { code, edition } => {
            format!("Indicator {code} gewijzigd, versie {edition}")
        }
        Fact::CatalogueWithdrawn { code } => format!("Indicator {code} ingetrokken"),
        Fact::CataloguePutBack { code } => format!("Indicator {code} weer te kiezen"),
    };
    Some(text)
}

/// Whether the applicant sees this on the dossier. What the ministry makes of it stays inside until
/// it is made known.
pub fn is_public(fact: &Fact) -> bool {
    match fact {
        Fact::ApplicationCopied { .. }
        | Fact::SigningAsked { .. }
        | Fact::SigningReturned
        | Fact::PartnerInvited { .. }
        | Fact::InvitationAccepted { .. }
        | Fact::InvitationWithdrawn { .. }
        | Fact::PartnerRightChanged { .. }
        | Fact::PartnerRemoved { .. }
        | Fact::TaskSet { .. }
        | Fact::TaskDone { .. }
        | Fact::TaskReopened { .. }
        | Fact::TaskDropped { .. }
        | Fact::ApplicationStarted { .. }
        | Fact::SectionSaved { .. }
        | Fact::ProjectAdded { .. }
        | Fact::ProjectSaved { .. }
        | Fact::ProjectRemoved { .. }
        | Fact::ProjectRestored { .. }
        | Fact::ProjectMoved { .. }
        | Fact::AttachmentAdded { .. }
        | Fact::AttachmentDescribed { .. }
        | Fact::AttachmentRemoved { .. }
        | Fact::AttachmentRestored { .. }
        | Fact::AttachmentCleared { .. }
        | Fact::AttachmentHeld { .. }
        | Fact::AttachmentForgotten { .. }
        | Fact::ApplicationSubmitted { .. }
        | Fact::CompletionRequested { .. }
        | Fact::DraftSetBack { .. }
        | Fact::DecisionSent { .. }
        | Fact::AmendmentDecided { .. }
        | Fact::ProgressReported { .. } => true,
        Fact::ApplicationMoved { event } => {
            let told = [
                Event::StartAssessment,
                Event::Withdraw,
                Event::Resume,
                Event::Correct,
            ];
            told.iter().any(|it| it.as_str() == event)
        }
        Fact::AccountCreated { .. }
        | Fact::RolesChanged { .. }
        | Fact::AccountDisabled
        | Fact::AccountReopened
        | Fact::SignedIn
        | Fact::SignInFailed
        | Fact::SignedOut
        | Fact::PasswordChanged
        | Fact::SchemeCreated { .. }
        | Fact::RegionChanged { .. }
        | Fact::CycleDrafted { .. }
        | Fact::CycleOpened { .. }
        | Fact::WindowSet { .. }
        | Fact::WindowExtended { .. }
        | Fact::CycleClosed { .. }
        | Fact::OutageRecorded { .. }
        | Fact::RegionExtended { .. }
        | Fact::ReviewerAssigned { .. }
        | Fact::AssignmentWithdrawn { .. }
        | Fact::NotTreatedProposed { .. }
        | Fact::InterestsDeclared { .. }
        | Fact::AssessmentFinished { .. }
        | Fact::AssessmentReopened { .. }
        | Fact::ScenarioCreated { .. }
        | Fact::ScenarioEdited { .. }
        | Fact::ScenarioAdopted { .. }
        | Fact::ScenarioDiscarded
        | Fact::Proposed { .. }
        | Fact::ReservationReleased { .. }
        | Fact::ProposalReturned { .. }
        | Fact::ReservationExtended { .. }
        | Fact::CoDecided { .. }
        | Fact::Decided { .. }
        | Fact::AmendmentProposed { .. }
        | Fact::AmendmentCoDecided { .. }
        | Fact::AmendmentWithdrawn { .. }
        | Fact::ApplicantLimitSet { .. }
        | Fact::BudgetDecisionProposed { .. }
        | Fact::BudgetDecisionWithdrawn { .. }
        | Fact::BudgetDecisionReturned { .. }
        | Fact::Transferred { .. }
        | Fact::CeilingChanged { .. }
        | Fact::JournalUnsound { .. }
        | Fact::MailGivenUp { .. }
        | Fact::MailTriedAgain { .. }
        | Fact::MailWishChosen { .. }
        | Fact::CatalogueAdded { .. }
        | Fact::CatalogueChanged { .. }
        | Fact::CatalogueWithdrawn { .. }
        | Fact::CataloguePutBack { .. } => false,
    }
}

/// What a move means; of most, the fact recorded with it says more.
fn moved(event: &str) -> Option<String> {
    let text = match Event::parse(event).ok()? {
        Event::StartAssessment => "In behandeling genomen",
        Event::CloseAssessment => "Beoordeling vastgesteld",
        Event::ReopenAssessment => "Beoordeling opnieuw geopend",
        Event::WithdrawProposal => "Voorstel ingetrokken",
        Event::Lapse => "Alsnog in behandeling genomen: het besluit was niet op tijd bekend",
        Event::Withdraw => "Aanvraag ingetrokken",
        Event::Resume => "Toch verder met de aanvraag: het is weer een concept",
        Event::Correct => "Aanvraag teruggenomen om te verbeteren: het is weer een concept",
        Event::Submit
        | Event::RequestCompletion
        | Event::Propose
        | Event::ProposeNotTreated
        | Event::ReturnProposal
        | Event::Decide
        | Event::Notify => return None,
    };
    Some(text.to_owned())
}

fn invited_to(right: &str, sections: &[String]) -> String {
    let what = match right {
        "view" => "te lezen",
        "sign" => "mee te schrijven en in te dienen",
        _ => "mee te schrijven",
    };
    let names: Vec<&str> = sections.iter().map(|it| named(it)).collect();
    match names.as_slice() {
        [] => what.to_owned(),
        names => format!("{what}, in {}", names.join(", ")),
    }
}

fn whole_or(section: Option<&String>) -> &str {
    section.map_or("de hele aanvraag", |it| named(it))
}

fn named(section: &str) -> &str {
    SectionName::parse(section).map_or(section, |it| it.label())
}

fn outcome_name(outcome: &str) -> &str {
    match outcome {
        "awarded" => "toegekend",
        "partially_awarded" => "gedeeltelijk toegekend",
        "rejected" => "afgewezen",
        "not_treated" => "buiten behandeling gesteld",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        ids::{DecisionId, ProposalId},
        money::Money,
    };

    /// One of every kind of fact that a dossier's stream can have, and what is said of it to whom.
    #[test]
    fn what_is_said_of_a_dossier_and_to_whom() {
        let project = ProjectId::from("p1");
        let moved = Event::ALL.iter().map(|it| Fact::ApplicationMoved {
            event: it.as_str().to_owned(),
        });
        let facts: Vec<Fact> = [
            Fact::ApplicationStarted {
                reference: "VG-2027-0503".to_owned(),
            },
            Fact::ApplicationCopied {
                from: "VG-2025-0503".to_owned(),
            },
            Fact::SigningAsked {
                sha256: "ab".to_owned(),
            },
            Fact::SigningReturned,
            Fact::PartnerInvited {
                invitation: "i1".into(),
                organisation: "Westland".to_owned(),
                right: "edit".to_owned(),
                sections: vec!["analysis".to_owned(), "projects".to_owned()],
            },
            Fact::InvitationAccepted {
                invitation: "i1".into(),
            },
            Fact::InvitationWithdrawn {
                invitation: "i1".into(),
            },
            Fact::PartnerRightChanged {
                account: "a1".into(),
                right: "sign".to_owned(),
                sections: Vec::new(),
            },
            Fact::PartnerRemoved {
                account: "a1".into(),
            },
            Fact::TaskSet {
                task: "t1".into(),
                section: Some("region".to_owned()),
            },
            Fact::TaskDone {
                task: "t1".into(),
                section: None,
            },
            Fact::TaskReopened {
                task: "t1".into(),
                section: None,
            },
            Fact::TaskDropped {
                task: "t1".into(),
                section: None,
            },
            Fact::SectionSaved {
                section: "analysis".to_owned(),
                version: 2,
            },
            Fact::ProjectAdded {
                project: project.clone(),
            },
            Fact::ProjectSaved {
                project: project.clone(),
                version: 2,
            },
            Fact::ProjectRemoved {
                project: ProjectId::from("p2"),
            },
            Fact::AttachmentAdded {
                attachment: "b".into(),
                sha256: "ab".to_owned(),
            },
            Fact::AttachmentDescribed {
                attachment: "b".into(),
            },
            Fact::AttachmentRemoved {
                attachment: "b".into(),
            },
            Fact::AttachmentRestored {
                attachment: "b".into(),
            },
            Fact::AttachmentCleared {
                attachment: "b".into(),
            },
            Fact::AttachmentHeld {
                attachment: "b".into(),
                sha256: "ab".to_owned(),
                found: "Proef".to_owned(),
            },
            Fact::AttachmentForgotten {
                attachment: "b".into(),
            },
            Fact::ApplicationSubmitted {
                number: 1,
                sha256: "ab".to_owned(),
            },
            Fact::CompletionRequested {
                sections: vec!["region".to_owned(), "projects".to_owned()],
                due_on: chrono::NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
            },
            Fact::ReviewerAssigned {
                reviewer: "r".into(),
                name: "Mila Jansen".to_owned(),
            },
            Fact::AssignmentWithdrawn {
                reviewer: "r".into(),
                name: "Mila Jansen".to_owned(),
                reason: "lang afwezig".to_owned(),
            },
            Fact::DraftSetBack { number: 1 },
            Fact::NotTreatedProposed {
                proposal: ProposalId::from("v"),
            },
            Fact::InterestsDeclared { has_conflict: true },
            Fact::InterestsDeclared {
                has_conflict: false,
            },
            Fact::AssessmentFinished {
                project: project.clone(),
                department: "szw".to_owned(),
            },
            Fact::Proposed {
                proposal: ProposalId::from("v"),
                total: Money::from_euros(1_000),
            },
            Fact::ReservationReleased {
                proposal: ProposalId::from("v"),
                total: Money::from_euros(1_000),
            },
            Fact::ProposalReturned {
                proposal: ProposalId::from("v"),
            },
            Fact::ReservationExtended {
                proposal: ProposalId::from("v"),
                last_day: chrono::NaiveDate::from_ymd_opt(2026, 12, 18).unwrap(),
            },
            Fact::CoDecided {
                proposal: ProposalId::from("v"),
                agreed: false,
            },
            Fact::Decided {
                decision: DecisionId::from("d"),
                outcome: "partially_awarded".to_owned(),
                total: Money::from_euros(900),
            },
            Fact::DecisionSent {
                decision: DecisionId::from("d"),
                letter_sha256: "cd".to_owned(),
            },
            Fact::AmendmentProposed {
                reference: "VG-1-W1".to_owned(),
            },
            Fact::AmendmentCoDecided {
                reference: "VG-1-W1".to_owned(),
                agreed: false,
            },
            Fact::AmendmentDecided {
                reference: "VG-1-W1".to_owned(),
                raised: Money::from_euros(10),
                lowered: Money::ZERO,
                letter_sha256: None,
            },
            Fact::AmendmentWithdrawn {
                reference: "VG-1-W2".to_owned(),
            },
            Fact::ProgressReported {
                project,
                year: 2027,
            },
        ]
        .into_iter()
        .chain(moved)
        .collect();
        let title = |id: &ProjectId| (id.as_str() == "p1").then(|| "Online".to_owned());
        let mut said = String::new();
        for fact in &facts {
            assert_eq!(&Fact::parse(&fact.detail().unwrap()).unwrap(), fact);
            let mark = if is_public(fact) { "all  " } else { "staff" };
            if let Some(sentence) = sentence(fact, &title) {
                said.push_str(&format!("{mark} {sentence}\n"));
            }
        }
        insta::assert_snapshot!(said);
    }
}
