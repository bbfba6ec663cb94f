//! The files of a site: what cargo-leptos puts into the site folder, and the style sheet.

mod disk;
mod fingerprint;
mod folder;
mod headers;
mod islands;
mod path;
mod setters;
mod settings;
mod sheet;
mod style;
mod surroundings;

pub(super) use settings::FileSettings;
pub use style::SiteStyle;
pub(super) use style::StyleHref;
pub(super) use surroundings::Surroundings;

use crate::config::Islands;
use axum::response::Response;
use folder::Folder;
use http::{Method, request::Parts};
use path::FilePath;
use sheet::Style;

/// The files that a site serves. Where they are was found out when the site was built.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The site folder, if there is one.
    site: Option<Folder>,
    /// The folder in it for what cargo-leptos builds, without `/` around it.
    pkg_dir: String,
    style: Option<Style>,
    islands: Islands,
}

impl Files {
    /// The answer to a request that a page matches only because it matches all, if it is for a file in the
    /// pkg folder.
    pub(super) async fn answer_built(&self, parts: &Parts) -> Option<Response> {
        let path = FilePath::of_address(parts.uri.path())?;
        if self.pkg_dir.is_empty() || !path.is_in(&self.pkg_dir) {
            return None;
        }
        self.answer(parts).await
    }

    /// The answer to a request that no page and no route matches, if it is for a file.
    ///
    /// Nothing here is part of a page: there is no deadline and no record.
    pub(super) async fn answer(&self, parts: &Parts) -> Option<Response> {
        if parts.method != Method::GET && parts.method != Method::HEAD {
            return None;
        }
        let path = FilePath::of_address(parts.uri.path())?;
        if let Some(site) = &self.site
            && let Some(found) = site.answer(&path, parts).await
        {
            let unchanging = path.is_in(&self.pkg_dir) && site.is_proven(&path).await;
            return Some(headers::complete(found, unchanging));
        }
        let (folder, file) = self.style.as_ref()?.source_at(&path)?;
        let found = folder.answer(file, parts).await?;
        Some(headers::complete(found, false))
    }

    /// Whether there is a file for a request that asks for it in another way than GET and HEAD.
    pub(super) async fn refuses(&self, parts: &Parts) -> bool {
        if parts.method == Method::GET || parts.method == Method::HEAD {
            return false;
        }
        let mut asked = parts.clone();
        asked.method = Method::HEAD;
        self.answer(&asked).await.is_some()
    }

    /// The code of the islands, for the scripts of documents.
    pub(super) fn islands(&self) -> Islands {
        self.islands.clone()
    }

    /// What `<SiteStyle/>` finds with each request.
    pub(super) fn style_href(&self) -> Option<StyleHref> {
        self.style.as_ref().map(StyleHref::new)
    }
}
