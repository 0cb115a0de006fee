//! The pages of this domain.

use crate::identity::access::Route;

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    Vec::new()
}
