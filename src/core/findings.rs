//! What a verification read and what does not hold.

/// How many findings are told; the rest is counted.
const MOST: usize = 100;

/// The outcome of one verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// What was read and how often, in Dutch words: `("feiten", 1200)`.
    #[serde(serialize_with = "as_object")]
    pub read: Vec<(&'static str, u64)>,
    /// What does not hold, in Dutch sentences; empty if all does. At most a hundred.
    pub findings: Vec<String>,
    /// How many findings there are beyond those.
    pub more: u64,
    /// What is good to know and no finding, in Dutch sentences; at most a hundred.
    pub notes: Vec<String>,
}

fn as_object<S: serde::Serializer>(
    read: &[(&'static str, u64)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(read.iter().copied())
}

impl Report {
    /// How many findings there are.
    pub fn count_findings(&self) -> u64 {
        let told = u64::try_from(self.findings.len()).unwrap_or(u64::MAX);
        told.saturating_add(self.more)
    }

    /// Adds a finding.
    pub fn find(&mut self, sentence: impl Into<String>) {
        if self.findings.len() < MOST {
            self.findings.push(sentence.into());
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Adds what is good to know and no finding.
    pub fn note(&mut self, sentence: impl Into<String>) {
        if self.notes.len() < MOST {
            self.notes.push(sentence.into());
        }
    }

    /// Counts what was read.
    pub fn count(&mut self, what: &'static str, more: u64) {
        match self.read.iter_mut().find(|(it, _)| *it == what) {
            Some((_, number)) => *number = number.saturating_add(more),
            None => self.read.push((what, more)),
        }
    }

    /// Whether everything holds.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// `1200 feiten, 31 reeksen`.
    pub fn summary(&self) -> String {
        let parts: Vec<String> = self
            .read
            .iter()
            .map(|(what, number)| format!("{number} {what}"))
            .collect();
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_is_counted() {
        let mut report = Report::default();
        (0..103).for_each(|it| report.find(format!("{it}")));
        report.count("feiten", 2);
        report.count("feiten", 3);
        assert_eq!((report.findings.len(), report.more), (100, 3));
        assert_eq!(report.summary(), "5 feiten");
        assert!(!report.is_sound() && Report::default().is_sound());
        let mut noted = Report::default();
        (0..103).for_each(|it| noted.note(format!("{it}")));
        assert!(noted.is_sound() && noted.notes.len() == 100);
    }
}
