use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;
use std::time::Duration;

/// What somebody has put into the data. All of it is to be seen, and nothing of it to run.
pub(crate) const HOSTILE: [&str; 14] = [
    "</script><script>window.pwned=1</script>",
    "<!--<script>window.pwned=1</script>",
    "<script>window.pwned=1</script>-->",
    "\u{2028}\u{2029}\";window.pwned=1;//",
    "\"><img src=x onerror=\"window.pwned=1\">",
    "'><svg onload='window.pwned=1'>",
    "</title></textarea></style></template></noscript><script>window.pwned=1</script>",
    "</head><body onload=window.pwned=1>",
    "</body></html><script>window.pwned=1</script>",
    "<template id=\"p:0\"></template>x<!--/p:0-->",
    "<!--s-0-0-0-0-o--><script>window.pwned=1</script><!--s-0-0-0-0-c-->",
    "\\\");window.pwned=1;(\"\\u003c/script\\u003e",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;&#60;",
    "${window.pwned=1}`{{window.pwned=1}}",
];

pub(crate) fn strings() -> Vec<String> {
    HOSTILE.map(str::to_owned).to_vec()
}

/// Long enough for the first part of a document to be sent.
pub(crate) async fn wait() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// An error whose text comes from elsewhere.
#[derive(Debug, thiserror::Error)]
#[error("the upstream said {}", HOSTILE.join(" "))]
pub(crate) struct Hostile;

/// A script that no page asks for.
pub(crate) async fn pwn() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript")], "window.pwned=1")
}
