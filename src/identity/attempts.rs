//! How often one may try to sign in, and how many passwords are hashed at once.

use std::{num::NonZeroU32, sync::Arc};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::DefaultKeyedStateStore,
};
use tokio::sync::Semaphore;

use crate::error::AppError;

/// How many passwords are hashed at once: each takes a core for some 50 ms and 19 MiB.
const AT_ONCE: usize = 2;

type Limiter = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock>;

/// The limits on signing in.
#[derive(Clone)]
pub struct SignIns {
    by_email: Arc<Limiter>,
    by_origin: Arc<Limiter>,
    hashing: Arc<Semaphore>,
}

impl SignIns {
    /// At most `per_minute` tries for an account and ten times as many from one address.
    pub fn limited(per_minute: NonZeroU32) -> SignIns {
        let from_one = per_minute.saturating_mul(NonZeroU32::MIN.saturating_add(9));
        SignIns {
            by_email: Arc::new(RateLimiter::keyed(Quota::per_minute(per_minute))),
            by_origin: Arc::new(RateLimiter::keyed(Quota::per_minute(from_one))),
            hashing: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Counts a try; refuses it when there were too many.
    pub fn check(&self, email: &str, origin: &str) -> Result<(), AppError> {
        for (limiter, key) in [(&self.by_origin, origin), (&self.by_email, email)] {
            limiter.check_key(&key.to_owned()).map_err(|it| {
                let wait = it.wait_time_from(DefaultClock::default().now());
                AppError::TooMany {
                    seconds: wait.as_secs().saturating_add(1),
                }
            })?;
        }
        Ok(())
    }

    /// Runs work on a password when few others do.
    pub async fn one_of_few<T: Send + 'static>(
        &self,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let _permit = self.hashing.acquire().await.map_err(AppError::busy)?;
        tokio::task::spawn_blocking(f)
            .await
            .map_err(AppError::internal)
    }
}
