//! `#[cfg(..)]` and other attributes, on either side of ours.

use punctual::prelude::*;

#[loader]
#[cfg(any())]
pub async fn missing() -> NoSuchType {}

#[cfg(any())]
#[loader]
pub async fn also_missing() -> NoSuchType {}

#[page(path = "/missing")]
#[cfg(any())]
pub fn MissingPage() -> NoSuchType {}

#[layout]
#[cfg(any())]
pub fn Missing(children: NoSuchType) -> NoSuchType {}

#[cfg(any())]
#[layout(layout = NoSuchLayout)]
pub fn AlsoMissing() {}

#[layout]
#[cfg(all())]
#[must_use]
pub fn There(children: Children) -> impl IntoView {
    children()
}

#[loader]
#[cfg(all())]
#[allow(clippy::unused_async)]
#[must_use]
pub async fn there() -> Result<u8, PageError> {
    Ok(1)
}

#[allow(unused_variables)]
#[page(async, path = "/there", layout = There)]
#[cfg(all())]
#[inline]
pub fn TherePage(there: Loaded<there>) -> impl IntoView {}

// The same names once more: what is configured away leaves nothing behind.
#[page(path = "/missing")]
pub fn MissingPage() -> impl IntoView {}

#[layout(layout = There)]
pub fn Missing(children: Children) -> impl IntoView {
    children()
}

#[loader]
pub async fn missing() -> Result<u8, PageError> {
    Ok(1)
}

fn main() {
    let _ = Site::builder().pages(pages![TherePage, MissingPage]);
    drop(missing());
}
