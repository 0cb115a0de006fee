//! The proposals that an adopted scenario becomes: amounts, who pays, and the reasons. Pure.

use std::collections::BTreeMap;

use super::{
    assemble::LeftOut,
    counterfactual,
    division::Division,
    open::{Opened, Setting},
    pay,
    store::Dossier,
};
use crate::{
    applications::{self, state::State},
    core::{
        ids::{EnvelopeId, ProjectId},
        money::Money,
    },
    decisions::proposal::{NewLine, NewProposal},
    error::AppError,
    schemes::{Scheme, Window},
    texts::money::euros,
};

/// One proposal per assessed application, in the order of the regions.
pub fn proposals(setting: &Setting, opened: &Opened) -> Result<Vec<NewProposal>, AppError> {
    let (round, material) = (&setting.round, &setting.material);
    let paper = Paper {
        setting,
        division: &opened.division,
        left_out: setting.entries(opened.terms())?.left_out,
        payers: pay::payers(&opened.division.lines, &setting.pots, round.window.kind)?,
    };
    let proposal = |dossier: &Dossier| {
        let id = &dossier.application.id;
        let own = material
            .projects
            .iter()
            .filter(|it| it.application_id == *id);
        let mut lines = Vec::new();
        for (project, year) in own.flat_map(|it| it.years.iter().map(move |year| (it, year.year))) {
            lines.extend(paper.lines(project, year)?);
        }
        Ok(NewProposal {
            application: id.clone(),
            scenario: Some(opened.scenario.id.clone()),
            reasons: reasons(&round.window, &round.scheme, &lines)?,
            lines,
        })
    };
    let is_assessed = |it: &&Dossier| it.application.state == State::Assessed;
    material
        .dossiers
        .iter()
        .filter(is_assessed)
        .map(proposal)
        .collect()
}

/// What the lines of proposals are written from.
struct Paper<'o> {
    setting: &'o Setting,
    division: &'o Division,
    left_out: BTreeMap<(ProjectId, i32), LeftOut>,
    payers: pay::Payers,
}

impl Paper<'_> {
    /// A line for each envelope that pays a project in a year; one of nothing where none does.
    fn lines(&self, project: &applications::Project, year: i32) -> Result<Vec<NewLine>, AppError> {
        let key = (project.id.to_string(), year);
        let line = |envelope: &EnvelopeId, amount, reason: &str, change: Option<String>| NewLine {
            project: project.id.clone(),
            year,
            envelope: envelope.clone(),
            amount,
            reason: reason.to_owned(),
            smallest_change: change,
        };
        let own = self.division.lines.iter();
        let Some(it) = own
            .into_iter()
            .find(|it| it.year == year && it.project == key.0)
        else {
            let out = self.left_out.get(&(project.id.clone(), year));
            let out = out.ok_or_else(|| missing(project, year))?;
            let mut pots = self.setting.pots.iter();
            let pot = pots.find(|it| it.category == out.category);
            let own = pot.and_then(|it| it.years.get(&year)).map(|(own, _)| own);
            let own = own.ok_or_else(|| missing(project, year))?;
            return Ok(vec![line(own, Money::ZERO, &out.reason, None)]);
        };
        let change = counterfactual::for_letter(self.division, it);
        let parts = self
            .payers
            .get(&key)
            .ok_or_else(|| missing(project, year))?;
        let lines = parts
            .iter()
            .map(|(envelope, amount)| line(envelope, *amount, &it.reason, change.clone()));
        Ok(lines.collect())
    }
}

fn missing(project: &applications::Project, year: i32) -> AppError {
    AppError::internal(format!("project {} has no line for {year}", project.id))
}

/// Why, for the application as a whole (Awb 3:46).
fn reasons(window: &Window, scheme: &Scheme, lines: &[NewLine]) -> Result<String, AppError> {
    let total = Money::sum(lines.iter().map(|it| it.amount))?;
    Ok(format!(
        "Wij hebben het geld van het tijdvak “{}” verdeeld volgens de regels van de {}. Uw aanvraag krijgt daarvan {}. Bij elk project staat hoe wij aan het bedrag komen.",
        window.name,
        scheme.title,
        euros(total)
    ))
}
