//! The catalogue to begin with: examples for the local approach, read from `seeds/`. Pure.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{Fits, RollUp, Wording};
use crate::{
    applications::project::{Direction, IndicatorLevel},
    core::category::SubItem,
    error::AppError,
};

const INDICATORS: &str = include_str!("../../../seeds/indicators.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    indicator: Vec<Seed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    code: String,
    level: IndicatorLevel,
    name: String,
    definition: String,
    unit: String,
    direction: Direction,
    roll_up: RollUp,
    source: String,
    frequency: String,
    fits: Vec<SubItem>,
}

/// Code and words of each example; the file is read once.
pub fn read() -> Result<&'static [(String, Wording)], AppError> {
    static READ: OnceLock<Vec<(String, Wording)>> = OnceLock::new();
    if let Some(it) = READ.get() {
        return Ok(it);
    }
    let all = parsed()?;
    Ok(READ.get_or_init(|| all))
}

fn parsed() -> Result<Vec<(String, Wording)>, AppError> {
    let file: File = toml::from_str(INDICATORS).map_err(AppError::internal)?;
    let entries = file.indicator.into_iter().map(|it| {
        let wording = Wording {
            level: it.level,
            name: it.name,
            definition: it.definition,
            unit: it.unit,
            direction: it.direction,
            roll_up: it.roll_up,
            source: it.source,
            frequency: it.frequency,
            fits: Fits::new(it.fits),
        };
        (it.code, wording)
    });
    Ok(entries.collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        applications::{
            catalogue::{form, tests::entry},
            project::coaching,
        },
        core::{answers::Answers, category::Category},
    };

    #[test]
    fn every_example_is_one_that_a_coordinator_could_have_typed() {
        let all = read().unwrap();
        assert!((25..=40).contains(&all.len()), "{}", all.len());
        let codes: BTreeSet<&String> = all.iter().map(|it| &it.0).collect();
        assert_eq!(codes.len(), all.len());
        for (code, wording) in all {
            let typed = Answers::default().with("code", &**code);
            assert_eq!(form::code(&typed).as_ref(), Ok(code));
            let mut like = entry(code, &wording.name, &wording.unit);
            like.level = wording.level;
            like.definition = wording.definition.clone();
            like.direction = wording.direction;
            like.roll_up = wording.roll_up;
            like.source = wording.source.clone();
            like.frequency = wording.frequency.clone();
            like.fits = wording.fits.clone();
            assert_eq!(
                form::wording(&form::filled(&like)).as_ref(),
                Ok(wording),
                "{code}"
            );
            assert_eq!(
                wording.roll_up == RollUp::Range,
                coaching::is_percentage(&wording.unit) || wording.unit.contains("dagen"),
                "{code}"
            );
        }
    }

    #[test]
    fn every_category_finds_outputs_and_outcomes() {
        let all = read().unwrap();
        for category in Category::ALL {
            for level in IndicatorLevel::ALL {
                let fits = |it: &Wording| {
                    let parts = it.fits.parts();
                    it.level == *level
                        && (parts.is_empty() || parts.iter().any(|it| it.category() == *category))
                };
                let count = all.iter().filter(|it| fits(&it.1)).count();
                assert!(4 <= count, "{category:?} {level:?}: {count}");
            }
        }
    }
}
