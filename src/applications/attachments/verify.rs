//! Whether the bytes that are kept are those that came in.

use super::{Files, store};
use crate::{
    core::{findings::Report, ids::AttachmentId},
    db::Store,
    error::AppError,
};

/// How many files are read from the table at once.
const AT_ONCE: i64 = 200;

/// Reads every file back and compares its SHA-256 with the one of its upload.
pub async fn verify(store: &Store, files: &Files) -> Result<Report, AppError> {
    let mut report = Report::default();
    report.count("bijlagen", 0);
    let mut last = AttachmentId::from("");
    loop {
        let after = last.clone();
        let some = store
            .read(move |conn| store::after(conn, &after, AT_ONCE))
            .await?;
        let Some(end) = some.last() else {
            return Ok(report);
        };
        last = end.id.clone();
        for it in &some {
            report.count("bijlagen", 1);
            let (id, of) = (&it.id, &it.application_id);
            match files.storage.sha256(id).await {
                Ok(Some(found)) if found == it.sha256 => {}
                Ok(Some(_)) => report.find(format!(
                    "Bijlage {id} van aanvraag {of} heeft een andere inhoud dan toen zij werd ingestuurd."
                )),
                Ok(None) => report.find(format!(
                    "Bijlage {id} van aanvraag {of} staat niet meer in de opslag."
                )),
                Err(err) => report.find(format!(
                    "Bijlage {id} van aanvraag {of} kan niet worden gelezen: {err}."
                )),
            }
        }
    }
}
