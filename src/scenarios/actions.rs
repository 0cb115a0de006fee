//! What can be done with scenarios: load, check, decide, save, record. One function per use case.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::{
    Edit, Scenario, ScenarioState, Sums,
    assemble::{self, AssembleError, Changes, Terms},
    division::{Division, Unreadable},
    form, freed,
    open::{self, Opened, Setting},
    papers,
    pots::{self, Pot},
    store, waiting,
};
use crate::{
    allocation::{ApplicantRule, FrozenInput, allocate},
    applications,
    audit::{self, Fact, Stream},
    core::{
        actor::Actor,
        answers::FieldErrors,
        hex,
        ids::{MunicipalityId, ProjectId, ProposalId, ScenarioId, WindowId},
        money::Money,
    },
    db::{Conn, Tx},
    decisions,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    journal,
    schemes::limits::{self, NewLimit},
};

/// Longest name of a scenario, in characters.
const LONGEST_NAME: usize = 120;
/// Longest reason of an edit, in characters.
const LONGEST_REASON: usize = 2_000;

/// Amounts of one project that are changed by hand, with the reason that the letter will give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandEdit {
    /// The project.
    pub project: ProjectId,
    /// Its new amounts; a year that is not named stays. All years at once, since a coupled project
    /// has something in each or nothing in any.
    pub amounts: BTreeMap<i32, Money>,
    /// Why.
    pub reason: String,
}

/// What a new scenario divides, with the terms that the input does not say.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// What the engine gets.
    pub input: FrozenInput,
    /// How projects entered it.
    pub terms: Terms,
    /// Whether it divides more than there is.
    pub is_hypothetical: bool,
}

/// A division that was made and is not kept yet. Making one, and trying what would have changed it, can take long
/// and reads nothing, so a page does it outside the write transaction, in which nobody else can write meanwhile.
#[derive(Debug, Clone)]
pub struct Divided {
    prepared: Prepared,
    result: String,
    sums: Sums,
}

impl Divided {
    /// Divides.
    pub fn of(prepared: Prepared) -> Result<Divided, AppError> {
        let result = allocate(&prepared.input).json()?;
        let sums = Division::of(prepared.input.canonical(), &result, &[])?.sums(0)?;
        Ok(Divided {
            prepared,
            result,
            sums,
        })
    }
}

/// What a new scenario would divide: the money of a window among what was assessed.
pub fn input(
    conn: &mut Conn,
    actor: &Actor,
    window: &WindowId,
    name: &str,
    changes: &Changes,
) -> Result<Prepared, AppError> {
    policy::require(actor, Action::MakeScenarios)?;
    let round = store::round(conn, window)?;
    let setting = open::setting(conn, actor, round)?;
    check_new(conn, window, name, &setting.pots, changes)?;
    let terms = changes.terms(&setting.round.scheme);
    let entries = setting.entries(terms)?;
    if entries.projects.is_empty() {
        return Err(invalid(
            "",
            "Er is nog geen beoordeeld project om geld over te verdelen. Stel eerst een beoordeling vast.",
        ));
    }
    let scheme = &setting.round.scheme;
    let limits = limits_left(conn, &setting)?;
    let input = assemble::input(&setting.pots, entries.projects, scheme, changes, &limits)?;
    let input = FrozenInput::new(input)
        .map_err(|it| AppError::Invalid(form::refused(&it, &setting.pots)))?;
    Ok(Prepared {
        input,
        terms,
        is_hypothetical: changes.is_hypothetical,
    })
}

/// What each applicant has still to get of a year, and can still get.
fn limits_left(
    conn: &mut Conn,
    setting: &Setting,
) -> Result<BTreeMap<String, ApplicantRule>, AppError> {
    let codes = applicants(setting);
    let mut rules: BTreeMap<String, ApplicantRule> = BTreeMap::new();
    for limit in journal::limits::store::of_cycle(conn, &setting.round.cycle.id)? {
        let Some((code, _)) = codes.iter().find(|(_, it)| ***it == limit.municipality) else {
            continue;
        };
        let rule = rules.entry((*code).to_owned()).or_default();
        let missing = limit.at_least.checked_sub(limit.promised)?;
        if Money::ZERO < missing {
            rule.at_least.insert(limit.year, missing);
        }
        if let Some(room) = limit.room()? {
            rule.at_most.insert(limit.year, room);
        }
    }
    Ok(rules)
}

/// The applicants of a window by their CBS codes.
fn applicants(setting: &Setting) -> BTreeMap<&str, &MunicipalityId> {
    let dossiers = setting.material.dossiers.iter();
    dossiers
        .map(|it| (it.applicant.as_str(), &it.application.lead_municipality_id))
        .collect()
}

/// The most that the scenario gave an applicant holds from now on, also for what is proposed by hand.
fn take_over_limits(
    tx: &mut Tx<'_>,
    setting: &Setting,
    division: &Division,
) -> Result<(), AppError> {
    let codes = applicants(setting);
    for (code, rule) in &division.input.applicants {
        let Some(municipality) = codes.get(code.as_str()) else {
            continue;
        };
        for (year, most) in &rule.at_most {
            let new = NewLimit {
                cycle: setting.round.cycle.id.clone(),
                year: *year,
                municipality: (*municipality).clone(),
                at_least: Money::ZERO,
                at_most: Some(*most),
            };
            limits::actions::take_over(tx, &new)?;
        }
    }
    Ok(())
}

/// Divides the money of a window among what was assessed, and keeps input and outcome.
pub fn create(
    tx: &mut Tx<'_>,
    window: &WindowId,
    name: &str,
    changes: &Changes,
) -> Result<ScenarioId, AppError> {
    let divided = Divided::of(input(tx.conn, &tx.actor, window, name, changes)?)?;
    insert(tx, window, name, divided)
}

/// Keeps a division that was made of the [`input`] of a moment ago; stale if that is another by now.
pub fn keep(
    tx: &mut Tx<'_>,
    window: &WindowId,
    name: &str,
    changes: &Changes,
    divided: &Divided,
) -> Result<ScenarioId, AppError> {
    let now = input(tx.conn, &tx.actor, window, name, changes)?;
    let then = &divided.prepared;
    if now.input.sha256() != then.input.sha256() || now.terms != then.terms {
        return Err(AppError::Stale);
    }
    insert(tx, window, name, divided.clone())
}

fn insert(
    tx: &mut Tx<'_>,
    window: &WindowId,
    name: &str,
    divided: Divided,
) -> Result<ScenarioId, AppError> {
    let Divided {
        prepared,
        result,
        sums,
    } = divided;
    let scenario = Scenario {
        id: tx.new_id(),
        window_id: window.clone(),
        name: name.trim().to_owned(),
        state: ScenarioState::Draft,
        input: prepared.input.canonical().to_owned(),
        input_sha256: prepared.input.sha256().to_owned(),
        result,
        created_at: tx.now,
        created_by: tx.actor.id.clone(),
        adopted_at: None,
        adopted_by: None,
        version: 1,
        is_hypothetical: prepared.is_hypothetical,
        is_coupled: prepared.terms.is_coupled,
        seed: prepared.input.seed.clone(),
        sums,
    };
    store::insert(tx, &scenario)?;
    let fact = Fact::ScenarioCreated {
        result_sha256: hex::sha256(&scenario.result),
        name: scenario.name,
        input_sha256: scenario.input_sha256,
    };
    audit::record(tx, Stream::Scenario(&scenario.id), &fact)?;
    Ok(scenario.id)
}

fn check_new(
    conn: &mut Conn,
    window: &WindowId,
    name: &str,
    pots: &[Pot],
    changes: &Changes,
) -> Result<(), AppError> {
    let name = name.trim();
    let mut errors = FieldErrors::default();
    if name.is_empty() {
        errors.push(
            "naam",
            "Geef het scenario een naam, bijvoorbeeld “Evenredig”.",
        );
    } else if LONGEST_NAME < name.chars().count() {
        errors.push(
            "naam",
            format!("De naam is langer dan {LONGEST_NAME} tekens. Kort haar in."),
        );
    } else if store::has_name(conn, window, name)? {
        errors.push(
            "naam",
            "In dit tijdvak is er al een scenario met deze naam. Kies een andere naam.",
        );
    }
    for (field, sentence) in pots::findings(pots, changes).iter() {
        errors.push(field, sentence);
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(errors))
    }
}

/// Changes amounts of one project by hand. Every rule but the rounding unit is checked again on all
/// amounts: a person may give any amount of cents. Not in a scenario that is stale: its rules would be checked
/// against what is no longer so. `version` is the one that the form was made from.
pub fn edit(
    tx: &mut Tx<'_>,
    id: &ScenarioId,
    version: i32,
    hand: &HandEdit,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::MakeScenarios)?;
    let (setting, opened) = draft(tx, id, version)?;
    // A declared conflict of interest closes the dossier, also to an edit.
    applications::store::visible_project(tx.conn, &tx.actor, &hand.project)?;
    if !opened.differences.is_empty() {
        return Err(Refusal::ScenarioStale.into());
    }
    let made = changed(tx, &opened, hand)?;
    let edits = opened.edits.iter().map(|(it, _)| it).chain(&made);
    let edits: Vec<&Edit> = edits.collect();
    let after = Division::read(&opened.scenario, &edits)?;
    if let Some(rule) = after.broken_rule() {
        return Err(Refusal::ScenarioBreaksRule(setting.names.in_sentence(&rule)).into());
    }
    let scenario = Scenario {
        sums: after.sums(edits.len())?,
        ..opened.scenario.clone()
    };
    store::update(tx, &scenario)?;
    for edit in &made {
        store::insert_edit(tx, edit)?;
        let fact = Fact::ScenarioEdited {
            project: edit.project_id.clone(),
            year: edit.year,
            before: edit.before_cents,
            after: edit.after_cents,
        };
        audit::record(tx, Stream::Scenario(id), &fact)?;
    }
    Ok(())
}

/// The edits that a form asks for: one per year whose amount becomes another.
fn changed(tx: &Tx<'_>, opened: &Opened, hand: &HandEdit) -> Result<Vec<Edit>, AppError> {
    let lines = opened.division.of_project(hand.project.as_str());
    if lines.is_empty() {
        return Err(AppError::NotFound);
    }
    let reason = hand.reason.trim();
    if reason.is_empty() || LONGEST_REASON < reason.chars().count() {
        return Err(invalid(
            "reden",
            &format!(
                "Schrijf in hoogstens {LONGEST_REASON} tekens waarom het bedrag verandert. De reden komt in de brief."
            ),
        ));
    }
    let mut made = Vec::new();
    for line in lines {
        let Some(amount) = hand.amounts.get(&line.year).copied() else {
            continue;
        };
        let is_possible = amount.is_zero() || (line.minimum <= amount && amount <= line.eligible);
        if !is_possible {
            return Err(Refusal::AmountOutOfRange {
                minimum: line.minimum,
                eligible: line.eligible,
            }
            .into());
        }
        if amount != line.amount {
            let place = opened
                .edits
                .len()
                .saturating_add(made.len())
                .saturating_add(1);
            made.push(Edit {
                scenario_id: opened.scenario.id.clone(),
                seq: i32::try_from(place).map_err(AppError::internal)?,
                project_id: hand.project.clone(),
                year: line.year,
                before_cents: line.amount,
                after_cents: amount,
                reason: reason.to_owned(),
                edited_at: tx.now,
                edited_by: tx.actor.id.clone(),
            });
        }
    }
    if made.is_empty() {
        return Err(invalid(
            "",
            "Deze bedragen staan er al. Vul een ander bedrag in, of ga terug.",
        ));
    }
    Ok(made)
}

/// What who adopts a scenario says beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adoption {
    /// How many regions were named as staying out ([`waiting`]) when that was confirmed; 0 if it was not.
    pub confirmed_out: usize,
    /// Why what edits by hand set free goes to nobody; needed where somebody could still use it ([`freed`]).
    pub why: String,
}

/// Adopts a scenario: every assessed application of the window gets its proposal, also for nothing,
/// and the money is reserved; or nothing happens at all. Who decides on the proposals is somebody
/// else than who adopts; whether who adopts also edited is of no matter to that.
pub fn adopt(
    tx: &mut Tx<'_>,
    id: &ScenarioId,
    version: i32,
    adoption: &Adoption,
) -> Result<Vec<ProposalId>, AppError> {
    policy::require(&tx.actor, Action::MakeScenarios)?;
    let (setting, opened) = draft(tx, id, version)?;
    check_adoption(&setting, &opened, adoption, tx.now)?;
    // All at once and in order: the proposals take them one by one.
    let envelopes = setting.material.funds.iter().map(|it| it.envelope.clone());
    let mut locked = journal::store::lock(tx, envelopes)?;
    take_over_limits(tx, &setting, &opened.division)?;
    let mut prepared = Vec::new();
    for proposal in papers::proposals(&setting, &opened, &adoption.why)? {
        prepared.push(decisions::actions::prepare(tx, &proposal)?);
    }
    let mut made = Vec::new();
    for it in prepared {
        made.push(decisions::actions::reserve(tx, &mut locked, it)?);
    }
    let adopted = Scenario {
        state: ScenarioState::Adopted,
        adopted_at: Some(tx.now),
        adopted_by: Some(tx.actor.id.clone()),
        ..opened.scenario
    };
    store::update(tx, &adopted)?;
    let fact = Fact::ScenarioAdopted {
        proposals: made.len(),
    };
    audit::record(tx, Stream::Scenario(id), &fact)?;
    Ok(made)
}

fn check_adoption(
    setting: &Setting,
    opened: &Opened,
    adoption: &Adoption,
    now: NaiveDateTime,
) -> Result<(), AppError> {
    if opened.scenario.is_hypothetical {
        return Err(Refusal::ScenarioHypothetical.into());
    }
    let closes_at = setting.round.window.closes_at;
    if now < closes_at {
        return Err(Refusal::WindowStillOpen { closes_at }.into());
    }
    if !opened.differences.is_empty() {
        return Err(Refusal::ScenarioStale.into());
    }
    if let Some(rule) = opened.division.broken_rule() {
        return Err(Refusal::ScenarioBreaksRule(setting.names.in_sentence(&rule)).into());
    }
    let mut errors = FieldErrors::default();
    let out = waiting::waiting(setting, now).len();
    if out != adoption.confirmed_out {
        errors.push(format!("buiten-{out}"), stays_out(out));
    }
    let why = adoption.why.trim();
    let is_free = !freed::fits(&opened.division).is_empty();
    if (is_free && why.is_empty()) || LONGEST_REASON < why.chars().count() {
        errors.push("waarom", format!(
            "Schrijf in hoogstens {LONGEST_REASON} tekens waarom deze projecten het geld dat vrijkwam niet krijgen. Dat komt in hun brief. Of geef het alsnog met de hand."
        ));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(errors))
    }
}

/// What has to be confirmed.
fn stays_out(regions: usize) -> String {
    match regions {
        0 => "Intussen blijft geen regio meer buiten deze verdeling. Kijk de pagina na en neem het scenario opnieuw over.".to_owned(),
        1 => "Bevestig dat 1 regio buiten deze verdeling blijft, of wacht met overnemen.".to_owned(),
        more => format!("Bevestig dat {more} regio’s buiten deze verdeling blijven, of wacht met overnemen."),
    }
}

/// Puts a draft away.
pub fn discard(tx: &mut Tx<'_>, id: &ScenarioId, version: i32) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::MakeScenarios)?;
    let discarded = Scenario {
        state: ScenarioState::Discarded,
        ..draft(tx, id, version)?.1.scenario
    };
    store::update(tx, &discarded)?;
    audit::record(tx, Stream::Scenario(id), &Fact::ScenarioDiscarded)
}

/// A scenario that can still change, if nobody changed it since the form was made.
fn draft(tx: &mut Tx<'_>, id: &ScenarioId, version: i32) -> Result<(Setting, Opened), AppError> {
    let (setting, opened) = open::open_one(tx.conn, &tx.actor, id)?;
    if opened.scenario.state != ScenarioState::Draft {
        return Err(Refusal::ScenarioClosed.into());
    }
    if opened.scenario.version != version {
        return Err(AppError::Stale);
    }
    Ok((setting, opened))
}

fn invalid(field: &str, sentence: &str) -> AppError {
    let mut errors = FieldErrors::default();
    errors.push(field, sentence);
    AppError::Invalid(errors)
}

impl From<AssembleError> for AppError {
    fn from(err: AssembleError) -> AppError {
        match err {
            AssembleError::Unassessed(projects) => Refusal::AssessmentMissing { projects }.into(),
            err => AppError::internal(err),
        }
    }
}

impl From<Unreadable> for AppError {
    fn from(err: Unreadable) -> AppError {
        AppError::internal(err)
    }
}
