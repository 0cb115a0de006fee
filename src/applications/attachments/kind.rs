//! Which kinds of files are taken in. Pure.

use crate::{db::columns::text_enum, texts::labels::Label};

text_enum! {
    /// What the content of a file is.
    pub enum FileKind {
        /// PDF.
        Pdf => "pdf",
        /// A document of Word (Office Open XML).
        Docx => "docx",
        /// A workbook of Excel (Office Open XML).
        Xlsx => "xlsx",
        /// A document of LibreOffice (OpenDocument).
        Odt => "odt",
        /// A workbook of LibreOffice (OpenDocument).
        Ods => "ods",
        /// An image.
        Png => "png",
        /// A photograph.
        Jpeg => "jpeg",
        /// Text in UTF-8.
        Text => "text",
    }
}

impl FileKind {
    /// How the name of such a file ends, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            FileKind::Jpeg => "jpg",
            FileKind::Text => "txt",
            other => other.as_str(),
        }
    }

    /// The kind of a file whose name ends so (without the dot), in capitals or not.
    pub fn of_extension(extension: &str) -> Option<FileKind> {
        let extension = extension.to_ascii_lowercase();
        if extension == "jpeg" {
            return Some(FileKind::Jpeg);
        }
        let mut all = FileKind::ALL.iter().copied();
        all.find(|it| it.extension() == extension)
    }

    /// What a browser is told that it is.
    pub fn media_type(self) -> &'static str {
        match self {
            FileKind::Pdf => "application/pdf",
            FileKind::Docx => {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileKind::Odt => "application/vnd.oasis.opendocument.text",
            FileKind::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            FileKind::Png => "image/png",
            FileKind::Jpeg => "image/jpeg",
            FileKind::Text => "text/plain; charset=utf-8",
        }
    }

    /// The kinds in a row of words, as a page states them.
    pub fn all_said() -> String {
        let names: Vec<&str> = FileKind::ALL.iter().map(|it| it.label()).collect();
        let (last, first) = names.split_last().unwrap_or((&"", &[]));
        format!("{} of {last}", first.join(", "))
    }

    /// What a browser offers to choose from.
    pub fn accepted() -> String {
        let all = FileKind::ALL
            .iter()
            .map(|it| format!(".{}", it.extension()));
        all.chain([".jpeg".to_owned()])
            .collect::<Vec<_>>()
            .join(",")
    }
}

impl Label for FileKind {
    fn label(self) -> &'static str {
        match self {
            FileKind::Pdf => "PDF",
            FileKind::Docx => "Word (.docx)",
            FileKind::Xlsx => "Excel (.xlsx)",
            FileKind::Odt => "OpenDocument-tekst (.odt)",
            FileKind::Ods => "OpenDocument-werkblad (.ods)",
            FileKind::Png => "PNG",
            FileKind::Jpeg => "JPEG",
            FileKind::Text => "platte tekst (.txt)",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_own_extension() {
        for kind in FileKind::ALL {
            assert_eq!(FileKind::of_extension(kind.extension()), Some(*kind));
        }
        assert_eq!(FileKind::of_extension("JPEG"), Some(FileKind::Jpeg));
        assert_eq!(FileKind::of_extension("docm"), None);
    }
}
