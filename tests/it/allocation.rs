//! The engine on published outcomes and random inputs.
