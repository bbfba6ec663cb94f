//! The scripts of a document.

use crate::{
    config::{Config, Islands},
    context::base,
    reload::without_comments,
};
use http::request::Parts;
use std::sync::{Arc, LazyLock};

use super::document::script_string;

/// Starts the islands that are there, and those that come.
static START_ISLANDS: LazyLock<String> =
    LazyLock::new(|| without_comments(include_str!("islands.js")));

/// What the element of an island begins with.
const ISLAND: &str = "<leptos-island";

/// Writes the scripts of one document.
#[derive(Clone, Default)]
pub(crate) struct Scripts {
    nonce: Arc<str>,
    islands: Islands,
    /// What stands in front of the site's addresses.
    base: String,
    /// Whether the policy trusts what they bring into the document.
    are_trusted: bool,
}

impl Scripts {
    pub(super) fn new(nonce: Arc<str>, config: &Config, parts: &Parts) -> Self {
        let islands = config.islands.clone();
        let base = match &islands {
            Islands::Built(_) => base(parts).to_owned(),
            Islands::Unknown | Islands::NotBuilt => String::new(),
        };
        Self {
            nonce,
            islands,
            base,
            are_trusted: config.strict_dynamic,
        }
    }

    /// Whether browsers run what the scripts of this document bring into it.
    pub(super) fn are_trusted(&self) -> bool {
        self.are_trusted
    }

    /// What the browser knows the scripts of this document by.
    pub(crate) fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Whether a document may have islands that run in the browser.
    pub(crate) fn has_islands(&self) -> bool {
        matches!(self.islands, Islands::Built(_))
    }

    /// Whether there are such islands in this HTML.
    pub(crate) fn are_islands_in(&self, html: &str) -> bool {
        self.has_islands() && html.contains(ISLAND)
    }

    pub(super) fn write(&self, script: &str, html: &mut String) {
        self.write_all(&[script], html);
    }

    /// A script that is there in pieces.
    pub(super) fn write_all(&self, script: &[&str], html: &mut String) {
        html.push_str("<script nonce=\"");
        html.push_str(&self.nonce);
        html.push_str("\">");
        for piece in script {
            html.push_str(piece);
        }
        html.push_str("</script>");
    }

    /// The script that starts islands.
    pub(super) fn write_loader(&self, html: &mut String) {
        if let Islands::Built(files) = &self.islands {
            let of = |file: &str| script_string(&format!("{}{file}", self.base));
            let (js, wasm) = (of(&files.js), of(&files.wasm));
            self.write(&format!("{}({js},{wasm})", *START_ISLANDS), html);
        }
    }

    /// Tells the browser of an island.
    pub(super) fn write_call(&self, arguments: &str, html: &mut String) {
        self.write(&format!("$i({arguments})"), html);
    }
}
