//! The parts that the problem falls into once the money of years and categories has a price: an applicant with
//! its own least and most, or a single bundle. Each is solved whole, by a small search of its own.

use super::{
    problem::{Choice, Problem, Row, at},
    search::Work,
};

/// A part with more bundles than this is not held together: its rows get prices too.
const MOST_BUNDLES: usize = 26;
/// After this many steps the search in one part gives the bound that it has.
const MOST_STEPS: usize = 3_000;

/// Bundles that share a row of an applicant that limits them.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub bundles: Vec<usize>,
    pub vars: Vec<usize>,
    /// The rows of applicants that it keeps to.
    pub rows: Vec<usize>,
}

/// The best of one block.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// No division of the block is worth more.
    pub upper: i128,
    /// Units in the order of the block's variables, worth `upper` if `is_exact`.
    pub units: Vec<i128>,
}

/// The blocks, and the rows that none of them keeps to and that need a price.
pub(super) fn split(problem: &Problem) -> (Vec<Block>, Vec<usize>) {
    let most = problem.sums(problem.vars.iter().map(|it| it.most));
    let limits: Vec<bool> = problem
        .rows
        .iter()
        .zip(&most)
        .map(|(row, most)| 0 < row.least || row.most < *most)
        .collect();
    let is_limit = |row: usize| limits.get(row).copied().unwrap_or_default();
    // Each bundle points to the first bundle of its part.
    let mut part: Vec<usize> = (0..problem.bundles.len()).collect();
    let mut first_of_row: Vec<Option<usize>> = vec![None; problem.rows.len()];
    for var in problem.vars.iter().filter(|it| is_limit(it.applicant)) {
        let own = root(&part, var.bundle);
        match first_of_row.get(var.applicant).copied().flatten() {
            None => {
                if let Some(it) = first_of_row.get_mut(var.applicant) {
                    *it = Some(own);
                }
            }
            Some(other) => {
                let other = root(&part, other);
                if let Some(it) = part.get_mut(own.max(other)) {
                    *it = own.min(other);
                }
            }
        }
    }
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); problem.bundles.len()];
    for bundle in 0..problem.bundles.len() {
        if let Some(it) = members.get_mut(root(&part, bundle)) {
            it.push(bundle);
        }
    }
    let mut blocks = Vec::new();
    let mut kept = vec![false; problem.rows.len()];
    for bundles in members.into_iter().filter(|it| !it.is_empty()) {
        if bundles.len() <= MOST_BUNDLES {
            let block = a_block(problem, bundles, is_limit);
            block.rows.iter().for_each(|row| {
                if let Some(it) = kept.get_mut(*row) {
                    *it = true;
                }
            });
            blocks.push(block);
        } else {
            blocks.extend(
                bundles
                    .into_iter()
                    .map(|it| a_block(problem, vec![it], |_| false)),
            );
        }
    }
    let priced = kept
        .iter()
        .zip(&limits)
        .enumerate()
        .filter(|(_, (kept, limits))| **limits && !**kept);
    let priced = priced.map(|(row, _)| row).collect();
    (blocks, priced)
}

fn root(part: &[usize], mut bundle: usize) -> usize {
    while let Some(next) = part.get(bundle).filter(|it| **it != bundle) {
        bundle = *next;
    }
    bundle
}

fn a_block(problem: &Problem, bundles: Vec<usize>, is_limit: impl Fn(usize) -> bool) -> Block {
    let vars: Vec<usize> = bundles
        .iter()
        .filter_map(|it| problem.bundles.get(*it))
        .flat_map(|it| it.vars.clone())
        .collect();
    let rows = vars
        .iter()
        .filter_map(|it| problem.vars.get(*it))
        .map(|it| it.applicant);
    let mut rows: Vec<usize> = rows.filter(|it| is_limit(*it)).collect();
    rows.sort_unstable();
    rows.dedup();
    Block {
        bundles,
        vars,
        rows,
    }
}

/// The best division of a block when a unit of each variable is worth `worth`, by variable. None if the block cannot
/// keep to its rows.
pub(super) fn best(
    problem: &Problem,
    block: &Block,
    choices: &[Choice],
    worth: &[i128],
    work: &mut Work,
) -> Option<Answer> {
    let of_block = block.bundles.iter();
    let choices = of_block.map(|it| choices.get(*it).copied().unwrap_or(Choice::Out));
    let mut local = Local::new(problem, block, choices.collect(), worth);
    local.search();
    work.spend(local.steps * local.items.len());
    let (value, units) = local.best.unzip();
    let upper = local.upper.max(value)?;
    // Without any division found the bound still holds; nothing at all then stands for it.
    Some(Answer {
        upper,
        units: units.unwrap_or_default(),
    })
}

/// What a block is worth when it is decided what each of its bundles gets, in their order. None if that cannot be.
pub(super) fn value(
    problem: &Problem,
    block: &Block,
    pattern: &[Choice],
    worth: &[i128],
    work: &mut Work,
) -> Option<i128> {
    let mut local = Local::new(problem, block, pattern.to_vec(), worth);
    work.spend(local.items.len());
    local.relax().map(|it| it.upper)
}

/// Every way to decide the bundles of a block that is worth at least `floor`. None if there are more than `most`.
pub(super) fn patterns(
    problem: &Problem,
    block: &Block,
    choices: &[Choice],
    worth: &[i128],
    (floor, most): (i128, usize),
    work: &mut Work,
) -> Option<Vec<Vec<Choice>>> {
    let of_block = block.bundles.iter();
    let choices = of_block.map(|it| choices.get(*it).copied().unwrap_or(Choice::Out));
    let mut local = Local::new(problem, block, choices.collect(), worth);
    let mut found = Vec::new();
    let is_all = local.list(floor, most, &mut found);
    work.spend(local.steps * local.items.len());
    is_all.then_some(found)
}

struct Item {
    worth: i128,
    least: i128,
    most: i128,
    row: Option<usize>,
    bundle: usize,
}

struct Local<'p> {
    items: Vec<Item>,
    bundles: Vec<Vec<usize>>,
    rows: Vec<&'p Row>,
    choices: Vec<Choice>,
    best: Option<(i128, Vec<i128>)>,
    /// The highest bound of what was not searched.
    upper: Option<i128>,
    steps: usize,
}

/// The best that the open bundles could do if each year could take any amount up to its most.
struct Relaxed {
    upper: i128,
    /// A division that keeps every rule, worth at most `upper`.
    units: Option<Vec<i128>>,
    value: i128,
    branch: Option<usize>,
}

impl<'p> Local<'p> {
    fn new(problem: &'p Problem, block: &Block, choices: Vec<Choice>, worth: &[i128]) -> Local<'p> {
        let items = block.vars.iter().filter_map(|index| {
            let var = problem.vars.get(*index)?;
            Some(Item {
                worth: at(worth, *index),
                least: var.least,
                most: var.most,
                row: block.rows.iter().position(|it| *it == var.applicant),
                bundle: block.bundles.iter().position(|it| *it == var.bundle)?,
            })
        });
        let items: Vec<Item> = items.collect();
        let mut bundles = vec![Vec::new(); block.bundles.len()];
        for (index, item) in items.iter().enumerate() {
            if let Some(it) = bundles.get_mut(item.bundle) {
                it.push(index);
            }
        }
        let rows = block.rows.iter();
        Local {
            rows: rows.filter_map(|it| problem.rows.get(*it)).collect(),
            bundles,
            choices,
            items,
            best: None,
            upper: None,
            steps: 0,
        }
    }

    /// Adds every pattern worth at least `floor`. False if there are more than `most`, or too many steps were taken.
    fn list(&mut self, floor: i128, most: usize, found: &mut Vec<Vec<Choice>>) -> bool {
        let Some(relaxed) = self.relax().filter(|it| floor <= it.upper) else {
            return true;
        };
        let Some(branch) = relaxed.branch else {
            found.push(self.choices.clone());
            return found.len() <= most;
        };
        let is_all = [Choice::In, Choice::Out].into_iter().all(|choice| {
            self.choose(branch, choice);
            self.list(floor, most, found)
        });
        self.choose(branch, Choice::Open);
        is_all && self.steps <= MOST_STEPS
    }

    fn search(&mut self) {
        let Some(relaxed) = self.relax() else { return };
        self.descend(relaxed);
    }

    fn descend(&mut self, relaxed: Relaxed) {
        let best = self.best.as_ref().map(|it| it.0);
        if best.is_some_and(|it| relaxed.upper <= it) {
            return;
        }
        if let Some(units) = relaxed.units
            && best.is_none_or(|it| it < relaxed.value)
        {
            self.best = Some((relaxed.value, units));
        }
        let best = self.best.as_ref().map(|it| it.0);
        if best.is_some_and(|it| relaxed.upper <= it) {
            return;
        }
        let Some(branch) = relaxed.branch else { return };
        if MOST_STEPS < self.steps {
            self.upper = self.upper.max(Some(relaxed.upper));
            return;
        }
        let mut sides: Vec<(Choice, Relaxed)> = Vec::with_capacity(2);
        for choice in [Choice::In, Choice::Out] {
            self.choose(branch, choice);
            sides.extend(self.relax().map(|it| (choice, it)));
        }
        sides.sort_by_key(|(_, it)| -it.upper);
        for (choice, relaxed) in sides {
            self.choose(branch, choice);
            self.descend(relaxed);
        }
        self.choose(branch, Choice::Open);
    }

    fn choose(&mut self, bundle: usize, choice: Choice) {
        if let Some(it) = self.choices.get_mut(bundle) {
            *it = choice;
        }
    }

    fn is_coupled(&self, bundle: usize) -> bool {
        self.bundles.get(bundle).is_some_and(|it| 1 < it.len())
    }

    fn relax(&mut self) -> Option<Relaxed> {
        self.steps += 1;
        let mut units = vec![0; self.items.len()];
        let mut sums = vec![0; self.rows.len()];
        let mut upper = 0;
        // Worth of a unit, item, units.
        let mut takes: Vec<(i128, usize, i128)> = Vec::with_capacity(self.items.len());
        for (members, choice) in self.bundles.iter().zip(&self.choices) {
            match choice {
                Choice::Out => {}
                Choice::In => {
                    for index in members {
                        let item = self.items.get(*index)?;
                        if let Some(it) = units.get_mut(*index) {
                            *it = item.least;
                        }
                        if let Some(row) = item.row.and_then(|it| sums.get_mut(it)) {
                            *row += item.least;
                        }
                        upper += item.worth * item.least;
                        takes.push((item.worth, *index, item.most - item.least));
                    }
                }
                Choice::Open => self.open_takes(members, &mut takes),
            }
        }
        if self
            .rows
            .iter()
            .zip(&sums)
            .any(|(row, sum)| row.most < *sum)
        {
            return None;
        }
        takes.sort_unstable_by_key(|(worth, index, _)| (-*worth, *index));
        for (worth, index, room) in takes {
            let item = self.items.get(index)?;
            let room = match item
                .row
                .and_then(|it| Some((self.rows.get(it)?, sums.get_mut(it)?)))
            {
                None if 0 < worth => room,
                None => 0,
                Some((row, sum)) => {
                    let until = if 0 < worth { row.most } else { row.least };
                    let room = room.min(until - *sum).max(0);
                    *sum += room;
                    room
                }
            };
            if let Some(it) = units.get_mut(index) {
                *it += room;
            }
            upper += worth * room;
        }
        if self
            .rows
            .iter()
            .zip(&sums)
            .any(|(row, sum)| *sum < row.least)
        {
            return None;
        }
        Some(self.mend(upper, units, sums))
    }

    /// What an open bundle could take. Where it must take a loss in one year, that is counted against a
    /// year in which it gains, as far as nothing forces the losing year up for another reason.
    fn open_takes(&self, members: &[usize], takes: &mut Vec<(i128, usize, i128)>) {
        let items = members
            .iter()
            .filter_map(|it| Some((*it, self.items.get(*it)?)));
        let is_free = items.clone().all(|(_, it)| {
            it.row
                .and_then(|row| self.rows.get(row))
                .is_none_or(|row| row.least <= 0)
        });
        let mut loss: i128 = items
            .clone()
            .filter(|_| is_free)
            .map(|(_, it)| it.worth.min(0) * it.least)
            .sum();
        for (index, item) in items {
            let mut worth = item.worth;
            if 0 < worth && loss < 0 && 0 < item.most {
                worth -= -loss / item.most;
                loss = 0;
            }
            takes.push((worth, index, item.most));
        }
    }

    /// Raises years of open bundles to their least where there is room, and names a bundle to decide on if the
    /// division is not one or not worth the bound.
    fn mend(&self, upper: i128, mut units: Vec<i128>, mut sums: Vec<i128>) -> Relaxed {
        let mut broken: Option<(i128, usize)> = None;
        let mut doubtful: Option<(i128, usize)> = None;
        for (bundle, members) in self.bundles.iter().enumerate() {
            if self.choices.get(bundle) != Some(&Choice::Open)
                || members.iter().all(|it| at(&units, *it) == 0)
            {
                continue;
            }
            let size: i128 = members
                .iter()
                .filter_map(|it| self.items.get(*it))
                .map(|it| it.most)
                .sum();
            let mut is_broken = false;
            let mut is_raised = false;
            for index in members {
                let Some(item) = self.items.get(*index) else {
                    continue;
                };
                let short = item.least - at(&units, *index);
                if short <= 0 {
                    continue;
                }
                is_raised = true;
                let row = item
                    .row
                    .and_then(|it| Some((self.rows.get(it)?, sums.get_mut(it)?)));
                if let Some((row, sum)) = row {
                    if row.most < *sum + short {
                        is_broken = true;
                        break;
                    }
                    *sum += short;
                }
                if let Some(it) = units.get_mut(*index) {
                    *it += short;
                }
            }
            if is_broken {
                broken = broken.max(Some((size, bundle)));
            } else if is_raised || self.is_coupled(bundle) {
                doubtful = doubtful.max(Some((size, bundle)));
            }
        }
        let value: i128 = self
            .items
            .iter()
            .zip(&units)
            .map(|(item, it)| item.worth * it)
            .sum();
        let open_zero = || self.choices.iter().position(|it| *it == Choice::Open);
        Relaxed {
            upper,
            units: broken.is_none().then_some(units),
            value,
            branch: broken.or(doubtful).map(|it| it.1).or_else(open_zero),
        }
    }
}
