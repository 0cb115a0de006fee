//! As many applications as are asked for, over as many regions and windows as that takes: the
//! ground for query counts, query plans and benchmarks. The same for the same seed.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::{
    cast::Cast,
    chance::Chance,
    project::Ask,
    round::{self, Progress},
    seeds::{RegionSeed, Seeds},
    setting::{self, Place},
};
use crate::{
    applications,
    core::{
        actor::Actor,
        ids::{ApplicationId, CycleId, SchemeId, WindowId},
        money::Money,
    },
    db::{Store, Tx, clock::Clock},
    decisions::{
        self,
        proposal::{NewLine, NewProposal},
    },
    error::AppError,
    schemes::{self, WindowKind, actions::NewWindow},
};

/// The most regions; more applications take more windows.
const REGIONS: u32 = 1_000;
/// How many applications share one transaction.
const BATCH: usize = 100;
/// Whole euros per envelope and year: enough for every decision.
const PLENTY: [i32; 4] = [200_000_000, 200_000_000, 200_000_000, 0];

/// The moment at which it all begins.
pub fn begin() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 1, 5)
        .and_then(|it| it.and_hms_opt(9, 0, 0))
        .unwrap_or_default()
}

/// Fills an empty database with this many applications.
pub async fn fill(store: &Store, count: u32, seed: u64) -> Result<(), AppError> {
    let mut seeds = Seeds::read()?;
    // So many cycles fit in no scheme that there is.
    for scheme in &mut seeds.schemes.scheme {
        scheme.valid_until_year = scheme.valid_until_year.saturating_add(1_000);
    }
    let admin = Actor::command_line();
    let kept = seeds.clone();
    // Nobody can sign in with it: it is the hash of nothing.
    store
        .write(&admin, move |tx| setting::officials(tx, &kept, "-"))
        .await?;
    let coordinator = store
        .read(|conn| setting::person(conn, "coordinator@demo.example"))
        .await?;
    let regions: Vec<RegionSeed> = (0..count.min(REGIONS)).map(region).collect();
    let kept = seeds.clone();
    let (schemes, places) = store
        .write(&coordinator, move |tx| {
            let schemes = setting::schemes(tx, &kept)?;
            Ok((schemes, setting::places(tx, &regions)?))
        })
        .await?;
    let scheme = schemes.last().cloned().ok_or(AppError::NotFound)?;
    let kept = places.clone();
    store
        .write(&admin, move |tx| setting::municipal_people(tx, &kept, "-"))
        .await?;
    let kept = places.clone();
    let cast = store.read(move |conn| Cast::find(conn, &kept)).await?;
    let windows = count.div_ceil(REGIONS);
    for number in 0..windows {
        let left = count.saturating_sub(number.saturating_mul(REGIONS));
        let places = places
            .iter()
            .take(usize::try_from(left).unwrap_or(usize::MAX));
        let cycle = Cycle {
            seeds: &seeds,
            cast: &cast,
            scheme: &scheme,
            number,
            chance: Chance::new(seed).of_round(number),
        };
        cycle.fill(store, places.cloned().collect()).await?;
    }
    Ok(())
}

fn region(number: u32) -> RegionSeed {
    RegionSeed {
        name: format!("Regio {number:04}"),
        lead: (format!("GM{number:04}"), format!("Gemeente {number:04}")),
        members: Vec::new(),
        size: 1,
    }
}

/// One cycle with one window, in which every region applies once.
struct Cycle<'a> {
    seeds: &'a Seeds,
    cast: &'a Cast,
    scheme: &'a SchemeId,
    number: u32,
    chance: Chance,
}

impl Cycle<'_> {
    async fn fill(&self, store: &Store, places: Vec<Place>) -> Result<(), AppError> {
        let first_year = i32::try_from(self.number)
            .unwrap_or_default()
            .saturating_mul(2)
            .saturating_add(2027);
        let months = i64::from(self.number);
        let now = begin()
            .checked_add_signed(TimeDelta::days(months))
            .unwrap_or_default();
        let store = store.with_clock(Clock::fixed(now));
        let scheme = self.scheme.clone();
        let (cycle, window) = store
            .write(&self.cast.coordinator, move |tx| {
                open(tx, &scheme, first_year)
            })
            .await?;
        let envelopes = store
            .read(move |conn| schemes::store::envelopes(conn, &cycle))
            .await?;
        let jobs: Vec<Job> = places
            .into_iter()
            .zip(&self.cast.signatories)
            .map(|(place, signatory)| self.job(place, signatory, first_year))
            .collect();
        for batch in jobs.chunks(BATCH) {
            let (batch, cast, scheme) = (batch.to_vec(), self.cast.clone(), self.scheme.clone());
            let (window, envelopes, chance) = (window.clone(), envelopes.clone(), self.chance);
            store
                .write(&self.cast.coordinator, move |tx| {
                    batch.iter().try_for_each(|job| {
                        play(tx, &cast, &scheme, &window, &envelopes, job, chance)
                    })
                })
                .await?;
        }
        Ok(())
    }

    fn job(&self, place: Place, signatory: &Actor, first_year: i32) -> Job {
        let name = &place.cbs_code;
        let years = [first_year, first_year.saturating_add(1)];
        // One project of a category in turn, and of each category in every eighth application.
        let drawn = self.chance.below(&format!("{name}/projecten"), 24);
        let kinds = [0_usize, 6, 10]
            .into_iter()
            .zip(0..)
            .filter(|(_, at)| drawn < 3 || drawn % 3 == *at)
            .filter_map(|(it, _)| self.seeds.projects.get(it));
        let asks = kinds
            .map(|seed| {
                let amount = |year: i32| {
                    let drawn = format!("{name}/{}/{year}", seed.title);
                    let euros = self.chance.between(&drawn, 50, 1_500);
                    (year, Money::from_cents(euros.saturating_mul(10_000)))
                };
                let running: Vec<i32> = if seed.category.is_one_year() {
                    vec![first_year]
                } else {
                    years.to_vec()
                };
                Ask {
                    seed: seed.clone(),
                    place: place.clone(),
                    years: running.into_iter().map(amount).collect(),
                }
            })
            .collect();
        // As in the weeks after a window has closed: most wait for their assessment.
        let end = match self.chance.below(&format!("{name}/einde"), 20) {
            0..=5 => End::At(Progress::Written),
            6..=15 => End::At(Progress::Submitted),
            16 => End::At(Progress::HalfAssessed),
            17 => End::At(Progress::Assessed),
            _ => End::Decided,
        };
        Job {
            signatory: signatory.clone(),
            asks,
            end,
        }
    }
}

/// One application to be made.
#[derive(Debug, Clone)]
struct Job {
    signatory: Actor,
    asks: Vec<Ask>,
    end: End,
}

/// How far an application gets.
#[derive(Debug, Clone, Copy)]
enum End {
    /// It stays there.
    At(Progress),
    /// Decided and sent.
    Decided,
}

fn open(
    tx: &mut Tx<'_>,
    scheme: &SchemeId,
    first_year: i32,
) -> Result<(CycleId, WindowId), AppError> {
    let cycle = setting::cycle(tx, scheme, first_year, [PLENTY, PLENTY])?;
    let day = TimeDelta::days(1);
    let new = NewWindow {
        cycle: cycle.clone(),
        kind: WindowKind::Main,
        name: format!("Aanvragen {first_year}"),
        opens_at: tx.now.checked_sub_signed(day).unwrap_or_default(),
        closes_at: tx.now.checked_add_signed(day).unwrap_or_default(),
    };
    let window = schemes::actions::set_window(tx, &new)?;
    Ok((cycle, window))
}

fn play(
    tx: &mut Tx<'_>,
    cast: &Cast,
    scheme: &SchemeId,
    window: &WindowId,
    envelopes: &[schemes::Envelope],
    job: &Job,
    chance: Chance,
) -> Result<(), AppError> {
    let progress = match job.end {
        End::At(progress) => progress,
        End::Decided => Progress::Assessed,
    };
    let id = round::apply(
        tx,
        &job.signatory,
        window,
        &job.asks,
        progress,
        chance,
        false,
    )?;
    round::handle(tx, cast, scheme, &id, progress, chance)?;
    match job.end {
        End::At(_) => Ok(()),
        End::Decided => {
            tx.actor = cast.coordinator.clone();
            propose(tx, &id, envelopes)?;
            round::decide(tx, cast, &id)
        }
    }
}

/// By hand: all that is eligible.
fn propose(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    envelopes: &[schemes::Envelope],
) -> Result<(), AppError> {
    let mut lines = Vec::new();
    for project in applications::store::projects_of(tx.conn, id)? {
        for year in &project.years {
            let pays = |it: &&schemes::Envelope| {
                project.category.map(|it| it.envelope()) == Some(it.kind) && it.year == year.year
            };
            let envelope = envelopes.iter().find(pays).ok_or(AppError::NotFound)?;
            lines.push(NewLine {
                project: project.id.clone(),
                year: year.year,
                envelope: envelope.id.clone(),
                amount: year.eligible.unwrap_or_default(),
                reason: "Er is genoeg geld voor alle subsidiabele kosten.".to_owned(),
                smallest_change: None,
            });
        }
    }
    let new = NewProposal {
        application: id.clone(),
        scenario: None,
        reasons: "Er is genoeg geld voor alle subsidiabele kosten.".to_owned(),
        lines,
    };
    decisions::actions::propose(tx, &new).map(drop)
}
