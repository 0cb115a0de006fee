//! What is handed out comes back as it went, whichever program had it open.

use std::{fs, path::Path, process::Command};

use versterkingsgelden::{
    applications::project::{LineKind, incoming::NewLine},
    core::money::Money,
};

use super::{as_typed, handed_out, taken_in, two_projects};

#[test]
fn our_own_workbook_comes_back_as_it_went() {
    let drafts = two_projects();
    let file = handed_out(&drafts);
    assert_eq!(
        file,
        handed_out(&drafts),
        "the same state gives the same bytes"
    );
    let (lines, notes) = taken_in(&file, &drafts).unwrap();
    assert_eq!(lines, as_typed(&drafts));
    assert_eq!(lines[&0].len(), 2);
    assert_eq!(notes, [""; 0]);
}

#[test]
fn what_cannot_be_read_is_handed_out_as_it_was_typed() {
    let mut drafts = two_projects();
    drafts[0].answers.set("regel.3.tarief.2027", "92.35");
    let faults = taken_in(&handed_out(&drafts), &drafts).map(|it| it.0);
    // A point is no Dutch decimal mark, but in a workbook it can be told apart.
    let lines = faults.unwrap();
    assert_eq!(
        lines[&0][1].costs,
        [(2027, 12_050, Money::from_cents(9_235))]
    );
    drafts[0].answers.set("regel.3.tarief.2027", "veel");
    let faults = taken_in(&handed_out(&drafts), &drafts).unwrap_err();
    assert_eq!(
        faults,
        ["Begroting, cel F3: “veel” is geen getal. Vul alleen een getal in, bijvoorbeeld 1250,50."]
    );
}

/// What the other program adds: a line of the second project.
fn a_line() -> NewLine {
    NewLine {
        kind: LineKind::Material,
        description: "Folders".to_owned(),
        unit: "stuk".to_owned(),
        costs: vec![(2028, 100_050, Money::from_cents(125))],
    }
}

fn check(directory: &Path) {
    let drafts = two_projects();
    let same = fs::read(directory.join("uit.xlsx")).unwrap();
    let (lines, notes) = taken_in(&same, &drafts).unwrap();
    assert_eq!(lines, as_typed(&drafts));
    assert_eq!(notes, [""; 0]);
}

#[test]
#[ignore = "needs Python with openpyxl; tests/run sees to that"]
fn openpyxl_gives_it_back_as_it_went_and_filled_in() {
    let drafts = two_projects();
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("in.xlsx"), handed_out(&drafts)).unwrap();
    let script = "import openpyxl
book = openpyxl.load_workbook('in.xlsx')
book.save('uit.xlsx')
sheet = book['Begroting']
row = sheet.max_row + 1
for column, value in enumerate(['2. Proef', 'Materiaal', 'Folders', 'stuk', None, None, 1000.5, 1.25], 1):
    sheet.cell(row, column).value = value
book.save('gevuld.xlsx')
";
    let python = std::env::var("VG_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let status = Command::new(python)
        .args(["-c", script])
        .current_dir(directory.path())
        .status()
        .unwrap();
    assert!(status.success());
    check(directory.path());
    let filled = fs::read(directory.path().join("gevuld.xlsx")).unwrap();
    let (lines, _) = taken_in(&filled, &drafts).unwrap();
    assert_eq!(lines[&1].last(), Some(&a_line()));
    assert_eq!(lines[&0], as_typed(&drafts)[&0]);
}

#[test]
#[ignore = "needs LibreOffice; tests/run sees to that"]
fn libreoffice_gives_it_back_as_it_went() {
    let directory = tempfile::tempdir().unwrap();
    let into = directory.path().join("out");
    fs::create_dir(&into).unwrap();
    fs::write(
        directory.path().join("uit.xlsx"),
        handed_out(&two_projects()),
    )
    .unwrap();
    let status = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}/profile",
            directory.path().display()
        ))
        .args(["--headless", "--convert-to", "xlsx", "--outdir"])
        .arg(&into)
        .arg(directory.path().join("uit.xlsx"))
        .status()
        .unwrap();
    assert!(status.success());
    check(&into);
}
