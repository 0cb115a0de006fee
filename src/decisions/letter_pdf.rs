//! A letter as PDF: accessible (PDF/UA-1), archival (PDF/A-2a), and the same bytes each time.

use super::{amendments::letter::AmendmentLetter, letter::Letter, letter_check::LetterError};
#[cfg(feature = "pdf")]
use crate::{
    decisions::{amendments, letter_text::LetterText},
    typeset::{self, Template, TypesetError},
};

/// Typesets a letter. The same letter gives the same bytes, with the same version of the program;
/// store them all the same. Takes about a tenth of a second of computing: not for an async thread.
#[cfg(feature = "pdf")]
pub fn pdf(letter: &Letter) -> Result<Vec<u8>, LetterError> {
    typeset(&LetterText::of(letter)?)
}

/// As [`pdf`], the letter of a change of an award.
#[cfg(feature = "pdf")]
pub fn pdf_of_amendment(letter: &AmendmentLetter) -> Result<Vec<u8>, LetterError> {
    typeset(&amendments::letter_text::text(letter)?)
}

/// Refuses: this program was built without PDF. The letter as HTML can be printed.
#[cfg(not(feature = "pdf"))]
pub fn pdf(letter: &Letter) -> Result<Vec<u8>, LetterError> {
    letter.check()?;
    Err(LetterError::NotBuilt)
}

/// As [`pdf`], the letter of a change of an award.
#[cfg(not(feature = "pdf"))]
pub fn pdf_of_amendment(letter: &AmendmentLetter) -> Result<Vec<u8>, LetterError> {
    letter.check()?;
    Err(LetterError::NotBuilt)
}

/// The template of a letter.
#[cfg(feature = "pdf")]
const LETTER: Template = Template {
    name: "beschikking.typ",
    text: include_str!("../../templates/letters/beschikking.typ"),
};

#[cfg(feature = "pdf")]
fn typeset(text: &LetterText) -> Result<Vec<u8>, LetterError> {
    Ok(typeset::export(&lay_out(text)?, &text.reference)?)
}

#[cfg(feature = "pdf")]
fn lay_out(text: &LetterText) -> Result<typeset::Document, LetterError> {
    Ok(typeset::lay_out(&LETTER, serde_json::to_value(text)?)?)
}

#[cfg(feature = "pdf")]
impl From<TypesetError> for LetterError {
    fn from(err: TypesetError) -> LetterError {
        LetterError::Typesetting(err.to_string())
    }
}

#[cfg(test)]
#[cfg(not(feature = "pdf"))]
mod tests {
    use super::{super::letter::tests::partial_award, *};

    #[test]
    fn without_pdf_a_letter_is_refused_and_not_empty() {
        assert!(matches!(pdf(&partial_award()), Err(LetterError::NotBuilt)));
    }
}

#[cfg(test)]
#[cfg(feature = "pdf")]
mod tests {
    use typst::layout::{Abs, Frame, FrameItem};

    use super::*;
    use crate::decisions::letter::tests::{partial_award, printed_texts, samples, squeezed, texts};

    fn contains(bytes: &[u8], text: &str) -> bool {
        bytes.windows(text.len()).any(|it| it == text.as_bytes())
    }

    /// The text of the pages, without what is printed in their margins.
    fn body_text(words: &LetterText) -> String {
        fn collect(frame: &Frame, offset: Abs, into: &mut String) {
            for (at, item) in frame.items() {
                let y = offset + at.y;
                match item {
                    FrameItem::Group(group) => collect(&group.frame, y, into),
                    FrameItem::Text(it) if Abs::mm(24.0) < y && y < Abs::mm(273.0) => {
                        into.push_str(&it.text);
                    }
                    _ => {}
                }
            }
        }
        let document = lay_out(words).unwrap();
        let mut text = String::new();
        for page in document.pages() {
            collect(&page.frame, Abs::zero(), &mut text);
        }
        squeezed(&text)
    }

    #[test]
    fn every_letter_claims_both_standards_is_tagged_and_small() {
        for letter in texts() {
            let bytes = typeset(&letter).unwrap();
            assert!(bytes.starts_with(b"%PDF-1.7"));
            for marker in [
                "<pdfuaid:part>1</pdfuaid:part>",
                "<pdfaid:part>2</pdfaid:part>",
                "<pdfaid:conformance>A</pdfaid:conformance>",
                "/StructTreeRoot",
                "/Marked true",
                "/Lang(nl-NL)",
            ] {
                assert!(contains(&bytes, marker), "{marker} in {}", letter.reference);
            }
            assert!(bytes.len() < 200_000, "{} bytes", bytes.len());
        }
    }

    #[test]
    fn the_same_letter_gives_the_same_bytes_and_another_reference_does_not() {
        let letter = partial_award();
        let bytes = pdf(&letter).unwrap();
        for other in samples() {
            pdf(&other).unwrap();
        }
        assert!(pdf(&letter).unwrap() == bytes);
        let mut other = letter;
        other.reference.push('x');
        assert!(pdf(&other).unwrap() != bytes);
    }

    #[test]
    fn the_pdf_says_every_word_of_the_letter() {
        for letter in texts() {
            let text = body_text(&letter);
            for expected in printed_texts(&letter) {
                assert!(
                    text.contains(&expected),
                    "{expected} in {}",
                    letter.reference
                );
            }
        }
    }

    #[test]
    fn an_example_says_so_on_every_page() {
        let mut letter = partial_award();
        letter.example = true;
        let document = lay_out(&LetterText::of(&letter).unwrap()).unwrap();
        let marked = |frame: &Frame| format!("{frame:?}").contains("VOORBEELD");
        assert!(1 < document.pages().len());
        assert!(document.pages().iter().all(|it| marked(&it.frame)));
        letter.example = false;
        let document = lay_out(&LetterText::of(&letter).unwrap()).unwrap();
        assert!(!document.pages().iter().any(|it| marked(&it.frame)));
    }

    /// A letter with `text` in every place where people type.
    fn letter_with(text: &str) -> Letter {
        let text = || text.to_owned();
        let mut letter = partial_award();
        letter.subject = text();
        letter.reference = text();
        letter.reasons.push(text());
        letter.conditions.push(text());
        letter.projects[0].title = text();
        letter.projects[0].reason = text();
        letter.addressee.municipality = text();
        letter.objection.address.push(text());
        letter.mandate.name = text();
        letter
    }

    #[test]
    fn data_is_never_read_as_markup() {
        let letter = letter_with(
            "#panic(\"x\") #letter $x^2$ @ref <label> \\ *a* _b_ `c` // d /* e */ [f] = g\n+ h ~ 'q'",
        );
        let words = LetterText::of(&letter).unwrap();
        let text = body_text(&words);
        for expected in printed_texts(&words) {
            assert!(text.contains(&expected), "{expected}");
        }
        pdf(&letter).unwrap();
    }

    #[test]
    fn a_character_without_a_glyph_is_shown_as_such() {
        let letter = letter_with("lach \u{1f600} \u{627}\u{7} Łódź \u{202e}1\u{feff}2\tΩ");
        pdf(&letter).unwrap();
        let words = LetterText::of(&letter).unwrap();
        assert!(body_text(&words).contains("lach\u{fffd}\u{fffd}\u{fffd}Łódź12Ω"));
    }

    #[test]
    fn a_word_without_end_stays_on_the_page() {
        fn right_end(frame: &Frame, offset: Abs) -> Abs {
            let ends = frame.items().map(|(at, item)| match item {
                FrameItem::Group(group) => right_end(&group.frame, offset + at.x),
                FrameItem::Text(it) => offset + at.x + it.width(),
                _ => Abs::zero(),
            });
            ends.fold(Abs::zero(), Abs::max)
        }
        let mut letter = partial_award();
        let word = "a1".repeat(200);
        letter.subject.clone_from(&word);
        letter.projects[0].title.clone_from(&word);
        letter.projects[0].reason.clone_from(&word);
        letter.conditions.push(word);
        let words = LetterText::of(&letter).unwrap();
        for page in lay_out(&words).unwrap().pages() {
            assert!(right_end(&page.frame, Abs::zero()) < Abs::mm(186.0));
        }
        pdf(&letter).unwrap();
    }
}
