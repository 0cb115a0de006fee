//! A project as it is loaded and shown; what is done on its pages stands in `project::pages`.

use askama::Template;

use crate::applications::project::{
    Direction, EvaluationKind, IndicatorLevel, LineKind, Meaning, YearTotals, coaching,
    form::{self, CHOICE_PREFIX, MINE, THEIRS},
    outputs, paste, preview,
    rows::{self, Division, IndicatorRow, LineRow, ShareRow},
    shares,
    store::{self, Draft},
    subject::{self, Text},
};
use crate::{
    app::App,
    applications::{
        Head,
        budget::{Limits, hints, store as budgets},
        copying::{self, Copied},
        drafting::{Opening, pages as drafting},
        presence::{self, Present},
        saving::{self, merge::Merged},
        section::SectionName,
        store as dossiers,
    },
    core::{
        actor::Actor,
        answers::{Answers, FieldErrors},
        category::{Category, SubItem},
        ids::{AccountId, ApplicationId, ProjectId},
    },
    db::Conn,
    error::AppError,
    identity::{access::SignedIn, policy::Action, posted::Posted},
    schemes::{self, Municipality},
    texts::{
        dates::{self, OnDay},
        filters,
        labels::{self, Label},
    },
    web::{
        forms::FormView,
        frame::Frame,
        parts::{Choice, Tag, Task, Tone},
    },
};

/// The form of a project.
#[derive(Template)]
#[template(path = "applications/project/form.html")]
pub struct ProjectPage {
    /// The frame.
    pub frame: Frame,
    /// What stands in the fields, and what is wrong with it.
    pub form: FormView,
    /// Whether who looks may write in it now.
    pub is_open: bool,
    /// Whether it was taken out of its application.
    pub is_removed: bool,
    /// What was just taken away: `regel`, `indicator` or nothing.
    pub gone: String,
    /// Whether who looks may copy, move, remove and put back the project.
    may_arrange: bool,
    over: String,
    name: String,
    steps: Vec<Task>,
    present: Vec<String>,
    /// What is said of the last save, if one was just made.
    pub saved: Option<String>,
    saved_by: String,
    until: Option<String>,
    /// What the ministry asks about the projects.
    asked: Option<String>,
    money: Vec<String>,
    paste_help: String,
    address: String,
    application_id: String,
    project_id: String,
    version: i32,
    years: Vec<i32>,
    /// The same, for the script to see that others are to be shown.
    shown: String,
    /// Whether it was begun, is not ready, and what is missing is not said on this page.
    is_left_open: bool,
    categories: Vec<Choice>,
    /// The parts, by category.
    parts: Vec<Parts>,
    year_choices: Vec<Choice>,
    texts: [Text; 8],
    /// From which cycle the texts come that still say what they said then, and which those are.
    copied: Option<(String, Vec<String>)>,
    evaluation_plan: Text,
    participants: Vec<Choice>,
    evaluations: Vec<Choice>,
    levels: Vec<Choice>,
    directions: Vec<Choice>,
    line_kinds: Vec<Choice>,
    indicators: Vec<IndicatorRow>,
    lines: Vec<LineRow>,
    totals: Vec<YearTotals>,
    requested_label: &'static str,
    shares: Vec<ShareRow>,
    divisions: Vec<Division>,
    may_add_line: bool,
    may_add_indicator: bool,
    /// Whether there is room for one from the catalogue.
    may_choose: bool,
    tally: String,
    preview: Vec<preview::Row>,
    whole: Vec<(&'static str, &'static str, bool)>,
}

/// A project that was removed, to read and to put back.
#[derive(Template)]
#[template(path = "applications/project/removed.html")]
pub struct RemovedPage {
    frame: Frame,
    may_arrange: bool,
    over: String,
    name: String,
    address: String,
    application: String,
}

/// The form that comes back where two people wrote in one field, to choose.
#[derive(Template)]
#[template(path = "applications/project/conflict.html")]
pub struct ConflictPage {
    frame: Frame,
    form: FormView,
    over: String,
    lead: String,
    address: String,
    version: i32,
    mine: Answers,
    choices: Vec<FieldChoice>,
}

/// Two texts of one field, to choose from.
struct FieldChoice {
    field: String,
    label: String,
    options: Vec<Choice>,
}

impl ProjectPage {
    /// The fields of an amount that is asked per year.
    fn per_year(&self, name: &str) -> Vec<String> {
        let years = self.years.iter();
        years.map(|it| format!("{name}.{it}")).collect()
    }

    /// The fields in which is chosen what kind of project it is.
    fn choices(&self) -> Vec<String> {
        ["categorie", "onderdeel", "jaar"]
            .map(str::to_owned)
            .to_vec()
    }

    /// The part that was chosen.
    fn chosen_part(&self) -> Option<Choice> {
        let chosen = self.form.value("onderdeel");
        self.every_part().into_iter().find(|it| it.value == chosen)
    }

    /// What stands in the list of years while none is chosen.
    fn no_year(&self) -> &'static str {
        let chosen = Category::parse(self.form.value("categorie"));
        chosen.map_or(subject::BOTH_YEARS, outputs::no_year)
    }

    /// The parts of all categories.
    fn every_part(&self) -> Vec<Choice> {
        let groups = self.parts.iter();
        groups.flat_map(|it| it.choices.iter().cloned()).collect()
    }

    /// From which cycle a text comes, if it still says what it said then.
    fn copied_from(&self, field: &str) -> Option<&str> {
        let (cycle, fields) = self.copied.as_ref()?;
        let is_unchanged = fields.iter().any(|it| it == field);
        is_unchanged.then_some(cycle.as_str())
    }
}

/// The parts of a category, to choose from.
struct Parts {
    category: Category,
    choices: Vec<Choice>,
}

impl Parts {
    /// Those of all categories; of the chosen one first.
    fn all(chosen: Option<Category>) -> Vec<Parts> {
        let mut all: Vec<Parts> = Category::ALL.iter().copied().map(Parts::of).collect();
        all.sort_by_key(|it| Some(it.category) != chosen);
        all
    }

    fn of(category: Category) -> Parts {
        let choice =
            |it: &SubItem| Choice::new(it.as_str(), it.label()).with_help(labels::meaning(*it));
        Parts {
            category,
            choices: category.sub_items().iter().map(choice).collect(),
        }
    }
}

impl RemovedPage {
    /// The address of what can be done with the project as a whole.
    fn part(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }
}

impl FieldChoice {
    /// For the template: borrowed.
    fn options(&self) -> &[Choice] {
        &self.options
    }
}

/// What the pages of one project need.
pub struct Loaded {
    /// The application it is of.
    pub head: Head,
    /// What of it can be changed now.
    pub opening: Opening,
    /// The project.
    pub draft: Draft,
    /// All projects of the application, in their order.
    pub drafts: Vec<Draft>,
    /// The municipalities of the region.
    pub members: Vec<Municipality>,
    /// Who has the application open.
    pub present: Vec<Present>,
    /// Who looks.
    pub me: AccountId,
    /// What was taken over from an earlier application.
    pub copied: Option<Copied>,
    /// What is free in the envelopes, for the hints.
    pub limits: Limits,
}

impl Loaded {
    /// What was typed in a project means so far, and what is wrong with it.
    pub fn read(&self, answers: &Answers) -> (Meaning, FieldErrors) {
        let (years, window) = (self.head.cycle.years(), self.head.window.kind);
        form::read_named(answers, years, window, &shares::names(&self.members))
    }

    /// The years to choose from.
    pub fn choosable_years(&self) -> Vec<i32> {
        self.shown_years(&Answers::default())
    }

    /// The years that the page shows of what was typed.
    pub fn shown_years(&self, answers: &Answers) -> Vec<i32> {
        form::shown_years(answers, self.head.cycle.years(), self.head.window.kind)
    }
}

/// A project with all that its pages need; 404 if the application has none of this id.
pub async fn load(app: &App, actor: &Actor, path: &(String, String)) -> Result<Loaded, AppError> {
    let (id, project) = (ApplicationId::from(&*path.0), ProjectId::from(&*path.1));
    let (actor, now) = (actor.clone(), app.store.now());
    let load = move |conn: &mut Conn| {
        let head = dossiers::head(conn, &actor, &id)?;
        let draft = store::draft(conn, &project)?;
        if draft.application_id != id {
            return Err(AppError::NotFound);
        }
        let on = head.application.created_at.dutch_day();
        Ok(Loaded {
            drafts: store::drafts(conn, &id)?,
            members: schemes::store::members(conn, &head.region.id, on)?,
            limits: budgets::rooms(conn, &head.cycle.id)?,
            opening: Opening::of(&head),
            copied: copying::store::copied(conn, &head.application)?,
            present: presence::store::present(conn, &id, presence::forgotten_before(now))?,
            me: actor.id,
            head,
            draft,
        })
    };
    app.store.read(load).await
}

/// So many points are said above the form at once to who comes for them; more are asked for on the page.
const FEW_POINTS: usize = 5;

/// The address of a project in a list that says how many points are left: with what they are, if they
/// are few.
pub fn open_at(id: &str, project: &ProjectId, answers: &Answers, points: usize) -> String {
    let page = address(id, project.as_str());
    if (1..=FEW_POINTS).contains(&points) && !form::is_empty(answers) {
        format!("{page}?controle=ja")
    } else {
        page
    }
}

/// The address of an application.
pub fn dossier(id: &str) -> String {
    format!("/aanvragen/{id}")
}

/// The address of a project.
pub fn address(id: &str, project: &str) -> String {
    format!("/aanvragen/{id}/projecten/{project}")
}

/// The form, with all that is wrong with it if `is_checked`.
pub fn project_page(
    who: &SignedIn,
    path: &(String, String),
    loaded: &Loaded,
    is_checked: bool,
) -> ProjectPage {
    let draft = &loaded.draft;
    let (meaning, findings) = loaded.read(&draft.answers);
    let years = loaded.shown_years(&draft.answers);
    let lines = rows::lines(&draft.answers, &meaning, &years);
    let shares = rows::shares(&draft.answers, &loaded.members, &years);
    let is_left_open = !is_checked && !findings.is_empty() && !form::is_empty(&draft.answers);
    let unread = form::unread(&draft.answers, &findings);
    let mut form = FormView::marked(draft.answers.clone(), unread);
    let mut frame = frame(who, loaded);
    if is_checked && findings.is_empty() {
        frame = frame.with_notice(Tone::Success, "In dit project klopt alles. U kunt verder.");
    } else if is_checked {
        form = FormView::unfinished(draft.answers.clone(), findings);
    }
    let totals = totals(&meaning, &years);
    ProjectPage {
        may_choose: form::free_indicator(&draft.answers).is_some(),
        tally: coaching::tally(&meaning.indicators),
        preview: preview::rows(&draft.answers, &meaning, &years),
        frame,
        form,
        is_open: true,
        is_removed: false,
        gone: String::new(),
        may_arrange: loaded.head.may(&who.actor, Action::ArrangeProjects),
        over: over(loaded),
        name: name(draft),
        present: presence::sentences(&loaded.present, draft.id.as_str(), &loaded.me),
        steps: presence::noted(steps(path, loaded), &loaded.present, &loaded.me),
        saved: (1 < draft.version)
            .then(|| format!("Opgeslagen om {}", dates::time(draft.saved_at))),
        saved_by: draft.saved_by.clone(),
        until: drafting::until(&loaded.head, &loaded.opening),
        asked: loaded
            .opening
            .asked_of(SectionName::Projects)
            .map(str::to_owned),
        paste_help: paste::help(&years),
        money: years
            .iter()
            .map(|it| hints::money_of(&loaded.limits, loaded.head.window.kind, *it))
            .collect(),
        address: address(&path.0, &path.1),
        application_id: path.0.clone(),
        project_id: path.1.clone(),
        version: draft.version,
        categories: choices(Category::ALL, Category::as_str),
        parts: Parts::all(meaning.category),
        year_choices: loaded
            .choosable_years()
            .iter()
            .map(|it| Choice::new(it.to_string(), it.to_string()))
            .collect(),
        texts: subject::TEXTS,
        copied: loaded.copied.as_ref().map(|it| {
            let unchanged = it.unchanged_in(&draft.id, &draft.answers);
            (it.cycle.clone(), unchanged.into_iter().collect())
        }),
        evaluation_plan: subject::EVALUATION_PLAN,
        participants: loaded
            .members
            .iter()
            .map(|it| Choice::new(it.id.as_str(), &*it.name))
            .collect(),
        evaluations: choices(EvaluationKind::ALL, EvaluationKind::as_str),
        levels: choices(IndicatorLevel::ALL, IndicatorLevel::as_str),
        directions: choices(Direction::ALL, Direction::as_str),
        line_kinds: choices(LineKind::ALL, LineKind::as_str),
        indicators: rows::indicators(&draft.answers),
        lines,
        requested_label: outputs::requested_label(
            totals.iter().all(|it| it.is_sound) && totals.iter().any(|it| it.is_typed),
        ),
        divisions: rows::divisions(&draft.answers, &totals),
        shares,
        totals,
        shown: outputs::shown(&draft.answers, &years, meaning.category),
        is_left_open,
        years,
        may_add_line: form::add_line(&mut draft.answers.clone()).is_some(),
        may_add_indicator: form::add_indicator(&mut draft.answers.clone()).is_some(),
        whole: whole(draft, &loaded.drafts),
    }
}

/// What can be done with a project as a whole: the value of its button and what it says. At an end of
/// the list a sentence stands where the button was, so that who pressed it keeps their place. One by
/// itself has no place to move to.
fn whole(draft: &Draft, all: &[Draft]) -> Vec<(&'static str, &'static str, bool)> {
    let is = |it: Option<&Draft>| it.is_some_and(|it| it.id == draft.id);
    let (may_go_up, may_go_down) = (!is(all.first()), !is(all.last()));
    let (copy, remove) = (
        ("kopie", "Kopie maken", false),
        ("verwijderen", "Project verwijderen", false),
    );
    if all.len() <= 1 {
        return vec![copy, remove];
    }
    let up = if may_go_up {
        "Eén plaats omhoog"
    } else {
        "Dit project staat bovenaan."
    };
    let down = if may_go_down {
        "Eén plaats omlaag"
    } else {
        "Dit project staat onderaan."
    };
    vec![
        copy,
        ("omhoog", up, !may_go_up),
        ("omlaag", down, !may_go_down),
        remove,
    ]
}

fn totals(meaning: &Meaning, years: &[i32]) -> Vec<YearTotals> {
    years
        .iter()
        .filter_map(|it| meaning.totals(*it).copied())
        .collect()
}

fn frame(who: &SignedIn, loaded: &Loaded) -> Frame {
    loaded
        .head
        .crumbs(who.frame())
        .here(match loaded.draft.removed_at {
            Some(_) => name(&loaded.draft),
            None => format!("Project {}", loaded.draft.position),
        })
}

fn over(loaded: &Loaded) -> String {
    format!(
        "Aanvraag {}, {}, {}",
        loaded.head.cycle.name,
        loaded.head.application.reference,
        loaded.head.application.state.public_label().to_lowercase()
    )
}

/// What a project is called in a list: its place and its title.
pub fn name(draft: &Draft) -> String {
    let title = crate::applications::project::typed::line(
        draft.answers.get("titel"),
        subject::LONGEST_TITLE,
    );
    // What was removed has no place in the list.
    if draft.removed_at.is_some() && title.is_empty() {
        "Project zonder naam".to_owned()
    } else if draft.removed_at.is_some() {
        title
    } else if title.is_empty() {
        format!("Project {}", draft.position)
    } else {
        format!("Project {}: {title}", draft.position)
    }
}

/// The application and its other projects, with how each stands.
fn steps(path: &(String, String), loaded: &Loaded) -> Vec<Task> {
    let back = Task::new(
        "Alle onderdelen",
        dossier(&path.0),
        Tag::new(Tone::Neutral, ""),
    );
    let projects = loaded.drafts.iter().map(|it| {
        let (_, findings) = loaded.read(&it.answers);
        let state = if form::is_empty(&it.answers) {
            Tag::new(Tone::Neutral, "Nog niet")
        } else {
            drafting::state_after(findings.len())
        };
        let page = open_at(&path.0, &it.id, &it.answers, findings.len());
        Task::new(name(it), page, state).current(it.id == loaded.draft.id)
    });
    std::iter::once(back).chain(projects).collect()
}

fn choices<T: Copy + Label>(all: &[T], value: impl Fn(T) -> &'static str) -> Vec<Choice> {
    all.iter()
        .map(|it| Choice::new(value(*it), it.label()))
        .collect()
}

/// The page of a project that was removed.
pub fn removed_page(who: &SignedIn, path: &(String, String), loaded: &Loaded) -> RemovedPage {
    RemovedPage {
        may_arrange: loaded.head.may(&who.actor, Action::ArrangeProjects),
        frame: frame(who, loaded),
        over: over(loaded),
        name: name(&loaded.draft),
        address: address(&path.0, &path.1),
        application: dossier(&path.0),
    }
}

/// The page to choose on, of what was typed and what was saved meanwhile.
pub fn conflict_page(
    who: &SignedIn,
    path: &(String, String),
    loaded: &Loaded,
    merged: &Merged,
    posted: &Posted,
    errors: FieldErrors,
) -> ConflictPage {
    let me = &who.actor.id;
    let saver = |field: &str| {
        let it = merged.conflicts.iter().find(|it| it.field == field);
        it.map(|it| (saving::pages::name(me, it), dates::time(it.at)))
    };
    let theirs = &loaded.draft;
    let choices = form::differences(&merged.mine, &theirs.answers, loaded.head.cycle.years())
        .into_iter()
        .map(|it| {
            let (by, at) = saver(&it.field)
                .unwrap_or_else(|| (theirs.saved_by.clone(), dates::time(theirs.saved_at)));
            FieldChoice {
                options: vec![
                    Choice::new(THEIRS, format!("{by} schreef om {at}"))
                        .with_help(form::shown_text(&it.field, &it.theirs)),
                    Choice::new(MINE, "U schreef").with_help(form::shown_text(&it.field, &it.mine)),
                ],
                field: format!("{CHOICE_PREFIX}{}", it.field),
                label: it.label,
            }
        })
        .collect();
    ConflictPage {
        frame: frame(who, loaded),
        form: FormView::refused(posted.answers.clone(), errors),
        over: over(loaded),
        lead: saving::pages::clashed(me, merged),
        address: address(&path.0, &path.1),
        version: theirs.version,
        mine: merged.mine.clone(),
        choices,
    }
}
