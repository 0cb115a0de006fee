//! What time it is, and where ids come from: both enter here and nowhere else, so that tests and
//! the demo's story can hold them still.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU32, Ordering},
};

use chrono::{DateTime, NaiveDateTime, SubsecRound};
use sha2::{Digest, Sha256};

/// Where the time comes from, in UTC with microseconds, as PostgreSQL keeps it.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A moment that stands still until it is set (microseconds since 1970).
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now`.
    pub fn fixed(now: NaiveDateTime) -> Clock {
        Clock::Fixed(Arc::new(AtomicI64::new(now.and_utc().timestamp_micros())))
    }

    /// Moves a fixed clock; the machine's cannot be moved.
    pub fn set(&self, now: NaiveDateTime) {
        if let Clock::Fixed(it) = self {
            it.store(now.and_utc().timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// The moment, in UTC.
    pub fn now(&self) -> NaiveDateTime {
        match self {
            Clock::System => system_now(),
            Clock::Fixed(it) => DateTime::from_timestamp_micros(it.load(Ordering::SeqCst))
                .unwrap_or_default()
                .naive_utc(),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where time enters")]
fn system_now() -> NaiveDateTime {
    chrono::Utc::now().naive_utc().trunc_subsecs(6)
}

/// Where ids come from: UUIDv7 (RFC 9562), which sort by the moment they were made and, within one
/// millisecond, by a counter.
#[derive(Debug, Clone)]
pub struct IdSource {
    counter: Arc<AtomicU32>,
    seed: Option<u64>,
}

impl IdSource {
    /// Ids that nobody can guess.
    pub fn random() -> IdSource {
        IdSource {
            counter: Arc::default(),
            seed: None,
        }
    }

    /// The same ids for the same seed and moments.
    pub fn seeded(seed: u64) -> IdSource {
        IdSource {
            counter: Arc::default(),
            seed: Some(seed),
        }
    }

    pub(super) fn next(&self, now: NaiveDateTime) -> String {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        let millis = u64::try_from(now.and_utc().timestamp_millis()).unwrap_or_default();
        let tail = self.tail(count);
        let [c0, c1, c2, c3] = count.to_be_bytes();
        let [t0, t1, t2, t3, t4, t5] = tail;
        // Bits that the version and the variant take are left free of the counter.
        let bytes = [
            c0 & 0x0f,
            c1,
            (c2 >> 2) & 0x3f,
            (c2 << 6) | (c3 >> 2),
            (c3 << 6) | (t0 & 0x3f),
            t1,
            t2,
            t3,
            t4,
            t5,
        ];
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes)
            .into_uuid()
            .simple()
            .to_string()
    }

    fn tail(&self, count: u32) -> [u8; 6] {
        let mut tail = [0; 6];
        match self.seed {
            Some(seed) => {
                let hash = Sha256::digest(format!("{seed}/{count}"));
                for (to, from) in tail.iter_mut().zip(hash.iter()) {
                    *to = *from;
                }
            }
            // Without randomness ids would repeat; the counter and the clock still tell them apart.
            None => drop(getrandom::fill(&mut tail)),
        }
        tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_in_the_order_they_were_made() {
        let now = DateTime::from_timestamp_micros(1_800_000_000_000_000)
            .unwrap()
            .naive_utc();
        for source in [IdSource::random(), IdSource::seeded(7)] {
            let ids: Vec<String> = (0..5000).map(|_| source.next(now)).collect();
            let mut sorted = ids.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!(ids, sorted);
        }
        let same: Vec<String> = (0..2).map(|_| IdSource::seeded(7).next(now)).collect();
        assert_eq!(same.first(), same.last());
    }
}
