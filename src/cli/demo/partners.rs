//! Partners of a municipality in the demo: one who was invited and accepted, one who still can, and
//! what is asked of whom.

use chrono::{Days, NaiveDate};

use crate::{
    applications::{
        collaboration::{
            Grant, NewInvitation, accepting, actions, store,
            tasks::{self, NewTask},
        },
        section::SectionName,
    },
    core::{actor::Actor, ids::ApplicationId},
    db::Tx,
    error::AppError,
    identity::policy::Right,
};

/// The address of the partner who accepted.
const PARTNER: &str = "partner@demo.example";

/// Invites two partners to a draft; one accepts and has done one of the two things that were asked.
pub fn work_together(
    tx: &mut Tx<'_>,
    signatory: &Actor,
    id: &ApplicationId,
    password_hash: &str,
    today: NaiveDate,
) -> Result<(), AppError> {
    let day = |days| today.checked_add_days(Days::new(days));
    let joins = NewInvitation {
        email: PARTNER.to_owned(),
        organisation: "Zorg- en veiligheidshuis".to_owned(),
        grant: Grant {
            right: Right::Edit,
            sections: Some(vec![SectionName::Analysis, SectionName::Projects]),
        },
        message: "Wil jij de analyse nalezen en de projecten aanvullen?".to_owned(),
        due_on: day(5),
    };
    let invitation = actions::invite(tx, id, &joins)?;
    let reads = NewInvitation {
        email: "jongerenwerk@demo.example".to_owned(),
        organisation: "Stichting Jongerenwerk".to_owned(),
        grant: Grant {
            right: Right::View,
            sections: None,
        },
        message: String::new(),
        due_on: None,
    };
    actions::invite(tx, id, &reads)?;
    let own = NewTask {
        assignee: signatory.id.clone(),
        section: Some(SectionName::Statements),
        note: "Na de toets door juridische zaken.".to_owned(),
        due_on: day(10),
    };
    tasks::actions::set(tx, id, &own)?;
    let invitation = store::invitation(tx.conn, id, &invitation)?;
    tx.actor = Actor::system();
    accepting::actions::join_open(tx, invitation, "Petra Partner", password_hash)?;
    let analysis = tasks::store::of_application(tx.conn, id)?
        .into_iter()
        .find(|it| it.asked.section == Some(SectionName::Analysis))
        .ok_or(AppError::NotFound)?;
    tasks::actions::finish(tx, id, &analysis.id, "Nagelezen, de cijfers kloppen.")
}
