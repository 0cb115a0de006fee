//! Exports foot, in every format.
