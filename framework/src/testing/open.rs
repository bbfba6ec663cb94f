use super::{
    Chunk, End, TestPage, Visit,
    page::{Ended, Head},
    remains,
};
use crate::context::Watch;
use axum::{body::Body, response::Response};
use bytes::Bytes;
use http_body::Body as _;
use std::{future::poll_fn, ops::Deref, pin::Pin, time::Duration};
use tokio::time::{Instant, sleep_until, timeout};
use tower::ServiceExt as _;

/// A response that is being read: what has come so far is the [`TestPage`] that it derefs to.
///
/// For tests that do something while a page is being sent. Dropping it is leaving, as a visitor does.
///
/// # Examples
/// ```
/// use punctual::{prelude::*, testing::{self, TestSite}};
/// use std::time::Duration;
///
/// #[loader]
/// async fn number() -> Result<u8, std::io::Error> {
///     tokio::time::sleep(Duration::from_millis(300)).await;
///     Ok(7)
/// }
///
/// #[page(async, path = "/")]
/// fn NumberPage(number: Deferred<number>) -> impl IntoView {
///     view! { <Resolve data=number fallback=|| "wait" let:n>{*n}</Resolve> }
/// }
///
/// # testing::run(async {
/// let site = TestSite::new(Site::builder().pages(pages![NumberPage]));
/// let mut page = site.get("/").open().await;
/// page.chunk().await;
/// assert!(page.shown().contains("wait"));
/// assert_eq!(page.load("number").ended, None);
/// let page = page.finish().await;
/// assert!(page.shown().contains("<body>7</body>"));
/// assert_eq!(page.load("number").ended, Some(Duration::from_millis(300)));
/// # });
/// ```
#[derive(Debug)]
pub struct OpenPage {
    page: TestPage,
    body: Option<Body>,
    start: Instant,
    leave_at: Option<Instant>,
    stall_at: Option<Instant>,
}

/// What comes next.
enum Next {
    Chunk(Bytes),
    End(End),
    Leave,
    Stall,
}

impl OpenPage {
    pub(super) async fn of_visit(visit: Visit) -> Self {
        let Visit {
            site,
            mut request,
            leave_at,
            stall_at,
        } = visit;
        let name = format!("{} {}", request.method(), request.uri());
        let watch = Watch::default();
        site.note(&name, &watch);
        request.extensions_mut().insert(watch.clone());
        let start = Instant::now();
        let after = |time: Duration| start.checked_add(time);
        let mut open = Self {
            page: TestPage::new(name, watch),
            body: None,
            start,
            leave_at: leave_at.and_then(after),
            stall_at: stall_at.and_then(after),
        };
        let response = {
            let response = site.router().oneshot(request);
            tokio::select! {
                biased;
                response = response => Some(response),
                () = at(open.leave_at) => None,
            }
        };
        match response {
            Some(Ok(response)) => open.begin(response),
            None => open.end(End::Left),
        }
        open
    }

    fn begin(&mut self, response: Response) {
        let (head, body) = response.into_parts();
        self.page.head = Some(Head {
            status: head.status,
            headers: head.headers,
            at: self.start.elapsed(),
        });
        self.body = Some(body);
    }

    /// Waits for the next chunk of the body; `None` at its end, however it ends.
    pub async fn chunk(&mut self) -> Option<&Chunk> {
        loop {
            match self.next().await? {
                Next::Chunk(bytes) => {
                    let chunk = Chunk::new(self.start.elapsed(), bytes);
                    self.page.chunks.push(chunk);
                    return self.page.chunks.last();
                }
                Next::End(end) => self.end(end),
                Next::Leave => self.end(End::Left),
                Next::Stall => {
                    self.stall_at = None;
                    stall(&self.page.watch, self.leave_at).await;
                }
            }
        }
    }

    async fn next(&mut self) -> Option<Next> {
        let body = self.body.as_mut()?;
        let has_come = |time: Option<Instant>| time.is_some_and(|time| time <= Instant::now());
        if has_come(self.leave_at) {
            return Some(Next::Leave);
        }
        if has_come(self.stall_at) {
            return Some(Next::Stall);
        }
        Some(tokio::select! {
            biased;
            next = read(body) => next,
            () = at(self.leave_at) => Next::Leave,
            () = at(self.stall_at) => Next::Stall,
        })
    }

    /// Reads the rest.
    pub async fn finish(mut self) -> TestPage {
        while self.chunk().await.is_some() {}
        self.over().await
    }

    /// Leaves now, and does not read the rest.
    pub async fn leave(mut self) -> TestPage {
        if self.body.is_some() {
            self.end(End::Left);
        }
        self.over().await
    }

    fn end(&mut self, how: End) {
        self.body = None;
        self.page.ended = Some(Ended {
            how,
            at: self.start.elapsed(),
        });
    }

    /// What ends the request is a task of its own, which has to run before the record is complete.
    async fn over(self) -> TestPage {
        if let Some(watched) = self
            .page
            .watch
            .last()
            .filter(|watched| watched.is_of_page())
        {
            let _ = timeout(remains::limit(), watched.recorder().ended()).await;
        }
        self.page
    }
}

impl Deref for OpenPage {
    type Target = TestPage;

    fn deref(&self) -> &TestPage {
        &self.page
    }
}

/// Reads nothing until the request is over.
async fn stall(watch: &Watch, leave_at: Option<Instant>) {
    let Some(watched) = watch.last().filter(|watched| watched.is_of_page()) else {
        return;
    };
    tokio::select! {
        () = watched.recorder().ended() => {}
        () = at(leave_at) => {}
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

async fn read(body: &mut Body) -> Next {
    loop {
        match poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await {
            Some(Ok(frame)) => {
                // Trailers are no part of the document.
                if let Ok(bytes) = frame.into_data() {
                    return Next::Chunk(bytes);
                }
            }
            Some(Err(_)) => return Next::End(End::Cut),
            None => return Next::End(End::Whole),
        }
    }
}
