//! Long lists: one page of them at a time, and their order. The address keeps the rest of the
//! query, so a filter survives turning the page.

/// How many rows a page of a list has.
pub const PAGE_SIZE: u32 = 50;
/// The name of the page's number in the query.
const PAGE: &str = "pagina";
/// The name of the order in the query: a column, with a minus in front for the reverse.
const SORT: &str = "sorteer";

/// Which page of a list is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    /// The page, from 1.
    pub page: u32,
    /// How many pages there are; an empty list has one.
    pub pages: u32,
    /// How many rows the whole list has.
    pub total: u64,
    base: Address,
}

/// The links to the pages of a list, as the macro `pagination` shows them; a template of its own, so that it is compiled
/// once and not in every list.
#[derive(Debug, askama::Template)]
#[template(path = "components/bar.html")]
pub struct Bar<'a> {
    pager: &'a Pager,
}

/// A page in the row of page numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLink {
    /// Its number.
    pub page: u32,
    /// Its address.
    pub href: String,
    /// Whether it is on the screen.
    pub current: bool,
    /// Whether pages before it are left out.
    pub after_gap: bool,
}

impl Pager {
    /// The links to the pages.
    pub fn bar(&self) -> Bar<'_> {
        Bar { pager: self }
    }

    /// The page that `query` (the raw query of the request) asks for, of a list of `total` rows. A
    /// number that is no page gives the nearest page.
    pub fn new(path: &str, query: &str, total: u64) -> Pager {
        let pages = total.div_ceil(u64::from(PAGE_SIZE)).max(1);
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        let asked = value_of(query, PAGE).and_then(|it| it.parse::<u32>().ok());
        Pager {
            page: asked.unwrap_or(1).clamp(1, pages),
            pages,
            total,
            base: Address::new(path, query, &[PAGE]),
        }
    }

    /// How many rows come before this page.
    pub fn offset(&self) -> u64 {
        u64::from(self.page.saturating_sub(1)) * u64::from(PAGE_SIZE)
    }

    /// The number of the first row on this page, from 1; 0 in an empty list.
    pub fn first(&self) -> u64 {
        (self.offset() + 1).min(self.total)
    }

    /// The number of the last row on this page.
    pub fn last(&self) -> u64 {
        (self.offset() + u64::from(PAGE_SIZE)).min(self.total)
    }

    /// The address of the page before this one.
    pub fn previous(&self) -> Option<String> {
        (1 < self.page).then(|| self.address(self.page.saturating_sub(1)))
    }

    /// The address of the page after this one.
    pub fn next(&self) -> Option<String> {
        (self.page < self.pages).then(|| self.address(self.page.saturating_add(1)))
    }

    /// The first, the last, and this page with its neighbours.
    pub fn links(&self) -> Vec<PageLink> {
        let near = self.page.saturating_sub(1)..=self.page.saturating_add(1);
        let mut shown: Vec<u32> = near.chain([1, self.pages]).collect();
        shown.retain(|it| (1..=self.pages).contains(it));
        shown.sort_unstable();
        shown.dedup();
        let mut links = Vec::new();
        let mut before = 0;
        for page in shown {
            let skipped = page.saturating_sub(before).saturating_sub(1);
            // A gap of a single page would take as much room as the page itself.
            if skipped == 1 {
                links.push(self.link(page.saturating_sub(1), false));
            }
            links.push(self.link(page, 1 < skipped));
            before = page;
        }
        links
    }

    fn link(&self, page: u32, after_gap: bool) -> PageLink {
        PageLink {
            page,
            href: self.address(page),
            current: page == self.page,
            after_gap,
        }
    }

    fn address(&self, page: u32) -> String {
        if page == 1 {
            self.base.bare()
        } else {
            self.base.with(PAGE, &page.to_string())
        }
    }
}

/// The order of a table whose heads can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorting {
    /// The column in charge.
    pub key: &'static str,
    /// Whether from high to low.
    pub descending: bool,
    base: Address,
}

impl Sorting {
    /// The order that `query` asks for. Only the columns named here can be asked for; otherwise the
    /// first one is in charge, from low to high.
    pub fn new(path: &str, query: &str, columns: &[&'static str]) -> Sorting {
        let asked = value_of(query, SORT).unwrap_or_default();
        let (name, descending) = match asked.strip_prefix('-') {
            Some(name) => (name, true),
            None => (asked, false),
        };
        let base = Address::new(path, query, &[SORT, PAGE]);
        match columns.iter().find(|it| **it == name) {
            Some(key) => Sorting {
                key,
                descending,
                base,
            },
            None => Sorting {
                key: columns.first().copied().unwrap_or_default(),
                descending: false,
                base,
            },
        }
    }

    /// The value of `aria-sort` of this column's head.
    pub fn aria(&self, column: &str) -> &'static str {
        match (column == self.key, self.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }

    /// The address that puts this column in charge, or turns its order around.
    pub fn href(&self, column: &str) -> String {
        let turn = column == self.key && !self.descending;
        let minus = if turn { "-" } else { "" };
        self.base.with(SORT, &format!("{minus}{column}"))
    }
}

/// A path with a query of which some names are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Address {
    path: String,
    kept: Vec<String>,
}

impl Address {
    fn new(path: &str, query: &str, without: &[&str]) -> Address {
        let kept = pairs(query)
            .filter(|it| !without.contains(&name_of(it)))
            .map(str::to_owned)
            .collect();
        Address {
            path: path.to_owned(),
            kept,
        }
    }

    fn bare(&self) -> String {
        match self.kept.join("&") {
            query if query.is_empty() => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    fn with(&self, name: &str, value: &str) -> String {
        let join = if self.kept.is_empty() { '?' } else { '&' };
        format!("{}{join}{name}={value}", self.bare())
    }
}

fn pairs(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|it| !it.is_empty())
}

fn name_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

fn value_of<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    pairs(query)
        .find_map(|it| it.split_once('=').filter(|(found, _)| *found == name))
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pager: &Pager) -> String {
        let links = pager.links();
        let texts: Vec<String> = links
            .iter()
            .map(|it| {
                let gap = if it.after_gap { "… " } else { "" };
                let (open, close) = if it.current { ("[", "]") } else { ("", "") };
                format!("{gap}{open}{}{close}", it.page)
            })
            .collect();
        texts.join(" ")
    }

    #[test]
    fn a_page_keeps_the_filter_and_stays_within_the_list() {
        let pager = Pager::new("/aanvragen", "status=nieuw&pagina=2", 120);
        assert_eq!((pager.page, pager.pages, pager.offset()), (2, 3, 50));
        assert_eq!((pager.first(), pager.last()), (51, 100));
        assert_eq!(pager.previous().as_deref(), Some("/aanvragen?status=nieuw"));
        assert_eq!(
            pager.next().as_deref(),
            Some("/aanvragen?status=nieuw&pagina=3")
        );
        let beyond = Pager::new("/aanvragen", "pagina=99", 120);
        assert_eq!((beyond.page, beyond.last(), beyond.next()), (3, 120, None));
        let odd = Pager::new("/aanvragen", "pagina=-1", 120);
        assert_eq!((odd.page, odd.previous()), (1, None));
        let empty = Pager::new("/aanvragen", "", 0);
        assert_eq!(
            (empty.page, empty.pages, empty.first(), empty.last()),
            (1, 1, 0, 0)
        );
    }

    #[test]
    fn the_numbers_are_the_ends_and_the_neighbours() {
        let at = |page: u32, total: u64| shown(&Pager::new("/", &format!("pagina={page}"), total));
        assert_eq!(at(1, 1000), "[1] 2 … 20");
        assert_eq!(at(3, 1000), "1 2 [3] 4 … 20");
        assert_eq!(at(4, 1000), "1 2 3 [4] 5 … 20");
        assert_eq!(at(10, 1000), "1 … 9 [10] 11 … 20");
        assert_eq!(at(20, 1000), "1 … 19 [20]");
        assert_eq!(at(2, 100), "1 [2]");
    }

    #[test]
    fn a_head_turns_its_own_order_around_and_goes_back_to_the_first_page() {
        let sorting = Sorting::new("/a", "q=x&pagina=3&sorteer=bedrag", &["naam", "bedrag"]);
        assert_eq!(
            (sorting.aria("naam"), sorting.aria("bedrag")),
            ("none", "ascending")
        );
        assert_eq!(sorting.href("bedrag"), "/a?q=x&sorteer=-bedrag");
        assert_eq!(sorting.href("naam"), "/a?q=x&sorteer=naam");
        let unknown = Sorting::new("/a", "sorteer=-geheim", &["naam", "bedrag"]);
        assert_eq!((unknown.key, unknown.descending), ("naam", false));
    }
}
