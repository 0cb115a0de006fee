//! Scenarios of one window as they are looked at and worked on: read, with their edits, and with
//! what has moved since they were made.

use super::{
    Edit, Scenario, ScenarioState,
    assemble::{self, AssembleError, Entries, Terms},
    division::Division,
    names::Names,
    pots::{self, Pot},
    stale,
    store::{self, Material, Round},
};
use crate::{
    applications::state::State,
    core::{actor::Actor, ids::ScenarioId},
    db::Conn,
    error::AppError,
};

/// The window of some scenarios, with what can be divided in it now.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The window, its cycle and scheme.
    pub round: Round,
    /// The money, applications and projects.
    pub material: Material,
    /// What pays for what.
    pub pots: Vec<Pot>,
    /// What projects and applicants are called.
    pub names: Names,
}

/// One scenario as it stands.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The scenario as it is stored.
    pub scenario: Scenario,
    /// The name of who made it.
    pub maker: String,
    /// The edits by hand with the name of who made them, in their order.
    pub edits: Vec<(Edit, String)>,
    /// Its amounts.
    pub division: Division,
    /// How its base has moved since, in Dutch sentences; empty if it is not stale.
    pub differences: Vec<String>,
}

impl Setting {
    /// How many applications can be divided among now.
    pub fn assessed(&self) -> usize {
        let dossiers = self.material.dossiers.iter();
        dossiers
            .filter(|it| it.application.state == State::Assessed)
            .count()
    }

    /// The projects that take part now, and those that cannot be funded, on these terms.
    ///
    /// # Errors
    /// [`AssembleError::Unassessed`].
    pub fn entries(&self, terms: Terms) -> Result<Entries, AssembleError> {
        let candidates = self.material.candidates();
        let years = pots::years(&self.pots);
        assemble::entries(&candidates, &years, terms)
    }
}

impl Opened {
    /// How projects entered it.
    pub fn terms(&self) -> Terms {
        terms(&self.scenario, &self.division)
    }
}

fn terms(scenario: &Scenario, division: &Division) -> Terms {
    Terms {
        rounding: division.input.rounding,
        is_coupled: scenario.is_coupled,
    }
}

/// A window with what can be divided in it now, in five statements.
pub fn setting(conn: &mut Conn, actor: &Actor, round: Round) -> Result<Setting, AppError> {
    let material = store::material(conn, &round, actor)?;
    Ok(Setting {
        pots: pots::pots(round.window.kind, &round.cycle, &material.funds),
        names: material.names(),
        round,
        material,
    })
}

/// Reads scenarios of one window, in the order of `ids`, in seven statements however many there are.
///
/// # Errors
/// [`AppError::NotFound`] if one is not there, or of another window.
pub fn open(
    conn: &mut Conn,
    actor: &Actor,
    ids: &[ScenarioId],
) -> Result<(Setting, Vec<Opened>), AppError> {
    let stored = store::get_all(conn, ids)?;
    let (first, _) = stored.first().ok_or(AppError::NotFound)?;
    let round = store::round(conn, &first.window_id)?;
    let setting = setting(conn, actor, round)?;
    let edits = store::edits(conn, ids)?;
    let mut opened = Vec::new();
    for id in ids {
        let found = stored.iter().find(|(it, _)| it.id == *id);
        let (scenario, maker) = found
            .filter(|(it, _)| it.window_id == setting.round.window.id)
            .ok_or(AppError::NotFound)?;
        let own = edits.iter().filter(|(it, _)| it.scenario_id == *id);
        opened.push(opened_one(
            &setting,
            scenario,
            maker,
            own.cloned().collect(),
        )?);
    }
    Ok((setting, opened))
}

/// Reads one scenario; see [`open`].
pub fn open_one(
    conn: &mut Conn,
    actor: &Actor,
    id: &ScenarioId,
) -> Result<(Setting, Opened), AppError> {
    let (setting, opened) = open(conn, actor, std::slice::from_ref(id))?;
    let opened = opened.into_iter().next().ok_or(AppError::NotFound)?;
    Ok((setting, opened))
}

fn opened_one(
    setting: &Setting,
    scenario: &Scenario,
    maker: &str,
    edits: Vec<(Edit, String)>,
) -> Result<Opened, AppError> {
    let own: Vec<&Edit> = edits.iter().map(|(it, _)| it).collect();
    let division = Division::read(scenario, &own)?;
    Ok(Opened {
        differences: differences(setting, scenario, &division)?,
        scenario: scenario.clone(),
        maker: maker.to_owned(),
        edits,
        division,
    })
}

/// What differs between the base of a scenario and what it would be made of now. Nothing does for
/// one that is no draft: its base went into proposals, or does not matter any more.
fn differences(
    setting: &Setting,
    scenario: &Scenario,
    division: &Division,
) -> Result<Vec<String>, AppError> {
    if scenario.state != ScenarioState::Draft {
        return Ok(Vec::new());
    }
    let now = match setting.entries(terms(scenario, division)) {
        Ok(it) => it,
        Err(AssembleError::Unassessed(titles)) => {
            return Ok(vec![format!("Nog niet beoordeeld: {}.", titles.join(", "))]);
        }
        Err(err) => return Err(err.into()),
    };
    let ceilings = pots::ceilings(
        &setting.pots,
        &division.input.categories,
        scenario.is_hypothetical,
    )?;
    Ok(stale::differences(
        &division.input,
        &now.projects,
        &ceilings,
        &setting.names,
    ))
}
