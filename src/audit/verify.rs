//! Checks the chains: a changed, removed or inserted fact shows.

use std::collections::BTreeMap;

use super::{
    chain::{GENESIS, Link},
    store::{self, FactRow, Head},
};
use crate::{core::findings::Report, db::Conn, error::AppError};

/// Where a stream stands while it is read.
#[derive(Debug, Clone)]
struct Place {
    seq: i64,
    hash: String,
}

/// How many facts are read at a time.
const BATCH: i64 = 2_000;

/// Recomputes every chain in the database, compares its end with `audit_heads`, and looks for
/// dossiers without a chain.
pub fn verify(conn: &mut Conn) -> Result<Report, AppError> {
    let mut check = Check::default();
    let (mut stream, mut seq) = (String::new(), 0);
    loop {
        let rows = store::after(conn, &stream, seq, BATCH)?;
        let Some(last) = rows.last() else { break };
        (stream, seq) = (last.stream.clone(), last.seq);
        rows.iter().for_each(|it| check.fact(it));
    }
    for head in store::heads(conn)? {
        check.head(&head);
    }
    for stream in store::missing_streams(conn)? {
        check.found(format!(
            "Dossier {stream}: er is geen enkel feit vastgelegd."
        ));
    }
    Ok(check.report())
}

/// Recomputes the chains of an export, offline: the facts in the order of stream and number, and
/// the ends of the streams as they were when the export was made.
pub fn verify_export(facts: &[FactRow], heads: &[Head]) -> Report {
    let mut check = Check::default();
    facts.iter().for_each(|it| check.fact(it));
    heads.iter().for_each(|it| check.head(it));
    check.report()
}

#[derive(Default)]
struct Check {
    report: Report,
    current: Option<(String, Place)>,
    /// The ends of the streams that were read and not yet compared with a head.
    places: BTreeMap<String, Place>,
}

impl Check {
    fn fact(&mut self, row: &FactRow) {
        self.report.count("feiten", 1);
        let before = self.before(row);
        let link = Link::from(row);
        if row.seq != before.seq.saturating_add(1) {
            self.found(format!(
                "Dossier {}: na feit {} volgt feit {}; daartussen is iets verwijderd of toegevoegd.",
                row.stream, before.seq, row.seq
            ));
        } else if row.prev_hash != before.hash {
            self.found(format!(
                "Dossier {}: feit {} sluit niet aan op het feit ervoor.",
                row.stream, row.seq
            ));
        }
        if link.hash() != row.hash {
            self.found(format!(
                "Dossier {}: feit {} is gewijzigd nadat het werd vastgelegd.",
                row.stream, row.seq
            ));
        }
        let place = Place {
            seq: row.seq,
            hash: row.hash.clone(),
        };
        self.current = Some((row.stream.clone(), place));
    }

    /// Where the stream of this fact stood; closes the stream before it.
    fn before(&mut self, row: &FactRow) -> Place {
        match self.current.take() {
            Some((stream, place)) if stream == row.stream => place,
            other => {
                self.report.count("reeksen", 1);
                self.places.extend(other);
                Place {
                    seq: 0,
                    hash: GENESIS.to_owned(),
                }
            }
        }
    }

    fn head(&mut self, head: &Head) {
        let Head { stream, seq, hash } = head;
        self.places.extend(self.current.take());
        match self.places.remove(stream) {
            None => self.found(format!("Dossier {stream}: alle {seq} feiten ontbreken.")),
            Some(it) if it.seq != *seq => self.found(format!(
                "Dossier {stream}: er zijn {} feiten en er horen er {seq} te zijn.",
                it.seq
            )),
            Some(it) if it.hash != *hash => self.found(format!(
                "Dossier {stream}: het laatste feit is niet het feit dat werd vastgelegd."
            )),
            Some(_) => {}
        }
    }

    fn report(mut self) -> Report {
        self.places.extend(self.current.take());
        let without_head: Vec<String> = self.places.keys().cloned().collect();
        for stream in without_head {
            self.found(format!(
                "Dossier {stream}: de feiten horen bij geen vastgelegde reeks."
            ));
        }
        self.report
    }

    fn found(&mut self, sentence: String) {
        self.report.find(sentence);
    }
}
