//! What must hold whatever is read, for the targets and for the kept corpus.

#[path = "../../src/allocation/mod.rs"]
pub mod allocation;
#[path = "../../src/core/mod.rs"]
pub mod core;
pub mod db;

use crate::{
    allocation::{FrozenInput, Score, Status, amount, check},
    core::money::Money,
};

/// A file for `allocate`: refused with findings, or divided by its rules, twice the same.
pub fn allocate(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let input = match FrozenInput::read(text) {
        Ok(input) => input,
        Err(refused) => {
            assert!(!refused.0.is_empty());
            return;
        }
    };
    let again = FrozenInput::read(input.canonical());
    assert_eq!(again.as_ref(), Ok(&input), "the canonical form");
    let outcome = allocation::allocate(&input);
    assert_eq!(outcome, allocation::allocate(&input), "twice");
    let is_infeasible = outcome.status == Status::Infeasible;
    assert_eq!(is_infeasible, !outcome.conflict.is_empty());
    if is_infeasible {
        assert!(outcome.awards.is_empty());
    } else {
        assert_eq!(check(&input, &outcome.awards), []);
    }
    let json = outcome.json();
    assert!(json.is_ok());
    let read = json.ok().and_then(|it| serde_json::from_str(&it).ok());
    assert_eq!(read, Some(outcome), "reads what it writes");
}

/// An amount or a score as someone types it: refused, or within its bounds and written as what it was read from.
pub fn amounts(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for read in [Money::parse_dutch(text), Money::parse_plain(text)] {
        let Ok(it) = read else { continue };
        assert!(Money::ZERO <= it && it <= Money::MAX, "{it}");
        assert_eq!(Money::parse_plain(&it.to_string()), Ok(it));
        assert_eq!(Money::parse_dutch(&amount(it.cents().into())), Ok(it));
        assert_eq!(Money::from_decimal(it.to_decimal()), Ok(it));
    }
    if let Ok(it) = Score::parse(text) {
        assert!(Score::default() <= it && it <= Score::MAX);
        assert_eq!(Score::parse(&it.to_string()), Ok(it));
    }
}

#[cfg(test)]
mod tests {
    /// What was found once stays mended.
    #[test]
    fn the_corpus_is_clean() {
        for (folder, target) in [
            (
                concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/allocate"),
                super::allocate as fn(&[u8]),
            ),
            (
                concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/amounts"),
                super::amounts,
            ),
        ] {
            let files: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
            assert!(5 < files.len(), "{folder} is nearly empty");
            files
                .into_iter()
                .for_each(|it| target(&std::fs::read(it.unwrap().path()).unwrap()));
        }
    }
}
