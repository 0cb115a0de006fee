//! The life of an application as the applicant reads it: what was handed in, asked and decided. Pure.

use chrono::NaiveDateTime;

use crate::{
    applications::{
        drafting::CompletionRequest, section::SectionName, state::Event, submission::next,
    },
    audit::Fact,
    core::ids::ApplicationId,
    schemes::{Closing, ClosingKind},
    texts::{
        dates::{self, OnDay},
        labels::Label,
    },
};

/// The kinds of facts that a milestone is made of.
pub const KINDS: [&str; 9] = [
    "application_copied",
    "signing_asked",
    "signing_returned",
    "application_started",
    "application_submitted",
    "application_moved",
    "completion_requested",
    "decision_sent",
    // No milestone: who removed a project is said where it can be put back.
    "project_removed",
];

/// A fact, when it happened and who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What.
    pub fact: Fact,
    /// When (UTC).
    pub at: NaiveDateTime,
    /// The name of who did it.
    pub by: String,
}

/// Something that changed where the application stands, or will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// When, for people.
    pub when: String,
    /// When, for machines.
    pub datetime: String,
    /// What, in a sentence without a full stop.
    pub sentence: String,
    /// More about it.
    pub note: Option<String>,
    /// What can be read or kept of it: what the link says, and where it leads.
    pub links: Vec<(String, String)>,
    /// Whether it is still to come.
    pub due: bool,
}

/// The milestones of an application, from facts that stand newest first. What the ministry makes of
/// it before it is made known is no milestone.
pub fn milestones(id: &ApplicationId, facts: &[Happened]) -> Vec<Milestone> {
    let before = |at: usize| facts.iter().skip(at.saturating_add(1));
    facts
        .iter()
        .enumerate()
        .filter_map(|(at, it)| milestone(id, it, was_taken_back(before(at))))
        .collect()
}

/// Whether a version was submitted of an application that was taken back, and not to complete it: by what
/// happened since the version before. Newest first.
fn was_taken_back<'a>(mut before: impl Iterator<Item = &'a Happened>) -> bool {
    let told = before.find(|it| match &it.fact {
        Fact::ApplicationMoved { event } => [Event::Resume, Event::Correct]
            .iter()
            .any(|it| it.as_str() == event),
        fact => matches!(fact, Fact::ApplicationSubmitted { .. }),
    });
    told.is_some_and(|it| matches!(it.fact, Fact::ApplicationMoved { .. }))
}

fn milestone(id: &ApplicationId, it: &Happened, was_taken_back: bool) -> Option<Milestone> {
    let by = Some(it.by.clone());
    let nctv = Some("NCTV".to_owned());
    let (sentence, note, links) = match &it.fact {
        Fact::ApplicationStarted { .. } => ("Aanvraag begonnen".to_owned(), by, Vec::new()),
        Fact::ApplicationSubmitted { number, .. } => {
            let sentence = submitted(*number, was_taken_back);
            (sentence, by, links_of(id, *number))
        }
        Fact::CompletionRequested { sections, due_on } => {
            let names = sections.iter().map(|it| named(it)).collect::<Vec<_>>();
            let sentence = format!(
                "Wij vroegen u om een aanvulling van {}, uiterlijk {}",
                names.join(" en "),
                dates::date(*due_on)
            );
            (sentence, nctv, Vec::new())
        }
        Fact::ApplicationCopied { from } => {
            (format!("Teksten overgenomen uit {from}"), by, Vec::new())
        }
        Fact::SigningAsked { .. } => {
            let link = ("Bekijken".to_owned(), format!("/aanvragen/{id}/controle"));
            ("Om ondertekening gevraagd".to_owned(), by, vec![link])
        }
        Fact::SigningReturned => (
            "Teruggestuurd door de ondertekenaar".to_owned(),
            by,
            Vec::new(),
        ),
        Fact::ApplicationMoved { event } => match Event::parse(event).ok()? {
            Event::StartAssessment => (
                "Volledig verklaard en in behandeling genomen".to_owned(),
                nctv,
                Vec::new(),
            ),
            Event::Withdraw => ("Aanvraag ingetrokken".to_owned(), by, Vec::new()),
            Event::Resume => ("Toch verder met de aanvraag".to_owned(), by, Vec::new()),
            Event::Correct => ("Teruggenomen om te verbeteren".to_owned(), by, Vec::new()),
            _ => return None,
        },
        Fact::DecisionSent { .. } => {
            let link = (
                "Besluit lezen".to_owned(),
                format!("/aanvragen/{id}/besluit"),
            );
            (
                "Wij hebben op uw aanvraag besloten".to_owned(),
                nctv,
                vec![link],
            )
        }
        Fact::AmendmentDecided { .. } => {
            let link = (
                "Wijziging lezen".to_owned(),
                format!("/aanvragen/{id}/wijzigingen"),
            );
            (
                "Wij hebben uw toekenning gewijzigd".to_owned(),
                nctv,
                vec![link],
            )
        }
        _ => return None,
    };
    Some(Milestone {
        when: dates::moment(it.at),
        datetime: it.at.machine(),
        sentence,
        note,
        links,
        due: false,
    })
}

fn submitted(number: i32, was_taken_back: bool) -> String {
    match number {
        1 => "Ingediend als versie 1".to_owned(),
        number if was_taken_back => format!("Opnieuw ingediend als versie {number}"),
        number => format!("Aangevuld: opnieuw ingediend als versie {number}"),
    }
}

fn links_of(id: &ApplicationId, number: i32) -> Vec<(String, String)> {
    let version = format!("/aanvragen/{id}/versies/{number}");
    let mut links = vec![
        (
            format!("Versie {number} met ontvangstbewijs"),
            version.clone(),
        ),
        (format!("Versie {number} als PDF"), format!("{version}/pdf")),
    ];
    let before = number.saturating_sub(1);
    if 0 < before {
        links.push((
            format!("Wat is er anders dan in versie {before}?"),
            format!("/aanvragen/{id}/versies/{before}/verschil/{number}"),
        ));
    }
    links
}

/// What is asked of the municipality now, and until when.
pub fn to_complete(request: &CompletionRequest) -> Milestone {
    Milestone {
        when: format!("uiterlijk {}", dates::date(request.due_on)),
        datetime: request.due_on.machine(),
        sentence: "Aanvulling indienen".to_owned(),
        note: Some(request.message.trim().to_owned()),
        links: Vec::new(),
        due: true,
    }
}

/// Why the window closes later than was set.
pub fn closes_later(it: &Closing) -> Milestone {
    let sentence = match it.kind {
        ClosingKind::Outage => "Storing kort voor de sluiting vastgelegd".to_owned(),
        ClosingKind::Extension => format!("U kreeg uitstel tot {}", dates::moment(it.ends_at)),
    };
    Milestone {
        when: dates::moment(it.recorded_at),
        datetime: it.recorded_at.machine(),
        sentence,
        note: Some(it.reason.clone()),
        links: Vec::new(),
        due: false,
    }
}

/// What we do next, and the last day for that.
pub fn to_come(it: next::Step) -> Milestone {
    Milestone {
        when: it.when,
        datetime: it.datetime,
        sentence: it.sentence,
        note: it.note,
        links: Vec::new(),
        due: true,
    }
}

/// The end of the time to correct what was submitted.
pub fn correcting(until: NaiveDateTime) -> Milestone {
    Milestone {
        sentence: "Tot dan kunt u de aanvraag verbeteren en opnieuw indienen".to_owned(),
        ..closing(until)
    }
}

/// The end of the time to hand in.
pub fn closing(closes_at: NaiveDateTime) -> Milestone {
    Milestone {
        when: dates::moment(closes_at),
        datetime: closes_at.machine(),
        sentence: "De aanvraagperiode sluit".to_owned(),
        note: None,
        links: Vec::new(),
        due: true,
    }
}

fn named(section: &str) -> String {
    SectionName::parse(section)
        .map_or(section, |it| it.label())
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_life_in_public_words() {
        let moved = |it: Event| Fact::ApplicationMoved {
            event: it.as_str().to_owned(),
        };
        let submitted = |number| Fact::ApplicationSubmitted {
            number,
            sha256: String::new(),
        };
        let facts: Vec<Happened> = [
            Fact::ApplicationStarted {
                reference: "VG-2027-0503".to_owned(),
            },
            Fact::SectionSaved {
                section: "region".to_owned(),
                version: 1,
            },
            submitted(1),
            moved(Event::Submit),
            Fact::CompletionRequested {
                sections: vec!["region".to_owned(), "projects".to_owned()],
                due_on: chrono::NaiveDate::from_ymd_opt(2026, 10, 30).unwrap(),
            },
            submitted(2),
            moved(Event::Withdraw),
            moved(Event::Resume),
            submitted(3),
            moved(Event::Correct),
            submitted(4),
            moved(Event::StartAssessment),
            moved(Event::CloseAssessment),
            moved(Event::Propose),
            Fact::DecisionSent {
                decision: "d".into(),
                letter_sha256: String::new(),
            },
        ]
        .into_iter()
        .map(|fact| Happened {
            fact,
            at: "2026-10-20T08:00:00".parse().unwrap(),
            by: "Anja".to_owned(),
        })
        .collect();
        // Facts stand newest first.
        let facts: Vec<Happened> = facts.into_iter().rev().collect();
        let told: Vec<String> = milestones(&"a".into(), &facts)
            .into_iter()
            .rev()
            .map(|it| {
                let links: Vec<String> = it.links.into_iter().map(|it| it.1).collect();
                format!(
                    "{} ({}) {}\n",
                    it.sentence,
                    it.note.unwrap_or_default(),
                    links.join(" ")
                )
            })
            .collect();
        insta::assert_snapshot!(told.concat(), @r"
        Aanvraag begonnen (Anja) 
        Ingediend als versie 1 (Anja) /aanvragen/a/versies/1 /aanvragen/a/versies/1/pdf
        Wij vroegen u om een aanvulling van regio en deelnemers en projecten, uiterlijk vrijdag 30 oktober 2026 (NCTV) 
        Aangevuld: opnieuw ingediend als versie 2 (Anja) /aanvragen/a/versies/2 /aanvragen/a/versies/2/pdf /aanvragen/a/versies/1/verschil/2
        Aanvraag ingetrokken (Anja) 
        Toch verder met de aanvraag (Anja) 
        Opnieuw ingediend als versie 3 (Anja) /aanvragen/a/versies/3 /aanvragen/a/versies/3/pdf /aanvragen/a/versies/2/verschil/3
        Teruggenomen om te verbeteren (Anja) 
        Opnieuw ingediend als versie 4 (Anja) /aanvragen/a/versies/4 /aanvragen/a/versies/4/pdf /aanvragen/a/versies/3/verschil/4
        Volledig verklaard en in behandeling genomen (NCTV) 
        Wij hebben op uw aanvraag besloten (NCTV) /aanvragen/a/besluit
        ");
    }
}
