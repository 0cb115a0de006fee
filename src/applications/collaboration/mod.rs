//! Working on an application together: who was invited, what they may do, and what is asked of whom.
//!
//! Whoever works for the lead municipality has its applications by their role. Anybody else has an
//! application by a [`Grant`], that an [`Invitation`] to their e-mail address became when they accepted
//! it. A grant lets them read the whole application, and write in the sections that it names; it is
//! asked where the application is loaded (`applications::store`) and where a section is changed
//! (`drafting::Opening`), so that every route asks it.
pub mod accepting;
pub mod actions;
pub mod awaited;
pub mod form;
pub mod inviting;
pub mod pages;
pub mod partners;
pub mod rule;
pub mod store;
pub mod tasks;
pub mod work;

use chrono::{NaiveDate, NaiveDateTime};

use super::{section::SectionName, state::State};
use crate::{
    core::ids::{AccountId, ApplicationId, InvitationId, MunicipalityId},
    error::Refusal,
    identity::policy::{Action, Right},
    texts::labels::Label,
};

/// What somebody was given in one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What they may do.
    pub right: Right,
    /// The sections that they may write in; absent for all.
    pub sections: Option<Vec<SectionName>>,
}

impl Grant {
    /// `Ok` if it lets somebody write in this section.
    pub fn may_change(&self, section: SectionName) -> Result<(), Refusal> {
        let is_given = self
            .sections
            .as_ref()
            .is_none_or(|it| it.contains(&section));
        if is_given && self.right.may(Action::EditApplication) {
            Ok(())
        } else {
            Err(Refusal::NotGiven)
        }
    }

    /// Whether it lets somebody write in this section, or without one: in any.
    pub fn allows(&self, section: Option<SectionName>) -> bool {
        match section {
            Some(section) => self.may_change(section).is_ok(),
            None => self.right.may(Action::EditApplication),
        }
    }

    /// The names of the sections; empty for all.
    pub fn section_names(&self) -> Vec<&'static str> {
        let sections = self.sections.iter().flatten();
        sections.map(|it| it.label()).collect()
    }

    /// What it is, in a few words: "Bewerken: Projecten".
    pub fn said(&self) -> String {
        let (right, names) = (self.right.label(), self.section_names());
        match names.as_slice() {
            _ if self.right == Right::View => right.to_owned(),
            [] => format!("{right}: alles"),
            names => format!("{right}: {}", names.join(", ")),
        }
    }

    /// The keys of its sections, for the audit; empty for all.
    pub fn section_keys(&self) -> Vec<String> {
        let sections = self.sections.iter().flatten();
        sections.map(|it| it.as_str().to_owned()).collect()
    }
}

/// Somebody who accepted an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collaborator {
    /// Their account.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// For whom they work, as the inviter wrote it.
    pub organisation: String,
    /// What they were given.
    pub grant: Grant,
    /// Since when (UTC).
    pub since: NaiveDateTime,
    /// Counts changes.
    pub version: i32,
}

/// What an inviter asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// To whom, in lower case.
    pub email: String,
    /// For whom they work.
    pub organisation: String,
    /// What they get.
    pub grant: Grant,
    /// A word to it; may be empty.
    pub message: String,
    /// Before which day their part has to be done.
    pub due_on: Option<NaiveDate>,
}

/// An invitation that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// To which application.
    pub application_id: ApplicationId,
    /// What was asked.
    pub asked: NewInvitation,
    /// Who invited.
    pub invited_by: AccountId,
    /// Their name.
    pub inviter: String,
    /// Until when it can be accepted (UTC).
    pub expires_at: NaiveDateTime,
    /// When it was accepted (UTC).
    pub accepted_at: Option<NaiveDateTime>,
    /// By whom.
    pub accepted_by: Option<AccountId>,
    /// When it was taken back (UTC).
    pub withdrawn_at: Option<NaiveDateTime>,
}

/// What who was invited may know of the application before they accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The name of the region that is applied for.
    pub region: String,
    /// The municipality that applies.
    pub lead: MunicipalityId,
    /// Its name.
    pub lead_name: String,
    /// Where it stands.
    pub state: State,
    /// When its last version was submitted (UTC), if it was.
    pub submitted_at: Option<NaiveDateTime>,
}

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It can be accepted.
    Open,
    /// It was not accepted in time.
    Expired,
    /// It was accepted: it works once.
    Accepted,
    /// It was taken back.
    Withdrawn,
}

impl Invitation {
    /// Where it stands at this moment (UTC).
    pub fn standing(&self, now: NaiveDateTime) -> Standing {
        match (self.accepted_at, self.withdrawn_at) {
            (Some(_), _) => Standing::Accepted,
            (_, Some(_)) => Standing::Withdrawn,
            _ if self.expires_at <= now => Standing::Expired,
            _ => Standing::Open,
        }
    }
}

impl Label for Right {
    fn label(self) -> &'static str {
        match self {
            Right::View => "Lezen",
            Right::Edit => "Bewerken",
            Right::Sign => "Bewerken en indienen",
        }
    }
}

/// What somebody is asked for, after "vraagt u om".
pub fn asked_for(right: Right) -> &'static str {
    match right {
        Right::View => "mee te lezen",
        Right::Edit => "mee te schrijven",
        Right::Sign => "mee te schrijven en in te dienen",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_names_what_can_be_changed() {
        let of = |right, sections: Option<&[SectionName]>| Grant {
            right,
            sections: sections.map(<[SectionName]>::to_vec),
        };
        let some = [SectionName::Region, SectionName::Projects];
        let changes = |grant: &Grant| -> Vec<&str> {
            SectionName::ALL
                .iter()
                .filter(|it| grant.may_change(**it).is_ok())
                .map(|it| it.as_str())
                .collect()
        };
        assert_eq!(
            changes(&of(Right::Edit, Some(&some))),
            ["region", "projects"]
        );
        assert_eq!(
            changes(&of(Right::Sign, Some(&some))),
            ["region", "projects"]
        );
        assert_eq!(
            changes(&of(Right::Edit, None)).len(),
            SectionName::ALL.len()
        );
        assert!(changes(&of(Right::View, None)).is_empty());
        assert!(changes(&of(Right::Edit, Some(&[]))).is_empty());
        assert_eq!(
            of(Right::Edit, Some(&some)).said(),
            "Bewerken: Regio en deelnemers, Projecten"
        );
    }

    #[test]
    fn an_invitation_ends_once() {
        let at = |text: &str| text.parse::<NaiveDateTime>().unwrap();
        let mut it = Invitation {
            id: "i".into(),
            application_id: "a".into(),
            asked: NewInvitation {
                email: "p@westland.example".to_owned(),
                organisation: "Westland".to_owned(),
                grant: Grant {
                    right: Right::View,
                    sections: None,
                },
                message: String::new(),
                due_on: None,
            },
            invited_by: "d".into(),
            inviter: "Delft".to_owned(),
            expires_at: at("2026-09-29T08:00:00"),
            accepted_at: None,
            accepted_by: None,
            withdrawn_at: None,
        };
        assert_eq!(it.standing(at("2026-09-29T07:59:59")), Standing::Open);
        assert_eq!(it.standing(at("2026-09-29T08:00:00")), Standing::Expired);
        it.withdrawn_at = Some(at("2026-09-16T08:00:00"));
        assert_eq!(it.standing(at("2026-09-17T08:00:00")), Standing::Withdrawn);
        it.accepted_at = Some(at("2026-09-16T08:00:00"));
        assert_eq!(it.standing(at("2026-10-17T08:00:00")), Standing::Accepted);
    }
}
