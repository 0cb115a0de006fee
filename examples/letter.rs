//! Prints a stored letter again: `cargo run --example letter -- letter.json letter.pdf`.
//!
//! A name that ends in `.html` gets the letter as an HTML fragment. Says the SHA-256 of the letter,
//! which is that of a decision or of a change of an award.
use std::{error::Error, path::Path};

use askama::Template;
use versterkingsgelden::decisions::{
    self,
    amendments::letter::AmendmentLetter,
    letter::{Letter, LetterView, sha256},
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        return Err("usage: letter <letter.json> <letter.pdf or letter.html>".into());
    };
    let stored: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(from)?)?;
    let is_html = Path::new(to).extension().is_some_and(|it| it == "html");
    let (printed, hash) = if stored.get("amends").is_some() {
        let letter: AmendmentLetter = serde_json::from_value(stored)?;
        let printed = match is_html {
            true => LetterView::of_amendment(&letter)?.render()?.into_bytes(),
            false => decisions::pdf_of_amendment(&letter)?,
        };
        (printed, sha256(&letter)?)
    } else {
        let letter: Letter = serde_json::from_value(stored)?;
        let printed = match is_html {
            true => LetterView::of(&letter)?.render()?.into_bytes(),
            false => decisions::pdf(&letter)?,
        };
        (printed, sha256(&letter)?)
    };
    std::fs::write(to, printed)?;
    println!("{hash}  {to}");
    Ok(())
}
