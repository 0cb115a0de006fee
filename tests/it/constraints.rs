//! Every named constraint of every migration is broken once: a name that nothing breaks is a mistake
//! in the migration or in this table.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
    sql_types::Text,
};
use versterkingsgelden::{cli::demo::story, core::actor::Actor, db::Conn};

use crate::support::on_both;

/// A constraint, a statement that breaks it and nothing else, and for one that SQLite does not name
/// (UNIQUE, FOREIGN KEY) what it says instead. The statements change rows of the demo, so that all that a row
/// refers to is there.
const VIOLATIONS: &[(&str, &str, &str)] = &[
    // identity
    (
        "municipalities_cbs_code_shape",
        "UPDATE municipalities SET cbs_code = 'XX0001'",
        "",
    ),
    (
        "municipalities_code_once",
        "UPDATE municipalities SET cbs_code = 'GM0001'",
        "municipalities.cbs_code, municipalities.valid_from",
    ),
    (
        "accounts_email_once",
        "UPDATE accounts SET email = 'een@demo.example'",
        "accounts.email",
    ),
    (
        "accounts_organisation_known",
        "UPDATE accounts SET organisation = 'elders' WHERE municipality_id IS NULL",
        "",
    ),
    (
        "accounts_municipality_iff_theirs",
        "UPDATE accounts SET organisation = 'nctv' WHERE municipality_id IS NOT NULL",
        "",
    ),
    (
        "account_roles_role_known",
        "UPDATE account_roles SET role = 'koning'",
        "",
    ),
    // audit
    (
        "audit_facts_seq_positive",
        "UPDATE audit_facts SET seq = 0",
        "",
    ),
    (
        "audit_facts_no_gap",
        "UPDATE audit_facts SET stream = 'een', seq = 1",
        "audit_facts.stream, audit_facts.seq",
    ),
    // schemes
    (
        "closing_reminders_days_positive",
        "INSERT INTO closing_reminders SELECT w.id, r.id, w.closes_at, 0, w.closes_at FROM application_windows w, regions r",
        "",
    ),
    (
        "schemes_decision_term_positive",
        "UPDATE schemes SET decision_term_weeks = 0",
        "",
    ),
    (
        "schemes_rounding_positive",
        "UPDATE schemes SET rounding_cents = 0",
        "",
    ),
    (
        "schemes_version_once",
        "UPDATE schemes SET code = 'een', scheme_version = 1",
        "schemes.code, schemes.scheme_version",
    ),
    (
        "schemes_years_in_order",
        "UPDATE schemes SET valid_until_year = valid_from_year - 1",
        "",
    ),
    (
        "criteria_department_known",
        "UPDATE criteria SET department = 'elders'",
        "",
    ),
    (
        "criteria_position_once",
        "UPDATE criteria SET position = 1",
        "criteria.scheme_id, criteria.department, criteria.position",
    ),
    (
        "criteria_weight_positive",
        "UPDATE criteria SET weight = 0",
        "",
    ),
    ("cycles_state_known", "UPDATE cycles SET state = 'weg'", ""),
    (
        "cycles_name_once",
        "UPDATE cycles SET name = 'een'",
        "cycles.name",
    ),
    (
        "budget_years_ceiling_not_negative",
        "UPDATE budget_years SET ceiling_cents = -1",
        "",
    ),
    (
        "budget_years_year_once",
        "UPDATE budget_years SET year = 1",
        "budget_years.cycle_id, budget_years.year",
    ),
    (
        "budget_years_within_ceiling",
        "UPDATE budget_years SET appropriated_cents = ceiling_cents + 1",
        "",
    ),
    (
        "envelopes_kind_known",
        "UPDATE envelopes SET kind = 'iets'",
        "",
    ),
    (
        "envelopes_mode_known",
        "UPDATE envelopes SET mode = 'iets'",
        "",
    ),
    (
        "envelopes_method_known",
        "UPDATE envelopes SET method = 'iets'",
        "",
    ),
    (
        "envelopes_planned_not_negative",
        "UPDATE envelopes SET planned_cents = -1",
        "",
    ),
    (
        "envelopes_kind_once",
        "UPDATE envelopes SET kind = 'reserve'",
        "envelopes.budget_year_id, envelopes.kind",
    ),
    (
        "application_windows_kind_known",
        "UPDATE application_windows SET kind = 'iets'",
        "",
    ),
    (
        "application_windows_in_order",
        "UPDATE application_windows SET closes_at = opens_at",
        "",
    ),
    (
        "window_closings_kind_known",
        "UPDATE window_closings SET kind = 'iets', starts_at = NULL",
        "",
    ),
    (
        "window_closings_reason_given",
        "UPDATE window_closings SET reason = ''",
        "",
    ),
    (
        "window_closings_region_iff_extension",
        "UPDATE window_closings SET region_id = (SELECT MIN(id) FROM regions)",
        "",
    ),
    (
        "window_closings_start_iff_outage",
        "UPDATE window_closings SET starts_at = NULL",
        "",
    ),
    (
        "window_closings_in_order",
        "UPDATE window_closings SET starts_at = ends_at WHERE kind = 'outage'",
        "",
    ),
    (
        "regions_name_once",
        "UPDATE regions SET name = 'een'",
        "regions.name",
    ),
    // applications
    (
        "applications_reference_once",
        "UPDATE applications SET reference = 'een'",
        "applications.reference",
    ),
    (
        "applications_state_known",
        "UPDATE applications SET state = 'weg'",
        "",
    ),
    (
        "applications_one_per_region_and_window",
        "UPDATE applications SET region_id = (SELECT MIN(id) FROM regions)",
        "applications.window_id, applications.region_id",
    ),
    (
        "applications_submitted_iff_version",
        "UPDATE applications SET submitted_at = NULL WHERE latest_version > 0",
        "",
    ),
    (
        "applications_draft_iff_never_submitted",
        "UPDATE applications SET state = 'submitted' WHERE latest_version = 0",
        "",
    ),
    (
        "application_sections_known",
        "UPDATE application_sections SET section = 'iets'",
        "",
    ),
    (
        "draft_changes_version_counts",
        "UPDATE draft_changes SET version = 0",
        "",
    ),
    (
        "draft_changes_sequence_not_negative",
        "UPDATE draft_changes SET sequence = -1",
        "",
    ),
    (
        "projects_category_known",
        "UPDATE projects SET category = 'iets'",
        "",
    ),
    (
        "projects_score_not_negative",
        "UPDATE projects SET score_hundredths = -1",
        "",
    ),
    (
        "project_years_requested_not_negative",
        "UPDATE project_years SET requested_cents = -1, costs_cents = -1, own_contribution_cents = 0, co_financing_cents = 0, minimum_cents = 0, eligible_cents = NULL",
        "",
    ),
    (
        "project_years_minimum_in_range",
        "UPDATE project_years SET minimum_cents = requested_cents + 1",
        "",
    ),
    (
        "project_years_eligible_in_range",
        "UPDATE project_years SET eligible_cents = requested_cents + 1",
        "",
    ),
    (
        "project_years_foot",
        "UPDATE project_years SET costs_cents = costs_cents + 1",
        "",
    ),
    (
        "project_shares_positive",
        "UPDATE project_shares SET amount_cents = 0",
        "",
    ),
    (
        "budget_lines_kind_known",
        "UPDATE budget_lines SET kind = 'iets'",
        "",
    ),
    (
        "budget_lines_quantity_not_negative",
        "UPDATE budget_lines SET quantity_hundredths = -1",
        "",
    ),
    (
        "budget_lines_rate_not_negative",
        "UPDATE budget_lines SET rate_cents = -1",
        "",
    ),
    (
        "budget_lines_amount_not_negative",
        "UPDATE budget_lines SET amount_cents = -1",
        "",
    ),
    (
        "indicators_level_known",
        "UPDATE indicators SET level = 'iets'",
        "",
    ),
    (
        "indicators_direction_known",
        "UPDATE indicators SET direction = 'iets'",
        "",
    ),
    (
        "indicators_position_once",
        "UPDATE indicators SET position = 1",
        "indicators.project_id, indicators.position",
    ),
    (
        "indicator_years_reported_iff_actual",
        "UPDATE indicator_years SET actual_hundredths = 1, reported_at = NULL",
        "",
    ),
    (
        "catalogue_indicators_code_not_empty",
        "UPDATE catalogue_indicators SET code = ''",
        "",
    ),
    (
        "catalogue_indicators_edition_positive",
        "UPDATE catalogue_indicators SET edition = 0",
        "",
    ),
    (
        "catalogue_indicators_level_known",
        "UPDATE catalogue_indicators SET level = 'iets'",
        "",
    ),
    (
        "catalogue_indicators_name_not_empty",
        "UPDATE catalogue_indicators SET name = ''",
        "",
    ),
    (
        "catalogue_indicators_unit_not_empty",
        "UPDATE catalogue_indicators SET unit = ''",
        "",
    ),
    (
        "catalogue_indicators_direction_known",
        "UPDATE catalogue_indicators SET direction = 'iets'",
        "",
    ),
    (
        "catalogue_indicators_roll_up_known",
        "UPDATE catalogue_indicators SET roll_up = 'iets'",
        "",
    ),
    (
        "catalogue_indicators_edition_once",
        "UPDATE catalogue_indicators SET code = 'EEN', replaced_at = set_at",
        "catalogue_indicators.code, catalogue_indicators.edition",
    ),
    (
        "signing_requests_answer_known",
        "UPDATE signing_requests SET answer = 'iets', answered_at = asked_at, answered_by = asked_by",
        "",
    ),
    (
        "signing_requests_answered_iff_answer",
        "UPDATE signing_requests SET answered_at = asked_at",
        "",
    ),
    (
        "signing_requests_returned_with_a_remark",
        "UPDATE signing_requests SET answer = 'returned', answered_at = asked_at, answered_by = asked_by",
        "",
    ),
    (
        "application_copies_from_another",
        "UPDATE application_copies SET source_id = application_id",
        "",
    ),
    // assessments
    (
        "assignments_department_known",
        "UPDATE assignments SET department = 'elders'",
        "",
    ),
    (
        "interest_declarations_conflict_has_note",
        "UPDATE interest_declarations SET has_conflict = TRUE, note = ''",
        "",
    ),
    (
        "assessments_department_known",
        "UPDATE assessments SET department = 'elders'",
        "",
    ),
    (
        "assessments_advice_known",
        "UPDATE assessments SET advice = 'iets'",
        "",
    ),
    (
        "assessments_once_per_reviewer",
        "UPDATE assessments SET reviewer_id = (SELECT MIN(id) FROM accounts)",
        "assessments.project_id, assessments.reviewer_id",
    ),
    (
        "assessments_final_has_score",
        "UPDATE assessments SET score_hundredths = NULL WHERE final_at IS NOT NULL",
        "",
    ),
    (
        "assessment_scores_on_scale",
        "UPDATE assessment_scores SET score = 6",
        "",
    ),
    (
        "assessment_scores_reason_given",
        "UPDATE assessment_scores SET reason = ''",
        "",
    ),
    (
        "assessment_years_eligible_not_negative",
        "UPDATE assessment_years SET eligible_cents = -1",
        "",
    ),
    // journal
    (
        "envelope_balances_within_ceiling",
        "UPDATE envelope_balances SET free_cents = -1",
        "",
    ),
    (
        "envelope_balances_reserved_not_negative",
        "UPDATE envelope_balances SET reserved_cents = -1",
        "",
    ),
    (
        "envelope_balances_committed_not_negative",
        "UPDATE envelope_balances SET committed_cents = -1",
        "",
    ),
    (
        "envelope_balances_advanced_not_negative",
        "UPDATE envelope_balances SET advanced_cents = -1",
        "",
    ),
    (
        "envelope_balances_paid_not_negative",
        "UPDATE envelope_balances SET paid_cents = -1",
        "",
    ),
    (
        "envelope_balances_accepted_not_negative",
        "UPDATE envelope_balances SET accepted_cents = -1",
        "",
    ),
    (
        "envelope_balances_determined_not_negative",
        "UPDATE envelope_balances SET determined_cents = -1",
        "",
    ),
    (
        "envelope_balances_released_not_negative",
        "UPDATE envelope_balances SET released_cents = -1",
        "",
    ),
    (
        "envelope_balances_recovered_not_negative",
        "UPDATE envelope_balances SET recovered_cents = -1",
        "",
    ),
    (
        "project_balances_reserved_not_negative",
        "UPDATE project_balances SET reserved_cents = -1",
        "",
    ),
    (
        "project_balances_committed_not_negative",
        "UPDATE project_balances SET committed_cents = -1",
        "",
    ),
    (
        "project_balances_advanced_not_negative",
        "UPDATE project_balances SET advanced_cents = -1",
        "",
    ),
    (
        "project_balances_paid_not_negative",
        "UPDATE project_balances SET paid_cents = -1",
        "",
    ),
    (
        "project_balances_accepted_not_negative",
        "UPDATE project_balances SET accepted_cents = -1",
        "",
    ),
    (
        "project_balances_determined_not_negative",
        "UPDATE project_balances SET determined_cents = -1",
        "",
    ),
    (
        "journal_transactions_cause_known",
        "UPDATE journal_transactions SET cause_kind = 'gift'",
        "",
    ),
    (
        "journal_entries_amount_positive",
        "UPDATE journal_entries SET amount_cents = 0",
        "",
    ),
    (
        "journal_entries_of_transaction",
        "UPDATE journal_entries SET transaction_id = 'een'",
        "FOREIGN KEY constraint failed",
    ),
    (
        "journal_entries_cause_fits",
        "UPDATE journal_entries SET cause_kind = 'payment' WHERE kind = 'commitment'",
        "",
    ),
    (
        "journal_entries_moves_known",
        "UPDATE journal_entries SET to_stage = 'paid' WHERE kind = 'commitment'",
        "",
    ),
    (
        "journal_entries_promise_has_project",
        "UPDATE journal_entries SET project_id = NULL WHERE kind = 'commitment'",
        "",
    ),
    // ledger
    (
        "budget_decisions_reference_once",
        "UPDATE budget_decisions SET reference = 'een'",
        "budget_decisions.reference",
    ),
    (
        "budget_decisions_kind_known",
        "UPDATE budget_decisions SET kind = 'gift'",
        "",
    ),
    (
        "budget_decisions_amount_positive",
        "UPDATE budget_decisions SET amount_cents = 0",
        "",
    ),
    (
        "budget_decisions_reason_given",
        "UPDATE budget_decisions SET reason = ''",
        "",
    ),
    (
        "budget_decisions_state_known",
        "UPDATE budget_decisions SET state = 'weg' WHERE state = 'open'",
        "",
    ),
    (
        "budget_decisions_four_eyes",
        "UPDATE budget_decisions SET state = 'decided', decided_at = proposed_at, decided_by = proposed_by",
        "",
    ),
    (
        "budget_decisions_decided_iff_by",
        "UPDATE budget_decisions SET state = 'decided'",
        "",
    ),
    (
        "budget_decisions_moves_known",
        "UPDATE budget_decisions SET from_stage = 'paid'",
        "",
    ),
    (
        "budget_decisions_ceiling_of_kind",
        "UPDATE budget_decisions SET ceiling_before_cents = -1",
        "",
    ),
    (
        "budget_decisions_returned_by_another",
        "UPDATE budget_decisions SET state = 'withdrawn', returned_by = proposed_by, returned_at = proposed_at, returned_reason = 'Past niet.' WHERE state = 'open'",
        "",
    ),
    (
        "budget_decisions_returned_whole",
        "UPDATE budget_decisions SET returned_reason = 'Past niet.'",
        "",
    ),
    // changes of awards
    (
        "amendments_reference_once",
        "UPDATE amendments SET reference = 'een', state = 'withdrawn' WHERE state = 'open'",
        "amendments.reference",
    ),
    (
        "amendments_state_known",
        "UPDATE amendments SET state = 'weg' WHERE state = 'open'",
        "",
    ),
    (
        "amendments_reason_given",
        "UPDATE amendments SET reason = ''",
        "",
    ),
    (
        "amendments_verdict_known",
        "UPDATE amendments SET szw_verdict = 'misschien', szw_by = proposed_by",
        "",
    ),
    (
        "amendments_four_eyes",
        "UPDATE amendments SET state = 'decided', decided_at = proposed_at, decided_by = proposed_by",
        "",
    ),
    (
        "amendments_verdict_iff_by",
        "UPDATE amendments SET szw_verdict = 'agreed'",
        "",
    ),
    (
        "amendments_decided_iff_by",
        "UPDATE amendments SET state = 'decided'",
        "",
    ),
    (
        "amendments_letter_iff_hash",
        "UPDATE amendments SET letter = '{}', letter_sha256 = NULL",
        "",
    ),
    (
        "amendment_lines_before_not_negative",
        "UPDATE amendment_lines SET before_cents = -1",
        "",
    ),
    (
        "amendment_lines_after_not_negative",
        "UPDATE amendment_lines SET after_cents = -1",
        "",
    ),
    (
        "amendment_lines_differ",
        "UPDATE amendment_lines SET after_cents = before_cents",
        "",
    ),
    // limits of applicants
    (
        "applicant_limits_least_not_negative",
        "UPDATE applicant_limits SET at_least_cents = -1",
        "",
    ),
    (
        "applicant_limits_promised_not_negative",
        "UPDATE applicant_limits SET promised_cents = -1",
        "",
    ),
    (
        "applicant_limits_within_most",
        "UPDATE applicant_limits SET promised_cents = 2, at_most_cents = 1",
        "",
    ),
    (
        "applicant_limits_in_order",
        "UPDATE applicant_limits SET at_least_cents = 2, at_most_cents = 1",
        "",
    ),
    // decisions
    (
        "scenarios_state_known",
        "UPDATE scenarios SET state = 'weg', adopted_by = NULL",
        "",
    ),
    (
        "scenarios_name_once",
        "UPDATE scenarios SET window_id = (SELECT MIN(id) FROM application_windows), name = 'een'",
        "scenarios.window_id, scenarios.name",
    ),
    (
        "scenarios_adopted_iff_by",
        "UPDATE scenarios SET adopted_by = NULL WHERE state = 'adopted'",
        "",
    ),
    (
        "scenarios_hypothetical_not_adopted",
        "UPDATE scenarios SET is_hypothetical = TRUE WHERE state = 'adopted'",
        "",
    ),
    (
        "scenarios_eligible_not_negative",
        "UPDATE scenarios SET eligible_cents = -1",
        "",
    ),
    (
        "scenarios_awarded_within_ceiling",
        "UPDATE scenarios SET awarded_cents = ceiling_cents + 1",
        "",
    ),
    (
        "scenario_edits_after_not_negative",
        "UPDATE scenario_edits SET after_cents = -1",
        "",
    ),
    (
        "scenario_edits_reason_given",
        "UPDATE scenario_edits SET reason = ''",
        "",
    ),
    (
        "proposals_state_known",
        "UPDATE proposals SET state = 'weg'",
        "",
    ),
    (
        "proposals_verdict_known",
        "UPDATE proposals SET szw_verdict = 'misschien' WHERE szw_by IS NOT NULL",
        "",
    ),
    (
        "proposals_verdict_iff_by",
        "UPDATE proposals SET szw_by = NULL WHERE szw_verdict IS NOT NULL",
        "",
    ),
    (
        "proposals_returned_by_another",
        "UPDATE proposals SET state = 'withdrawn', returned_by = proposed_by, returned_at = proposed_at, returned_reason = 'Past niet.'",
        "",
    ),
    (
        "proposals_returned_whole",
        "UPDATE proposals SET returned_reason = 'Past niet.'",
        "",
    ),
    (
        "proposal_lines_amount_not_negative",
        "UPDATE proposal_lines SET amount_cents = -1",
        "",
    ),
    (
        "proposal_lines_reason_given",
        "UPDATE proposal_lines SET reason = ''",
        "",
    ),
    (
        "proposal_lines_change_given",
        "UPDATE proposal_lines SET smallest_change = ''",
        "",
    ),
    (
        "decisions_reference_once",
        "UPDATE decisions SET reference = 'een'",
        "decisions.reference",
    ),
    (
        "decisions_proposal_once",
        "UPDATE decisions SET proposal_id = (SELECT MIN(id) FROM proposals)",
        "decisions.proposal_id",
    ),
    (
        "decisions_outcome_known",
        "UPDATE decisions SET outcome = 'iets'",
        "",
    ),
    (
        "decisions_reasons_given",
        "UPDATE decisions SET reasons = ''",
        "",
    ),
    (
        "decisions_notified_has_letter",
        "UPDATE decisions SET letter = NULL WHERE notified_at IS NOT NULL",
        "",
    ),
    (
        "decision_lines_amount_not_negative",
        "UPDATE decision_lines SET amount_cents = -1",
        "",
    ),
    (
        "decision_lines_reason_given",
        "UPDATE decision_lines SET reason = ''",
        "",
    ),
    (
        "decision_lines_change_given",
        "UPDATE decision_lines SET smallest_change = ''",
        "",
    ),
    // attachments
    (
        "attachments_name_given",
        "UPDATE attachments SET name = ''",
        "",
    ),
    (
        "attachments_kind_known",
        "UPDATE attachments SET kind = 'exe'",
        "",
    ),
    (
        "attachments_not_empty",
        "UPDATE attachments SET size_bytes = 0",
        "",
    ),
    (
        "attachments_sha256_whole",
        "UPDATE attachments SET sha256 = 'ab'",
        "",
    ),
    (
        "attachments_state_known",
        "UPDATE attachments SET state = 'weg'",
        "",
    ),
    (
        "attachments_attempts_not_negative",
        "UPDATE attachments SET attempts = -1",
        "",
    ),
    (
        "attachments_version_counts",
        "UPDATE attachments SET version = 0",
        "",
    ),
    (
        "attachments_scanned_iff_at",
        "UPDATE attachments SET state = 'clean', scanned_at = NULL",
        "",
    ),
    // mail
    ("mails_address_given", "UPDATE mails SET address = ''", ""),
    ("mails_state_known", "UPDATE mails SET state = 'weg'", ""),
    (
        "mails_attempts_not_negative",
        "UPDATE mails SET attempts = -1",
        "",
    ),
    (
        "mails_sent_iff_at",
        "UPDATE mails SET state = 'sent', sent_at = NULL",
        "",
    ),
    (
        "mails_once_each",
        "UPDATE mails SET account_id = (SELECT MIN(id) FROM accounts)",
        "mails.message_id, mails.account_id",
    ),
    (
        "invitations_email_given",
        "UPDATE invitations SET email = ''",
        "",
    ),
    (
        "invitations_permission_known",
        "UPDATE invitations SET permission = 'alles'",
        "",
    ),
    (
        "invitations_one_mail_each",
        "UPDATE invitations SET mail_id = (SELECT MIN(mail_id) FROM invitations)",
        "invitations.mail_id",
    ),
    (
        "invitations_accepted_iff_by",
        "UPDATE invitations SET accepted_by = NULL WHERE accepted_at IS NOT NULL",
        "",
    ),
    (
        "invitations_one_end",
        "UPDATE invitations SET withdrawn_at = invited_at WHERE accepted_at IS NOT NULL",
        "",
    ),
    (
        "invitations_expire_later",
        "UPDATE invitations SET expires_at = invited_at",
        "",
    ),
    (
        "collaborators_permission_known",
        "UPDATE collaborators SET permission = 'alles'",
        "",
    ),
    (
        "part_tasks_answered_once_done",
        "UPDATE part_tasks SET answer = 'klaar' WHERE done_at IS NULL",
        "",
    ),
    (
        "mail_wishes_known",
        "UPDATE mail_wishes SET wish = 'soms'",
        "",
    ),
];

/// Rows of the tables that the demo leaves empty.
const WHAT_THE_DEMO_LACKS: &[&str] = &[
    "INSERT INTO window_closings (id, window_id, kind, starts_at, ends_at, reason, recorded_at, recorded_by) \
     SELECT 'x', id, 'outage', opens_at, closes_at, 'Storing.', closes_at, (SELECT MIN(id) FROM accounts) \
     FROM application_windows ORDER BY id LIMIT 1",
    "INSERT INTO signing_requests (id, application_id, asked_at, asked_by, content, sha256, remark) \
     SELECT 'x', id, created_at, (SELECT MIN(id) FROM accounts), '{}', 'x', '' \
     FROM applications ORDER BY id LIMIT 1",
    "INSERT INTO application_copies (application_id, source_id, source_number, projects) \
     SELECT MIN(id), MAX(id), 1, '{}' FROM applications",
    "INSERT INTO budget_decisions (id, reference, cycle_id, kind, from_envelope_id, from_stage, to_envelope_id, amount_cents, reason, state, proposed_at, proposed_by, version) \
     SELECT e.id, e.id, y.cycle_id, 'raise', e.id, 'budget', e.id, 1, 'Past.', 'open', (SELECT MIN(created_at) FROM accounts), (SELECT MIN(id) FROM accounts), 1 \
     FROM envelopes e JOIN budget_years y ON y.id = e.budget_year_id ORDER BY e.id LIMIT 2",
    "INSERT INTO amendments (id, reference, application_id, decision_id, state, reason, proposed_at, proposed_by, version) \
     SELECT d.id, d.id, d.application_id, d.id, 'open', 'Past.', d.decided_at, d.decided_by, 1 FROM decisions d ORDER BY d.id LIMIT 2",
    "INSERT INTO amendment_lines (amendment_id, project_id, year, envelope_id, before_cents, after_cents) \
     SELECT a.id, l.project_id, l.year, l.envelope_id, 1, 2 FROM amendments a JOIN decision_lines l ON l.decision_id = a.decision_id WHERE a.state = 'open' ORDER BY l.project_id LIMIT 1",
    "INSERT INTO applicant_limits (budget_year_id, municipality_id, at_least_cents, promised_cents, set_at, set_by, version) \
     SELECT id, (SELECT MIN(id) FROM municipalities), 0, 0, (SELECT MIN(created_at) FROM accounts), (SELECT MIN(id) FROM accounts), 1 \
     FROM budget_years ORDER BY id LIMIT 1",
    "INSERT INTO scenario_edits (scenario_id, seq, project_id, year, before_cents, after_cents, reason, edited_at, edited_by) \
     SELECT s.id, 1, p.id, 2027, 0, 1, 'Past.', s.created_at, s.created_by \
     FROM scenarios s CROSS JOIN projects p ORDER BY s.id, p.id LIMIT 1",
    "INSERT INTO project_shares (project_id, municipality_id, year, amount_cents) \
     SELECT y.project_id, (SELECT MIN(id) FROM municipalities), y.year, 1 FROM project_years y ORDER BY y.project_id, y.year LIMIT 1",
    "INSERT INTO mails (id, message_id, account_id, address, subject, body, path, state, is_digest, attempts, due_at, error, created_at) \
     SELECT a.id, (SELECT MIN(id) FROM outbox), a.id, 'x@example.nl', 'x', 'x', '/', 'waiting', FALSE, 0, a.created_at, '', a.created_at \
     FROM accounts a ORDER BY a.id LIMIT 2",
    "INSERT INTO mail_wishes (account_id, wish, chosen_at) SELECT id, 'never', created_at FROM accounts ORDER BY id LIMIT 1",
];

on_both! {
    async fn every_named_constraint_is_broken_once(app: TestApp) {
        let names: BTreeSet<String> = VIOLATIONS.iter().map(|it| it.0.to_owned()).collect();
        assert_eq!(names.len(), VIOLATIONS.len(), "a constraint stands here twice");
        let declared = declared("sqlite");
        assert_eq!(declared, self::declared("postgres"));
        let missing: Vec<_> = declared.difference(&names).collect();
        let gone: Vec<_> = names.difference(&declared).collect();
        assert!(missing.is_empty() && gone.is_empty(), "without a violation: {missing:?}; in no migration: {gone:?}");

        let today = app.app.store.now().date();
        story::tell(&app.app.store, today, "-".to_owned()).await.unwrap();
        let wrong = app.act(&Actor::command_line(), |tx| Ok(broken(tx.conn))).await;
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// Breaks each in turn, with the triggers out of the way; what went otherwise than it should.
fn broken(conn: &mut Conn) -> Vec<String> {
    disarm(conn);
    for sql in WHAT_THE_DEMO_LACKS {
        sql_query(*sql).execute(conn).unwrap();
    }
    let is_sqlite = matches!(conn, Conn::Sqlite(_));
    let mut wrong = Vec::new();
    for (name, sql, unnamed) in VIOLATIONS {
        let done = conn.transaction(|conn| {
            // PostgreSQL looks at names in the order of the alphabet, and an amount below nothing leaves no
            // room for a minimum either.
            if !is_sqlite && *name == "project_years_requested_not_negative" {
                conn.batch_execute(
                    "ALTER TABLE project_years DROP CONSTRAINT project_years_minimum_in_range",
                )?;
            }
            sql_query(*sql).execute(conn)
        });
        let expected = match (is_sqlite, unnamed.is_empty()) {
            (true, true) => format!("CHECK constraint failed: {name}"),
            (true, false) if unnamed.starts_with("FOREIGN KEY") => (*unnamed).to_owned(),
            (true, false) => format!("UNIQUE constraint failed: {unnamed}"),
            (false, _) => format!("constraint \"{name}\""),
        };
        match done {
            Err(err) if err.to_string().contains(&expected) => {}
            other => wrong.push(format!("{name}: {other:?}")),
        }
    }
    wrong
}

/// What keeps rows from changing at all would answer first.
fn disarm(conn: &mut Conn) {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        sql: String,
    }
    let each = match conn {
        Conn::Sqlite(_) => {
            "SELECT 'DROP TRIGGER ' || name AS sql FROM sqlite_master WHERE type = 'trigger'"
        }
        Conn::Postgres(_) => {
            "SELECT 'ALTER TABLE ' || tablename || ' DISABLE TRIGGER USER' AS sql FROM pg_tables WHERE schemaname = 'public'"
        }
    };
    let each: Vec<Found> = sql_query(each).load(conn).unwrap();
    for it in each {
        conn.batch_execute(&it.sql).unwrap();
    }
}

/// The named constraints that stand in the migrations of a database.
fn declared(backend: &str) -> BTreeSet<String> {
    let root = format!("{}/migrations/{backend}", env!("CARGO_MANIFEST_DIR"));
    let folders = fs::read_dir(&root).unwrap().map(|it| it.unwrap().path());
    // In the order in which they run: a later one may take a name away.
    let texts: BTreeMap<_, String> = folders
        .map(|it| (it.clone(), fs::read_to_string(it.join("up.sql")).unwrap()))
        .collect();
    let mut names = BTreeSet::new();
    for text in texts.values() {
        let lines = text.lines().map(|it| it.split("--").next().unwrap());
        let text = lines.collect::<Vec<_>>().join("\n");
        let words: Vec<&str> = text
            .split([' ', '\n', ';', '(', ')', ','])
            .filter(|it| !it.is_empty())
            .collect();
        // In a trigger of PostgreSQL it is `CONSTRAINT = 'the_name'`: which one it speaks for.
        for it in words
            .windows(3)
            .filter(|it| it[1] == "CONSTRAINT" && it[2] != "=")
        {
            match it[0] {
                "DROP" => names.remove(it[2]),
                _ => names.insert(it[2].to_owned()),
            };
        }
    }
    names
}
