//! Sites whose pages grow: in parts, loaders, routes or bytes.

mod pages;
mod tree;

use crate::micro::{Asked, shell};
use axum::{Router, routing::get};
use clap::ValueEnum;
use pages::{DocumentPage, OneLoaderPage, PartsPage};
use punctual::{Site, pages};
use tree::{ElevenPage, HundredPage, OnePage};

/// What grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Subject {
    /// Parts that come later, each from a task of its own
    Parts,
    /// Parts that come later, all from one loader
    OneLoader,
    /// Loaders that a page waits for, in a tree: each waits for ten others
    Loaders,
    /// Routes beside the page that is asked for
    Routes,
    /// Rows of the document
    Rows,
}

impl Subject {
    pub(crate) const ALL: [Self; 5] = [
        Self::Parts,
        Self::OneLoader,
        Self::Loaders,
        Self::Routes,
        Self::Rows,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Parts => "deferred parts, each from a task",
            Self::OneLoader => "deferred parts, all from one loader",
            Self::Loaders => "critical loaders, each of which waits for ten others",
            Self::Routes => "routes",
            Self::Rows => "rows of about 100 bytes",
        }
    }

    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Parts | Self::OneLoader => "part",
            Self::Loaders => "loader",
            Self::Routes => "route",
            Self::Rows => "row",
        }
    }

    /// The sizes that are measured, each about ten times the one before.
    pub(crate) fn sizes(self) -> &'static [usize] {
        match self {
            Self::Parts | Self::OneLoader => &[1, 10, 100, 1_000],
            Self::Loaders => &[1, 11, 111],
            Self::Routes => &[10, 100, 1_000, 10_000],
            Self::Rows => &[10, 100, 1_000, 10_000, 100_000],
        }
    }

    /// How many times as long the largest page may take as the one before it.
    pub(crate) fn bound(self) -> f64 {
        match self {
            // One of them is found, however many there are.
            Self::Routes => 2.0,
            _ => 12.0,
        }
    }

    /// A site of this size, and what it is asked for.
    pub(crate) fn asked(self, size: usize) -> Asked {
        let site = Site::builder().shell(shell).pages(pages![
            PartsPage,
            OneLoaderPage,
            DocumentPage,
            OnePage,
            ElevenPage,
            HundredPage
        ]);
        let (site, path) = match self {
            Self::Parts => (site, format!("/parts?count={size}")),
            Self::OneLoader => (site, format!("/one-loader?count={size}")),
            Self::Loaders => (site, format!("/loaders-{size}")),
            Self::Routes => (site.routes(routes(size)), "/parts?count=1".to_owned()),
            Self::Rows => (site, format!("/document?count={size}")),
        };
        let site = site.build().expect("the site is in order");
        Asked::new(site.into_router(), path, 200)
    }
}

/// Routes as a large site has them.
fn routes(count: usize) -> Router {
    (0..count).fold(Router::new(), |router, number| {
        let (section, place) = (number % 100, number / 100);
        let path = format!("/section-{section}/place-{place}/{{id}}");
        router.route(&path, get(async || "a route"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_page_is_as_large_as_it_should_be() {
        for subject in Subject::ALL {
            let mut last = 0;
            for &size in &subject.sizes()[..2] {
                let bytes = subject.asked(size).once().await;
                let grows = matches!(subject, Subject::Parts | Subject::OneLoader | Subject::Rows);
                assert!(!grows || bytes > last, "{subject:?} {size}: {bytes}");
                last = bytes;
            }
        }
        let number = Subject::Loaders.asked(111).text().await;
        assert!(number.contains("<p>111</p>"), "{number}");
    }
}
