//! The attachments of the demo's story: a few small files, the same in every demo.

use bytes::Bytes;
use futures_util::stream;

use crate::{
    applications::{
        attachments::{
            Files,
            actions::{self, NewFile},
            kind::FileKind,
            store,
        },
        store as dossiers,
    },
    core::{
        hex,
        ids::{ApplicationId, AttachmentId},
    },
    db::{Store, Tx},
    error::AppError,
};

/// A file of the story.
struct Paper {
    /// How the reference of the applications ends that have it.
    of: &'static str,
    name: &'static str,
    about: &'static str,
    kind: FileKind,
    lines: &'static [&'static str],
}

const PAPERS: [Paper; 3] = [
    Paper {
        of: "-0503",
        name: "Evaluatie weerbare wijken.pdf",
        about: "Evaluatie van de vorige projecten, met wat wij ervan leerden",
        kind: FileKind::Pdf,
        lines: &[
            "Evaluatie weerbare wijken",
            "Vaste gezichten in de wijk bereikten twee op de drie jongeren.",
            "Bijeenkomsten zonder vervolg hadden geen effect.",
        ],
    },
    Paper {
        of: "-0503",
        name: "Afspraken in de regio.txt",
        about: "Wie wat doet, zoals afgesproken met de gemeenten",
        kind: FileKind::Text,
        lines: &[
            "De hoofdaanvrager zit het overleg voor.",
            "Elke gemeente wijst een vaste medewerker aan.",
        ],
    },
    Paper {
        of: "-0518",
        name: "Plan van aanpak.pdf",
        about: "Planning per kwartaal",
        kind: FileKind::Pdf,
        lines: &[
            "Plan van aanpak",
            "Eerste kwartaal: werven.",
            "Tweede kwartaal: starten.",
        ],
    },
];

/// Adds the files that belong to this application.
pub fn add(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let reference = dossiers::get(tx.conn, id)?.reference;
    for paper in PAPERS.iter().filter(|it| reference.ends_with(it.of)) {
        let bytes = paper.bytes();
        let new = NewFile {
            id: tx.new_id(),
            name: paper.name.to_owned(),
            kind: paper.kind,
            bytes: u64::try_from(bytes.len()).map_err(AppError::internal)?,
            sha256: hex::sha256(&bytes),
            about: paper.about.to_owned(),
            project: String::new(),
            is_scanned: false,
        };
        actions::add(tx, id, &new)?;
    }
    Ok(())
}

/// Puts the bytes of all files of the story in storage.
pub async fn keep(database: &Store, files: &Files) -> Result<(), AppError> {
    let first = AttachmentId::from("");
    let rows = database
        .read(move |conn| store::after(conn, &first, 1_000))
        .await?;
    for row in rows {
        let texts = PAPERS.iter().map(Paper::bytes);
        let mut found = texts.filter(|it| hex::sha256(it) == row.sha256);
        let Some(text) = found.next() else { continue };
        let pieces = stream::iter([Ok::<_, std::io::Error>(Bytes::from(text))]);
        let kept = files.storage.receive(&row.id, pieces, u64::MAX).await;
        kept.map_err(AppError::internal)?;
    }
    Ok(())
}

impl Paper {
    fn bytes(&self) -> String {
        match self.kind {
            FileKind::Pdf => pdf(self.lines),
            _ => self.lines.iter().map(|it| format!("{it}\r\n")).collect(),
        }
    }
}

/// A PDF of one page with these lines, all in ASCII.
fn pdf(lines: &[&str]) -> String {
    let shown: String = lines.iter().map(|it| format!("({it}) Tj T*\n")).collect();
    let content = format!("BT /F1 12 Tf 60 780 Td 18 TL\n{shown}ET\n");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}endstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (number, object) in (1..).zip(&objects) {
        places.push_str(&format!("{:010} 00000 n \n", text.len()));
        text.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let at = text.len();
    text.push_str(&format!(
        "xref\n0 6\n0000000000 65535 f \n{places}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n"
    ));
    text
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::applications::attachments::{inspect::inspect, name};

    #[test]
    fn the_story_tells_of_files_that_would_be_taken_in() {
        for it in PAPERS {
            let found = inspect(Cursor::new(it.bytes()), &name::extension(it.name)).unwrap();
            assert_eq!(found, it.kind, "{}", it.name);
            assert_eq!(name::cleaned(it.name, it.kind), it.name);
        }
    }
}
