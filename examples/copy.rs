//! Prints a submitted version again: `cargo run --example copy -- VG-2027-0503-versie-1.json copy.pdf`.
//!
//! The file is the one that a receipt offers as data. Says its SHA-256, the seconds it took and the
//! bytes it became.
use std::{collections::BTreeMap, error::Error, time::Instant};

use versterkingsgelden::{
    applications::{
        submission::content::Content,
        versions::{
            self,
            pdf::{self, Status},
            sheet::Sheet,
        },
    },
    core::hex,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        return Err("usage: copy <version.json> <copy.pdf>".into());
    };
    let text = std::fs::read_to_string(from)?;
    let content = Content::parse(text.trim_end())?;
    let sha256 = hex::sha256(&content.to_text()?);
    let started = Instant::now();
    let copy = pdf::Copy {
        sheet: Sheet::of(&content, &BTreeMap::new()),
        totals: versions::totals(&content)?,
        status: Status::Submitted {
            number: 1,
            at: "2026-09-15T08:00:00".parse()?,
            by: "Anja de Wit".to_owned(),
            sha256: sha256.clone(),
        },
        content,
    };
    let printed = pdf::pdf(&copy)?;
    std::fs::write(to, &printed)?;
    let seconds = started.elapsed().as_secs_f32();
    println!("{sha256}  {to}  {seconds:.1} s  {} bytes", printed.len());
    Ok(())
}
