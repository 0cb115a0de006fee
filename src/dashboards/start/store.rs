//! SQL for the start pages: figures over several domains. No rules but that a dossier in which
//! somebody declared a conflict of interest is in no list of theirs.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    IntoSql,
    dsl::{exists, not},
    prelude::*,
    sql_types::Bool,
};

use crate::{
    applications::{
        Application,
        state::State,
        store::conflicts_of,
        submission::{
            next::Term,
            store::{SUSPENSION, SuspensionRow, suspension},
        },
    },
    core::{
        actor::{Actor, Department},
        category::Category,
        ids::{AccountId, ApplicationId, MessageId, MunicipalityId, ProposalId, WindowId},
    },
    db::{
        Conn,
        dialect::{self, Group},
        schema::{
            application_windows, applications, assignments, completion_requests, cycles,
            interest_declarations, outbox, projects, proposal_lines, proposals, regions, schemes,
            signing_requests, window_closings,
        },
    },
    error::AppError,
    identity::policy::{self, Action},
    schemes::{Closing, Cycle, Window},
};

/// The most rows of a list on a start page; the page that it points at has them all.
pub const MOST: i64 = 20;
/// The most own applications on a start page.
const MOST_OWN: usize = 20;
/// The most rows that are read of own applications, one for each ground to close later.
const MOST_ROWS: i64 = 1_000;

/// Per state: how many applications of a window were submitted, and what they ask for together, as
/// it was last submitted. What was withdrawn is not in it, nor what is being written anew since.
pub fn states(conn: &mut Conn, window: &WindowId) -> Result<Vec<Group>, AppError> {
    let sql = "SELECT a.state AS item, COUNT(*) AS count, \
        CAST(COALESCE(SUM(v.requested_cents), 0) AS BIGINT) AS total \
        FROM applications a \
        JOIN application_versions v ON v.application_id = a.id AND v.number = a.latest_version \
        WHERE a.window_id = $1 AND a.state NOT IN ('withdrawn', 'draft') \
        GROUP BY a.state ORDER BY a.state";
    Ok(dialect::groups(conn, sql, window.as_str())?)
}

/// Per budget year: how many projects of a window were submitted, and what they ask for.
pub fn asked_per_year(conn: &mut Conn, window: &WindowId) -> Result<Vec<Group>, AppError> {
    let sql = "SELECT CAST(y.year AS TEXT) AS item, COUNT(*) AS count, \
        CAST(COALESCE(SUM(y.requested_cents), 0) AS BIGINT) AS total \
        FROM applications a \
        JOIN projects p ON p.application_id = a.id AND p.removed_at IS NULL \
        JOIN project_years y ON y.project_id = p.id \
        WHERE a.window_id = $1 AND a.latest_version > 0 \
          AND a.state NOT IN ('withdrawn', 'draft') \
        GROUP BY y.year ORDER BY y.year";
    Ok(dialect::groups(conn, sql, window.as_str())?)
}

/// A request for completion that was not answered yet.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OpenRequest {
    /// The application.
    pub application: ApplicationId,
    /// What people call it by.
    pub reference: String,
    /// Its region.
    pub region: String,
    /// The last day to complete it.
    pub due_on: NaiveDate,
}

/// The requests for completion in a window that wait for an answer, the first that ends first.
pub fn open_requests(
    conn: &mut Conn,
    actor: &Actor,
    window: &WindowId,
) -> Result<Vec<OpenRequest>, AppError> {
    Ok(completion_requests::table
        .inner_join(applications::table.inner_join(regions::table))
        .filter(applications::window_id.eq(window))
        .filter(applications::state.eq(State::CompletionRequested))
        .filter(completion_requests::answered_at.is_null())
        .filter(not(applications::id.eq_any(conflicts_of(&actor.id))))
        .order((completion_requests::due_on, completion_requests::id))
        .limit(MOST)
        .select((
            applications::id,
            applications::reference,
            regions::name,
            completion_requests::due_on,
        ))
        .load(conn)?)
}

/// An application of one's own, with where it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The application.
    pub application: Application,
    /// Its region.
    pub region: String,
    /// Its window.
    pub window: Window,
    /// Its cycle.
    pub cycle: Cycle,
    /// Who asked others to sign it, while that waits.
    pub asker: Option<AccountId>,
    /// What the term to decide on it follows from.
    pub term: Term,
}

impl Own {
    /// Whether who looks is asked to sign it: nobody asks themselves.
    pub fn asks_to_sign(&self, actor: &Actor) -> bool {
        let is_other = self.asker.as_ref().is_some_and(|it| *it != actor.id);
        is_other && policy::may_in(actor, None, Action::SubmitApplication)
    }
}

/// The applications of a municipality, the newest first.
pub fn own(conn: &mut Conn, municipality: &MunicipalityId) -> Result<Vec<Own>, AppError> {
    type Row = (
        Application,
        String,
        Window,
        Cycle,
        i32,
        Option<AccountId>,
        Option<Closing>,
        Option<SuspensionRow>,
    );
    let window = application_windows::table
        .inner_join(cycles::table.inner_join(schemes::table))
        .left_join(window_closings::table);
    let asked = applications::signing_id.eq(signing_requests::id.nullable());
    let rows: Vec<Row> = applications::table
        .inner_join(regions::table)
        .inner_join(window)
        .left_join(completion_requests::table)
        .left_join(signing_requests::table.on(asked))
        .filter(applications::lead_municipality_id.eq(municipality))
        .order((
            applications::created_at.desc(),
            applications::id,
            window_closings::id,
            completion_requests::id,
        ))
        .limit(MOST_ROWS)
        .select((
            Application::as_select(),
            regions::name,
            Window::as_select(),
            Cycle::as_select(),
            schemes::decision_term_weeks,
            signing_requests::asked_by.nullable(),
            Option::<Closing>::as_select(),
            SUSPENSION.nullable(),
        ))
        .load(conn)?;
    let closings: Vec<Closing> = rows.iter().filter_map(|it| it.6.clone()).collect();
    let mut own: Vec<Own> = Vec::new();
    for (application, region, window, cycle, weeks, asker, _, request) in rows {
        let is_next = own
            .last()
            .is_none_or(|it| it.application.id != application.id);
        if is_next {
            own.push(Own {
                window: window.closing(&closings, Some(&application.region_id)),
                application,
                region,
                cycle,
                asker,
                term: Term {
                    weeks,
                    suspensions: Vec::new(),
                },
            });
        }
        if let (Some(own), Some(request)) = (own.last_mut(), request) {
            own.term.suspensions.push(suspension(request));
        }
    }
    own.truncate(MOST_OWN);
    Ok(own)
}

/// Per application of a municipality: its projects' years and what they ask for so far.
pub fn own_asked(conn: &mut Conn, municipality: &MunicipalityId) -> Result<Vec<Group>, AppError> {
    let sql = "SELECT a.id AS item, COUNT(*) AS count, \
        CAST(COALESCE(SUM(y.requested_cents), 0) AS BIGINT) AS total \
        FROM applications a \
        JOIN projects p ON p.application_id = a.id AND p.removed_at IS NULL \
        JOIN project_years y ON y.project_id = p.id \
        WHERE a.lead_municipality_id = $1 GROUP BY a.id ORDER BY a.id";
    Ok(dialect::groups(conn, sql, municipality.as_str())?)
}

/// Per application of a municipality: what was awarded. Only what was sent: before that it is not
/// theirs to know.
pub fn own_awarded(conn: &mut Conn, municipality: &MunicipalityId) -> Result<Vec<Group>, AppError> {
    let sql = "SELECT a.id AS item, COUNT(*) AS count, \
        CAST(COALESCE(SUM(l.amount_cents), 0) \
          + COALESCE((SELECT SUM(n.after_cents - n.before_cents) FROM amendments w \
              JOIN amendment_lines n ON n.amendment_id = w.id \
              WHERE w.application_id = a.id AND w.state = 'decided'), 0) AS BIGINT) AS total \
        FROM applications a \
        JOIN decisions d ON d.application_id = a.id AND d.notified_at IS NOT NULL \
        JOIN decision_lines l ON l.decision_id = d.id \
        WHERE a.lead_municipality_id = $1 GROUP BY a.id ORDER BY a.id";
    Ok(dialect::groups(conn, sql, municipality.as_str())?)
}

/// A message to a municipality.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// What it is about.
    pub subject: String,
    /// When it was written (UTC).
    pub created_at: NaiveDateTime,
}

/// The last messages to a municipality.
pub fn messages(conn: &mut Conn, municipality: &MunicipalityId) -> Result<Vec<Message>, AppError> {
    Ok(outbox::table
        .filter(outbox::municipality_id.eq(municipality))
        .order((outbox::created_at.desc(), outbox::id.desc()))
        .limit(5)
        .select((outbox::id, outbox::subject, outbox::created_at))
        .load(conn)?)
}

/// A dossier that somebody has to assess.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Assigned {
    /// The application.
    pub application: ApplicationId,
    /// What people call it by.
    pub reference: String,
    /// Its region.
    pub region: String,
    /// For which department.
    pub department: Department,
    /// Since when.
    pub assigned_at: NaiveDateTime,
}

/// The dossiers in assessment that were assigned to somebody, the longest waiting first.
pub fn assigned(conn: &mut Conn, actor: &Actor) -> Result<Vec<Assigned>, AppError> {
    Ok(assignments::table
        .inner_join(applications::table.inner_join(regions::table))
        .filter(assignments::reviewer_id.eq(&actor.id))
        .filter(applications::state.eq(State::InAssessment))
        .filter(not(applications::id.eq_any(conflicts_of(&actor.id))))
        .order((assignments::assigned_at, applications::id))
        .limit(MOST)
        .select((
            applications::id,
            applications::reference,
            regions::name,
            assignments::department,
            assignments::assigned_at,
        ))
        .load(conn)?)
}

/// In which of the dossiers assigned to somebody they still have to declare their interests.
pub fn undeclared(conn: &mut Conn, actor: &Actor) -> Result<Vec<ApplicationId>, AppError> {
    let declared = interest_declarations::table
        .filter(interest_declarations::account_id.eq(&actor.id))
        .select(interest_declarations::application_id);
    Ok(assignments::table
        .inner_join(applications::table)
        .filter(assignments::reviewer_id.eq(&actor.id))
        .filter(applications::state.eq(State::InAssessment))
        .filter(applications::id.ne_all(declared))
        .order((assignments::assigned_at, applications::id))
        .limit(MOST)
        .select(applications::id)
        .load(conn)?)
}

/// Per dossier assigned to somebody: how many projects they assess in it. SZW's reviewers assess
/// prevention projects.
pub fn to_assess(conn: &mut Conn, account: &AccountId) -> Result<Vec<Group>, AppError> {
    let sql = "SELECT a.id AS item, COUNT(*) AS count, CAST(0 AS BIGINT) AS total \
        FROM assignments g \
        JOIN applications a ON a.id = g.application_id AND a.state = 'in_assessment' \
        JOIN projects p ON p.application_id = a.id AND p.removed_at IS NULL \
        WHERE g.reviewer_id = $1 AND (g.department = 'nctv' OR p.category = 'prevention') \
        GROUP BY a.id ORDER BY a.id";
    Ok(dialect::groups(conn, sql, account.as_str())?)
}

/// Per dossier: how many projects somebody finished assessing in it.
pub fn finished(conn: &mut Conn, account: &AccountId) -> Result<Vec<Group>, AppError> {
    let sql = "SELECT a.id AS item, COUNT(*) AS count, CAST(0 AS BIGINT) AS total \
        FROM assessments s \
        JOIN projects p ON p.id = s.project_id AND p.removed_at IS NULL \
        JOIN applications a ON a.id = p.application_id AND a.state = 'in_assessment' \
        WHERE s.reviewer_id = $1 AND s.final_at IS NOT NULL GROUP BY a.id ORDER BY a.id";
    Ok(dialect::groups(conn, sql, account.as_str())?)
}

/// A proposal that waits.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Waiting {
    /// The proposal.
    pub proposal: ProposalId,
    /// Its application.
    pub application: ApplicationId,
    /// What its application is called by.
    pub reference: String,
    /// Its region.
    pub region: String,
    /// Since when.
    pub proposed_at: NaiveDateTime,
    /// By whom.
    pub proposed_by: AccountId,
    /// What SZW said of it.
    pub verdict: Option<String>,
}

/// The proposals that are not decided yet, the longest waiting first. `for_szw`: only those with
/// prevention projects on which SZW has not spoken.
pub fn waiting(conn: &mut Conn, actor: &Actor, for_szw: bool) -> Result<Vec<Waiting>, AppError> {
    let all = (!for_szw).into_sql::<Bool>();
    let prevention = proposal_lines::table
        .inner_join(projects::table)
        .filter(proposal_lines::proposal_id.eq(proposals::id))
        .filter(projects::category.eq(Some(Category::Prevention)));
    Ok(proposals::table
        .inner_join(applications::table.inner_join(regions::table))
        .filter(proposals::state.eq("open"))
        .filter(not(applications::id.eq_any(conflicts_of(&actor.id))))
        .filter(all.or(proposals::szw_verdict.is_null().and(exists(prevention))))
        .order((proposals::proposed_at, proposals::id))
        .limit(MOST)
        .select((
            proposals::id,
            applications::id,
            applications::reference,
            regions::name,
            proposals::proposed_at,
            proposals::proposed_by,
            proposals::szw_verdict,
        ))
        .load(conn)?)
}

/// Per proposal that is not decided yet: how many prevention projects are in it, and its total.
pub fn proposed(conn: &mut Conn) -> Result<Vec<Group>, AppError> {
    let sql = "SELECT l.proposal_id AS item, \
        COUNT(DISTINCT CASE WHEN p.category = 'prevention' THEN p.id END) AS count, \
        CAST(COALESCE(SUM(l.amount_cents), 0) AS BIGINT) AS total \
        FROM proposal_lines l JOIN projects p ON p.id = l.project_id \
        WHERE l.proposal_id IN \
        (SELECT id FROM proposals WHERE state = $1 ORDER BY proposed_at, id LIMIT 500) \
        GROUP BY l.proposal_id ORDER BY l.proposal_id";
    Ok(dialect::groups(conn, sql, "open")?)
}

/// How many proposals are not decided yet.
pub fn count_waiting(conn: &mut Conn) -> Result<i64, AppError> {
    Ok(proposals::table
        .filter(proposals::state.eq("open"))
        .count()
        .get_result(conn)?)
}

/// Per role: how many open accounts have it.
pub fn roles(conn: &mut Conn) -> Result<Vec<Group>, AppError> {
    let sql = "SELECT r.role AS item, COUNT(*) AS count, CAST(0 AS BIGINT) AS total \
        FROM account_roles r JOIN accounts a ON a.id = r.account_id \
        WHERE a.disabled_at IS NULL AND r.role <> $1 GROUP BY r.role ORDER BY r.role";
    Ok(dialect::groups(conn, sql, "")?)
}
