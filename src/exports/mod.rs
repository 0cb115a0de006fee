//! Tables of typed cells, written as CSV or XLSX, with totals that foot.
pub mod pages;
