//! The best amounts when it is decided which bundles are in: a flow per year from applicants through projects to
//! categories and the year, in whole units. Every bound is whole, so the best flow is as well.
//!
//! Successive best paths, all paths of one price at a time (Ahuja, Magnanti and Orlin, *Network Flows*, 1993, chapter 9).
//! What must be reached (a floor, a least) pays a bonus above any value, so that a flow exists exactly if every bonus
//! is earned.

use std::collections::{BTreeMap, VecDeque};

use super::{
    problem::{Choice, Problem},
    search::Work,
};

/// A part of an arc with one price; the parts of an arc are used in order and never rise in price.
#[derive(Debug)]
struct Part {
    price: i128,
    most: i128,
    used: i128,
    /// The variable that it is units of.
    var: Option<usize>,
    is_owed: bool,
}

#[derive(Debug)]
struct Arc {
    from: usize,
    to: usize,
    parts: Vec<Part>,
}

impl Arc {
    /// The next part that has room.
    fn forward(&self) -> Option<(i128, i128)> {
        self.parts
            .iter()
            .find(|it| it.used < it.most)
            .map(|it| (it.price, it.most - it.used))
    }

    /// The last part that is used; taking it back costs what it gave.
    fn backward(&self) -> Option<(i128, i128)> {
        self.parts
            .iter()
            .rev()
            .find(|it| 0 < it.used)
            .map(|it| (-it.price, it.used))
    }

    fn push(&mut self, is_forward: bool, units: i128) {
        let part = if is_forward {
            self.parts.iter_mut().find(|it| it.used < it.most)
        } else {
            self.parts.iter_mut().rev().find(|it| 0 < it.used)
        };
        if let Some(part) = part {
            part.used += if is_forward { units } else { -units };
        }
    }
}

/// The units of every variable with the highest value; none if these bundles cannot be in together.
pub(super) fn best(problem: &Problem, choices: &[Choice], work: &mut Work) -> Option<Vec<i128>> {
    let mut units = vec![0; problem.vars.len()];
    let years = problem
        .rows
        .iter()
        .map(|it| it.year)
        .max()
        .map_or(0, |it| it + 1);
    let bonus = problem
        .vars
        .iter()
        .map(|it| it.weight)
        .max()
        .unwrap_or_default()
        .max(1)
        * 1_000_000;
    for year in 0..years {
        let mut network = Network::new(problem, choices, year, bonus)?;
        network.fill(work);
        network.read(&mut units)?;
    }
    Some(units)
}

struct Network {
    arcs: Vec<Arc>,
    /// Per node its arcs, outgoing (true) and incoming.
    at_node: Vec<Vec<(usize, bool)>>,
    sink: usize,
}

const SOURCE: usize = 0;

/// One round of paths that all have the best price.
struct Sweep {
    labels: Vec<Option<i128>>,
    /// Per node, the first arc that may still lead on.
    next: Vec<usize>,
    is_on_path: Vec<bool>,
    steps: usize,
}

impl Network {
    fn new(problem: &Problem, choices: &[Choice], year: usize, bonus: i128) -> Option<Network> {
        let mut nodes: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, _) in problem
            .rows
            .iter()
            .enumerate()
            .filter(|(_, it)| it.year == year)
        {
            nodes.insert(index, nodes.len() + 2);
        }
        let sink = 1;
        let mut between: BTreeMap<(usize, usize), Vec<Part>> = BTreeMap::new();
        let mut applicants: BTreeMap<usize, ()> = BTreeMap::new();
        for (index, var) in problem.vars.iter().enumerate() {
            let (Some(from), Some(to)) = (nodes.get(&var.applicant), nodes.get(&var.category))
            else {
                continue;
            };
            applicants.insert(var.applicant, ());
            if choices.get(var.bundle) != Some(&Choice::In) {
                continue;
            }
            if var.most < var.least {
                return None;
            }
            let parts = between.entry((*from, *to)).or_default();
            parts.push(Part {
                price: var.weight + bonus,
                most: var.least,
                used: 0,
                var: Some(index),
                is_owed: true,
            });
            parts.push(Part {
                price: var.weight,
                most: var.most - var.least,
                used: 0,
                var: Some(index),
                is_owed: false,
            });
        }
        for (row_index, row) in problem
            .rows
            .iter()
            .enumerate()
            .filter(|(_, it)| it.year == year)
        {
            let node = nodes.get(&row_index).copied()?;
            if row.most < row.least {
                return None;
            }
            let ends = if applicants.contains_key(&row_index) {
                (SOURCE, node)
            } else {
                (
                    node,
                    row.year_row
                        .and_then(|it| nodes.get(&it).copied())
                        .unwrap_or(sink),
                )
            };
            let least = row.least.max(0);
            between.insert(
                ends,
                vec![
                    Part {
                        price: bonus,
                        most: least,
                        used: 0,
                        var: None,
                        is_owed: true,
                    },
                    Part {
                        price: 0,
                        most: row.most - least,
                        used: 0,
                        var: None,
                        is_owed: false,
                    },
                ],
            );
        }
        let mut at_node = vec![Vec::new(); nodes.len() + 2];
        let mut arcs = Vec::new();
        for ((from, to), mut parts) in between {
            // Stable: equal prices in the order of the chain.
            parts.sort_by_key(|it| -it.price);
            if let Some(it) = at_node.get_mut(from) {
                it.push((arcs.len(), true));
            }
            if let Some(it) = at_node.get_mut(to) {
                it.push((arcs.len(), false));
            }
            arcs.push(Arc { from, to, parts });
        }
        Some(Network {
            arcs,
            at_node,
            sink,
        })
    }

    /// Sends units along the best paths as long as those add something.
    fn fill(&mut self, work: &mut Work) {
        while let Some(labels) = self.labels() {
            work.spend(self.arcs.len());
            let nodes = self.at_node.len();
            let mut sweep = Sweep {
                labels,
                next: vec![0; nodes],
                is_on_path: vec![false; nodes],
                steps: 0,
            };
            while 0 < self.push(SOURCE, i128::MAX, &mut sweep) {}
            work.spend(sweep.steps);
        }
    }

    /// The price of the best path from the source to each node, by label correction; none if the best path to the
    /// sink adds nothing.
    fn labels(&self) -> Option<Vec<Option<i128>>> {
        let mut labels: Vec<Option<i128>> = vec![None; self.at_node.len()];
        let mut is_queued = vec![false; self.at_node.len()];
        *labels.get_mut(SOURCE)? = Some(0);
        let mut queue = VecDeque::from([SOURCE]);
        while let Some(node) = queue.pop_front() {
            *is_queued.get_mut(node)? = false;
            let label = (*labels.get(node)?)?;
            for (index, is_forward) in self.at_node.get(node)? {
                let Some((next, price, _)) = self.step(*index, *is_forward) else {
                    continue;
                };
                let better = label + price;
                if labels.get(next)?.is_none_or(|it| it < better) {
                    *labels.get_mut(next)? = Some(better);
                    if next != self.sink && next != SOURCE && !*is_queued.get(next)? {
                        *is_queued.get_mut(next)? = true;
                        queue.push_back(next);
                    }
                }
            }
        }
        (*labels.get(self.sink)?).filter(|it| 0 < *it)?;
        Some(labels)
    }

    /// Where an arc leads, what a unit along it adds, and how many units that holds for.
    fn step(&self, arc: usize, is_forward: bool) -> Option<(usize, i128, i128)> {
        let arc = self.arcs.get(arc)?;
        let (price, room) = if is_forward {
            arc.forward()
        } else {
            arc.backward()
        }?;
        Some((if is_forward { arc.to } else { arc.from }, price, room))
    }

    /// Sends up to so many units from a node to the sink, only along best paths. What was sent.
    fn push(&mut self, node: usize, units: i128, sweep: &mut Sweep) -> i128 {
        if node == self.sink {
            return units;
        }
        let Some(label) = sweep.labels.get(node).copied().flatten() else {
            return 0;
        };
        if let Some(it) = sweep.is_on_path.get_mut(node) {
            *it = true;
        }
        let mut sent = 0;
        while sent < units {
            let at = sweep.next.get(node).copied().unwrap_or_default();
            let Some((arc, is_forward)) = self.at_node.get(node).and_then(|it| it.get(at)).copied()
            else {
                break;
            };
            sweep.steps += 1;
            let step = self.step(arc, is_forward).filter(|(next, price, _)| {
                sweep.labels.get(*next).copied().flatten() == Some(label + price)
                    && sweep.is_on_path.get(*next) == Some(&false)
            });
            let moved = step.map_or(0, |(next, _, room)| {
                self.push(next, room.min(units - sent), sweep)
            });
            if moved == 0 {
                if let Some(it) = sweep.next.get_mut(node) {
                    *it += 1;
                }
                continue;
            }
            if let Some(it) = self.arcs.get_mut(arc) {
                it.push(is_forward, moved);
            }
            sent += moved;
        }
        if let Some(it) = sweep.is_on_path.get_mut(node) {
            *it = false;
        }
        sent
    }

    /// None if something that must be reached is not.
    fn read(&self, units: &mut [i128]) -> Option<()> {
        for part in self.arcs.iter().flat_map(|it| &it.parts) {
            if part.is_owed && part.used < part.most {
                return None;
            }
            if let Some(it) = part.var.and_then(|it| units.get_mut(it)) {
                *it += part.used;
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::problem::{Bundle, Row, Var},
        *,
    };

    fn a_row(least: i128, most: i128, year_row: Option<usize>) -> Row {
        Row {
            least,
            most,
            year_row,
            year: 0,
        }
    }

    /// Two applicants (rows 0 and 1), one category (row 2) of a year (row 3).
    fn a_problem() -> Problem {
        let var = |bundle, applicant, least, most, weight| Var {
            bundle,
            applicant,
            category: 2,
            least,
            most,
            weight,
        };
        let bundle = |at: usize| Bundle {
            vars: at..at + 1,
            choice: Choice::In,
        };
        Problem {
            vars: vec![
                var(0, 0, 0, 10, 7),
                var(1, 1, 3, 10, 5),
                var(2, 0, 0, 10, 6),
            ],
            bundles: (0..3).map(bundle).collect(),
            rows: vec![
                a_row(0, 12, None),
                a_row(0, 20, None),
                a_row(0, 20, Some(3)),
                a_row(0, 14, None),
            ],
        }
    }

    #[test]
    fn the_best_flow_takes_the_least_first_and_then_the_highest_weights() {
        let mut work = Work::new(1_000_000);
        assert_eq!(
            best(&a_problem(), &[Choice::In; 3], &mut work),
            Some(vec![10, 3, 1])
        );
        let mut owed = a_problem();
        owed.rows[1].least = 8;
        assert_eq!(
            best(&owed, &[Choice::In; 3], &mut work),
            Some(vec![6, 8, 0])
        );
        owed.rows[3].most = 7;
        assert_eq!(best(&owed, &[Choice::In; 3], &mut work), None);
    }
}
