//! The Dutch names of the values of enumerations, and the colour of a category. Enumerations of a
//! domain implement [`Label`] in their own `labels.rs`.

use crate::core::{
    actor::Department,
    category::{Category, EnvelopeKind, EnvelopeMode, SubItem},
};

/// A value that has a name on the screen.
pub trait Label {
    /// The name, with a capital, as at the start of a line.
    fn label(self) -> &'static str;
}

/// A value that has a colour of its own. The colour never stands alone: the name stands beside it.
pub trait Fill {
    /// The style class that gives the colour.
    fn fill(self) -> &'static str;
}

impl<T: Label + Copy> Label for &T {
    fn label(self) -> &'static str {
        (*self).label()
    }
}

impl<T: Fill + Copy> Fill for &T {
    fn fill(self) -> &'static str {
        (*self).fill()
    }
}

impl Label for Category {
    fn label(self) -> &'static str {
        self.envelope().label()
    }
}

impl Label for Department {
    fn label(self) -> &'static str {
        match self {
            Department::Nctv => "NCTV",
            Department::Szw => "SZW",
        }
    }
}

impl Label for SubItem {
    fn label(self) -> &'static str {
        match self {
            SubItem::Analysis => "Analyse",
            SubItem::Detection => "Signalering",
            SubItem::Direction => "Regie",
            SubItem::Expertise => "Duiding en expertise",
            SubItem::Coordination => "Coördinatie",
            SubItem::Training => "Deskundigheidsbevordering",
            SubItem::Targeted => "Gericht",
            SubItem::General => "Generiek",
            SubItem::Innovation => "Innovatie",
            SubItem::Pilot => "Pilot",
            SubItem::NewThreat => "Nieuwe dreiging",
            SubItem::Evaluation => "Evaluatie van interventies",
        }
    }
}

impl Label for EnvelopeKind {
    fn label(self) -> &'static str {
        match self {
            EnvelopeKind::Baseline => "Basis op orde",
            EnvelopeKind::Prevention => "Preventie",
            EnvelopeKind::OneYear => "Eenjarig flexibel",
            EnvelopeKind::Reserve => "Reserve",
        }
    }
}

impl Label for EnvelopeMode {
    fn label(self) -> &'static str {
        match self {
            EnvelopeMode::AtMost => "Hoogstens",
            EnvelopeMode::RingFenced => "Geoormerkt",
            EnvelopeMode::AtLeast => "Minstens",
        }
    }
}

impl Fill for Category {
    fn fill(self) -> &'static str {
        self.envelope().fill()
    }
}

impl Fill for EnvelopeKind {
    fn fill(self) -> &'static str {
        match self {
            EnvelopeKind::Baseline => "nl-fill-basis",
            EnvelopeKind::Prevention => "nl-fill-preventie",
            EnvelopeKind::OneYear => "nl-fill-flexibel",
            EnvelopeKind::Reserve => "nl-fill-reserve",
        }
    }
}
