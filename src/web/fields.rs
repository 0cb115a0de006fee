//! The fields of a form, each a template of its own. The macros in `components/form.html` are what a page writes; they
//! lead here, because what stands in a macro is compiled anew at every place where it is called.

use super::{forms::FormView, parts::Choice};

/// Of each: what it is, its template, and the function that the macro of the same name in `components/form.html` calls.
macro_rules! fields {
    ($($about:literal, $path:literal, $type:ident = $name:ident($($arg:ident: $of:ty),*);)+) => {$(
        #[doc = $about]
        #[derive(Debug, askama::Template)]
        #[template(path = $path)]
        pub struct $type<'a> {
            form: &'a FormView,
            $($arg: &'a $of,)*
        }

        impl FormView {
            #[doc = $about]
            pub fn $name<'a>(&'a self, $($arg: &'a $of),*) -> $type<'a> {
                $type { form: self, $($arg),* }
            }
        }
    )+};
}

fields! {
    "All that is wrong, above the form.", "fields/error_summary.html", ErrorSummary = error_summary();
    "One line, of any kind.", "fields/input.html", Input =
        input(name: str, label: str, help: str, kind: str, class: str, auto: str);
    "A password.", "fields/password.html", Password =
        password(name: str, label: str, help: str, auto: str);
    "Several lines of text.", "fields/area.html", Area = area(name: str, label: str, help: str, rows: u32);
    "Money in euro and cents.", "fields/amount.html", Amount = amount(name: str, label: str, help: str);
    "One of many choices.", "fields/select.html", Select =
        select(name: str, label: str, options: [Choice], help: str, none: str);
    "One of a few choices.", "fields/radios.html", Radios =
        radios(name: str, legend: str, options: [Choice], help: str);
    "Yes or no.", "fields/checkbox.html", Checkbox = checkbox(name: str, label: str, help: str);
    "Any number of choices.", "fields/checkboxes.html", Checkboxes =
        checkboxes(name: str, legend: str, options: [Choice], help: str);
    "A score.", "fields/scale.html", Scale = scale(name: str, legend: str, options: [Choice], help: str);
    "A line of text or a number in a row of fields.", "fields/part.html", Part =
        part(name: str, label: str, wide: str, class: str, mode: str);
    "One of many choices in a row of fields.", "fields/part_select.html", PartSelect =
        part_select(name: str, label: str, options: [Choice], none: str);
    "A field in a table.", "fields/cell.html", Cell = cell(name: str, label: str, mode: str);
}
