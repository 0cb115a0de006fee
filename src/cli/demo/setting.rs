//! The setting of the demo: schemes, regions and people, made by the use cases.

use chrono::NaiveDate;

use super::seeds::{RegionSeed, SchemeSeed, Seeds};
use crate::{
    applications::catalogue,
    core::{
        actor::{Actor, Organisation, Role},
        category::{EnvelopeKind, EnvelopeMode},
        ids::{CycleId, MunicipalityId, RegionId, SchemeId},
        money::Money,
    },
    db::Tx,
    error::AppError,
    identity::actions::{NewAccount, create_account},
    schemes::{
        DistributionMethod, Scheme, actions,
        actions::NewCriterion,
        footing::{EnvelopePlan, YearPlan},
    },
};

/// A region, by its lead.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its id.
    pub region: RegionId,
    /// Its lead municipality.
    pub lead: MunicipalityId,
    /// The municipalities of the region, the lead among them.
    pub members: Vec<MunicipalityId>,
    /// CBS code of the lead.
    pub cbs_code: String,
    /// Name of the lead.
    pub name: String,
    /// Whole euros; its share of what is asked.
    pub size: i64,
}

/// Makes the scheme versions, oldest first, and the catalogue of indicators. The actor is the coordinator.
pub fn schemes(tx: &mut Tx<'_>, seeds: &Seeds) -> Result<Vec<SchemeId>, AppError> {
    let criteria: Vec<NewCriterion> = seeds
        .schemes
        .criterion
        .iter()
        .map(|it| NewCriterion {
            department: it.department,
            name: it.name.clone(),
            question: it.question.clone(),
            weight: it.weight,
        })
        .collect();
    catalogue::actions::add_examples(tx)?;
    seeds
        .schemes
        .scheme
        .iter()
        .map(|it| actions::create_scheme(tx, &scheme(it, seeds), &criteria))
        .collect()
}

fn scheme(seed: &SchemeSeed, seeds: &Seeds) -> Scheme {
    let rules = &seeds.schemes.rules;
    Scheme {
        id: SchemeId::from(""),
        code: seed.code.clone(),
        scheme_version: 1,
        title: seed.title.clone(),
        gazette_number: seed.gazette_number.clone(),
        valid_from_year: seed.valid_from_year,
        valid_until_year: seed.valid_until_year,
        is_example: seed.is_example,
        decision_term_weeks: rules.decision_term_weeks,
        awb_articles: rules.awb_articles.clone(),
        objection_clause: rules.objection_clause.clone(),
        mandate_line: rules.mandate_line.clone(),
        budget_article: rules.budget_article.clone(),
        sisa_code: None,
        rounding_cents: Money::from_cents(rules.rounding_cents),
        tie_chain: rules.tie_chain.clone(),
        leftover: rules.leftover,
        coupled: rules.coupled,
        frozen_at: None,
        version: 1,
    }
}

/// Makes the regions with their municipalities. The actor is the coordinator.
pub fn places(tx: &mut Tx<'_>, seeds: &[RegionSeed]) -> Result<Vec<Place>, AppError> {
    let from = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default();
    let mut places = Vec::new();
    for seed in seeds {
        let lead = actions::create_municipality(tx, &seed.lead.0, &seed.lead.1, from)?;
        let mut members = vec![lead.clone()];
        for (code, name) in &seed.members {
            members.push(actions::create_municipality(tx, code, name, from)?);
        }
        places.push(Place {
            region: actions::create_region(tx, &seed.name, &members, &lead, from)?,
            lead,
            members,
            cbs_code: seed.lead.0.clone(),
            name: seed.lead.1.clone(),
            size: seed.size,
        });
    }
    Ok(places)
}

/// Makes the people of the Rijk. The actor is an administrator; all get the same password.
pub fn officials(tx: &mut Tx<'_>, seeds: &Seeds, password_hash: &str) -> Result<(), AppError> {
    for it in &seeds.people {
        let new = NewAccount {
            email: it.email.clone(),
            name: it.name.clone(),
            password_hash: password_hash.to_owned(),
            organisation: it.organisation,
            municipality: None,
            roles: it.roles.clone(),
        };
        create_account(tx, &new)?;
    }
    Ok(())
}

/// Makes two people for each lead municipality: one who drafts, one who also signs.
pub fn municipal_people(
    tx: &mut Tx<'_>,
    places: &[Place],
    password_hash: &str,
) -> Result<(), AppError> {
    for place in places {
        let name = mail_name(&place.name);
        let people = [
            (
                format!("{name}@demo.example"),
                "Ondertekenaar",
                vec![Role::Editor, Role::Signatory],
            ),
            (
                format!("editor.{name}@demo.example"),
                "Opsteller",
                vec![Role::Editor],
            ),
        ];
        for (email, who, roles) in people {
            let new = NewAccount {
                email,
                name: format!("{who} {}", place.name),
                password_hash: password_hash.to_owned(),
                organisation: Organisation::Municipality,
                municipality: Some(place.lead.clone()),
                roles,
            };
            create_account(tx, &new)?;
        }
    }
    Ok(())
}

/// The name of a municipality as it stands in an address: `Den Haag` is `denhaag`.
pub fn mail_name(name: &str) -> String {
    let first = name.split(',').next().unwrap_or(name);
    first
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase()
}

/// The person who signs for a municipality.
pub fn signatory(conn: &mut crate::db::Conn, place: &Place) -> Result<Actor, AppError> {
    let email = format!("{}@demo.example", mail_name(&place.name));
    person(conn, &email)
}

/// Somebody of the demo, acting from the program itself.
pub fn person(conn: &mut crate::db::Conn, email: &str) -> Result<Actor, AppError> {
    let mut actor = crate::identity::store::actor_by_email(conn, email)?;
    actor.origin = "demo".to_owned();
    Ok(actor)
}

/// Drafts and opens a cycle. Amounts per envelope in whole euros: basis op orde, preventie,
/// eenjarig flexibel, reserve. The actor is the coordinator.
pub fn cycle(
    tx: &mut Tx<'_>,
    scheme: &SchemeId,
    first_year: i32,
    amounts: [[i32; 4]; 2],
) -> Result<CycleId, AppError> {
    let [first, second] = amounts;
    let last_year = first_year.saturating_add(1);
    let years = [year(first_year, first), year(last_year, second)];
    let name = format!("{first_year}-{last_year}");
    let id = actions::draft_cycle(tx, scheme, &name, &years)?;
    actions::open_cycle(tx, &id, 1)?;
    Ok(id)
}

fn year(year: i32, amounts: [i32; 4]) -> YearPlan {
    use DistributionMethod as Method;
    let envelopes = [
        (
            EnvelopeKind::Baseline,
            EnvelopeMode::AtMost,
            Method::ProRata,
        ),
        (
            EnvelopeKind::Prevention,
            EnvelopeMode::RingFenced,
            Method::RankingPartial,
        ),
        (
            EnvelopeKind::OneYear,
            EnvelopeMode::AtMost,
            Method::RankingSkip,
        ),
        (
            EnvelopeKind::Reserve,
            EnvelopeMode::AtMost,
            Method::RankingSkip,
        ),
    ];
    YearPlan {
        year,
        ceiling: Money::from_euros(
            amounts
                .iter()
                .fold(0, |sum, it| i32::saturating_add(sum, *it)),
        ),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_municipality_has_a_short_mail_name() {
        assert_eq!(mail_name("Den Haag"), "denhaag");
        assert_eq!(mail_name("Nuenen, Gerwen en Nederwetten"), "nuenen");
    }
}
