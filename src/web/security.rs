//! What every response says to the browser, and which requests are not ours.

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};

use crate::{app::App, error::AppError};

/// No script and no style but our own files; nothing of others, no frames.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=()",
    ),
];

/// Sets the headers that every response carries; pages are not kept by browsers or proxies.
pub async fn headers(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_https = app(&req)?.is_https();
    let mut res = next.call(req).await?;
    let headers = res.headers_mut();
    for (name, value) in HEADERS {
        // What is handed out has a stricter policy than a page.
        if !headers.contains_key(*name) {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
    }
    if is_https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(res)
}

/// Refuses a change that another site sent: by `Sec-Fetch-Site`, else by `Origin`; a request with
/// neither comes from no browser of today and is refused as well.
pub async fn same_site(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(req.method());
    if !is_safe && !is_ours(&req)? {
        let err = AppError::BadRequest("the request came from another site");
        // Not `into_response`: that forgets the error, of which a page is made.
        return Ok(ServiceResponse::from_err(err, req.into_parts().0));
    }
    Ok(next.call(req).await?.map_into_boxed_body())
}

fn is_ours(req: &ServiceRequest) -> Result<bool, AppError> {
    let value = |name: HeaderName| req.headers().get(name).and_then(|it| it.to_str().ok());
    if let Some(site) = value(HeaderName::from_static("sec-fetch-site")) {
        return Ok(site == "same-origin");
    }
    let Some(origin) = value(header::ORIGIN) else {
        return Ok(false);
    };
    Ok(match &app(req)?.public_url {
        Some(url) => origin == url.trim_end_matches('/'),
        None => origin.split_once("://").map(|(_, host)| host) == value(header::HOST),
    })
}

fn app(req: &ServiceRequest) -> Result<&web::Data<App>, AppError> {
    req.app_data::<web::Data<App>>()
        .ok_or_else(|| AppError::internal("the application is not configured"))
}
