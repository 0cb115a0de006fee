//! Two or three scenarios side by side.
use crate::identity::access::Route;
/// The routes of the comparison.
pub fn routes() -> Vec<Route> {
    Vec::new()
}
