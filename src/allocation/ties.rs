//! The order of projects: the published chain, and at last the id.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::input::{Input, Project, TieKey};

/// SHA-256 in 64 hexadecimal digits.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// A project's ticket: SHA-256 of the seed, a line feed and the id, all UTF-8. The lowest ticket
/// comes first. `printf '%s\n%s' "$seed" "$id" | sha256sum` shows it to anyone.
pub fn lottery_ticket(seed: &str, id: &str) -> String {
    sha256_hex(format!("{seed}\n{id}").as_bytes())
}

/// What the chain compares, link by link; less comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    /// Higher score first, so it is held negated.
    Score(i64),
    Amount(i128),
    Ticket(String),
}

/// The links of one project, in the order of the chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(Vec<Link>);

/// The place of a project by the chain of the input.
pub(super) fn place(input: &Input, project: &Project) -> Place {
    Place(
        input
            .ties
            .iter()
            .map(|key| link(*key, input, project))
            .collect(),
    )
}

/// The place in the leftover pass, which is by score whatever the chain says first.
pub(super) fn place_by_score(input: &Input, project: &Project) -> Place {
    let rest = input.ties.iter().filter(|it| **it != TieKey::Score);
    let keys = std::iter::once(&TieKey::Score).chain(rest);
    Place(keys.map(|key| link(*key, input, project)).collect())
}

fn link(key: TieKey, input: &Input, project: &Project) -> Link {
    match key {
        TieKey::Score => Link::Score(-project.score.hundredths()),
        TieKey::AmountAscending => Link::Amount(
            project
                .eligible
                .values()
                .map(|it| i128::from(it.cents()))
                .sum(),
        ),
        TieKey::Lottery => Link::Ticket(lottery_ticket(&input.seed, &project.id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_can_be_recomputed_by_anyone() {
        // printf '%s\n%s' 4711 GM0518-1 | sha256sum
        assert_eq!(
            lottery_ticket("4711", "GM0518-1"),
            "baac89aeeea7a17b0dfa079257625a9f1810768b390818afedba37149c44cec2"
        );
        // Seed and id cannot be shifted into one another.
        assert_ne!(lottery_ticket("1", "23"), lottery_ticket("12", "3"));
    }
}
