//! The allocation engine: stories with known answers, real elections, properties, bad input.

mod command;
mod elections;
mod exact;
mod given;
mod properties;
mod refusals;
mod stories;

use given::*;
