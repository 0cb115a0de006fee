//! What people call an application by. Pure.

/// `VG-2027-0503`: the first year of the cycle and the number of the lead's CBS code (`GM0503`). It
/// is known before anything is stored, so that two who start at once never count to the same number.
pub fn main_round(first_year: i32, cbs_code: &str) -> String {
    let number = cbs_code.trim_start_matches(|it: char| !it.is_ascii_digit());
    format!("VG-{first_year}-{number}")
}

/// `VG-2027-0503-A`: what is asked on top of an award, with the first letter that is not taken;
/// `None` when all are.
pub fn top_up(parent: &str, taken: &[String]) -> Option<String> {
    ('A'..='Z')
        .map(|letter| format!("{parent}-{letter}"))
        .find(|it| !taken.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_top_up_gets_the_first_free_letter() {
        let main = main_round(2027, "GM0503");
        assert_eq!(main, "VG-2027-0503");
        assert_eq!(top_up(&main, &[]).as_deref(), Some("VG-2027-0503-A"));
        let taken = ["VG-2027-0503-A".to_owned()];
        assert_eq!(top_up(&main, &taken).as_deref(), Some("VG-2027-0503-B"));
        let all: Vec<String> = ('A'..='Z').map(|it| format!("{main}-{it}")).collect();
        assert_eq!(top_up(&main, &all), None);
    }
}
