use super::{
    disk::{Disk, Variants},
    fingerprint::looks_hashed,
    path::FilePath,
};
use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, Method, Request, StatusCode,
    header::{ACCEPT_ENCODING, ETAG, IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE},
    request::Parts,
};
use std::{io, path::PathBuf};
use tower_http::services::{ServeDir, fs::DefaultServeDirFallback};

/// A folder whose regular files are served: no lists of files, no `index.html`, no redirects.
///
/// Symbolic links are followed, wherever they lead: what is in the folder is the operator's choice.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    compression: Compression,
    disk: Disk,
    service: Service,
}

type Service = ServeDir<DefaultServeDirFallback, Disk>;

/// Whether a folder has variants of its files that were compressed when the site was built: `main.css.br`
/// beside `main.css`. They are taken to be of the same contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Beforehand,
    None,
}

impl Folder {
    pub(super) fn new(path: PathBuf, compression: Compression) -> Self {
        let disk = Disk::default();
        let service = ServeDir::with_backend(&path, disk.clone())
            .append_index_html_on_directories(false)
            .redirect_to_trailing_slash(false)
            // Several ranges in one answer are rare, and the whole file is an answer.
            .ignore_multi_range_requests(true);
        Self {
            path,
            compression,
            disk,
            service,
        }
    }

    /// The answer, if there is such a file.
    pub(super) async fn answer(&self, file: &FilePath, parts: &Parts) -> Option<Response> {
        let path = self.path.join(file.as_str());
        let variants = match self.disk.variants(path).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            found => found.unwrap_or_default(),
        };
        let service = self.service_of(variants);
        let answer = self.call(&service, file, parts, range(parts)).await?;
        // tower-http does not know If-Range: the range is of a file that the visitor has a part of.
        let ranged = matches!(
            answer.status(),
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE
        );
        match parts.headers.get(IF_RANGE) {
            Some(part_of) if ranged && answer.headers().get(ETAG) != Some(part_of) => {
                self.call(&service, file, parts, None).await
            }
            _ => Some(answer),
        }
    }

    /// Whether the contents of the file can never be others.
    pub(super) async fn is_proven(&self, file: &FilePath) -> bool {
        looks_hashed(file.name()) && self.disk.is_proven(self.path.join(file.as_str())).await
    }

    /// The service that looks only for variants which are there.
    fn service_of(&self, variants: Variants) -> Service {
        let mut service = self.service.clone();
        if self.compression == Compression::None {
            return service;
        }
        if variants.brotli {
            service = service.precompressed_br();
        }
        if variants.zstd {
            service = service.precompressed_zstd();
        }
        if variants.gzip {
            service = service.precompressed_gzip();
        }
        service
    }

    async fn call(
        &self,
        service: &Service,
        file: &FilePath,
        parts: &Parts,
        range: Option<&http::HeaderValue>,
    ) -> Option<Response> {
        let mut request = Request::builder()
            .method(parts.method.clone())
            .uri(file.address())
            .body(Body::empty())
            .ok()?;
        *request.headers_mut() = conditions(&parts.headers);
        if let Some(range) = range {
            request.headers_mut().insert(RANGE, range.clone());
        }
        match service.clone().try_call(request).await {
            Ok(answer) if answer.status() == StatusCode::NOT_FOUND => None,
            Ok(answer) => Some(answer.map(Body::new)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                let file = self.path.join(file.as_str());
                tracing::error!(target: "punctual", %error, file = %file.display(), "a file of the site cannot be read");
                Some(StatusCode::INTERNAL_SERVER_ERROR.into_response())
            }
        }
    }
}

/// The headers that the answer hangs on. The times are not among them, because files have ETags only: a
/// change is not always later than the last one, but it is always another file.
fn conditions(headers: &HeaderMap) -> HeaderMap {
    let mut conditions = HeaderMap::new();
    for name in [ACCEPT_ENCODING, IF_MATCH, IF_NONE_MATCH] {
        for value in headers.get_all(&name) {
            conditions.append(&name, value.clone());
        }
    }
    conditions
}

/// The range that is asked for. It has a meaning with GET only, and what it counts in may be unknown
/// (RFC 9110, section 14.2).
fn range(parts: &Parts) -> Option<&http::HeaderValue> {
    let range = parts.headers.get(RANGE)?;
    (parts.method == Method::GET && range.as_bytes().starts_with(b"bytes=")).then_some(range)
}
