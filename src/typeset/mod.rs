//! A template and data to a PDF: accessible (PDF/UA-1), archival (PDF/A-2a), and the same bytes each
//! time. What it is about, the callers know.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::{AppError, Refusal};

/// Why something could not be typeset.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// The typesetter refused; its messages.
    #[error("{0}")]
    Refused(String),
    /// The data cannot be written as JSON.
    #[error("the data cannot be written as JSON")]
    Data(#[from] serde_json::Error),
    /// This program was built without the feature `pdf`.
    #[error("this program was built without PDF")]
    NotBuilt,
}

impl From<TypesetError> for AppError {
    fn from(err: TypesetError) -> AppError {
        match err {
            TypesetError::NotBuilt => Refusal::NoPdf.into(),
            err => AppError::internal(err),
        }
    }
}

/// A template, which finds its data as `data.json`.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// The name of its file.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Long documents are set one at a time: each takes memory.
static PRESS: Semaphore = Semaphore::const_new(1);

/// How long somebody waits for others' documents.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Waits until it is one's turn to set a long document; the turn ends when the answer is dropped.
/// [`AppError::Busy`] after a minute.
pub async fn turn() -> Result<SemaphorePermit<'static>, AppError> {
    let waiting = tokio::time::timeout(PATIENCE, PRESS.acquire());
    let turn = waiting.await.map_err(AppError::busy)?;
    turn.map_err(AppError::busy)
}

/// Sets a document: the same template and data give the same bytes, with the same version of the
/// program.
#[cfg(feature = "pdf")]
pub fn pdf(
    template: &Template,
    data: serde_json::Value,
    ident: &str,
) -> Result<Vec<u8>, TypesetError> {
    export(&lay_out(template, data)?, ident)
}

/// Refuses: this program was built without PDF.
#[cfg(not(feature = "pdf"))]
pub fn pdf(_: &Template, _: serde_json::Value, _: &str) -> Result<Vec<u8>, TypesetError> {
    Err(TypesetError::NotBuilt)
}

#[cfg(feature = "pdf")]
pub use typesetter::{Document, export, lay_out};

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
    pub use typst_layout::PagedDocument as Document;
    use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

    use super::{Template, TypesetError};

    /// Remembered results of earlier documents are dropped after so many, so that a server does not
    /// grow.
    const CACHED: usize = 2;

    /// Lays a document out in pages.
    pub fn lay_out(template: &Template, data: Value) -> Result<Document, TypesetError> {
        let data = serde_json::to_vec(&printable(data))?;
        let desk = Desk {
            template: Source::new(file(template.name), template.text.to_owned()),
            data: Bytes::new(data),
        };
        let Warned { output, warnings } = typst::compile(&desk);
        comemo::evict(CACHED);
        let document = output.map_err(|it| refused(&it))?;
        // A warning is a missing glyph or font: the document would not say what it should.
        if warnings.is_empty() {
            Ok(document)
        } else {
            Err(refused(&warnings))
        }
    }

    /// The bytes of a document. `ident` is what makes it another document than any other.
    pub fn export(document: &Document, ident: &str) -> Result<Vec<u8>, TypesetError> {
        let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
            .map_err(|it| TypesetError::Refused(it.message().to_string()))?;
        let options = PdfOptions {
            ident: Smart::Custom(ident.to_owned()),
            standards,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(document, &options).map_err(|it| refused(&it))
    }

    /// PDF/A refuses a character the typeface does not have, and a document must not fail for a
    /// smiley in the title of a project: it becomes a visible U+FFFD. Signs that only steer the
    /// direction of text are dropped, because they can turn an amount around.
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

    fn refused(diagnostics: &[SourceDiagnostic]) -> TypesetError {
        let messages: Vec<&str> = diagnostics.iter().map(|it| it.message.as_str()).collect();
        TypesetError::Refused(messages.join("; "))
    }

    /// What a document can see while it is set: its template, its own data and the fonts in the
    /// program. No file, no network, no clock.
    struct Desk {
        template: Source,
        data: Bytes,
    }

    struct Fixed {
        library: LazyHash<Library>,
        book: LazyHash<FontBook>,
        fonts: Vec<Font>,
        data: FileId,
    }

    impl Fixed {
        /// Whether every face has this character.
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
            data: file("data.json"),
        }
    });

    #[expect(clippy::expect_used, reason = "all names are literals and valid")]
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
            self.template.id()
        }

        fn source(&self, id: FileId) -> FileResult<Source> {
            if id == self.template.id() {
                Ok(self.template.clone())
            } else {
                Err(FileError::AccessDenied)
            }
        }

        fn file(&self, id: FileId) -> FileResult<Bytes> {
            if id == FIXED.data {
                Ok(self.data.clone())
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
