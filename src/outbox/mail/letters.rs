//! What a mail says: the text of one mail, and the one mail of the day. Pure.

use std::collections::BTreeMap;

use super::Mail;
use crate::core::ids::MailId;

/// A mail as it is handed to the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The mails that it is: more than one for the mail of the day.
    pub mails: Vec<MailId>,
    /// To whom.
    pub address: String,
    /// Its subject, in one line.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// Where its reader says what they want to be mailed about.
    pub wishes: String,
}

/// The letters that are sent for these mails: those of the day are one for each person. `base` is the
/// address of the program, without a slash at its end.
pub fn letters(mails: &[Mail], base: &str) -> Vec<Letter> {
    let mut daily: BTreeMap<&str, Vec<&Mail>> = BTreeMap::new();
    let mut letters = Vec::new();
    for mail in mails {
        if mail.is_digest {
            daily.entry(mail.address.as_str()).or_default().push(mail);
        } else {
            letters.push(one(mail, base));
        }
    }
    letters.extend(
        daily
            .into_iter()
            .map(|(address, mails)| of_the_day(address, &mails, base)),
    );
    letters
}

fn one(mail: &Mail, base: &str) -> Letter {
    let text = format!(
        "{}\n\nGa naar: {base}{}\n\n{}",
        mail.body,
        mail.path,
        match (&mail.account_id, &mail.message_id) {
            (None, Some(_)) => contact_foot(),
            (account, _) => foot(account.is_some(), base),
        }
    );
    Letter {
        mails: vec![mail.id.clone()],
        address: mail.address.clone(),
        subject: line(&mail.subject),
        text,
        wishes: wishes(base),
    }
}

fn of_the_day(address: &str, mails: &[&Mail], base: &str) -> Letter {
    let items: Vec<String> = mails
        .iter()
        .map(|it| format!("{}\n{base}{}", it.subject, it.path))
        .collect();
    let subject = match mails.len() {
        1 => "Er staat 1 bericht voor u klaar".to_owned(),
        many => format!("Er staan {many} berichten voor u klaar"),
    };
    Letter {
        mails: mails.iter().map(|it| it.id.clone()).collect(),
        address: address.to_owned(),
        text: format!(
            "{subject}.\n\n{}\n\n{}",
            items.join("\n\n"),
            foot(true, base)
        ),
        subject,
        wishes: wishes(base),
    }
}

fn foot(has_account: bool, base: &str) -> String {
    if has_account {
        format!(
            "U krijgt deze mail omdat u werkt aan een aanvraag voor de Versterkingsgelden. Waarover wij u mailen kiest u hier: {}. Over besluiten en vragen van ons mailen wij altijd.",
            wishes(base)
        )
    } else {
        "U krijgt deze mail omdat iemand uw adres invulde in Versterkingsgelden. Kent u die niet? Dan hoeft u niets te doen."
            .to_owned()
    }
}

/// To the address of an application, whoever reads there.
fn contact_foot() -> String {
    "U krijgt deze mail omdat uw adres als contactadres in een aanvraag voor de Versterkingsgelden staat. Het bericht zelf leest een collega met een account."
        .to_owned()
}

fn wishes(base: &str) -> String {
    format!("{base}/meldingen")
}

/// A subject is one line, whatever is in the name of a project or a region.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::mail::MailState;

    fn mail(id: &str, address: &str, is_digest: bool) -> Mail {
        let at = "2026-09-15T08:00:00".parse().unwrap();
        Mail {
            id: MailId::from(id),
            message_id: None,
            account_id: Some("a".into()),
            address: address.to_owned(),
            subject: format!("Bericht {id}\r\nBcc: x@example.nl"),
            body: format!("Tekst {id}."),
            path: format!("/berichten/{id}"),
            state: MailState::Waiting,
            is_digest,
            attempts: 0,
            due_at: at,
            leased_until: None,
            sent_at: None,
            error: String::new(),
            created_at: at,
            has_secret: false,
        }
    }

    #[test]
    fn the_mails_of_the_day_are_one_letter_for_each_person() {
        let mails = [
            mail("1", "a@delft.nl", true),
            mail("2", "b@delft.nl", true),
            mail("3", "a@delft.nl", false),
            mail("4", "a@delft.nl", true),
        ];
        let letters = letters(&mails, "https://vg.example");
        let ids: Vec<Vec<&str>> = letters
            .iter()
            .map(|it| it.mails.iter().map(MailId::as_str).collect())
            .collect();
        assert_eq!(ids, [vec!["3"], vec!["1", "4"], vec!["2"]]);
        assert_eq!(letters[1].subject, "Er staan 2 berichten voor u klaar");
        assert!(letters[1].text.contains("https://vg.example/berichten/4"));
    }

    #[test]
    fn a_subject_cannot_add_a_header() {
        let letters = letters(&[mail("1", "a@delft.nl", false)], "");
        assert_eq!(letters[0].subject, "Bericht 1 Bcc: x@example.nl");
    }
}
