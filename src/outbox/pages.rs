//! The messages of a municipality, in the portal.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{Answered, Message, MessageKind, store};
use crate::{
    app::App,
    core::ids::MessageId,
    db::Conn,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::Action,
    },
    texts::filters,
    web::{
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
    },
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    let access = Access::May(Action::SeeMessages);
    vec![
        Route::get("/berichten", access, show_all),
        Route::get("/berichten/{id}", access, show),
    ]
}

#[derive(Template)]
#[template(path = "outbox/list.html")]
struct ListPage {
    frame: Frame,
    messages: Vec<Message>,
    answered: BTreeMap<MessageId, Answered>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "outbox/message.html")]
struct MessagePage {
    frame: Frame,
    message: Message,
    answered: Option<Answered>,
    /// Where it leads, and what that is called.
    to: Option<(String, &'static str)>,
}

impl MessagePage {
    fn paragraphs(&self) -> impl Iterator<Item = &str> {
        super::paragraphs(&self.message.body)
    }
}

async fn show_all(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let municipality = who.actor.municipality.clone().ok_or(AppError::NotFound)?;
    let query = req.query_string().to_owned();
    let (pager, messages, answered) = app
        .store
        .read(move |conn| {
            let total = store::count(conn, &municipality)?;
            let pager = Pager::new("/berichten", &query, u64::try_from(total).unwrap_or(0));
            let offset = i64::try_from(pager.offset()).unwrap_or(i64::MAX);
            let page = i64::from(PAGE_SIZE);
            let messages = store::of_municipality(conn, &municipality, page, offset)?;
            let answered = store::answered(conn, &messages)?;
            Ok((pager, messages, answered))
        })
        .await?;
    html::ok(&ListPage {
        frame: who.frame().crumb("Overzicht", "/").here("Berichten"),
        messages,
        answered,
        pager,
    })
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<MessageId>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), path.into_inner());
    let (message, answered, to) = app
        .store
        .read(move |conn| {
            let message = store::visible(conn, &actor, &id)?;
            let answered = store::answered(conn, std::slice::from_ref(&message))?;
            let to = leads_to(conn, &message)?;
            Ok((message, answered.into_values().next(), to))
        })
        .await?;
    html::ok(&MessagePage {
        frame: who
            .frame()
            .crumb("Overzicht", "/")
            .crumb("Berichten", "/berichten")
            .here(message.subject.as_str()),
        message,
        answered,
        to,
    })
}

/// Where one reads more of what a message is about.
fn leads_to(
    conn: &mut Conn,
    message: &Message,
) -> Result<Option<(String, &'static str)>, AppError> {
    let Some(id) = &message.application_id else {
        return Ok(None);
    };
    let page = format!("/aanvragen/{id}");
    Ok(Some(match message.kind {
        MessageKind::DecisionSent => (format!("{page}/besluit"), "Naar het besluit"),
        MessageKind::AwardAmended => match store::letter_of_amendment(conn, message)? {
            Some(id) => (format!("/wijzigingen/{id}/brief"), "Naar de brief"),
            None => (format!("{page}/wijzigingen"), "Naar de wijziging"),
        },
        MessageKind::ApplicationReceived => match store::version_received(conn, message)? {
            Some(number) => (
                format!("{page}/versies/{number}"),
                "Naar het ontvangstbewijs",
            ),
            None => (page, "Naar de aanvraag"),
        },
        _ => (page, "Naar de aanvraag"),
    }))
}
