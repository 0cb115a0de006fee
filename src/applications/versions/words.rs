//! What differs between two texts, word by word, in bounded time and memory. Pure.
//!
//! Lines are compared first, then the sentences of the lines that differ, then their words. Where
//! even that is more work than [`Effort`] has left, the texts are shown whole, the old one as removed
//! and the new one as added: less fine, and still true.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// In both.
    Same(String),
    /// In the old text only.
    Removed(String),
    /// In the new text only.
    Added(String),
    /// This many words that are in both and not shown.
    Folded(usize),
}

/// How many pairs of words, sentences or lines may still be compared in a whole comparison.
#[derive(Debug)]
pub struct Effort {
    left: usize,
}

/// The most pairs in one step.
const MOST_AT_ONCE: usize = 4_000_000;

impl Default for Effort {
    fn default() -> Effort {
        Effort {
            left: 10 * MOST_AT_ONCE,
        }
    }
}

impl Effort {
    /// None at all: what differs is shown whole.
    pub fn none() -> Effort {
        Effort { left: 0 }
    }

    fn takes(&mut self, pairs: usize) -> bool {
        let fits = pairs <= MOST_AT_ONCE.min(self.left);
        if fits {
            self.left = self.left.saturating_sub(pairs);
        }
        fits
    }
}

/// How finely a text is cut.
#[derive(Clone, Copy)]
enum Grain {
    Lines,
    Sentences,
    Words,
}

impl Grain {
    fn finer(self) -> Option<Grain> {
        match self {
            Grain::Lines => Some(Grain::Sentences),
            Grain::Sentences => Some(Grain::Words),
            Grain::Words => None,
        }
    }

    /// The text in pieces that together are the text.
    fn cut(self, text: &str) -> Vec<&str> {
        match self {
            Grain::Lines => text.split_inclusive('\n').collect(),
            Grain::Sentences => text.split_inclusive(['.', '!', '?', ';', ':']).collect(),
            Grain::Words => words(text),
        }
    }
}

/// Words, the white space between them, and every other sign by itself.
fn words(text: &str) -> Vec<&str> {
    let kind = |it: char| match it {
        it if it.is_alphanumeric() => 0,
        it if it.is_whitespace() => 1,
        _ => 2,
    };
    let mut res = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, it) in text.char_indices() {
        let now = kind(it);
        if before.is_some_and(|before| before != now || now == 2) {
            res.extend(text.get(start..at));
            start = at;
        }
        before = Some(now);
    }
    res.extend(text.get(start..).filter(|it| !it.is_empty()));
    res
}

/// The text with the ends of its lines written in one way: a browser sends two characters.
pub fn unified(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Whether these are the same text to a reader.
pub fn are_same(old: &str, new: &str) -> bool {
    old == new || unified(old) == unified(new)
}

/// The whole of both texts, cut where they differ; long stretches that are the same are folded.
pub fn differences(old: &str, new: &str, effort: &mut Effort) -> Vec<Piece> {
    let (old, new) = (unified(old), unified(new));
    let mut pieces = Vec::new();
    compare(Grain::Lines, &old, &new, effort, &mut pieces);
    folded(joined(pieces))
}

fn compare(grain: Grain, old: &str, new: &str, effort: &mut Effort, into: &mut Vec<Piece>) {
    let (before, after) = (grain.cut(old), grain.cut(new));
    let start = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let rest = |all: &[&str]| all.len().saturating_sub(start);
    let end = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take_while(|(a, b)| a == b)
        .count()
        .min(rest(&before))
        .min(rest(&after));
    let (head, old) = cut_at(&before, start);
    let (_, new) = cut_at(&after, start);
    let (old, tail) = cut_at(old, old.len().saturating_sub(end));
    let (new, _) = cut_at(new, new.len().saturating_sub(end));
    into.push(Piece::Same(head.concat()));
    between(grain, old, new, effort, into);
    into.push(Piece::Same(tail.concat()));
}

fn cut_at<T>(all: &[T], at: usize) -> (&[T], &[T]) {
    all.split_at_checked(at).unwrap_or((all, &[]))
}

/// What lies between the same start and the same end.
fn between(grain: Grain, old: &[&str], new: &[&str], effort: &mut Effort, into: &mut Vec<Piece>) {
    let part = |all: &[&str], at: usize, len: usize| -> String {
        let range = at..at.saturating_add(len);
        all.get(range).unwrap_or_default().concat()
    };
    if old.is_empty() || new.is_empty() || !effort.takes(old.len().saturating_mul(new.len())) {
        // One long line may still consist of comparable sentences.
        match grain.finer() {
            Some(finer) if !old.is_empty() && !new.is_empty() && 0 < effort.left => {
                compare(finer, &old.concat(), &new.concat(), effort, into);
            }
            _ => {
                into.push(Piece::Removed(old.concat()));
                into.push(Piece::Added(new.concat()));
            }
        }
        return;
    }
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                into.push(Piece::Same(part(old, old_index, len)));
            }
            DiffOp::Delete {
                old_index, old_len, ..
            } => into.push(Piece::Removed(part(old, old_index, old_len))),
            DiffOp::Insert {
                new_index, new_len, ..
            } => into.push(Piece::Added(part(new, new_index, new_len))),
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => {
                let (old, new) = (part(old, old_index, old_len), part(new, new_index, new_len));
                match grain.finer() {
                    Some(finer) => compare(finer, &old, &new, effort, into),
                    None => {
                        into.push(Piece::Removed(old));
                        into.push(Piece::Added(new));
                    }
                }
            }
        }
    }
}

/// Neighbours of one kind as one, and changes with next to nothing between them as one change: two
/// whole sentences read better than every other word.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut res = Vec::new();
    let (mut removed, mut added, mut same) = (String::new(), String::new(), String::new());
    for piece in pieces {
        match piece {
            Piece::Same(text) => same.push_str(&text),
            Piece::Folded(_) => {}
            Piece::Removed(text) | Piece::Added(text) if text.is_empty() => {}
            change => {
                let is_open = !(removed.is_empty() && added.is_empty());
                if is_open && is_little(&same) {
                    removed.push_str(&same);
                    added.push_str(&same);
                } else {
                    close(&mut removed, &mut added, &mut res);
                    push_same(&same, &mut res);
                }
                same.clear();
                match change {
                    Piece::Removed(text) => removed.push_str(&text),
                    Piece::Added(text) => added.push_str(&text),
                    Piece::Same(_) | Piece::Folded(_) => {}
                }
            }
        }
    }
    close(&mut removed, &mut added, &mut res);
    push_same(&same, &mut res);
    res
}

fn is_little(same: &str) -> bool {
    !same.contains('\n') && same.trim().chars().count() < 3
}

fn push_same(text: &str, into: &mut Vec<Piece>) {
    if !text.is_empty() {
        into.push(Piece::Same(text.to_owned()));
    }
}

fn close(removed: &mut String, added: &mut String, into: &mut Vec<Piece>) {
    if !removed.is_empty() {
        into.push(Piece::Removed(std::mem::take(removed)));
    }
    if !added.is_empty() {
        into.push(Piece::Added(std::mem::take(added)));
    }
}

/// Words that stay on each side of a fold.
const AROUND: usize = 15;

/// Long stretches that are the same, shortened to what stands beside a change.
fn folded(pieces: Vec<Piece>) -> Vec<Piece> {
    let last = pieces.len().saturating_sub(1);
    let mut res = Vec::new();
    for (at, piece) in pieces.into_iter().enumerate() {
        match piece {
            Piece::Same(text) if 0 < last => fold(&text, at == 0, at == last, &mut res),
            other => res.push(other),
        }
    }
    res
}

fn fold(text: &str, is_first: bool, is_last: bool, into: &mut Vec<Piece>) {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let head = if is_first { 0 } else { AROUND };
    let tail = if is_last { 0 } else { AROUND };
    let hidden = words.len().saturating_sub(head.saturating_add(tail));
    if hidden < AROUND {
        push_same(text, into);
        return;
    }
    let (start, rest) = cut_at(&words, head);
    let (_, end) = cut_at(rest, hidden);
    push_same(&start.concat(), into);
    into.push(Piece::Folded(hidden));
    push_same(&end.concat(), into);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Ons [-plan-]{+project+} loopt.`
    fn marked(pieces: &[Piece]) -> String {
        let mark = |it: &Piece| match it {
            Piece::Same(text) => text.clone(),
            Piece::Removed(text) => format!("[-{text}-]"),
            Piece::Added(text) => format!("{{+{text}+}}"),
            Piece::Folded(words) => format!("<{words}>"),
        };
        pieces.iter().map(mark).collect()
    }

    fn differing(old: &str, new: &str) -> String {
        marked(&differences(old, new, &mut Effort::default()))
    }

    #[test]
    fn words_that_differ_are_marked_and_the_rest_is_not() {
        assert_eq!(
            differing("Ons plan loopt twee jaar.", "Ons project loopt drie jaar."),
            "Ons [-plan-]{+project+} loopt [-twee-]{+drie+} jaar."
        );
        assert_eq!(differing("", "Nieuw."), "{+Nieuw.+}");
        assert_eq!(differing("Oud.", ""), "[-Oud.-]");
        assert_eq!(differing("Eén.\r\nTwee.", "Eén.\nTwee."), "Eén.\nTwee.");
        assert_eq!(
            differing("a b c d", "w x c z"),
            "[-a b c d-]{+w x c z+}",
            "next to nothing between two changes is part of the change"
        );
        assert_eq!(
            differing("Eerste.\nTweede zin.\n", "Eerste.\nTussen.\nTweede zin.\n"),
            "Eerste.\n{+Tussen.\n+}Tweede zin.\n"
        );
    }

    #[test]
    fn long_stretches_without_a_change_are_folded() {
        let long = "woord ".repeat(100);
        assert_eq!(
            differing(&format!("{long}oud"), &format!("{long}nieuw")),
            format!("<85>{}[-oud-]{{+nieuw+}}", "woord ".repeat(15))
        );
        assert_eq!(
            differing(&format!("oud {long}oud"), &format!("nieuw {long}nieuw")),
            format!(
                "[-oud-]{{+nieuw+}} {}<71>{}[-oud-]{{+nieuw+}}",
                "woord ".repeat(14),
                "woord ".repeat(15)
            )
        );
    }

    /// Whatever two texts are, the pieces give both back.
    #[test]
    fn both_texts_can_be_read_back() {
        let texts = [
            "Wij spreken jongeren. Elke week; ook online!",
            "Wij spreken ouders. Elke maand; ook op school!\nEn daarna?",
            "",
            "één twee\n\ndrie 🙂 vier",
        ];
        for old in texts {
            for new in texts {
                let mut pieces = Vec::new();
                compare(Grain::Lines, old, new, &mut Effort::default(), &mut pieces);
                let pieces = joined(pieces);
                let side = |of: fn(&Piece) -> &str| pieces.iter().map(of).collect::<String>();
                let olds = side(|it| match it {
                    Piece::Same(text) | Piece::Removed(text) => text,
                    _ => "",
                });
                let news = side(|it| match it {
                    Piece::Same(text) | Piece::Added(text) => text,
                    _ => "",
                });
                assert_eq!((olds.as_str(), news.as_str()), (old, new));
            }
        }
    }

    /// Two texts of 64 KB with no line and no sentence, and nothing in common: shown whole, at once.
    #[test]
    fn what_is_too_much_to_compare_is_shown_whole() {
        let old: String = (0..9_000).map(|it| format!("w{it:05} ")).collect();
        let new: String = (0..9_000).map(|it| format!("v{it:05} ")).collect();
        let started = std::time::Instant::now();
        let pieces = differences(&old, &new, &mut Effort::default());
        assert!(
            started.elapsed().as_millis() < 2_000,
            "{:?}",
            started.elapsed()
        );
        assert!(
            pieces.len() <= 3,
            "the old text, the new, and the space after both"
        );
        // With one word changed the same long line is compared to the word.
        let other = old.replacen("w04500", "anders", 1);
        assert_eq!(
            marked(&differences(&old, &other, &mut Effort::default()))
                .matches("[-w04500-]{+anders+}")
                .count(),
            1
        );
        assert_eq!(differences("a b", "a c", &mut Effort::none()).len(), 2);
    }
}
