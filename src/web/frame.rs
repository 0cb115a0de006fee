//! What stands around every page: who is signed in, the menu, where one is, what was just saved.
//! Pure data, filled by the code that knows the session; `templates/layouts/base.html` shows it.

use crate::{
    texts::filters,
    web::{assets, parts::Tone},
};

/// The frame of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// Who is signed in; nobody on a public page.
    pub user: Option<FrameUser>,
    /// The main menu; without items there is none.
    pub menu: Vec<MenuItem>,
    /// The way here, from the start to this page.
    pub crumbs: Vec<Crumb>,
    /// The token against forgery, for every form that posts.
    pub csrf: String,
    /// The idempotency key of the forms on this page: the same form sent twice acts once.
    pub key: String,
    /// What was just saved, such as "Opgeslagen om 14.32 uur".
    pub saved: Option<String>,
    /// What to know before reading on.
    pub notice: Option<Notice>,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameUser {
    /// The id of their account.
    pub id: String,
    /// Until when they stay signed in (UTC) if they do nothing.
    pub until: chrono::NaiveDateTime,
    /// How many seconds that is.
    pub seconds: i64,
    /// Their name.
    pub name: String,
    /// Their role and organisation, in a line.
    pub line: String,
}

/// A line of the main menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// What it says.
    pub label: String,
    /// Where it goes.
    pub href: String,
    /// Whether this page is under it.
    pub current: bool,
    /// How much is waiting there.
    pub count: Option<usize>,
}

/// A step of the way here; the last one, this page, has no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// What it says.
    pub label: String,
    /// Where it goes.
    pub href: Option<String>,
}

/// A message above the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it feels.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// A page that says what went wrong and what to do about it.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "errors/error.html")]
pub struct ErrorPage {
    /// The frame.
    pub frame: Frame,
    /// What happened, in a few words.
    pub title: String,
    /// What happened and why, in a sentence.
    pub message: String,
    /// What to do now.
    pub advice: String,
    /// What was typed in the form that led here, with a name for each field.
    pub typed: Vec<(String, String)>,
}

/// The styles and scripts of every page.
#[derive(Debug, askama::Template)]
#[template(path = "layouts/head.html")]
pub struct Head<'a> {
    frame: &'a Frame,
}

/// What stands above the content of every page.
#[derive(Debug, askama::Template)]
#[template(path = "layouts/top.html")]
pub struct Top<'a> {
    frame: &'a Frame,
}

/// What was just saved, and what to know before reading on.
#[derive(Debug, askama::Template)]
#[template(path = "layouts/messages.html")]
pub struct Messages<'a> {
    frame: &'a Frame,
}

/// What stands below the content of every page.
#[derive(Debug, askama::Template)]
#[template(path = "layouts/bottom.html")]
pub struct Bottom<'a> {
    frame: &'a Frame,
}

impl Frame {
    /// The styles and scripts.
    pub fn head(&self) -> Head<'_> {
        Head { frame: self }
    }

    /// What stands above the content.
    pub fn top(&self) -> Top<'_> {
        Top { frame: self }
    }

    /// What stands between the heading and the content.
    pub fn messages(&self) -> Messages<'_> {
        Messages { frame: self }
    }

    /// What stands below the content.
    pub fn bottom(&self) -> Bottom<'_> {
        Bottom { frame: self }
    }

    /// What the logo of the theme says; nothing if the mark is the program's own.
    pub fn logo(&self) -> Option<&'static str> {
        assets::logo()
    }

    /// A frame for somebody who is not signed in.
    pub fn anonymous() -> Frame {
        Frame::default()
    }

    /// Adds a step of the way here.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Frame {
        self.crumbs.push(Crumb {
            label: label.into(),
            href: Some(href.into()),
        });
        self
    }

    /// Ends the way here with this page.
    #[must_use]
    pub fn here(mut self, label: impl Into<String>) -> Frame {
        self.crumbs.push(Crumb {
            label: label.into(),
            href: None,
        });
        self
    }

    /// Sets the message above the content.
    #[must_use]
    pub fn with_notice(mut self, tone: Tone, text: impl Into<String>) -> Frame {
        self.notice = Some(Notice {
            tone,
            text: text.into(),
        });
        self
    }

    /// Says that the page was saved, with the time in it ("Opgeslagen om 14.32 uur").
    #[must_use]
    pub fn with_saved(mut self, sentence: impl Into<String>) -> Frame {
        self.saved = Some(sentence.into());
        self
    }
}
