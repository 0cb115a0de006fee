//! The commands of the program: one file each, each a thin call of the library.
pub mod allocate;
