//! Finding an indicator in the catalogue. Pure.

use strsim::osa_distance;

use super::Entry;
use crate::{
    applications::project::IndicatorLevel,
    core::category::{Category, SubItem},
};

/// What somebody looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Words, all of which are in the code, the name, the definition or the unit.
    pub words: String,
    /// Only of this level.
    pub level: Option<IndicatorLevel>,
    /// Only what fits this category.
    pub category: Option<Category>,
    /// What is made for this part comes first.
    pub part: Option<SubItem>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found<'a> {
    /// The entries.
    pub entries: Vec<&'a Entry>,
    /// Whether nothing had the words as they were typed, and these have some like them.
    pub is_like: bool,
}

/// From so many letters on a word may have one wrong.
const LONG: usize = 5;
/// From so many on, two.
const VERY_LONG: usize = 10;
/// What a word has behind it in another form: `jongere`, `jongeren`; `training`, `trainingen`.
const ENDINGS: [&str; 4] = ["en", "n", "s", "e"];

/// The entries that somebody looks for: those with every word in their name or code first, of these what
/// is made for their part first, each group in the order in which they came. If there are none, those
/// with words that differ in their ending or in one letter; if there are none of those, those with one of the words.
pub fn find<'a>(entries: &'a [Entry], wish: &Wish) -> Found<'a> {
    let words: Vec<String> = plain(&wish.words)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let found = find_by(entries, wish, &words, &contains);
    if !found.is_empty() || words.is_empty() {
        return Found {
            entries: found,
            is_like: false,
        };
    }
    let mut found = find_by(entries, wish, &words, &is_like);
    if found.is_empty() {
        found = find_any(entries, wish, &words);
    }
    Found {
        is_like: !found.is_empty(),
        entries: found,
    }
}

/// Whether a text has a word.
type Has = dyn Fn(&str, &str) -> bool;

fn find_by<'a>(entries: &'a [Entry], wish: &Wish, words: &[String], has: &Has) -> Vec<&'a Entry> {
    let is_of_part = |it: &Entry| {
        wish.part
            .is_some_and(|part| it.fits.parts().contains(&part))
    };
    let mut found: Vec<((bool, bool), &Entry)> = entries
        .iter()
        .filter(|it| wish.level.is_none_or(|level| it.level == level))
        .filter(|it| wish.category.is_none_or(|category| fits(it, category)))
        .filter(|it| words.iter().all(|word| has(&all_of(it), word)))
        .map(|it| {
            let is_named = words.iter().all(|word| has(&name_of(it), word));
            ((!is_named, !is_of_part(it)), it)
        })
        .collect();
    found.sort_by_key(|it| it.0);
    found.into_iter().map(|it| it.1).collect()
}

/// The entries that have at least one of the words, or one like it: those with most of them first.
fn find_any<'a>(entries: &'a [Entry], wish: &Wish, words: &[String]) -> Vec<&'a Entry> {
    let count = |it: &Entry| {
        let text = all_of(it);
        words.iter().filter(|word| is_like(&text, word)).count()
    };
    let mut found = find_by(entries, wish, &[], &is_like);
    found.retain(|it| 0 < count(it));
    found.sort_by_cached_key(|it| std::cmp::Reverse(count(it)));
    found
}

fn fits(entry: &Entry, category: Category) -> bool {
    let parts = entry.fits.parts();
    parts.is_empty() || parts.iter().any(|it| it.category() == category)
}

fn all_of(entry: &Entry) -> String {
    plain(&format!(
        "{} {} {} {}",
        entry.code, entry.name, entry.definition, entry.unit
    ))
}

fn name_of(entry: &Entry) -> String {
    plain(&format!("{} {}", entry.code, entry.name))
}

fn contains(text: &str, word: &str) -> bool {
    text.contains(word)
}

/// Whether a text has a word that begins as this one does, or that is this one apart from its ending and
/// a letter; in a very long word, two letters.
fn is_like(text: &str, word: &str) -> bool {
    let stem = stem(word);
    let most = match stem.chars().count() {
        VERY_LONG.. => 2,
        LONG.. => 1,
        _ => 0,
    };
    let is_near = |other: &str| osa_distance(stem, self::stem(other)) <= most;
    text.contains(stem) || (0 < most && text.split_whitespace().any(is_near))
}

fn stem(word: &str) -> &str {
    let ending = ENDINGS.iter().find_map(|it| word.strip_suffix(it));
    ending
        .filter(|it| LONG <= it.chars().count())
        .unwrap_or(word)
}

/// A text without capitals, accents and marks, as it is looked for.
pub fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|it| !('\u{300}'..='\u{36f}').contains(it)) // accents that stand apart
        .map(|it| match it {
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            'ý' | 'ÿ' => 'y',
            other if other.is_alphanumeric() || other == '%' => other,
            _ => ' ',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::catalogue::tests::entry;

    #[track_caller]
    fn check(words: &str, expected: &[&str]) {
        let mut cases = entry("CASUS", "Afgeronde casussen", "casussen");
        cases.level = IndicatorLevel::Outcome;
        cases.definition = "Ook na één training in coördinatie.".to_owned();
        let entries = [cases, entry("TRAIN", "Getrainde professionals", "personen")];
        let wish = Wish {
            words: words.to_owned(),
            ..Wish::default()
        };
        let found = find(&entries, &wish).entries;
        let found: Vec<&str> = found.iter().map(|it| &*it.code).collect();
        assert_eq!(found, expected, "{words}");
    }

    #[test]
    fn what_nothing_has_is_looked_for_without_its_ending_and_with_a_letter_wrong() {
        check("trainingen", &["CASUS"]);
        check("trainig", &["CASUS"]);
        check("proffesional", &["TRAIN"]);
        check("profesionals", &["TRAIN"]);
        check("casusen", &["CASUS"]);
        // Not a word that merely looks a little like it, nor a short one.
        check("profeten", &[]);
        check("casas", &["CASUS"]);
        check("nee", &[]);
        let is_like = |words: &str| {
            let wish = Wish {
                words: words.to_owned(),
                ..Wish::default()
            };
            find(
                &[entry("TRAIN", "Getrainde professionals", "personen")],
                &wish,
            )
            .is_like
        };
        assert!(is_like("profesionals"));
        assert!(!is_like("professionals") && !is_like("nergens") && !is_like(""));
    }

    #[test]
    fn every_word_counts_and_accents_and_capitals_do_not() {
        check("", &["CASUS", "TRAIN"]);
        check("TRAIN", &["TRAIN", "CASUS"]); // in the name before in the definition
        check("personen getrainde", &["TRAIN"]);
        check("coordinatie", &["CASUS"]);
        check("COÖRDINATIE", &["CASUS"]);
        check("coo\u{308}rdinatie", &["CASUS"]);
        check("train, één!", &["CASUS", "TRAIN"]);
        // Where nothing has all words, one of them is better than nothing.
        check("getrainde nergens", &["TRAIN"]);
        check("nergens ooit", &[]);
    }

    #[test]
    fn what_is_made_for_the_part_of_the_project_comes_first() {
        let mut all = entry("ALLES", "Past overal", "stuks");
        all.fits = crate::applications::catalogue::Fits::default();
        let made = entry("TRAIN", "Getrainde professionals", "personen");
        let part = made.fits.parts().first().copied();
        let entries = [all, made];
        let codes = |part| -> Vec<&str> {
            let wish = Wish {
                part,
                ..Wish::default()
            };
            let found = find(&entries, &wish).entries;
            found.iter().map(|it| &*it.code).collect()
        };
        assert_eq!(codes(None), ["ALLES", "TRAIN"]);
        assert_eq!(codes(part), ["TRAIN", "ALLES"]);
    }

    #[test]
    fn level_and_category_narrow_it() {
        let mut all = entry("ALLES", "Past overal", "stuks");
        all.fits = crate::applications::catalogue::Fits::default();
        let entries = [all, entry("TRAIN", "Getrainde professionals", "personen")];
        let codes = |level, category| -> Vec<&str> {
            let wish = Wish {
                words: String::new(),
                level,
                category,
                part: None,
            };
            let found = find(&entries, &wish).entries;
            found.iter().map(|it| &*it.code).collect()
        };
        assert_eq!(codes(None, Some(Category::Baseline)), ["ALLES", "TRAIN"]);
        assert_eq!(codes(None, Some(Category::Prevention)), ["ALLES"]);
        assert!(codes(Some(IndicatorLevel::Outcome), None).is_empty());
    }
}
