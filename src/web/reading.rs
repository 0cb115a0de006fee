//! Reads a posted form: what was typed becomes what is meant, and every finding stands with its
//! field. Pure; the forms of the domains are written with it.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveDateTime};
use validator::Validate;

use crate::{
    core::{
        answers::{Answers, FieldErrors},
        money::{Money, MoneyError},
    },
    texts::dates::{self, DateError},
};

/// A form that is being read, field by field in the order of the page.
#[derive(Debug)]
pub struct Reading<'a> {
    answers: &'a Answers,
    errors: FieldErrors,
}

impl<'a> Reading<'a> {
    /// Starts to read.
    pub fn new(answers: &'a Answers) -> Reading<'a> {
        Reading {
            answers,
            errors: FieldErrors::default(),
        }
    }

    /// A text, without the space around it.
    pub fn text(&self, name: &str) -> String {
        self.answers.get(name).trim().to_owned()
    }

    /// A text that may be left out.
    pub fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|it| !it.is_empty())
    }

    /// Whether a box is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        self.answers.get(name) == "ja"
    }

    /// Says that a field is wrong.
    pub fn wrong(&mut self, name: &str, sentence: impl Into<String>) {
        self.errors.push(name, sentence);
    }

    /// Takes over what `validator` finds in these fields of a struct, in this order. A field `a_b`
    /// of the struct is the field `a-b` of the form.
    pub fn check(&mut self, it: &impl Validate, order: &[&str]) {
        let Err(errors) = it.validate() else { return };
        let found = errors.field_errors();
        for field in order {
            let first = found.get(*field).and_then(|it| it.first());
            if let Some(sentence) = first.and_then(|it| it.message.as_deref()) {
                self.errors.push(field.replace('_', "-"), sentence);
            }
        }
    }

    /// An amount; `what` finishes the sentence "Vul … in".
    pub fn money(&mut self, name: &str, what: &str) -> Option<Money> {
        match Money::parse_dutch(self.answers.get(name)) {
            Ok(it) => Some(it),
            Err(err) => {
                self.errors.push(name, money_sentence(err, what));
                None
            }
        }
    }

    /// A whole number in a range, or the sentence.
    pub fn whole(&mut self, name: &str, range: RangeInclusive<i32>, sentence: &str) -> Option<i32> {
        let typed = self.answers.get(name).trim();
        let digits = !typed.is_empty() && typed.bytes().all(|it| it.is_ascii_digit());
        let number = typed.parse().ok().filter(|it| digits && range.contains(it));
        if number.is_none() {
            self.errors.push(name, sentence);
        }
        number
    }

    /// A day.
    pub fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let read = dates::parse_date(self.answers.get(name));
        self.day(name, read)
    }

    /// A day and a time on the Dutch clock, as a moment in UTC.
    pub fn moment(&mut self, name: &str) -> Option<NaiveDateTime> {
        let read = dates::parse_moment(self.answers.get(name));
        self.day(name, read)
    }

    fn day<T>(&mut self, name: &str, read: Result<T, DateError>) -> Option<T> {
        read.map_err(|err| self.errors.push(name, err.sentence()))
            .ok()
    }

    /// One of the values that can be chosen, or the sentence.
    pub fn one_of<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, String>,
        sentence: &str,
    ) -> Option<T> {
        let read = parse(self.answers.get(name));
        read.map_err(|_| self.errors.push(name, sentence)).ok()
    }

    /// What was meant, if nothing was wrong.
    pub fn finish<T>(self, meant: Option<T>) -> Result<T, FieldErrors> {
        match meant {
            Some(it) if self.errors.is_empty() => Ok(it),
            _ => Err(self.errors),
        }
    }
}

/// What to tell the person who typed something that is no amount.
pub fn money_sentence(err: MoneyError, what: &str) -> String {
    let why = match err {
        MoneyError::Empty => return format!("Vul {what} in. Is het niets? Vul dan 0 in."),
        MoneyError::NotANumber => "Dit is geen bedrag.",
        MoneyError::DecimalPoint => "Gebruik een komma voor de centen, geen punt.",
        MoneyError::TooPrecise => "Een bedrag heeft hoogstens twee cijfers achter de komma.",
        MoneyError::Negative => "Een bedrag kan niet lager zijn dan 0.",
        MoneyError::Overflow => "Dit bedrag is te hoog.",
    };
    format!("{why} Vul {what} in, bijvoorbeeld 1.234.567,50.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_stands_with_its_field_in_the_order_of_the_page() {
        let typed = Answers::default()
            .with("bedrag", "1000.5")
            .with("jaar", "+2027")
            .with("dag", "31-2-2027")
            .with("naam", " Delft ");
        let mut it = Reading::new(&typed);
        assert_eq!(it.text("naam"), "Delft");
        assert_eq!(it.money("bedrag", "het plafond"), None);
        assert_eq!(it.whole("jaar", 2000..=2100, "Vul een jaar in."), None);
        assert_eq!(it.date("dag"), None);
        let errors = it.finish(Some(())).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["bedrag", "jaar", "dag"]);
        assert_eq!(
            errors.get("bedrag"),
            Some(
                "Gebruik een komma voor de centen, geen punt. Vul het plafond in, bijvoorbeeld 1.234.567,50."
            )
        );
    }

    #[test]
    fn a_form_without_findings_gives_what_was_meant() {
        let typed = Answers::default().with("jaar", "2027");
        let mut it = Reading::new(&typed);
        let year = it.whole("jaar", 2000..=2100, "Vul een jaar in.");
        assert_eq!(it.finish(year), Ok(2027));
        assert!(Reading::new(&typed).finish(None::<i32>).is_err());
    }
}
