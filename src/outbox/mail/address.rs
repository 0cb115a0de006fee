//! Which addresses mail can reach.

use validator::ValidateEmail;

/// Whether mail can reach it over the internet: by the standard of forms in HTML `a@delft` is one, too.
pub fn is_address(text: &str) -> bool {
    let domain = text.rsplit_once('@').map_or("", |it| it.1);
    text.validate_email() && domain.contains('.')
}
