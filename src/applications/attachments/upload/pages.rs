//! Taking in what somebody chose. No file is in memory as a whole, and of one that is too large no
//! more is read than shows that.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use futures_util::TryStreamExt;

use crate::{
    app::App,
    applications::{
        attachments::{
            LONGEST_ABOUT, MOST_BYTES, MOST_TOGETHER,
            actions::{self, ABOUT, FILE, NewFile, PROJECT},
            inspect::{Unfit, inspect},
            name, no_room,
            pages::{Loaded, load, refused_page, unchangeable},
            scanning, size,
            storage::{Broken, Received},
        },
        saving,
        section::SectionName,
    },
    core::{
        answers::{Answers, CSRF_FIELD, FieldErrors, KEY_FIELD},
        hex,
        ids::{ApplicationId, AttachmentId},
    },
    db::Tx,
    error::AppError,
    identity::{
        access::{SignedIn, see_other},
        actions::once,
        posted::{AROUND, check_hidden, not_a_form, text_of},
    },
};

/// How long whoever uploads waits for the scanner; after that it goes on without them.
const WAIT_FOR_SCAN: Duration = Duration::from_secs(5);
/// The field that says where somebody goes on to: the button that was pressed.
const GOES_TO: &str = "naar";
/// Most bytes of a field that is not a file.
const MOST_TYPED: usize = 8 * 1024;

/// What became of one file.
enum Outcome {
    /// It was added, under this name.
    Added(AttachmentId, String),
    /// There was none: nothing was chosen.
    Nothing,
    /// It was not taken in, for this reason.
    Refused(String),
    /// It was not taken in, and what comes after it is not read.
    Stopped(String),
}

/// Everything of one post.
struct Upload<'a> {
    app: &'a App,
    who: &'a SignedIn,
    application: &'a ApplicationId,
    /// How many files there are, and how many bytes.
    taken: (usize, u64),
    csrf: String,
    key: String,
    /// What was typed about the files.
    answers: Answers,
    added: Vec<(AttachmentId, String)>,
    refused: Vec<String>,
}

/// Takes in the files that somebody chose.
pub(in crate::applications::attachments) async fn take_in(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    req: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, AppError> {
    let id = ApplicationId::from(path.as_str());
    let loaded = load(&app, &who, &id).await?;
    if let Err(reason) = loaded.may_change(app.store.now()) {
        return unchangeable(&app, &who, loaded, reason);
    }
    if let Some(sentence) = claims_too_much(&req, &loaded) {
        return refused(&app, &who, loaded, Answers::default(), &[], vec![sentence]);
    }
    let mut upload = Upload {
        app: &app,
        who: &who,
        application: &id,
        taken: actions::taken(&loaded.files),
        csrf: String::new(),
        key: String::new(),
        answers: Answers::default(),
        added: Vec::new(),
        refused: Vec::new(),
    };
    upload.read(Multipart::new(req.headers(), payload)).await?;
    let Upload {
        answers,
        added,
        refused: mut sentences,
        ..
    } = upload;
    let ids: Vec<AttachmentId> = added.iter().map(|it| it.0.clone()).collect();
    scan_now(&app, ids).await;
    let goes_to = saving::pages::leads_to(&answers, &id);
    if added.is_empty() && sentences.is_empty() && goes_to.is_none() {
        sentences.push("Kies eerst een bestand.".to_owned());
    }
    if sentences.is_empty() {
        return Ok(see_other(&after(&id, goes_to, added.len())));
    }
    let names: Vec<String> = added.into_iter().map(|it| it.1).collect();
    let loaded = load(&app, &who, &id).await?;
    refused(&app, &who, loaded, answers, &names, sentences)
}

/// Where one goes when so many files were added and none was refused: on, if that was asked, and without a
/// file, too.
fn after(id: &ApplicationId, goes_to: Option<String>, added: usize) -> String {
    match (goes_to, added) {
        (None, added) => format!("/aanvragen/{id}/bijlagen?toegevoegd={added}"),
        (Some(to), 0) => to,
        (Some(to), _) => {
            let section = SectionName::Attachments.as_str();
            saving::pages::with_query(&to, "opgeslagen", section)
        }
    }
}

/// What a request says of itself to be larger than all that there is room for is not read at all.
fn claims_too_much(req: &HttpRequest, loaded: &Loaded) -> Option<String> {
    let claimed = req.headers().get(header::CONTENT_LENGTH)?;
    let claimed: u64 = claimed.to_str().ok()?.parse().ok()?;
    let (count, together) = actions::taken(&loaded.files);
    let around = u64::try_from(AROUND).unwrap_or(u64::MAX);
    // So little may be a form without a file.
    match claimed.saturating_sub(around) {
        0 => None,
        files => no_room(count, together, files),
    }
}

impl Upload<'_> {
    /// Reads the parts of the form in their order; the hidden fields stand in front.
    async fn read(&mut self, mut parts: Multipart) -> Result<(), AppError> {
        while let Some(mut part) = parts.try_next().await.map_err(not_a_form)? {
            let name = part.name().unwrap_or_default().to_owned();
            match name.as_str() {
                CSRF_FIELD => self.csrf = text_of(&mut part, MOST_TYPED).await?,
                KEY_FIELD => self.key = text_of(&mut part, MOST_TYPED).await?,
                ABOUT | PROJECT | GOES_TO => {
                    let text = text_of(&mut part, MOST_TYPED).await?;
                    self.answers.set(name, text);
                }
                FILE => {
                    check_hidden(&self.csrf, &self.key, &self.who.csrf)?;
                    match self.file(part).await? {
                        Outcome::Added(id, name) => self.added.push((id, name)),
                        Outcome::Nothing => {}
                        Outcome::Refused(sentence) => self.refused.push(sentence),
                        Outcome::Stopped(sentence) => {
                            self.refused.push(sentence);
                            return Ok(());
                        }
                    }
                }
                _ => drop(text_of(&mut part, MOST_TYPED).await?),
            }
        }
        check_hidden(&self.csrf, &self.key, &self.who.csrf)
    }

    /// Takes in one file.
    async fn file(&mut self, mut part: Field) -> Result<Outcome, AppError> {
        let typed = part.content_disposition().and_then(|it| it.get_filename());
        let typed = typed.unwrap_or_default().to_owned();
        if let Some(sentence) = self.stopped() {
            // Who chose nothing and goes on is stopped by nothing.
            let is_nothing = typed.is_empty() && text_of(&mut part, 0).await.is_ok();
            return Ok(match is_nothing {
                true => Outcome::Nothing,
                false => Outcome::Stopped(sentence),
            });
        }
        let (count, together) = self.taken;
        let most = MOST_BYTES.min(MOST_TOGETHER.saturating_sub(together));
        let id = AttachmentId::from(uuid::Uuid::now_v7().simple().to_string().as_str());
        let (application, begun) = (self.application.clone(), id.clone());
        let begin = move |tx: &mut Tx<'_>| actions::begin(tx, &application, &begun);
        self.app.store.write(&self.who.actor, begin).await?;
        let storage = &self.app.files.storage;
        match storage.receive(&id, &mut part, most).await {
            Ok(received) if received.bytes == 0 => {
                self.clear_away(&id).await?;
                Ok(if typed.is_empty() {
                    Outcome::Nothing
                } else {
                    Outcome::Refused(empty(&typed))
                })
            }
            Ok(received) => self.received(id, &typed, received).await,
            Err(Broken::TooLarge) if most == MOST_BYTES => Ok(Outcome::Stopped(too_large(&typed))),
            Err(Broken::TooLarge) => Ok(Outcome::Stopped(
                no_room(count, together, most.saturating_add(1)).unwrap_or_default(),
            )),
            Err(Broken::Source(err)) => Err(not_a_form(err)),
            Err(Broken::Storage(err)) => Err(AppError::internal(err)),
        }
    }

    /// Why no file can be added, whatever it is.
    fn stopped(&self) -> Option<String> {
        if LONGEST_ABOUT < self.answers.get(ABOUT).trim().chars().count() {
            return Some(format!(
                "Kort in wat het is tot hoogstens {LONGEST_ABOUT} tekens, en kies uw bestanden opnieuw."
            ));
        }
        no_room(self.taken.0, self.taken.1, 1)
    }

    /// Looks what a file is that was read whole, and adds it.
    async fn received(
        &mut self,
        id: AttachmentId,
        typed: &str,
        received: Received,
    ) -> Result<Outcome, AppError> {
        let reader = self.app.files.storage.reader(&id).await;
        let reader = reader.map_err(AppError::internal)?;
        let extension = name::extension(typed);
        // A library that panics on a broken file has read a broken file.
        let kind = web::block(move || inspect(reader, &extension))
            .await
            .unwrap_or(Err(Unfit::Damaged));
        let kind = match kind {
            Ok(kind) => kind,
            Err(unfit) => {
                self.clear_away(&id).await?;
                return Ok(Outcome::Refused(unfit.said(&name::spoken(typed))));
            }
        };
        let new = NewFile {
            name: name::cleaned(typed, kind),
            kind,
            bytes: received.bytes,
            sha256: received.sha256,
            about: self.answers.get(ABOUT).to_owned(),
            project: self.answers.get(PROJECT).to_owned(),
            is_scanned: self.app.files.scanner.is_some(),
            id,
        };
        self.add(new).await
    }

    /// Adds a file of which the bytes are in storage. The same form sent twice adds it once.
    async fn add(&mut self, new: NewFile) -> Result<Outcome, AppError> {
        let place = self.added.len().saturating_add(self.refused.len());
        let key = hex::sha256(&format!("{}/{place}/{}", self.key, new.sha256));
        let (application, file) = (self.application.clone(), new.clone());
        let added = self.app.store.write(&self.who.actor, move |tx| {
            once(tx, &key, |tx| {
                actions::add(tx, &application, &file)?;
                Ok(file.id.to_string())
            })
        });
        match added.await {
            Ok(id) if id == new.id.as_str() => {
                self.taken.0 = self.taken.0.saturating_add(1);
                self.taken.1 = self.taken.1.saturating_add(new.bytes);
                Ok(Outcome::Added(new.id, new.name))
            }
            Ok(earlier) => {
                self.clear_away(&new.id).await?;
                Ok(Outcome::Added(AttachmentId::from(&*earlier), new.name))
            }
            Err(AppError::Invalid(errors)) => {
                self.clear_away(&new.id).await?;
                let sentences: Vec<&str> = errors.iter().map(|it| it.1).collect();
                Ok(Outcome::Stopped(sentences.join(" ")))
            }
            // It may have been committed: what is left over is swept away later.
            Err(err) => Err(err),
        }
    }

    async fn clear_away(&self, id: &AttachmentId) -> Result<(), AppError> {
        let removed = self.app.files.storage.remove(id).await;
        removed.map_err(AppError::internal)
    }
}

/// Has what was added scanned, so that whoever added it sees at once how it stands. What takes longer
/// goes on by itself.
async fn scan_now(app: &App, ids: Vec<AttachmentId>) {
    let (store, files) = (app.store.clone(), app.files.clone());
    let scans = actix_web::rt::spawn(async move {
        for id in ids {
            if let Err(err) = scanning::scan(&store, &files, &id).await {
                tracing::error!(%err, "an attachment could not be scanned");
            }
        }
    });
    let _ = tokio::time::timeout(WAIT_FOR_SCAN, scans).await;
}

fn too_large(typed: &str) -> String {
    format!(
        "“{}” is groter dan {}. Maak het kleiner, bijvoorbeeld door plaatjes te verkleinen, of knip het op. Bestanden die u daarna koos, hebben wij niet gelezen: kies die opnieuw.",
        name::spoken(typed),
        size(MOST_BYTES)
    )
}

fn empty(typed: &str) -> String {
    format!(
        "“{}” is leeg. Kijk of u het goede bestand koos.",
        name::spoken(typed)
    )
}

/// The page with why files were not taken in, and which were.
fn refused(
    app: &App,
    who: &SignedIn,
    loaded: Loaded,
    answers: Answers,
    added: &[String],
    sentences: Vec<String>,
) -> Result<HttpResponse, AppError> {
    let mut errors = FieldErrors::default();
    for sentence in sentences {
        errors.push(FILE, sentence);
    }
    let names: Vec<String> = added.iter().map(|it| format!("“{it}”")).collect();
    let note = match names.as_slice() {
        [] => "Er is niets toegevoegd.".to_owned(),
        [one] => format!("{one} is wel toegevoegd."),
        many => format!("Wel toegevoegd zijn: {}.", many.join(", ")),
    };
    refused_page(app, who, loaded, answers, errors, note)
}
