//! SQL about how the applications of a cycle stand. No rules.

use diesel::{dsl::count_star, prelude::*};

use crate::{
    applications::state::State,
    core::ids::CycleId,
    db::{
        Conn,
        schema::{application_windows, applications},
    },
    error::AppError,
};

/// How many applications of a cycle are in which state.
pub fn states(conn: &mut Conn, cycle: &CycleId) -> Result<Vec<(State, usize)>, AppError> {
    let rows: Vec<(State, i64)> = applications::table
        .inner_join(application_windows::table)
        .filter(application_windows::cycle_id.eq(cycle))
        .group_by(applications::state)
        .order(applications::state)
        .select((applications::state, count_star()))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(state, count)| (state, usize::try_from(count).unwrap_or(usize::MAX)))
        .collect())
}
