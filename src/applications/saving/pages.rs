//! What the two forms that are saved while one types have in common: how they say what they have
//! seen, and how they are answered.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use askama::Template;

use super::{
    Answer, Clash, Outcome, SEQUENCE_FIELD, Seen, Shown,
    merge::{Merged, Theirs},
    store,
};
use crate::{
    core::{
        actor::Actor,
        answers::{Answers, FieldErrors},
        hex,
        ids::{AccountId, ApplicationId},
    },
    db::Conn,
    error::{AppError, Refusal},
    identity::{access::SignedIn, posted::Posted},
    texts::{dates, sentences},
    web::{
        frame::Frame,
        html,
        parts::{Tag, Tone},
    },
};

#[derive(Template)]
#[template(path = "applications/again.html")]
struct AgainPage {
    frame: Frame,
    to: String,
    key: String,
    fields: Answers,
}

/// How a form calls and reads its fields.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// What people call a field.
    pub label: &'a dyn Fn(&str) -> String,
    /// What stands in a field, as people read it.
    pub text: &'a dyn Fn(&str, &str) -> String,
}

/// What the program makes of what was typed.
#[derive(Debug, Clone)]
pub struct Computed {
    /// The figures of the page, by the id of their place.
    pub outputs: BTreeMap<String, String>,
    /// What still stands in the way of submitting.
    pub findings: FieldErrors,
    /// How the part stands, as the list of parts says it.
    pub state: Tag,
}

/// Whether a script asks, and not a person who pressed a button.
pub fn is_script(req: &HttpRequest) -> bool {
    let accept = req.headers().get(header::ACCEPT);
    accept.is_some_and(|it| it.as_bytes().starts_with(b"application/json"))
}

/// What a posted form has seen.
pub fn seen(posted: &Posted, is_deliberate: bool) -> Result<Seen, AppError> {
    let sequence = posted
        .answers
        .get(SEQUENCE_FIELD)
        .parse()
        .unwrap_or(0)
        .max(0);
    let form = match sequence {
        0 => String::new(),
        _ => hex::sha256(&posted.form),
    };
    Ok(Seen {
        version: posted.version()?,
        form,
        sequence,
        is_deliberate,
    })
}

/// The key of a form with what is in it: sent twice it acts once; with another text in it, as after
/// "back" in the browser, it is another form.
pub fn key(posted: &Posted, answers: &Answers) -> Result<String, AppError> {
    let text = serde_json::to_string(answers)?;
    Ok(hex::sha256(&format!("{}/{text}", posted.key)))
}

/// Where a button that leads elsewhere in the application goes (`naar`), once all is saved.
pub fn leads_to(posted: &Answers, id: &ApplicationId) -> Option<String> {
    let (to, own) = (posted.get("naar"), format!("/aanvragen/{id}"));
    let rest = to.strip_prefix(&own)?;
    let is_under = rest.is_empty() || rest.starts_with(['/', '#', '?']);
    let is_plain = !rest.contains("//") && !rest.contains(['\\', '\n', '\r', '\t']);
    (is_under && is_plain).then(|| to.to_owned())
}

/// An address with one thing more asked of it.
pub fn with_query(address: &str, name: &str, value: &str) -> String {
    let (page, place) = match address.split_once('#') {
        Some((page, place)) => (page, format!("#{place}")),
        None => (address, String::new()),
    };
    let sign = if page.contains('?') { '&' } else { '?' };
    format!("{page}{sign}{name}={value}{place}")
}

/// Where one goes after saving: to `location`, which says what others changed; nowhere while there is
/// something to choose.
pub fn location(merged: &Merged, seen: &Seen, location: &str) -> String {
    if !merged.conflicts.is_empty() {
        String::new()
    } else if merged.taken.is_empty() {
        location.to_owned()
    } else {
        with_query(location, "sinds", &seen.version.to_string())
    }
}

/// What others changed since the version that somebody had seen who just saved, the last of each
/// field; nothing without such a version.
pub fn news(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
    part: &str,
    since: Option<i32>,
) -> Result<Vec<Theirs>, AppError> {
    let saves = match since {
        Some(version) => store::since(conn, id, part, version)?,
        None => Vec::new(),
    };
    let mut news: BTreeMap<String, Theirs> = BTreeMap::new();
    for save in saves.into_iter().filter(|it| it.by != actor.id) {
        for field in save.fields.into_keys() {
            news.entry(field.clone()).or_insert_with(|| Theirs {
                field,
                by: Some(save.by.clone()),
                name: save.name.clone(),
                at: save.at,
            });
        }
    }
    Ok(news.into_values().collect())
}

/// What is said above a page on which one chooses between two texts.
pub fn clashed(me: &AccountId, merged: &Merged) -> String {
    let who: BTreeSet<String> = merged.conflicts.iter().map(|it| name(me, it)).collect();
    let who: Vec<String> = who.into_iter().collect();
    format!(
        "{} schreef in hetzelfde veld als u. Uw tekst staat er nog en is daar nog niet opgeslagen. Kies bij elk verschil welke tekst blijft. Al het andere is wel opgeslagen.",
        who.join(" en ")
    )
}

/// A frame that says why nothing was saved, over a page on which all that was typed still stands.
pub fn not_saved(frame: Frame, reason: &AppError) -> Frame {
    let said = sentences::said(reason);
    frame.with_notice(
        Tone::Error,
        format!(
            "{} {} Uw tekst is niet opgeslagen. Hij staat hieronder nog: kopieer hem als u hem wilt bewaren.",
            said.message, said.advice
        ),
    )
}

/// The answer when the machine is busy: all that was posted, to be sent again with one press.
pub fn again(who: &SignedIn, to: String, posted: &Posted) -> Result<HttpResponse, AppError> {
    let page = AgainPage {
        frame: who.frame(),
        to,
        key: posted.form.clone(),
        fields: posted.answers.clone(),
    };
    html::page(StatusCode::SERVICE_UNAVAILABLE, &page)
}

/// The answer to a script.
pub fn answer(
    who: &SignedIn,
    now: chrono::NaiveDateTime,
    typed: &Answers,
    done: &Outcome,
    reading: Reading<'_>,
    computed: Computed,
) -> HttpResponse {
    let merged = &done.merged;
    let is_conflict = |name: &str| merged.conflicts.iter().any(|it| it.field == name);
    HttpResponse::Ok().json(Answer {
        version: done.version,
        saved: format!("Opgeslagen om {}", dates::time(now)),
        fields: super::differing(typed, &merged.answers)
            .filter(|it| !is_conflict(it))
            .map(|it| (it.to_owned(), merged.answers.get(it).to_owned()))
            .collect(),
        moved: merged.moved.clone(),
        notices: notices(&who.actor.id, &merged.taken, reading.label),
        conflicts: merged
            .conflicts
            .iter()
            .map(|it| clash(&who.actor.id, it, merged.answers.get(&it.field), reading))
            .collect(),
        outputs: computed.outputs,
        findings: sentences_by_field(&computed.findings),
        state: Shown {
            tone: computed.state.tone.as_str(),
            text: computed.state.text,
        },
    })
}

fn sentences_by_field(findings: &FieldErrors) -> BTreeMap<String, String> {
    let fields = findings.iter().map(|(field, _)| field);
    fields
        .filter_map(|it| Some((it.to_owned(), findings.text_of(it)?)))
        .collect()
}

fn clash(me: &AccountId, it: &Theirs, theirs: &str, reading: Reading<'_>) -> Clash {
    Clash {
        field: it.field.clone(),
        label: (reading.label)(&it.field),
        by: name(me, it),
        at: dates::time(it.at),
        theirs: theirs.to_owned(),
        theirs_read: (reading.text)(&it.field, theirs),
    }
}

/// What others changed and was merged, in a sentence for each of them.
pub fn notices(me: &AccountId, taken: &[Theirs], label: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut by: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for it in taken {
        let labels = by.entry(name(me, it)).or_default();
        let label = label(&it.field);
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    by.iter()
        .map(|(who, labels)| sentences::also_changed(who, labels))
        .collect()
}

/// Who wrote another text, as one reads it oneself.
pub fn name(me: &AccountId, it: &Theirs) -> String {
    match &it.by {
        Some(by) if by == me => "Iemand met uw account".to_owned(),
        Some(_) => it.name.clone(),
        None => "Iemand".to_owned(),
    }
}

/// The answer to a script when the part cannot be changed any more.
pub fn refused(err: &AppError) -> HttpResponse {
    let said = sentences::said(err);
    let reason = format!("{} {}", said.message, said.advice);
    let mut answer = BTreeMap::from([("reden", reason)]);
    if let AppError::Refused(Refusal::ProjectRemoved) = err {
        // The page of the project says how to put it back.
        answer.insert("link", "Naar het verwijderde project".to_owned());
    }
    HttpResponse::build(err.status_code()).json(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_led_on_only_within_the_application() {
        let id = ApplicationId::from("a1");
        let to = |path: &str| leads_to(&Answers::default().with("naar", path), &id);
        for path in [
            "/aanvragen/a1",
            "/aanvragen/a1/controle",
            "/aanvragen/a1#projecten",
        ] {
            assert_eq!(to(path).as_deref(), Some(path));
        }
        for path in [
            "",
            "/aanvragen/a12",
            "/aanvragen/b",
            "//kwaad.nl",
            "/aanvragen/a1//x",
            "/aanvragen/a1/\\x",
        ] {
            assert_eq!(to(path), None, "{path}");
        }
        assert_eq!(with_query("/a?b=1#c", "d", "2"), "/a?b=1&d=2#c");
        assert_eq!(with_query("/a", "d", "2"), "/a?d=2");
    }
}
