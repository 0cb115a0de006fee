//! The tests of the engine that are worth optimising for: this crate holds the engine alone, so that an optimised build takes
//! a minute (`tests/run`, step "the engine, optimised").

extern crate versterkingsgelden_fuzz as versterkingsgelden;

#[path = "../../tests/it/allocation/exact.rs"]
mod exact;
#[path = "../../tests/it/allocation/given.rs"]
mod given;
#[path = "../../tests/it/allocation/refusals.rs"]
mod refusals;
#[path = "../../tests/it/allocation/stories.rs"]
mod stories;

use given::*;
