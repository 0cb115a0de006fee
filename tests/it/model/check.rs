//! The plain model: a few maps, led through what the threads were told in the order in which the
//! database booked it, and compared with what the database holds.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use versterkingsgelden::{
    audit,
    core::{
        ids::{DecisionId, EnvelopeId, ProposalId},
        money::Money,
    },
    db::{
        Conn,
        schema::{decisions, proposals},
    },
    decisions::{Line, ProposalState, amendments},
    error::AppError,
    journal::{EntryKind, Stage, verify},
    schemes,
};

use super::{
    doing::{Done, Refused, Told},
    setting::Setting,
};
use crate::support::TestApp;

/// A line of the journal.
#[derive(Debug, Clone, QueryableByName)]
struct Entry {
    #[diesel(sql_type = Text)]
    kind: EntryKind,
    #[diesel(sql_type = Text)]
    cause: String,
    #[diesel(sql_type = Text)]
    from_envelope: EnvelopeId,
    #[diesel(sql_type = Text)]
    from_stage: Stage,
    #[diesel(sql_type = Text)]
    to_envelope: EnvelopeId,
    #[diesel(sql_type = Text)]
    to_stage: Stage,
    #[diesel(sql_type = BigInt)]
    amount: Money,
    /// Whether it is of 2027 and of the applicant with a limit.
    #[diesel(sql_type = BigInt)]
    is_limited: i64,
}

/// A balance as the database kept it after a line.
#[derive(Debug, Clone, QueryableByName)]
struct Kept {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = Text)]
    envelope: EnvelopeId,
    #[diesel(sql_type = BigInt)]
    free: i64,
    #[diesel(sql_type = BigInt)]
    reserved: i64,
    #[diesel(sql_type = BigInt)]
    committed: i64,
}

/// Free, reserved and committed cents.
type Cents = [i64; 3];

/// All that the database says.
struct Found {
    /// What every envelope had when the threads began.
    begin: BTreeMap<EnvelopeId, Cents>,
    entries: Vec<Entry>,
    kept: Vec<Kept>,
    years: Vec<(Money, Money)>,
    proposals: BTreeMap<ProposalId, (ProposalState, bool)>,
    decisions: BTreeSet<DecisionId>,
    facts: BTreeMap<String, usize>,
    sentences: Vec<String>,
}

/// All that does not agree.
pub async fn findings(app: &TestApp, setting: &Setting, done: &Done) -> Vec<String> {
    let cycle = setting.cycle.clone();
    let found = app.read(move |conn| read(conn, &cycle)).await;
    let mut findings = done.findings.clone();
    findings.extend(found.sentences.iter().cloned());
    findings.extend(acknowledged(&found, done));
    findings.extend(replayed(&found, done));
    findings.extend(unjustified(&found, &done.refused));
    findings.extend(limited(&found, setting));
    for (ceiling, put_in) in &found.years {
        if ceiling != put_in {
            findings.push(format!(
                "a year has {put_in} in it and a ceiling of {ceiling}"
            ));
        }
    }
    findings
}

fn read(
    conn: &mut Conn,
    cycle: &versterkingsgelden::core::ids::CycleId,
) -> Result<Found, AppError> {
    let select = "SELECT j.kind AS kind, j.cause_id AS cause, j.from_envelope_id AS from_envelope, \
        j.from_stage AS from_stage, j.to_envelope_id AS to_envelope, j.to_stage AS to_stage, \
        j.amount_cents AS amount, CAST(CASE WHEN EXISTS (SELECT 1 FROM applicant_limits l \
        JOIN applications a ON a.lead_municipality_id = l.municipality_id \
        JOIN envelopes e ON e.budget_year_id = l.budget_year_id \
        WHERE a.id = j.application_id AND e.id = j.from_envelope_id) THEN 1 ELSE 0 END AS BIGINT) AS is_limited \
        FROM journal_entries j LEFT JOIN model_lines m ON m.entry_id = j.id";
    let before: Vec<Entry> = diesel::sql_query(format!("{select} WHERE m.n IS NULL")).load(conn)?;
    let entries = diesel::sql_query(format!("{select} WHERE m.n IS NOT NULL ORDER BY m.n"));
    let mut begin = BTreeMap::new();
    for it in &before {
        book(&mut begin, it);
    }
    let kept = diesel::sql_query(
        "SELECT n, envelope_id AS envelope, free, reserved, committed FROM model_balances ORDER BY n",
    );
    let years = schemes::store::years(conn, cycle)?;
    let facts: Vec<String> = versterkingsgelden::db::schema::audit_facts::table
        .select(versterkingsgelden::db::schema::audit_facts::kind)
        .load(conn)?;
    let mut counts = BTreeMap::new();
    for kind in facts {
        *counts.entry(kind).or_default() += 1;
    }
    let proposals: Vec<(ProposalId, ProposalState, bool)> = proposals::table
        .select((proposals::id, proposals::state, proposals::is_reserved))
        .load(conn)?;
    let decisions: Vec<DecisionId> = decisions::table.select(decisions::id).load(conn)?;
    let mut sentences = verify::verify(conn)?.findings;
    sentences.extend(audit::verify::verify(conn)?.findings);
    Ok(Found {
        begin,
        entries: entries.load(conn)?,
        kept: kept.load(conn)?,
        years: years
            .into_iter()
            .map(|it| (it.ceiling_cents, it.appropriated_cents))
            .collect(),
        proposals: proposals
            .into_iter()
            .map(|(id, state, is_reserved)| (id, (state, is_reserved)))
            .collect(),
        decisions: decisions.into_iter().collect(),
        facts: counts,
        sentences,
    })
}

fn book(balances: &mut BTreeMap<EnvelopeId, Cents>, it: &Entry) {
    let at = |stage| match stage {
        Stage::Free => Some(0),
        Stage::Reserved => Some(1),
        Stage::Committed => Some(2),
        _ => None,
    };
    if let Some(from) = at(it.from_stage) {
        balances.entry(it.from_envelope.clone()).or_default()[from] -= it.amount.cents();
    }
    if let Some(to) = at(it.to_stage) {
        balances.entry(it.to_envelope.clone()).or_default()[to] += it.amount.cents();
    }
}

/// The limit of the applicant was passed at no moment, and the database kept count as the lines do.
fn limited(found: &Found, setting: &Setting) -> Vec<String> {
    let mut findings = Vec::new();
    let kept: Vec<&Kept> = found
        .kept
        .iter()
        .filter(|it| it.envelope == setting.limit)
        .collect();
    for it in kept.iter().filter(|it| it.free < 0 || it.reserved < 0) {
        findings.push(format!("the limit stood at {it:?}"));
    }
    let mut promised = 0;
    let mut counts = vec![0];
    for it in found.entries.iter().filter(|it| it.is_limited == 1) {
        let holds = |stage: Stage| Stage::PROMISED.contains(&stage);
        match (holds(it.from_stage), holds(it.to_stage)) {
            (false, true) => promised += it.amount.cents(),
            (true, false) => promised -= it.amount.cents(),
            _ => continue,
        }
        counts.push(promised);
    }
    let mut said: Vec<i64> = kept.iter().map(|it| it.reserved).collect();
    said.dedup();
    counts.dedup();
    if said != counts {
        let at = (0..said.len().max(counts.len())).find(|at| said.get(*at) != counts.get(*at));
        findings.push(format!(
            "the limit counts otherwise than its lines, from {at:?} on"
        ));
    }
    findings
}

/// What a thread was told that was done: its cause, and what moved between which envelopes.
type Booked = BTreeMap<(&'static str, String), Vec<(EnvelopeId, EnvelopeId, i64)>>;

/// What was acknowledged is there, whole; and nothing else is.
fn acknowledged(found: &Found, done: &Done) -> Vec<String> {
    let proposed = lines(done);
    let mut expected = Booked::new();
    let mut facts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut expect = |kind: EntryKind, cause: &str, of: Vec<(EnvelopeId, EnvelopeId, i64)>| {
        expected.insert((kind.as_str(), cause.to_owned()), of);
    };
    let own = |proposal: &ProposalId| -> Vec<(EnvelopeId, EnvelopeId, i64)> {
        let lines = proposed.get(proposal).into_iter().flat_map(|it| it.iter());
        lines
            .map(|it| (it.envelope.clone(), it.envelope.clone(), it.amount.cents()))
            .collect()
    };
    for told in &done.told {
        match told {
            Told::Reserved(id, _) => {
                *facts.entry("proposed").or_default() += 1;
                expect(EntryKind::Reservation, id.as_str(), own(id));
            }
            // Else its money had been given back before.
            Told::Withdrawn(id, true) => expect(EntryKind::Release, id.as_str(), own(id)),
            Told::Withdrawn(_, false) => {}
            Told::Released(id) => expect(EntryKind::Release, id.as_str(), own(id)),
            Told::Expired(ids) => ids
                .iter()
                .for_each(|id| expect(EntryKind::Release, id.as_str(), own(id))),
            Told::Agreed => *facts.entry("co_decided").or_default() += 1,
            Told::Decided(id, proposal) => {
                *facts.entry("decided").or_default() += 1;
                expect(EntryKind::Commitment, id.as_str(), own(proposal));
            }
            Told::Notified => *facts.entry("decision_sent").or_default() += 1,
            Told::AmendmentAsked => *facts.entry("amendment_proposed").or_default() += 1,
            Told::AmendmentAgreed => *facts.entry("amendment_co_decided").or_default() += 1,
            Told::AmendmentWithdrawn => *facts.entry("amendment_withdrawn").or_default() += 1,
            Told::Amended(cause, lines) => {
                *facts.entry("amendment_decided").or_default() += 1;
                for (kind, of) in amended(lines) {
                    expect(kind, cause.as_str(), of);
                }
            }
            Told::Limited => *facts.entry("applicant_limit_set").or_default() += 1,
            Told::Asked(_) => *facts.entry("budget_decision_proposed").or_default() += 1,
            Told::Transferred(cause, from, to, amount) => {
                *facts.entry("transferred").or_default() += 1;
                let line = (from.clone(), to.clone(), amount.cents());
                expect(EntryKind::Transfer, cause.as_str(), vec![line]);
            }
            Told::Adjusted(cause, id, more) => {
                *facts.entry("ceiling_changed").or_default() += 1;
                let kind = match more {
                    ..0 => EntryKind::Withdrawal,
                    _ => EntryKind::Appropriation,
                };
                let line = (id.clone(), id.clone(), more.abs());
                expect(kind, cause.as_str(), vec![line]);
            }
        }
    }
    let mut actual = Booked::new();
    for it in &found.entries {
        let key = (it.kind.as_str(), it.cause.clone());
        let line = (
            it.from_envelope.clone(),
            it.to_envelope.clone(),
            it.amount.cents(),
        );
        actual.entry(key).or_default().push(line);
    }
    // What a change of an award gives back is a fact of its own.
    let amended: BTreeSet<&str> = done
        .told
        .iter()
        .filter_map(|it| match it {
            Told::Amended(id, _) => Some(id.as_str()),
            _ => None,
        })
        .collect();
    let releases = actual
        .keys()
        .filter(|it| it.0 == EntryKind::Release.as_str() && !amended.contains(it.1.as_str()));
    facts.insert("reservation_released", releases.count());
    let mut findings = differences(&mut expected, &mut actual);
    for (kind, count) in facts {
        // The six ceilings that the world began with are facts, too.
        let begin = match kind {
            "ceiling_changed" | "budget_decision_proposed" => 6,
            "applicant_limit_set" => 1,
            _ => 0,
        };
        let there = found.facts.get(kind).copied().unwrap_or(0) - begin;
        if there != count {
            findings.push(format!(
                "{there} facts {kind}, and {count} were acknowledged"
            ));
        }
    }
    findings
}

/// What a change of an award moves: what was given up goes to the others of its envelope first.
fn amended(lines: &[amendments::Line]) -> BTreeMap<EntryKind, Vec<(EnvelopeId, EnvelopeId, i64)>> {
    let mut booked: BTreeMap<EntryKind, Vec<_>> = BTreeMap::new();
    let mut book = |kind, it: &amendments::Line, cents: i64| {
        if cents > 0 {
            let line = (it.envelope.clone(), it.envelope.clone(), cents);
            booked.entry(kind).or_default().push(line);
        }
    };
    let mut given_up: BTreeMap<&EnvelopeId, i64> = BTreeMap::new();
    let more = |it: &amendments::Line| it.after.cents() - it.before.cents();
    for it in lines.iter().filter(|it| more(it) < 0) {
        *given_up.entry(&it.envelope).or_default() -= more(it);
        book(EntryKind::Release, it, -more(it));
    }
    for it in lines.iter().filter(|it| more(it) > 0) {
        let left = given_up.entry(&it.envelope).or_default();
        let shifted = more(it).min(*left);
        *left -= shifted;
        book(EntryKind::Shift, it, shifted);
        book(EntryKind::Commitment, it, more(it) - shifted);
    }
    booked
}

fn differences(expected: &mut Booked, actual: &mut Booked) -> Vec<String> {
    for it in expected.values_mut().chain(actual.values_mut()) {
        it.sort();
    }
    let mut findings = Vec::new();
    for (key, of) in expected.iter() {
        match actual.get(key) {
            None => findings.push(format!("{key:?} was acknowledged and is not there")),
            Some(it) if it != of => {
                findings.push(format!(
                    "{key:?}: booked {it:?}, and acknowledged was {of:?}"
                ));
            }
            Some(_) => {}
        }
    }
    let extra = actual.keys().filter(|it| !expected.contains_key(*it));
    findings.extend(extra.map(|it| format!("{it:?} is booked and nobody was told")));
    findings
}

fn lines(done: &Done) -> BTreeMap<&ProposalId, &Vec<Line>> {
    let reserved = done.told.iter().filter_map(|it| match it {
        Told::Reserved(id, lines) => Some((id, lines)),
        _ => None,
    });
    reserved.collect()
}

/// Leads the model through the lines; after each, the balances that the database kept are the same
/// and none is below zero. At the end every proposal stands where the model says.
fn replayed(found: &Found, done: &Done) -> Vec<String> {
    let mut findings = Vec::new();
    let mut balances = found.begin.clone();
    let mut states: BTreeMap<&EnvelopeId, Vec<Cents>> = BTreeMap::new();
    for it in &found.entries {
        book(&mut balances, it);
        let touched: BTreeSet<&EnvelopeId> = [&it.from_envelope, &it.to_envelope].into();
        for id in touched {
            let now = balances[id];
            if now.iter().any(|it| *it < 0) {
                findings.push(format!("{id} stood at {now:?} after {it:?}"));
            }
            states.entry(id).or_default().push(now);
        }
    }
    let mut kept: BTreeMap<&EnvelopeId, Vec<Cents>> = BTreeMap::new();
    for it in &found.kept {
        let of = kept.entry(&it.envelope).or_default();
        of.push([it.free, it.reserved, it.committed]);
    }
    for (id, states) in &states {
        let none = Vec::new();
        let kept = kept.get(id).unwrap_or(&none);
        if let Some(at) =
            (0..states.len().max(kept.len())).find(|at| states.get(*at) != kept.get(*at))
        {
            findings.push(format!(
                "{id}: line {at} leads to {:?}, and the database kept {:?}",
                states.get(at),
                kept.get(at)
            ));
        }
    }
    findings.extend(ends(found, done));
    findings
}

/// Where the proposals are to stand, by what was told of them.
fn ends(found: &Found, done: &Done) -> Vec<String> {
    let mut expected: BTreeMap<ProposalId, (ProposalState, bool)> = BTreeMap::new();
    let mut decided = BTreeSet::new();
    for told in &done.told {
        if let Told::Reserved(id, _) = told {
            expected.insert(id.clone(), (ProposalState::Open, true));
        }
    }
    let mut settle = |id: &ProposalId, state: Option<ProposalState>| {
        if let Some(it) = expected.get_mut(id) {
            *it = (state.unwrap_or(it.0), false);
        }
    };
    for told in &done.told {
        match told {
            Told::Withdrawn(id, _) => settle(id, Some(ProposalState::Withdrawn)),
            Told::Released(id) => settle(id, None),
            Told::Expired(ids) => ids.iter().for_each(|it| settle(it, None)),
            Told::Decided(decision, id) => {
                settle(id, Some(ProposalState::Decided));
                decided.insert(decision.clone());
            }
            Told::Reserved(..)
            | Told::Agreed
            | Told::Notified
            | Told::AmendmentAsked
            | Told::AmendmentAgreed
            | Told::AmendmentWithdrawn
            | Told::Amended(..)
            | Told::Asked(_)
            | Told::Limited
            | Told::Transferred(..)
            | Told::Adjusted(..) => {}
        }
    }
    let mut findings = Vec::new();
    for id in expected.keys().chain(found.proposals.keys()) {
        let (told, is) = (expected.get(id), found.proposals.get(id));
        if told != is {
            findings.push(format!(
                "proposal {id} is {is:?}, and was told to be {told:?}"
            ));
        }
    }
    if decided != found.decisions {
        findings.push("the decisions are not those that were acknowledged".to_owned());
    }
    findings
}

/// The refusals that named a room which was not there at any moment from asking to answer, or which
/// was enough.
fn unjustified(found: &Found, refused: &[Refused]) -> Vec<String> {
    let mut rooms: BTreeMap<&EnvelopeId, Vec<(i64, i64)>> = BTreeMap::new();
    for (id, [free, _, _]) in &found.begin {
        rooms.insert(id, vec![(0, *free)]);
    }
    for it in &found.kept {
        rooms.entry(&it.envelope).or_default().push((it.n, it.free));
    }
    let unjustified = refused.iter().filter_map(|it| {
        let (first, last) = it.between;
        let rooms = &rooms[&it.envelope];
        // From the balance that stood when it was asked.
        let from = rooms.partition_point(|(n, _)| *n <= first) - 1;
        let to = rooms.partition_point(|(n, _)| *n <= last);
        let rooms = &rooms[from..to];
        let is_right = it.room < it.asked && rooms.iter().any(|(_, room)| *room == it.room.cents());
        (!is_right).then(|| format!("{it:?}, and the room was {rooms:?}"))
    });
    unjustified.collect()
}
