//! The demo's story: a finished cycle with its top-up, and a cycle that is being applied for.
//!
//! Its calendar hangs on the day it is told: the window of the open cycle closed a week before that day, but for the
//! regions that still write their application, and the finished
//! cycle is the one that ends that year. Its figures are the same each time.

use std::cmp::Reverse;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};

use super::{
    asks::{self, Demand},
    cast::Cast,
    chance::Chance,
    changes, partners,
    project::Ask,
    round::{self, Progress},
    seeds::Seeds,
    setting::{self, Place},
    summary::Round,
};
use crate::{
    core::{
        actor::Actor,
        category::Category,
        ids::{ApplicationId, CycleId, SchemeId, WindowId},
        money::Money,
    },
    db::{Store, clock::Clock},
    error::AppError,
    scenarios::{self, actions::Adoption, assemble::Changes},
    schemes::{
        WindowKind,
        actions::{self, NewWindow},
        closings,
        closings::form::NewExtension,
    },
};

/// Amounts in whole euros per year: basis op orde, preventie, eenjarig flexibel, reserve.
const FINISHED: [[i32; 4]; 2] = [
    [4_500_000, 2_000_000, 500_000, 0],
    [4_000_000, 2_000_000, 250_000, 750_000],
];
const OPEN: [[i32; 4]; 2] = FINISHED;

/// Whole euros asked a year in the finished cycle: more than two million over what there was, as in
/// 2023 (NCTV, 8 December 2022).
const ASKED_BEFORE: i64 = 9_050_000;
/// Whole euros asked a year in the open cycle, by all regions but Delft's: what was asked for 2022
/// (NCTV, 21 December 2021).
const ASKED_NOW: i64 = 9_767_961;
/// Whole euros asked in the top-up round by nine of the regions, of 750,000 (2023).
const ASKED_IN_TOP_UP: i64 = 850_000;

/// The region in which whoever tries the demo applies.
const DELFT: &str = "Delft";
/// The turn of the region that writes its application with partners.
const WITH_PARTNERS: u64 = 16;

/// Everything that stays the same while the story is told.
struct Telling {
    store: Store,
    seeds: Seeds,
    places: Vec<Place>,
    cast: Cast,
    chance: Chance,
    today: NaiveDate,
    /// Of everybody's password.
    password_hash: String,
}

/// Tells the whole story into an empty database. `password_hash` is that of everybody's password.
pub async fn tell(
    store: &Store,
    today: NaiveDate,
    password_hash: String,
) -> Result<Vec<Round>, AppError> {
    let mut seeds = Seeds::read()?;
    // Told in a later year, the schemes have been prolonged.
    for (scheme, last) in seeds.schemes.scheme.iter_mut().zip([0, 2]) {
        let last = today.year().saturating_add(last);
        scheme.valid_until_year = scheme.valid_until_year.max(last);
    }
    let first = at(today.year().saturating_sub(2), 1, 10);
    let hash = password_hash.clone();
    let (schemes, places, cast) = set_up(store, &seeds, first, hash).await?;
    let telling = Telling {
        store: store.clone(),
        seeds,
        places,
        cast,
        chance: Chance::new(2027),
        today,
        password_hash,
    };
    let [before, now] = schemes;
    let mut rounds = telling.finished_cycle(&before).await?;
    let telling = Telling {
        chance: telling.chance.of_round(1),
        ..telling
    };
    rounds.push(telling.open_cycle(&now).await?);
    Ok(rounds)
}

async fn set_up(
    store: &Store,
    seeds: &Seeds,
    when: NaiveDateTime,
    hash: String,
) -> Result<([SchemeId; 2], Vec<Place>, Cast), AppError> {
    let store = store.with_clock(Clock::fixed(when));
    let admin = Actor::command_line();
    let (kept, shared) = (seeds.clone(), hash.clone());
    store
        .write(&admin, move |tx| setting::officials(tx, &kept, &shared))
        .await?;
    let coordinator = store
        .read(|conn| setting::person(conn, "coordinator@demo.example"))
        .await?;
    let kept = seeds.clone();
    let (schemes, places) = store
        .write(&coordinator, move |tx| {
            let schemes = setting::schemes(tx, &kept)?;
            Ok((schemes, setting::places(tx, &kept.regions)?))
        })
        .await?;
    let kept = places.clone();
    store
        .write(&admin, move |tx| {
            setting::municipal_people(tx, &kept, &hash)
        })
        .await?;
    let kept = places.clone();
    let cast = store.read(move |conn| Cast::find(conn, &kept)).await?;
    let schemes = schemes
        .try_into()
        .map_err(|_| AppError::internal("seeds: two schemes are told of"))?;
    Ok((schemes, places, cast))
}

impl Telling {
    /// Two years ago applied for, decided and sent in December, one award changed in spring; topped
    /// up a year later.
    async fn finished_cycle(&self, scheme: &SchemeId) -> Result<Vec<Round>, AppError> {
        let first = self.today.year().saturating_sub(1);
        let applied = first.saturating_sub(1);
        let cycle = self
            .cycle(scheme, first, FINISHED, at(applied, 5, 20))
            .await?;
        let years = [first, first.saturating_add(1)];
        let main = self
            .window(
                &cycle,
                WindowKind::Main,
                years,
                [at(applied, 6, 15), at(applied, 9, 15)],
                at(applied, 6, 1),
            )
            .await?;
        let demand = Demand {
            years,
            total: ASKED_BEFORE,
            projects: [3, 2, 2],
        };
        let asks: Vec<(usize, Vec<Ask>)> = (0..)
            .zip(&self.places)
            .map(|(index, place)| {
                (
                    index,
                    asks::of_region(&demand, place, &self.places, &self.seeds.projects),
                )
            })
            .collect();
        let sent = self.play(scheme, &main, asks, applied).await?;
        self.change_one(&cycle, &sent, at(first, 3, 10)).await?;
        let top_up_year = first;
        let top_up = self
            .window(
                &cycle,
                WindowKind::TopUp,
                years,
                [at(top_up_year, 9, 1), at(top_up_year, 10, 10)],
                at(top_up_year, 8, 20),
            )
            .await?;
        let asks = self.top_up_asks(years);
        self.play(scheme, &top_up, asks, top_up_year).await?;
        let name = format!("{first}-{}", first.saturating_add(1));
        Ok(vec![
            round_of(&name, &cycle, &main),
            round_of(&format!("{name} aanvullend"), &cycle, &top_up),
        ])
    }

    /// Nine regions each ask for one project in the second year.
    fn top_up_asks(&self, years: [i32; 2]) -> Vec<(usize, Vec<Ask>)> {
        let kinds: Vec<_> = self
            .seeds
            .projects
            .iter()
            .filter(|it| it.category == Category::OneYear)
            .collect();
        let [_, second] = years;
        let nine = || self.places.iter().enumerate().step_by(2).take(9);
        let sizes = nine().fold(0_i64, |sum, (_, it)| sum.saturating_add(it.size));
        nine()
            .zip(kinds.into_iter().cycle())
            .map(|((index, place), seed)| {
                let cents = ASKED_IN_TOP_UP
                    .saturating_mul(place.size)
                    .checked_div(sizes)
                    .unwrap_or(0)
                    .saturating_mul(100);
                let years = vec![(second, Money::from_cents(cents))];
                let ask = Ask {
                    seed: seed.clone(),
                    place: place.clone(),
                    years,
                };
                (index, vec![ask])
            })
            .collect()
    }

    /// Plays a round to its end: applied for in August, assessed in the autumn, decided on in
    /// December.
    async fn play(
        &self,
        scheme: &SchemeId,
        window: &WindowId,
        asks: Vec<(usize, Vec<Ask>)>,
        year: i32,
    ) -> Result<Vec<ApplicationId>, AppError> {
        let mut sent = Vec::new();
        for (index, asks) in asks {
            let when =
                at(year, 9, 2).checked_add_days(Days::new(u64::try_from(index).unwrap_or(0) % 9));
            let id = self
                .apply(
                    index,
                    window,
                    asks,
                    Progress::Submitted,
                    when.unwrap_or_default(),
                )
                .await?;
            sent.push(id);
        }
        for id in &sent {
            self.handle(scheme, id, Progress::Assessed, at(year, 10, 28))
                .await?;
        }
        self.divide(window, at(year, 11, 20)).await?;
        for id in sent.clone() {
            let cast = self.cast.clone();
            self.at(at(year, 12, 1))
                .write(&self.cast.coordinator, move |tx| {
                    round::decide(tx, &cast, &id)
                })
                .await?;
        }
        Ok(sent)
    }

    /// The award of Delft is changed: whoever tries the demo signs in there. `sent` is in the order
    /// of the places.
    async fn change_one(
        &self,
        cycle: &CycleId,
        sent: &[ApplicationId],
        when: NaiveDateTime,
    ) -> Result<(), AppError> {
        let places = self.places.iter().zip(sent);
        let delft = places.into_iter().find(|(it, _)| it.name == "Delft");
        let (_, id) = delft.ok_or(AppError::NotFound)?;
        let (cast, cycle, id) = (self.cast.clone(), cycle.clone(), id.clone());
        self.at(when)
            .write(&self.cast.coordinator, move |tx| {
                changes::change(tx, &cast, &cycle, &id)
            })
            .await
    }

    /// A scenario with the rules of the envelopes, adopted.
    async fn divide(&self, window: &WindowId, when: NaiveDateTime) -> Result<(), AppError> {
        let window = window.clone();
        self.at(when)
            .write(&self.cast.coordinator, move |tx| {
                let changes = Changes {
                    seed: "demo".to_owned(),
                    ..Changes::default()
                };
                let name = "A. Volgens de regeling";
                let id = scenarios::actions::create(tx, &window, name, &changes)?;
                // A scenario begins at version 1.
                scenarios::actions::adopt(tx, &id, 1, &Adoption::default())
            })
            .await?;
        Ok(())
    }

    /// The cycle that is being applied for today.
    async fn open_cycle(&self, scheme: &SchemeId) -> Result<Round, AppError> {
        let first = self.today.year().saturating_add(1);
        let years = [first, first.saturating_add(1)];
        let opens = before(self.today, 60);
        // It closed a week ago, so that what was assessed can be divided. Whoever still writes has more time.
        let closes = before(self.today, 7);
        let cycle = self
            .cycle(scheme, first, OPEN, moment(before(self.today, 75), 9))
            .await?;
        let main = self
            .window(
                &cycle,
                WindowKind::Main,
                years,
                [moment(opens, 8), moment(closes, 16)],
                moment(before(self.today, 70), 9),
            )
            .await?;
        self.extend(&main).await?;
        // Delft has not begun: whoever tries the demo can.
        let others: Vec<Place> = self
            .places
            .iter()
            .filter(|it| it.name != DELFT)
            .cloned()
            .collect();
        let demand = Demand {
            years,
            total: ASKED_NOW,
            projects: [6, 4, 2],
        };
        // The large regions are ready first, so that what is eligible by now is more than there is:
        // a division has something to divide.
        let mut turns: Vec<(usize, &Place)> = self.places.iter().enumerate().collect();
        turns.retain(|(_, it)| it.name != DELFT);
        turns.sort_by_key(|(index, it)| (Reverse(it.size), *index));
        for (turn, (index, place)) in (1_u64..).zip(turns) {
            let progress = progress_of(turn);
            let projects = match progress {
                // All of what they are to ask, as far as it is written, in two projects.
                Progress::Begun => [1, 1, 0],
                _ => demand.projects,
            };
            let demand = Demand {
                projects,
                ..demand.clone()
            };
            let asks = asks::of_region(&demand, place, &others, &self.seeds.projects);
            let when = moment(before(self.today, 40_u64.saturating_sub(turn)), 10);
            let id = self.apply(index, &main, asks, progress, when).await?;
            self.handle(scheme, &id, progress, moment(before(self.today, 5), 11))
                .await?;
            if turn == WITH_PARTNERS {
                self.work_together(index, &id).await?;
            }
        }
        let name = format!("{first}-{}", first.saturating_add(1));
        Ok(round_of(&name, &cycle, &main))
    }

    async fn cycle(
        &self,
        scheme: &SchemeId,
        first_year: i32,
        amounts: [[i32; 4]; 2],
        when: NaiveDateTime,
    ) -> Result<CycleId, AppError> {
        let scheme = scheme.clone();
        self.at(when)
            .write(&self.cast.coordinator, move |tx| {
                setting::cycle(tx, &scheme, first_year, amounts)
            })
            .await
    }

    async fn window(
        &self,
        cycle: &CycleId,
        kind: WindowKind,
        years: [i32; 2],
        [opens_at, closes_at]: [NaiveDateTime; 2],
        when: NaiveDateTime,
    ) -> Result<WindowId, AppError> {
        let [first, second] = years;
        let name = match kind {
            WindowKind::Main => format!("Aanvragen {first}-{second}"),
            WindowKind::TopUp => format!("Aanvullend {second}"),
        };
        let new = NewWindow {
            cycle: cycle.clone(),
            kind,
            name,
            opens_at,
            closes_at,
        };
        self.at(when)
            .write(&self.cast.coordinator, move |tx| {
                actions::set_window(tx, &new)
            })
            .await
    }

    /// More time for Delft and for who has not submitted yet.
    async fn extend(&self, window: &WindowId) -> Result<(), AppError> {
        let until = self.today.checked_add_days(Days::new(14));
        let ends_at = moment(until.unwrap_or(self.today), 16);
        let mut turns: Vec<(usize, &Place)> = self.places.iter().enumerate().collect();
        turns.sort_by_key(|(index, it)| (Reverse(it.size), *index));
        let (delft, others): (Vec<_>, Vec<_>) =
            turns.into_iter().partition(|(_, it)| it.name == DELFT);
        let writing = (1_u64..)
            .zip(others)
            .filter(|(turn, _)| !is_submitted(*turn));
        for (_, place) in delft.into_iter().chain(writing.map(|(_, it)| it)) {
            let (window, region) = (window.clone(), place.region.clone());
            self.at(moment(before(self.today, 12), 9))
                .write(&self.cast.coordinator, move |tx| {
                    let new = NewExtension {
                        region: region.clone(),
                        ends_at,
                        reason: "De colleges vergaderen pas na de sluiting over de aanvraag."
                            .to_owned(),
                    };
                    closings::actions::extend(tx, &window, &new)
                })
                .await?;
        }
        Ok(())
    }

    async fn apply(
        &self,
        index: usize,
        window: &WindowId,
        asks: Vec<Ask>,
        progress: Progress,
        when: NaiveDateTime,
    ) -> Result<ApplicationId, AppError> {
        let signatory = self
            .cast
            .signatories
            .get(index)
            .cloned()
            .ok_or(AppError::NotFound)?;
        let (window, chance) = (window.clone(), self.chance);
        let actor = signatory.clone();
        self.at(when)
            .write(&actor, move |tx| {
                round::apply(tx, &signatory, &window, &asks, progress, chance, true)
            })
            .await
    }

    async fn work_together(&self, index: usize, id: &ApplicationId) -> Result<(), AppError> {
        let signatory = self.cast.signatories.get(index).cloned();
        let signatory = signatory.ok_or(AppError::NotFound)?;
        let (id, hash, today) = (id.clone(), self.password_hash.clone(), self.today);
        let actor = signatory.clone();
        self.at(moment(before(self.today, 3), 9))
            .write(&actor, move |tx| {
                partners::work_together(tx, &signatory, &id, &hash, today)
            })
            .await
    }

    async fn handle(
        &self,
        scheme: &SchemeId,
        id: &ApplicationId,
        progress: Progress,
        when: NaiveDateTime,
    ) -> Result<(), AppError> {
        let (scheme, id, cast, chance) =
            (scheme.clone(), id.clone(), self.cast.clone(), self.chance);
        self.at(when)
            .write(&self.cast.coordinator, move |tx| {
                round::handle(tx, &cast, &scheme, &id, progress, chance)
            })
            .await
    }

    /// The store as it was at a moment of the story.
    fn at(&self, when: NaiveDateTime) -> Store {
        self.store.with_clock(Clock::fixed(when))
    }
}

/// How far the applications of the open round are, from the first turn: most submitted, reviews
/// under way, some drafts.
fn progress_of(turn: u64) -> Progress {
    match turn {
        0..=11 => Progress::Assessed,
        12..=13 => Progress::HalfAssessed,
        14 => Progress::CompletionAsked,
        15 => Progress::Submitted,
        16..=17 => Progress::Written,
        _ => Progress::Begun,
    }
}

fn is_submitted(turn: u64) -> bool {
    !matches!(progress_of(turn), Progress::Written | Progress::Begun)
}

fn round_of(name: &str, cycle: &CycleId, window: &WindowId) -> Round {
    Round {
        name: name.to_owned(),
        cycle: cycle.clone(),
        window: window.clone(),
    }
}

fn before(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}

/// A moment of a day, in UTC.
fn moment(day: NaiveDate, hour: u32) -> NaiveDateTime {
    day.and_hms_opt(hour, 0, 0).unwrap_or_default()
}

fn at(year: i32, month: u32, day: u32) -> NaiveDateTime {
    moment(
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default(),
        9,
    )
}
