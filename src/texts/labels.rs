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

/// What a part of a category is for, in a sentence.
pub const fn meaning(part: SubItem) -> &'static str {
    match part {
        SubItem::Analysis => "U brengt in beeld welke dreiging er is.",
        SubItem::Detection => "U zorgt dat signalen van radicalisering worden gezien en gemeld.",
        SubItem::Direction => "U leidt de lokale aanpak en brengt partners bij elkaar.",
        SubItem::Expertise => "U zorgt voor uitleg en advies van mensen met veel kennis.",
        SubItem::Coordination => "U stemt het werk van gemeenten en partners op elkaar af.",
        SubItem::Training => "U traint mensen die met het onderwerp werken.",
        SubItem::Targeted => {
            "Voor mensen die beginnen te radicaliseren, en voor de mensen om hen heen."
        }
        SubItem::General => "Voor groepen die er gevoelig voor kunnen zijn.",
        SubItem::Innovation => "U bedenkt of maakt iets nieuws.",
        SubItem::Pilot => "U probeert een aanpak in het klein uit.",
        SubItem::NewThreat => "U speelt in op een dreiging die er eerder niet was.",
        SubItem::Evaluation => "U onderzoekt of een aanpak werkt.",
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
