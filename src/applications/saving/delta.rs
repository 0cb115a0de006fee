//! What one save changed in a text, kept small: while somebody types, a text of pages is saved every
//! few seconds. Pure.

/// The way back from a text to the one before it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Delta(usize, usize, String);

impl Delta {
    /// From `after` back to `before`.
    pub fn between(before: &str, after: &str) -> Delta {
        let start = common(before.chars(), after.chars());
        let rest = |text: &str| text.get(start..).unwrap_or_default().to_owned();
        let (old, new) = (rest(before), rest(after));
        let end = common(old.chars().rev(), new.chars().rev());
        let kept = old.len().saturating_sub(end);
        let between = old.get(..kept).unwrap_or_default();
        Delta(start, end, between.to_owned())
    }

    /// How many characters of the text before are not in the text after.
    pub fn removed(&self) -> usize {
        self.2.chars().count()
    }

    /// The text before, if `after` is the text that this was made of.
    pub fn undo(&self, after: &str) -> Option<String> {
        let Delta(start, end, between) = self;
        let tail = after.len().checked_sub(*end)?;
        if tail < *start {
            return None;
        }
        let (head, tail) = (after.get(..*start)?, after.get(tail..)?);
        Some([head, between, tail].concat())
    }
}

/// The bytes of the characters that two texts begin with alike.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other)
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_text_before_comes_back(before in "[aé€😀 ]{0,12}", after in "[aé€😀 ]{0,12}") {
            prop_assert_eq!(Delta::between(&before, &after).undo(&after), Some(before));
        }

        #[test]
        fn of_any_texts(before in any::<String>(), after in any::<String>()) {
            prop_assert_eq!(Delta::between(&before, &after).undo(&after), Some(before));
        }

        #[test]
        fn a_text_that_it_was_not_made_of_breaks_nothing(
            one in "[aé€]{0,6}", other in "[aé€]{0,6}", third in "[aé€]{0,6}",
        ) {
            let _ = Delta::between(&one, &other).undo(&third);
        }
    }

    #[test]
    fn typing_on_keeps_nothing_of_the_text() {
        let text = "Jongeren komen online in aanraking met extremisme.";
        let more = format!("{text} Zo gaat dat.");
        assert_eq!(Delta::between(text, &more), Delta(50, 0, String::new()));
        assert_eq!(Delta::between("éé", "éXé"), Delta(2, 2, String::new()));
        assert_eq!(Delta::between("aa", "a"), Delta(1, 0, "a".to_owned()));
    }
}
