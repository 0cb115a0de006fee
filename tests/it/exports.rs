//! Exports foot, in every format, and the same state gives the same bytes.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use actix_web::http::StatusCode;
use versterkingsgelden::{
    core::{ids::ApplicationId, money::Money},
    exports::{
        Export, Format, Selection,
        as_of::AsOf,
        awards, budget, entries, file, repr_digest, sha256,
        table::{Cell, Column, Kind, Table, column},
    },
    texts::money,
};

use crate::{
    finance::promise_all,
    support::{TestApp, Who, World, moment, on_both},
};

async fn table(app: &TestApp, export: Export, per: &str) -> Table {
    let as_of = AsOf::parse(per, app.app.store.now()).unwrap();
    app.read(move |conn| {
        let selection = Selection {
            cycle: None,
            as_of,
            closed: Vec::<ApplicationId>::new(),
            site: None,
        };
        export.read(conn, &selection)
    })
    .await
}

fn totals(table: &Table) -> BTreeMap<&'static str, Money> {
    table.totals().unwrap().into_iter().collect()
}

fn csv(table: &Table) -> String {
    String::from_utf8(Format::Csv.write(table).unwrap()).unwrap()
}

on_both! {
    async fn the_journal_adds_up_to_the_state_budget(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        for per in ["", "2026-11-15", "2026-09-01"] {
            let budget = totals(&table(&app, Export::Budget, per).await);
            let entries = totals(&table(&app, Export::Entries, per).await);
            assert_eq!(budget.len(), 10);
            for (name, total) in &budget {
                assert_eq!(entries[name], *total, "{name} {per}");
            }
        }
        let awards = totals(&table(&app, Export::Awards, "").await);
        let table = table(&app, Export::Budget, "").await;
        let budget = totals(&table);
        let finance = app.browser(world.actor(Who::Finance)).await;
        for row in csv(&table).lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            for (figure, at) in [("plafond", 6), ("gereserveerd", 7), ("toegekend", 8), ("betaald", 9), ("vrij", 10)] {
                let page = finance.page(&format!("{}{figure}", cells.last().unwrap())).await;
                let amount = money::amount(Money::parse_plain(cells[at]).unwrap());
                match page.split("<tfoot>").nth(1) {
                    Some(foot) => assert!(foot.contains(&format!(">{amount}<")), "{row} {figure}: {foot}"),
                    None => assert_eq!(amount, "0,00", "{row} {figure}"),
                }
            }
        }
        assert_eq!(awards["toegekend"], budget["toegekend"]);
        assert_eq!(budget["toegekend"], Money::from_euros(170_000));
        assert_eq!(budget["plafond"], Money::from_euros(14_000_000));
    }

    async fn an_address_is_a_link_in_a_workbook_where_the_website_is_known(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        let finance = app.browser(world.actor(Who::Coordinator)).await;
        for (export, column) in [(Export::Budget, "adres"), (Export::Awards, "adres"), (Export::Entries, "adres")] {
            let mut table = table(&app, export, "").await;
            let at = table.columns.iter().position(|it| it.name == column).unwrap();
            let addresses: std::collections::BTreeSet<String> = table.rows.iter().filter_map(|row| match &row[at] {
                Cell::Address(it) => Some(it.clone()),
                _ => None,
            }).collect();
            assert!(!addresses.is_empty());
            let plain = unzipped(&Format::Xlsx.write(&table).unwrap());
            assert!(!plain.first.contains("<hyperlink"), "{}", plain.first);
            let bytes = csv(&table);
            table.site = Some("https://vg.example/".to_owned());
            let linked = unzipped(&Format::Xlsx.write(&table).unwrap());
            assert_eq!(linked.first.matches("<hyperlink ").count(), table.rows.len(), "{export:?}");
            assert_eq!(csv(&table), bytes);
            for address in addresses {
                // The page is there; the link leads to it; what stands in the cell is the address as it was.
                finance.page(&address).await;
                let xml = address.replace('&', "&amp;");
                assert!(linked.rest.contains(&format!("Target=\"https://vg.example{xml}\"")), "{address}: {}", linked.rest);
                assert!(linked.rest.contains(&format!(">{xml}<")), "{address}");
            }
        }
    }

    async fn awards_are_one_row_per_project_and_year(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        let found = csv(&table(&app, Export::Awards, "").await);
        // Before the last column, that names no change here, is an address: from each amount to the
        // lines behind it.
        let lines: Vec<(&str, &str)> = found.lines().map(|it| it.rsplit_once(',').unwrap().0.rsplit_once(',').unwrap()).collect();
        assert!(found.lines().all(|it| it.ends_with(",wijziging") || it.ends_with(',')), "{found}");
        let finance = app.browser(world.actor(Who::Finance)).await;
        for ((line, address), amount) in lines.iter().skip(1).zip(["100.000,00", "70.000,00", ""]) {
            let page = finance.page(address).await;
            let foot = page.split("<tfoot>").nth(1).unwrap_or_default();
            assert!(foot.contains(amount) && (amount.is_empty() == foot.is_empty()), "{line}: {foot}");
        }
        assert_eq!(lines.iter().map(|it| it.0).collect::<Vec<_>>(), [
            "kenmerk,regio,hoofdaanvrager,cbs_code,project,categorie,onderdeel,cyclus,jaar,envelop,begrotingsartikel,aangevraagd,subsidiabel,toegekend,besluit,besluitdatum,uitkomst,status",
            "VG-2027-0000,Delft en omgeving,Delft,GM0503,\"'=Regie; \"\"op orde\"\"\",Basis op orde,Analyse,2027-2028,2027,Basis op orde,36,120000.00,100000.00,100000.00,B-0,2026-12-01,gedeeltelijk toegekend,besloten",
            "VG-2027-0000,Delft en omgeving,Delft,GM0503,\"'=Regie; \"\"op orde\"\"\",Basis op orde,Analyse,2027-2028,2028,Basis op orde,36,90000.00,80000.00,70000.00,B-0,2026-12-01,gedeeltelijk toegekend,besloten",
            "VG-2027-0002,Gooi en Vechtstreek,Huizen,GM0406,Pilot,Eenjarig flexibel,Innovatie,2027-2028,2027,Eenjarig flexibel,36,30000.00,30000.00,0.00,B-2,2026-12-01,afgewezen,besloten",
        ]);
        let before = table(&app, Export::Awards, "2026-11-30").await;
        assert_eq!((before.rows.len(), totals(&before)["toegekend"]), (0, Money::ZERO));
    }

    async fn the_same_state_gives_the_same_bytes(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        for export in Export::ALL {
            for format in Format::ALL {
                let mut files = Vec::new();
                for _ in 0..2 {
                    let table = table(&app, *export, "2026-11-15").await;
                    files.push(file(&table, *format).unwrap());
                }
                assert_eq!(files[0], files[1], "{export:?} {format:?}");
            }
        }
    }

    async fn an_empty_database_exports_heads_and_zeros(app: TestApp) {
        for export in Export::ALL {
            let table = table(&app, *export, "").await;
            assert_eq!(table.rows.len(), 0);
            assert!(table.totals().unwrap().iter().all(|(_, it)| it.is_zero()));
            assert_eq!(csv(&table).lines().count(), 1);
            let sheets = unzipped(&Format::Xlsx.write(&table).unwrap());
            assert!(sheets.first.contains("<sheetData>"));
        }
    }

    async fn a_download_carries_what_accounts_for_it(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        let browser = app.browser(world.actor(Who::Finance)).await;
        let cycle = &world.cycle;
        let reply = browser.get(&format!("/exports/begroting?formaat=csv&cyclus={cycle}")).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!(reply.body.starts_with("cyclus,jaar,envelop,"));
        assert_eq!(reply.body.lines().count(), 1 + 8);
        let account = browser.page(&format!("/exports/begroting?cyclus={cycle}")).await;
        assert!(account.contains(&sha256(reply.body.as_bytes())));
        assert!(account.contains("<dt>Aantal regels</dt><dd>8</dd>"));
        assert!(account.contains("€\u{a0}14.000.000,00"));
        // Nobody else's business.
        let editor = app.browser(world.actor(Who::Delft)).await;
        assert_eq!(editor.get("/exports").await.status, StatusCode::FORBIDDEN);
        let refused = browser.get("/exports/begroting?formaat=csv&per=32-1-2026").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

/// The words and numbers of the XLSX of the story: what another program reads from the file.
#[actix_web::test]
async fn a_workbook_has_numbers_as_numbers_and_the_totals_of_the_csv() {
    let app = TestApp::sqlite();
    let world = World::new(&app).await;
    promise_all(&app, &world).await;
    let table = table(&app, Export::Budget, "").await;
    let bytes = Format::Xlsx.write(&table).unwrap();
    if let Ok(directory) = std::env::var("LOOK") {
        std::fs::write(format!("{directory}/begroting.xlsx"), &bytes).unwrap();
        std::fs::write(format!("{directory}/begroting.csv"), csv(&table)).unwrap();
    }
    let sheets = unzipped(&bytes);
    // Row 2 is the first: cyclus, jaar, ..., plafond in G, vrij in K. The totals are in row 10.
    let number = |cell: &str| {
        let found = sheets.first.split(&format!("r=\"{cell}\"")).nth(1).unwrap();
        let tag = found.split('>').next().unwrap();
        assert!(!tag.contains("t="), "{cell} is text: {tag}");
        let value = found.split("<v>").nth(1).unwrap();
        value.split("</v>").next().unwrap().to_owned()
    };
    assert_eq!(number("B2"), "2027");
    assert_eq!(number("G2"), "4500000");
    let sums = totals(&table);
    for (column, name) in ["G", "H", "I", "J", "K"].iter().zip([
        "plafond",
        "gereserveerd",
        "toegekend",
        "betaald",
        "vrij",
    ]) {
        let written = Money::parse_plain(&number(&format!("{column}10"))).unwrap();
        assert_eq!(written, sums[name], "{name}");
    }
    let hash = sha256(csv(&table).as_bytes());
    for expected in [
        hash.as_str(),
        "Verantwoording",
        "SHA-256 van de CSV",
        "Aantal regels",
    ] {
        assert!(sheets.rest.contains(expected), "{expected}");
    }
}

#[test]
fn what_people_type_is_no_formula_in_a_spreadsheet() {
    const COLUMNS: &[Column] = &[
        column("tekst", Kind::Text, ""),
        column("bedrag", Kind::Money, ""),
        column("dag", Kind::Date, ""),
        column("moment", Kind::Moment, ""),
    ];
    let day = "2027-01-09".parse().unwrap();
    let row = |text: &str, cents| {
        vec![
            Cell::from(text),
            Cell::Money(Money::from_cents(cents)),
            Cell::Date(day),
            Cell::Moment(moment("2027-07-01T22:30:05")),
        ]
    };
    let table = Table {
        name: "proef",
        columns: COLUMNS,
        rows: vec![
            row("=HYPERLINK(\"x\")", 123_450),
            row("-2+3", -5),
            row("@som", 1),
            row("a;b, \"c\"\r\nd", 100),
            row("gewoon - tekst", 0),
        ],
        cycle: None,
        as_of: moment("2026-11-23T08:12:00"),
        site: None,
        left_out: 0,
    };
    assert_eq!(
        csv(&table),
        "tekst,bedrag,dag,moment\r\n\
         \"'=HYPERLINK(\"\"x\"\")\",1234.50,2027-01-09,2027-07-02T00:30:05+02:00\r\n\
         '-2+3,-0.05,2027-01-09,2027-07-02T00:30:05+02:00\r\n\
         '@som,0.01,2027-01-09,2027-07-02T00:30:05+02:00\r\n\
         \"a;b, \"\"c\"\"\r\nd\",1.00,2027-01-09,2027-07-02T00:30:05+02:00\r\n\
         gewoon - tekst,0.00,2027-01-09,2027-07-02T00:30:05+02:00\r\n"
    );
    let dutch = String::from_utf8(Format::CsvExcel.write(&table).unwrap()).unwrap();
    assert_eq!(
        dutch,
        "\u{feff}tekst;bedrag;dag;moment\r\n\
         \"'=HYPERLINK(\"\"x\"\")\";1234,50;09-01-2027;02-07-2027 00:30:05\r\n\
         '-2+3;-0,05;09-01-2027;02-07-2027 00:30:05\r\n\
         '@som;0,01;09-01-2027;02-07-2027 00:30:05\r\n\
         \"a;b, \"\"c\"\"\r\nd\";1,00;09-01-2027;02-07-2027 00:30:05\r\n\
         gewoon - tekst;0,00;09-01-2027;02-07-2027 00:30:05\r\n"
    );
    let json: serde_json::Value =
        serde_json::from_slice(&Format::Json.write(&table).unwrap()).unwrap();
    assert_eq!(json["regels"][0]["tekst"], "=HYPERLINK(\"x\")");
    assert_eq!(json["regels"][1]["bedrag"], "-0.05");
    assert_eq!(json["totalen"]["bedrag"], "1235.46");
    assert_eq!(json["stand_van"], "2026-11-23T09:12:00+01:00");
    assert_eq!(json["sha256_csv"], sha256(csv(&table).as_bytes()));
    // In a workbook a text is a text.
    let sheets = unzipped(&Format::Xlsx.write(&table).unwrap());
    assert!(!sheets.first.contains("<f>"));
}

#[test]
fn a_digest_is_written_as_the_header_wants_it() {
    // RFC 9530, the digest of the empty representation.
    assert_eq!(
        repr_digest(b""),
        "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
    );
}

/// The columns are a contract: a change here is a change for whoever reads the files.
#[test]
fn the_columns_stand_in_the_documentation() {
    let mut text = String::new();
    for (export, columns) in [
        (Export::Awards, awards::COLUMNS),
        (Export::Budget, budget::COLUMNS),
        (Export::Entries, entries::COLUMNS),
    ] {
        text.push_str(&format!(
            "## {}\n\n{}\n\n| kolom | soort | wat erin staat |\n| --- | --- | --- |\n",
            export.as_str(),
            export.about()
        ));
        for it in columns {
            let kind = match it.kind {
                Kind::Text => "tekst",
                Kind::Int => "getal",
                Kind::Money => "bedrag",
                Kind::Date => "datum",
                Kind::Moment => "moment",
            };
            text.push_str(&format!("| `{}` | {kind} | {} |\n", it.name, it.about));
        }
        text.push('\n');
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/exports.md");
    let documented = std::fs::read_to_string(path).unwrap();
    assert!(documented.contains(&text), "docs/exports.md lacks:\n{text}");
}

struct Sheets {
    /// The first sheet.
    first: String,
    /// All other parts together.
    rest: String,
}

/// A workbook is a zip of XML files.
fn unzipped(bytes: &[u8]) -> Sheets {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut sheets = Sheets {
        first: String::new(),
        rest: String::new(),
    };
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let is_first = part.name().unwrap() == "xl/worksheets/sheet1.xml";
        let text = if is_first {
            &mut sheets.first
        } else {
            &mut sheets.rest
        };
        part.read_to_string(text).unwrap();
    }
    sheets
}
