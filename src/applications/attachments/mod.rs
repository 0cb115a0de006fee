//! The files that are added to an application: taken in piece by piece, kept outside the database
//! under an id of our own, scanned, and handed out as a download only.
//!
//! The table `attachments` tells of each file. What of it belongs to the application (its name, what
//! it is, its SHA-256) is written into the section `attachments` with every change ([`list`]), so
//! that it is checked, frozen and compared as every other section is.
pub mod actions;
pub mod held;
pub mod inspect;
pub mod kind;
pub mod list;
pub mod name;
pub mod pages;
pub mod scan;
pub mod scanning;
pub mod storage;
pub mod store;
pub mod upload;
pub mod verify;

use chrono::NaiveDateTime;

use crate::{
    core::ids::{AccountId, ApplicationId, AttachmentId, ProjectId},
    db::{columns::text_enum, schema},
    texts::labels::Label,
};
use kind::FileKind;
use scan::Scanner;
use storage::Storage;

/// The largest file that is taken in, in bytes.
pub const MOST_BYTES: u64 = 20 * MIB;
/// The most files of one application.
pub const MOST_FILES: usize = 25;
/// The most that the files of one application hold together, in bytes.
pub const MOST_TOGETHER: u64 = 100 * MIB;
/// For how many days a file that was removed can still be put back.
pub const KEPT_DAYS: i64 = 30;
/// The longest text about a file, in characters.
pub const LONGEST_ABOUT: usize = 200;

const MIB: u64 = 1024 * 1024;

text_enum! {
    /// Whether a file was found to be free of viruses.
    pub enum FileState {
        /// It waits for the scanner.
        Received => "received",
        /// The scanner found nothing.
        Clean => "clean",
        /// The scanner found something: it is held and never handed out.
        Infected => "infected",
        /// No scanner was configured when it came in.
        Unscanned => "unscanned",
    }
}

impl FileState {
    /// Whether a file in this state can be handed out. One that came in while there was no scanner
    /// waits, as soon as there is one, until that has seen it.
    pub fn is_handed_out(self, has_scanner: bool) -> bool {
        match self {
            FileState::Clean => true,
            FileState::Unscanned => !has_scanner,
            FileState::Received | FileState::Infected => false,
        }
    }
}

impl Label for FileState {
    fn label(self) -> &'static str {
        match self {
            FileState::Received => "Wacht op controle",
            FileState::Clean => "Gecontroleerd",
            FileState::Infected => "Vastgehouden",
            FileState::Unscanned => "Niet gecontroleerd op virussen",
        }
    }
}

/// Where files are kept, and who looks whether they are clean.
#[derive(Debug, Clone)]
pub struct Files {
    /// Where they are kept.
    pub storage: Storage,
    /// The scanner, if one is configured.
    pub scanner: Option<Scanner>,
}

/// A file as it is kept.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::attachments, treat_none_as_default_value = false)]
pub struct Attachment {
    /// Its id, and the name of its bytes in storage.
    pub id: AttachmentId,
    /// Its application.
    pub application_id: ApplicationId,
    /// The project that it is about; absent where it is about the whole application.
    pub project_id: Option<ProjectId>,
    /// What it is called; see [`name`].
    pub name: String,
    /// What it is, in the words of who added it.
    pub about: String,
    /// What its content is.
    pub kind: FileKind,
    /// How large it is.
    pub size_bytes: i64,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// Whether it is free of viruses.
    pub state: FileState,
    /// What the scanner said last, or why it could not be asked; may be empty.
    pub said: String,
    /// How often it was offered to the scanner.
    pub attempts: i32,
    /// It is not scanned before this moment (UTC).
    pub due_at: NaiveDateTime,
    /// When it came in (UTC).
    pub received_at: NaiveDateTime,
    /// Who added it.
    pub received_by: AccountId,
    /// When the scanner had seen it (UTC).
    pub scanned_at: Option<NaiveDateTime>,
    /// When it was removed (UTC).
    pub removed_at: Option<NaiveDateTime>,
    /// The first submitted version that names it.
    pub frozen_in: Option<i32>,
    /// Counts what people changed.
    pub version: i32,
}

/// Bytes as people say them: `640 kB`, `2,4 MB`.
pub fn size(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(MIB);
    match (bytes, tenths) {
        (..1024, _) => format!("{bytes} bytes"),
        (_, ..=9) => format!("{} kB", bytes.div_ceil(1024)),
        (_, tenths) if tenths.checked_rem(10) == Some(0) => format!("{} MB", tenths / 10),
        (_, tenths) => format!("{},{} MB", tenths / 10, tenths % 10),
    }
}

/// Why one more file is not taken in by an application that has this many with this many bytes;
/// `bytes` is how large it is.
pub fn no_room(count: usize, together: u64, bytes: u64) -> Option<String> {
    if MOST_FILES <= count {
        return Some(format!(
            "Een aanvraag heeft hoogstens {MOST_FILES} bijlagen. Verwijder er eerst een, of voeg bestanden samen."
        ));
    }
    if MOST_TOGETHER < together.saturating_add(bytes) {
        return Some(format!(
            "Alle bijlagen samen zijn hoogstens {}; u hebt nog {} over. Verwijder eerst een bijlage, of maak het bestand kleiner.",
            size(MOST_TOGETHER),
            size(MOST_TOGETHER.saturating_sub(together))
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_said_as_people_say_them() {
        let said = [1, 1023, 1024, 650_000, 940_000, MIB, MIB + 1, 20 * MIB].map(size);
        let wanted = [
            "1 bytes",
            "1023 bytes",
            "1 kB",
            "635 kB",
            "918 kB",
            "1 MB",
            "1,1 MB",
            "20 MB",
        ];
        assert_eq!(said, wanted);
    }

    #[test]
    fn the_last_file_fits_exactly() {
        assert_eq!(no_room(MOST_FILES - 1, MOST_TOGETHER - 5, 5), None);
        assert!(no_room(MOST_FILES, 0, 5).unwrap().contains("25 bijlagen"));
        assert!(
            no_room(0, MOST_TOGETHER - 5, 6)
                .unwrap()
                .contains("5 bytes over")
        );
    }

    #[test]
    fn what_a_scanner_has_to_see_is_not_handed_out_before() {
        let out = |has_scanner: bool| {
            let all = FileState::ALL.iter();
            all.filter(|it| it.is_handed_out(has_scanner))
                .copied()
                .collect::<Vec<_>>()
        };
        assert_eq!(out(true), [FileState::Clean]);
        assert_eq!(out(false), [FileState::Clean, FileState::Unscanned]);
    }
}
