//! What a fact says, in a few Dutch words. Its data stand beside it as they were recorded.

/// The words for a kind of fact; a kind that is not known here is shown as it is.
pub fn what(kind: &str) -> &str {
    match kind {
        "account_created" => "Account gemaakt",
        "roles_changed" => "Rollen gewijzigd",
        "account_disabled" => "Account afgesloten",
        "signed_in" => "Ingelogd",
        "sign_in_failed" => "Inloggen mislukt",
        "signed_out" => "Uitgelogd",
        "password_changed" => "Wachtwoord gewijzigd",
        "scheme_created" => "Regeling gemaakt",
        "region_changed" => "Regio gewijzigd",
        "cycle_drafted" => "Cyclus opgesteld",
        "cycle_opened" => "Cyclus geopend",
        "window_set" => "Aanvraagtijdvak vastgesteld",
        "window_extended" => "Aanvraagtijdvak verlengd",
        "application_started" => "Aanvraag begonnen",
        "section_saved" => "Onderdeel opgeslagen",
        "project_added" => "Project toegevoegd",
        "project_saved" => "Project opgeslagen",
        "project_removed" => "Project verwijderd",
        "project_restored" => "Project teruggezet",
        "project_moved" => "Project verplaatst",
        "application_submitted" => "Aanvraag ingediend",
        "application_moved" => "Stand van de aanvraag gewijzigd",
        "completion_requested" => "Aanvulling gevraagd",
        "reviewer_assigned" => "Beoordelaar toegewezen",
        "interests_declared" => "Belangen opgegeven",
        "assessment_finished" => "Beoordeling afgerond",
        "assessment_reopened" => "Beoordeling opnieuw geopend",
        "scenario_created" => "Scenario gemaakt",
        "scenario_edited" => "Scenario met de hand gewijzigd",
        "scenario_adopted" => "Scenario overgenomen",
        "scenario_discarded" => "Scenario verworpen",
        "proposed" => "Bedragen voorgesteld",
        "reservation_released" => "Reservering teruggegeven",
        "co_decided" => "Oordeel van SZW gegeven",
        "decided" => "Besloten",
        "decision_sent" => "Besluit bekendgemaakt",
        "applicant_limit_set" => "Grenzen van een aanvrager gewijzigd",
        "budget_decision_proposed" => "Begrotingsbesluit voorgesteld",
        "budget_decision_withdrawn" => "Voorstel voor de begroting ingetrokken",
        "transferred" => "Geld overgeheveld",
        "ceiling_changed" => "Plafond gewijzigd",
        "journal_unsound" => "Journaal klopt niet",
        "mail_given_up" => "Mail niet te bezorgen",
        "mail_tried_again" => "Mail opnieuw geprobeerd",
        "mail_wish_chosen" => "Meldingen gekozen",
        "progress_reported" => "Voortgang gemeld",
        other => other,
    }
}

/// The words for what a stream is about: `application:0198...` is an application.
pub fn subject(stream: &str) -> &str {
    match stream.split(':').next().unwrap_or_default() {
        "application" => "Aanvraag",
        "cycle" => "Cyclus",
        "scheme" => "Regeling",
        "region" => "Regio",
        "scenario" => "Scenario",
        "account" => "Account",
        "installation" => "Installatie",
        other => other,
    }
}
