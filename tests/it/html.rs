//! Every page is strict HTML and asks nothing that the content security policy refuses.

use std::cell::RefCell;

use html5ever::{ParseOpts, parse_document, tendril::TendrilSink, tree_builder::TreeBuilderOpts};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// Fails on any parse error, `style` or `on…` attribute, script in the page, id that stands twice,
/// or label, description or in-page link that points at no id.
#[track_caller]
pub fn assert_sound(page: &str) {
    let found = complaints(page);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What is wrong with the page.
pub fn complaints(page: &str) -> Vec<String> {
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts {
            exact_errors: true,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    let dom = parse_document(RcDom::default(), options).one(page);
    let mut found: Vec<String> = dom.errors.take().iter().map(ToString::to_string).collect();
    let seen = Seen::default();
    walk(&dom.document, &seen);
    let ids = seen.ids.take();
    for (at, id) in ids.iter().enumerate() {
        if ids[..at].contains(id) {
            found.push(format!("id {id:?} stands twice"));
        }
    }
    for (attribute, id) in seen.references.take() {
        if !ids.contains(&id) {
            found.push(format!("{attribute} points at {id:?}, which is not there"));
        }
    }
    found.extend(seen.refused.take());
    found
}

#[derive(Default)]
struct Seen {
    ids: RefCell<Vec<String>>,
    references: RefCell<Vec<(String, String)>>,
    refused: RefCell<Vec<String>>,
}

fn walk(node: &Handle, seen: &Seen) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let mut has_source = false;
        for attribute in attrs.borrow().iter() {
            let (key, value) = (&*attribute.name.local, &*attribute.value);
            has_source |= key == "src";
            match key {
                "id" => seen.ids.borrow_mut().push(value.to_owned()),
                "for" | "aria-labelledby" | "aria-describedby" | "popovertarget" => {
                    let ids = value.split_whitespace();
                    let ids = ids.map(|it| (key.to_owned(), it.to_owned()));
                    seen.references.borrow_mut().extend(ids);
                }
                "style" => seen
                    .refused
                    .borrow_mut()
                    .push("a style attribute".to_owned()),
                _ if key.starts_with("on") => {
                    seen.refused
                        .borrow_mut()
                        .push(format!("an {key} attribute"));
                }
                _ => {}
            }
        }
        if &*name.local == "style" || (&*name.local == "script" && !has_source) {
            seen.refused
                .borrow_mut()
                .push(format!("a {} in the page", &*name.local));
        }
    }
    for child in node.children.borrow().iter() {
        walk(child, seen);
    }
}

#[test]
fn what_is_not_sound_is_found() {
    let wrong = |body: &str| {
        let page =
            format!("<!DOCTYPE html><html lang=nl><title>x</title><body>{body}</body></html>");
        complaints(&page).len()
    };
    assert_eq!(wrong("<p id=a>x</p><label for=a>x</label>"), 0);
    assert_eq!(wrong("<div></p></div>"), 1);
    assert_eq!(wrong("<p style='x'>x</p>"), 1);
    assert_eq!(wrong("<p onclick='x'>x</p>"), 1);
    assert_eq!(wrong("<script>x</script>"), 1);
    assert_eq!(wrong("<p id=a></p><p id=a></p>"), 1);
    assert_eq!(wrong("<label for=b>x</label>"), 1);
}
