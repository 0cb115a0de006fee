//! Who gets how much: the engine (pure) and its scenarios.
pub mod scenarios;
