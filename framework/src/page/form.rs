use crate::error::BodyLate;
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest as _, FromRequestParts, Request},
    response::{IntoResponse as _, Response},
};
use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use http::{Method, StatusCode, request::Parts};
use serde::de::DeserializeOwned;

const NOT_POSTED: &str = "`punctual::Form` is for pages with `method = \"post\"` and their loaders: \
                          a plain handler takes `axum::Form`";

/// What a form has sent: an argument of loaders and of pages, `#[page(.., method = "post")]`.
///
/// It reads the body of the request, `application/x-www-form-urlencoded`, which browsers send for a
/// `<form method="post">` without an `enctype`. The body is read once, under the page's deadline, however many
/// loaders take the form; it may have 2 MB, or what
/// [`ConnectionLimits::body_bytes`](crate::ConnectionLimits::body_bytes) or a [`DefaultBodyLimit`](axum::extract::DefaultBodyLimit) around the site says. In a GET request the form is
/// the query, as with Axum's own `Form`.
///
/// A request that changes something should come from a page of the same site: put
/// `tower_http::csrf::CsrfLayer` around the site with [`wrap`](crate::SiteBuilder::wrap). After a change, answer with
/// [`PageError::redirect`](crate::PageError::redirect) (303), so that reloading sends nothing twice. Files and JSON go to a
/// plain route.
///
/// # Errors
/// As an argument of a loader or a page it fails as Axum's: 415 for another content type, 422 for
/// fields that do not parse, 413 for a body that is too long, 408 for one that stops coming
/// ([`ConnectionLimits::body_time`](crate::ConnectionLimits::body_time)), 400 for one that cannot be read. In a plain
/// handler, whose body Axum has already, it is 500: take `axum::Form` there.
///
/// # Examples
/// ```
/// use punctual::prelude::*;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Order {
///     gizmo: String,
/// }
///
/// #[loader]
/// async fn place_order(Form(order): Form<Order>) -> Result<(), PageError> {
///     println!("one {}, please", order.gizmo);
///     Err(PageError::redirect("/thanks"))
/// }
///
/// #[page(async, path = "/orders", method = "post")]
/// fn OrderPage(_placed: Loaded<place_order>) -> impl IntoView {}
/// # let _ = Site::builder().pages(pages![OrderPage]).build();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form<T>(pub T);

impl<S, T> FromRequestParts<S> for Form<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let body = match parts.extensions.get::<PostedBody>() {
            Some(body) => body.clone().0.await.map_err(BodyError::into_response)?,
            None if parts.method == Method::GET || parts.method == Method::HEAD => Bytes::new(),
            None => return Err((StatusCode::INTERNAL_SERVER_ERROR, NOT_POSTED).into_response()),
        };
        let request = Request::from_parts(parts.clone(), Body::from(body));
        let form = axum::Form::<T>::from_request(request, state).await;
        match form {
            Ok(axum::Form(value)) => Ok(Self(value)),
            Err(rejection) => Err(rejection.into_response()),
        }
    }
}

/// The body of a request, read once by the first who asks, for all who ask.
#[derive(Clone)]
pub(crate) struct PostedBody(Shared<BoxFuture<'static, Result<Bytes, BodyError>>>);

/// Why the body is not there.
#[derive(Clone)]
struct BodyError {
    status: StatusCode,
    text: String,
}

impl PostedBody {
    /// `parts` are those of the request: the limit for its body stands in them.
    pub(crate) fn new(parts: &Parts, body: Body) -> Self {
        let request = Request::from_parts(parts.clone(), body);
        let read = async move {
            Bytes::from_request(request, &())
                .await
                .map_err(|rejection| match BodyLate::is_behind(&rejection) {
                    true => BodyError {
                        status: StatusCode::REQUEST_TIMEOUT,
                        text: rejection.body_text(),
                    },
                    false => BodyError {
                        status: rejection.status(),
                        text: rejection.body_text(),
                    },
                })
        };
        Self(read.boxed().shared())
    }
}

impl BodyError {
    fn into_response(self) -> Response {
        (self.status, self.text).into_response()
    }
}
