//! When an application can still be changed, and which part of it. Pure.

use super::{section::SectionName, state::State};
use crate::error::Refusal;

/// `Ok` if this section can be changed now.
///
/// A draft is open while its window is. After a request for completion (Awb 4:5) only the sections
/// that it names are open, until its last day; `window_open` then says whether that day has not
/// passed. In every other state nothing is open.
pub fn may_change(
    state: State,
    section: SectionName,
    reopened: &[SectionName],
    window_open: bool,
) -> Result<(), Refusal> {
    let is_open = match state {
        State::Draft => window_open,
        State::CompletionRequested => window_open && reopened.contains(&section),
        State::Submitted
        | State::Completed
        | State::InAssessment
        | State::Assessed
        | State::Proposed
        | State::NotTreatedProposed
        | State::Decided
        | State::Notified
        | State::Withdrawn => false,
    };
    if is_open {
        Ok(())
    } else {
        Err(Refusal::NotOpenForChange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which sections are open in which state, with two of them reopened.
    #[test]
    fn the_whole_table() {
        let reopened = [SectionName::Region, SectionName::Projects];
        let mut table = String::new();
        for state in State::ALL {
            for window_open in [true, false] {
                let open: Vec<&str> = SectionName::ALL
                    .iter()
                    .filter(|it| may_change(*state, **it, &reopened, window_open).is_ok())
                    .map(|it| it.as_str())
                    .collect();
                if !open.is_empty() {
                    table.push_str(&format!("{state:?} {window_open}: {}\n", open.join(" ")));
                }
            }
        }
        insta::assert_snapshot!(table, @r"
        Draft true: organisation region analysis projects statements attachments
        CompletionRequested true: region projects
        ");
    }
}
