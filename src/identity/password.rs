//! Passwords: argon2id with the parameters that the crate recommends (OWASP, 19 MiB, 2 passes).

use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use crate::error::AppError;

/// The shortest password; length is what counts (NIST SP 800-63B 3.1.1).
pub const SHORTEST: usize = 12;
/// The longest; more would only be work for the machine.
pub const LONGEST: usize = 200;

/// The hash to store, with its salt and parameters in it. Takes some 50 ms on purpose: call it
/// where one may wait.
pub fn hash(password: &str) -> Result<String, AppError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|it| it.to_string())
        .map_err(|it| AppError::internal(it.to_string()))
}

/// Whether this is the password. Takes as long for an account that does not exist (`None`), so
/// that nobody can find out which ones do.
pub fn matches(password: &str, stored: Option<&str>) -> bool {
    let stored = stored.unwrap_or(NOBODY);
    Argon2::default()
        .verify_password(password.as_bytes(), stored)
        .is_ok()
}

/// The hash of a password that nobody knows.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Y29uc3RhbnQgd29yaw$kDzL7sAV8hPzJ0r1dq8WzCNxJ9ZGHh3jXQZbJj3Zq0E";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_matches() {
        let stored = hash("correct paard batterij").unwrap();
        assert!(matches("correct paard batterij", Some(&stored)));
        assert!(!matches("correct paard batterij ", Some(&stored)));
        assert!(!matches("", None));
    }

    #[test]
    fn an_unknown_account_costs_a_real_comparison() {
        assert!(argon2::PasswordHash::new(NOBODY).is_ok());
    }
}
