//! Lines pasted from a spreadsheet: text with tabs, as every spreadsheet puts it on the clipboard. Pure.

use super::{
    MOST_LINES,
    incoming::{self, Cell, Column, Entry, Fault, NewLine, Row},
    typed::{self, quoted},
};

/// The field that something is pasted in; it is never stored.
pub const FIELD: &str = "plak";

/// All lines of a pasted text, or every fault with its row and column.
pub fn read(text: &str, years: &[i32]) -> Result<Vec<NewLine>, Vec<Fault>> {
    let table = split(text)?;
    let expected = Column::of_project(years);
    let (columns, rows) = columns(&expected, &table)?;
    check_outside(&columns, rows)?;
    let named: Vec<Column> = columns.iter().copied().flatten().collect();
    let rows: Vec<Row> = rows.iter().map(|it| row(&columns, it)).collect();
    let lines = incoming::read(&named, &rows)?;
    if lines.is_empty() {
        return Err(one(
            "",
            "Er staan geen regels in wat u plakte. Kopieer ook de regels zelf, niet alleen de kop.",
        ));
    }
    Ok(lines.into_iter().map(|it| it.line).collect())
}

/// How to paste, in a few sentences.
pub fn help(years: &[i32]) -> String {
    format!(
        "Kopieer de cellen in uw spreadsheet, met deze kolommen in deze volgorde: {}. Of neem de namen mee als eerste regel; dan mag de volgorde anders zijn. Is er iets mis, dan voegen wij niets toe en zeggen wij in welke regel en kolom.",
        names(&Column::of_project(years))
    )
}

/// A line of the clipboard with its number.
struct Pasted {
    number: usize,
    cells: Vec<String>,
}

fn one(at: impl Into<String>, sentence: impl Into<String>) -> Vec<Fault> {
    vec![Fault::new(at, sentence)]
}

/// The lines that are not blank. A cell with a line break or a tab in it stands between quotes.
fn split(text: &str) -> Result<Vec<Pasted>, Vec<Fault>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut table = Vec::new();
    for (number, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|_| {
            one(
                "",
                "Wat u plakte kunnen wij niet lezen. Kopieer de cellen opnieuw uit uw spreadsheet.",
            )
        })?;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.iter().any(|it| !typed::is_blank(it)) {
            table.push(Pasted { number, cells });
        }
        if usize::try_from(MOST_LINES).unwrap_or(usize::MAX) < table.len().saturating_sub(1) {
            return Err(one(
                "",
                format!(
                    "U plakte meer dan {MOST_LINES} regels. Een project heeft er hoogstens {MOST_LINES}."
                ),
            ));
        }
    }
    if table.is_empty() {
        return Err(one(
            "",
            "U hebt nog niets geplakt. Kopieer de regels in uw spreadsheet en plak ze hier.",
        ));
    }
    Ok(table)
}

/// What each column holds, and the lines below the one with their names.
type Divided<'a> = (Vec<Option<Column>>, &'a [Pasted]);

/// Which column is which: by the names in the first line, or in our order if it has none.
fn columns<'a>(expected: &[Column], table: &'a [Pasted]) -> Result<Divided<'a>, Vec<Fault>> {
    let Some((first, rest)) = table.split_first() else {
        return Ok((Vec::new(), table));
    };
    let known = |text: &String| expected.iter().copied().find(|it| is_name(*it, text));
    let has_number = first
        .cells
        .iter()
        .any(|it| it.contains(|it: char| it.is_ascii_digit()) && known(it).is_none());
    let is_line = first
        .cells
        .first()
        .is_some_and(|it| incoming::kind_of(it).is_some());
    if first.cells.iter().any(|it| known(it).is_some()) || !(has_number || is_line) {
        let columns = named(expected, first)?;
        return Ok((columns, rest));
    }
    for line in table {
        let filled = line
            .cells
            .iter()
            .rposition(|it| !typed::is_blank(it))
            .map_or(0, |it| it + 1);
        if expected.len() < filled {
            return Err(one(
                format!("Regel {}", line.number),
                format!(
                    "hier staan {filled} kolommen. Wij verwachten er {}: {}. Of zet de namen van de kolommen in de eerste regel.",
                    expected.len(),
                    names(expected)
                ),
            ));
        }
    }
    Ok((expected.iter().copied().map(Some).collect(), table))
}

/// The columns by their names; every name has to be known, and every column there.
fn named(expected: &[Column], head: &Pasted) -> Result<Vec<Option<Column>>, Vec<Fault>> {
    let mut columns = Vec::new();
    let mut faults = Vec::new();
    for (place, text) in (1..).zip(&head.cells) {
        if typed::is_blank(text) {
            columns.push(None);
            continue;
        }
        let column = expected.iter().copied().find(|it| is_name(*it, text));
        let at = format!("Regel {}, kolom {place}", head.number);
        match column {
            None => faults.push(Fault::new(at, format!("de kolom {} kennen wij niet. Wij kennen: {}. Verander de naam of laat de kolom weg.", quoted(text), names(expected)))),
            Some(it) if columns.contains(&Some(it)) => faults.push(Fault::new(at, format!("de kolom {} staat er twee keer. Laat er één weg.", quoted(text)))),
            Some(_) => {}
        }
        columns.push(column);
    }
    if faults.is_empty() {
        let missing: Vec<Column> = expected
            .iter()
            .copied()
            .filter(|it| !columns.contains(&Some(*it)))
            .collect();
        if !missing.is_empty() {
            faults.push(Fault::new(
                format!("Regel {}", head.number),
                format!(
                    "deze kolommen ontbreken: {}. Zet ze erbij; ze mogen leeg zijn.",
                    names(&missing)
                ),
            ));
        }
    }
    if faults.is_empty() {
        Ok(columns)
    } else {
        Err(faults)
    }
}

fn is_name(column: Column, text: &str) -> bool {
    let plain = |it: &str| {
        it.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    let text = plain(text);
    let also: &[&str] = match column {
        Column::Kind => &["soort"],
        Column::Description => &["kosten", "wat betaalt u?"],
        _ => &[],
    };
    text == plain(&column.name()) || also.contains(&text.as_str())
}

fn names(columns: &[Column]) -> String {
    let names: Vec<String> = columns.iter().map(|it| it.name()).collect();
    names.join(", ")
}

/// What stands in a column without a name is not left out unseen.
fn check_outside(columns: &[Option<Column>], lines: &[Pasted]) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    for line in lines {
        let cells = (1..).zip(line.cells.iter().enumerate());
        for (place, (at, text)) in cells {
            if columns.get(at).copied().flatten().is_none() && !typed::is_blank(text) {
                faults.push(Fault::new(format!("Regel {}, kolom {place}", line.number), format!("{} staat in een kolom zonder naam. Zet de naam erboven of laat de kolom weg.", quoted(text))));
            }
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// A line with a cell for each column that has a name.
fn row(columns: &[Option<Column>], line: &Pasted) -> Row {
    let at = format!("Regel {}", line.number);
    let cells = columns
        .iter()
        .enumerate()
        .filter_map(|(place, column)| column.map(|it| (place, it)))
        .map(|(place, column)| {
            let text = line.cells.get(place).map_or("", String::as_str);
            Cell {
                at: format!("{at}, kolom “{}”", column.name()),
                entry: if typed::is_blank(text) {
                    Entry::Empty
                } else {
                    Entry::Text(text.to_owned())
                },
            }
        })
        .collect();
    Row { at, cells }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{applications::project::LineKind, core::money::Money};

    const YEARS: [i32; 2] = [2027, 2028];

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let faults = read(text, &YEARS).unwrap_err();
        let said: Vec<String> = faults.iter().map(Fault::said).collect();
        assert_eq!(said, expected, "{text}");
    }

    #[test]
    fn lines_in_our_order_need_no_names() {
        let text = "Inhuur\t Trainer \tdagdeel\t12\t650,00\t\t\r\n\r\nMateriaal\t\"Folders\nen posters\"\tstuk\t1.000,50\t€ 2\t100\t2,25\r\n";
        let lines = read(text, &YEARS).unwrap();
        assert_eq!(
            lines,
            [
                NewLine {
                    kind: LineKind::Hiring,
                    description: "Trainer".to_owned(),
                    unit: "dagdeel".to_owned(),
                    costs: vec![(2027, 1_200, Money::from_cents(65_000))],
                },
                NewLine {
                    kind: LineKind::Material,
                    description: "Folders en posters".to_owned(),
                    unit: "stuk".to_owned(),
                    costs: vec![
                        (2027, 100_050, Money::from_cents(200)),
                        (2028, 10_000, Money::from_cents(225)),
                    ],
                },
            ]
        );
    }

    #[test]
    fn names_say_which_column_is_which() {
        let text = "Eenheid\tSoort kosten\tTarief 2027\tAANTAL 2027\tomschrijving\tAantal 2028\tTarief 2028\nuur\tinhuur\t1,250.50\t2\tTrainer\t\t\n";
        let lines = read(text, &YEARS).unwrap();
        assert_eq!(lines[0].costs, [(2027, 200, Money::from_cents(125_050))]);
        check(
            "Soort kosten\tOmschrijving\tBedrag\nInhuur\tTrainer\t5",
            &[
                "Regel 1, kolom 3: de kolom “Bedrag” kennen wij niet. Wij kennen: Soort kosten, Omschrijving, Eenheid, Aantal 2027, Tarief 2027, Aantal 2028, Tarief 2028. Verander de naam of laat de kolom weg.",
            ],
        );
        check(
            "Soort kosten\tOmschrijving\tEenheid\tAantal 2027\nInhuur\tTrainer\tuur\t5",
            &[
                "Regel 1: deze kolommen ontbreken: Tarief 2027, Aantal 2028, Tarief 2028. Zet ze erbij; ze mogen leeg zijn.",
            ],
        );
        check(
            "Soort\tOmschrijving\tEenheid\tAantal 2027\tTarief 2027\tAantal 2028\tTarief 2028\t\nInhuur\tTrainer\tuur\t1\t2\t\t\t9",
            &[
                "Regel 2, kolom 8: “9” staat in een kolom zonder naam. Zet de naam erboven of laat de kolom weg.",
            ],
        );
    }

    #[test]
    fn every_fault_is_named_by_row_and_column() {
        check(
            "Personeel\t-\tuur\tveel\t12,5\t1.250\t12.50\nInhuur\tTrainer\tuur\t1\t\t\t",
            &[
                "Regel 1, kolom “Soort kosten”: “Personeel” is geen soort kosten. Kies uit: Uren eigen personeel, Inhuur, Materiaal, Overig.",
                "Regel 1, kolom “Omschrijving”: Schrijf op wat u betaalt, bijvoorbeeld “Uren jongerenwerker”.",
                "Regel 1, kolom “Aantal 2027”: “veel” is geen getal. Vul alleen een getal in, bijvoorbeeld 1250,50.",
                "Regel 1, kolom “Tarief 2028”: “12.50” is anders geschreven dan “12,5”. Gebruik overal dezelfde schrijfwijze, bijvoorbeeld 1250,50.",
                "Regel 2, kolom “Tarief 2027”: Het tarief voor 2027 is leeg, maar het aantal niet. Vul beide in of geen van beide.",
            ],
        );
        check(
            "Inhuur\tTrainer\tuur\t1.250\t3\t\t",
            &[
                "Regel 1, kolom “Aantal 2027”: “1.250” kunnen wij op twee manieren lezen: als heel getal en als getal met decimalen. Schrijf het zonder punt of komma tussen de cijfers, of met twee decimalen.",
            ],
        );
        check(
            "Inhuur\tTrainer\tuur\t\t\t\t",
            &[
                "Regel 1, kolom “Aantal 2027”: Deze regel heeft geen aantal en tarief. Vul ze in voor minstens één jaar, of maak de hele regel leeg.",
            ],
        );
        check(
            "",
            &["U hebt nog niets geplakt. Kopieer de regels in uw spreadsheet en plak ze hier."],
        );
        let many = "Inhuur\tTrainer\tuur\t1\t2\t\t\n".repeat(42);
        check(
            &many,
            &["U plakte meer dan 40 regels. Een project heeft er hoogstens 40."],
        );
        check(
            "Inhuur\tTrainer\tuur\t1\t2\t\t\t8",
            &[
                "Regel 1: hier staan 8 kolommen. Wij verwachten er 7: Soort kosten, Omschrijving, Eenheid, Aantal 2027, Tarief 2027, Aantal 2028, Tarief 2028. Of zet de namen van de kolommen in de eerste regel.",
            ],
        );
    }
}
