//! Whom one can invite, and what one can ask. Pure.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::{Grant, NewInvitation};
use crate::{core::answers::FieldErrors, identity::policy::Right, texts::dates};

/// For how many days an invitation can be accepted.
pub const VALID_DAYS: i64 = 14;
/// The most invitations to one application that are open at once.
pub const MOST_OPEN: i64 = 50;
/// The most people who work on one application by invitation.
pub const MOST_COLLABORATORS: i64 = 100;
/// The most things that are asked in one application and not done.
pub const MOST_TASKS: i64 = 200;
/// So many days before the last day somebody is reminded.
pub const REMIND_DAYS: i64 = 2;

/// Until when an invitation of this moment can be accepted.
pub fn expiry(now: NaiveDateTime) -> NaiveDateTime {
    now.checked_add_signed(TimeDelta::days(VALID_DAYS))
        .unwrap_or(now)
}

/// What is known of the person and the application that an invitation is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// It is the inviter's own address.
    pub is_oneself: bool,
    /// The person has the application already.
    pub has_access: bool,
    /// There is an invitation to this address that was not accepted or taken back.
    pub is_invited: bool,
    /// So many invitations are open.
    pub open: i64,
    /// So many people were invited and accepted.
    pub collaborators: i64,
    /// Whether the inviter may submit themselves.
    pub may_sign: bool,
}

/// `Ok` if this can be asked of this person; otherwise every finding with its field. `last` is the last
/// day on which can be submitted.
pub fn check(
    new: &NewInvitation,
    known: Known,
    today: NaiveDate,
    last: NaiveDate,
) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if known.is_oneself {
        errors.push(
            "email",
            "Dit is uw eigen adres. U werkt al aan de aanvraag.",
        );
    } else if known.has_access {
        errors.push(
            "email",
            "Deze persoon kan al bij de aanvraag. Geef eventueel een taak, of wijzig het recht.",
        );
    } else if known.is_invited {
        errors.push(
            "email",
            "Aan dit adres staat al een uitnodiging open. Stuur die opnieuw, of trek haar eerst in.",
        );
    }
    check_right(&mut errors, &new.grant, known.may_sign);
    if let Some(due_on) = new.due_on {
        check_day(&mut errors, due_on, today, last);
        if new.grant.right == Right::View {
            errors.push(
                "datum",
                "Wie alleen leest, kan niets invullen. Kies een ander recht, of laat de datum leeg.",
            );
        }
    }
    if MOST_OPEN <= known.open {
        errors.push(
            "",
            format!("Er staan al {MOST_OPEN} uitnodigingen open. Trek er eerst een in."),
        );
    }
    if MOST_COLLABORATORS <= known.collaborators {
        errors.push(
            "",
            format!("Er werken al {MOST_COLLABORATORS} mensen mee. Verwijder er eerst een."),
        );
    }
    done(errors)
}

/// `Ok` if somebody who may sign, or not, can give this.
pub fn check_grant(grant: &Grant, may_sign: bool) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    check_right(&mut errors, grant, may_sign);
    done(errors)
}

/// `Ok` if this day can be asked for.
pub fn check_due(
    due_on: Option<NaiveDate>,
    today: NaiveDate,
    last: NaiveDate,
) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if let Some(due_on) = due_on {
        check_day(&mut errors, due_on, today, last);
    }
    done(errors)
}

fn check_right(errors: &mut FieldErrors, grant: &Grant, may_sign: bool) {
    if grant.right == Right::Sign && !may_sign {
        errors.push(
            "recht",
            "Alleen een ondertekenaar kan het recht geven om in te dienen. Kies een ander recht, of vraag een ondertekenaar.",
        );
    }
    if grant.sections.as_ref().is_some_and(Vec::is_empty) {
        errors.push(
            "onderdeel",
            "Kies ten minste één onderdeel, of kies voor de hele aanvraag.",
        );
    }
}

fn check_day(errors: &mut FieldErrors, due_on: NaiveDate, today: NaiveDate, last: NaiveDate) {
    if due_on <= today {
        errors.push(
            "datum",
            "Deze dag is al (bijna) voorbij. Kies een latere dag.",
        );
    } else if last < due_on {
        errors.push(
            "datum",
            format!(
                "Indienen kan tot en met {}. Kies een dag daarvoor.",
                dates::date(last)
            ),
        );
    }
}

fn done(errors: FieldErrors) -> Result<(), FieldErrors> {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::section::SectionName;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asked(right: Right, sections: Option<Vec<SectionName>>, due: Option<&str>) -> NewInvitation {
        NewInvitation {
            email: "p@westland.example".to_owned(),
            organisation: "Westland".to_owned(),
            grant: Grant { right, sections },
            message: String::new(),
            due_on: due.map(day),
        }
    }

    fn fields(new: &NewInvitation, known: Known) -> Vec<String> {
        let found = check(new, known, day("2026-09-15"), day("2026-10-08"));
        let errors = found.err().unwrap_or_default();
        errors.iter().map(|it| it.0.to_owned()).collect()
    }

    #[test]
    fn each_refusal_names_its_field() {
        let none: [&str; 0] = [];
        let edit = || asked(Right::Edit, None, Some("2026-09-16"));
        let with = |f: fn(&mut Known)| {
            let mut known = Known::default();
            f(&mut known);
            known
        };
        assert_eq!(fields(&edit(), Known::default()), none);
        assert_eq!(fields(&edit(), with(|it| it.is_oneself = true)), ["email"]);
        assert_eq!(fields(&edit(), with(|it| it.has_access = true)), ["email"]);
        assert_eq!(fields(&edit(), with(|it| it.is_invited = true)), ["email"]);
        assert_eq!(fields(&edit(), with(|it| it.open = 49)), none);
        assert_eq!(fields(&edit(), with(|it| it.open = 50)), [""]);
        assert_eq!(fields(&edit(), with(|it| it.collaborators = 100)), [""]);
        let sign = asked(Right::Sign, None, None);
        assert_eq!(fields(&sign, Known::default()), ["recht"]);
        assert_eq!(fields(&sign, with(|it| it.may_sign = true)), none);
        let nothing = asked(Right::Edit, Some(Vec::new()), None);
        assert_eq!(fields(&nothing, Known::default()), ["onderdeel"]);
    }

    #[test]
    fn a_day_lies_between_tomorrow_and_the_last_day() {
        for (right, due, field) in [
            (Right::Edit, "2026-09-15", Some("datum")),
            (Right::Edit, "2026-09-16", None),
            (Right::Edit, "2026-10-08", None),
            (Right::Edit, "2026-10-09", Some("datum")),
            (Right::View, "2026-09-20", Some("datum")),
        ] {
            let found = fields(&asked(right, None, Some(due)), Known::default());
            assert_eq!(found.first().map(String::as_str), field, "{due}");
        }
    }
}
