//! The look: every component in every state, and the styles.

use std::collections::BTreeSet;

use actix_web::{http::header, web};
use askama::Template;
use chrono::NaiveDateTime;
use versterkingsgelden::{
    core::{
        category::{Category, EnvelopeKind},
        money::Money,
    },
    texts::{filters, labels::Label},
    web::{
        assets,
        forms::{Answers, FieldErrors, FormView},
        frame::{ErrorPage, Frame, FrameUser, MenuItem},
        meter::Meter,
        paging::{Pager, Sorting},
        parts::{Choice, Event, Figure, Tab, Tag, Task, Tone, TraceStep},
    },
};

use crate::html::assert_sound;

#[derive(Template)]
#[template(path = "components/gallery.html")]
struct Gallery {
    frame: Frame,
    form: FormView,
    deadline: NaiveDateTime,
    figures: Vec<Figure>,
    categories: Vec<Category>,
    amounts: Vec<Money>,
    states: Vec<Tag>,
    tones: Vec<Tone>,
    sorting: Sorting,
    pager: Pager,
    tabs: Vec<Tab>,
    meters: Vec<(EnvelopeKind, Meter)>,
    steps: Vec<TraceStep>,
    events: Vec<Event>,
    todo: Vec<Task>,
    parts: Vec<Task>,
    options: Vec<Choice>,
    scores: Vec<Choice>,
}

impl Gallery {
    /// The fields in a row of a table.
    fn cells(&self) -> Vec<String> {
        ["aantal", "tarief"].map(str::to_owned).to_vec()
    }
}

#[test]
fn every_component_is_sound_html_in_every_state() {
    let page = gallery().render().unwrap();
    // For the eye: LOOK=directory keeps the pages there, with the styles next to them.
    if let Ok(directory) = std::env::var("LOOK") {
        keep(&directory, "gallery.html", &page);
        keep(&directory, "error.html", &error_page());
    }
    assert_sound(&page);
}

#[test]
fn an_error_page_for_a_stranger_is_sound_html() {
    let page = error_page();
    assert_sound(&page);
    assert!(
        !page.contains("Uitloggen") && !page.contains("popover"),
        "{page}"
    );
}

#[test]
fn a_refused_form_comes_back_as_it_was_typed() {
    let page = gallery().render().unwrap();
    for expected in [
        "<title>Fout: Componenten - Versterkingsgelden</title>",
        r##"<a href="#naam">Vul een naam in van minstens drie letters.</a>"##,
        r#"value="J &#34;&#60;b&#62;""#,
        ">\n\nEerste regel\nTweede regel</textarea>",
        r#"aria-describedby="doel-hulp doel-fout" aria-invalid="true""#,
        r#"<option value="prevention" selected>Preventie</option>"#,
        r#"name="thema.one_year" value="ja" checked"#,
        r#"name="dreiging" value="4" checked"#,
    ] {
        assert!(page.contains(expected), "{expected} is not in the page");
    }
}

/// A theme is one file: whatever the styles need from it stands there, and nothing that a theme
/// should decide stands anywhere else.
#[test]
fn colours_and_lengths_are_tokens_and_every_token_exists() {
    let styles = asset("app.css");
    let mut found = Vec::new();
    let mut in_print = false;
    for line in styles.lines() {
        // Paper has its own lengths; a breakpoint cannot be a token.
        in_print |= line.starts_with("@media print");
        if in_print
            || line.starts_with("@media")
            || line.starts_with("/*")
            || line.contains("Breakpoints:")
        {
            continue;
        }
        let literal = |unit: &str| {
            line.match_indices(unit)
                .any(|(at, _)| line[..at].ends_with(|it: char| it.is_ascii_digit()))
        };
        if ["#", "rgb", "hsl", "oklch"]
            .iter()
            .any(|it| line.contains(it))
            || literal("px")
            || literal("rem")
        {
            found.push(line.to_owned());
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));

    let theme = asset("theme.css");
    let defined = tokens(&theme, |it| it.trim_start().starts_with(':'));
    let used = tokens(&format!("{styles}{theme}"), |it| {
        !it.trim_start().starts_with(':')
    });
    let missing: Vec<_> = used.difference(&defined).collect();
    let idle: Vec<_> = defined.difference(&used).collect();
    assert!(
        missing.is_empty() && idle.is_empty(),
        "missing {missing:?}, unused {idle:?}"
    );
}

#[test]
fn every_class_of_the_components_has_a_style() {
    let page = gallery().render().unwrap() + &error_page();
    let styles = asset("app.css");
    let bare = [
        "nl-tag--neutral",
        "nl-notice--neutral",
        "nl-notice--busy",
        "nl-meter__reserved",
    ];
    let unknown: BTreeSet<&str> = page
        .split("class=\"")
        .skip(1)
        .filter_map(|it| it.split('"').next())
        .flat_map(str::split_whitespace)
        .filter(|it| !bare.contains(it) && !styled(&styles, it))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[actix_web::test]
async fn a_style_is_kept_for_ever_at_its_own_address_only() {
    let get = async |hash: &str, name: &str| {
        let path = web::Path::from((hash.to_owned(), name.to_owned()));
        let response = assets::serve(path).await;
        let header = |name: header::HeaderName| {
            let value = response.headers().get(name);
            value.map_or("", |it| it.to_str().unwrap()).to_owned()
        };
        (
            response.status().as_u16(),
            header(header::CACHE_CONTROL),
            header(header::CONTENT_TYPE),
        )
    };
    let address = assets::address("app.css");
    let hash = address.split('/').nth(2).unwrap();
    assert_eq!(
        (hash.len(), address.as_str()),
        (16, format!("/static/{hash}/app.css").as_str())
    );
    let css = "text/css; charset=utf-8".to_owned();
    let forever = "public, max-age=31536000, immutable".to_owned();
    assert_eq!(get(hash, "app.css").await, (200, forever, css.clone()));
    assert_eq!(
        get("0123456789abcdef", "app.css").await,
        (200, "no-cache".to_owned(), css)
    );
    assert_eq!(get(hash, "favicon.svg").await.2, "image/svg+xml");
    assert_eq!(
        get(hash, "app.js").await.2,
        "text/javascript; charset=utf-8"
    );
    assert_eq!(get(hash, "../Cargo.toml").await.0, 404);
}

/// Names of tokens in a style sheet whose following text is as asked: `:` after one that is defined.
fn tokens(styles: &str, after: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let end = |it: &str| {
        it.find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .unwrap_or(it.len())
    };
    styles
        .split("--nl-")
        .skip(1)
        .filter(|it| !it.starts_with('<') && after(&it[end(it)..]))
        .map(|it| it[..end(it)].to_owned())
        .collect()
}

fn styled(styles: &str, class: &str) -> bool {
    let tone = class.rsplit("--").next().unwrap_or_default();
    styles.contains(&format!("[class*=\"--{tone}\"]"))
        || styles.match_indices(class).any(|(at, _)| {
            let after = styles[at + class.len()..].chars().next();
            styles[..at].ends_with('.')
                && after.is_none_or(|it| !it.is_ascii_alphanumeric() && !"-_".contains(it))
        })
}

fn asset(name: &str) -> String {
    let path = format!("{}/assets/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn gallery() -> Gallery {
    let money = Money::from_cents;
    Gallery {
        frame: frame(),
        form: form(),
        deadline: moment("2026-11-24T16:00"),
        figures: vec![
            Figure::new(
                "Aangevraagd voor 2027",
                "€\u{a0}10.472.200",
                "150 % van het plafond",
            ),
            Figure::new(
                "Subsidiabel, voorlopig",
                "€\u{a0}9.879.440",
                "€\u{a0}2.879.440 meer dan er is",
            ),
            Figure::new(
                "Volledig beoordeeld",
                "12 van 19",
                "4 wachten op advies van SZW",
            ),
            Figure::new(
                "Beslissen uiterlijk",
                "3 december",
                "donderdag, over 10 dagen",
            ),
        ],
        categories: Category::ALL.to_vec(),
        amounts: vec![
            money(1_047_219_950),
            Money::ZERO,
            money(-640_049),
            money(4_495_000),
        ],
        states: states(),
        tones: vec![Tone::Info, Tone::Success, Tone::Warning, Tone::Error],
        sorting: Sorting::new("/ronde", "sorteer=-naam", &["naam", "aantal"]),
        pager: Pager::new("/ronde", "sorteer=-naam&pagina=10", 977),
        tabs: vec![
            Tab::new("2027", "?jaar=2027", true),
            Tab::new("2028", "?jaar=2028", false),
        ],
        meters: vec![
            (
                EnvelopeKind::Baseline,
                meter(4_500_000, 740_000, 2_900_000, 1_450_000),
            ),
            (EnvelopeKind::Prevention, meter(2_000_000, 1_412_800, 0, 0)),
            (
                EnvelopeKind::OneYear,
                meter(500_000, 120_000, 430_000, 100_000),
            ),
            (EnvelopeKind::Reserve, meter(0, 0, 0, 0)),
        ],
        steps: vec![
            TraceStep::new("Aangevraagd", "", "119.144,00"),
            TraceStep::new(
                "Subsidiabel",
                "locatiehuur telt niet mee (artikel 5, lid 2)",
                "112.400,00",
            ),
            TraceStep::new(
                "Deel voor iedereen",
                "2.000.000 gedeeld door 2.739.600",
                "73,00 %",
            ),
            TraceStep::new("Voorstel 2027", "afgerond op tien euro", "€\u{a0}82.060,00"),
        ],
        events: events(),
        todo: todo(),
        parts: parts(),
        options: options(),
        scores: Choice::scores(1, 5),
    }
}

fn frame() -> Frame {
    let item = |label: &str, current, count| MenuItem {
        label: label.to_owned(),
        href: format!("/{label}"),
        current,
        count,
    };
    Frame {
        user: Some(FrameUser {
            id: "019".to_owned(),
            until: chrono::NaiveDateTime::default(),
            seconds: 3600,
            name: "Samira de Wit".to_owned(),
            line: "Coördinator, NCTV".to_owned(),
        }),
        menu: vec![
            item("Overzicht", true, None),
            item("Aanvragen", false, Some(19)),
            item("Beoordelen", false, Some(7)),
            item("Verdelen", false, None),
            item("Besluiten", false, None),
            item("Begroting", false, None),
        ],
        csrf: "token".to_owned(),
        key: "sleutel".to_owned(),
        ..Frame::anonymous()
    }
    .crumb("Overzicht", "/")
    .crumb("Ronde 2027-2028", "/ronde")
    .here("Componenten")
    .with_notice(
        Tone::Success,
        "De aanvraag van Delft is ingediend. U krijgt een bevestiging per e-mail.",
    )
    .with_saved("Opgeslagen om 14.32 uur")
}

fn form() -> FormView {
    let answers = Answers::default()
        .with("naam", "J \"<b>")
        .with("mail", "joris@delft.example")
        .with("doel", "\nEerste regel\nTweede regel")
        .with("categorie", "prevention")
        .with("onderdeel", "one_year")
        .with("eenheid", "jongeren")
        .with("begin", "52")
        .with("doel27", "40")
        .with("doel28", "90")
        .with("laagste", "48.000,00")
        .with("dagtekening", "2026-12-03")
        .with("opening", "2026-09-01T09:00")
        .with("advies", "prevention")
        .with("dreiging", "4")
        .with("thema.one_year", "ja")
        .with("akkoord", "ja")
        .with("aantal", "620")
        .with("tarief", "72.50");
    let mut errors = FieldErrors::default();
    for (field, sentence) in [
        (
            "",
            "Deze aanvraag is om 14.20 uur ook door Fatima Aydin gewijzigd.",
        ),
        ("onderdeel", "Kies een onderdeel dat bij preventie hoort."),
        ("naam", "Vul een naam in van minstens drie letters."),
        ("wachtwoord", "Het wachtwoord klopt niet."),
        (
            "doel",
            "Schrijf ook op wat u op lange termijn wilt bereiken.",
        ),
        (
            "doel27",
            "U wilt meer jongeren bereiken, maar 40 is minder dan de beginstand van 52. Vul een getal boven 52 in.",
        ),
        ("oordeel", "Kies een oordeel."),
        ("behoefte", "Kies een score van 1 tot en met 5."),
        ("mandaat", "Zet een vinkje als u mandaat hebt."),
        (
            "tarief",
            "Uren jongerenwerker: schrijf het tarief met een komma, bijvoorbeeld 72,50.",
        ),
    ] {
        errors.push(field, sentence);
    }
    FormView::unfinished(answers, errors)
}

fn states() -> Vec<Tag> {
    vec![
        Tag::new(Tone::Neutral, "Nog niet"),
        Tag::new(Tone::Busy, "Bezig"),
        Tag::new(Tone::Info, "Nieuw"),
        Tag::new(Tone::Success, "Klaar"),
        Tag::new(Tone::Warning, "Vandaag"),
        Tag::new(Tone::Error, "2 fouten"),
    ]
}

fn meter(ceiling: i32, reserved: i32, awarded: i32, paid: i32) -> Meter {
    let euros = Money::from_euros;
    Meter::new(euros(ceiling), euros(reserved), euros(awarded), euros(paid)).unwrap()
}

fn events() -> Vec<Event> {
    let event = |when: &str, datetime: &str, sentence: &str, due| Event {
        when: when.to_owned(),
        datetime: datetime.to_owned(),
        sentence: sentence.to_owned(),
        note: None,
        due,
    };
    vec![
        event(
            "uiterlijk donderdag 3 december 2026",
            "2026-12-03",
            "Besluit op de aanvraag",
            true,
        ),
        event(
            "19 november 2026, 11.20 uur",
            "2026-11-19T11:20:00+01:00",
            "SZW gaf advies: positief met voorwaarde",
            false,
        ),
        Event {
            note: Some("Beiden hebben geen belang".to_owned()),
            ..event(
                "2 november 2026, 09.05 uur",
                "2026-11-02T09:05:00+01:00",
                "Toegewezen aan Mila Jansen en Thijs Bakker",
                false,
            )
        },
    ]
}

fn todo() -> Vec<Task> {
    let state = |at: usize| states()[at].clone();
    vec![
        Task::new("Wijs een tweede beoordelaar aan", "#t1", state(4))
            .with_note("Maastricht, project Grenzeloos weerbaar"),
        Task::new("Controleer of Gouda volledig is", "#t2", state(2))
            .with_note("aangevuld op 20 november"),
        Task::closed("Verlenging voor Huizen vastleggen", state(0)),
    ]
}

fn parts() -> Vec<Task> {
    let state = |at: usize| states()[at].clone();
    vec![
        Task::new("Organisatie en contact", "#s1", state(3)),
        Task::new("Projecten (3 van 5)", "#s2", state(5)).current(true),
        Task::new("Begroting", "#s3", state(1)),
        Task::closed("Controleren en indienen", state(0)),
    ]
}

fn options() -> Vec<Choice> {
    let choice = |it: &Category| Choice::new(it.as_str(), it.label());
    let mut options: Vec<Choice> = Category::ALL.iter().map(choice).collect();
    options[2] = options[2]
        .clone()
        .with_help("Loopt precies één jaar en is geen preventieproject.");
    options
}

fn error_page() -> String {
    ErrorPage {
        frame: Frame::anonymous().here("Niet gevonden"),
        title: "Deze pagina is er niet".to_owned(),
        message: "Het adres klopt niet, of de pagina is verplaatst.".to_owned(),
        advice: "Controleer het adres, of begin opnieuw op de eerste pagina.".to_owned(),
        typed: Vec::new(),
    }
    .render()
    .unwrap()
}

fn moment(utc: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(utc, "%Y-%m-%dT%H:%M").unwrap()
}

fn keep(directory: &str, name: &str, page: &str) {
    let mut page = page.to_owned();
    for asset in ["theme.css", "app.css", "app.js", "favicon.svg"] {
        page = page.replace(&assets::address(asset), asset);
        let source = format!("{}/assets/{asset}", env!("CARGO_MANIFEST_DIR"));
        std::fs::copy(source, format!("{directory}/{asset}")).unwrap();
    }
    std::fs::write(format!("{directory}/{name}"), page).unwrap();
}
