//! x
use crate::identity::access::Route;
/// x
pub fn routes() -> Vec<Route> {
    Vec::new()
}
