//! The data that component macros take. Pure values: pages make them, templates show them.

/// How something feels, next to the word that says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Not started, or without judgement.
    Neutral,
    /// Under way.
    Busy,
    /// New, or good to know.
    Info,
    /// Done, or in order.
    Success,
    /// Needs attention soon.
    Warning,
    /// Wrong, or too late.
    Error,
}

impl Tone {
    /// The word in style classes (`nl-tag--warning`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Busy => "busy",
            Tone::Info => "info",
            Tone::Success => "success",
            Tone::Warning => "warning",
            Tone::Error => "error",
        }
    }
}

/// A state in a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its colour and mark.
    pub tone: Tone,
    /// The word.
    pub text: String,
}

impl Tag {
    /// A state with this tone and word.
    pub fn new(tone: Tone, text: impl Into<String>) -> Tag {
        let text = text.into();
        Tag { tone, text }
    }
}

/// A choice of a select, of radios or of a set of checkboxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is posted. For a set of checkboxes: the end of the field's name.
    pub value: String,
    /// What people read.
    pub label: String,
    /// More about it, below the label; not in a select.
    pub help: Option<String>,
}

impl Choice {
    /// A choice without help.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice {
            value: value.into(),
            label: label.into(),
            help: None,
        }
    }

    /// The numbers from `low` to `high`, for a scale.
    pub fn scores(low: u8, high: u8) -> Vec<Choice> {
        (low..=high)
            .map(|it| Choice::new(it.to_string(), it.to_string()))
            .collect()
    }

    /// Adds a line of help.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Choice {
        self.help = Some(help.into());
        self
    }
}

/// One thing to do, or one step of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What it is.
    pub label: String,
    /// Where it is done; without it the task cannot be opened (yet).
    pub href: Option<String>,
    /// One line about it.
    pub note: Option<String>,
    /// How it stands.
    pub state: Tag,
    /// Whether this is the step that is on the screen now.
    pub current: bool,
}

impl Task {
    /// A task that is opened at `href`.
    pub fn new(label: impl Into<String>, href: impl Into<String>, state: Tag) -> Task {
        Task {
            label: label.into(),
            href: Some(href.into()),
            note: None,
            state,
            current: false,
        }
    }

    /// A task that cannot be opened.
    pub fn closed(label: impl Into<String>, state: Tag) -> Task {
        Task {
            label: label.into(),
            href: None,
            note: None,
            state,
            current: false,
        }
    }

    /// Adds a line about it.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Task {
        self.note = Some(note.into());
        self
    }

    /// Marks the step that is on the screen.
    #[must_use]
    pub fn current(mut self, current: bool) -> Task {
        self.current = current;
        self
    }
}

/// Something that happened or will happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, for people.
    pub when: String,
    /// When, for machines: a date, or a date and time with offset (`OnDay::machine`).
    pub datetime: String,
    /// What, in a sentence without a full stop.
    pub sentence: String,
    /// More about it.
    pub note: Option<String>,
    /// Whether it is still to come.
    pub due: bool,
}

/// A number that matters, with what it is above it and a word about it below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// The number, written out.
    pub value: String,
    /// A word about it; may be empty.
    pub note: String,
    /// Where one can see what is behind it.
    pub href: Option<String>,
}

impl Figure {
    /// A figure.
    pub fn new(
        label: impl Into<String>,
        value: impl Into<String>,
        note: impl Into<String>,
    ) -> Figure {
        Figure {
            label: label.into(),
            value: value.into(),
            note: note.into(),
            href: None,
        }
    }

    /// Makes a link of the number.
    #[must_use]
    pub fn with_href(mut self, href: Option<String>) -> Figure {
        self.href = href;
        self
    }
}

/// One line of the answer to "why this amount?"; the last line is the outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceStep {
    /// What this line is.
    pub step: String,
    /// The rule that was used; may be empty.
    pub rule: String,
    /// The number, written out.
    pub value: String,
}

impl TraceStep {
    /// A line.
    pub fn new(
        step: impl Into<String>,
        rule: impl Into<String>,
        value: impl Into<String>,
    ) -> TraceStep {
        TraceStep {
            step: step.into(),
            rule: rule.into(),
            value: value.into(),
        }
    }
}

/// A view of the same thing, next to others: a link that looks like a tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Whether it is on the screen.
    pub current: bool,
}

impl Tab {
    /// A tab.
    pub fn new(label: impl Into<String>, href: impl Into<String>, current: bool) -> Tab {
        Tab {
            label: label.into(),
            href: href.into(),
            current,
        }
    }
}
