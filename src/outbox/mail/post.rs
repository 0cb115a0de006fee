//! Handing letters to a mail server (SMTP, RFC 5321), or to a folder where no server is set.

use std::path::{Path, PathBuf};

use lettre::{
    FileTransport, Message, SmtpTransport, Transport,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use super::{Failure, letters::Letter};

/// Where letters go, and from whom.
#[derive(Clone)]
pub struct Post {
    from: Mailbox,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Server(Box<SmtpTransport>),
    Folder(PathBuf),
}

/// What is wrong with the settings of the post.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The address of the mail server is none.
    #[error("{0}")]
    Server(String),
    /// The sender's address is none.
    #[error("{0}")]
    From(String),
}

impl Post {
    /// Letters go to this mail server (`smtps://user:password@host`, or
    /// `smtp://host:25?tls=opportunistic`) from this sender (`Naam <adres>` or an address).
    pub fn to_server(url: &str, from: &str) -> Result<Post, PostError> {
        let builder =
            SmtpTransport::from_url(url).map_err(|it| PostError::Server(it.to_string()))?;
        Ok(Post {
            from: sender(from)?,
            way: Way::Server(Box::new(builder.build())),
        })
    }

    /// Letters are written as files in this folder: to try the program, and to see what it sends.
    pub fn to_folder(folder: &Path, from: &str) -> Result<Post, PostError> {
        Ok(Post {
            from: sender(from)?,
            way: Way::Folder(folder.to_owned()),
        })
    }

    /// Hands over one letter and waits until it is taken.
    pub fn send(&self, letter: &Letter) -> Result<(), Failure> {
        let message = self.message(letter)?;
        match &self.way {
            Way::Server(server) => server.send(&message).map(drop).map_err(|err| Failure {
                is_permanent: err.is_permanent(),
                said: said(&err),
            }),
            Way::Folder(folder) => std::fs::create_dir_all(folder)
                .map_err(|err| err.to_string())
                .and_then(|()| {
                    let sent = FileTransport::new(folder).send(&message);
                    sent.map(drop).map_err(|err| err.to_string())
                })
                .map_err(|said| Failure {
                    is_permanent: false,
                    said,
                }),
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, Failure> {
        let refused = |said: String| Failure {
            is_permanent: true,
            said,
        };
        let to: Mailbox = letter
            .address
            .parse()
            .map_err(|err| refused(format!("{}: {err}", letter.address)))?;
        // The same each time the same mails are sent: a mailbox that gets two shows one.
        let id = letter
            .mails
            .first()
            .map(|it| format!("<{it}.{}@{}>", letter.mails.len(), self.from.email.domain()));
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.as_str())
            .message_id(id)
            // RFC 3834: so that no holiday message answers it.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            // RFC 2369.
            .raw_header(header("List-Unsubscribe", &format!("<{}>", letter.wishes)))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|err| refused(err.to_string()))
    }
}

fn sender(from: &str) -> Result<Mailbox, PostError> {
    from.parse()
        .map_err(|err| PostError::From(format!("“{from}” is geen afzender: {err}")))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// The error with what lies under it: "Connection error" alone helps nobody.
fn said(err: &dyn std::error::Error) -> String {
    let mut text = err.to_string();
    let mut source = err.source();
    while let Some(it) = source {
        text.push_str(": ");
        text.push_str(&it.to_string());
        source = it.source();
    }
    text.chars().take(500).collect()
}
