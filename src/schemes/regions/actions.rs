//! Regions: their municipalities and their lead.

use chrono::NaiveDate;

use crate::{
    audit::{self, Fact, Stream},
    core::ids::{MunicipalityId, RegionId},
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    schemes::{Municipality, Place, Region, actions::invalid, sort_name, store},
};

/// Adds a municipality.
pub fn create_municipality(
    tx: &mut Tx<'_>,
    cbs_code: &str,
    name: &str,
    from: NaiveDate,
) -> Result<MunicipalityId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let municipality = Municipality {
        id: tx.new_id(),
        cbs_code: cbs_code.to_owned(),
        name: name.to_owned(),
        sort_name: sort_name(name),
        valid_from: from,
        valid_until: None,
    };
    store::insert_municipality(tx, &municipality)?;
    Ok(municipality.id)
}

/// Makes a region of these municipalities, led by one of them.
pub fn create_region(
    tx: &mut Tx<'_>,
    name: &str,
    members: &[MunicipalityId],
    lead: &MunicipalityId,
    from: NaiveDate,
) -> Result<RegionId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    if !members.contains(lead) {
        return Err(invalid(
            "hoofdaanvrager",
            "Kies een hoofdaanvrager die in de regio ligt.",
        ));
    }
    if store::has_region(tx.conn, name)? {
        return Err(Refusal::AlreadyExists.into());
    }
    let region = Region {
        id: tx.new_id(),
        name: name.to_owned(),
        sort_name: sort_name(name),
    };
    store::insert_region(tx, &region)?;
    for member in members {
        store::insert_member(tx, &region.id, member, from)?;
    }
    store::set_lead(tx, &region.id, lead, from)?;
    let fact = Fact::RegionChanged { name: region.name };
    audit::record(tx, Stream::Region(&region.id), &fact)?;
    Ok(region.id)
}

/// Makes a region of places, of which those that are not known yet are added first.
pub fn set_up_region(
    tx: &mut Tx<'_>,
    name: &str,
    places: &[Place],
    lead: &str,
    from: NaiveDate,
) -> Result<RegionId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let mut members = Vec::new();
    let mut leading = None;
    for place in places {
        let known = store::municipality_by_code(tx.conn, &place.cbs_code, from)?;
        let id = match known {
            Some(it) => it.id,
            None if place.name.is_empty() => return Err(unknown_place(place)),
            None => create_municipality(tx, &place.cbs_code, &place.name, from)?,
        };
        if place.cbs_code == lead {
            leading = Some(id.clone());
        }
        members.push(id);
    }
    let lead = leading.ok_or_else(|| {
        invalid(
            "hoofdaanvrager",
            "Vul de code in van een gemeente die in de lijst staat.",
        )
    })?;
    create_region(tx, name, &members, &lead, from)
}

fn unknown_place(place: &Place) -> AppError {
    let sentence = format!(
        "Wij kennen {} nog niet. Zet de naam van de gemeente achter de code.",
        place.cbs_code
    );
    invalid("gemeenten", &sentence)
}

/// Gives a region another lead from a day on.
pub fn change_lead(
    tx: &mut Tx<'_>,
    region: &RegionId,
    lead: &MunicipalityId,
    from: NaiveDate,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let region = store::region(tx.conn, region)?;
    let members = store::members(tx.conn, &region.id, from)?;
    if !members.iter().any(|it| it.id == *lead) {
        return Err(invalid(
            "hoofdaanvrager",
            "Kies een hoofdaanvrager die in de regio ligt.",
        ));
    }
    let since = store::lead_since(tx.conn, &region.id)?;
    if since.is_some_and(|it| from <= it) {
        return Err(invalid(
            "vanaf",
            "Kies een dag na de dag waarop de huidige hoofdaanvrager begon.",
        ));
    }
    store::set_lead(tx, &region.id, lead, from)?;
    let fact = Fact::RegionChanged { name: region.name };
    audit::record(tx, Stream::Region(&region.id), &fact)
}
