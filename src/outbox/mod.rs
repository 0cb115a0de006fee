//! Messages: put in the same transaction as what they tell, read in the portal, sent by a worker.
pub mod pages;
pub mod store;

use crate::core::ids::{ApplicationId, MunicipalityId};

/// A message to put in the outbox.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// Whose people may read it.
    pub municipality: &'a MunicipalityId,
    /// The dossier it is about.
    pub application: Option<&'a ApplicationId>,
    /// What kind of message it is, such as `receipt`.
    pub kind: &'a str,
    /// Its subject.
    pub subject: &'a str,
    /// Its text.
    pub body: &'a str,
}
