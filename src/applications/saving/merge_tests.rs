use proptest::prelude::*;

use super::*;
use crate::applications::saving::changes;

const ROWS: [Rows; 1] = [Rows {
    prefix: "regel.",
    most: 6,
    name: "naam",
}];

/// A part with all its saves, as the database keeps it.
#[derive(Debug, Clone, Default)]
struct Book {
    answers: Answers,
    version: i32,
    saves: Vec<Save>,
}

impl Book {
    fn save(&mut self, typed: &Answers, seen: &Seen, by: &str) -> Option<Merged> {
        let since = usize::try_from(self.version - seen.version).unwrap();
        let stored = Stored {
            answers: &self.answers,
            version: self.version,
            saves: &self.saves[..since],
        };
        let merged = merge(stored, typed, seen, &ROWS)?;
        if merged.answers != self.answers {
            self.version += 1;
            let save = Save {
                version: self.version,
                fields: changes(&self.answers, &merged.answers),
                at: NaiveDateTime::default(),
                by: AccountId::from(by),
                name: by.to_owned(),
                form: seen.form.clone(),
                sequence: seen.sequence,
            };
            self.saves.insert(0, save);
            self.answers = merged.answers.clone();
        }
        Some(merged)
    }
}

fn answers(of: &[(&str, &str)]) -> Answers {
    of.iter()
        .fold(Answers::default(), |it, (name, text)| it.with(*name, *text))
}

fn script(version: i32, form: &str, sequence: i64) -> Seen {
    Seen {
        form: form.to_owned(),
        sequence,
        ..Seen::version(version)
    }
}

fn fields(of: &[Theirs]) -> Vec<(&str, &str)> {
    of.iter()
        .map(|it| (it.field.as_str(), it.name.as_str()))
        .collect()
}

/// A book in which this stands, at version 1.
fn book(of: &[(&str, &str)]) -> Book {
    let mut book = Book::default();
    book.save(&answers(of), &Seen::version(0), "begin").unwrap();
    book
}

#[test]
fn what_only_one_changed_is_merged_and_what_both_changed_is_kept_apart() {
    let mut book = book(&[("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")]);
    let theirs = answers(&[("a", "1"), ("b", "2"), ("c", "2"), ("d", "2")]);
    book.save(&theirs, &Seen::version(1), "Anna").unwrap();
    let mine = answers(&[("a", "3"), ("b", "1"), ("c", "3"), ("d", "2")]);
    let merged = book.save(&mine, &Seen::version(1), "Bram").unwrap();
    assert_eq!(fields(&merged.taken), [("b", "Anna")]);
    assert_eq!(fields(&merged.conflicts), [("c", "Anna")]);
    assert_eq!(
        book.answers,
        answers(&[("a", "3"), ("b", "2"), ("c", "2"), ("d", "2")])
    );
    assert_eq!(
        merged.mine,
        answers(&[("a", "3"), ("b", "2"), ("c", "3"), ("d", "2")])
    );
}

#[test]
fn a_save_that_is_not_known_any_more_makes_every_difference_a_conflict() {
    let mut book = book(&[("a", "1"), ("b", "1")]);
    book.save(
        &answers(&[("a", "2"), ("b", "1")]),
        &Seen::version(1),
        "Anna",
    )
    .unwrap();
    book.save(
        &answers(&[("a", "2"), ("b", "2")]),
        &Seen::version(2),
        "Anna",
    )
    .unwrap();
    let stored = Stored {
        answers: &book.answers,
        version: 3,
        saves: &book.saves[..1],
    };
    let typed = answers(&[("a", "2"), ("b", "1")]);
    let merged = merge(stored, &typed, &Seen::version(1), &ROWS).unwrap();
    assert_eq!(fields(&merged.conflicts), [("b", "Anna")]);
    assert_eq!(merged.answers.get("b"), "2");
    // Nor does a form from a version that is still to come win anything.
    let merged = merge(stored, &typed, &Seen::version(9), &ROWS).unwrap();
    assert_eq!(fields(&merged.conflicts), [("b", "Anna")]);
}

#[test]
fn a_form_whose_answer_was_lost_goes_on_without_a_conflict() {
    let mut book = book(&[("a", "x"), ("b", "x")]);
    let seen = |sequence| script(1, "f", sequence);
    book.save(&answers(&[("a", "xy"), ("b", "x")]), &seen(1), "Anna")
        .unwrap();
    let merged = book
        .save(&answers(&[("a", "xyz"), ("b", "x")]), &seen(2), "Anna")
        .unwrap();
    assert_eq!(merged.conflicts, []);
    assert_eq!(book.answers.get("a"), "xyz");
    // What somebody else made of it meanwhile is a conflict all the same.
    book.save(
        &answers(&[("a", "Bram"), ("b", "x")]),
        &Seen::version(3),
        "Bram",
    )
    .unwrap();
    let merged = book
        .save(&answers(&[("a", "xyzz"), ("b", "x")]), &seen(3), "Anna")
        .unwrap();
    assert_eq!(fields(&merged.conflicts), [("a", "Bram")]);
    // A save that was overtaken on the way has nothing to say any more.
    assert_eq!(
        book.save(&answers(&[("a", "xy"), ("b", "x")]), &seen(1), "Anna"),
        None
    );
    assert_eq!(book.answers.get("a"), "Bram");
}

#[test]
fn a_form_without_a_script_meets_its_own_save_as_any_other() {
    let mut book = book(&[("a", "x")]);
    book.save(&answers(&[("a", "xy")]), &Seen::version(1), "Anna")
        .unwrap();
    let merged = book
        .save(&answers(&[("a", "xz")]), &Seen::version(1), "Anna")
        .unwrap();
    assert_eq!(fields(&merged.conflicts), [("a", "Anna")]);
}

#[test]
fn a_row_that_both_added_is_two_rows() {
    let mut book = book(&[("regel.1.naam", "Huur"), ("regel.1.prijs", "1")]);
    let with = |name: &str, price: &str| {
        answers(&[("regel.1.naam", "Huur"), ("regel.1.prijs", "1")])
            .with("regel.2.naam", name)
            .with("regel.2.prijs", price)
    };
    book.save(&with("Uren", "2"), &Seen::version(1), "Anna")
        .unwrap();
    let mine = with("Zaal", "3");
    let merged = book.save(&mine, &Seen::version(1), "Bram").unwrap();
    assert_eq!(merged.conflicts, []);
    assert_eq!(
        merged.moved,
        BTreeMap::from([("regel.2.".to_owned(), "regel.3.".to_owned())])
    );
    let both = with("Uren", "2")
        .with("regel.3.naam", "Zaal")
        .with("regel.3.prijs", "3");
    assert_eq!(book.answers, both);
    // Sent again it is still one row.
    book.save(&mine, &Seen::version(1), "Bram").unwrap();
    assert_eq!(book.answers, both);
    // The same row with another price is one row, to choose in.
    let merged = book
        .save(&with("Uren", "9"), &Seen::version(1), "Bram")
        .unwrap();
    assert_eq!(fields(&merged.conflicts), [("regel.2.prijs", "Anna")]);
    assert_eq!(book.answers, both);
}

/// The answer that tells where a row went can be lost: the form goes on from its old number.
#[test]
fn a_row_that_was_moved_unheard_stays_one_row() {
    let begin = [("titel", "x")];
    let row = |number: u32, name: &str| answers(&begin).with(format!("regel.{number}.naam"), name);
    let seen = |sequence| script(1, "f", sequence);
    let of_both = |name: &str| row(1, "Anna").with("regel.2.naam", name);

    let mut again = book(&begin);
    again
        .save(&row(1, "Anna"), &Seen::version(1), "Anna")
        .unwrap();
    for (sequence, name) in (1..).zip(["Zaal", "Zaal", "Zaalhuur", "Zaal"]) {
        let merged = again.save(&row(1, name), &seen(sequence), "Bram").unwrap();
        assert_eq!(
            merged.moved,
            BTreeMap::from([("regel.1.".to_owned(), "regel.2.".to_owned())])
        );
        let mut stored = again.answers.clone();
        stored.set("regel.1.naam", "Anna");
        assert_eq!(stored, of_both(name), "{sequence}");
    }
    // Another row of the same form in the number that it does not know of: both are there.
    let more = row(1, "Zaal").with("regel.2.naam", "Uren");
    again.save(&more, &seen(5), "Bram").unwrap();
    let mut names: Vec<&str> = again
        .answers
        .starting_with("regel.")
        .map(|it| it.1)
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Anna", "Uren", "Zaal"]);
}

#[test]
fn without_a_free_row_one_chooses() {
    let full: Vec<(String, String)> = (1..=5)
        .map(|it| (format!("regel.{it}.naam"), "x".to_owned()))
        .collect();
    let full = Answers::from_pairs(full).unwrap();
    let mut book = Book::default();
    book.save(&full, &Seen::version(0), "begin").unwrap();
    let with = |name: &str| full.clone().with("regel.6.naam", name);
    book.save(&with("Uren"), &Seen::version(1), "Anna").unwrap();
    let merged = book.save(&with("Zaal"), &Seen::version(1), "Bram").unwrap();
    assert_eq!(fields(&merged.conflicts), [("regel.6.naam", "Anna")]);
}

fn any_answers() -> impl Strategy<Value = Answers> {
    let text = prop::sample::select(vec!["", "a", "ab", "b", "c"]);
    prop::collection::vec(text, 4).prop_map(|texts| {
        ["een", "twee", "drie", "vier"]
            .iter()
            .zip(texts)
            .fold(Answers::default(), |it, (name, text)| it.with(*name, text))
    })
}

proptest! {
    /// For every field: what one person alone changed is there; what both changed is in no way lost.
    #[test]
    fn nothing_is_overwritten_and_nothing_is_lost(
        base in any_answers(), steps in prop::collection::vec(any_answers(), 0..4), mine in any_answers(),
    ) {
        let mut book = Book::default();
        book.save(&base, &Seen::version(0), "begin").unwrap();
        let begun = (book.version, book.answers.clone());
        for typed in &steps {
            let version = book.version;
            book.save(typed, &Seen::version(version), "Anna").unwrap();
        }
        let theirs = book.answers.clone();
        let merged = book.save(&mine, &Seen::version(begun.0), "Bram").unwrap();
        for name in ["een", "twee", "drie", "vier"] {
            let [before, mine, theirs] = [&begun.1, &mine, &theirs].map(|it| it.get(name));
            let is_conflict = merged.conflicts.iter().any(|it| it.field == name);
            let now = book.answers.get(name);
            prop_assert_eq!(is_conflict, mine != theirs && mine != before && theirs != before);
            prop_assert_eq!(now, if mine == before || is_conflict { theirs } else { mine });
            prop_assert_eq!(merged.mine.get(name), if mine == before { theirs } else { mine });
        }
    }

    /// Whoever is alone gets what they typed, whatever was sent twice, came too late or was not answered.
    #[test]
    fn alone_the_last_text_stays(
        texts in prop::collection::vec(any_answers(), 1..8),
        answered in prop::collection::vec(any::<bool>(), 8),
        late in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let mut book = Book::default();
        book.save(&Answers::default().with("een", "x"), &Seen::version(0), "begin").unwrap();
        let mut version = book.version;
        let mut sent = Vec::new();
        for ((at, typed), answered) in (1..).zip(&texts).zip(&answered) {
            let seen = script(version, "f", at);
            let merged = book.save(typed, &seen, "Anna").unwrap();
            prop_assert_eq!(merged.conflicts, vec![]);
            if *answered {
                version = book.version;
            }
            sent.push((typed.clone(), seen));
        }
        // Only what a later save changed after them can come too late.
        for index in late {
            let (typed, seen) = index.get(&sent);
            if book.saves.first().is_some_and(|it| it.form == "f" && seen.sequence < it.sequence) {
                book.save(typed, seen, "Anna");
            }
        }
        let last = texts.last().unwrap();
        for (name, text) in last.iter() {
            prop_assert_eq!(book.answers.get(name), text);
        }
    }

    /// Rows that two people add are all there, whoever is first.
    #[test]
    fn added_rows_are_all_there(
        mine in prop::collection::btree_set("[abc]", 1..3), theirs in prop::collection::btree_set("[def]", 1..3),
    ) {
        let rows = |names: &std::collections::BTreeSet<String>| {
            (1..).zip(names).fold(Answers::default(), |it, (at, name): (u32, _)| {
                it.with(format!("regel.{at}.naam"), name.as_str())
            })
        };
        for (first, second) in [(&mine, &theirs), (&theirs, &mine)] {
            let mut book = book(&[("titel", "x")]);
            book.save(&rows(first).with("titel", "x"), &Seen::version(1), "Anna").unwrap();
            let merged = book.save(&rows(second).with("titel", "x"), &Seen::version(1), "Bram").unwrap();
            prop_assert_eq!(merged.conflicts, vec![]);
            let found: std::collections::BTreeSet<String> = book.answers.starting_with("regel.")
                .filter(|it| !it.1.is_empty()).map(|it| it.1.to_owned()).collect();
            prop_assert_eq!(found, mine.union(&theirs).cloned().collect());
        }
    }
}
