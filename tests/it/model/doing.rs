//! What one thread does: it looks, chooses, acts through a use case, and writes down what it was
//! told. It judges nothing but whether somebody else did come first.

use std::collections::BTreeMap;

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use versterkingsgelden::{
    applications::state::State,
    core::{
        actor::Actor,
        category::EnvelopeKind,
        ids::{AmendmentId, ApplicationId, BudgetDecisionId, DecisionId, EnvelopeId, ProposalId},
        money::Money,
    },
    db::{Conn, Tx, schema::applications},
    decisions::{
        self, Line, Verdict,
        amendments::{
            self, Amendment, AmendmentState,
            change::{Award, changed},
        },
        proposal::NewProposal,
    },
    error::{AppError, Refusal},
    journal::{self, Cause, NewEntry, Purpose, Stage, balance::Measure},
    schemes::{
        budget_decisions::{self, change::Change},
        limits::{self as limits_of, actions::NewLimit},
    },
};

use super::setting::{Pot, Setting, Slot, crashing};

/// What somebody was told was done.
#[derive(Debug, Clone)]
pub enum Told {
    Reserved(ProposalId, Vec<Line>),
    /// And whether it held money.
    Withdrawn(ProposalId, bool),
    Released(ProposalId),
    Expired(Vec<ProposalId>),
    Agreed,
    Decided(DecisionId, ProposalId),
    /// A decision was made known.
    Notified,
    /// A change of an award was proposed.
    AmendmentAsked,
    /// SZW agreed to one.
    AmendmentAgreed,
    AmendmentWithdrawn,
    /// An award became another.
    Amended(AmendmentId, Vec<amendments::Line>),
    /// A change of the budget was proposed.
    Asked(BudgetDecisionId),
    Transferred(BudgetDecisionId, EnvelopeId, EnvelopeId, Money),
    /// By so many cents more, or less.
    Adjusted(BudgetDecisionId, EnvelopeId, i64),
    /// An applicant got another limit.
    Limited,
}

/// A refusal for want of room, with the last balance of that envelope that was there for good before
/// it was asked and after it was answered.
#[derive(Debug, Clone)]
pub struct Refused {
    pub envelope: EnvelopeId,
    pub asked: Money,
    pub room: Money,
    pub between: (i64, i64),
}

/// All that threads were told.
#[derive(Debug, Default)]
pub struct Done {
    pub told: Vec<Told>,
    pub refused: Vec<Refused>,
    pub findings: Vec<String>,
    counts: BTreeMap<&'static str, u64>,
}

/// All that has to happen for a run to be worth something.
pub const ACTS: [&str; 19] = [
    "proposed",
    "withdrawn",
    "released",
    "expired",
    "agreed",
    "decided",
    "notified",
    "asked to amend",
    "amended",
    "shifted",
    "transferred",
    "lowered",
    "raised",
    "limited",
    "refused for want of room",
    "refused for a limit",
    "tried the ring-fence",
    "tried the balances",
    "crashed",
];

impl Done {
    pub fn and(mut self, other: Done) -> Done {
        self.told.extend(other.told);
        self.refused.extend(other.refused);
        self.findings.extend(other.findings);
        for (name, count) in other.counts {
            *self.counts.entry(name).or_default() += count;
        }
        self
    }

    fn count(&mut self, name: &'static str) {
        *self.counts.entry(name).or_default() += 1;
    }

    pub fn summary(&self) -> String {
        let counts = self.counts.iter().map(|(name, it)| format!("{name} {it}"));
        counts.collect::<Vec<_>>().join(", ")
    }

    /// Whether anything was done at all.
    pub fn is_something(&self) -> bool {
        !self.told.is_empty()
    }

    /// The names of what happened; see `ACTS`.
    pub fn happened(&self) -> impl Iterator<Item = &'static str> {
        self.counts.keys().copied()
    }
}

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    state: State,
    version: i32,
    /// The proposal with its version, whether it holds money, and SZW's word.
    proposal: Option<(ProposalId, i32, bool, Option<Verdict>)>,
}

/// One thread.
pub struct Person<'a> {
    pub done: Done,
    setting: &'a Setting,
    chance: u64,
}

impl<'a> Person<'a> {
    pub fn new(setting: &'a Setting, seed: u64) -> Person<'a> {
        Person {
            done: Done::default(),
            setting,
            chance: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        }
    }

    /// A number from 0 until `below` (splitmix64).
    fn draw(&mut self, below: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.chance;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (it ^ (it >> 31)) % below.max(1)
    }

    /// From a cent to this amount.
    fn some_of(&mut self, most: Money) -> Money {
        let most = u64::try_from(most.cents()).unwrap();
        Money::from_cents(i64::try_from(self.draw(most)).unwrap() + 1)
    }

    fn pot(&mut self) -> Pot {
        let at = self.draw(self.setting.pots.len().try_into().unwrap());
        self.setting.pots[usize::try_from(at).unwrap()].clone()
    }

    /// Does one thing.
    pub async fn act(&mut self) {
        match self.draw(24) {
            0 => self.transfer().await,
            1..=2 => self.adjust().await,
            3 => self.expire().await,
            4..=5 => self.limit().await,
            6 => self.break_the_ring().await,
            7 => self.touch_the_balances().await,
            8..=11 => self.amend().await,
            _ => {
                let slot = self.setting.slot(self.draw(10_000).try_into().unwrap());
                self.handle(slot).await;
            }
        }
    }

    async fn handle(&mut self, slot: Slot) {
        let seen = self.see(&slot.id).await;
        let told = match (seen.state, seen.proposal.clone()) {
            (State::Assessed, _) => self.propose(&slot).await,
            (State::Proposed, Some(it)) => self.go_on(&slot, it).await,
            _ => return,
        };
        match told {
            Ok(Told::Decided(decision, proposal)) => {
                self.done.told.push(Told::Decided(decision, proposal));
                self.setting.replace(&slot.id).await;
            }
            Ok(it) => self.done.told.push(it),
            Err(AppError::Stale | AppError::Refused(Refusal::NotPossible { .. })) => {
                self.done.count("too late");
                if self.see(&slot.id).await == seen {
                    let finding = format!("{seen:?}: was told that somebody else came first");
                    self.done.findings.push(finding);
                }
            }
            Err(_) => {}
        }
    }

    async fn propose(&mut self, slot: &Slot) -> Result<Told, AppError> {
        let mut lines = Vec::new();
        for (project, pot, most) in &slot.years {
            lines.push(Line {
                project: project.clone(),
                year: pot.year,
                envelope: pot.id.clone(),
                amount: self.some_of(*most),
                reason: "Past.".to_owned(),
                smallest_change: None,
            });
        }
        let new = NewProposal {
            application: slot.id.clone(),
            scenario: None,
            reasons: "Past.".to_owned(),
            lines: lines.clone(),
        };
        let who = self.setting.coordinator.clone();
        self.tried("proposed", &who, move |tx| {
            let id = decisions::actions::propose(tx, &new)?;
            Ok(Told::Reserved(id, lines.clone()))
        })
        .await
    }

    async fn go_on(
        &mut self,
        slot: &Slot,
        (proposal, version, is_reserved, verdict): (ProposalId, i32, bool, Option<Verdict>),
    ) -> Result<Told, AppError> {
        let id = slot.id.clone();
        let setting = self.setting;
        let choice = self.draw(8);
        if choice < 2 || verdict == Some(Verdict::Refused) {
            return self
                .tried("withdrawn", &setting.coordinator, move |tx| {
                    decisions::actions::withdraw_proposal(tx, &id, version)?;
                    Ok(Told::Withdrawn(proposal.clone(), is_reserved))
                })
                .await;
        }
        if choice < 4 && is_reserved {
            return self
                .tried("released", &setting.coordinator, move |tx| {
                    decisions::actions::release_reservation(tx, &id, version)?;
                    Ok(Told::Released(proposal.clone()))
                })
                .await;
        }
        if slot.is_prevention && verdict.is_none() {
            let word = match self.draw(4) {
                0 => Verdict::Refused,
                _ => Verdict::Agreed,
            };
            return self
                .tried("agreed", &setting.szw, move |tx| {
                    decisions::actions::co_decide(tx, &id, version, word, "Past.")?;
                    Ok(Told::Agreed)
                })
                .await;
        }
        self.tried("decided", &setting.maker, move |tx| {
            let decision = decisions::actions::decide(tx, &id, version, "Past.")?;
            Ok(Told::Decided(decision, proposal.clone()))
        })
        .await
    }

    /// Makes a decision known, or goes on with a change of its award.
    async fn amend(&mut self) {
        let Some(id) = self.setting.award(self.draw(10_000).try_into().unwrap()) else {
            return;
        };
        let setting = self.setting;
        let of = id.clone();
        let seen = self.setting.read(move |conn| {
            let state: State = applications::table
                .find(&of)
                .select(applications::state)
                .first(conn)?;
            let all = amendments::store::all_of(conn, &of)?;
            Ok((state, all.into_iter().next()))
        });
        let told = match seen.await {
            (State::Decided, _) => {
                self.tried("notified", &setting.coordinator, move |tx| {
                    decisions::actions::notify(tx, &id)?;
                    Ok(Told::Notified)
                })
                .await
            }
            (_, Some(it)) if it.state == AmendmentState::Open => self.go_on_amending(it).await,
            _ => self.ask_to_amend(id).await,
        };
        self.done.told.extend(told);
    }

    /// Proposes another amount for one line of an award; or one amount less and another of the same
    /// envelope more, if there is one.
    async fn ask_to_amend(&mut self, id: ApplicationId) -> Result<Told, AppError> {
        let (which, share) = (self.draw(4), i64::try_from(self.draw(101)).unwrap());
        let (is_shift, more) = (self.draw(3) > 0, self.some_of(Money::from_euros(30_000)));
        self.tried("asked to amend", &self.setting.coordinator, move |tx| {
            let application =
                versterkingsgelden::applications::store::visible(tx.conn, &tx.actor, &id)?;
            let decision = amendments::actions::award_of(tx.conn, &application)?;
            let awards = amendments::store::awards(tx.conn, &decision.id)?;
            let it = &awards[usize::try_from(which).unwrap() % awards.len()];
            let eligible = |it: &Award| it.eligible.unwrap_or(Money::ZERO);
            let part = |of: Money| Money::from_cents(of.cents() * share / 100);
            let mut others = awards.iter();
            let other = others.find(|x| x.envelope == it.envelope && x.project != it.project);
            let lines = match other.filter(|_| is_shift) {
                Some(other) => {
                    let raised = other.amount.checked_add(more)?.min(eligible(other));
                    vec![changed(it, part(it.amount)), changed(other, raised)]
                }
                None => vec![changed(it, part(eligible(it)))],
            };
            let lines: Vec<_> = lines.into_iter().flatten().collect();
            if lines.is_empty() {
                return Err(AppError::BadRequest("nothing changes"));
            }
            amendments::actions::propose(tx, &id, &lines, "Past.")?;
            Ok(Told::AmendmentAsked)
        })
        .await
    }

    async fn go_on_amending(&mut self, it: Amendment) -> Result<Told, AppError> {
        let (setting, choice) = (self.setting, self.draw(8));
        let (id, version) = (it.id.clone(), it.version);
        let of = id.clone();
        let lines = setting.read(move |conn| {
            Ok(
                amendments::store::lines_of(conn, std::slice::from_ref(&of))?
                    .remove(&of)
                    .unwrap_or_default(),
            )
        });
        let lines = lines.await;
        if choice == 0 {
            return self
                .tried("withdrew a change", &setting.coordinator, move |tx| {
                    amendments::actions::withdraw(tx, &id, version)?;
                    Ok(Told::AmendmentWithdrawn)
                })
                .await;
        }
        if amendments::needs_szw(&lines) && it.szw_verdict.is_none() {
            return self
                .tried("agreed to a change", &setting.szw, move |tx| {
                    amendments::actions::co_decide(tx, &id, version, Verdict::Agreed, "Past.")?;
                    Ok(Told::AmendmentAgreed)
                })
                .await;
        }
        let name = match lines.len() {
            1 => "amended",
            _ => "shifted",
        };
        self.tried(name, &setting.maker, move |tx| {
            amendments::actions::decide(tx, &id, version)?;
            Ok(Told::Amended(id.clone(), lines.clone()))
        })
        .await
    }

    async fn transfer(&mut self) {
        let (from, to) = (self.pot(), self.pot());
        let is_ring = from.kind == EnvelopeKind::Prevention;
        if is_ring || from.year != to.year || from.id == to.id {
            return;
        }
        let amount = self.some_of(Money::from_euros(40_000));
        let change = Change::Move {
            from: from.id.clone(),
            stage: Stage::Free,
            to: to.id.clone(),
            amount,
        };
        if let Some(id) = self.ask(move |_| Ok(change.clone())).await {
            self.decide_budget("transferred", id, move |id| {
                Told::Transferred(id, from.id.clone(), to.id.clone(), amount)
            })
            .await;
        }
    }

    /// Lowers an envelope, or raises it, by more: what is decided is never free again.
    async fn adjust(&mut self) {
        let (pot, choice) = (self.pot(), self.draw(2));
        let (name, most) = match choice {
            0 => ("lowered", 50_000),
            _ => ("raised", 150_000),
        };
        let amount = self.some_of(Money::from_euros(most));
        let envelope = pot.id.clone();
        let asked = self
            .ask(move |conn| {
                let before = journal::store::balance(conn, &envelope)?.of(Measure::Ceiling)?;
                let ceiling = match choice {
                    0 => before.checked_sub(amount)?,
                    _ => before.checked_add(amount)?,
                };
                Ok(Change::Ceiling {
                    envelope: envelope.clone(),
                    ceiling,
                })
            })
            .await;
        if let Some(id) = asked {
            let more = match choice {
                0 => -amount.cents(),
                _ => amount.cents(),
            };
            self.decide_budget(name, id, move |id| Told::Adjusted(id, pot.id.clone(), more))
                .await;
        }
    }

    /// Proposes a change of the budget.
    async fn ask(
        &mut self,
        change: impl Fn(&mut Conn) -> Result<Change, AppError> + Send + Sync + 'static,
    ) -> Option<BudgetDecisionId> {
        let cycle = self.setting.cycle.clone();
        let told = self
            .tried(
                "asked of the budget",
                &self.setting.coordinator,
                move |tx| {
                    let change = change(tx.conn)?;
                    let id = budget_decisions::actions::propose(tx, &cycle, &change, "Past.")?;
                    Ok(Told::Asked(id))
                },
            )
            .await;
        let Ok(Told::Asked(id)) = told else {
            return None;
        };
        self.done.told.push(Told::Asked(id.clone()));
        Some(id)
    }

    async fn decide_budget(
        &mut self,
        name: &'static str,
        id: BudgetDecisionId,
        done: impl Fn(BudgetDecisionId) -> Told + Send + Sync + 'static,
    ) {
        let told = self
            .tried(name, &self.setting.maker, move |tx| {
                budget_decisions::actions::decide(tx, &id, 1)?;
                Ok(done(id.clone()))
            })
            .await;
        self.done.told.extend(told);
    }

    /// Gives the applicant with a limit another one, near what it holds or anywhere.
    async fn limit(&mut self) {
        let (cycle, municipality) = (self.setting.cycle.clone(), self.setting.limited.clone());
        let (near, more) = (self.draw(3) > 0, self.some_of(Money::from_euros(60_000)));
        let less = self.draw(4) == 0;
        let told = self
            .tried("limited", &self.setting.coordinator, move |tx| {
                let limits = journal::limits::store::of_cycle(tx.conn, &cycle)?;
                let it = &limits[0];
                let most = match (near, less) {
                    (true, false) => it.promised.checked_add(more)?,
                    (true, true) => it.promised.checked_sub(more)?.max(Money::ZERO),
                    _ => more,
                };
                let new = NewLimit {
                    cycle: cycle.clone(),
                    year: it.year,
                    municipality: municipality.clone(),
                    at_least: Money::ZERO,
                    at_most: Some(most),
                };
                limits_of::actions::set_limit(tx, &new, it.version)?;
                Ok(Told::Limited)
            })
            .await;
        self.done.told.extend(told);
    }

    /// Books ring-fenced money for a project of another category, past every rule: the database is
    /// the only guard that is left.
    async fn break_the_ring(&mut self) {
        let slot = self.setting.slot(self.draw(10_000).try_into().unwrap());
        if slot.is_prevention {
            return;
        }
        let mut pots = self.setting.pots.iter();
        let ring = pots.find(|it| it.kind == EnvelopeKind::Prevention).unwrap();
        let (ring, cent) = (ring.id.clone(), Money::from_cents(1));
        let done = self
            .setting
            .store
            .write(&self.setting.coordinator, move |tx| {
                let Some(it) = decisions::store::proposal_of(tx.conn, &slot.id)? else {
                    return Ok(false);
                };
                let purpose = Purpose {
                    application: slot.id.clone(),
                    project: slot.project().clone(),
                };
                let entry = NewEntry::reservation(&ring, cent, purpose);
                journal::actions::book(tx, Cause::Proposal(&it.id), &[entry])?;
                Ok(true)
            })
            .await;
        match done {
            Ok(false) => {}
            Err(err) if err.to_string().contains("ring_fence") => {
                self.done.count("tried the ring-fence");
            }
            // An envelope or an applicant without a cent left was found first.
            Err(err) if err.to_string().contains("_within_") => {}
            Err(AppError::Busy) => self.done.count("busy"),
            other => self
                .done
                .findings
                .push(format!("the ring-fence broke: {other:?}")),
        }
    }

    /// Changes what is kept beside the journal by hand.
    async fn touch_the_balances(&mut self) {
        let sql = match self.draw(3) {
            0 => "UPDATE envelope_balances SET free_cents = free_cents + 1",
            1 => "UPDATE budget_years SET ceiling_cents = ceiling_cents + 1",
            _ => "UPDATE applicant_limits SET promised_cents = promised_cents + 1",
        };
        let done = self
            .setting
            .store
            .write(&self.setting.coordinator, move |tx| {
                diesel::sql_query(sql).execute(tx.conn)?;
                Ok(())
            })
            .await;
        match done {
            Err(err) if err.to_string().contains("is kept by the journal") => {
                self.done.count("tried the balances");
            }
            Err(AppError::Busy) => self.done.count("busy"),
            other => self.done.findings.push(format!("{sql}: {other:?}")),
        }
    }

    async fn expire(&mut self) {
        let days = self.draw(60).try_into().unwrap();
        self.setting.pass(days);
        let told = self
            .tried("tried to expire", &Actor::system(), |tx| {
                decisions::actions::expire_reservations(tx).map(Told::Expired)
            })
            .await;
        if let Ok(Told::Expired(it)) = &told
            && !it.is_empty()
        {
            self.done.count("expired");
        }
        self.done.told.extend(told);
    }

    /// Does a use case, one in eight times with a crash in it, and writes down how that went.
    async fn tried(
        &mut self,
        name: &'static str,
        who: &Actor,
        f: impl Fn(&mut Tx<'_>) -> Result<Told, AppError> + Send + Sync + 'static,
    ) -> Result<Told, AppError> {
        let crash = (self.draw(8) == 0).then_some(());
        let at = crash.map(|()| u32::try_from(self.draw(40)).unwrap());
        let before = self.last().await;
        let told = self
            .setting
            .store
            .write(who, move |tx| crashing(at, || f(tx)))
            .await;
        match &told {
            Ok(_) => self.done.count(name),
            Err(AppError::Internal(_)) if at.is_some() => self.done.count("crashed"),
            Err(AppError::Refused(
                Refusal::OverCeiling {
                    year,
                    envelope,
                    asked,
                    room,
                }
                | Refusal::BelowPromised {
                    year,
                    envelope,
                    asked,
                    room,
                },
            )) => {
                let mut pots = self.setting.pots.iter();
                let pot = pots.find(|it| (it.kind, it.year) == (*envelope, *year));
                let id = &pot.unwrap().id;
                let refused = Refused {
                    envelope: id.clone(),
                    asked: *asked,
                    room: *room,
                    between: (before[id], self.last().await[id]),
                };
                self.done.refused.push(refused);
                self.done.count("refused for want of room");
            }
            Err(AppError::Refused(Refusal::CeilingMoved { was, is, .. })) => {
                if was == is {
                    let finding = format!("{was} is what the ceiling was, and it was refused");
                    self.done.findings.push(finding);
                }
                self.done.count("too late for a ceiling");
            }
            Err(AppError::Refused(Refusal::AboveApplicantLimit { asked, room, .. })) => {
                let envelope = self.setting.limit.clone();
                let refused = Refused {
                    asked: *asked,
                    room: *room,
                    between: (before[&envelope], self.last().await[&envelope]),
                    envelope,
                };
                self.done.refused.push(refused);
                self.done.count("refused for a limit");
            }
            Err(AppError::Refused(Refusal::LimitBelowPromised {
                asked, promised, ..
            })) => {
                if promised <= asked {
                    let finding = format!("{promised} is promised, and {asked} was too low");
                    self.done.findings.push(finding);
                }
                self.done.count("refused for a limit");
            }
            Err(AppError::Stale | AppError::Refused(Refusal::NotPossible { .. })) => {}
            // Somebody else proposed a change first, or decided one.
            Err(AppError::Refused(
                Refusal::AmendmentOpen | Refusal::AwardMoved | Refusal::NoAward,
            )) => {
                self.done.count("too late to amend");
            }
            // To what it is already.
            Err(AppError::BadRequest(_)) if name == "asked to amend" => {}
            Err(AppError::Busy) => self.done.count("busy"),
            // An envelope of nothing cannot be lowered.
            Err(AppError::Invalid(_)) if name == "asked of the budget" => {}
            Err(err) => self.done.findings.push(format!("{name}: {err}")),
        }
        told
    }

    async fn see(&self, id: &ApplicationId) -> Seen {
        let id = id.clone();
        let read = self.setting.read(move |conn| {
            let (state, version) = applications::table
                .find(&id)
                .select((applications::state, applications::version))
                .first(conn)?;
            let proposal = decisions::store::proposal_of(conn, &id)?;
            Ok(Seen {
                state,
                version,
                proposal: proposal.map(|it| (it.id, it.version, it.is_reserved, it.szw_verdict)),
            })
        });
        read.await
    }

    /// The number of the last balance of each envelope that is there for good.
    async fn last(&self) -> BTreeMap<EnvelopeId, i64> {
        let ids = self.setting.pots.iter().map(|it| it.id.clone());
        let ids: Vec<EnvelopeId> = ids.chain([self.setting.limit.clone()]).collect();
        let read = self.setting.read(move |conn| last(conn, &ids));
        read.await
    }
}

fn last(conn: &mut Conn, ids: &[EnvelopeId]) -> Result<BTreeMap<EnvelopeId, i64>, AppError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        id: EnvelopeId,
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let one = |id: &EnvelopeId| {
        format!(
            "SELECT '{id}' AS id, COALESCE(MAX(n), 0) AS n FROM model_balances WHERE envelope_id = '{id}'"
        )
    };
    let query = ids.iter().map(one).collect::<Vec<_>>().join(" UNION ALL ");
    let rows: Vec<Row> = diesel::sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|it| (it.id, it.n)).collect())
}
