//! The files of an application as the answers of their section, and back. Pure.
//!
//! Only what belongs to the application stands in it. Whether a file is clean is no part of what was
//! entered: it stands there while one writes, and [`entered`] takes it out.

use super::{Attachment, FileState, kind::FileKind, size};
use crate::{
    core::{answers::Answers, ids::AttachmentId},
    error::AppError,
    texts::labels::Label,
};

const PREFIX: &str = "bijlage.";
const STATE: &str = "stand";

/// A file of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: AttachmentId,
    /// What it is called.
    pub name: String,
    /// What it is, in the words of who added it.
    pub about: String,
    /// The id of the project that it is about; empty where it is about the whole application.
    pub project: String,
    /// What its content is.
    pub kind: FileKind,
    /// How large it is.
    pub bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// Whether it is clean; absent in a submitted version.
    pub state: Option<FileState>,
}

impl Listed {
    /// Its kind and size: `PDF, 2,4 MB`.
    pub fn what(&self) -> String {
        format!("{}, {}", self.kind.label(), size(self.bytes))
    }
}

/// These files as answers.
pub fn answers(files: &[Attachment]) -> Answers {
    let mut answers = Answers::default();
    for it in files {
        let mut set = |part: &str, text: String| answers.set(field(it.id.as_str(), part), text);
        set("naam", it.name.clone());
        set("over", it.about.clone());
        let project = it.project_id.as_ref();
        set(
            "project",
            project.map_or_else(String::new, |it| it.to_string()),
        );
        set("soort", it.kind.as_str().to_owned());
        set("bytes", it.size_bytes.to_string());
        set("sha256", it.sha256.clone());
        set(STATE, it.state.as_str().to_owned());
    }
    answers
}

/// The files that such answers tell of, the one that was added first in front.
pub fn files(answers: &Answers) -> Result<Vec<Listed>, AppError> {
    let mut ids: Vec<&str> = answers
        .starting_with(PREFIX)
        .filter_map(|(name, _)| name.strip_prefix(PREFIX)?.split('.').next())
        .collect();
    ids.dedup();
    ids.into_iter().map(|id| listed(answers, id)).collect()
}

fn listed(answers: &Answers, id: &str) -> Result<Listed, AppError> {
    let get = |part: &str| answers.get(&field(id, part));
    let state = match get(STATE) {
        "" => None,
        text => Some(FileState::parse(text).map_err(AppError::internal)?),
    };
    Ok(Listed {
        id: AttachmentId::from(id),
        name: get("naam").to_owned(),
        about: get("over").to_owned(),
        project: get("project").to_owned(),
        kind: FileKind::parse(get("soort")).map_err(AppError::internal)?,
        bytes: get("bytes").parse().map_err(AppError::internal)?,
        sha256: get("sha256").to_owned(),
        state,
    })
}

/// What was entered: the answers without what the scanner made of the files.
pub fn entered(answers: &Answers) -> Answers {
    let mut entered = Answers::default();
    let suffix = format!(".{STATE}");
    for (name, text) in answers.iter().filter(|it| !it.0.ends_with(&suffix)) {
        entered.set(name, text);
    }
    entered
}

/// What keeps the application from being submitted: the id of the file on its page, and what to do.
pub fn findings(answers: &Answers) -> Vec<(String, String)> {
    // What can not be read is found where the file is shown.
    let files = files(answers).unwrap_or_default();
    files
        .into_iter()
        .filter_map(|it| {
            let sentence = match it.state {
                Some(FileState::Received) => format!(
                    "“{}” wacht nog op controle op virussen. Wacht tot die klaar is, of verwijder het bestand.",
                    it.name
                ),
                Some(FileState::Infected) => format!(
                    "“{}” wordt vastgehouden: er is een virus in gevonden. Verwijder het bestand.",
                    it.name
                ),
                Some(FileState::Clean | FileState::Unscanned) | None => return None,
            };
            Some((anchor(&it.id), sentence))
        })
        .collect()
}

/// The id of a file on the page of the attachments.
pub fn anchor(id: &AttachmentId) -> String {
    format!("bijlage-{id}")
}

fn field(id: &str, part: &str) -> String {
    format!("{PREFIX}{id}.{part}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: &str, state: FileState) -> Attachment {
        let at = chrono::NaiveDateTime::default();
        Attachment {
            id: AttachmentId::from(id),
            application_id: "a".into(),
            project_id: None,
            name: format!("{id}.pdf"),
            about: "Het plan".to_owned(),
            kind: FileKind::Pdf,
            size_bytes: 2_048,
            sha256: "ab".to_owned(),
            state,
            said: String::new(),
            attempts: 0,
            due_at: at,
            received_at: at,
            received_by: "p".into(),
            scanned_at: None,
            removed_at: None,
            frozen_in: None,
            version: 1,
        }
    }

    #[test]
    fn files_come_back_from_their_answers() {
        let all = [
            file("1", FileState::Clean),
            file("2", FileState::Received),
            file("3", FileState::Infected),
            file("4", FileState::Unscanned),
        ];
        let answers = answers(&all);
        let back = files(&answers).unwrap();
        let names: Vec<&str> = back.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["1.pdf", "2.pdf", "3.pdf", "4.pdf"]);
        assert_eq!(back[1].state, Some(FileState::Received));
        assert_eq!(back[1].what(), "PDF, 2 kB");
        let blocking: Vec<String> = findings(&answers).into_iter().map(|it| it.0).collect();
        assert_eq!(blocking, ["bijlage-2", "bijlage-3"]);
    }

    #[test]
    fn what_the_scanner_says_later_is_no_other_entry() {
        let entry = |state| entered(&answers(&[file("1", state)]));
        assert_eq!(entry(FileState::Received), entry(FileState::Clean));
        assert_eq!(files(&entry(FileState::Clean)).unwrap()[0].state, None);
        assert_eq!(findings(&entry(FileState::Infected)), []);
    }
}
