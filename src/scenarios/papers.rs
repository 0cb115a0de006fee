//! The proposals that an adopted scenario becomes: amounts, who pays, and the reasons. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    assemble::LeftOut,
    counterfactual,
    division::{Division, Line},
    freed,
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
///
/// `why` tells why what edits by hand set free goes to nobody, where somebody could still use it.
pub fn proposals(
    setting: &Setting,
    opened: &Opened,
    why: &str,
) -> Result<Vec<NewProposal>, AppError> {
    let (round, material) = (&setting.round, &setting.material);
    let fits = freed::fits(&opened.division).into_iter();
    let paper = Paper {
        setting,
        why,
        fits: fits.map(|it| (it.project, it.year)).collect(),
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
        let mut is_touched = false;
        for (project, year) in own.flat_map(|it| it.years.iter().map(move |year| (it, year.year))) {
            lines.extend(paper.lines(project, year)?);
            let line = paper.line(project.id.as_str(), year);
            is_touched |= line.is_some_and(|it| freed::is_touched(&opened.division, it));
        }
        Ok(NewProposal {
            application: id.clone(),
            scenario: Some(opened.scenario.id.clone()),
            reasons: reasons(&round.window, &round.scheme, &lines, is_touched)?,
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
    why: &'o str,
    /// What would fit in what edits by hand set free.
    fits: BTreeSet<(String, i32)>,
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
        let Some(it) = self.line(&key.0, year) else {
            let out = self.left_out.get(&(project.id.clone(), year));
            let out = out.ok_or_else(|| missing(project, year))?;
            let mut pots = self.setting.pots.iter();
            let pot = pots.find(|it| it.category == out.category);
            let own = pot.and_then(|it| it.years.get(&year)).map(|(own, _)| own);
            let own = own.ok_or_else(|| missing(project, year))?;
            return Ok(vec![line(own, Money::ZERO, &out.reason, None)]);
        };
        let change = counterfactual::for_letter(self.division, it);
        let reason = self.reason(it);
        let parts = self
            .payers
            .get(&key)
            .ok_or_else(|| missing(project, year))?;
        let lines = parts
            .iter()
            .map(|(envelope, amount)| line(envelope, *amount, &reason, change.clone()));
        Ok(lines.collect())
    }

    fn line(&self, project: &str, year: i32) -> Option<&Line> {
        let mut own = self.division.lines.iter();
        own.find(|it| it.year == year && it.project == project)
    }

    /// Why, and of what would fit by now also why it gets no more.
    fn reason(&self, line: &Line) -> String {
        let reason = freed::reason(self.division, line);
        if !self.fits.contains(&(line.project.clone(), line.year)) {
            return reason;
        }
        format!(
            "{reason} Daarna is een ander bedrag met de hand verlaagd en kwam geld vrij. Dit project krijgt dat niet. {}",
            self.why.trim()
        )
    }
}

fn missing(project: &applications::Project, year: i32) -> AppError {
    AppError::internal(format!("project {} has no line for {year}", project.id))
}

/// Why, for the application as a whole (Awb 3:46).
fn reasons(
    window: &Window,
    scheme: &Scheme,
    lines: &[NewLine],
    is_touched: bool,
) -> Result<String, AppError> {
    let total = Money::sum(lines.iter().map(|it| it.amount))?;
    let by_hand = match is_touched {
        true => {
            " Na de berekening is een bedrag met de hand gewijzigd. Wat bij een project over de berekening staat, geldt zonder die wijziging."
        }
        false => "",
    };
    Ok(format!(
        "Wij hebben het geld van het tijdvak “{}” verdeeld volgens de regels van de {}. Uw aanvraag krijgt daarvan {}. Bij elk project staat hoe wij aan het bedrag komen.{by_hand}",
        window.name,
        scheme.title,
        euros(total)
    ))
}
