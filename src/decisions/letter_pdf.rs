//! A letter as PDF: accessible (PDF/UA-1), archival (PDF/A-2a), and the same bytes each time.

use super::{letter::Letter, letter_check::LetterError};

/// Typesets a letter. The same letter gives the same bytes, with the same version of the program;
/// store them all the same. Takes about a tenth of a second of computing: not for an async thread.
#[cfg(feature = "pdf")]
pub fn pdf(letter: &Letter) -> Result<Vec<u8>, LetterError> {
    let document = typesetter::lay_out(letter)?;
    typesetter::export(&document, &letter.reference)
}

/// Refuses: this program was built without PDF. The letter as HTML can be printed.
#[cfg(not(feature = "pdf"))]
pub fn pdf(letter: &Letter) -> Result<Vec<u8>, LetterError> {
    letter.check()?;
    Err(LetterError::NotBuilt)
}

#[cfg(feature = "pdf")]
mod typesetter {
    use std::sync::LazyLock;

    use serde_json::Value;
    use typst::{
        Feature, Library, LibraryExt, World,
        diag::{FileError, FileResult, SourceDiagnostic, Warned},
        foundations::{Bytes, Datetime, Duration, Smart},
        syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
        text::{Font, FontBook},
        utils::LazyHash,
    };
    use typst_layout::PagedDocument;
    use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

    use super::{Letter, LetterError};
    use crate::decisions::letter_text::LetterText;

    /// Remembered results of earlier letters are dropped after so many letters, so that a server
    /// does not grow.
    const CACHED_LETTERS: usize = 2;

    pub(super) fn lay_out(letter: &Letter) -> Result<PagedDocument, LetterError> {
        let text = serde_json::to_value(LetterText::of(letter)?)?;
        let data = serde_json::to_vec(&printable(text))?;
        let Warned { output, warnings } = typst::compile(&Desk(Bytes::new(data)));
        comemo::evict(CACHED_LETTERS);
        let document = output.map_err(|it| refused(&it))?;
        // A warning is a missing glyph or font: the letter would not say what it should.
        if warnings.is_empty() {
            Ok(document)
        } else {
            Err(refused(&warnings))
        }
    }

    pub(super) fn export(document: &PagedDocument, ident: &str) -> Result<Vec<u8>, LetterError> {
        let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
            .map_err(|it| LetterError::Typesetting(it.message().to_string()))?;
        let options = PdfOptions {
            ident: Smart::Custom(ident.to_owned()),
            standards,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(document, &options).map_err(|it| refused(&it))
    }

    /// PDF/A refuses a character the typeface does not have, and a letter must not fail for a smiley
    /// in the title of a project: it becomes a visible U+FFFD. Signs that only steer the direction
    /// of text are dropped, because they can turn an amount around.
    fn printable(value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(text.chars().filter_map(glyph).collect()),
            Value::Array(all) => all.into_iter().map(printable).collect(),
            Value::Object(all) => all
                .into_iter()
                .map(|(key, it)| (key, printable(it)))
                .collect(),
            other => other,
        }
    }

    fn glyph(character: char) -> Option<char> {
        match character {
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' => None,
            it if it.is_whitespace() || FIXED.has(it) => Some(it),
            _ => Some(char::REPLACEMENT_CHARACTER),
        }
    }

    fn refused(diagnostics: &[SourceDiagnostic]) -> LetterError {
        let messages: Vec<&str> = diagnostics.iter().map(|it| it.message.as_str()).collect();
        LetterError::Typesetting(messages.join("; "))
    }

    /// What a letter can see while it is set: the template, its own data and the fonts in the
    /// program. No file, no network, no clock.
    struct Desk(Bytes);

    struct Fixed {
        library: LazyHash<Library>,
        book: LazyHash<FontBook>,
        fonts: Vec<Font>,
        template: Source,
        data: FileId,
    }

    impl Fixed {
        /// Whether every face of the letter has this character.
        fn has(&self, character: char) -> bool {
            let code = u32::from(character);
            self.fonts
                .iter()
                .all(|it| it.info().coverage.contains(code))
        }
    }

    static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
        let fonts: Vec<Font> = typst_assets::fonts()
            .flat_map(|it| Font::iter(Bytes::new(it)))
            .filter(|it| it.info().family.starts_with("Libertinus Serif"))
            .collect();
        Fixed {
            library: LazyHash::new(
                Library::builder()
                    // For `pdf.header-cell`: the first cell of a row is its heading.
                    .with_features([Feature::A11yExtras].into_iter().collect())
                    .build(),
            ),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(
                file("beschikking.typ"),
                include_str!("../../templates/letters/beschikking.typ").to_owned(),
            ),
            data: file("letter.json"),
        }
    });

    #[expect(clippy::expect_used, reason = "both names are literals and valid")]
    fn file(name: &str) -> FileId {
        let path = VirtualPath::new(name).expect("a plain file name");
        RootedPath::new(VirtualRoot::Project, path).intern()
    }

    impl World for Desk {
        fn library(&self) -> &LazyHash<Library> {
            &FIXED.library
        }

        fn book(&self) -> &LazyHash<FontBook> {
            &FIXED.book
        }

        fn main(&self) -> FileId {
            FIXED.template.id()
        }

        fn source(&self, id: FileId) -> FileResult<Source> {
            if id == FIXED.template.id() {
                Ok(FIXED.template.clone())
            } else {
                Err(FileError::AccessDenied)
            }
        }

        fn file(&self, id: FileId) -> FileResult<Bytes> {
            if id == FIXED.data {
                Ok(self.0.clone())
            } else {
                Err(FileError::AccessDenied)
            }
        }

        fn font(&self, index: usize) -> Option<Font> {
            FIXED.fonts.get(index).cloned()
        }

        fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
            None
        }
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
    use crate::decisions::letter::tests::{partial_award, printed_texts, samples, squeezed};

    fn contains(bytes: &[u8], text: &str) -> bool {
        bytes.windows(text.len()).any(|it| it == text.as_bytes())
    }

    /// The text of the pages, without what is printed in their margins.
    fn body_text(letter: &Letter) -> String {
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
        let document = typesetter::lay_out(letter).unwrap();
        let mut text = String::new();
        for page in document.pages() {
            collect(&page.frame, Abs::zero(), &mut text);
        }
        squeezed(&text)
    }

    #[test]
    fn every_letter_claims_both_standards_is_tagged_and_small() {
        for letter in samples() {
            let bytes = pdf(&letter).unwrap();
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
        for letter in samples() {
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
        let document = typesetter::lay_out(&letter).unwrap();
        let marked = |frame: &Frame| format!("{frame:?}").contains("VOORBEELD");
        assert!(1 < document.pages().len());
        assert!(document.pages().iter().all(|it| marked(&it.frame)));
        letter.example = false;
        let document = typesetter::lay_out(&letter).unwrap();
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
        let text = body_text(&letter);
        for expected in printed_texts(&letter) {
            assert!(text.contains(&expected), "{expected}");
        }
        pdf(&letter).unwrap();
    }

    #[test]
    fn a_character_without_a_glyph_is_shown_as_such() {
        let letter = letter_with("lach \u{1f600} \u{627}\u{7} Łódź \u{202e}1\u{feff}2\tΩ");
        pdf(&letter).unwrap();
        assert!(body_text(&letter).contains("lach\u{fffd}\u{fffd}\u{fffd}Łódź12Ω"));
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
        for page in typesetter::lay_out(&letter).unwrap().pages() {
            assert!(right_end(&page.frame, Abs::zero()) < Abs::mm(186.0));
        }
        pdf(&letter).unwrap();
    }
}
