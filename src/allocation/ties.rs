//! The order of projects: the published chain, and at last the id.

use std::{fmt::Write, rc::Rc};

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
    sha256_hex(drawn(seed, id).as_bytes())
}

fn drawn(seed: &str, id: &str) -> String {
    format!("{seed}\n{id}")
}

/// What the chain compares, link by link; less comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    /// Higher score first, so it is held negated.
    Score(i64),
    Amount(i128),
    Ticket([u8; 32]),
}

/// The links of one project, in the order in which they are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(Vec<Link>);

/// Where a project comes, but for the id that separates what is equal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// By the chain of the input.
    pub chain: Place,
    /// In the leftover pass, which is by score whatever the chain says first.
    pub by_score: Place,
}

/// The order of a project. A ticket is drawn once: of all links it costs most.
pub(super) fn order(input: &Input, project: &Project) -> Rc<Order> {
    let links: Vec<(TieKey, Link)> = input
        .ties
        .iter()
        .map(|key| (*key, link(*key, input, project)))
        .collect();
    let chain = links.iter().map(|(_, link)| link.clone()).collect();
    let rest = links
        .into_iter()
        .filter(|(key, _)| *key != TieKey::Score)
        .map(|(_, link)| link);
    let score = link(TieKey::Score, input, project);
    Rc::new(Order {
        chain: Place(chain),
        by_score: Place(std::iter::once(score).chain(rest).collect()),
    })
}

/// The order of a project of which the score or an amount is another; its ticket is drawn already.
pub(super) fn changed_order(input: &Input, project: &Project, before: &Order) -> Rc<Order> {
    let relink = |key: TieKey, before: &Link| match key {
        TieKey::Lottery => before.clone(),
        TieKey::Score | TieKey::AmountAscending => link(key, input, project),
    };
    let chain = input.ties.iter().zip(&before.chain.0);
    let rest = input.ties.iter().filter(|it| **it != TieKey::Score);
    let by_score = std::iter::once(&TieKey::Score)
        .chain(rest)
        .zip(&before.by_score.0);
    Rc::new(Order {
        chain: Place(chain.map(|(key, it)| relink(*key, it)).collect()),
        by_score: Place(by_score.map(|(key, it)| relink(*key, it)).collect()),
    })
}

/// Which link of the chain put one project before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decided {
    Score,
    /// The lower amount, of all years together.
    Amount,
    /// The lottery, and whether amounts were compared before it.
    Lottery {
        after_amount: bool,
    },
}

/// What decided between two projects in the chain; nothing if only their ids did.
pub(super) fn decided(input: &Input, one: &Order, other: &Order) -> Option<Decided> {
    let links = one.chain.0.iter().zip(&other.chain.0);
    let mut keys = input.ties.iter().zip(links);
    let (key, _) = keys.find(|(_, (one, other))| one != other)?;
    let before = input.ties.iter().take_while(|it| *it != key);
    Some(match key {
        TieKey::Score => Decided::Score,
        TieKey::AmountAscending => Decided::Amount,
        TieKey::Lottery => Decided::Lottery {
            after_amount: before.into_iter().any(|it| *it == TieKey::AmountAscending),
        },
    })
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
        TieKey::Lottery => {
            Link::Ticket(Sha256::digest(drawn(&input.seed, &project.id).as_bytes()).into())
        }
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
