//! One schema for both databases: only column types that mean the same on both.
//! `tests/it/migrations.rs` compares it with what the migrations make.
#![expect(
    missing_docs,
    reason = "the tables and columns are described in the migrations"
)]

diesel::table! {
    municipalities (id) {
        id -> Text,
        cbs_code -> Text,
        name -> Text,
        sort_name -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    accounts (id) {
        id -> Text,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        organisation -> Text,
        municipality_id -> Nullable<Text>,
        disabled_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        version -> Integer,
    }
}

diesel::table! {
    account_roles (account_id, role) {
        account_id -> Text,
        role -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        account_id -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    answered_posts (account_id, key) {
        key -> Text,
        account_id -> Text,
        location -> Text,
        answered_at -> Timestamp,
    }
}

diesel::table! {
    audit_facts (id) {
        id -> Text,
        stream -> Text,
        seq -> BigInt,
        at -> Timestamp,
        actor_id -> Text,
        actor_name -> Text,
        kind -> Text,
        detail -> Text,
        origin -> Text,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    audit_heads (stream) {
        stream -> Text,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    schemes (id) {
        id -> Text,
        code -> Text,
        scheme_version -> Integer,
        title -> Text,
        gazette_number -> Text,
        valid_from_year -> Integer,
        valid_until_year -> Integer,
        is_example -> Bool,
        decision_term_weeks -> Integer,
        awb_articles -> Text,
        objection_clause -> Text,
        mandate_line -> Text,
        budget_article -> Text,
        sisa_code -> Nullable<Text>,
        rounding_cents -> BigInt,
        tie_chain -> Text,
        leftover -> Bool,
        coupled -> Bool,
        frozen_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    criteria (id) {
        id -> Text,
        scheme_id -> Text,
        department -> Text,
        position -> Integer,
        name -> Text,
        question -> Text,
        weight -> Integer,
    }
}

diesel::table! {
    cycles (id) {
        id -> Text,
        scheme_id -> Text,
        name -> Text,
        first_year -> Integer,
        state -> Text,
        opened_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    budget_years (id) {
        id -> Text,
        cycle_id -> Text,
        year -> Integer,
        ceiling_cents -> BigInt,
        appropriated_cents -> BigInt,
        last_entry_id -> Nullable<Text>,
    }
}

diesel::table! {
    envelopes (id) {
        id -> Text,
        budget_year_id -> Text,
        kind -> Text,
        mode -> Text,
        method -> Text,
        planned_cents -> BigInt,
    }
}

diesel::table! {
    application_windows (id) {
        id -> Text,
        cycle_id -> Text,
        kind -> Text,
        name -> Text,
        opens_at -> Timestamp,
        closes_at -> Timestamp,
        version -> Integer,
    }
}

diesel::table! {
    regions (id) {
        id -> Text,
        name -> Text,
        sort_name -> Text,
    }
}

diesel::table! {
    region_members (region_id, municipality_id, valid_from) {
        region_id -> Text,
        municipality_id -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    region_leads (region_id, valid_from) {
        region_id -> Text,
        municipality_id -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    applications (id) {
        id -> Text,
        reference -> Text,
        window_id -> Text,
        region_id -> Text,
        lead_municipality_id -> Text,
        parent_id -> Nullable<Text>,
        state -> Text,
        signing_id -> Nullable<Text>,
        copied_from -> Nullable<Text>,
        latest_version -> Integer,
        submitted_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> Integer,
    }
}

diesel::table! {
    application_sections (application_id, section) {
        application_id -> Text,
        section -> Text,
        answers -> Text,
        saved_at -> Timestamp,
        saved_by -> Text,
        version -> Integer,
    }
}

diesel::table! {
    draft_changes (application_id, part, version) {
        application_id -> Text,
        part -> Text,
        version -> Integer,
        changes -> Text,
        saved_at -> Timestamp,
        saved_by -> Text,
        form -> Text,
        sequence -> BigInt,
        is_recorded -> Bool,
    }
}

diesel::table! {
    presence (application_id, part, account_id) {
        application_id -> Text,
        part -> Text,
        account_id -> Text,
        since -> Timestamp,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    application_participants (application_id, municipality_id) {
        application_id -> Text,
        municipality_id -> Text,
    }
}

diesel::table! {
    projects (id) {
        id -> Text,
        application_id -> Text,
        position -> Integer,
        answers -> Text,
        title -> Text,
        category -> Nullable<Text>,
        sub_item -> Nullable<Text>,
        score_hundredths -> Nullable<BigInt>,
        removed_at -> Nullable<Timestamp>,
        saved_at -> Timestamp,
        saved_by -> Text,
        version -> Integer,
    }
}

diesel::table! {
    project_years (project_id, year) {
        project_id -> Text,
        year -> Integer,
        costs_cents -> BigInt,
        own_contribution_cents -> BigInt,
        co_financing_cents -> BigInt,
        requested_cents -> BigInt,
        minimum_cents -> BigInt,
        eligible_cents -> Nullable<BigInt>,
    }
}

diesel::table! {
    project_shares (project_id, year, municipality_id) {
        project_id -> Text,
        municipality_id -> Text,
        year -> Integer,
        amount_cents -> BigInt,
    }
}

diesel::table! {
    budget_lines (project_id, position, year) {
        project_id -> Text,
        position -> Integer,
        year -> Integer,
        kind -> Text,
        description -> Text,
        quantity_hundredths -> BigInt,
        rate_cents -> BigInt,
        amount_cents -> BigInt,
    }
}

diesel::table! {
    indicators (id) {
        id -> Text,
        project_id -> Text,
        position -> Integer,
        level -> Text,
        name -> Text,
        unit -> Text,
        direction -> Text,
        baseline_hundredths -> Nullable<BigInt>,
        baseline_absent_because -> Text,
        source -> Text,
        catalogue_id -> Nullable<Text>,
    }
}

diesel::table! {
    catalogue_indicators (id) {
        id -> Text,
        code -> Text,
        edition -> Integer,
        level -> Text,
        name -> Text,
        definition -> Text,
        unit -> Text,
        direction -> Text,
        roll_up -> Text,
        source -> Text,
        frequency -> Text,
        fits -> Text,
        is_example -> Bool,
        used_since -> Nullable<Timestamp>,
        replaced_at -> Nullable<Timestamp>,
        withdrawn_at -> Nullable<Timestamp>,
        set_at -> Timestamp,
        set_by -> Text,
        version -> Integer,
    }
}

diesel::table! {
    indicator_years (indicator_id, year) {
        indicator_id -> Text,
        year -> Integer,
        target_hundredths -> BigInt,
        actual_hundredths -> Nullable<BigInt>,
        explanation -> Text,
        reported_at -> Nullable<Timestamp>,
        reported_by -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    application_versions (application_id, number) {
        application_id -> Text,
        number -> Integer,
        submitted_at -> Timestamp,
        submitted_by -> Text,
        content -> Text,
        sha256 -> Text,
        requested_cents -> BigInt,
    }
}

diesel::table! {
    completion_requests (id) {
        id -> Text,
        application_id -> Text,
        sections -> Text,
        message -> Text,
        due_on -> Date,
        requested_at -> Timestamp,
        requested_by -> Text,
        answered_at -> Nullable<Timestamp>,
        reminded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    assignments (application_id, reviewer_id) {
        application_id -> Text,
        reviewer_id -> Text,
        department -> Text,
        assigned_at -> Timestamp,
        assigned_by -> Text,
    }
}

diesel::table! {
    interest_declarations (application_id, account_id) {
        application_id -> Text,
        account_id -> Text,
        has_conflict -> Bool,
        note -> Text,
        declared_at -> Timestamp,
    }
}

diesel::table! {
    assessments (id) {
        id -> Text,
        project_id -> Text,
        reviewer_id -> Text,
        department -> Text,
        answers -> Text,
        advice -> Nullable<Text>,
        advice_reason -> Text,
        score_hundredths -> Nullable<BigInt>,
        final_at -> Nullable<Timestamp>,
        saved_at -> Timestamp,
        version -> Integer,
    }
}

diesel::table! {
    assessment_scores (assessment_id, criterion_id) {
        assessment_id -> Text,
        criterion_id -> Text,
        score -> Integer,
        reason -> Text,
    }
}

diesel::table! {
    assessment_years (assessment_id, year) {
        assessment_id -> Text,
        year -> Integer,
        eligible_cents -> BigInt,
    }
}

diesel::table! {
    envelope_balances (envelope_id) {
        envelope_id -> Text,
        free_cents -> BigInt,
        reserved_cents -> BigInt,
        committed_cents -> BigInt,
        advanced_cents -> BigInt,
        paid_cents -> BigInt,
        accepted_cents -> BigInt,
        determined_cents -> BigInt,
        released_cents -> BigInt,
        recovered_cents -> BigInt,
        last_entry_id -> Nullable<Text>,
    }
}
diesel::table! {
    project_balances (project_id, envelope_id) {
        project_id -> Text,
        envelope_id -> Text,
        reserved_cents -> BigInt,
        committed_cents -> BigInt,
        advanced_cents -> BigInt,
        paid_cents -> BigInt,
        accepted_cents -> BigInt,
        determined_cents -> BigInt,
        last_entry_id -> Nullable<Text>,
    }
}
diesel::table! {
    journal_transactions (id) {
        id -> Text,
        cause_kind -> Text,
        cause_id -> Text,
        booked_at -> Timestamp,
        booked_by -> Text,
    }
}
diesel::table! {
    applicant_limits (budget_year_id, municipality_id) {
        budget_year_id -> Text,
        municipality_id -> Text,
        at_least_cents -> BigInt,
        at_most_cents -> Nullable<BigInt>,
        promised_cents -> BigInt,
        set_at -> Timestamp,
        set_by -> Text,
        version -> Integer,
    }
}
diesel::table! {
    budget_decisions (id) {
        id -> Text,
        reference -> Text,
        cycle_id -> Text,
        kind -> Text,
        from_envelope_id -> Text,
        from_stage -> Text,
        to_envelope_id -> Text,
        amount_cents -> BigInt,
        reason -> Text,
        state -> Text,
        proposed_at -> Timestamp,
        proposed_by -> Text,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
        version -> Integer,
        ceiling_before_cents -> Nullable<BigInt>,
        returned_by -> Nullable<Text>,
        returned_at -> Nullable<Timestamp>,
        returned_reason -> Nullable<Text>,
    }
}

diesel::table! {
    journal_entries (id) {
        id -> Text,
        transaction_id -> Text,
        kind -> Text,
        from_envelope_id -> Text,
        from_stage -> Text,
        to_envelope_id -> Text,
        to_stage -> Text,
        amount_cents -> BigInt,
        application_id -> Nullable<Text>,
        project_id -> Nullable<Text>,
        cause_kind -> Text,
        cause_id -> Text,
        booked_at -> Timestamp,
        booked_by -> Text,
    }
}

diesel::table! {
    scenarios (id) {
        id -> Text,
        window_id -> Text,
        name -> Text,
        state -> Text,
        input -> Text,
        input_sha256 -> Text,
        result -> Text,
        created_at -> Timestamp,
        created_by -> Text,
        adopted_at -> Nullable<Timestamp>,
        adopted_by -> Nullable<Text>,
        version -> Integer,
        is_hypothetical -> Bool,
        is_coupled -> Bool,
        is_feasible -> Bool,
        ceiling_cents -> BigInt,
        eligible_cents -> BigInt,
        awarded_cents -> BigInt,
        full_count -> Integer,
        partly_count -> Integer,
        nothing_count -> Integer,
        edit_count -> Integer,
        seed -> Text,
    }
}

diesel::table! {
    scenario_edits (scenario_id, seq) {
        scenario_id -> Text,
        seq -> Integer,
        project_id -> Text,
        year -> Integer,
        before_cents -> BigInt,
        after_cents -> BigInt,
        reason -> Text,
        edited_at -> Timestamp,
        edited_by -> Text,
    }
}

diesel::table! {
    proposals (id) {
        id -> Text,
        application_id -> Text,
        scenario_id -> Nullable<Text>,
        state -> Text,
        is_reserved -> Bool,
        reserved_until -> Nullable<Timestamp>,
        reasons -> Text,
        proposed_at -> Timestamp,
        proposed_by -> Text,
        szw_verdict -> Nullable<Text>,
        szw_reason -> Text,
        szw_at -> Nullable<Timestamp>,
        szw_by -> Nullable<Text>,
        version -> Integer,
        returned_by -> Nullable<Text>,
        returned_at -> Nullable<Timestamp>,
        returned_reason -> Nullable<Text>,
    }
}

diesel::table! {
    proposal_lines (proposal_id, project_id, year, envelope_id) {
        proposal_id -> Text,
        project_id -> Text,
        year -> Integer,
        envelope_id -> Text,
        amount_cents -> BigInt,
        reason -> Text,
        smallest_change -> Nullable<Text>,
    }
}

diesel::table! {
    decisions (id) {
        id -> Text,
        reference -> Text,
        application_id -> Text,
        proposal_id -> Text,
        outcome -> Text,
        reasons -> Text,
        decided_at -> Timestamp,
        decided_by -> Text,
        notified_at -> Nullable<Timestamp>,
        notified_by -> Nullable<Text>,
        objection_until -> Nullable<Date>,
        letter -> Nullable<Text>,
        letter_sha256 -> Nullable<Text>,
    }
}

diesel::table! {
    decision_lines (decision_id, project_id, year, envelope_id) {
        decision_id -> Text,
        project_id -> Text,
        year -> Integer,
        envelope_id -> Text,
        amount_cents -> BigInt,
        reason -> Text,
        smallest_change -> Nullable<Text>,
    }
}

diesel::table! {
    amendments (id) {
        id -> Text,
        reference -> Text,
        application_id -> Text,
        decision_id -> Text,
        state -> Text,
        reason -> Text,
        proposed_at -> Timestamp,
        proposed_by -> Text,
        szw_verdict -> Nullable<Text>,
        szw_reason -> Text,
        szw_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
        version -> Integer,
        letter -> Nullable<Text>,
        letter_sha256 -> Nullable<Text>,
    }
}

diesel::table! {
    amendment_lines (amendment_id, project_id, year, envelope_id) {
        amendment_id -> Text,
        project_id -> Text,
        year -> Integer,
        envelope_id -> Text,
        before_cents -> BigInt,
        after_cents -> BigInt,
    }
}

diesel::table! {
    outbox (id) {
        id -> Text,
        municipality_id -> Text,
        application_id -> Nullable<Text>,
        kind -> Text,
        subject -> Text,
        body -> Text,
        created_at -> Timestamp,
        addressed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    mails (id) {
        id -> Text,
        message_id -> Nullable<Text>,
        account_id -> Nullable<Text>,
        address -> Text,
        subject -> Text,
        body -> Text,
        path -> Text,
        state -> Text,
        is_digest -> Bool,
        attempts -> Integer,
        due_at -> Timestamp,
        leased_until -> Nullable<Timestamp>,
        sent_at -> Nullable<Timestamp>,
        error -> Text,
        created_at -> Timestamp,
        has_secret -> Bool,
    }
}

diesel::table! {
    mail_wishes (account_id) {
        account_id -> Text,
        wish -> Text,
        chosen_at -> Timestamp,
    }
}

diesel::table! {
    mail_secrets (sha256) {
        sha256 -> Text,
        mail_id -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        application_id -> Text,
        email -> Text,
        organisation -> Text,
        permission -> Text,
        sections -> Nullable<Text>,
        message -> Text,
        due_on -> Nullable<Date>,
        mail_id -> Text,
        invited_by -> Text,
        invited_at -> Timestamp,
        expires_at -> Timestamp,
        accepted_at -> Nullable<Timestamp>,
        accepted_by -> Nullable<Text>,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    collaborators (application_id, account_id) {
        application_id -> Text,
        account_id -> Text,
        organisation -> Text,
        permission -> Text,
        sections -> Nullable<Text>,
        invited_by -> Text,
        since -> Timestamp,
        removed_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    part_tasks (id) {
        id -> Text,
        application_id -> Text,
        section -> Nullable<Text>,
        assignee_id -> Text,
        note -> Text,
        due_on -> Nullable<Date>,
        set_by -> Text,
        set_at -> Timestamp,
        done_at -> Nullable<Timestamp>,
        answer -> Text,
        dropped_at -> Nullable<Timestamp>,
        reminded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    window_closings (id) {
        id -> Text,
        window_id -> Text,
        kind -> Text,
        region_id -> Nullable<Text>,
        starts_at -> Nullable<Timestamp>,
        ends_at -> Timestamp,
        reason -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Text,
    }
}

diesel::table! {
    signing_requests (id) {
        id -> Text,
        application_id -> Text,
        asked_at -> Timestamp,
        asked_by -> Text,
        content -> Text,
        sha256 -> Text,
        answered_at -> Nullable<Timestamp>,
        answered_by -> Nullable<Text>,
        answer -> Nullable<Text>,
        remark -> Text,
    }
}

diesel::table! {
    application_copies (application_id) {
        application_id -> Text,
        source_id -> Text,
        source_number -> Integer,
        projects -> Text,
    }
}

diesel::joinable!(accounts -> municipalities (municipality_id));
diesel::joinable!(account_roles -> accounts (account_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(answered_posts -> accounts (account_id));
diesel::joinable!(criteria -> schemes (scheme_id));
diesel::joinable!(cycles -> schemes (scheme_id));
diesel::joinable!(budget_years -> cycles (cycle_id));
diesel::joinable!(envelopes -> budget_years (budget_year_id));
diesel::joinable!(application_windows -> cycles (cycle_id));
diesel::table! {
    closing_reminders (window_id, region_id, closes_at, days) {
        window_id -> Text,
        region_id -> Text,
        closes_at -> Timestamp,
        days -> Integer,
        reminded_at -> Timestamp,
    }
}
diesel::joinable!(window_closings -> application_windows (window_id));
diesel::joinable!(window_closings -> regions (region_id));
diesel::joinable!(region_members -> regions (region_id));
diesel::joinable!(region_members -> municipalities (municipality_id));
diesel::joinable!(region_leads -> regions (region_id));
diesel::joinable!(region_leads -> municipalities (municipality_id));
diesel::joinable!(applications -> application_windows (window_id));
diesel::joinable!(applications -> regions (region_id));
diesel::joinable!(applications -> municipalities (lead_municipality_id));
diesel::joinable!(application_sections -> applications (application_id));
diesel::joinable!(application_sections -> accounts (saved_by));
diesel::joinable!(draft_changes -> accounts (saved_by));
diesel::joinable!(presence -> accounts (account_id));
diesel::joinable!(application_participants -> applications (application_id));
diesel::joinable!(application_participants -> municipalities (municipality_id));
diesel::joinable!(projects -> applications (application_id));
diesel::joinable!(projects -> accounts (saved_by));
diesel::joinable!(project_years -> projects (project_id));
diesel::joinable!(project_shares -> projects (project_id));
diesel::joinable!(project_shares -> municipalities (municipality_id));
diesel::joinable!(budget_lines -> projects (project_id));
diesel::joinable!(indicators -> projects (project_id));
diesel::joinable!(indicators -> catalogue_indicators (catalogue_id));
diesel::joinable!(catalogue_indicators -> accounts (set_by));
diesel::joinable!(indicator_years -> indicators (indicator_id));
diesel::joinable!(indicator_years -> accounts (reported_by));
diesel::joinable!(application_versions -> applications (application_id));
diesel::joinable!(application_versions -> accounts (submitted_by));
diesel::joinable!(completion_requests -> applications (application_id));
diesel::joinable!(completion_requests -> accounts (requested_by));
diesel::joinable!(assignments -> applications (application_id));
diesel::joinable!(interest_declarations -> applications (application_id));
diesel::joinable!(interest_declarations -> accounts (account_id));
diesel::joinable!(assessments -> projects (project_id));
diesel::joinable!(assessments -> accounts (reviewer_id));
diesel::joinable!(assessment_scores -> assessments (assessment_id));
diesel::joinable!(assessment_scores -> criteria (criterion_id));
diesel::joinable!(assessment_years -> assessments (assessment_id));
diesel::joinable!(envelope_balances -> envelopes (envelope_id));
diesel::joinable!(project_balances -> envelopes (envelope_id));
diesel::joinable!(project_balances -> projects (project_id));
diesel::joinable!(budget_decisions -> cycles (cycle_id));
diesel::joinable!(applicant_limits -> budget_years (budget_year_id));
diesel::joinable!(applicant_limits -> municipalities (municipality_id));
diesel::joinable!(journal_entries -> applications (application_id));
diesel::joinable!(journal_entries -> projects (project_id));
diesel::joinable!(journal_entries -> accounts (booked_by));
diesel::joinable!(scenarios -> application_windows (window_id));
diesel::joinable!(scenario_edits -> scenarios (scenario_id));
diesel::joinable!(scenario_edits -> projects (project_id));
diesel::joinable!(scenario_edits -> accounts (edited_by));
diesel::joinable!(proposals -> applications (application_id));
diesel::joinable!(proposals -> scenarios (scenario_id));
diesel::joinable!(proposal_lines -> proposals (proposal_id));
diesel::joinable!(proposal_lines -> projects (project_id));
diesel::joinable!(proposal_lines -> envelopes (envelope_id));
diesel::joinable!(decisions -> applications (application_id));
diesel::joinable!(decisions -> proposals (proposal_id));
diesel::joinable!(decision_lines -> decisions (decision_id));
diesel::joinable!(decision_lines -> projects (project_id));
diesel::joinable!(decision_lines -> envelopes (envelope_id));
diesel::joinable!(amendments -> applications (application_id));
diesel::joinable!(amendments -> decisions (decision_id));
diesel::joinable!(amendment_lines -> amendments (amendment_id));
diesel::joinable!(amendment_lines -> projects (project_id));
diesel::joinable!(amendment_lines -> envelopes (envelope_id));
diesel::table! {
    attachments (id) {
        id -> Text,
        application_id -> Text,
        project_id -> Nullable<Text>,
        name -> Text,
        about -> Text,
        kind -> Text,
        size_bytes -> BigInt,
        sha256 -> Text,
        state -> Text,
        said -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        received_at -> Timestamp,
        received_by -> Text,
        scanned_at -> Nullable<Timestamp>,
        removed_at -> Nullable<Timestamp>,
        frozen_in -> Nullable<Integer>,
        version -> Integer,
    }
}

diesel::table! {
    /// Bytes that may be in storage and that no attachment tells of.
    loose_files (id) {
        id -> Text,
        since -> Timestamp,
    }
}

diesel::joinable!(outbox -> municipalities (municipality_id));
diesel::joinable!(outbox -> applications (application_id));
diesel::joinable!(mails -> outbox (message_id));
diesel::joinable!(mails -> accounts (account_id));
diesel::joinable!(mail_wishes -> accounts (account_id));
diesel::joinable!(attachments -> applications (application_id));
diesel::joinable!(attachments -> accounts (received_by));
diesel::joinable!(mail_secrets -> mails (mail_id));
diesel::joinable!(invitations -> applications (application_id));
diesel::joinable!(invitations -> accounts (invited_by));
diesel::joinable!(collaborators -> applications (application_id));
diesel::joinable!(collaborators -> accounts (account_id));
diesel::joinable!(part_tasks -> applications (application_id));
diesel::joinable!(part_tasks -> accounts (assignee_id));

diesel::allow_tables_to_appear_in_same_query!(
    municipalities,
    accounts,
    account_roles,
    sessions,
    answered_posts,
    audit_facts,
    audit_heads,
    schemes,
    criteria,
    cycles,
    budget_years,
    envelopes,
    application_windows,
    window_closings,
    signing_requests,
    application_copies,
    regions,
    region_members,
    region_leads,
    applications,
    application_sections,
    draft_changes,
    presence,
    application_participants,
    projects,
    project_years,
    project_shares,
    budget_lines,
    indicators,
    catalogue_indicators,
    indicator_years,
    application_versions,
    completion_requests,
    assignments,
    interest_declarations,
    assessments,
    assessment_scores,
    assessment_years,
    envelope_balances,
    project_balances,
    journal_transactions,
    journal_entries,
    applicant_limits,
    budget_decisions,
    scenarios,
    scenario_edits,
    proposals,
    proposal_lines,
    decisions,
    decision_lines,
    amendments,
    amendment_lines,
    outbox,
    mails,
    mail_wishes,
    attachments,
    loose_files,
    mail_secrets,
    invitations,
    collaborators,
    part_tasks,
);

diesel::allow_columns_to_appear_in_same_group_by_clause!(
    draft_changes::part,
    accounts::id,
    accounts::name,
);
