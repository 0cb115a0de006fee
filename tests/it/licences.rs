//! Every crate that is built in has a licence that `deny.toml` allows.
use std::{collections::BTreeMap, fs, process::Command};

use serde::Deserialize;

#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    license: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
}

/// The list of cargo-deny, checked without cargo-deny: it stands in one place and needs no further program.
#[test]
fn every_crate_has_a_licence_that_we_allow() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml")).unwrap();
    let Deny { licenses } = toml::from_str(&text).unwrap();
    let refused: Vec<String> = packages()
        .into_iter()
        .filter(|it| {
            let more = licenses.exceptions.iter().filter(|e| e.name == it.name);
            let allowed: Vec<&str> = licenses
                .allow
                .iter()
                .chain(more.flat_map(|e| &e.allow))
                .map(String::as_str)
                .collect();
            !it.license
                .as_deref()
                .is_some_and(|text| is_allowed(text, &allowed))
        })
        .map(|it| format!("{}: {:?}", it.name, it.license))
        .collect();
    assert!(refused.is_empty(), "not allowed:\n{}", refused.join("\n"));
}

/// The crates that Linux needs, with the default features, for building and for testing.
fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {error}");
    let Metadata { packages, resolve } = serde_json::from_slice(&output.stdout).unwrap();
    let mut by_id: BTreeMap<String, Package> =
        packages.into_iter().map(|it| (it.id.clone(), it)).collect();
    let used: Vec<Package> = resolve
        .nodes
        .iter()
        .filter_map(|it| by_id.remove(&it.id))
        .collect();
    assert!(100 < used.len(), "only {} crates were seen", used.len());
    used
}

/// An SPDX expression: `AND` wants both sides, `OR` (in older manifests `/`) one.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let text = expression.replace('/', " OR ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    any_of(&text, allowed)
}

fn any_of(text: &str, allowed: &[&str]) -> bool {
    split_outside_brackets(text, " OR ")
        .iter()
        .any(|it| all_of(it, allowed))
}

fn all_of(text: &str, allowed: &[&str]) -> bool {
    split_outside_brackets(text, " AND ").iter().all(|it| {
        match it.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
            Some(inner) => any_of(inner, allowed),
            None => allowed.contains(it),
        }
    })
}

fn split_outside_brackets<'a>(text: &'a str, by: &str) -> Vec<&'a str> {
    let (mut res, mut rest, mut from) = (Vec::new(), text, 0);
    while let Some(at) = rest
        .get(from..)
        .and_then(|it| it.find(by))
        .map(|it| it + from)
    {
        let (left, right) = rest.split_at(at);
        if left.matches('(').count() == left.matches(')').count() {
            res.push(left);
            rest = right.strip_prefix(by).unwrap_or(right);
            from = 0;
        } else {
            from = at + by.len();
        }
    }
    res.push(rest);
    res
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let allowed = ["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"];
    for yes in [
        "MIT",
        "GPL-3.0 OR MIT",
        "GPL-3.0/MIT",
        "GPL-3.0 / MIT",
        "(MIT OR GPL-3.0) AND Zlib",
        "Zlib AND (GPL-3.0 OR (MIT AND Zlib))",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(is_allowed(yes, &allowed), "{yes}");
    }
    for no in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "Apache-2.0",
        "(MIT OR Zlib) AND GPL-3.0",
        "GPL-3.0 AND (MIT OR Zlib)",
        "GPL-3.0 OR (MIT AND GPL-3.0)",
    ] {
        assert!(!is_allowed(no, &allowed), "{no}");
    }
}
