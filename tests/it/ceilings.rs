//! Ceilings hold: by rule, by lock and by the database itself.
