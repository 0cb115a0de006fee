//! Lines of a budget that come from a spreadsheet, pasted or in a file: read all together, with every
//! fault and its place, or not at all. Pure.

use rust_decimal::Decimal;

use super::{
    Cost, LineKind, MOST_LINES, budget, form,
    marks::{self, Marks, NumberFault},
    typed,
};
use crate::{
    core::{answers::Answers, money::Money},
    texts::{labels::Label, money},
};

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Which project a line belongs to.
    Project,
    /// The kind of cost.
    Kind,
    /// What is paid.
    Description,
    /// What is counted.
    Unit,
    /// How many in a year.
    Quantity(i32),
    /// The price of one in a year.
    Rate(i32),
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Where it stands, as people find it: `F7`, or `regel 2, kolom “Aantal 2027”`.
    pub at: String,
    /// What stands there.
    pub entry: Entry,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number as a program stored it.
    Number(Decimal),
    /// Something that is none of these, and why it is not taken.
    Refused(String),
}

/// A line with its cells, in the order of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands: `rij 7`.
    pub at: String,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The cell or row; empty for the whole.
    pub at: String,
    /// What is wrong and the way out, in a sentence.
    pub sentence: String,
}

/// A line of a budget that was read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NewLine {
    /// What it pays for.
    pub kind: LineKind,
    /// In words.
    pub description: String,
    /// What is counted.
    pub unit: String,
    /// Per year, in which it costs something: year, quantity in hundredths and rate.
    pub costs: Vec<(i32, i64, Money)>,
}

/// A line and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadLine {
    /// The row.
    pub at: String,
    /// The project, as it is called there, and its cell; absent if there is no such column.
    pub project: Option<(String, String)>,
    /// The line.
    pub line: NewLine,
}

impl Column {
    /// What stands above it.
    pub fn name(self) -> String {
        match self {
            Column::Project => "Project".to_owned(),
            Column::Kind => "Soort kosten".to_owned(),
            Column::Description => "Omschrijving".to_owned(),
            Column::Unit => "Eenheid".to_owned(),
            Column::Quantity(year) => format!("Aantal {year}"),
            Column::Rate(year) => format!("Tarief {year}"),
        }
    }

    /// The columns of the lines of one project.
    pub fn of_project(years: &[i32]) -> Vec<Column> {
        let texts = [Column::Kind, Column::Description, Column::Unit];
        let numbers = years
            .iter()
            .flat_map(|it| [Column::Quantity(*it), Column::Rate(*it)]);
        texts.into_iter().chain(numbers).collect()
    }

    /// The columns of the lines of all projects.
    pub fn of_application(years: &[i32]) -> Vec<Column> {
        let mut columns = vec![Column::Project];
        columns.extend(Column::of_project(years));
        columns
    }

    const fn is_number(self) -> bool {
        matches!(self, Column::Quantity(_) | Column::Rate(_))
    }
}

impl Fault {
    /// A fault in a place.
    pub fn new(at: impl Into<String>, sentence: impl Into<String>) -> Fault {
        Fault {
            at: at.into(),
            sentence: sentence.into(),
        }
    }

    /// Place and sentence together.
    pub fn said(&self) -> String {
        match self.at.as_str() {
            "" => self.sentence.clone(),
            at => format!("{at}: {}", self.sentence),
        }
    }
}

/// Everything of these rows, or every fault; rows in which nothing stands but a project are no lines.
pub fn read(columns: &[Column], rows: &[Row]) -> Result<Vec<ReadLine>, Vec<Fault>> {
    let mut reader = Reader {
        columns,
        around: evidence(columns, rows),
        faults: Vec::new(),
    };
    let lines: Vec<ReadLine> = rows
        .iter()
        .filter(|it| !is_blank(columns, it))
        .filter_map(|it| reader.line(it))
        .collect();
    if reader.faults.is_empty() {
        Ok(lines)
    } else {
        Err(reader.faults)
    }
}

/// Puts lines after those that are there, in rows that are free; the first row, or `None` if there
/// would be too many.
pub fn append(answers: &mut Answers, lines: &[NewLine]) -> Option<u32> {
    let used = typed::rows(answers, budget::PREFIX, MOST_LINES)
        .into_iter()
        .rfind(|it| !typed::is_blank_row(answers, budget::PREFIX, *it))
        .unwrap_or(0);
    let count = u32::try_from(lines.len()).ok()?;
    let last = used.checked_add(count).filter(|it| *it <= MOST_LINES)?;
    let first = used.checked_add(1)?;
    for (row, line) in (first..=last).zip(lines) {
        put(answers, row, line);
    }
    Some(first)
}

/// These lines in place of those that are there; everything else stays.
pub fn replace(answers: &Answers, lines: &[NewLine]) -> Answers {
    let mut res = Answers::default();
    for (name, text) in answers.iter() {
        if !name.starts_with(budget::PREFIX) {
            res.set(name, text);
        }
    }
    for (row, line) in (1..).zip(lines) {
        put(&mut res, row, line);
    }
    res
}

fn put(answers: &mut Answers, row: u32, line: &NewLine) {
    let field = |name: &str| format!("{}{row}.{name}", budget::PREFIX);
    answers.set(field("soort"), line.kind.as_str());
    answers.set(field("omschrijving"), &*line.description);
    answers.set(field("eenheid"), &*line.unit);
    for (year, quantity, rate) in &line.costs {
        answers.set(field(&format!("aantal.{year}")), typed::written(*quantity));
        answers.set(field(&format!("tarief.{year}")), money::amount(*rate));
    }
}

/// A kind of cost by its label, its code, or the first word of its label.
pub fn kind_of(text: &str) -> Option<LineKind> {
    let wanted = text.trim().to_lowercase();
    LineKind::ALL.iter().copied().find(|it| {
        let label = it.label().to_lowercase();
        wanted == label || wanted == it.as_str()
    })
}

/// How numbers are written here, and one that shows it.
pub fn evidence(columns: &[Column], rows: &[Row]) -> Option<(Marks, String)> {
    let texts = rows.iter().flat_map(|row| {
        columns
            .iter()
            .zip(&row.cells)
            .filter_map(|(column, cell)| match &cell.entry {
                Entry::Text(text) if column.is_number() => Some(text.as_str()),
                _ => None,
            })
    });
    marks::evidence(texts).map(|(marks, text)| (marks, text.to_owned()))
}

fn is_blank(columns: &[Column], row: &Row) -> bool {
    columns.iter().zip(&row.cells).all(|(column, cell)| {
        *column == Column::Project
            || match &cell.entry {
                Entry::Empty => true,
                Entry::Text(text) => typed::is_blank(text),
                Entry::Number(_) | Entry::Refused(_) => false,
            }
    })
}

/// Reads rows and collects what is wrong with them.
struct Reader<'a> {
    columns: &'a [Column],
    around: Option<(Marks, String)>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn line(&mut self, row: &Row) -> Option<ReadLine> {
        let before = self.faults.len();
        let project = self.project(row);
        let kind = self.kind(row);
        let description = self.text(
            row,
            Column::Description,
            200,
            "Schrijf op wat u betaalt, bijvoorbeeld “Uren jongerenwerker”.",
        );
        let unit = self.text(
            row,
            Column::Unit,
            60,
            "Vul de eenheid in, bijvoorbeeld uur, dagdeel of stuk.",
        );
        let costs = self.costs(row);
        if before < self.faults.len() {
            return None;
        }
        Some(ReadLine {
            at: row.at.clone(),
            project,
            line: NewLine {
                kind: kind?,
                description: description?,
                unit: unit?,
                costs,
            },
        })
    }

    fn cell<'r>(&self, row: &'r Row, wanted: Column) -> Option<&'r Cell> {
        let at = self.columns.iter().position(|it| *it == wanted)?;
        row.cells.get(at)
    }

    fn wrong(&mut self, cell: &Cell, sentence: impl Into<String>) {
        self.faults.push(Fault::new(&*cell.at, sentence));
    }

    /// What stands in a cell as text; a number as it is written.
    fn entry(&mut self, cell: &Cell) -> Option<String> {
        match &cell.entry {
            Entry::Empty => Some(String::new()),
            Entry::Text(text) => Some(text.trim().to_owned()),
            Entry::Number(number) => Some(number.normalize().to_string()),
            Entry::Refused(sentence) => {
                self.wrong(cell, sentence.clone());
                None
            }
        }
    }

    fn project(&mut self, row: &Row) -> Option<(String, String)> {
        let cell = self.cell(row, Column::Project)?;
        let text = self.entry(cell)?;
        if text.is_empty() {
            self.wrong(
                cell,
                "Kies bij welk project deze regel hoort, of maak de hele regel leeg.",
            );
            return None;
        }
        Some((text, cell.at.clone()))
    }

    fn kind(&mut self, row: &Row) -> Option<LineKind> {
        let cell = self.cell(row, Column::Kind)?;
        let text = self.entry(cell)?;
        let kind = kind_of(&text);
        if kind.is_none() {
            let names: Vec<&str> = LineKind::ALL.iter().map(|it| it.label()).collect();
            let list = names.join(", ");
            let sentence = if text.is_empty() {
                format!("De soort kosten is leeg. Kies uit: {list}.")
            } else {
                format!(
                    "{} is geen soort kosten. Kies uit: {list}.",
                    typed::quoted(&text)
                )
            };
            self.wrong(cell, sentence);
        }
        kind
    }

    fn text(&mut self, row: &Row, column: Column, most: usize, empty: &str) -> Option<String> {
        let cell = self.cell(row, column)?;
        let text = self.entry(cell)?;
        if typed::says_nothing(&text) {
            self.wrong(cell, empty);
            return None;
        }
        let length = text.chars().count();
        if most < length {
            self.wrong(
                cell,
                format!("De tekst is {length} tekens lang. Kort hem in tot hoogstens {most}."),
            );
            return None;
        }
        Some(typed::line(&text, most))
    }

    fn costs(&mut self, row: &Row) -> Vec<(i32, i64, Money)> {
        let years: Vec<i32> = self
            .columns
            .iter()
            .filter_map(|it| match it {
                Column::Quantity(year) => Some(*year),
                _ => None,
            })
            .collect();
        let before = self.faults.len();
        let costs: Vec<_> = years.iter().filter_map(|it| self.cost(row, *it)).collect();
        if costs.is_empty() && before == self.faults.len() {
            let first = years
                .first()
                .and_then(|it| self.cell(row, Column::Quantity(*it)));
            let at = first.map_or_else(|| row.at.clone(), |it| it.at.clone());
            self.faults.push(Fault::new(at, "Deze regel heeft geen aantal en tarief. Vul ze in voor minstens één jaar, of maak de hele regel leeg."));
        }
        costs
    }

    fn cost(&mut self, row: &Row, year: i32) -> Option<(i32, i64, Money)> {
        let quantity_cell = self.cell(row, Column::Quantity(year))?;
        let rate_cell = self.cell(row, Column::Rate(year))?;
        let (quantity, rate) = (self.number(quantity_cell), self.number(rate_cell));
        let (quantity, rate) = (quantity.ok()?, rate.ok()?);
        match (quantity, rate) {
            (None, None) => None,
            (Some(quantity), Some(rate)) => {
                let rate = Money::from_cents(rate);
                if budget::line_amount(quantity, rate).is_err() {
                    self.wrong(
                        quantity_cell,
                        format!("Aantal keer tarief is voor {year} te hoog. Controleer beide."),
                    );
                    return None;
                }
                Some((year, quantity, rate))
            }
            (Some(_), None) => {
                self.wrong(rate_cell, format!("Het tarief voor {year} is leeg, maar het aantal niet. Vul beide in of geen van beide."));
                None
            }
            (None, Some(_)) => {
                self.wrong(quantity_cell, format!("Het aantal voor {year} is leeg, maar het tarief niet. Vul beide in of geen van beide."));
                None
            }
        }
    }

    /// The hundredths in a cell; `Ok(None)` if it is empty, `Err` if the fault was noted.
    fn number(&mut self, cell: &Cell) -> Result<Option<i64>, ()> {
        let (read, text): (Result<i64, NumberFault>, String) = match &cell.entry {
            Entry::Empty => return Ok(None),
            Entry::Text(text) if typed::is_blank(text) => return Ok(None),
            Entry::Text(text) => {
                let marks = self.around.as_ref().map(|(marks, _)| *marks);
                (marks::hundredths(text, marks), text.clone())
            }
            Entry::Number(number) => (marks::of_decimal(*number), number.normalize().to_string()),
            Entry::Refused(sentence) => {
                self.wrong(cell, sentence.clone());
                return Err(());
            }
        };
        read.map(Some).map_err(|fault| {
            let around = self.around.as_ref().map(|(_, text)| text.clone());
            self.wrong(cell, marks::sentence(fault, &text, around.as_deref()));
        })
    }
}

/// The lines of a budget that can be read, as if they came from a spreadsheet.
pub fn lines_of(
    answers: &Answers,
    years: [i32; 2],
    window: crate::schemes::WindowKind,
) -> Vec<NewLine> {
    let (meaning, _) = form::read(answers, years, window);
    meaning
        .lines
        .iter()
        .filter_map(|it| {
            let cost = |it: &Cost| (it.year, it.quantity_hundredths, it.rate);
            Some(NewLine {
                kind: it.kind?,
                description: it.description.clone(),
                unit: it.unit.clone(),
                costs: it.costs.iter().map(cost).collect(),
            })
        })
        .collect()
}
