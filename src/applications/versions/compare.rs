//! What differs between two versions: per part the fields, and of lists the rows. Pure.

use std::collections::BTreeSet;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{
    sheet::{Entry, List, Part, PartKey, Row, Sheet, Value},
    words::{self, Effort, Piece},
};
use crate::{
    applications::dossier::totals::Totals,
    core::money::{Money, MoneyError},
};

/// What differs between an older and a newer version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// What is asked per year and together.
    pub totals: Vec<AmountChange>,
    /// The parts that differ, in the order of the newer version; what was removed stands last.
    pub parts: Vec<PartChange>,
    /// The parts that say the same.
    pub same: Vec<SamePart>,
}

/// An amount then and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountChange {
    /// Of what.
    pub label: String,
    /// Then.
    pub old: Money,
    /// Now.
    pub new: Money,
    /// Now less then.
    pub difference: Money,
}

/// A part that says the same in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamePart {
    /// Its title.
    pub title: String,
    /// Its id on the page of the newer version.
    pub anchor: String,
}

/// What became of a part or a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Only in the newer version.
    Added,
    /// Only in the older version.
    Removed,
    /// In both, and different.
    Changed,
}

/// A part that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartChange {
    /// Which.
    pub key: PartKey,
    /// Its title, as it is now (or was).
    pub title: String,
    /// Its id on the page of the version it is in.
    pub anchor: String,
    /// What became of it.
    pub fate: Fate,
    /// From which place to which, for a project that was moved.
    pub moved: Option<(i32, i32)>,
    /// The fields that differ.
    pub fields: Vec<FieldChange>,
    /// The lists that differ.
    pub lists: Vec<ListChange>,
    /// How many fields and rows say the same.
    pub same: usize,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// What people read.
    pub label: String,
    /// How.
    pub change: Change,
}

/// How a field differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Its text, cut where it differs.
    Text(Vec<Piece>),
    /// A choice, a number or a short text: then and now, empty if nothing stood there.
    Value(String, String),
    /// An amount.
    Amount(AmountChange),
}

/// A list that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListChange {
    /// What stands above it.
    pub title: &'static str,
    /// The rows that differ.
    pub rows: Vec<RowChange>,
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// What it is called.
    pub name: String,
    /// What became of it.
    pub fate: Fate,
    /// What stands in it, or differs in it.
    pub fields: Vec<FieldChange>,
}

impl Comparison {
    /// Compares two versions, each with what it asks.
    pub fn of(
        (old, old_totals): (&Sheet, &Totals),
        (new, new_totals): (&Sheet, &Totals),
    ) -> Result<Comparison, MoneyError> {
        let mut effort = Effort::default();
        let moved = moved(old, new);
        let mut parts = Vec::new();
        let mut same = Vec::new();
        for now in &new.parts {
            let Some(before) = old.parts.iter().find(|it| it.key == now.key) else {
                parts.push(whole(now, Fate::Added)?);
                continue;
            };
            let places = moved.contains(&now.key);
            let places = places.then_some((before.position, now.position));
            match part(before, now, places, &mut effort)? {
                Some(it) => parts.push(it),
                None => same.push(SamePart {
                    title: now.title.clone(),
                    anchor: now.anchor.clone(),
                }),
            }
        }
        for before in &old.parts {
            if !new.parts.iter().any(|it| it.key == before.key) {
                parts.push(whole(before, Fate::Removed)?);
            }
        }
        Ok(Comparison {
            totals: totals(old_totals, new_totals)?,
            parts,
            same,
        })
    }

    /// Whether the two say the same.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

impl AmountChange {
    fn of(label: impl Into<String>, old: Money, new: Money) -> Result<AmountChange, MoneyError> {
        Ok(AmountChange {
            label: label.into(),
            old,
            new,
            difference: new.checked_sub(old)?,
        })
    }

    /// How much less it is; nothing if it is more.
    pub fn less(&self) -> Money {
        self.old.checked_sub(self.new).unwrap_or(Money::ZERO)
    }
}

/// What is asked per year and together, where that differs.
fn totals(old: &Totals, new: &Totals) -> Result<Vec<AmountChange>, MoneyError> {
    let at = |it: &Totals, year: i32| {
        let mut years = it.years.iter().zip(&it.per_year);
        years
            .find(|(of, _)| **of == year)
            .map_or(Money::ZERO, |it| *it.1)
    };
    let years: BTreeSet<i32> = old.years.iter().chain(&new.years).copied().collect();
    let mut res = Vec::new();
    for year in years {
        res.push(AmountChange::of(
            year.to_string(),
            at(old, year),
            at(new, year),
        )?);
    }
    res.push(AmountChange::of("Samen", old.total, new.total)?);
    res.retain(|it| !it.difference.is_zero());
    Ok(res)
}

/// The projects that stand in another order: as few as can explain it.
fn moved(old: &Sheet, new: &Sheet) -> BTreeSet<PartKey> {
    let keys = |it: &Sheet, other: &Sheet| -> Vec<PartKey> {
        it.parts
            .iter()
            .map(|it| it.key.clone())
            .filter(|key| other.parts.iter().any(|it| it.key == *key))
            .collect()
    };
    let (before, after) = (keys(old, new), keys(new, old));
    let mut res = BTreeSet::new();
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        if !matches!(op, DiffOp::Equal { .. }) {
            res.extend(
                after
                    .get(op.new_range())
                    .unwrap_or_default()
                    .iter()
                    .cloned(),
            );
        }
    }
    res
}

/// A part that is in one of the two only: what it is and what it asks, not all its texts.
fn whole(it: &Part, fate: Fate) -> Result<PartChange, MoneyError> {
    let mut fields = Vec::new();
    let years = it.lists.iter().filter(|it| it.name == "jaren");
    for row in years.flat_map(|it| &it.rows) {
        for cell in &row.cells {
            if let (Value::Counted(amount), true) =
                (&cell.value, cell.name.starts_with("gevraagd."))
            {
                let label = format!("{} in {}", cell.label, row.name);
                let (old, new) = match fate {
                    Fate::Removed => (*amount, Money::ZERO),
                    Fate::Added | Fate::Changed => (Money::ZERO, *amount),
                };
                fields.push(FieldChange {
                    label: label.clone(),
                    change: Change::Amount(AmountChange::of(label, old, new)?),
                });
            }
        }
    }
    Ok(PartChange {
        key: it.key.clone(),
        title: it.title.clone(),
        anchor: it.anchor.clone(),
        fate,
        moved: None,
        fields,
        lists: Vec::new(),
        same: 0,
    })
}

/// What differs in a part that is in both; `None` if nothing does.
fn part(
    old: &Part,
    new: &Part,
    moved: Option<(i32, i32)>,
    effort: &mut Effort,
) -> Result<Option<PartChange>, MoneyError> {
    let (fields, mut same) = entries(&old.answers, &new.answers, effort)?;
    let mut lists = Vec::new();
    for name in names(old, new) {
        let of = |it: &Part| it.lists.iter().find(|it| it.name == name).cloned();
        let (before, now) = (of(old), of(new));
        let title = now.as_ref().or(before.as_ref()).map_or("", |it| it.title);
        let rows = |it: Option<List>| it.map_or_else(Vec::new, |it| it.rows);
        let (changed, unchanged) = rows_of(&rows(before), &rows(now), effort)?;
        same = same.saturating_add(unchanged);
        if !changed.is_empty() {
            lists.push(ListChange {
                title,
                rows: changed,
            });
        }
    }
    if fields.is_empty() && lists.is_empty() && moved.is_none() {
        return Ok(None);
    }
    Ok(Some(PartChange {
        key: new.key.clone(),
        title: new.title.clone(),
        anchor: new.anchor.clone(),
        fate: Fate::Changed,
        moved,
        fields,
        lists,
        same,
    }))
}

/// The names of the lists of both, in the order of the newer.
fn names(old: &Part, new: &Part) -> Vec<&'static str> {
    let mut res: Vec<&'static str> = Vec::new();
    for list in new.lists.iter().chain(&old.lists) {
        if !res.contains(&list.name) {
            res.push(list.name);
        }
    }
    res
}

type Found = (Vec<FieldChange>, usize);

/// The fields that differ, in the order of the newer; and how many say the same.
fn entries(old: &[Entry], new: &[Entry], effort: &mut Effort) -> Result<Found, MoneyError> {
    let mut changes = Vec::new();
    let mut same = 0_usize;
    let before = |name: &str| old.iter().find(|it| it.name == name);
    for now in new {
        match entry(before(&now.name), Some(now), effort)? {
            Some(it) => changes.push(it),
            None => same = same.saturating_add(1),
        }
    }
    for gone in old {
        if !new.iter().any(|it| it.name == gone.name) {
            changes.extend(entry(Some(gone), None, effort)?);
        }
    }
    Ok((changes, same))
}

/// Texts longer than this are compared word by word; shorter ones stand beside each other.
const SHORT: usize = 60;

fn entry(
    old: Option<&Entry>,
    new: Option<&Entry>,
    effort: &mut Effort,
) -> Result<Option<FieldChange>, MoneyError> {
    let label = new.or(old).map_or("", |it| it.label.as_str()).to_owned();
    let (before, now) = (old.map(|it| &it.value), new.map(|it| &it.value));
    if let (Some(before), Some(now)) = (amount(before), amount(now)) {
        let change = AmountChange::of(label.clone(), before, now)?;
        return Ok((!change.difference.is_zero()).then_some(FieldChange {
            label,
            change: Change::Amount(change),
        }));
    }
    let is_long = [before, now]
        .iter()
        .flatten()
        .any(|it| matches!(it, Value::Text(text) if SHORT < text.chars().count()));
    let (before, now) = (shown(before), shown(now));
    if words::are_same(&before, &now) {
        return Ok(None);
    }
    let change = if is_long {
        Change::Text(words::differences(&before, &now, effort))
    } else {
        Change::Value(before.trim().to_owned(), now.trim().to_owned())
    };
    Ok(Some(FieldChange { label, change }))
}

/// The amount of a field: nothing there is nothing asked, a text that is no amount is none.
fn amount(it: Option<&Value>) -> Option<Money> {
    match it {
        Some(Value::Typed(_, amount) | Value::Counted(amount)) => Some(*amount),
        _ => None,
    }
}

fn shown(it: Option<&Value>) -> String {
    match it {
        None => String::new(),
        Some(Value::Counted(amount)) => crate::texts::money::euros(*amount),
        Some(Value::Text(it) | Value::Choice(it) | Value::Typed(it, _)) => it.clone(),
    }
}

/// The rows that differ, and how many say the same. A row is known by its number and its name; a
/// row that kept one of the two is the same row.
fn rows_of(
    old: &[Row],
    new: &[Row],
    effort: &mut Effort,
) -> Result<(Vec<RowChange>, usize), MoneyError> {
    let pairs = pairs(old, new);
    let mut changes = Vec::new();
    let mut same = 0_usize;
    for (at, now) in new.iter().enumerate() {
        let before = pairs.iter().find(|it| it.1 == at);
        let Some(before) = before.and_then(|it| old.get(it.0)) else {
            changes.push(one_sided(now, Fate::Added, effort)?);
            continue;
        };
        let (fields, _) = entries(&renumbered(before, &now.key), &now.cells, effort)?;
        if fields.is_empty() && before.name == now.name {
            same = same.saturating_add(1);
        } else {
            changes.push(RowChange {
                name: now.name.clone(),
                fate: Fate::Changed,
                fields,
            });
        }
    }
    for (at, gone) in old.iter().enumerate() {
        if !pairs.iter().any(|it| it.0 == at) {
            changes.push(one_sided(gone, Fate::Removed, effort)?);
        }
    }
    Ok((changes, same))
}

fn one_sided(row: &Row, fate: Fate, effort: &mut Effort) -> Result<RowChange, MoneyError> {
    let (fields, _) = match fate {
        Fate::Removed => entries(&row.cells, &[], effort)?,
        Fate::Added | Fate::Changed => entries(&[], &row.cells, effort)?,
    };
    Ok(RowChange {
        name: row.name.clone(),
        fate,
        fields,
    })
}

/// The cells of a row with the names they have in a row with another number.
fn renumbered(row: &Row, key: &str) -> Vec<Entry> {
    row.cells
        .iter()
        .map(|it| Entry {
            name: match it.name.strip_prefix(&row.key) {
                Some(rest) => format!("{key}{rest}"),
                None => it.name.clone(),
            },
            ..it.clone()
        })
        .collect()
}

/// Whether two rows are the same thing.
type Same<'a> = &'a dyn Fn(&Row, &Row) -> bool;

/// Which row of the older is which row of the newer, by place: those with the same number and
/// name, then those with the same name, then those with the same number.
fn pairs(old: &[Row], new: &[Row]) -> Vec<(usize, usize)> {
    let same_key = |a: &Row, b: &Row| a.key == b.key;
    let same_name = |a: &Row, b: &Row| a.name.trim().to_lowercase() == b.name.trim().to_lowercase();
    let both = |a: &Row, b: &Row| same_key(a, b) && same_name(a, b);
    let mut res: Vec<(usize, usize)> = Vec::new();
    let rounds: [Same<'_>; 3] = [&both, &same_name, &same_key];
    for is_same in rounds {
        for (to, now) in new.iter().enumerate() {
            if res.iter().any(|it| it.1 == to) {
                continue;
            }
            let found = old
                .iter()
                .enumerate()
                .find(|(from, before)| !res.iter().any(|it| it.0 == *from) && is_same(before, now));
            if let Some((from, _)) = found {
                res.push((from, to));
            }
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        applications::{
            section::SectionName,
            submission::content::{Content, FrozenProject, FrozenShare, FrozenYear, Place},
            versions,
        },
        core::answers::Answers,
        schemes::WindowKind,
    };

    fn frozen(id: &str, position: i32, fields: &[(&str, &str)]) -> FrozenProject {
        let answers = fields
            .iter()
            .fold(Answers::default(), |it, (name, text)| it.with(*name, *text));
        let cents = Money::from_cents(200_000);
        FrozenProject {
            id: id.into(),
            position,
            title: answers.get("titel").to_owned(),
            category: None,
            sub_item: None,
            years: vec![FrozenYear {
                year: 2027,
                costs: cents,
                own_contribution: Money::ZERO,
                co_financing: Money::ZERO,
                requested: cents,
                minimum: Money::ZERO,
            }],
            shares: Vec::new(),
            answers,
        }
    }

    fn content(projects: Vec<FrozenProject>) -> Content {
        let place = |code: &str, name: &str| Place {
            cbs_code: code.to_owned(),
            name: name.to_owned(),
        };
        let analysis = Answers::default().with("dreiging", "Wij zien dreiging.");
        Content {
            format: 1,
            reference: "VG-2027-0503".to_owned(),
            cycle: "2027-2028".to_owned(),
            years: [2027, 2028],
            window: "Aanvragen".to_owned(),
            window_kind: WindowKind::Main,
            region: "Delft".to_owned(),
            lead: place("GM0503", "Delft"),
            participants: vec![place("GM0503", "Delft"), place("GM1783", "Westland")],
            sections: BTreeMap::from([(SectionName::Analysis, analysis)]),
            requested: Money::from_cents(200_000),
            projects,
        }
    }

    const PROJECT: [(&str, &str); 13] = [
        ("titel", "Online"),
        ("doel-kort", "Gesprek."),
        ("regel.1.omschrijving", "Uren"),
        ("regel.1.soort", "staff"),
        ("regel.1.aantal.2027", "10"),
        ("regel.1.tarief.2027", "100,00"),
        ("regel.2.omschrijving", "Zaal"),
        ("regel.2.soort", "other"),
        ("regel.2.aantal.2027", "1"),
        ("regel.2.tarief.2027", "1.000,00"),
        ("indicator.1.naam", "Gesprekken"),
        ("indicator.1.soort", "output"),
        ("indicator.1.doel.2027", "60"),
    ];

    fn compared(old: &Content, new: &Content) -> Comparison {
        let names = BTreeMap::new();
        let sheet = |it| Sheet::of(it, &names);
        let totals = |it| versions::totals(it).unwrap();
        Comparison::of((&sheet(old), &totals(old)), (&sheet(new), &totals(new))).unwrap()
    }

    /// The whole comparison in a few lines.
    fn told(it: &Comparison) -> String {
        let mut res = String::new();
        let field = |it: &FieldChange| match &it.change {
            Change::Text(pieces) => format!("{}: {pieces:?}", it.label),
            Change::Value(old, new) => format!("{}: {old} -> {new}", it.label),
            Change::Amount(it) => {
                format!("{}: {} -> {} ({})", it.label, it.old, it.new, it.difference)
            }
        };
        for it in &it.totals {
            res.push_str(&format!("total {}: {} -> {}\n", it.label, it.old, it.new));
        }
        for part in &it.parts {
            let moved = part.moved;
            res.push_str(&format!("{:?} {} {moved:?}\n", part.fate, part.title));
            for it in &part.fields {
                res.push_str(&format!("  {}\n", field(it)));
            }
            for list in &part.lists {
                for row in &list.rows {
                    let fields: Vec<String> = row.fields.iter().map(field).collect();
                    let fields = fields.join("; ");
                    res.push_str(&format!(
                        "  {} {:?} {}: {fields}\n",
                        list.title, row.fate, row.name
                    ));
                }
            }
        }
        res
    }

    #[test]
    fn a_version_says_the_same_as_itself() {
        let it = content(vec![frozen("p1", 1, &PROJECT)]);
        let same = compared(&it, &it);
        assert!(same.is_empty() && same.totals.is_empty());
        assert_eq!(same.same.len(), 6, "four sections, a project and the files");
    }

    #[test]
    fn fields_rows_and_amounts_that_differ_are_told() {
        let old = content(vec![frozen("p1", 1, &PROJECT)]);
        let mut changed = PROJECT.to_vec();
        changed[1].1 = "Een gesprek.";
        changed[4].1 = "12";
        // The second line became the third, with another rate; a line came in its place.
        changed[6] = ("regel.3.omschrijving", "Zaal");
        changed[7].0 = "regel.3.soort";
        changed[8].0 = "regel.3.aantal.2027";
        changed[9] = ("regel.3.tarief.2027", "750,50");
        changed.push(("regel.2.omschrijving", "Drukwerk"));
        changed[12].1 = "80";
        let mut new = content(vec![frozen("p1", 1, &changed)]);
        new.participants.pop();
        new.projects[0].years[0].requested = Money::from_cents(195_050);
        insta::assert_snapshot!(told(&compared(&old, &new)), @r"
        total 2027: 2000.00 -> 1950.50
        total Samen: 2000.00 -> 1950.50
        Changed Regio en deelnemers None
          Deelnemende gemeenten Removed Westland: 
        Changed Project 1: Online None
          Wat wilt u bereiken op korte termijn?: Gesprek. -> Een gesprek.
          Indicatoren Changed Gesprekken: Doel in 2027: 60 -> 80
          Begroting Changed Uren: Aantal in 2027: 10 -> 12; Bedrag in 2027: 1000.00 -> 1200.00 (200.00)
          Begroting Added Drukwerk: Wat wordt betaald:  -> Drukwerk
          Begroting Changed Zaal: Tarief in 2027: 1000.00 -> 750.50 (-249.50); Bedrag in 2027: 1000.00 -> 750.50 (-249.50)
          Bedragen per jaar Changed 2027: Aangevraagd: 2000.00 -> 1950.50 (-49.50)
        ");
    }

    #[test]
    fn projects_are_known_by_their_id_and_not_by_their_place() {
        let named = |id: &str, at: i32| frozen(id, at, &[("titel", id)]);
        let old = content(vec![named("a", 1), named("b", 2), named("c", 3)]);
        let new = content(vec![named("c", 1), named("a", 2), named("d", 4)]);
        insta::assert_snapshot!(told(&compared(&old, &new)), @r"
        Changed Project 1: c Some((3, 1))
        Added Project 4: d None
          Aangevraagd in 2027: 0.00 -> 2000.00 (2000.00)
        Removed Project 2: b None
          Aangevraagd in 2027: 2000.00 -> 0.00 (-2000.00)
        ");
    }

    #[test]
    fn the_division_over_municipalities_is_compared_by_municipality() {
        let share = |code: &str, name: &str, euros: i32| FrozenShare {
            year: 2027,
            municipality: Place {
                cbs_code: code.to_owned(),
                name: name.to_owned(),
            },
            amount: Money::from_euros(euros),
        };
        let mut old = content(vec![frozen("p1", 1, &[("titel", "T")])]);
        let mut new = old.clone();
        old.projects[0].shares = vec![share("GM0503", "Delft", 2_000)];
        new.projects[0].shares = vec![
            share("GM0503", "Delft", 1_500),
            share("GM1783", "Westland", 500),
        ];
        let told = told(&compared(&old, &new));
        for line in [
            "Verdeling over gemeenten Changed Delft: Aandeel in 2027: 2000.00 -> 1500.00 (-500.00)",
            "Verdeling over gemeenten Added Westland",
        ] {
            assert!(told.contains(line), "{told}");
        }
    }

    #[test]
    fn a_field_that_nobody_knows_is_compared_all_the_same() {
        let old = content(vec![frozen(
            "p1",
            1,
            &[("titel", "T"), ("nieuw.veld", "a")],
        )]);
        let new = content(vec![frozen(
            "p1",
            1,
            &[("titel", "T"), ("nieuw.veld", "b")],
        )]);
        assert!(told(&compared(&old, &new)).contains("nieuw.veld: a -> b"));
    }
}
