//! HTTP and HTML without domain: styles and script, the frame of a page, forms, paging, and the
//! data that the component macros in `templates/components/` take.
pub mod again;
pub mod assets;
pub mod chart;
pub mod errors;
pub mod fields;
pub mod forms;
pub mod frame;
pub mod health;
pub mod html;
pub mod meter;
pub mod paging;
pub mod parts;
pub mod reading;
pub mod security;
pub mod spans;
pub mod theme;
