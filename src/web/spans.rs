//! The span of a request, in which everything that is logged about it stands.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use tracing::{Span, field::Empty};
use tracing_actix_web::{DefaultRootSpanBuilder, RootSpanBuilder};

/// What stands in the address of a page that a secret opens.
const SECRET: &str = "uitnodigingen/";

/// The usual span, without the address of a page that a secret opens: who reads the log cannot open it.
pub struct Spans;

impl RootSpanBuilder for Spans {
    fn on_request_start(request: &ServiceRequest) -> Span {
        if !has_secret(request.path(), request.query_string()) {
            return DefaultRootSpanBuilder::on_request_start(request);
        }
        tracing::info_span!(
            "HTTP request",
            http.method = %request.method(),
            http.target = "/uitnodigingen/...",
            http.status_code = Empty,
            otel.status_code = Empty,
            exception.message = Empty,
            exception.details = Empty,
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        DefaultRootSpanBuilder::on_request_end(span, outcome);
    }
}

/// Whether the secret of an invitation stands in an address: its own, or where to go after signing in.
fn has_secret(path: &str, query: &str) -> bool {
    let query = query.replace("%2F", "/").replace("%2f", "/");
    path.trim_start_matches('/').starts_with(SECRET) || query.contains(SECRET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_of_an_invitation_is_not_logged() {
        assert!(has_secret("/uitnodigingen/geheim", ""));
        assert!(has_secret("/inloggen", "naar=/uitnodigingen/geheim"));
        assert!(has_secret("/inloggen", "naar=%2Fuitnodigingen%2Fgeheim"));
        assert!(!has_secret("/aanvragen/1/uitnodigingen", "gedaan=ja"));
    }
}
