//! The accounts of the ledger, the moves between them, and what each move can rest on. Pure; the
//! CHECKs of `journal_entries` say the same.

use crate::db::columns::text_enum;

text_enum! {
    /// An account: where money of an envelope stands. The firmer, the further down, until it comes
    /// back.
    pub enum Stage {
        /// Outside the envelopes: the state budget.
        Budget => "budget",
        /// In an envelope and promised to nobody.
        Free => "free",
        /// Proposed for a project.
        Reserved => "reserved",
        /// Promised by a decision.
        Committed => "committed",
        /// Granted as an advance that is to be paid.
        Advanced => "advanced",
        /// Paid, not accounted for yet.
        Paid => "paid",
        /// Accounted for and accepted.
        Accepted => "accepted",
        /// Determined: the project keeps it for good.
        Determined => "determined",
        /// Promised once and not needed; waits for a decision on what becomes of it.
        Released => "released",
        /// Paid once and given back; waits for a decision on what becomes of it.
        Recovered => "recovered",
    }
}

impl Stage {
    /// The stages in which money is promised to a project.
    pub const PROMISED: &'static [Stage] = &[
        Stage::Reserved,
        Stage::Committed,
        Stage::Advanced,
        Stage::Paid,
        Stage::Accepted,
        Stage::Determined,
    ];
}

text_enum! {
    /// What a movement is.
    pub enum EntryKind {
        /// Money enters an envelope.
        Appropriation => "appropriation",
        /// Money leaves an envelope.
        Withdrawal => "withdrawal",
        /// From one envelope to another of the same year.
        Transfer => "transfer",
        /// Proposed.
        Reservation => "reservation",
        /// Not promised any more.
        Release => "release",
        /// Decided.
        Commitment => "commitment",
        /// Given to a project by the change of an award that took it from another.
        Shift => "shift",
        /// An advance was granted.
        Advance => "advance",
        /// Paid.
        Payment => "payment",
        /// What was spent was accepted.
        Acceptance => "acceptance",
        /// Determined.
        Determination => "determination",
        /// Given back by who was paid.
        Recovery => "recovery",
        /// Given back by paying less of something else.
        SetOff => "set_off",
        /// What was released or recovered can be promised again, here or from another envelope.
        Reuse => "reuse",
    }
}

text_enum! {
    /// What a movement can rest on.
    pub enum CauseKind {
        /// The opening of a cycle.
        Cycle => "cycle",
        /// A proposal.
        Proposal => "proposal",
        /// A decision on an application.
        Decision => "decision",
        /// A decision on the budget.
        BudgetDecision => "budget_decision",
        /// A change of an award.
        Amendment => "amendment",
        /// An advance of the schedule.
        Advance => "advance",
        /// A payment.
        Payment => "payment",
        /// An account of what was spent.
        Accountability => "accountability",
        /// A determination.
        Determination => "determination",
        /// A claim on what was paid too much.
        Recovery => "recovery",
    }
}

impl EntryKind {
    /// From where to where it moves money.
    pub const fn moves(self) -> &'static [(Stage, Stage)] {
        use Stage as S;
        match self {
            EntryKind::Appropriation => &[(S::Budget, S::Free)],
            EntryKind::Withdrawal => &[(S::Free, S::Budget)],
            EntryKind::Transfer => &[(S::Free, S::Free)],
            EntryKind::Reservation => &[(S::Free, S::Reserved)],
            EntryKind::Release => &[
                (S::Reserved, S::Free),
                (S::Committed, S::Released),
                (S::Advanced, S::Released),
            ],
            EntryKind::Commitment => &[(S::Free, S::Committed), (S::Reserved, S::Committed)],
            EntryKind::Shift => &[(S::Released, S::Committed)],
            EntryKind::Advance => &[(S::Committed, S::Advanced)],
            EntryKind::Payment => &[(S::Committed, S::Paid), (S::Advanced, S::Paid)],
            EntryKind::Acceptance => &[(S::Paid, S::Accepted)],
            EntryKind::Determination => &[(S::Paid, S::Determined), (S::Accepted, S::Determined)],
            EntryKind::Recovery | EntryKind::SetOff => {
                &[(S::Paid, S::Recovered), (S::Accepted, S::Recovered)]
            }
            EntryKind::Reuse => &[(S::Released, S::Free), (S::Recovered, S::Free)],
        }
    }

    /// Whether it can stay in an envelope, and whether it can go to another.
    pub const fn envelopes(self) -> (bool, bool) {
        match self {
            EntryKind::Transfer => (false, true),
            EntryKind::Reuse => (true, true),
            _ => (true, false),
        }
    }

    /// Whether it is of one project.
    pub const fn is_of_project(self) -> bool {
        !matches!(
            self,
            EntryKind::Appropriation
                | EntryKind::Withdrawal
                | EntryKind::Transfer
                | EntryKind::Reuse
        )
    }

    /// What it can rest on.
    pub const fn causes(self) -> &'static [CauseKind] {
        use CauseKind as C;
        match self {
            EntryKind::Appropriation => &[C::Cycle, C::BudgetDecision],
            EntryKind::Withdrawal | EntryKind::Transfer | EntryKind::Reuse => &[C::BudgetDecision],
            EntryKind::Reservation => &[C::Proposal],
            EntryKind::Release => &[C::Proposal, C::Decision, C::Amendment, C::Determination],
            EntryKind::Commitment => &[C::Decision, C::Amendment],
            EntryKind::Shift => &[C::Amendment],
            EntryKind::Advance => &[C::Advance],
            EntryKind::Payment => &[C::Payment],
            EntryKind::Acceptance => &[C::Accountability],
            EntryKind::Determination => &[C::Determination],
            EntryKind::Recovery | EntryKind::SetOff => &[C::Recovery],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_promised_can_come_back_and_nothing_else_leaves_an_envelope() {
        for kind in EntryKind::ALL {
            for (from, to) in kind.moves() {
                let leaves = *from == Stage::Budget || *to == Stage::Budget;
                assert_eq!(
                    leaves,
                    matches!(kind, EntryKind::Appropriation | EntryKind::Withdrawal)
                );
                let is_promise = Stage::PROMISED.contains(from) || Stage::PROMISED.contains(to);
                assert_eq!(is_promise, kind.is_of_project(), "{kind:?}");
            }
        }
        // Every account can be entered, and all but the last word can be left again.
        for stage in Stage::ALL {
            let all = || EntryKind::ALL.iter().flat_map(|it| it.moves());
            assert!(all().any(|(_, to)| to == stage), "{stage:?}");
            let is_left = all().any(|(from, _)| from == stage);
            assert_eq!(is_left, *stage != Stage::Determined, "{stage:?}");
        }
    }
}
