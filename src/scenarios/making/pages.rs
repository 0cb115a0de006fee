//! What the form of a new scenario offers.

use crate::{
    allocation::{Method, TieKey},
    core::{category::EnvelopeMode, money::Money},
    scenarios::{form, pages::OfWindow, pots::Pot, store::Round},
    schemes::WindowKind,
    texts::{labels::Label, money::euros},
    web::{forms::FormView, parts::Choice},
};

/// The fields of one category.
pub(in crate::scenarios) struct PotForm {
    pub label: String,
    pub method: String,
    pub amounts: Vec<(String, String, String)>,
    /// The field of how strictly its amount binds, and what that is called.
    pub mode: (String, String),
}

/// The choices of the rules that are seldom changed.
pub(in crate::scenarios) struct Choices {
    pub methods: Vec<Choice>,
    pub modes: Vec<Choice>,
    pub chain: Vec<(&'static str, &'static str, Vec<Choice>)>,
    pub coupling: Vec<Choice>,
    pub applicants: Vec<Choice>,
    /// Whether they are shown open: something in them is wrong, or was changed.
    pub is_open: bool,
}

/// Whether a seed has to be filled in.
pub(in crate::scenarios) fn seed_label(round: &Round) -> &'static str {
    if round.scheme.tie_chain.contains(TieKey::Lottery.as_str()) {
        "Zaad van de loting (verplicht)"
    } else {
        "Zaad van de loting (niet verplicht: deze regeling loot niet)"
    }
}

/// What can be chosen.
pub(in crate::scenarios) fn choices(data: &OfWindow, form: &FormView) -> Choices {
    let places = ["Eerst", "Daarna", "Ten slotte"];
    let keys = |none: bool| {
        let nothing = none.then(|| Choice::new("", "Niets meer"));
        let keys = TieKey::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), it.label()));
        nothing.into_iter().chain(keys).collect()
    };
    let fields = form::CHAIN.iter().zip(places).enumerate();
    let both = "In beide jaren, of niets";
    Choices {
        methods: Method::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), it.label()))
            .collect(),
        modes: EnvelopeMode::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), it.label()))
            .collect(),
        chain: fields
            .map(|(at, (field, place))| (*field, place, keys(at != 0)))
            .collect(),
        coupling: vec![
            Choice::new("ja", both),
            Choice::new("nee", "Elk jaar apart"),
        ],
        applicants: data
            .applicants
            .iter()
            .map(|(id, name)| Choice::new(id, name))
            .collect(),
        is_open: form.is_refused() && has_more_rules(data, form),
    }
}

/// Whether something in the rules that are seldom changed is wrong, or not as the scheme has it.
pub(in crate::scenarios) fn has_more_rules(data: &OfWindow, form: &FormView) -> bool {
    let standard = form::standard(&data.pots, &data.round.scheme, "");
    let simple = |field: &str| {
        let first = ["naam", "zaad", "overschot", "methode-", "bedrag-"];
        field.is_empty() || first.iter().any(|it| field.starts_with(it))
    };
    let is_wrong = form.errors.iter().any(|(field, _)| !simple(field));
    let mut typed = form.answers.iter().filter(|(field, _)| !simple(field));
    is_wrong || typed.any(|(field, it)| standard.get(field) != it && is_rule(field))
}

/// Whether a field is one of the form, and not one of the frame around it.
fn is_rule(field: &str) -> bool {
    [
        "soort-",
        "afronding",
        "volgorde-",
        "koppeling",
        "hoogste-",
        "laagste-",
        "aanvrager",
        "een-",
        "denkbeeldig",
    ]
    .iter()
    .any(|it| field.starts_with(it))
}

/// The fields of one category.
pub(in crate::scenarios) fn pot_form(pot: &Pot, kind: WindowKind) -> PotForm {
    let category = pot.category.as_str();
    let reserve = match kind {
        WindowKind::Main => "",
        WindowKind::TopUp => ", uit de reserve",
    };
    let amount = |(year, (_, free)): (&i32, &(_, Money))| {
        (
            format!("bedrag-{category}-{year}"),
            format!("Te verdelen in {year}, in euro"),
            format!("Vrij is {}. Leeg betekent: alles.", euros(*free)),
        )
    };
    PotForm {
        label: format!(
            "{}{reserve} ({})",
            pot.category.label(),
            pot.mode.label().to_lowercase()
        ),
        method: format!("methode-{category}"),
        amounts: pot.years.iter().map(amount).collect(),
        mode: (format!("soort-{category}"), pot.category.label().to_owned()),
    }
}
