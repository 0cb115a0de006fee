//! SQL about regions and municipalities. No rules.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::{
    core::ids::{MunicipalityId, RegionId},
    db::{
        Conn, Tx,
        schema::{municipalities, region_leads, region_members, regions},
    },
    error::AppError,
    schemes::{Municipality, Region, store::MOST},
};

/// One municipality.
pub fn municipality(conn: &mut Conn, id: &MunicipalityId) -> Result<Municipality, AppError> {
    Ok(municipalities::table
        .find(id)
        .select(Municipality::as_select())
        .first(conn)?)
}

/// All municipalities, by name; one page.
pub fn municipalities(
    conn: &mut Conn,
    limit: i64,
    offset: i64,
) -> Result<Vec<Municipality>, AppError> {
    Ok(municipalities::table
        .order((municipalities::sort_name, municipalities::id))
        .limit(limit)
        .offset(offset)
        .select(Municipality::as_select())
        .load(conn)?)
}

/// How many municipalities there are.
pub fn count_municipalities(conn: &mut Conn) -> Result<i64, AppError> {
    Ok(municipalities::table.count().get_result(conn)?)
}

/// The municipality that has this code on a day.
pub fn municipality_by_code(
    conn: &mut Conn,
    code: &str,
    on: NaiveDate,
) -> Result<Option<Municipality>, AppError> {
    Ok(municipalities::table
        .filter(municipalities::cbs_code.eq(code))
        .filter(
            municipalities::valid_until
                .is_null()
                .or(municipalities::valid_until.gt(on)),
        )
        .order((municipalities::valid_from, municipalities::id))
        .select(Municipality::as_select())
        .first(conn)
        .optional()?)
}

/// Adds a municipality.
pub fn insert_municipality(tx: &mut Tx<'_>, it: &Municipality) -> Result<(), AppError> {
    diesel::insert_into(municipalities::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// The most municipalities that lead a region: more than there are.
const MOST_LEADS: i64 = 1_000;

/// One region.
pub fn region(conn: &mut Conn, id: &RegionId) -> Result<Region, AppError> {
    Ok(regions::table
        .find(id)
        .select(Region::as_select())
        .first(conn)?)
}

/// All regions with the municipality that leads them on a day, by name; one page.
pub fn regions(
    conn: &mut Conn,
    on: NaiveDate,
    limit: i64,
    offset: i64,
) -> Result<Vec<(Region, Municipality)>, AppError> {
    Ok(regions::table
        .inner_join(region_leads::table.inner_join(municipalities::table))
        .filter(region_leads::valid_from.le(on))
        .filter(
            region_leads::valid_until
                .is_null()
                .or(region_leads::valid_until.gt(on)),
        )
        .order((regions::sort_name, regions::id))
        .limit(limit)
        .offset(offset)
        .select((Region::as_select(), Municipality::as_select()))
        .load(conn)?)
}

/// All municipalities that ever led a region.
pub fn leads(conn: &mut Conn) -> Result<Vec<(MunicipalityId, String)>, AppError> {
    let led = region_leads::table.filter(region_leads::municipality_id.eq(municipalities::id));
    // In the order of an index, so that it stops at the limit.
    Ok(municipalities::table
        .filter(diesel::dsl::exists(led))
        .order((municipalities::sort_name, municipalities::id))
        .limit(MOST_LEADS)
        .select((municipalities::id, municipalities::name))
        .load(conn)?)
}

/// How many regions there are.
pub fn count_regions(conn: &mut Conn) -> Result<i64, AppError> {
    Ok(regions::table.count().get_result(conn)?)
}

/// Whether there is a region with this name.
pub fn has_region(conn: &mut Conn, name: &str) -> Result<bool, AppError> {
    Ok(diesel::select(diesel::dsl::exists(
        regions::table.filter(regions::name.eq(name)),
    ))
    .get_result(conn)?)
}

/// Since when the last lead of a region leads it.
pub fn lead_since(conn: &mut Conn, region: &RegionId) -> Result<Option<NaiveDate>, AppError> {
    Ok(region_leads::table
        .filter(region_leads::region_id.eq(region))
        .select(diesel::dsl::max(region_leads::valid_from))
        .first(conn)?)
}

/// The region that a municipality leads on a day.
pub fn region_led_by(
    conn: &mut Conn,
    municipality: &MunicipalityId,
    on: NaiveDate,
) -> Result<Option<Region>, AppError> {
    Ok(regions::table
        .inner_join(region_leads::table)
        .filter(region_leads::municipality_id.eq(municipality))
        .filter(region_leads::valid_from.le(on))
        .filter(
            region_leads::valid_until
                .is_null()
                .or(region_leads::valid_until.gt(on)),
        )
        .order(regions::id)
        .select(Region::as_select())
        .first(conn)
        .optional()?)
}

/// The municipalities of a region on a day, by name.
pub fn members(
    conn: &mut Conn,
    region: &RegionId,
    on: NaiveDate,
) -> Result<Vec<Municipality>, AppError> {
    Ok(municipalities::table
        .inner_join(region_members::table)
        .filter(region_members::region_id.eq(region))
        .filter(region_members::valid_from.le(on))
        .filter(
            region_members::valid_until
                .is_null()
                .or(region_members::valid_until.gt(on)),
        )
        .order((municipalities::sort_name, municipalities::id))
        .limit(MOST)
        .select(Municipality::as_select())
        .load(conn)?)
}

/// Adds a region.
pub fn insert_region(tx: &mut Tx<'_>, it: &Region) -> Result<(), AppError> {
    diesel::insert_into(regions::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Makes a municipality part of a region from a day on.
pub fn insert_member(
    tx: &mut Tx<'_>,
    region: &RegionId,
    municipality: &MunicipalityId,
    from: NaiveDate,
) -> Result<(), AppError> {
    diesel::insert_into(region_members::table)
        .values((
            region_members::region_id.eq(region),
            region_members::municipality_id.eq(municipality),
            region_members::valid_from.eq(from),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Makes a municipality lead a region from a day on; whoever led it stops that day.
pub fn set_lead(
    tx: &mut Tx<'_>,
    region: &RegionId,
    municipality: &MunicipalityId,
    from: NaiveDate,
) -> Result<(), AppError> {
    diesel::update(
        region_leads::table
            .filter(region_leads::region_id.eq(region))
            .filter(region_leads::valid_until.is_null()),
    )
    .set(region_leads::valid_until.eq(Some(from)))
    .execute(tx.conn)?;
    diesel::insert_into(region_leads::table)
        .values((
            region_leads::region_id.eq(region),
            region_leads::municipality_id.eq(municipality),
            region_leads::valid_from.eq(from),
        ))
        .execute(tx.conn)?;
    Ok(())
}
