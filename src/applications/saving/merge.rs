//! Two people in one form: what one typed and what was saved meanwhile become one, field by field, and
//! a row that both added becomes two. Pure.
//!
//! For each field there are three texts: the one that the form was made from (found back from the
//! saves since), mine, and the stored one. Who did not change it gets what the other wrote; where both
//! wrote something else, neither is dropped: that is a conflict, and a person chooses.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use super::{Save, Seen};
use crate::core::{answers::Answers, ids::AccountId};

/// Rows of a form: fields named `regel.<n>.<...>`. A number is the name of a row, not its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// What their names start with, such as `regel.`.
    pub prefix: &'static str,
    /// The most rows.
    pub most: u32,
    /// The field that says which row it is, such as `omschrijving`.
    pub name: &'static str,
}

/// What is stored of a part, and the saves since the form was made, newest first.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// What is stored.
    pub answers: &'a Answers,
    /// Its version.
    pub version: i32,
    /// The saves since.
    pub saves: &'a [Save],
}

/// A field of somebody else, with who saved it last and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theirs {
    /// The field.
    pub field: String,
    /// Who saved it; absent if that is not known any more.
    pub by: Option<AccountId>,
    /// Their name.
    pub name: String,
    /// When.
    pub at: NaiveDateTime,
}

/// What becomes of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// What is to be stored. In a conflict the stored text stays.
    pub answers: Answers,
    /// Mine, with what others changed elsewhere: what stands on the page while one chooses.
    pub mine: Answers,
    /// Fields in which both wrote something else.
    pub conflicts: Vec<Theirs>,
    /// Fields that others changed and that now stand in mine.
    pub taken: Vec<Theirs>,
    /// Rows of mine that got another number: `regel.4.` -> `regel.5.`.
    pub moved: BTreeMap<String, String>,
}

/// Merges what was typed with what was stored since. `None` if a later save of the same form came
/// first, so that this one has nothing to say any more.
pub fn merge(stored: Stored<'_>, typed: &Answers, seen: &Seen, rows: &[Rows]) -> Option<Merged> {
    if stored.version == seen.version {
        return Some(Merged::as_typed(typed));
    }
    let is_own = |it: &&Save| it.is_of(seen);
    if stored
        .saves
        .iter()
        .filter(is_own)
        .any(|it| seen.sequence < it.sequence)
    {
        return None;
    }
    let begun = before(stored, seen, |_| false);
    let base = before(stored, seen, |it| it.is_of(seen));
    let mut typed = typed.clone();
    let moved = match begun.zip(base.as_ref()) {
        Some((begun, base)) => {
            let from = Bases {
                begun: &begun,
                base,
            };
            move_rows(&mut typed, from, stored.answers, rows)
        }
        None => BTreeMap::new(),
    };
    let mut merged = Merged {
        moved,
        ..Merged::as_typed(&typed)
    };
    for field in names(&[&typed, stored.answers]) {
        let (mine, theirs) = (typed.get(&field), stored.answers.get(&field));
        let before = base.as_ref().map(|it| it.get(&field));
        if mine == theirs {
            continue;
        }
        if before == Some(theirs) {
            merged.answers.set(field.as_str(), mine);
        } else if before == Some(mine) {
            merged.answers.set(field.as_str(), theirs);
            merged.mine.set(field.as_str(), theirs);
            merged.taken.push(saver(stored.saves, seen, &field));
        } else {
            merged.answers.set(field.as_str(), theirs);
            merged.conflicts.push(saver(stored.saves, seen, &field));
        }
    }
    Some(merged)
}

impl Merged {
    fn as_typed(typed: &Answers) -> Merged {
        Merged {
            answers: typed.clone(),
            mine: typed.clone(),
            conflicts: Vec::new(),
            taken: Vec::new(),
            moved: BTreeMap::new(),
        }
    }
}

/// The text that the form was made from, and in fields that were saved since by whom `is_own` says, what
/// is stored. `None` where not every save since is known.
fn before(stored: Stored<'_>, seen: &Seen, is_own: impl Fn(&Save) -> bool) -> Option<Answers> {
    let known = i32::try_from(stored.saves.len()).ok()?;
    if stored.version.checked_sub(seen.version)? != known {
        return None;
    }
    let mut base = stored.answers.clone();
    let mut own: BTreeSet<&str> = BTreeSet::new();
    for save in stored.saves {
        for (field, delta) in &save.fields {
            if own.contains(field.as_str()) {
                continue;
            }
            if is_own(save) {
                own.insert(field);
            } else {
                let before = delta.undo(base.get(field))?;
                base.set(field.as_str(), before);
            }
        }
    }
    Some(base)
}

/// Who saved a field last, of those who are not this form.
fn saver(saves: &[Save], seen: &Seen, field: &str) -> Theirs {
    let others = || saves.iter().filter(|it| !it.is_of(seen));
    let last = others()
        .find(|it| it.fields.contains_key(field))
        .or_else(|| others().next());
    Theirs {
        field: field.to_owned(),
        by: last.map(|it| it.by.clone()),
        name: last.map_or_else(String::new, |it| it.name.clone()),
        at: last.map_or_else(NaiveDateTime::default, |it| it.at),
    }
}

/// What a form was made from.
#[derive(Debug, Clone, Copy)]
struct Bases<'a> {
    /// When it was made.
    begun: &'a Answers,
    /// The same, with what the form itself saved since.
    base: &'a Answers,
}

/// A row that was empty when the form was made, and in which both named something else, is two rows:
/// mine moves to a free number. One that is there already, word for word, is not added again, and
/// neither is one that this form moved before while it did not hear where to.
fn move_rows(
    typed: &mut Answers,
    Bases { begun, base }: Bases<'_>,
    stored: &Answers,
    rows: &[Rows],
) -> BTreeMap<String, String> {
    let mut moved = BTreeMap::new();
    for kind in rows {
        let added = |it: &Answers, number: u32| {
            is_blank(base, &kind.row(number)) && !is_blank(it, &kind.row(number))
        };
        // Rows that this form made and does not know of.
        let mut own: BTreeSet<u32> = (1..=kind.most)
            .filter(|it| {
                [begun, &*typed]
                    .iter()
                    .all(|of| is_blank(of, &kind.row(*it)))
            })
            .filter(|it| !is_blank(base, &kind.row(*it)) && !is_blank(stored, &kind.row(*it)))
            .collect();
        let both: Vec<u32> = (1..=kind.most)
            .filter(|it| added(typed, *it) && added(stored, *it))
            .collect();
        for number in both {
            let (row, mine) = (kind.row(number), content(typed, &kind.row(number)));
            let name = format!("{row}{}", kind.name);
            if typed.get(&name).trim() == stored.get(&name).trim() {
                continue;
            }
            let is_same = |it: &u32| content(stored, &kind.row(*it)) == mine;
            let same = (1..=kind.most)
                .find(|it| (added(stored, *it) || own.contains(it)) && is_same(it))
                .or_else(|| own.first().copied());
            let free = || {
                (number..=kind.most).find(|it| {
                    let row = kind.row(*it);
                    [&*typed, base, stored].iter().all(|it| is_blank(it, &row))
                })
            };
            let Some(number) = same.or_else(free) else {
                continue;
            };
            own.remove(&number);
            let to = kind.row(number);
            for (name, text) in mine {
                typed.set(format!("{row}{name}"), "");
                typed.set(format!("{to}{name}"), text);
            }
            moved.insert(row, to);
        }
    }
    moved
}

impl Rows {
    fn row(&self, number: u32) -> String {
        format!("{}{number}.", self.prefix)
    }
}

/// What stands in a row, without its number.
fn content(answers: &Answers, row: &str) -> BTreeMap<String, String> {
    answers
        .starting_with(row)
        .filter(|(_, text)| !text.is_empty())
        .filter_map(|(name, text)| Some((name.strip_prefix(row)?.to_owned(), text.to_owned())))
        .collect()
}

fn is_blank(answers: &Answers, row: &str) -> bool {
    answers
        .starting_with(row)
        .all(|(_, text)| text.trim().is_empty())
}

/// The names of all fields of these, once each.
fn names(all: &[&Answers]) -> BTreeSet<String> {
    all.iter()
        .flat_map(|it| it.iter())
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
