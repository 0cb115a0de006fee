//! The setting of most stories: a scheme, the cycle 2027-2028 with an open main window, three
//! regions, and somebody in every role. Made by the use cases, as an installation is.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use versterkingsgelden::{
    core::{
        actor::{Actor, Department, Organisation, Role},
        category::{EnvelopeKind, EnvelopeMode},
        ids::{AccountId, BudgetDecisionId, CycleId, MunicipalityId, RegionId, SchemeId, WindowId},
        money::Money,
    },
    db::Tx,
    error::AppError,
    identity::actions::{NewAccount, create_account},
    schemes::{
        DistributionMethod, Scheme, WindowKind,
        actions::{self, NewCriterion, NewWindow},
        budget_decisions::{self, change::Change},
        footing::{EnvelopePlan, YearPlan},
    },
};

use super::{TestApp, moment};

/// Somebody in the stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Delft, drafts and signs.
    Delft,
    /// Delft, drafts only.
    DelftEditor,
    /// Gouda, drafts and signs.
    Gouda,
    /// Huizen, drafts and signs.
    Huizen,
    /// NCTV.
    Coordinator,
    /// NCTV.
    NctvReviewer,
    /// NCTV, another one.
    SecondNctvReviewer,
    /// SZW.
    SzwReviewer,
    /// NCTV.
    DecisionMaker,
    /// NCTV, another one.
    SecondDecisionMaker,
    /// SZW.
    SzwDecisionMaker,
    /// Ministry of Justice and Security.
    Finance,
    /// Audit.
    Auditor,
    /// Accounts only.
    Administrator,
}

/// What there is.
#[derive(Debug, Clone)]
pub struct World {
    /// The scheme version.
    pub scheme: SchemeId,
    /// The cycle 2027-2028, open.
    pub cycle: CycleId,
    /// Its main window: 1 September 2026 until 8 October 2026, 17.00 in Amsterdam.
    pub window: WindowId,
    /// The regions around Delft, Gouda and Huizen, in that order.
    pub regions: [RegionId; 3],
    /// Delft, Gouda, Huizen.
    pub leads: [MunicipalityId; 3],
    people: BTreeMap<Who, Actor>,
}

impl World {
    /// Makes the setting.
    pub async fn new(app: &TestApp) -> World {
        World::with_baseline(app, 4_500_000).await
    }

    /// Makes the setting with this much for basis op orde in 2027, in whole euros.
    pub async fn with_baseline(app: &TestApp, baseline_2027: i32) -> World {
        let admin = Actor::command_line();
        let coordinator = app
            .act(&admin, |tx| account(tx, Who::Coordinator, None))
            .await;
        let who = coordinator.clone();
        let (scheme, cycle, window, regions, leads) =
            app.act(&who, move |tx| setting(tx, baseline_2027)).await;
        let [delft, gouda, huizen] = leads.clone();
        let people = app
            .act(&admin, move |tx| {
                let mut people = BTreeMap::new();
                for it in Who::ALL {
                    let municipality = match it {
                        Who::Delft | Who::DelftEditor => Some(&delft),
                        Who::Gouda => Some(&gouda),
                        Who::Huizen => Some(&huizen),
                        _ => None,
                    };
                    if *it != Who::Coordinator {
                        people.insert(*it, account(tx, *it, municipality)?);
                    }
                }
                Ok(people)
            })
            .await;
        let people = people
            .into_iter()
            .chain([(Who::Coordinator, coordinator)])
            .collect();
        World {
            scheme,
            cycle,
            window,
            regions,
            leads,
            people,
        }
    }

    /// This person.
    pub fn actor(&self, who: Who) -> &Actor {
        &self.people[&who]
    }

    /// Changes the budget: the coordinator proposes, a decision maker decides.
    pub async fn change_budget(&self, app: &TestApp, change: Change) -> BudgetDecisionId {
        let (cycle, reason) = (self.cycle.clone(), "Dat is nodig dit jaar.");
        let id = app
            .act(self.actor(Who::Coordinator), move |tx| {
                budget_decisions::actions::propose(tx, &cycle, &change, reason)
            })
            .await;
        let of = id.clone();
        app.act(self.actor(Who::DecisionMaker), move |tx| {
            budget_decisions::actions::decide(tx, &of, 1)
        })
        .await;
        id
    }
}

impl Who {
    /// Everybody.
    pub const ALL: &'static [Who] = &[
        Who::Delft,
        Who::DelftEditor,
        Who::Gouda,
        Who::Huizen,
        Who::Coordinator,
        Who::NctvReviewer,
        Who::SecondNctvReviewer,
        Who::SzwReviewer,
        Who::DecisionMaker,
        Who::SecondDecisionMaker,
        Who::SzwDecisionMaker,
        Who::Finance,
        Who::Auditor,
        Who::Administrator,
    ];

    fn is(self) -> (Organisation, &'static [Role]) {
        use Organisation as O;
        match self {
            Who::Delft | Who::Gouda | Who::Huizen => {
                (O::Municipality, &[Role::Editor, Role::Signatory])
            }
            Who::DelftEditor => (O::Municipality, &[Role::Editor]),
            Who::Coordinator => (O::Nctv, &[Role::Coordinator]),
            Who::NctvReviewer | Who::SecondNctvReviewer => (O::Nctv, &[Role::NctvReviewer]),
            Who::SzwReviewer => (O::Szw, &[Role::SzwReviewer]),
            Who::DecisionMaker | Who::SecondDecisionMaker => (O::Nctv, &[Role::NctvDecisionMaker]),
            Who::SzwDecisionMaker => (O::Szw, &[Role::SzwDecisionMaker]),
            Who::Finance => (O::Finance, &[Role::Finance]),
            Who::Auditor => (O::Audit, &[Role::Auditor]),
            Who::Administrator => (O::Nctv, &[Role::Administrator]),
        }
    }
}

fn account(
    tx: &mut Tx<'_>,
    who: Who,
    municipality: Option<&MunicipalityId>,
) -> Result<Actor, AppError> {
    let (organisation, roles) = who.is();
    let name = format!("{who:?}");
    let new = NewAccount {
        email: format!("{}@example.nl", name.to_lowercase()),
        name: name.clone(),
        password_hash: "nobody knows".to_owned(),
        organisation,
        municipality: municipality.cloned(),
        roles: roles.to_vec(),
    };
    let id: AccountId = create_account(tx, &new)?;
    Ok(Actor {
        id,
        name,
        roles: roles.to_vec(),
        organisation,
        municipality: municipality.cloned(),
        origin: "127.0.0.1".to_owned(),
    })
}

type Setting = (
    SchemeId,
    CycleId,
    WindowId,
    [RegionId; 3],
    [MunicipalityId; 3],
);

fn setting(tx: &mut Tx<'_>, baseline_2027: i32) -> Result<Setting, AppError> {
    let scheme = actions::create_scheme(tx, &a_scheme(), &criteria())?;
    let from = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let mut regions = Vec::new();
    let mut leads = Vec::new();
    let places = [
        (
            "Delft en omgeving",
            ["GM0503", "Delft"],
            ["GM1783", "Westland"],
        ),
        (
            "Midden-Holland",
            ["GM0513", "Gouda"],
            ["GM0627", "Waddinxveen"],
        ),
        (
            "Gooi en Vechtstreek",
            ["GM0406", "Huizen"],
            ["GM0402", "Hilversum"],
        ),
    ];
    for (name, [lead_code, lead], [other_code, other]) in places {
        let lead = actions::create_municipality(tx, lead_code, lead, from)?;
        let other = actions::create_municipality(tx, other_code, other, from)?;
        let members = [lead.clone(), other];
        regions.push(actions::create_region(tx, name, &members, &lead, from)?);
        leads.push(lead);
    }
    let years = [
        year(2027, [baseline_2027, 2_000_000, 500_000, 0]),
        year(2028, [4_000_000, 2_000_000, 250_000, 750_000]),
    ];
    let cycle = actions::draft_cycle(tx, &scheme, "2027-2028", &years)?;
    actions::open_cycle(tx, &cycle, 1)?;
    let window = NewWindow {
        cycle: cycle.clone(),
        kind: WindowKind::Main,
        name: "Aanvragen 2027-2028".to_owned(),
        opens_at: moment("2026-09-01T07:00:00"),
        closes_at: moment("2026-10-08T15:00:00"),
    };
    let window = actions::set_window(tx, &window)?;
    Ok((
        scheme,
        cycle,
        window,
        regions.try_into().unwrap(),
        leads.try_into().unwrap(),
    ))
}

/// The plan of a year, for a cycle beside the one of [`World`].
pub fn plan() -> YearPlan {
    year(2027, [4_500_000, 2_000_000, 500_000, 0])
}

fn year(year: i32, amounts: [i32; 4]) -> YearPlan {
    let envelopes = [
        (
            EnvelopeKind::Baseline,
            EnvelopeMode::AtMost,
            DistributionMethod::ProRata,
        ),
        (
            EnvelopeKind::Prevention,
            EnvelopeMode::RingFenced,
            DistributionMethod::RankingPartial,
        ),
        (
            EnvelopeKind::OneYear,
            EnvelopeMode::AtMost,
            DistributionMethod::RankingSkip,
        ),
        (
            EnvelopeKind::Reserve,
            EnvelopeMode::AtMost,
            DistributionMethod::RankingSkip,
        ),
    ];
    YearPlan {
        year,
        ceiling: Money::from_euros(amounts.iter().sum()),
        envelopes: envelopes
            .into_iter()
            .zip(amounts)
            .map(|((kind, mode, method), amount)| EnvelopePlan {
                kind,
                mode,
                method,
                amount: Money::from_euros(amount),
            })
            .collect(),
    }
}

/// A scheme for 2027-2030, an example.
pub fn a_scheme() -> Scheme {
    Scheme {
        id: SchemeId::from(""),
        code: "versterkingsgelden".to_owned(),
        scheme_version: 1,
        title: "Voorbeeldregeling Versterkingsgelden 2027-2030".to_owned(),
        gazette_number: "Stcrt. 2026, 1 (voorbeeld)".to_owned(),
        valid_from_year: 2027,
        valid_until_year: 2030,
        is_example: true,
        decision_term_weeks: 13,
        awb_articles: "4:5,4:35,4:46,4:48".to_owned(),
        objection_clause: "Stuur uw bezwaarschrift aan de Minister van Justitie en Veiligheid."
            .to_owned(),
        mandate_line: "De Minister van Justitie en Veiligheid, namens deze".to_owned(),
        budget_article: "36".to_owned(),
        sisa_code: None,
        rounding_cents: Money::from_cents(100),
        tie_chain: "score,amount_ascending,lottery".to_owned(),
        leftover: true,
        coupled: true,
        frozen_at: None,
        version: 1,
    }
}

fn criteria() -> Vec<NewCriterion> {
    let new = |department, name: &str| NewCriterion {
        department,
        name: name.to_owned(),
        question: format!("Hoe scoort het project op {}?", name.to_lowercase()),
        weight: 1,
    };
    vec![
        new(Department::Nctv, "Dreiging"),
        new(Department::Nctv, "Behoefte"),
        new(Department::Szw, "Preventieve werking"),
    ]
}
