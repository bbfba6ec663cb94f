//! A running site, and what a test asks it by.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::task::Poll;
use std::time::Duration;

use pwg::AppState;
use pwg::catalog::{Catalog, CatalogUrl};
use pwg::catalog_api::{CatalogHandle, CatalogServer, ServiceOptions, Stats};
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE, USER_AGENT};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Far more than anything here takes, so that it only ends tests that hang.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// Where there is no folder: what cargo-leptos has built or not is nothing to these tests.
const NO_FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/no-folder");

pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, future)
        .await
        .expect("this ends long before the limit")
}

/// Runs all of them at once.
pub(crate) async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    poll_fn(|cx| {
        for (future, output) in &mut running {
            if output.is_none()
                && let Poll::Ready(ready) = future.as_mut().poll(cx)
            {
                *output = Some(ready);
            }
        }
        match running.iter().all(|(_, output)| output.is_some()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    running
        .into_iter()
        .filter_map(|(_, output)| output)
        .collect()
}

pub(crate) fn client() -> Client {
    Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

/// Sends a request and reads what comes.
pub(crate) async fn ask(request: RequestBuilder) -> Page {
    Page::read(within(request.send()).await.expect("an answer")).await
}

/// A form as browsers send it.
pub(crate) fn form(client: &Client, url: &str, fields: &'static str) -> RequestBuilder {
    let request = client.post(url).body(fields);
    request.header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

/// A response that was read to its end.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Page {
    pub(crate) async fn read(response: Response) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            text: within(response.text()).await.expect("the rest of the body"),
        }
    }

    #[track_caller]
    pub(crate) fn assert_contains(&self, expected: &str) {
        assert!(
            self.text.contains(expected),
            "no {expected:?} in {}",
            self.text
        );
    }

    #[track_caller]
    pub(crate) fn assert_lacks(&self, unexpected: &str) {
        assert!(
            !self.text.contains(unexpected),
            "{unexpected:?} is in {}",
            self.text
        );
    }

    /// It is an HTML document in the site's shell, with its end where it belongs.
    #[track_caller]
    pub(crate) fn assert_document(&self) {
        assert_eq!(self.headers["content-type"], "text/html; charset=utf-8");
        assert!(self.text.starts_with("<!DOCTYPE html>"), "{}", self.text);
        assert!(self.text.ends_with("</body></html>"), "{}", self.text);
        assert_eq!(self.count("</html>"), 1);
        self.assert_contains(r#"<nav id="pages" popover="auto" aria-label="Pages">"#);
        self.assert_contains(r#"<link rel="stylesheet" href="/pkg/pwg.css">"#);
    }

    pub(crate) fn count(&self, text: &str) -> usize {
        self.text.matches(text).count()
    }

    /// Where the browser is sent.
    pub(crate) fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION)?.to_str().ok()
    }

    /// The cookie that the browser is told to keep, as it sends it back.
    pub(crate) fn cookie(&self) -> Option<&str> {
        let set = self.headers.get(SET_COOKIE)?.to_str().ok()?;
        set.split(';').next()
    }
}

/// A site, the catalog behind it, and a client in front of it. All end with it.
pub(crate) struct Site {
    address: SocketAddr,
    catalog: Option<CatalogHandle>,
    client: Client,
    serving: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Site {
    /// A site whose catalog answers after this delay.
    pub(crate) async fn start(delay: &str) -> Self {
        Self::start_in(NO_FOLDER, delay).await
    }

    /// The same with this folder of files.
    pub(crate) async fn start_in(folder: &str, delay: &str) -> Self {
        let options = ServiceOptions {
            delay: delay.parse().expect("a delay"),
            seed: Some(1),
        };
        let server = CatalogServer::bind(([127, 0, 0, 1], 0).into(), options)
            .await
            .expect("there is a free port");
        let url = server.url();
        Self::serve(url, Some(server.spawn()), folder).await
    }

    /// A site whose catalog is away: nothing listens where it should be.
    pub(crate) async fn without_catalog() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let url = format!("http://{address}").parse().expect("a URL");
        Self::serve(url, None, NO_FOLDER).await
    }

    async fn serve(url: CatalogUrl, catalog: Option<CatalogHandle>, folder: &str) -> Self {
        let state = AppState::new(Catalog::new(url).expect("a client"));
        let site = pwg::builder(state).site_root(folder).build();
        let site = site.expect("a good site");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            site.serve_on(listener, std::future::pending())
                .await
                .expect("it can be served");
        });
        Self {
            address,
            catalog,
            client: client(),
            serving,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The head of a response; its body is yet to be read.
    pub(crate) async fn open(&self, path: &str) -> Response {
        within(self.client.get(self.url(path)).send())
            .await
            .expect("an answer")
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        ask(self.client.get(self.url(path))).await
    }

    /// What a browser or a crawler of this name gets.
    pub(crate) async fn get_as(&self, path: &str, agent: &str) -> Page {
        ask(self.client.get(self.url(path)).header(USER_AGENT, agent)).await
    }

    /// What a browser gets that has this cookie.
    pub(crate) async fn get_with(&self, path: &str, cookie: &str) -> Page {
        ask(self.client.get(self.url(path)).header(COOKIE, cookie)).await
    }

    pub(crate) async fn head(&self, path: &str) -> Page {
        ask(self.client.head(self.url(path))).await
    }

    /// A form that is about to be sent.
    pub(crate) fn form(&self, path: &str, fields: &'static str) -> RequestBuilder {
        form(&self.client, &self.url(path), fields)
    }

    /// What the catalog has counted.
    pub(crate) async fn stats(&self) -> Stats {
        let catalog = self.catalog.as_ref().expect("there is a catalog");
        let url = format!("{}/api/stats", catalog.url());
        let response = within(self.client.get(url).send()).await;
        within(response.expect("an answer").json())
            .await
            .expect("the stats have their form")
    }

    /// Asks for the stats until they are as expected.
    pub(crate) async fn stats_become(&self, expected: impl Fn(&Stats) -> bool) -> Stats {
        within(async {
            loop {
                let stats = self.stats().await;
                if expected(&stats) {
                    return stats;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
    }
}
