//! The state budget: what there is, what is promised, paid and free, per year and envelope.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Datelike;

use super::{entries, question::Asked};
use crate::{
    app::App,
    core::{category::EnvelopeKind, ids::EnvelopeId, money::Money},
    error::AppError,
    exports::as_of::AsOf,
    identity::{
        access::{Access, Route, SignedIn},
        policy::Action,
    },
    journal::{
        self,
        balance::{self, Balance, Measure},
        lines::{self, NamedEnvelope, Selection},
    },
    schemes::{self, Cycle, CycleState},
    texts::{dates, filters, labels::Label, money},
    web::{
        chart::Chart,
        forms::FormView,
        frame::Frame,
        html,
        meter::Meter,
        parts::{Choice, Figure},
    },
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/begroting", Access::May(Action::SeeFinance), show_budget),
        Route::get(
            "/boekingen",
            Access::May(Action::SeeFinance),
            entries::pages::show_entries,
        ),
    ]
}

#[derive(Template)]
#[template(path = "finance/begroting.html")]
struct BudgetPage {
    frame: Frame,
    form: FormView,
    cycles: Vec<Choice>,
    as_of: String,
    /// The cycle and the day, as the query of an export.
    query: String,
    is_draft: bool,
    figures: Vec<Figure>,
    measures: Vec<Measure>,
    years: Vec<YearView>,
    chart: Chart,
    description: String,
}

struct YearView {
    year: i32,
    rows: Vec<RowView>,
    total: Vec<CellView>,
}

struct RowView {
    kind: EnvelopeKind,
    cells: Vec<CellView>,
}

struct CellView {
    amount: Money,
    href: String,
}

/// What the database says about a cycle.
struct Standing {
    cycles: Vec<Cycle>,
    cycle: Option<Cycle>,
    envelopes: Vec<NamedEnvelope>,
    balances: BTreeMap<EnvelopeId, Balance>,
}

async fn show_budget(
    app: web::Data<App>,
    who: SignedIn,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let asked = asked.into_inner();
    let (as_of, errors) = asked.as_of(app.store.now());
    let question = asked.clone();
    let standing = app
        .store
        .read(move |conn| standing(conn, &question, &as_of))
        .await?;
    let form = FormView::refused(asked.answers(standing.cycle.as_ref()), errors);
    let is_refused = form.is_refused();
    let page = budget_page(&who, form, &as_of, &standing)?;
    if is_refused {
        html::refused(&page)
    } else {
        html::ok(&page)
    }
}

/// Without a day: the balances that the database keeps. With one: the sums of the lines up to its
/// end.
fn standing(conn: &mut crate::db::Conn, asked: &Asked, as_of: &AsOf) -> Result<Standing, AppError> {
    let cycles = schemes::store::cycles(conn)?;
    let Some(cycle) = asked.cycle(&cycles)?.cloned() else {
        return Ok(Standing {
            cycles,
            cycle: None,
            envelopes: Vec::new(),
            balances: BTreeMap::new(),
        });
    };
    let envelopes = lines::store::envelopes(conn, Some(&cycle.id))?;
    let balances = if as_of.day.is_some() {
        let selection = Selection {
            envelopes: Some(envelopes.iter().map(|it| it.id.clone()).collect()),
            until: as_of.until,
            ..Selection::default()
        };
        balance::balances(&lines::store::movements(conn, &selection, None)?)?
    } else {
        let kept = journal::store::balances(conn, &cycle.id)?;
        kept.into_iter()
            .map(|it| (it.envelope.clone(), it))
            .collect()
    };
    Ok(Standing {
        cycles,
        cycle: Some(cycle),
        envelopes,
        balances,
    })
}

fn budget_page(
    who: &SignedIn,
    form: FormView,
    as_of: &AsOf,
    standing: &Standing,
) -> Result<BudgetPage, AppError> {
    let cycle = standing.cycle.as_ref();
    let years = match cycle {
        Some(cycle) => standing.years(cycle, as_of)?,
        None => Vec::new(),
    };
    Ok(BudgetPage {
        frame: who.frame().crumb("Overzicht", "/").here("Begroting"),
        form,
        cycles: choices(&standing.cycles),
        as_of: as_of.sentence(),
        query: format!(
            "cyclus={}{}",
            cycle.map(|it| it.id.as_str()).unwrap_or_default(),
            as_of.query()
        ),
        is_draft: cycle.is_some_and(|it| it.state == CycleState::Draft),
        figures: match cycle {
            Some(cycle) => standing.figures(cycle, &years, as_of)?,
            None => Vec::new(),
        },
        measures: standing.measures()?,
        chart: chart(cycle, &years, as_of)?,
        description: description(&years),
        years,
    })
}

/// The cycles to choose from.
pub(super) fn choices(cycles: &[Cycle]) -> Vec<Choice> {
    cycles
        .iter()
        .map(|it| Choice::new(it.id.as_str(), it.name.clone()))
        .collect()
}

impl Standing {
    /// The figures of an envelope that are always shown, and the later ones of which there are any.
    fn measures(&self) -> Result<Vec<Measure>, AppError> {
        let mut measures = Measure::MAIN.to_vec();
        for later in Measure::LATER {
            let amounts = self.balances.values().map(|it| it.of(*later));
            let amounts = amounts.collect::<Result<Vec<_>, _>>()?;
            if amounts.iter().any(|it| !it.is_zero()) {
                measures.push(*later);
            }
        }
        Ok(measures)
    }

    fn years(&self, cycle: &Cycle, as_of: &AsOf) -> Result<Vec<YearView>, AppError> {
        let years: BTreeSet<i32> = self.envelopes.iter().map(|it| it.year).collect();
        let of_year = |year| {
            let mut rows = Vec::new();
            for it in self.envelopes.iter().filter(|it| it.year == year) {
                rows.push(self.row(cycle, it, as_of)?);
            }
            let mut total = Vec::new();
            for (at, measure) in self.measures()?.iter().enumerate() {
                let column = rows.iter().filter_map(|it| it.cells.get(at));
                total.push(CellView {
                    amount: Money::sum(column.map(|it| it.amount))?,
                    href: Asked::lines(cycle, year, None, *measure, as_of),
                });
            }
            Ok(YearView { year, rows, total })
        };
        years.into_iter().map(of_year).collect()
    }

    fn row(
        &self,
        cycle: &Cycle,
        envelope: &NamedEnvelope,
        as_of: &AsOf,
    ) -> Result<RowView, AppError> {
        let nothing = Balance::empty(envelope.id.clone());
        let balance = self.balances.get(&envelope.id).unwrap_or(&nothing);
        let cell = |measure: &Measure| {
            Ok(CellView {
                amount: balance.of(*measure)?,
                href: Asked::lines(cycle, envelope.year, Some(envelope.kind), *measure, as_of),
            })
        };
        Ok(RowView {
            kind: envelope.kind,
            cells: self
                .measures()?
                .iter()
                .map(cell)
                .collect::<Result<_, AppError>>()?,
        })
    }

    /// The figures of the year that it is, or else of the cycle's first.
    fn figures(
        &self,
        cycle: &Cycle,
        years: &[YearView],
        as_of: &AsOf,
    ) -> Result<Vec<Figure>, AppError> {
        let now = dates::on_the_clock(as_of.moment).year();
        let current = years.iter().find(|it| it.year == now);
        let Some(year) = current.or(years.first()) else {
            return Ok(Vec::new());
        };
        let amounts: Vec<Money> = year.total.iter().map(|it| it.amount).collect();
        let [ceiling, reserved, awarded, paid, free, ..] = amounts.as_slice() else {
            return Ok(Vec::new());
        };
        let lines = |it| Some(Asked::lines(cycle, year.year, None, it, as_of));
        let article = self.envelopes.first().map(|it| it.budget_article.as_str());
        let due = awarded.checked_sub(*paid)?;
        Ok(vec![
            Figure::new(
                format!("Plafond {}", year.year),
                money::amount(*ceiling),
                format!("begrotingsartikel {}", article.unwrap_or_default()),
            )
            .with_href(lines(Measure::Ceiling)),
            Figure::new(
                "Toegekend",
                money::amount(*awarded),
                share(*awarded, *ceiling),
            )
            .with_href(lines(Measure::Awarded)),
            Figure::new(
                "Waarvan betaald",
                money::amount(*paid),
                format!("nog te betalen {}", money::amount(due)),
            )
            .with_href(lines(Measure::Paid)),
            Figure::new(
                "Vrij",
                money::amount(*free),
                format!("na reserveringen van {}", money::amount(*reserved)),
            )
            .with_href(lines(Measure::Free)),
        ])
    }
}

/// `96,1 % van het plafond`, rounded down: 100 % is all of it.
fn share(part: Money, whole: Money) -> String {
    let tenths = i128::from(part.cents())
        .saturating_mul(1000)
        .checked_div(i128::from(whole.cents()));
    match tenths {
        Some(it) => format!("{},{} % van het plafond", it / 10, it % 10),
        None => String::new(),
    }
}

fn chart(cycle: Option<&Cycle>, years: &[YearView], as_of: &AsOf) -> Result<Chart, AppError> {
    let mut groups = Vec::new();
    for year in years {
        let mut rows = Vec::new();
        for row in &year.rows {
            let amounts: Vec<Money> = row.cells.iter().map(|it| it.amount).collect();
            if let [ceiling, reserved, awarded, paid, free, ..] = amounts.as_slice() {
                let meter = Meter::new(*ceiling, *reserved, *awarded, *paid)?;
                let returned = meter.free.checked_sub(*free)?;
                let lines = cycle
                    .map(|it| Asked::lines(it, year.year, Some(row.kind), Measure::Free, as_of));
                let meter = meter
                    .with_returned(returned, Money::ZERO)?
                    .with_lines(lines);
                rows.push((row.kind.label().to_owned(), meter));
            }
        }
        groups.push((year.year.to_string(), rows));
    }
    Ok(Chart::new(groups))
}

/// The chart in words.
fn description(years: &[YearView]) -> String {
    let mut text = String::new();
    for year in years {
        let amounts: Vec<Money> = year.total.iter().map(|it| it.amount).collect();
        if let [ceiling, reserved, awarded, _, free, ..] = amounts.as_slice() {
            text.push_str(&format!(
                "In {} is van {} toegekend {}, gereserveerd {} en vrij {}. ",
                year.year,
                money::euros(*ceiling),
                money::euros(*awarded),
                money::euros(*reserved),
                money::euros(*free)
            ));
        }
    }
    text.push_str("Dezelfde cijfers staan in de tabel Per jaar en envelop.");
    text
}
