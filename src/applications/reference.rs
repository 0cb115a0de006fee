//! What people call an application by. Pure.

/// `VG-2027-0503`: the first year of the cycle and the number of the lead's CBS code (`GM0503`). It
/// is known before anything is stored, so that two who start at once never count to the same number.
pub fn main_round(first_year: i32, cbs_code: &str) -> String {
    let number = cbs_code.trim_start_matches(|it: char| !it.is_ascii_digit());
    format!("VG-{first_year}-{number}")
}

/// `VG-2027-0503-A` to `-Z`: what is asked on top of an award.
pub fn top_ups(parent: &str) -> Vec<String> {
    ('A'..='Z')
        .map(|letter| format!("{parent}-{letter}"))
        .collect()
}

/// The first that is not taken; `None` when all are.
pub fn first_free(candidates: Vec<String>, taken: &[String]) -> Option<String> {
    candidates.into_iter().find(|it| !taken.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_top_up_gets_the_first_free_letter() {
        let main = main_round(2027, "GM0503");
        assert_eq!(main, "VG-2027-0503");
        let free = |taken: &[String]| first_free(top_ups(&main), taken);
        assert_eq!(free(&[]).as_deref(), Some("VG-2027-0503-A"));
        let taken = ["VG-2027-0503-A".to_owned()];
        assert_eq!(free(&taken).as_deref(), Some("VG-2027-0503-B"));
        assert_eq!(free(&top_ups(&main)), None);
    }
}
