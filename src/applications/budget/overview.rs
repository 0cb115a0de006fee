//! The totals of an application: per project, category, kind of cost and municipality, in exact cents.
//! Pure. Every total is the sum of what is under it: a year of a project that does not foot yet is
//! named, and counts nowhere.

use crate::{
    applications::{
        dossier::totals::{self, Pivot, Totals},
        project::{LineKind, Meaning, form, store::Draft, typed},
    },
    core::{
        category::Category,
        ids::{MunicipalityId, ProjectId},
        money::{Money, MoneyError},
    },
    schemes::{Municipality, WindowKind, sort_name},
    texts::labels::Label,
};

/// The budget of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// What is requested per project.
    pub projects: Pivot,
    /// What is requested per category.
    pub categories: Totals,
    /// What it costs per kind of cost.
    pub kinds: Pivot,
    /// From costs to what is requested: own contribution and co-financing are taken off.
    pub taken_off: Pivot,
    /// What is requested per municipality.
    pub partners: Pivot,
    /// The years of projects that are left out, because something is wrong in them.
    pub left_out: Vec<LeftOut>,
    /// Minimum amounts that leave no room: project, year and amount.
    pub tight: Vec<(String, i32, Money)>,
}

/// A year of a project that does not foot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The project.
    pub id: ProjectId,
    /// What it is called.
    pub name: String,
    /// The budget year.
    pub year: i32,
}

/// What the window of an application says about its budget.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The years of the cycle.
    pub years: [i32; 2],
    /// What the window is for.
    pub window: WindowKind,
    /// Who applies.
    pub lead: &'a Municipality,
    /// The municipalities of the region.
    pub members: &'a [Municipality],
}

/// What a project is called in a list: `2. Jongerenwerk online`.
pub fn name(draft: &Draft) -> String {
    let title = typed::line(draft.answers.get("titel"), 150);
    let title = if title.is_empty() {
        "(nog zonder naam)"
    } else {
        &title
    };
    format!("{}. {title}", draft.position)
}

/// The amounts of all projects, before they are summed.
#[derive(Default)]
struct Amounts {
    projects: Vec<(String, i32, Money)>,
    categories: Vec<(Option<Category>, i32, Money)>,
    kinds: Vec<(String, i32, Money)>,
    taken_off: Vec<(String, i32, Money)>,
    partners: Vec<(String, i32, Money)>,
    left_out: Vec<LeftOut>,
    tight: Vec<(String, i32, Money)>,
}

/// The totals of these projects.
pub fn overview(drafts: &[Draft], setting: &Setting<'_>) -> Result<Overview, MoneyError> {
    let mut all = Amounts::default();
    for draft in drafts {
        let (meaning, _) = form::read(&draft.answers, setting.years, setting.window);
        all.add(draft, &meaning, setting)?;
    }
    // In the order of the list, not of who was first.
    let position = |name: &str| LineKind::ALL.iter().position(|it| it.label() == name);
    all.kinds
        .sort_by_key(|(name, year, _)| (position(name), *year));
    all.partners
        .sort_by_key(|(name, year, _)| (sort_name(name), name.clone(), *year));
    let years = setting.years;
    Ok(Overview {
        projects: totals::pivot(&years, &all.projects)?,
        categories: totals::totals(years, &all.categories)?,
        kinds: totals::pivot(&years, &all.kinds)?,
        taken_off: totals::pivot(&years, &all.taken_off)?,
        partners: totals::pivot(&years, &all.partners)?,
        left_out: all.left_out,
        tight: all.tight,
    })
}

impl Amounts {
    fn add(
        &mut self,
        draft: &Draft,
        meaning: &Meaning,
        setting: &Setting<'_>,
    ) -> Result<(), MoneyError> {
        let name = name(draft);
        for it in meaning.years.iter().filter(|it| it.is_typed) {
            if !it.is_sound {
                self.left_out.push(LeftOut {
                    id: draft.id.clone(),
                    name: name.clone(),
                    year: it.year,
                });
                continue;
            }
            let year = it.year;
            self.projects.push((name.clone(), year, it.requested));
            self.categories.push((meaning.category, year, it.requested));
            self.taken_off.push((
                "Eigen bijdrage gemeenten".to_owned(),
                year,
                it.own_contribution,
            ));
            self.taken_off.push((
                "Cofinanciering door anderen".to_owned(),
                year,
                it.co_financing,
            ));
            if !it.minimum.is_zero() && it.minimum == it.requested {
                self.tight.push((name.clone(), year, it.minimum));
            }
            for line in &meaning.lines {
                let costs = line.costs.iter().filter(|it| it.year == year);
                let kind = line.kind.map_or("", Label::label);
                self.kinds
                    .extend(costs.map(|it| (kind.to_owned(), year, it.amount)));
            }
            self.partners
                .extend(partners(meaning, year, it.requested, setting));
        }
        Ok(())
    }
}

/// For whom a year of a project is; all for the lead if it was not divided.
fn partners(
    meaning: &Meaning,
    year: i32,
    requested: Money,
    setting: &Setting<'_>,
) -> Vec<(String, i32, Money)> {
    let name = |id: &MunicipalityId| {
        let found = setting.members.iter().find(|it| it.id == *id);
        found.map_or_else(|| id.to_string(), |it| it.name.clone())
    };
    let shares: Vec<_> = meaning
        .shares
        .iter()
        .filter(|it| it.year == year)
        .map(|it| (name(&it.municipality), year, it.amount))
        .collect();
    if shares.is_empty() {
        vec![(setting.lead.name.clone(), year, requested)]
    } else {
        shares
    }
}
