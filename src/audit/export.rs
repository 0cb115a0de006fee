//! The audit trail as a file (JSON, one object a line) that can be verified without the database:
//! every fact, then the end of every stream, then what the file holds.

use super::{
    store::{self, FactRow, Head},
    verify,
};
use crate::{core::findings::Report, db::Conn, error::AppError};

/// How many facts are read at a time.
const BATCH: i64 = 2_000;

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    /// A fact; these come first, by stream and number.
    Fact(FactRow),
    /// Where a stream ended.
    Head(Head),
    /// The last line: how much there is above it.
    End {
        /// How many facts.
        facts: u64,
        /// How many streams.
        streams: u64,
        /// When the file was made, in UTC.
        as_of: chrono::NaiveDateTime,
    },
}

/// A file that was made, and how much it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The text of the file.
    pub text: String,
    /// How many facts.
    pub facts: u64,
    /// How many streams.
    pub streams: u64,
}

/// Writes the whole trail.
pub fn write(conn: &mut Conn, as_of: chrono::NaiveDateTime) -> Result<Export, AppError> {
    let mut export = Export {
        text: String::new(),
        facts: 0,
        streams: 0,
    };
    let (mut stream, mut seq) = (String::new(), 0);
    loop {
        let rows = store::after(conn, &stream, seq, BATCH)?;
        let Some(last) = rows.last() else { break };
        (stream, seq) = (last.stream.clone(), last.seq);
        for row in rows {
            export.facts = export.facts.saturating_add(1);
            add(&mut export.text, &Line::Fact(row))?;
        }
    }
    for head in store::heads(conn)? {
        export.streams = export.streams.saturating_add(1);
        add(&mut export.text, &Line::Head(head))?;
    }
    let end = Line::End {
        facts: export.facts,
        streams: export.streams,
        as_of,
    };
    add(&mut export.text, &end)?;
    Ok(export)
}

fn add(text: &mut String, line: &Line) -> Result<(), AppError> {
    text.push_str(&serde_json::to_string(line)?);
    text.push('\n');
    Ok(())
}

/// Verifies a file: the chains, their ends, and that nothing is missing. A line that is no line of
/// ours is a finding.
pub fn verify(text: &str) -> Report {
    let (mut facts, mut heads) = (Vec::new(), Vec::new());
    let (mut strange, mut ends) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        match serde_json::from_str(line) {
            Ok(Line::Fact(it)) => facts.push(it),
            Ok(Line::Head(it)) => heads.push(it),
            Ok(Line::End { facts, streams, .. }) => ends.push((facts, streams)),
            Err(_) => strange.push(format!("Regel {number} is niet te lezen.")),
        }
    }
    let mut report = verify::verify_export(&facts, &heads);
    strange.into_iter().for_each(|it| report.find(it));
    match ends.as_slice() {
        [(told, streams)] => {
            let count = |it: usize| u64::try_from(it).unwrap_or(u64::MAX);
            if *told != count(facts.len()) || *streams != count(heads.len()) {
                report.find(format!(
                    "Het bestand zegt dat het {told} feiten in {streams} reeksen heeft; er staan {} feiten in {} reeksen in.",
                    facts.len(),
                    heads.len()
                ));
            }
        }
        _ => report.find(
            "Het bestand is niet compleet: de laatste regel ontbreekt of staat er meer dan eens.",
        ),
    }
    report
}
