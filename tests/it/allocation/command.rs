//! `allocate` as a program: bytes, exit statuses, where things are written.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use sha2::{Digest, Sha256};

use super::*;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_versterkingsgelden"))
        .arg("allocate")
        .args(arguments)
        .output()
        .unwrap()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_same_file_gives_the_same_bytes_and_anyone_can_check_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "in.json", &a_file().to_string());
    let to = folder.path().join("out.json");
    let once = run(&["--input", &file]);
    let again = run(&["--input", &file, "--output", to.to_str().unwrap()]);
    assert_eq!(
        once.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&once.stderr)
    );
    assert!(once.stderr.is_empty() && again.stdout.is_empty());
    assert_eq!(once.stdout, fs::read(&to).unwrap());
    let outcome: Outcome = serde_json::from_slice(&once.stdout).unwrap();
    // The keys of the example are plain ASCII, so that serde_json's sorted compact form is RFC 8785.
    let canonical = a_file().to_string();
    let expected: String = Sha256::digest(canonical.as_bytes())
        .iter()
        .map(|it| format!("{it:02x}"))
        .collect();
    assert_eq!(outcome.input_sha256, expected);
}

#[test]
fn the_order_of_the_projects_in_the_file_has_no_meaning() {
    let mut input = a_division([100, 50]);
    input.categories = vec![a_category(
        "c",
        EnvelopeMode::AtMost,
        &[100, 50],
        Method::ProRata,
    )];
    input.projects = (0..9)
        .map(|it| a_project(&format!("p{it}"), "c", 7, &[17, 11]))
        .collect();
    let forward = divide(input.clone());
    input.projects.reverse();
    let backward = divide(input);
    assert_eq!(forward.awards, backward.awards);
    assert_eq!(forward.trace, backward.trace);
}

#[test]
fn an_input_made_in_the_program_is_the_file_it_writes() {
    let read = FrozenInput::read(&a_file().to_string()).unwrap();
    let made = FrozenInput::new((*read).clone()).unwrap();
    assert_eq!(made.canonical(), read.canonical());
    assert_eq!(FrozenInput::read(made.canonical()).unwrap(), made);
}

#[test]
fn the_exit_status_tells_a_finding_from_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = a_file();
    file["rounding"] = json!("0.00");
    let refused = run(&[
        "--input",
        &write(folder.path(), "refused.json", &file.to_string()),
    ]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stdout.is_empty());
    assert_eq!(
        String::from_utf8(refused.stderr).unwrap(),
        "rounding: De afronding moet meer dan 0 zijn, bijvoorbeeld 1.00.\n"
    );

    let mut file = a_file();
    file["applicants"]["GM0518"]["at_least"]["2027"] = json!("120000.01");
    let infeasible = run(&[
        "--input",
        &write(folder.path(), "infeasible.json", &file.to_string()),
    ]);
    assert_eq!(infeasible.status.code(), Some(1));
    let outcome: Outcome = serde_json::from_slice(&infeasible.stdout).unwrap();
    assert_eq!(outcome.status, Status::Infeasible);

    assert_eq!(run(&[]).status.code(), Some(2));
    assert_eq!(
        run(&["--input", "/does/not/exist.json"]).status.code(),
        Some(2)
    );
    let good = write(folder.path(), "good.json", &a_file().to_string());
    assert_eq!(
        run(&["--input", &good, "--output", "/does/not/exist.json"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn the_explanation_has_every_award_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "in.json", &a_file().to_string());
    let output = run(&["--input", &file, "--explain"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(
        "GM0518-1  2027        120.000,00  Plaats 1 van 1 met score 7,50: €\u{a0}120.000,00 past in de €\u{a0}2.000.000,00 die nog over was voor preventie."
    ), "{text}");
    assert!(
        text.contains(
            "\nHoe het ging\n- Voor preventie was in 2027 €\u{a0}2.000.000,00 beschikbaar"
        )
    );
}
