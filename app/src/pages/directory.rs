//! The pages of the site, as the first page, the navigation and the not-found page name them.

use std::sync::LazyLock;

use super::{
    FanOutPage, GizmosAsyncPage, GizmosCancelPage, GizmosPage, ProductPage, ProductsPage,
    ProgressPage, PwgAsyncPage, PwgPage, PwgSequentialPage, StockPage, WidgetsPage,
};
use crate::components::Trial;

/// Pages that belong together.
pub(crate) struct Group {
    pub(crate) title: &'static str,
    /// What they have in common.
    pub(crate) text: &'static str,
    pub(crate) entries: Vec<Entry>,
}

/// A page, and what to try with it.
pub(crate) struct Entry {
    pub(crate) path: String,
    /// The page in a word or two, for the navigation.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// What the page shows.
    pub(crate) text: &'static str,
    /// What to look at.
    pub(crate) look: &'static str,
    pub(crate) trials: Vec<Trial>,
}

/// All pages but the first.
pub(crate) fn groups() -> &'static [Group] {
    &*GROUPS
}

static GROUPS: LazyLock<[Group; 4]> = LazyLock::new(|| {
    [
        Group {
            title: "Three tables, three ways",
            text: "The same three calls each time. Give each call 500 ms and compare the timelines.",
            entries: three_tables(),
        },
        Group {
            title: "Gizmos, three ways",
            text: "One call. What a page does with a slow, faulty or silent catalog is its own choice.",
            entries: gizmos(),
        },
        Group {
            title: "Products and widgets",
            text: "How a page reaches the browser, and what decides its status.",
            entries: products_and_widgets(),
        },
        Group {
            title: "Longer work, and a section",
            text: "Many calls, a job that says how far it is, and pages that have something in common.",
            entries: longer_work(),
        },
    ]
});

fn three_tables() -> Vec<Entry> {
    vec![
        Entry {
            path: PwgPage::href(),
            name: "Tables",
            title: "Synchronous: one call after another",
            text: "A plain function on a thread that waits for each call before it makes the next. The page is sent when all of them are done.",
            look: "the timeline: three steps. With 500 ms it takes 1.5 s, and nothing is seen before.",
            trials: vec![
                Trial::new("500 ms", "delay=500ms"),
                Trial::new("5 s", "delay=5s"),
                Trial::STATUS,
            ],
        },
        Entry {
            path: PwgAsyncPage::href(),
            name: "Tables async",
            title: "Asynchronous: all calls at once",
            text: "The page is there at once, and each table comes when it is ready, for 2 seconds at most. No thread waits.",
            look: "the timeline: three bars that begin together. With 500 ms it takes 0.5 s. With 5 s the document still ends after 2.",
            trials: vec![
                Trial::new("500 ms", "delay=500ms"),
                Trial::new("each its own time", "delay=200ms..1800ms"),
                Trial::new("5 s", "delay=5s"),
                Trial::STATUS,
            ],
        },
        Entry {
            path: PwgSequentialPage::href(),
            name: "Tables in turn",
            title: "Asynchronous: one call at a time",
            text: "For a catalog that can take one call at a time: as slow as the synchronous page, but the page is there at once, and no thread waits.",
            look: "the dotted lines in the timeline, where a call waits for its turn, and the tables, which come one by one.",
            trials: vec![
                Trial::new("500 ms", "delay=500ms"),
                Trial::new("5 s", "delay=5s"),
                Trial::STATUS,
            ],
        },
    ]
}

fn gizmos() -> Vec<Entry> {
    vec![
        Entry {
            path: GizmosPage::href(),
            name: "Gizmos",
            title: "Synchronous",
            text: "A thread waits for the gizmos, 3 seconds at most, and for nothing else meanwhile.",
            look: "what stands in the place of the table when the catalog fails, answers nonsense, or does not answer.",
            trials: vec![
                Trial::new("500 ms", "delay=500ms"),
                Trial::STATUS,
                Trial::JSON,
                Trial::HANG,
            ],
        },
        Entry {
            path: GizmosAsyncPage::href(),
            name: "Gizmos async",
            title: "Asynchronous",
            text: "The same page to the letter, but for its timeline. No thread waits.",
            look: "both side by side: one call takes as long in either way. It is with three of them, or with many visitors, that the difference begins.",
            trials: vec![
                Trial::new("500 ms", "delay=500ms"),
                Trial::STATUS,
                Trial::JSON,
                Trial::HANG,
            ],
        },
        Entry {
            path: GizmosCancelPage::href(),
            name: "Gizmos in 1 s",
            title: "Within a second",
            text: "The same table with a second for everything. The page is there before the table, and a button stops the call at once.",
            look: "the place of the table: with 3 s a text stands there after 1.0 s. Press the button before, and the catalog sees its caller hang up.",
            trials: vec![
                Trial::new("200 ms", "delay=200ms"),
                Trial::new("by chance", "delay=500ms..1500ms"),
                Trial::new("3 s", "delay=3s"),
                Trial::HANG,
            ],
        },
    ]
}

fn products_and_widgets() -> Vec<Entry> {
    vec![
        Entry {
            path: ProductsPage::href(),
            name: "Products",
            title: "Products, in one piece",
            text: "Nothing is sent before all of it is there, and then all of it at once.",
            look: "the loading mark of the browser: with 1 s the page before stays for a second. The response says its length.",
            trials: vec![
                Trial::new("1 s", "delay=1s"),
                Trial::new("5 s", "delay=5s"),
                Trial::STATUS,
            ],
        },
        Entry {
            path: WidgetsPage::href(),
            name: "Widgets",
            title: "Widgets, in order",
            text: "The document comes from top to bottom and waits at the place of the table. No script puts it together.",
            look: "the end of the page: with 1 s the heading is there at once, and what stands below the table comes with it.",
            trials: vec![
                Trial::new("1 s", "delay=1s"),
                Trial::new("5 s", "delay=5s"),
                Trial::STATUS,
            ],
        },
        Entry {
            path: ProductPage::href(1),
            name: "A product",
            title: "A product, and what goes with it",
            text: "A page that decides its status by its data, with a second call that depends on the first.",
            look: "the second bar of the timeline, which waits for the first. With 3 s a time-out page comes after 2, with status 504; product 999 does not exist, and is a 404.",
            trials: vec![
                Trial::new("500 ms", "delay=500ms"),
                Trial::new("1.2 s", "delay=1200ms"),
                Trial::new("3 s", "delay=3s"),
                Trial::STATUS,
            ],
        },
    ]
}

fn longer_work() -> Vec<Entry> {
    vec![
        Entry {
            path: FanOutPage::href(),
            name: "Fan-out",
            title: "A hundred calls, eight at once",
            text: "Each of a hundred products has a call of its own, and 8 of them run at a time. What is not there after 5 seconds is marked.",
            look: "the count while it runs. With 100 ms it takes 1.3 s; with 1 s only a part is there in time, and the page ends all the same.",
            trials: vec![
                Trial::new("100 ms", "delay=100ms"),
                Trial::new("each its own time", "delay=50ms..500ms"),
                Trial::new("1 s", "delay=1s"),
                Trial::STATUS,
            ],
        },
        Entry {
            path: ProgressPage::href(),
            name: "Progress",
            title: "A long job with its progress",
            text: "A stock-taking of a dozen calls, one after another. The page says how far it is until the result is there, for 8 seconds at most.",
            look: "the text and the bar, which change in place. When you leave meanwhile, or stop it with the button, the catalog sees its caller hang up.",
            trials: vec![
                Trial::new("200 ms", "delay=200ms"),
                Trial::new("each its own time", "delay=100ms..800ms"),
                Trial::new("1 s", "delay=1s"),
                Trial::STATUS,
            ],
        },
        Entry {
            path: StockPage::href(),
            name: "Stock room",
            title: "A section for the staff",
            text: "Its pages share a layout that loads its own data, and a guard that sends strangers to the sign-in page before anything is loaded.",
            look: "the guard in the timeline, before everything else, and the calls: what layout and page both need is asked for once.",
            trials: vec![
                Trial::new("500 ms", "delay=500ms"),
                Trial::new("5 s", "delay=5s"),
                Trial::STATUS,
            ],
        },
    ]
}
