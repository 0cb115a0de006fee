//! The pages on which the ministry reads what was promised and reached over all regions.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Datelike;

use super::{Line, Region, Together, awarded, by_region, store, together};
use crate::{
    app::App,
    applications::{
        catalogue::{
            Entry, RollUp,
            search::{self, Wish},
            store as entries,
        },
        project::IndicatorLevel,
    },
    core::{
        answers::Answers,
        category::Category,
        ids::{CatalogueId, CycleId},
    },
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::Action,
    },
    schemes::{self, Cycle},
    texts::{dates::OnDay, filters, labels::Label},
    web::{
        forms::FormView,
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Choice, Tab},
    },
};

const LIST: &str = "/voortgang/indicatoren";

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let see = Access::May(Action::SeeResults);
    vec![
        Route::get("/voortgang/indicatoren", see, list),
        Route::get("/voortgang/indicatoren/{id}", see, show),
    ]
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Asked {
    zoek: String,
    soort: String,
    categorie: String,
    cyclus: String,
    jaar: String,
}

#[derive(Template)]
#[template(path = "applications/catalogue/results.html")]
struct ListPage {
    frame: Frame,
    form: FormView,
    levels: Vec<Choice>,
    categories: Vec<Choice>,
    rows: Vec<Entry>,
    pager: Pager,
    is_empty: bool,
}

#[derive(Template)]
#[template(path = "applications/catalogue/result.html")]
struct ResultPage {
    frame: Frame,
    entry: Entry,
    cycles: Vec<Tab>,
    cycle: Option<Cycle>,
    /// Each year of the cycle, with where its regions stand.
    years: Vec<(i32, String, Together)>,
    /// The year of the regions.
    year: i32,
    regions: Vec<Region>,
    /// All regions of that year together.
    all: Together,
    pager: Pager,
    /// Whether dossiers are left out that are closed to this person.
    has_closed: bool,
}

impl ResultPage {
    fn adds_up(&self) -> bool {
        self.entry.roll_up == RollUp::Sum
    }
}

async fn list(
    app: web::Data<App>,
    who: SignedIn,
    asked: web::Query<Asked>,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let used = app.store.read(store::used).await?;
    let wish = Wish {
        words: asked.zoek.clone(),
        level: IndicatorLevel::parse(&asked.soort).ok(),
        category: Category::parse(&asked.categorie).ok(),
        part: None,
    };
    let found = search::find(&used, &wish).entries;
    let pager = pager(LIST, &req, found.len());
    html::ok(&ListPage {
        frame: who.frame().crumb("Overzicht", "/").here("Resultaten"),
        form: FormView::new(
            Answers::default()
                .with("zoek", &*asked.zoek)
                .with("soort", &*asked.soort)
                .with("categorie", &*asked.categorie),
        ),
        levels: choices(IndicatorLevel::ALL, IndicatorLevel::as_str),
        categories: choices(Category::ALL, Category::as_str),
        rows: on_page(&pager, found.into_iter().cloned()),
        pager,
        is_empty: used.is_empty(),
    })
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CatalogueId>,
    asked: web::Query<Asked>,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let (id, wanted) = (id.into_inner(), CycleId::from(&*asked.cyclus));
    let (me, this_year) = (who.actor.id.clone(), app.store.now().dutch_day().year());
    let (entry, cycles, cycle, lines, has_closed) = app
        .store
        .read(move |conn| {
            let entry = entries::entry(conn, &id)?;
            let cycles = schemes::store::cycles(conn)?;
            let cycle = chosen(&cycles, &wanted, this_year).cloned();
            let lines = match &cycle {
                Some(it) => {
                    let lines = store::lines(conn, &id, &it.id, &me)?;
                    let given = store::given(conn, &lines)?;
                    awarded(lines, &given)
                }
                None => Vec::new(),
            };
            let has_closed = store::has_closed(conn, &me)?;
            Ok((entry, cycles, cycle, lines, has_closed))
        })
        .await?;
    let path = format!("{LIST}/{}", entry.id);
    let years = cycle.as_ref().map_or([0, 0], Cycle::years);
    let year = years
        .into_iter()
        .find(|it| it.to_string() == asked.jaar)
        .unwrap_or(years[0]);
    let of_year = |year: i32| -> Vec<Line> {
        let own = lines.iter().filter(|it| it.year == year);
        own.cloned().collect()
    };
    let regions = by_region(&of_year(year), entry.roll_up);
    let pager = pager(&path, &req, regions.len());
    let href = |cycle: &Cycle, year: i32| format!("{path}?cyclus={}&jaar={year}", cycle.id);
    let rows = cycle.iter().flat_map(|cycle| {
        let each = cycle.years().into_iter();
        each.map(|year| {
            let all = together(&of_year(year), entry.roll_up);
            (year, href(cycle, year), all)
        })
    });
    let is_shown = |it: &Cycle| cycle.as_ref().is_some_and(|of| of.id == it.id);
    html::ok(&ResultPage {
        frame: who
            .frame()
            .crumb("Overzicht", "/")
            .crumb("Resultaten", LIST)
            .here(entry.link().shown()),
        cycles: cycles
            .iter()
            .take(6)
            .map(|it| {
                Tab::new(
                    it.name.as_str(),
                    format!("{path}?cyclus={}", it.id),
                    is_shown(it),
                )
            })
            .collect(),
        years: rows.collect(),
        year,
        all: together(&of_year(year), entry.roll_up),
        regions: on_page(&pager, regions.into_iter()),
        pager,
        has_closed,
        cycle: cycle.clone(),
        entry,
    })
}

/// The cycle that was asked for, or the newest that has begun.
fn chosen<'a>(cycles: &'a [Cycle], wanted: &CycleId, this_year: i32) -> Option<&'a Cycle> {
    let asked = cycles.iter().find(|it| it.id == *wanted);
    let begun = || cycles.iter().find(|it| it.first_year <= this_year);
    asked.or_else(begun).or_else(|| cycles.first())
}

fn pager(path: &str, req: &HttpRequest, total: usize) -> Pager {
    let total = u64::try_from(total).unwrap_or(u64::MAX);
    Pager::new(path, req.query_string(), total)
}

fn on_page<T>(pager: &Pager, all: impl Iterator<Item = T>) -> Vec<T> {
    let skipped = usize::try_from(pager.offset()).unwrap_or(usize::MAX);
    let most = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    all.skip(skipped).take(most).collect()
}

fn choices<T: Copy + Label>(all: &[T], value: impl Fn(T) -> &'static str) -> Vec<Choice> {
    all.iter()
        .map(|it| Choice::new(value(*it), it.label()))
        .collect()
}
