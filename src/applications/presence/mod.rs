//! Who has a part of an application open, told by their browsers.
pub mod actions;
pub mod pages;
pub mod store;

use chrono::{NaiveDateTime, TimeDelta};

use crate::{core::ids::AccountId, texts::dates, web::parts::Task};

/// After this many seconds without a sign somebody is taken to have left.
pub const FORGOTTEN_SECONDS: i64 = 120;
/// Who says that they leave is kept this many seconds: the next page may be the same one.
const LINGERING_SECONDS: i64 = 10;

/// Somebody who has a part open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The name of a section, or the id of a project.
    pub part: String,
    /// Who.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: NaiveDateTime,
}

/// Who was seen before this moment is not there any more.
pub fn forgotten_before(now: NaiveDateTime) -> NaiveDateTime {
    ago(now, FORGOTTEN_SECONDS)
}

/// When somebody who leaves now counts as seen for the last time.
pub fn left_at(now: NaiveDateTime) -> NaiveDateTime {
    ago(now, FORGOTTEN_SECONDS.saturating_sub(LINGERING_SECONDS))
}

fn ago(now: NaiveDateTime, seconds: i64) -> NaiveDateTime {
    now.checked_sub_signed(TimeDelta::seconds(seconds))
        .unwrap_or(now)
}

/// Who else has this part open, in a sentence each.
pub fn sentences(all: &[Present], part: &str, me: &AccountId) -> Vec<String> {
    others(all, part, me)
        .map(|it| {
            format!(
                "{} heeft dit ook open, sinds {}.",
                it.name,
                dates::time(it.since)
            )
        })
        .collect()
}

/// As [`sentences`], in a few words for a list of parts; `None` if nobody has.
pub fn note(all: &[Present], part: &str, me: &AccountId) -> Option<String> {
    let names: Vec<&str> = others(all, part, me).map(|it| it.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("Nu open bij {}", names.join(", ")))
}

/// Says at each part of a list, by its address, who else has it open.
pub fn noted(tasks: Vec<Task>, all: &[Present], me: &AccountId) -> Vec<Task> {
    let noted = |mut task: Task| {
        let part = task.href.as_deref().and_then(|it| it.rsplit('/').next());
        if let Some(note) = part.and_then(|it| note(all, it, me)) {
            task.note = Some(match task.note {
                Some(first) => format!("{first}. {note}"),
                None => note,
            });
        }
        task
    };
    tasks.into_iter().map(noted).collect()
}

fn others<'a>(
    all: &'a [Present],
    part: &'a str,
    me: &'a AccountId,
) -> impl Iterator<Item = &'a Present> {
    all.iter()
        .filter(move |it| it.part == part && it.account != *me)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_of_others_in_the_same_part() {
        let present = |part: &str, name: &str| Present {
            part: part.to_owned(),
            account: AccountId::from(name),
            name: name.to_owned(),
            since: "2026-09-15T12:01:00".parse().unwrap(),
        };
        let all = [
            present("analysis", "Anna"),
            present("analysis", "Bram"),
            present("region", "Cas"),
        ];
        let me = AccountId::from("Anna");
        assert_eq!(
            sentences(&all, "analysis", &me),
            ["Bram heeft dit ook open, sinds 14.01 uur."]
        );
        assert_eq!(
            note(&all, "region", &me).as_deref(),
            Some("Nu open bij Cas")
        );
        assert_eq!(note(&all, "statements", &me), None);
        assert!(forgotten_before(all[0].since) < left_at(all[0].since));
    }
}
