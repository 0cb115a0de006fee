//! Prints a stored letter again: `cargo run --example letter -- letter.json letter.pdf`.
//!
//! A name that ends in `.html` gets the letter as an HTML fragment. Says the SHA-256 of the letter.
use std::{error::Error, path::Path};

use askama::Template;
use versterkingsgelden::decisions::{
    self,
    letter::{Letter, LetterView, sha256},
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        return Err("usage: letter <letter.json> <letter.pdf or letter.html>".into());
    };
    let letter: Letter = serde_json::from_str(&std::fs::read_to_string(from)?)?;
    let printed = if Path::new(to).extension().is_some_and(|it| it == "html") {
        LetterView::of(&letter)?.render()?.into_bytes()
    } else {
        decisions::pdf(&letter)?
    };
    std::fs::write(to, printed)?;
    println!("{}  {to}", sha256(&letter)?);
    Ok(())
}
