//! Pages to manage accounts, and to change one's own password.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{form, roles_of};
use crate::{
    app::App,
    audit::Stream,
    core::{
        actor::{Organisation, Role},
        ids::{AccountId, MunicipalityId},
    },
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::{self, NewAccount},
        again::again,
        password,
        policy::Action,
        posted::Posted,
        store::{self, Account},
    },
    texts::{filters, labels::Label},
    web::{
        again::Again,
        forms::{Answers, FieldErrors, FormView},
        frame::Frame,
        html,
        paging::{PAGE_SIZE, Pager},
        parts::{Choice, Tag, Tone},
    },
};

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let manage = Access::May(Action::ManageAccounts);
    let everybody = Access::May(Action::SeeDashboard);
    vec![
        Route::get("/accounts", manage, list),
        Route::get("/accounts/nieuw", manage, show_new),
        Route::post("/accounts/nieuw", manage, create),
        Route::get("/accounts/{id}/rollen", manage, show_roles),
        Route::post("/accounts/{id}/rollen", manage, change_roles),
        Route::post("/accounts/{id}/wachtwoord", manage, reset_password)
            .stands_on("/accounts/{id}/rollen"),
        Route::post("/accounts/{id}/sluiting", manage, close),
        Route::get("/wachtwoord", everybody, show_password),
        Route::post("/wachtwoord", everybody, change_password),
    ]
}

#[derive(Template)]
#[template(path = "identity/accounts.html")]
struct ListPage {
    frame: Frame,
    pager: Pager,
    accounts: Vec<(Account, String, Tag)>,
}

#[derive(Template)]
#[template(path = "identity/account_form.html")]
struct FormPage {
    frame: Frame,
    form: FormView,
    organisations: Vec<Choice>,
    municipalities: Vec<Choice>,
    roles: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "identity/roles.html")]
struct RolesPage {
    frame: Frame,
    form: FormView,
    account: Account,
    roles: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "identity/password.html")]
struct PasswordPage {
    frame: Frame,
    form: FormView,
}

#[derive(serde::Deserialize)]
struct Done {
    #[serde(default)]
    gedaan: String,
}

async fn list(
    app: web::Data<App>,
    who: SignedIn,
    req: HttpRequest,
    done: web::Query<Done>,
) -> Result<HttpResponse, AppError> {
    let query = req.query_string().to_owned();
    let (pager, accounts) = app
        .store
        .read(move |conn| {
            let total = u64::try_from(store::count_accounts(conn)?).unwrap_or_default();
            let pager = Pager::new("/accounts", &query, total);
            let offset = i64::try_from(pager.offset()).unwrap_or_default();
            let accounts = store::accounts(conn, i64::from(PAGE_SIZE), offset)?;
            Ok((pager, accounts))
        })
        .await?;
    let mut frame = who.frame().crumb("Overzicht", "/").here("Accounts");
    if let Some(sentence) = said(&done.gedaan) {
        frame = frame.with_notice(Tone::Success, sentence);
    }
    let row = |(account, roles): (Account, Vec<Role>)| {
        let roles: Vec<&str> = roles.into_iter().map(Label::label).collect();
        let state = match account.disabled_at {
            Some(_) => Tag::new(Tone::Neutral, "Gesloten"),
            None => Tag::new(Tone::Success, "Open"),
        };
        (account, roles.join(", "), state)
    };
    html::ok(&ListPage {
        frame,
        pager,
        accounts: accounts.into_iter().map(row).collect(),
    })
}

fn said(done: &str) -> Option<&'static str> {
    match done {
        "gemaakt" => Some(
            "Het account is gemaakt. Geef het eerste wachtwoord op een veilige manier door en laat het meteen wijzigen.",
        ),
        "rollen" => Some("De rollen zijn gewijzigd."),
        "wachtwoord" => Some(
            "Het nieuwe wachtwoord geldt en de sessies zijn beëindigd. Geef het op een veilige manier door en laat het meteen wijzigen.",
        ),
        "gesloten" => Some("Het account is gesloten en de sessies zijn beëindigd."),
        _ => None,
    }
}

fn form_page(
    frame: Frame,
    form: FormView,
    municipalities: Vec<(MunicipalityId, String)>,
) -> FormPage {
    FormPage {
        frame: frame
            .crumb("Overzicht", "/")
            .crumb("Accounts", "/accounts")
            .here("Nieuw account"),
        form,
        organisations: Organisation::ALL
            .iter()
            .map(|it| Choice::new(it.as_str(), it.label()))
            .collect(),
        municipalities: municipalities
            .into_iter()
            .map(|(id, name)| Choice::new(id.as_str(), name))
            .collect(),
        roles: Organisation::ALL
            .iter()
            .flat_map(|it| role_choices(*it))
            .collect(),
    }
}

fn role_choices(organisation: Organisation) -> Vec<Choice> {
    let choice =
        |role: &Role| Choice::new(role.as_str(), role.label()).with_help(organisation.label());
    roles_of(organisation).iter().map(choice).collect()
}

async fn show_new(app: web::Data<App>, who: SignedIn) -> Result<HttpResponse, AppError> {
    let municipalities = app.store.read(store::municipalities).await?;
    html::ok(&form_page(who.frame(), FormView::default(), municipalities))
}

async fn create(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let made = match form::new_account(&posted.answers) {
        Ok(typed) => make(&app, &who, typed, posted.key).await,
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match made {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = Again::of(err, posted.answers, None)?;
            let municipalities = app.store.read(store::municipalities).await?;
            let note = "Vul om veiligheidsredenen het wachtwoord opnieuw in.";
            let form = again.form.with_note(note);
            html::page(again.status, &form_page(who.frame(), form, municipalities))
        }
    }
}

async fn make(
    app: &App,
    who: &SignedIn,
    typed: form::Typed,
    key: String,
) -> Result<String, AppError> {
    let password = typed.password;
    let password_hash = app
        .sign_ins
        .one_of_few(move || password::hash(&password))
        .await??;
    let new = NewAccount {
        email: typed.email,
        name: typed.name,
        password_hash,
        organisation: typed.organisation,
        municipality: typed.municipality,
        roles: typed.roles,
    };
    app.store
        .write(&who.actor, move |tx| {
            actions::once(tx, &key, |tx| {
                actions::create_account(tx, &new)?;
                Ok("/accounts?gedaan=gemaakt".to_owned())
            })
        })
        .await
}

async fn roles_page(
    app: &App,
    frame: Frame,
    id: AccountId,
    refused: Option<FormView>,
) -> Result<RolesPage, AppError> {
    let (account, roles) = app
        .store
        .read(move |conn| Ok((store::account(conn, &id)?, store::roles(conn, &id)?)))
        .await?;
    let form = refused.unwrap_or_else(|| {
        FormView::new(form::ticked(&roles).with("versie", account.version.to_string()))
    });
    Ok(RolesPage {
        frame: frame
            .crumb("Overzicht", "/")
            .crumb("Accounts", "/accounts")
            .here(account.name.as_str()),
        form,
        roles: role_choices(account.organisation),
        account,
    })
}

async fn show_roles(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<AccountId>,
) -> Result<HttpResponse, AppError> {
    html::ok(&roles_page(&app, who.frame(), id.into_inner(), None).await?)
}

async fn change_roles(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<AccountId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let version = posted.version()?;
    let (roles, key, account) = (form::roles(&posted.answers), posted.key, id.clone());
    let changed = app
        .store
        .write(&who.actor, move |tx| {
            actions::once(tx, &key, |tx| {
                actions::change_roles(tx, &account, version, &roles)?;
                Ok("/accounts?gedaan=rollen".to_owned())
            })
        })
        .await;
    answer(&app, &who, id, posted.answers, changed).await
}

async fn reset_password(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<AccountId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let done = match form::given_password(&posted.answers) {
        Ok(password) => {
            let hash = app
                .sign_ins
                .one_of_few(move || password::hash(&password))
                .await??;
            let (key, account) = (posted.key, id.clone());
            app.store
                .write(&who.actor, move |tx| {
                    actions::once(tx, &key, |tx| {
                        actions::reset_password(tx, &account, &hash)?;
                        Ok("/accounts?gedaan=wachtwoord".to_owned())
                    })
                })
                .await
        }
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match done {
        Err(AppError::Invalid(errors)) => {
            // What was typed is secret and does not come back; the roles are those that are saved.
            let saved = roles_page(&app, who.frame(), id, None).await?;
            let form = FormView::refused(saved.form.answers.clone(), errors);
            html::refused(&RolesPage { form, ..saved })
        }
        done => answer(&app, &who, id, Answers::default(), done).await,
    }
}

async fn close(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<AccountId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let (key, account) = (posted.key, id.clone());
    let closed = app
        .store
        .write(&who.actor, move |tx| {
            actions::once(tx, &key, |tx| {
                actions::disable_account(tx, &account)?;
                Ok("/accounts?gedaan=gesloten".to_owned())
            })
        })
        .await;
    answer(&app, &who, id, posted.answers, closed).await
}

async fn answer(
    app: &App,
    who: &SignedIn,
    id: AccountId,
    answers: Answers,
    done: Result<String, AppError>,
) -> Result<HttpResponse, AppError> {
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = again(app, who, Stream::Account(&id), answers, err).await?;
            let page = roles_page(app, who.frame(), id, Some(again.form)).await?;
            html::page(again.status, &page)
        }
    }
}

fn password_page(frame: Frame, form: FormView) -> PasswordPage {
    PasswordPage {
        frame: frame.crumb("Overzicht", "/").here("Wachtwoord wijzigen"),
        form,
    }
}

async fn show_password(who: SignedIn, done: web::Query<Done>) -> Result<HttpResponse, AppError> {
    let mut frame = who.frame();
    if done.gedaan == "ja" {
        let sentence = "Uw wachtwoord is gewijzigd. Op andere apparaten bent u uitgelogd.";
        frame = frame.with_notice(Tone::Success, sentence);
    }
    html::ok(&password_page(frame, FormView::default()))
}

async fn change_password(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    // Nothing that was typed comes back: all of it is secret.
    let refused = |errors: FieldErrors| {
        html::refused(&password_page(
            who.frame(),
            FormView::refused(Answers::default(), errors),
        ))
    };
    let (old, new) = match form::new_password(&posted.answers) {
        Ok(it) => it,
        Err(errors) => return refused(errors),
    };
    app.sign_ins
        .check(who.actor.id.as_str(), &who.actor.origin)?;
    let id = who.actor.id.clone();
    let account = app
        .store
        .read(move |conn| store::account(conn, &id))
        .await?;
    let is_right = app
        .sign_ins
        .one_of_few(move || password::matches(&old, Some(&account.password_hash)))
        .await?;
    if !is_right {
        let mut errors = FieldErrors::default();
        errors.push(
            "huidig",
            "Dit is niet uw huidige wachtwoord. Probeer het opnieuw.",
        );
        return refused(errors);
    }
    let hash = app
        .sign_ins
        .one_of_few(move || password::hash(&new))
        .await??;
    let (key, session) = (posted.key, who.session_id.clone());
    let location = app
        .store
        .write(&who.actor, move |tx| {
            actions::once(tx, &key, |tx| {
                actions::change_password(tx, &hash, &session)?;
                Ok("/wachtwoord?gedaan=ja".to_owned())
            })
        })
        .await?;
    Ok(access::see_other(&location))
}
