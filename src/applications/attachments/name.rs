//! What an uploaded file is called: what people typed, without what can do harm. Pure.
//!
//! A name is only ever shown and offered for saving; no file of ours is called by it.

use unicode_normalization::UnicodeNormalization;

use super::kind::FileKind;

/// The longest name, in characters.
pub const LONGEST: usize = 120;
/// What a file is called of whose name nothing is left.
const NAMELESS: &str = "bijlage";
/// Names that mean a device on Windows, with or without an extension.
const DEVICES: [&str; 24] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "com0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt0",
];

/// How the name of a file ends, without the dot; empty if it does not end in an extension.
pub fn extension(typed: &str) -> String {
    let plain = plain(typed);
    let (_, extension) = split(&plain);
    extension.to_owned()
}

/// The name of a file with this content: without path, control characters and marks that turn the
/// direction of a text, ending in the extension of the content.
pub fn cleaned(typed: &str, kind: FileKind) -> String {
    let plain = plain(typed);
    let (stem, found) = split(&plain);
    let stem = match FileKind::of_extension(found) {
        Some(_) => stem,
        None => plain.as_str(),
    };
    let extension = kind.extension();
    let room = LONGEST.saturating_sub(extension.len()).saturating_sub(1);
    let short: String = stem.chars().take(room).collect();
    let short = short.trim_matches(is_edge);
    let is_device = |it: &&str| {
        short
            .split('.')
            .next()
            .unwrap_or("")
            .eq_ignore_ascii_case(it)
    };
    if short.is_empty() || DEVICES.iter().any(is_device) {
        let more = if short.is_empty() { "" } else { "-" };
        return format!("{NAMELESS}{more}{short}.{extension}");
    }
    format!("{short}.{extension}")
}

/// As [`cleaned`] for a file that is not taken in: to speak of it on a page.
pub fn spoken(typed: &str) -> String {
    let short: String = plain(typed).chars().take(LONGEST).collect();
    match short.as_str() {
        "" => NAMELESS.to_owned(),
        _ => short,
    }
}

/// The last part of a path, composed, without marks, in single spaces.
fn plain(typed: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last
        .nfc()
        .map(|it| if it.is_whitespace() { ' ' } else { it })
        .filter(|it| !it.is_control() && !is_mark(*it))
        .map(|it| if "<>:\"|?*".contains(it) { '-' } else { it })
        .collect();
    let words: Vec<&str> = visible.split(' ').filter(|it| !it.is_empty()).collect();
    words.join(" ").trim_matches(is_edge).to_owned()
}

fn split(name: &str) -> (&str, &str) {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !extension.is_empty() && !extension.contains(' ') => {
            (stem, extension)
        }
        _ => (name, ""),
    }
}

fn is_edge(it: char) -> bool {
    it == '.' || it.is_whitespace()
}

/// Characters that show nothing, or change how others are shown.
fn is_mark(it: char) -> bool {
    matches!(it,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
        // Not characters at all, and for private use.
        | '\u{E000}'..='\u{F8FF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_is_made_harmless() {
        for (typed, wanted) in [
            ("plan.pdf", "plan.pdf"),
            ("Plan van aanpak (def).PDF", "Plan van aanpak (def).pdf"),
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\fakepath\\plan.pdf", "plan.pdf"),
            ("/", "bijlage.pdf"),
            ("", "bijlage.pdf"),
            ("...", "bijlage.pdf"),
            (".htaccess", "htaccess.pdf"),
            ("..pdf", "pdf.pdf"),
            ("a\0b\r\nc\u{7f}.pdf", "ab c.pdf"),
            ("x\r\nset-cookie: a=b.pdf", "x set-cookie- a=b.pdf"),
            ("rekening\u{202E}fdp.exe", "rekeningfdp.exe.pdf"),
            ("\u{200F}\u{2067}plan\u{2069}\u{200B}.pdf", "plan.pdf"),
            ("e\u{301}e\u{301}n.pdf", "één.pdf"),
            ("a  b\u{a0}\t c .pdf", "a b c.pdf"),
            (
                "<img src=x onerror=alert(1)>.pdf",
                "-img src=x onerror=alert(1)-.pdf",
            ),
            ("con.pdf", "bijlage-con.pdf"),
            ("NUL", "bijlage-NUL.pdf"),
            ("com1.tar.pdf", "bijlage-com1.tar.pdf"),
            ("versie 1.2", "versie 1.2.pdf"),
            ("foto.jpeg", "foto.pdf"),
            ("תקציב.pdf", "תקציב.pdf"),
        ] {
            assert_eq!(cleaned(typed, FileKind::Pdf), wanted, "{typed:?}");
        }
    }

    #[test]
    fn no_name_is_longer_than_the_longest() {
        let long = cleaned(&format!("{}.pdf", "é".repeat(5_000)), FileKind::Pdf);
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with("é.pdf"));
        assert_eq!(spoken(&"a".repeat(5_000)).len(), LONGEST);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_the_name_can_be_shown_and_saved(typed in ".*") {
            let name = cleaned(&typed, FileKind::Text);
            proptest::prop_assert!(name.ends_with(".txt") && name != ".txt");
            proptest::prop_assert!(name.chars().count() <= LONGEST + NAMELESS.len() + 1);
            proptest::prop_assert!(!name.starts_with(['.', ' ']));
            proptest::prop_assert!(!name.contains(['/', '\\', '"', ':']));
            proptest::prop_assert!(!name.chars().any(|it| it.is_control() || is_mark(it)));
            proptest::prop_assert_eq!(cleaned(&name, FileKind::Text), name);
        }
    }
}
