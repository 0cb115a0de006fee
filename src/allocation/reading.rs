//! From JSON text to an [`Input`], with every finding at once.
//!
//! Serde stops at the first mistake and lets the last of two equal keys win. Here a person corrects
//! the file, so the text becomes a tree first and the tree is walked.

use std::collections::BTreeMap;

use super::{
    input::{ApplicantRule, CategoryRule, Finding, Input, Method, Project, Refused, TieKey, Year},
    json::Node,
    score::{Score, ScoreError},
    validation,
};
use crate::core::{
    category::EnvelopeMode,
    money::{Money, MoneyError},
};

/// Reads the text. The tree is what the hash is taken of.
pub(super) fn read(json: &str) -> Result<(Input, Node), Refused> {
    let node: Node = serde_json::from_str(json).map_err(|err| {
        Refused(vec![Finding::new(
            "",
            format!(
                "Dit is geen geldig JSON-bestand. De fout staat op regel {}, teken {}.",
                err.line(),
                err.column()
            ),
        )])
    })?;
    let mut reader = Reader::default();
    let input = reader.input(&node);
    let mut findings = reader.findings;
    let foundation_stands = findings.iter().all(|it| element(&it.path).is_some());
    if foundation_stands {
        let unread: Vec<String> = findings
            .iter()
            .filter_map(|it| element(&it.path).map(str::to_owned))
            .collect();
        // What could not be read has no value to judge: a second finding there would be an echo.
        findings.extend(validation::findings(&input).into_iter().filter(|it| {
            element(&it.path).is_none_or(|part| !unread.iter().any(|other| other == part))
        }));
    }
    if findings.is_empty() {
        Ok((input, node))
    } else {
        Err(Refused(findings))
    }
}

/// The project or applicant that a path is in; none for what all of them rest on.
fn element(path: &str) -> Option<&str> {
    let own = if path.starts_with("projects[") {
        path.split('.').next()
    } else {
        path.strip_prefix("applicants.").map(|_| path)
    };
    own.filter(|it| !it.is_empty())
}

/// The fields of one object that are known, by name.
type Fields<'n> = BTreeMap<&'n str, &'n Node>;

/// Walks the tree. What cannot be read leaves a finding and an empty value, so that the walk goes on.
#[derive(Default)]
struct Reader {
    findings: Vec<Finding>,
}

impl Reader {
    fn input(&mut self, node: &Node) -> Input {
        let fields = self.fields(
            node,
            "",
            &["version", "years", "ceilings", "categories", "projects"],
            &["applicants", "rounding", "leftover", "ties", "seed"],
        );
        let get = |key: &str| fields.get(key).copied();
        Input {
            version: self.integer(get("version"), "version"),
            years: self.list(get("years"), "years", Reader::year),
            ceilings: self.amounts(get("ceilings"), "ceilings"),
            categories: self.list(get("categories"), "categories", Reader::category),
            projects: self.list(get("projects"), "projects", Reader::project),
            applicants: self.applicants(get("applicants")),
            rounding: match get("rounding") {
                None => Money::from_cents(1),
                node => self.amount(node, "rounding").unwrap_or_default(),
            },
            leftover: self.truth(get("leftover"), "leftover"),
            ties: self.list(get("ties"), "ties", Reader::tie),
            seed: self.text(get("seed"), "seed"),
        }
    }

    fn category(&mut self, node: &Node, path: &str) -> Option<CategoryRule> {
        let fields = self.fields(node, path, &["id", "mode", "amounts", "method"], &[]);
        let get = |key: &str| fields.get(key).copied();
        let at = |key: &str| format!("{path}.{key}");
        let id = self.text(get("id"), &at("id"));
        let mode = self.word(
            get("mode"),
            &at("mode"),
            EnvelopeMode::ALL,
            EnvelopeMode::as_str,
        );
        let amounts = self.amounts(get("amounts"), &at("amounts"));
        let method = self.word(get("method"), &at("method"), Method::ALL, Method::as_str);
        Some(CategoryRule {
            id,
            mode: mode?,
            amounts,
            method: method?,
        })
    }

    fn project(&mut self, node: &Node, path: &str) -> Option<Project> {
        let fields = self.fields(
            node,
            path,
            &["id", "applicant", "category", "score", "eligible"],
            &["coupled", "minimum"],
        );
        let get = |key: &str| fields.get(key).copied();
        let at = |key: &str| format!("{path}.{key}");
        // Kept in its place even when parts are unreadable, so that later paths count right.
        Some(Project {
            id: self.text(get("id"), &at("id")),
            applicant: self.text(get("applicant"), &at("applicant")),
            category: self.text(get("category"), &at("category")),
            score: self.score(get("score"), &at("score")),
            coupled: self.truth(get("coupled"), &at("coupled")),
            eligible: self.amounts(get("eligible"), &at("eligible")),
            minimum: self.amounts(get("minimum"), &at("minimum")),
        })
    }

    fn applicants(&mut self, node: Option<&Node>) -> BTreeMap<String, ApplicantRule> {
        let mut rules = BTreeMap::new();
        for (id, node) in self.entries(node, "applicants") {
            let path = format!("applicants.{id}");
            let fields = self.fields(node, &path, &[], &["at_least", "at_most"]);
            let get = |key: &str| fields.get(key).copied();
            let rule = ApplicantRule {
                at_least: self.amounts(get("at_least"), &format!("{path}.at_least")),
                at_most: self.amounts(get("at_most"), &format!("{path}.at_most")),
            };
            rules.insert(id.to_owned(), rule);
        }
        rules
    }

    fn tie(&mut self, node: &Node, path: &str) -> Option<TieKey> {
        self.word(Some(node), path, TieKey::ALL, TieKey::as_str)
    }

    fn year(&mut self, node: &Node, path: &str) -> Option<Year> {
        match node {
            Node::Integer(it) => Year::try_from(*it).ok(),
            _ => None,
        }
        .or_else(|| {
            self.find(
                path,
                "Dit is geen jaar. Schrijf een jaar als getal, bijvoorbeeld 2027.",
            )
        })
    }

    fn amounts(&mut self, node: Option<&Node>, path: &str) -> BTreeMap<Year, Money> {
        let mut amounts = BTreeMap::new();
        for (key, node) in self.entries(node, path) {
            let here = format!("{path}.{key}");
            let is_plain = key.len() == 4 && key.bytes().all(|it| it.is_ascii_digit());
            match key.parse::<Year>() {
                Ok(year) if is_plain => {
                    if let Some(amount) = self.amount(Some(node), &here) {
                        amounts.insert(year, amount);
                    }
                }
                _ => {
                    self.find::<()>(&here, format!("'{key}' is geen jaar van vier cijfers."));
                }
            }
        }
        amounts
    }

    fn amount(&mut self, node: Option<&Node>, path: &str) -> Option<Money> {
        let text = self.quoted(node, path)?;
        Money::parse_plain(text)
            .map_err(|err| self.find::<()>(path, amount_sentence(text, err)))
            .ok()
    }

    fn score(&mut self, node: Option<&Node>, path: &str) -> Score {
        let Some(text) = self.quoted(node, path) else {
            return Score::default();
        };
        Score::parse(text)
            .map_err(|err| self.find::<()>(path, score_sentence(text, err)))
            .unwrap_or_default()
    }

    /// A text that holds a number; a bare number is the likely mistake and gets its own sentence.
    fn quoted<'n>(&mut self, node: Option<&'n Node>, path: &str) -> Option<&'n str> {
        match node? {
            Node::Text(it) => Some(it),
            Node::Integer(_) | Node::OtherNumber => self.find(
                path,
                "Zet dit getal tussen aanhalingstekens, bijvoorbeeld \"1234.50\". Dan gaat er niets verloren bij het afronden.",
            ),
            _ => self.find(path, "Hier hoort een getal tussen aanhalingstekens, bijvoorbeeld \"1234.50\"."),
        }
    }

    fn text(&mut self, node: Option<&Node>, path: &str) -> String {
        match node {
            None => None,
            Some(Node::Text(it)) => Some(it.clone()),
            Some(_) => self.find(path, "Hier hoort een tekst tussen aanhalingstekens."),
        }
        .unwrap_or_default()
    }

    fn integer(&mut self, node: Option<&Node>, path: &str) -> i64 {
        match node {
            None => None,
            Some(Node::Integer(it)) => Some(*it),
            Some(_) => self.find(
                path,
                "Hier hoort een geheel getal, zonder aanhalingstekens.",
            ),
        }
        .unwrap_or_default()
    }

    fn truth(&mut self, node: Option<&Node>, path: &str) -> bool {
        match node {
            None => None,
            Some(Node::Bool(it)) => Some(*it),
            Some(_) => self.find(path, "Hier hoort true of false, zonder aanhalingstekens."),
        }
        .unwrap_or_default()
    }

    fn word<T: Copy>(
        &mut self,
        node: Option<&Node>,
        path: &str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let node = node?;
        let known = match node {
            Node::Text(text) => all.iter().copied().find(|it| name(*it) == text),
            _ => None,
        };
        known.or_else(|| {
            let names: Vec<&str> = all.iter().map(|it| name(*it)).collect();
            self.find(
                path,
                format!(
                    "Dit woord is hier onbekend. Kies uit: {}.",
                    names.join(", ")
                ),
            )
        })
    }

    fn list<T>(
        &mut self,
        node: Option<&Node>,
        path: &str,
        item: impl Fn(&mut Reader, &Node, &str) -> Option<T>,
    ) -> Vec<T> {
        match node {
            None => Vec::new(),
            Some(Node::List(items)) => items
                .iter()
                .enumerate()
                .filter_map(|(index, it)| item(self, it, &format!("{path}[{index}]")))
                .collect(),
            Some(_) => {
                self.find::<()>(path, "Hier hoort een lijst tussen rechte haken.");
                Vec::new()
            }
        }
    }

    /// The entries of an object whose keys are data; twice the same key is a finding.
    fn entries<'n>(&mut self, node: Option<&'n Node>, path: &str) -> Vec<(&'n str, &'n Node)> {
        let fields = match node {
            None => return Vec::new(),
            Some(Node::Object(fields)) => fields,
            Some(_) => {
                self.find::<()>(path, "Hier hoort een groep tussen accolades.");
                return Vec::new();
            }
        };
        let mut seen = BTreeMap::new();
        for (key, value) in fields {
            if seen.insert(key.as_str(), value).is_some() {
                let here = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                self.find::<()>(
                    &here,
                    format!("'{key}' staat hier twee keer. Laat er een staan."),
                );
            }
        }
        seen.into_iter().collect()
    }

    fn fields<'n>(
        &mut self,
        node: &'n Node,
        path: &str,
        required: &[&str],
        optional: &[&str],
    ) -> Fields<'n> {
        let at = |key: &str| {
            if path.is_empty() {
                key.to_owned()
            } else {
                format!("{path}.{key}")
            }
        };
        let fields: Fields<'n> = self.entries(Some(node), path).into_iter().collect();
        for key in fields
            .keys()
            .filter(|it| !required.contains(it) && !optional.contains(it))
        {
            self.find::<()>(
                &at(key),
                format!("'{key}' is hier onbekend. Controleer de spelling of haal het weg."),
            );
        }
        if matches!(node, Node::Object(_)) {
            for key in required.iter().filter(|it| !fields.contains_key(**it)) {
                self.find::<()>(&at(key), format!("'{key}' ontbreekt."));
            }
        }
        fields
    }

    /// Notes a finding. There is no value then, which the type says for the caller.
    fn find<T>(&mut self, path: &str, sentence: impl Into<String>) -> Option<T> {
        self.findings.push(Finding::new(path, sentence));
        None
    }
}

fn amount_sentence(text: &str, err: MoneyError) -> String {
    match err {
        MoneyError::Empty => "Hier ontbreekt een bedrag. Schrijf bijvoorbeeld 1234.50.".to_owned(),
        MoneyError::NotANumber | MoneyError::DecimalPoint => format!(
            "'{text}' is geen bedrag. Schrijf alleen cijfers met een punt voor de centen, bijvoorbeeld 1234.50."
        ),
        MoneyError::TooPrecise => format!("Het bedrag {text} heeft meer dan twee decimalen."),
        MoneyError::Negative => {
            format!("Het bedrag {text} is negatief. Schrijf een bedrag van 0 of meer.")
        }
        MoneyError::Overflow => format!(
            "Het bedrag {text} is te groot. Het grootste bedrag is {}.",
            Money::MAX
        ),
    }
}

fn score_sentence(text: &str, err: ScoreError) -> String {
    match err {
        ScoreError::NotANumber => format!("'{text}' is geen score. Schrijf bijvoorbeeld 7.50."),
        ScoreError::TooPrecise => format!("De score {text} heeft meer dan twee decimalen."),
        ScoreError::Overflow => format!(
            "De score {text} is te groot. De grootste score is {}.",
            Score::MAX
        ),
    }
}
