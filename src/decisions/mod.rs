//! From proposal to decision: what is decided, and the letter that says so.
pub mod letter;
mod letter_check;
mod letter_pdf;
mod letter_text;
pub mod outcome;
pub mod pages;
pub mod proposal;

pub use letter_check::LetterError;
pub use letter_pdf::pdf;
