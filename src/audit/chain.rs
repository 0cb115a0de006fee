//! The hash chain: what is hashed, and in which order. Pure.

use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};

/// What the first fact of a stream has before it.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One fact of a stream, as it is hashed and stored.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Link {
    /// Which fact.
    pub id: String,
    /// The dossier, cycle, account, ... it belongs to.
    pub stream: String,
    /// Its place, from 1, without gaps.
    pub seq: i64,
    /// When, in UTC with microseconds.
    pub at: NaiveDateTime,
    /// Who.
    pub actor_id: String,
    /// Their name at the time.
    pub actor_name: String,
    /// What happened.
    pub kind: String,
    /// With which data, as JSON.
    pub detail: String,
    /// From where.
    pub origin: String,
    /// The hash of the fact before it in the stream.
    pub prev_hash: String,
}

impl Link {
    /// SHA-256 over every field, each with its length in front, so that no two facts can be told
    /// by the same bytes.
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        let (seq, at) = (
            self.seq.to_string(),
            self.at.and_utc().timestamp_micros().to_string(),
        );
        let fields = [
            self.prev_hash.as_str(),
            &self.id,
            &self.stream,
            &seq,
            &at,
            &self.actor_id,
            &self.actor_name,
            &self.kind,
            &self.detail,
            &self.origin,
        ];
        for field in fields {
            hasher.update(field.len().to_string());
            hasher.update(":");
            hasher.update(field);
        }
        crate::core::hex::encode(&hasher.finalize())
    }
}
