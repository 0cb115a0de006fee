//! Finding an indicator in the catalogue. Pure.

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

/// The entries that somebody looks for: those with every word in their name or code first, of these what
/// is made for their part first, each group in the order in which they came.
pub fn find<'a>(entries: &'a [Entry], wish: &Wish) -> Vec<&'a Entry> {
    let words: Vec<String> = plain(&wish.words)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let is_of_part = |it: &Entry| {
        wish.part
            .is_some_and(|part| it.fits.parts().contains(&part))
    };
    let mut found: Vec<((bool, bool), &Entry)> = entries
        .iter()
        .filter(|it| wish.level.is_none_or(|level| it.level == level))
        .filter(|it| wish.category.is_none_or(|category| fits(it, category)))
        .filter(|it| has_all(it, &words))
        .map(|it| ((!named(it, &words), !is_of_part(it)), it))
        .collect();
    found.sort_by_key(|it| it.0);
    found.into_iter().map(|it| it.1).collect()
}

fn fits(entry: &Entry, category: Category) -> bool {
    let parts = entry.fits.parts();
    parts.is_empty() || parts.iter().any(|it| it.category() == category)
}

fn has_all(entry: &Entry, words: &[String]) -> bool {
    let text = plain(&format!(
        "{} {} {} {}",
        entry.code, entry.name, entry.definition, entry.unit
    ));
    words.iter().all(|it| text.contains(it.as_str()))
}

fn named(entry: &Entry, words: &[String]) -> bool {
    let text = plain(&format!("{} {}", entry.code, entry.name));
    words.iter().all(|it| text.contains(it.as_str()))
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
        let found: Vec<&str> = find(&entries, &wish).iter().map(|it| &*it.code).collect();
        assert_eq!(found, expected, "{words}");
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
        check("train nergens", &[]);
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
            find(&entries, &wish).iter().map(|it| &*it.code).collect()
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
            find(&entries, &wish).iter().map(|it| &*it.code).collect()
        };
        assert_eq!(codes(None, Some(Category::Baseline)), ["ALLES", "TRAIN"]);
        assert_eq!(codes(None, Some(Category::Prevention)), ["ALLES"]);
        assert!(codes(Some(IndicatorLevel::Outcome), None).is_empty());
    }
}
