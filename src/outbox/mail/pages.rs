//! How somebody wants to be mailed, and for the ministry: what was told to whom, and when.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::{
    Mail, MailState, Wish, actions, store,
    timing::{self, Tally, Told},
};
use crate::{
    app::App,
    core::{
        answers::{Answers, FieldErrors},
        ids::{MailId, MessageId},
    },
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::{self, Action},
        posted::Posted,
    },
    outbox::Message,
    texts::{dates, filters, labels::Label},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Choice, Tag, Tone},
    },
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let own = Access::May(Action::ChooseMail);
    let all = Access::May(Action::SeeDeliveries);
    vec![
        Route::get("/meldingen", own, show_wish),
        Route::post("/meldingen", own, choose),
        Route::get("/berichtenverkeer", all, show_all),
        Route::get("/berichtenverkeer/{id}", all, show),
        Route::post(
            "/berichtenverkeer/mails/{id}/herhaling",
            Access::May(Action::ResendMail),
            try_again,
        ),
    ]
}

#[derive(Template)]
#[template(path = "outbox/wish.html")]
struct WishPage {
    frame: Frame,
    has_messages: bool,
    form: FormView,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "outbox/deliveries.html")]
struct DeliveriesPage {
    frame: Frame,
    rows: Vec<Row>,
    failed: Vec<Mail>,
    may_try_again: bool,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "outbox/delivery.html")]
struct DeliveryPage {
    frame: Frame,
    message: Message,
    municipality: String,
    told: Tag,
    mails: Vec<Mail>,
    may_try_again: bool,
}

/// A message with how telling about it stands.
struct Row {
    message: Message,
    municipality: String,
    tally: Tally,
    told: Tag,
}

#[derive(serde::Deserialize)]
struct Done {
    #[serde(default)]
    gedaan: String,
}

async fn show_wish(
    app: web::Data<App>,
    who: SignedIn,
    done: web::Query<Done>,
) -> Result<HttpResponse, AppError> {
    let account = who.actor.id.clone();
    let wish = app
        .store
        .read(move |conn| store::wish(conn, &account))
        .await?
        .unwrap_or(Wish::AtOnce);
    let mut frame = who.frame();
    if done.gedaan == "bewaard" {
        frame = frame.with_notice(Tone::Success, "Uw keuze is opgeslagen.");
    }
    let form = FormView::new(Answers::default().with("wens", wish.as_str()));
    html::ok(&wish_page(frame, form))
}

fn wish_page(frame: Frame, form: FormView) -> WishPage {
    // Who only works on applications of others reads no messages of a municipality.
    let has_messages = frame.menu.iter().any(|it| it.href == "/berichten");
    let mut frame = frame.crumb("Overzicht", "/");
    if has_messages {
        frame = frame.crumb("Berichten", "/berichten");
    }
    WishPage {
        frame: frame.here("Meldingen"),
        has_messages,
        form,
        choices: Wish::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), it.label()))
            .collect(),
    }
}

async fn choose(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let Ok(wish) = Wish::parse(posted.answers.get("wens")) else {
        let mut errors = FieldErrors::default();
        errors.push("wens", "Kies hoe u de mail wilt krijgen.");
        let form = FormView::refused(posted.answers, errors);
        return html::refused(&wish_page(who.frame(), form));
    };
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                actions::choose(tx, wish)?;
                Ok("/meldingen?gedaan=bewaard".to_owned())
            })
        })
        .await?;
    Ok(access::see_other(&location))
}

async fn show_all(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let (query, now) = (req.query_string().to_owned(), app.store.now());
    let page = i64::from(PAGE_SIZE);
    let (pager, messages, tallies, failed) = app
        .store
        .read(move |conn| {
            let total = u64::try_from(store::count_messages(conn)?).unwrap_or_default();
            let pager = Pager::new("/berichtenverkeer", &query, total);
            let offset = i64::try_from(pager.offset()).unwrap_or(i64::MAX);
            let messages = store::messages(conn, page, offset)?;
            let ids: Vec<MessageId> = messages.iter().map(|it| it.0.id.clone()).collect();
            let tallies = store::tallies(conn, &ids)?;
            Ok((pager, messages, tallies, store::failed(conn, page)?))
        })
        .await?;
    let row = |(message, municipality): (Message, String)| {
        let tally = tallies.get(&message.id).copied().unwrap_or_default();
        Row {
            told: tag(&message, tally, now),
            message,
            municipality,
            tally,
        }
    };
    html::ok(&DeliveriesPage {
        frame: who.frame().crumb("Overzicht", "/").here("Berichtenverkeer"),
        rows: messages.into_iter().map(row).collect(),
        failed,
        may_try_again: policy::may(&who.actor, Action::ResendMail),
        pager,
    })
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<MessageId>,
) -> Result<HttpResponse, AppError> {
    let (id, now) = (path.into_inner(), app.store.now());
    let ((message, municipality), mails) = app
        .store
        .read(move |conn| Ok((store::message(conn, &id)?, store::of_message(conn, &id)?)))
        .await?;
    html::ok(&DeliveryPage {
        frame: who
            .frame()
            .crumb("Overzicht", "/")
            .crumb("Berichtenverkeer", "/berichtenverkeer")
            .here(message.subject.as_str()),
        told: tag(&message, Tally::of(&mails), now),
        message,
        municipality,
        mails,
        may_try_again: policy::may(&who.actor, Action::ResendMail),
    })
}

async fn try_again(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<MailId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = path.into_inner();
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                let message = actions::try_again(tx, &id)?;
                Ok(message.map_or("/berichtenverkeer".to_owned(), |it| {
                    format!("/berichtenverkeer/{it}")
                }))
            })
        })
        .await?;
    Ok(access::see_other(&location))
}

fn tag(message: &Message, tally: Tally, now: NaiveDateTime) -> Tag {
    let is_addressed = message.addressed_at.is_some();
    match timing::told(message.created_at, is_addressed, tally, now) {
        Told::InTime => Tag::new(Tone::Success, "Gemaild"),
        Told::Late => Tag::new(Tone::Warning, "Te laat gemaild"),
        Told::Under => Tag::new(Tone::Busy, "Wordt gemaild"),
        Told::Overdue => Tag::new(Tone::Error, "Na 48 uur niet gemaild"),
        Told::Failed => Tag::new(Tone::Error, "Niet bij iedereen"),
        Told::Nobody => Tag::new(Tone::Neutral, "Alleen in het portaal"),
    }
}

impl Row {
    /// How many of how many, such as "2 van 3".
    fn count(&self) -> String {
        format!("{} van {}", self.tally.sent, self.tally.all)
    }
}

impl DeliveryPage {
    fn paragraphs(&self) -> impl Iterator<Item = &str> {
        super::super::paragraphs(&self.message.body)
    }
}

impl Mail {
    /// Where it stands, as a tag.
    fn tag(&self) -> Tag {
        let tone = match self.state {
            MailState::Waiting => Tone::Busy,
            MailState::Sent => Tone::Success,
            MailState::Failed => Tone::Error,
        };
        Tag::new(tone, self.state.label())
    }

    /// When it was sent or will be tried, in a few words.
    fn when(&self) -> String {
        match (self.state, self.sent_at) {
            (_, Some(at)) => dates::moment(at),
            (MailState::Waiting, None) => format!("Vanaf {}", dates::moment(self.due_at)),
            (_, None) => "Wordt niet meer geprobeerd".to_owned(),
        }
    }

    /// Whether it is not tried any more.
    fn is_given_up(&self) -> bool {
        self.state == MailState::Failed
    }
}
