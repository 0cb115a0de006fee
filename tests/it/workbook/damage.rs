//! Damage of every kind: each gets an answer that names the cell or the reason, within two seconds
//! and 200 MiB. Measured in a process of its own for each file.

use std::{collections::BTreeMap, fs, process::Command, time::Instant};

use super::{handed_out, packed, parts, taken_in, two_projects, with_cells, with_part};

const SHEET: &str = "xl/worksheets/sheet2.xml";
const MOST_MILLISECONDS: u128 = 2_000;
const MOST_KIB: u64 = 200 * 1024;
const LYING: usize = 48 * 1024 * 1024;

/// A kind of damage, and the start of what is said about it.
struct Damage {
    name: &'static str,
    file: Vec<u8>,
    says: &'static str,
}

fn text(cell: &str, text: &str) -> String {
    format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}

fn number(cell: &str, number: &str) -> String {
    format!("<c r=\"{cell}\"><v>{number}</v></c>")
}

fn cell(name: &'static str, cell: &str, says: &'static str) -> Damage {
    Damage {
        name,
        file: with_cells(&handed_out(&two_projects()), &[cell]),
        says,
    }
}

fn damages() -> Vec<Damage> {
    let sound = handed_out(&two_projects());
    let mut all = in_cells();
    all.extend(in_sheets(&sound));
    all.extend(in_the_file(&sound));
    all
}

fn in_cells() -> Vec<Damage> {
    vec![
        cell(
            "a word for a number",
            &text("E2", "veel"),
            "Begroting, cel E2: “veel” is geen getal.",
        ),
        cell(
            "true for a number",
            "<c r=\"E2\" t=\"b\"><v>1</v></c>",
            "Begroting, cel E2: hier staat WAAR of ONWAAR.",
        ),
        cell(
            "a formula that failed",
            "<c r=\"F2\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>",
            "Begroting, cel F2: hier staat de foutmelding #DIV/0!.",
        ),
        cell(
            "a formula that was never computed",
            "<c r=\"F2\"><f>5*5</f></c>",
            "Begroting, cel F2: hier staat een formule zonder uitkomst.",
        ),
        cell(
            "a formula for a text",
            "<c r=\"C2\" t=\"str\"><f>B9</f><v>Trainer</v></c>",
            "Begroting, cel C2: hier staat een formule.",
        ),
        cell(
            "below zero",
            &number("F2", "-1250.5"),
            "Begroting, cel F2: “-1250.5” is lager dan nul.",
        ),
        cell(
            "a billion",
            &number("F2", "1000000000"),
            "Begroting, cel F2: “1000000000” is te hoog.",
        ),
        cell(
            "a billion as text",
            &text("F2", "1e9"),
            "Begroting, cel F2: “1e9” is geen getal.",
        ),
        cell(
            "twenty digits",
            &number("F2", "12345678901234567890"),
            "Begroting, cel F2: “12345678901234567000” is te hoog.",
        ),
        cell(
            "a number beyond all numbers",
            &number("F2", "1E+300"),
            "Begroting, cel F2: “100000000000000005250476025520…” is te hoog.",
        ),
        cell(
            "tenths of a cent",
            &number("F2", "12.345"),
            "Begroting, cel F2: “12.345” heeft meer dan twee decimalen.",
        ),
        cell(
            "a number in two ways",
            &text("F2", "1.250"),
            "Begroting, cel F2: “1.250” kunnen wij op twee manieren lezen",
        ),
        cell(
            "half a line",
            &text("F2", " "),
            "Begroting, cel F2: Het tarief voor 2027 is leeg, maar het aantal niet.",
        ),
        cell(
            "a kind that is none",
            &text("B2", "Personeel"),
            "Begroting, cel B2: “Personeel” is geen soort kosten. Kies uit: Uren eigen personeel, Inhuur, Materiaal, Overig.",
        ),
        cell(
            "an unknown project",
            &text("A4", "3. Ander project"),
            "Begroting, cel A4: het project “3. Ander project” kennen wij niet",
        ),
        cell(
            "no project",
            &text("A4", ""),
            "Begroting, cel A4: Kies bij welk project deze regel hoort",
        ),
        cell(
            "no description",
            &text("C2", "n.v.t."),
            "Begroting, cel C2: Schrijf op wat u betaalt",
        ),
        cell(
            "a renamed column",
            &text("C1", "Wat"),
            "Begroting, cel C1: hier hoort “Omschrijving” te staan; er staat “Wat”.",
        ),
        cell(
            "an extra column",
            &text("I3", "mijn notitie"),
            "Begroting, cel I3: hier staat iets in een kolom die wij niet kennen.",
        ),
        cell(
            "a cell in the last corner",
            &number("XFD1048576", "1"),
            "Begroting, cel XFD1048576: het blad gaat verder dan rij 3000.",
        ),
        cell(
            "a text of a page",
            &text("C2", &"lang ".repeat(60)),
            "Begroting, cel C2: De tekst is 299 tekens lang.",
        ),
    ]
}

fn in_sheets(sound: &[u8]) -> Vec<Damage> {
    let line = "<row r=\"ROW\"><c r=\"AROW\" t=\"inlineStr\"><is><t>2. Proef</t></is></c><c r=\"BROW\" t=\"inlineStr\"><is><t>Inhuur</t></is></c><c r=\"EROW\"><v>1</v></c></row>";
    let rows = |from: u32, to: u32| -> String {
        (from..=to)
            .map(|it| line.replace("ROW", &it.to_string()))
            .collect()
    };
    let with_rows = |from, to| {
        with_part(sound, SHEET, |it| {
            it.replace("</sheetData>", &format!("{}</sheetData>", rows(from, to)))
        })
    };
    let twice = "<row r=\"5\"><c r=\"A5\" t=\"inlineStr\"><is><t>2. Proef</t></is></c><c r=\"B5\" t=\"inlineStr\"><is><t>Inhuur</t></is></c><c r=\"C5\" t=\"inlineStr\"><is><t>Inhuur trainer</t></is></c><c r=\"D5\" t=\"inlineStr\"><is><t>stuk</t></is></c><c r=\"G5\"><v>1</v></c><c r=\"H5\"><v>25000</v></c></row>";
    vec![
        Damage {
            name: "merged cells",
            file: with_part(sound, SHEET, |it| {
                it.replace(
                    "</sheetData>",
                    "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"D2:E3\"/></mergeCells>",
                )
            }),
            says: "Begroting, cel D2:E3: deze cellen zijn samengevoegd.",
        },
        Damage {
            name: "a hidden sheet",
            file: with_part(sound, "xl/workbook.xml", |it| {
                it.replace(
                    "<sheet name=\"Begroting\"",
                    "<sheet name=\"Begroting\" state=\"hidden\"",
                )
            }),
            says: "Het blad “Begroting” is verborgen.",
        },
        Damage {
            name: "a renamed sheet",
            file: with_part(sound, "xl/workbook.xml", |it| {
                it.replace("name=\"Begroting\"", "name=\"Blad2\"")
            }),
            says: "Het blad “Begroting” ontbreekt.",
        },
        Damage {
            name: "the workbook of another application",
            file: with_part(sound, "xl/sharedStrings.xml", |it| {
                it.replace("<t>VG-2027-0503</t>", "<t>VG-2027-0513</t>")
            }),
            says: "Dit werkblad hoort bij aanvraag “VG-2027-0513”, niet bij VG-2027-0503.",
        },
        Damage {
            name: "a hundred thousand rows",
            file: with_rows(5, 100_000),
            says: "Uitgepakt is het bestand groter dan 12 MB",
        },
        Damage {
            name: "ten thousand rows",
            file: with_rows(5, 10_000),
            says: "Begroting, cel A3001: het blad gaat verder dan rij 3000.",
        },
        Damage {
            name: "a date for an amount",
            file: a_date(sound),
            says: "Begroting, cel F2: hier staat een datum of tijd.",
        },
        Damage {
            name: "a line that is there twice",
            file: with_part(sound, SHEET, |it| {
                it.replace("</sheetData>", &format!("{twice}</sheetData>"))
            }),
            says: "Begroting, rij 5: deze regel is precies gelijk aan Begroting, rij 4.",
        },
    ]
}

/// A cell with a format of its own, of which the library says that it is a date.
fn a_date(sound: &[u8]) -> Vec<u8> {
    let dated = with_part(sound, "xl/styles.xml", |it| {
        let at = it.find("</cellXfs>").unwrap();
        let (before, after) = it.split_at(at);
        let count = before[before.find("<cellXfs").unwrap()..]
            .matches("<xf ")
            .count();
        assert!(count < 90);
        format!(
            "{before}<xf numFmtId=\"14\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>{after}"
        )
    });
    let styles = String::from_utf8(parts(&dated).remove("xl/styles.xml").unwrap()).unwrap();
    let xfs = &styles[styles.find("<cellXfs").unwrap()..styles.find("</cellXfs>").unwrap()];
    let last = xfs.matches("<xf ").count() - 1;
    with_cells(
        &dated,
        &[&format!("<c r=\"F2\" s=\"{last}\"><v>46000</v></c>")],
    )
}

fn in_the_file(sound: &[u8]) -> Vec<Damage> {
    let with = |name: &str, bytes: &[u8]| {
        let mut all = parts(sound);
        all.insert(name.to_owned(), bytes.to_vec());
        packed(&all)
    };
    let zip_of = |all: &[(&str, &[u8])]| {
        let all: BTreeMap<String, Vec<u8>> = all
            .iter()
            .map(|(name, it)| ((*name).to_owned(), it.to_vec()))
            .collect();
        packed(&all)
    };
    let many: BTreeMap<String, Vec<u8>> = (0..500)
        .map(|it| (format!("xl/{it}.xml"), Vec::new()))
        .collect();
    let mut ole = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    ole.resize(4_096, 0);
    let damage = |name, file, says| Damage { name, file, says };
    vec![
        damage("nothing", Vec::new(), "Het bestand is leeg."),
        damage(
            "a text",
            b"Project;Soort kosten\r\n1;Inhuur\r\n".to_vec(),
            "Dit is geen Excel-werkblad (.xlsx).",
        ),
        damage(
            "half a file",
            sound[..sound.len() / 2].to_vec(),
            "Het bestand is beschadigd of niet helemaal aangekomen.",
        ),
        damage(
            "a file with a hole in it",
            holed(sound),
            "Het bestand is beschadigd of niet helemaal aangekomen.",
        ),
        damage(
            "a password, or an old file",
            ole,
            "Dit bestand is met een wachtwoord beveiligd, of het is een oud Excel-bestand (.xls).",
        ),
        damage(
            "an OpenDocument file",
            zip_of(&[
                (
                    "mimetype",
                    b"application/vnd.oasis.opendocument.spreadsheet",
                ),
                ("content.xml", b"<x/>"),
            ]),
            "Dit is een OpenDocument-bestand (.ods).",
        ),
        damage(
            "a binary workbook",
            zip_of(&[("xl/workbook.bin", b"x")]),
            "Dit is een binair Excel-bestand (.xlsb).",
        ),
        damage(
            "a letter",
            zip_of(&[("word/document.xml", b"<x/>")]),
            "Dit is wel een ingepakt bestand, maar geen Excel-werkblad",
        ),
        damage(
            "macros",
            with("xl/vbaProject.bin", b"x"),
            "Er zitten macro’s in het bestand.",
        ),
        damage(
            "a file for macros",
            with_part(sound, "[Content_Types].xml", |it| {
                it.replace("spreadsheetml.sheet.main", "macroEnabled.main")
            }),
            "Dit is een bestand voor macro’s (.xlsm).",
        ),
        damage(
            "a link to another file",
            with("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
            "Het bestand verwijst naar een ander bestand.",
        ),
        damage(
            "a file in the file",
            with("xl/embeddings/oleObject1.bin", b"x"),
            "Er zit een ander bestand of een besturingselement in het werkblad.",
        ),
        damage(
            "a zip bomb",
            with("xl/media/image1.png", &vec![0; 64 * 1024 * 1024]),
            "Uitgepakt is het bestand groter dan 12 MB",
        ),
        damage(
            "a zip bomb that lies about its size",
            lying(&with("xl/theme/theme1.xml", &vec![0; LYING])),
            "Het bestand is beschadigd",
        ),
        damage(
            "very many parts",
            packed(&many),
            "Het bestand bestaat uit 500 onderdelen",
        ),
        damage(
            "a text that grows",
            with_part(sound, "xl/sharedStrings.xml", |it| {
                it.replacen("?>", "?><!DOCTYPE x [<!ENTITY a \"aaaa\">]>", 1)
            }),
            "Er staat iets in het bestand dat in geen werkblad hoort.",
        ),
        damage(
            "texts that are not there",
            with_part(sound, "xl/sharedStrings.xml", |_| "<sst/>".to_owned()),
            "Het bestand is beschadigd",
        ),
        damage(
            "half a sheet",
            with_part(sound, SHEET, |it| {
                it.split("<row r=\"3\"").next().unwrap().to_owned()
            }),
            "Het bestand is beschadigd",
        ),
    ]
}

/// A zip whose directory and headers claim that the largest part is a thousand bytes.
fn lying(zip: &[u8]) -> Vec<u8> {
    let size = u32::try_from(LYING).unwrap().to_le_bytes();
    let mut res = zip.to_vec();
    let places: Vec<usize> = res
        .windows(4)
        .enumerate()
        .filter(|(_, it)| *it == size)
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        res[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    res
}

/// The sound file with twenty bytes of its largest part overwritten.
fn holed(sound: &[u8]) -> Vec<u8> {
    let mut res = sound.to_vec();
    let at = res.windows(6).position(|it| it == b"sheet2").unwrap() + 60;
    res[at..at + 20].fill(0xFF);
    res
}

/// Reads the file that is named in the environment, in a process of its own.
#[test]
#[ignore = "is run by the test below, with a file"]
fn one_file() {
    let Ok(path) = std::env::var("VG_WORKBOOK") else {
        return;
    };
    let file = fs::read(path).unwrap();
    let drafts = two_projects();
    let before = Instant::now();
    let read = taken_in(&file, &drafts);
    let took = before.elapsed().as_millis();
    let said = match read {
        Ok((_, notes)) => format!("taken in, {notes:?}"),
        Err(faults) => faults.join(" | "),
    };
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|it| it.strip_prefix("VmHWM:"))
        .unwrap();
    println!(
        "\nSAID {said}\nTOOK {took}\nPEAK {}",
        peak.trim().trim_end_matches(" kB")
    );
}

#[test]
fn every_damage_is_answered_with_its_place_in_two_seconds_and_200_mib() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("begroting.xlsx");
    let all = damages();
    assert!(20 <= all.len());
    let mut wrong = Vec::new();
    for it in all {
        fs::write(&path, &it.file).unwrap();
        let output = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "workbook::damage::one_file",
                "--ignored",
                "--nocapture",
            ])
            .env("VG_WORKBOOK", &path)
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let of = |name: &str| {
            let line = printed.lines().find_map(|it| it.strip_prefix(name));
            line.unwrap_or("nothing").to_owned()
        };
        let (said, took, peak) = (of("SAID "), of("TOOK "), of("PEAK "));
        println!(
            "{}: {took} ms, {peak} KiB, {} bytes: {said}",
            it.name,
            it.file.len()
        );
        let is_bounded = took.parse().is_ok_and(|it: u128| it <= MOST_MILLISECONDS)
            && peak.parse().is_ok_and(|it: u64| it <= MOST_KIB);
        if !said.starts_with(it.says) || !is_bounded {
            wrong.push(format!("{}: {said} ({took} ms, {peak} KiB)", it.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn numbers_as_text_and_outcomes_of_formulas_are_read_and_said() {
    let drafts = two_projects();
    let file = with_cells(
        &handed_out(&drafts),
        &[
            &text("F2", " 55\u{a0}780,00 "),
            "<c r=\"H2\"><f>2*31880</f><v>63760</v></c>",
        ],
    );
    let (lines, notes) = taken_in(&file, &drafts).unwrap();
    assert_eq!(lines, super::as_typed(&drafts));
    assert_eq!(
        notes,
        [
            "Begroting, cel H2: van de formule namen wij de uitkomst over: 63760.",
            "Begroting, cel F2: “55\u{a0}780,00” stond er als tekst. Wij lazen 55.780,00.",
        ]
    );
}
