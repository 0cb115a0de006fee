//! Two or three scenarios side by side.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{CategoryRow, Cell, ProjectRow, RegionRow, Year, YearGroup, chart, chart::Chart};
use crate::{
    app::App,
    core::{
        answers::FieldErrors,
        ids::ScenarioId,
        money::{Money, MoneyError},
    },
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::{self, Action},
    },
    scenarios::{
        Scenario,
        division::Tally,
        open::{self, Opened, Setting},
        show::{
            pages::{frame, tags},
            view,
        },
    },
    schemes::Window,
    texts::{filters, labels::Label},
    web::{
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Tab, Tag, Tone},
    },
};

/// The address of the comparison.
const PATH: &str = "/scenarios/vergelijking";

/// The routes of the comparison.
pub fn routes() -> Vec<Route> {
    vec![Route::get(PATH, Access::May(Action::SeeScenarios), compare)]
}

#[derive(Template)]
#[template(path = "scenarios/compare.html")]
struct ComparePage {
    frame: Frame,
    window: Window,
    period: String,
    tabs: Vec<Tab>,
    sides: Vec<Side>,
    categories: Vec<CategoryRow>,
    total: CategoryTotal,
    years: Vec<YearGroup>,
    year_chart: Chart,
    regions: Vec<RegionRow>,
    region_total: CategoryTotal,
    chart: Chart,
    projects: Vec<ProjectRow>,
    pager: Pager,
    /// Whether there is a base to differ from.
    has_base: bool,
    may_vary: bool,
}

/// One scenario at the head of the page.
struct Side {
    letter: char,
    /// Which shape and colour it has in the chart, from 1.
    shape: usize,
    scenario: Scenario,
    tags: Vec<Tag>,
    is_base: bool,
    differences: Vec<String>,
    /// The rules that cannot hold together, if there is no division.
    conflict: Vec<String>,
    methods: Vec<(String, String)>,
    tally: Tally,
    left: Money,
    binding: Vec<String>,
    edits: usize,
}

/// The sums below a table.
struct CategoryTotal {
    ceiling: Money,
    /// What the base leaves to no category.
    unassigned: Option<Money>,
    eligible: Money,
    cells: Vec<Cell>,
}

async fn compare(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
) -> Result<HttpResponse, AppError> {
    let query = req.query_string().to_owned();
    let (ids, year) = asked(&query)?;
    let actor = who.actor.clone();
    let (setting, opened) = app
        .store
        .read(move |conn| open::open(conn, &actor, &ids))
        .await?;
    html::ok(&page(&who, &setting, &opened, year, &query)?)
}

/// Which scenarios, in their order, and which year.
fn asked(query: &str) -> Result<(Vec<ScenarioId>, Year), AppError> {
    let pairs: Vec<(String, String)> =
        serde_html_form::from_str(query).map_err(|_| AppError::NotFound)?;
    let mut ids: Vec<ScenarioId> = Vec::new();
    for (_, id) in pairs.iter().filter(|(name, _)| name == "s") {
        let id = ScenarioId::from(id.as_str());
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if !(2..=3).contains(&ids.len()) {
        let mut errors = FieldErrors::default();
        errors.push("s", "Kies twee of drie scenario’s om te vergelijken.");
        return Err(AppError::Invalid(errors));
    }
    let year = pairs.iter().find(|(name, _)| name == "jaar");
    Ok((ids, year.and_then(|(_, it)| it.parse().ok())))
}

fn page(
    who: &SignedIn,
    setting: &Setting,
    opened: &[Opened],
    year: Year,
    query: &str,
) -> Result<ComparePage, AppError> {
    let regions = super::regions(opened, setting, year)?;
    let categories = super::categories(opened, year)?;
    let years = super::years(opened, year)?;
    let projects = super::changed(opened, &setting.names, year)?;
    let pager = Pager::new(
        PATH,
        query,
        u64::try_from(projects.len()).unwrap_or_default(),
    );
    let ceiling = opened.first().map(|it| ceiling(it, year)).transpose()?;
    let ceiling = ceiling.unwrap_or_default();
    let assigned = Money::sum(categories.iter().map(|it| it.ceiling))?;
    let unassigned = ceiling.checked_sub(assigned)?;
    let total = CategoryTotal {
        ceiling,
        unassigned: (!unassigned.is_zero()).then_some(unassigned),
        eligible: Money::sum(categories.iter().map(|it| it.eligible))?,
        cells: sums(categories.iter().map(|it| &it.cells), opened.len())?,
    };
    let region_total = CategoryTotal {
        ceiling,
        unassigned: None,
        eligible: Money::sum(regions.iter().map(|it| it.eligible))?,
        cells: sums(regions.iter().map(|it| &it.cells), opened.len())?,
    };
    let sides = ('A'..).zip(1..).zip(opened);
    Ok(ComparePage {
        frame: frame(who, setting).here("Vergelijken"),
        window: setting.round.window.clone(),
        has_base: opened.first().is_some_and(|it| it.division.is_feasible()),
        may_vary: policy::may(&who.actor, Action::MakeScenarios),
        period: year.map_or_else(|| "alle jaren samen".to_owned(), |it| it.to_string()),
        tabs: year_tabs(opened, year),
        sides: sides
            .map(|((letter, shape), it)| side(setting, it, letter, shape, year))
            .collect::<Result<_, _>>()?,
        chart: chart::chart(
            regions
                .iter()
                .map(|it| (it.name.clone(), it.shares.as_slice())),
        ),
        year_chart: year_chart(&years),
        years,
        regions,
        region_total,
        categories,
        total,
        projects: projects
            .into_iter()
            .skip(usize::try_from(pager.offset()).unwrap_or_default())
            .take(usize::try_from(PAGE_SIZE).unwrap_or_default())
            .collect(),
        pager,
    })
}

/// A line for each category in a year.
fn year_chart(years: &[YearGroup]) -> Chart {
    let lines = years.iter().flat_map(|group| {
        let line = |it: &'_ CategoryRow| format!("{}, {}", it.category.label(), group.year);
        let rows = group.rows.iter();
        rows.map(move |it| (line(it), it.shares.as_slice()))
    });
    chart::chart(lines)
}

fn side(
    setting: &Setting,
    opened: &Opened,
    letter: char,
    shape: usize,
    year: Year,
) -> Result<Side, MoneyError> {
    let division = &opened.division;
    let tally = division.tally(|it| super::is_in(year, it))?;
    let ceiling = ceiling(opened, year)?;
    let rules = view::rules(division, &setting.names);
    Ok(Side {
        letter,
        shape,
        scenario: opened.scenario.clone(),
        tags: tags(opened),
        is_base: shape == 1,
        differences: opened.differences.clone(),
        methods: rules
            .into_iter()
            .take(division.input.categories.len())
            .collect(),
        tally,
        left: ceiling.checked_sub(tally.awarded)?,
        conflict: division
            .conflict()
            .iter()
            .map(|it| setting.names.in_sentence(it))
            .collect(),
        binding: division
            .outcome
            .binding
            .iter()
            .map(|it| setting.names.in_sentence(&it.sentence))
            .collect(),
        edits: opened.edits.len(),
    })
}

/// What can be spent.
fn ceiling(opened: &Opened, year: Year) -> Result<Money, MoneyError> {
    let ceilings = opened.division.input.ceilings.iter();
    let of_year = ceilings.filter(|(it, _)| year.is_none_or(|wanted| **it == wanted));
    Money::sum(of_year.map(|(_, it)| *it))
}

/// The columns of a table added up.
fn sums<'c>(
    rows: impl Iterator<Item = &'c Vec<Cell>>,
    columns: usize,
) -> Result<Vec<Cell>, MoneyError> {
    let mut sums = vec![Money::ZERO; columns];
    for row in rows {
        for (sum, cell) in sums.iter_mut().zip(row) {
            *sum = sum.checked_add(cell.amount)?;
        }
    }
    super::compared(sums)
}

fn year_tabs(opened: &[Opened], year: Year) -> Vec<Tab> {
    let chosen: Vec<String> = opened
        .iter()
        .map(|it| format!("s={}", it.scenario.id))
        .collect();
    let base = format!("{PATH}?{}", chosen.join("&"));
    let years = opened
        .first()
        .map(|it| it.division.input.years.clone())
        .unwrap_or_default();
    let mut tabs = vec![Tab::new("Alle jaren", base.clone(), year.is_none())];
    if 1 < years.len() {
        tabs.extend(years.into_iter().map(|it| {
            Tab::new(
                it.to_string(),
                format!("{base}&jaar={it}"),
                year == Some(it),
            )
        }));
    }
    tabs
}
