//! Whom and what an application waits for before it is submitted: who can sign it, who was invited and did
//! not accept yet, what was asked and is not done.
pub mod store;

use chrono::{NaiveDate, NaiveDateTime};

use super::{Grant, asked_for, tasks::part};
use crate::{
    applications::section::SectionName,
    core::ids::{AccountId, ApplicationId, TaskId},
    texts::dates,
};

/// Somebody who can submit an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Their account.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// For whom they work; empty if that is the municipality that applies.
    pub organisation: String,
}

/// An invitation that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// To which address.
    pub email: String,
    /// For whom they work.
    pub organisation: String,
    /// What they were invited to.
    pub grant: Grant,
    /// Before which day their part has to be done.
    pub due_on: Option<NaiveDate>,
    /// Until when it can be accepted (UTC).
    pub expires_at: NaiveDateTime,
}

/// Something that was asked of somebody and is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The task.
    pub id: TaskId,
    /// The name of who was asked.
    pub assignee: String,
    /// In which section; absent for the whole application.
    pub section: Option<SectionName>,
    /// Before which day.
    pub due_on: Option<NaiveDate>,
}

/// All of it, and when the application was last withdrawn (UTC).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Awaited {
    /// Who can sign, by name.
    pub signers: Vec<Signer>,
    /// Who was invited, by address.
    pub invited: Vec<Invited>,
    /// What was asked, by the name of whom.
    pub open: Vec<Open>,
    /// When it was last taken back, if it ever was.
    pub taken_back_at: Option<NaiveDateTime>,
}

impl Awaited {
    /// Who can sign, but for one: nobody asks themselves.
    pub fn signers_but(&self, account: &AccountId) -> Vec<Signer> {
        let others = self.signers.iter().filter(|it| it.account != *account);
        others.cloned().collect()
    }
}

impl Signer {
    fn said(&self) -> String {
        match self.organisation.as_str() {
            "" => self.name.clone(),
            organisation => format!("{} ({organisation})", self.name),
        }
    }
}

/// Those who can sign in a sentence: "Anja, Bram of Petra Jansen (Gemeente Westland)".
pub fn named(signers: &[Signer]) -> String {
    let names: Vec<String> = signers.iter().map(Signer::said).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} of {last}", before.join(", ")),
    }
}

impl Invited {
    /// That it was not accepted: who, for what, and before which day; and what it means once the application is
    /// submitted.
    pub fn sentence(&self, now: NaiveDateTime) -> String {
        let names = self.grant.section_names();
        let parts = match names.as_slice() {
            [] => String::new(),
            names => format!(" ({})", names.join(", ")),
        };
        let (who, what) = (
            format!("{}, {},", self.email, self.organisation),
            format!(
                "{}{parts}{}",
                asked_for(self.grant.right),
                before(self.due_on)
            ),
        );
        if self.expires_at <= now {
            format!(
                "{who} is uitgenodigd om {what}, en nam dat niet op tijd aan. De uitnodiging is verlopen."
            )
        } else {
            format!(
                "{who} is uitgenodigd om {what}, en nam dat nog niet aan. Dient u nu in? Wie de uitnodiging daarna aanneemt, kan alleen lezen."
            )
        }
    }
}

impl Open {
    /// The section, or "De hele aanvraag".
    pub fn part(&self) -> &'static str {
        part(self.section)
    }

    /// Of whom it was asked, and before which day.
    pub fn sentence(&self) -> String {
        let until = before(self.due_on);
        let comma = if until.is_empty() { "" } else { "," };
        format!(
            "Dit is gevraagd aan {}{until}{comma} en nog niet klaar gemeld.",
            self.assignee
        )
    }

    /// The page of the task.
    pub fn address(&self, application: &ApplicationId) -> String {
        format!("/aanvragen/{application}/taken/{}", self.id)
    }
}

fn before(due_on: Option<NaiveDate>) -> String {
    due_on.map_or_else(String::new, |it| format!(", vóór {}", dates::date(it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_can_sign_is_said_by_name() {
        let of = |name: &str, organisation: &str| Signer {
            account: name.into(),
            name: name.to_owned(),
            organisation: organisation.to_owned(),
        };
        let all = [
            of("Anja", ""),
            of("Bram", ""),
            of("Petra", "Gemeente Westland"),
        ];
        assert_eq!(named(&all), "Anja, Bram of Petra (Gemeente Westland)");
        assert_eq!(named(&all[..1]), "Anja");
        assert_eq!(named(&[]), "");
        let awaited = Awaited {
            signers: all.to_vec(),
            ..Awaited::default()
        };
        assert_eq!(
            named(&awaited.signers_but(&"Bram".into())),
            "Anja of Petra (Gemeente Westland)"
        );
    }
}
