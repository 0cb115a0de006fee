//! What a file is by its content, and what is not taken in. Reads the little that it needs.
//!
//! Office files that are encrypted look like any encrypted file: they are refused. A PDF that asks a
//! password for printing or changing can be read by anybody and is taken in; a scanner can be told
//! to refuse those.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;

use super::kind::FileKind;
use crate::texts::labels::Label;

/// How much of the start decides.
const HEAD: u64 = 8 * 1024;
/// How far from its end a PDF says that it ends.
const TAIL: u64 = 1024;
/// The most parts of an office file.
const MOST_PARTS: usize = 5_000;
/// The largest part that is read: the list of parts.
const MOST_OF_A_PART: u64 = 1024 * 1024;

/// Why the content of a file is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It is of another kind; as far as is known of which.
    #[error("another kind: {0}")]
    Other(&'static str),
    /// It has macros.
    #[error("macros")]
    Macros,
    /// It is encrypted.
    #[error("encrypted")]
    Encrypted,
    /// It is a file of an old Office, or of a newer one with a password: they look the same.
    #[error("old office file")]
    Old,
    /// It is not whole, or more is hung on to it.
    #[error("damaged")]
    Damaged,
    /// It is text and not in UTF-8, or it holds what is no text.
    #[error("not UTF-8")]
    NotText,
    /// It could not be read back.
    #[error(transparent)]
    Read(#[from] io::Error),
}

/// What a file is; `extension` is how its name ends, which has to fit.
pub fn inspect(file: impl Read + Seek, extension: &str) -> Result<FileKind, Unfit> {
    let mut file = BufReader::with_capacity(64 * 1024, file);
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    file.rewind()?;
    let kind = match infer::get(&head) {
        _ if head.starts_with(b"PK\x03\x04") => office(file)?,
        _ if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => return Err(Unfit::Old),
        Some(it) if it.mime_type() == "application/pdf" => ends(file, FileKind::Pdf)?,
        Some(it) if it.mime_type() == "image/png" => ends(file, FileKind::Png)?,
        Some(it) if it.mime_type() == "image/jpeg" => FileKind::Jpeg,
        Some(it) if !it.mime_type().starts_with("text/") => {
            return Err(Unfit::Other(it.extension()));
        }
        _ => text(file)?,
    };
    Ok(kind).and_then(|it| fits(it, extension))
}

/// A name that ends as another kind, or as one that is not taken in, is not corrected: who opens it
/// should get what they expect.
fn fits(kind: FileKind, extension: &str) -> Result<FileKind, Unfit> {
    match (FileKind::of_extension(extension), kind) {
        (Some(named), kind) if named != kind => Err(Unfit::Other(kind.extension())),
        // Text of which the name says that it is a program, a page, ...
        (None, FileKind::Text) if is_known_ending(extension) => Err(Unfit::Other("")),
        _ => Ok(kind),
    }
}

/// Whether this is how the name of a file ends, and not what comes after the last dot of a sentence.
fn is_known_ending(extension: &str) -> bool {
    (1..=5).contains(&extension.len()) && extension.chars().any(|it| it.is_ascii_alphabetic())
}

/// A PDF and a PNG say where they end; what comes after is hung on to it.
fn ends(mut file: impl Read + Seek, kind: FileKind) -> Result<FileKind, Unfit> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let is_whole = match kind {
        FileKind::Png => tail.ends_with(b"IEND\xaeB`\x82"),
        _ => {
            tail.windows(5).any(|it| it == b"%%EOF")
                && !tail.windows(4).any(|it| it == b"PK\x05\x06")
        }
    };
    if is_whole {
        Ok(kind)
    } else {
        Err(Unfit::Damaged)
    }
}

/// What is in a ZIP file: an office file without macros, or nothing that is taken in.
fn office(file: impl Read + Seek) -> Result<FileKind, Unfit> {
    let damaged = |_| Unfit::Damaged;
    let mut parts = ZipArchive::new(file).map_err(damaged)?;
    if parts.offset() != 0 || MOST_PARTS < parts.len() {
        return Err(Unfit::Damaged);
    }
    let mut names: Vec<String> = Vec::new();
    for name in parts.file_names() {
        names.push(name.map_err(damaged)?.to_ascii_lowercase());
    }
    let has = |test: &dyn Fn(&str) -> bool| names.iter().any(|it| test(it));
    let has_macros = has(&|it| it.ends_with("vbaproject.bin") || it.contains("activex/"))
        || has(&|it| it.starts_with("basic/") || it.starts_with("scripts/"));
    for at in 0..parts.len() {
        if parts.by_index_raw(at).map_err(damaged)?.encrypted() {
            return Err(Unfit::Encrypted);
        }
    }
    if has(&|it| it == "mimetype") {
        let kind = match part(&mut parts, "mimetype")?.trim() {
            "application/vnd.oasis.opendocument.text" => FileKind::Odt,
            "application/vnd.oasis.opendocument.spreadsheet" => FileKind::Ods,
            _ => return Err(Unfit::Other("zip")),
        };
        if part(&mut parts, "META-INF/manifest.xml")?.contains("encryption-data") {
            return Err(Unfit::Encrypted);
        }
        return if has_macros {
            Err(Unfit::Macros)
        } else {
            Ok(kind)
        };
    }
    if !has(&|it| it == "[content_types].xml") {
        return Err(Unfit::Other("zip"));
    }
    let types = part(&mut parts, "[Content_Types].xml")?.to_ascii_lowercase();
    if has_macros || types.contains("macroenabled") || types.contains("vbaproject") {
        return Err(Unfit::Macros);
    }
    if types.contains("wordprocessingml.document.main+xml") {
        Ok(FileKind::Docx)
    } else if types.contains("spreadsheetml.sheet.main+xml") {
        Ok(FileKind::Xlsx)
    } else {
        Err(Unfit::Other("zip"))
    }
}

/// The text of a part, of which no more is unpacked than is allowed.
fn part<R: Read + Seek>(parts: &mut ZipArchive<R>, name: &str) -> Result<String, Unfit> {
    let part = parts.by_name(name).map_err(|_| Unfit::Damaged)?;
    let mut bytes = Vec::new();
    let most = MOST_OF_A_PART.saturating_add(1);
    part.take(most)
        .read_to_end(&mut bytes)
        .map_err(|_| Unfit::Damaged)?;
    if MOST_OF_A_PART < u64::try_from(bytes.len()).unwrap_or(u64::MAX) {
        return Err(Unfit::Damaged);
    }
    String::from_utf8(bytes).map_err(|_| Unfit::Damaged)
}

/// Text in UTF-8 from its first to its last byte, without control characters but those of a page.
fn text(mut file: impl Read) -> Result<FileKind, Unfit> {
    let mut piece = vec![0_u8; 64 * 1024];
    let mut rest: Vec<u8> = Vec::new();
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 {
            return if rest.is_empty() {
                Ok(FileKind::Text)
            } else {
                Err(Unfit::NotText)
            };
        }
        rest.extend_from_slice(piece.get(..count).unwrap_or_default());
        let whole = match std::str::from_utf8(&rest) {
            Ok(text) => text,
            // A letter that is cut by the end of the piece.
            Err(err) if err.error_len().is_none() => {
                let valid = rest.get(..err.valid_up_to()).unwrap_or_default();
                std::str::from_utf8(valid).unwrap_or_default()
            }
            Err(_) => return Err(Unfit::NotText),
        };
        let is_odd = |it: char| it.is_control() && !matches!(it, '\t' | '\n' | '\r' | '\u{c}');
        if whole.chars().any(is_odd) {
            return Err(Unfit::NotText);
        }
        let done = whole.len();
        rest.drain(..done);
    }
}

impl Unfit {
    /// What is wrong with a file of this name, and what to do.
    pub fn said(&self, name: &str) -> String {
        match self {
            Unfit::Other("") => format!(
                "“{name}” is geen soort bestand dat wij aannemen. Kies een bestand van een van deze soorten: {}.",
                FileKind::all_said()
            ),
            Unfit::Other(found) => match FileKind::of_extension(found) {
                Some(kind) => format!(
                    "“{name}” is volgens de naam iets anders dan volgens de inhoud: dat is {}. Geef het bestand zijn eigen naam, die eindigt op .{}, of sla het opnieuw op.",
                    kind.label(),
                    kind.extension()
                ),
                None => format!(
                    "“{name}” is volgens de inhoud een bestand van de soort .{found}. Die nemen wij niet aan. Sla het op als {}.",
                    FileKind::all_said()
                ),
            },
            Unfit::Macros => format!(
                "“{name}” bevat macro’s. Sla het op zonder macro’s (.docx of .xlsx), of als PDF."
            ),
            Unfit::Encrypted => format!(
                "“{name}” is versleuteld met een wachtwoord. Haal het wachtwoord eraf, of sla het op als PDF."
            ),
            Unfit::Old => format!(
                "“{name}” komt uit een oude versie van Office of heeft een wachtwoord. Sla het zonder wachtwoord op als .docx of .xlsx, of als PDF."
            ),
            Unfit::Damaged => format!(
                "“{name}” is niet heel, of er hangt iets aan vast. Open het bestand, sla het opnieuw op en kies het dan nog eens."
            ),
            Unfit::NotText => format!(
                "“{name}” is geen tekst in UTF-8 en ook geen ander soort bestand dat wij aannemen. Sla het op als {}.",
                FileKind::all_said()
            ),
            Unfit::Read(_) => format!(
                "“{name}” konden wij niet bewaren. Probeer het over een paar minuten nog eens."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    const DOCX: (&str, &str) = (
        "[Content_Types].xml",
        r#"<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#,
    );
    const MANIFEST: (&str, &str) = ("META-INF/manifest.xml", "<manifest:manifest/>");
    const ODS: (&str, &str) = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\xaeB`\x82";
    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n";

    fn found(bytes: &[u8], extension: &str) -> String {
        match inspect(Cursor::new(bytes), extension) {
            Ok(it) => it.as_str().to_owned(),
            Err(it) => it.to_string(),
        }
    }

    #[test]
    fn a_file_is_what_its_content_is() {
        let macros = "[Content_Types].xml";
        let docm = r#"<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>"#;
        let zip = packed(&[("a.txt", "a")]);
        let large = format!("{}é", "a".repeat(64 * 1024 - 1));
        let polyglot = [PDF, &zip].concat();
        let bomb = "x".repeat(2 * 1024 * 1024);
        let rows: Vec<(&str, Vec<u8>, &str, &str)> = vec![
            (
                "docx",
                packed(&[DOCX, ("word/document.xml", "<a/>")]),
                "docx",
                "docx",
            ),
            ("docx without a name", packed(&[DOCX]), "", "docx"),
            (
                "docx named xlsx",
                packed(&[DOCX]),
                "xlsx",
                "another kind: docx",
            ),
            ("docm", packed(&[(macros, docm)]), "docm", "macros"),
            (
                "docm named docx",
                packed(&[DOCX, ("word/vbaProject.bin", "x")]),
                "docx",
                "macros",
            ),
            ("ods", packed(&[ODS, MANIFEST]), "ods", "ods"),
            (
                "ods with macros",
                packed(&[ODS, MANIFEST, ("Basic/a.xml", "x")]),
                "ods",
                "macros",
            ),
            (
                "ods with a password",
                packed(&[
                    ODS,
                    ("META-INF/manifest.xml", "<manifest:encryption-data/>"),
                ]),
                "ods",
                "encrypted",
            ),
            (
                "odp",
                packed(&[(
                    "mimetype",
                    "application/vnd.oasis.opendocument.presentation",
                )]),
                "odp",
                "another kind: zip",
            ),
            ("zip", zip.clone(), "zip", "another kind: zip"),
            ("zip named docx", zip.clone(), "docx", "another kind: zip"),
            (
                "bomb",
                packed(&[("[Content_Types].xml", &bomb)]),
                "docx",
                "damaged",
            ),
            ("half a zip", zip[..20].to_vec(), "docx", "damaged"),
            ("pdf", PDF.to_vec(), "pdf", "pdf"),
            ("half a pdf", PDF[..20].to_vec(), "pdf", "damaged"),
            ("pdf and zip", polyglot, "pdf", "damaged"),
            ("png", PNG.to_vec(), "png", "png"),
            (
                "png and more",
                [PNG, b"<script>"].concat(),
                "png",
                "damaged",
            ),
            ("png named pdf", PNG.to_vec(), "pdf", "another kind: png"),
            (
                "jpeg",
                b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(),
                "JPEG",
                "jpeg",
            ),
            (
                "program",
                [&b"\x7fELF\x02\x01\x01"[..], &[0; 90]].concat(),
                "pdf",
                "another kind: elf",
            ),
            (
                "program of Windows",
                b"MZ\x90\0\x03\0\0\0".to_vec(),
                "txt",
                "another kind: exe",
            ),
            (
                "old Word, or with a password",
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0".to_vec(),
                "docx",
                "old office file",
            ),
            ("text", "Een regel.\r\nNog één.\n".into(), "txt", "text"),
            ("text without a name", "Een regel.".into(), "", "text"),
            (
                "text named pdf",
                "Een regel.".into(),
                "pdf",
                "another kind: txt",
            ),
            (
                "page",
                "<!DOCTYPE html><script>alert(1)</script>".into(),
                "html",
                "another kind: ",
            ),
            (
                "page named pdf",
                "<!DOCTYPE html><script>".into(),
                "pdf",
                "another kind: txt",
            ),
            (
                "script",
                "#!/bin/sh\nrm -rf /".into(),
                "sh",
                "another kind: ",
            ),
            ("a letter on the edge", large.into(), "txt", "text"),
            (
                "a letter cut off",
                "é".as_bytes()[..1].to_vec(),
                "txt",
                "not UTF-8",
            ),
            ("a zero", b"a\0b".to_vec(), "txt", "not UTF-8"),
            ("latin-1", b"\xe9\xe9n".to_vec(), "txt", "not UTF-8"),
        ];
        for (case, bytes, extension, wanted) in rows {
            assert_eq!(found(&bytes, extension), wanted, "{case}");
        }
    }
}
