//! `#[punctual::test]`, which trybuild cannot run.

use punctual::{prelude::*, testing::TestSite};
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[loader]
async fn slow() -> Result<&'static str, std::fmt::Error> {
    sleep(Duration::from_secs(10)).await;
    Ok("slow, but there")
}

#[page(async, path = "/")]
fn HomePage(slow: Loaded<slow>) -> impl IntoView {
    *slow
}

#[punctual::test]
async fn time_passes_at_once() {
    let start = Instant::now();
    sleep(Duration::from_secs(3_600)).await;
    assert_eq!(start.elapsed(), Duration::from_secs(3_600));
}

#[punctual::test]
async fn a_site_is_asked() {
    let site = TestSite::new(Site::builder().pages(pages![HomePage]));
    let page = site.get("/").await;
    assert_eq!(page.status(), 200);
    assert!(page.end() >= Duration::from_secs(10));
}

/// What a test returns decides, and `?` works.
#[punctual::test]
async fn results_are_returned() -> Result<(), std::num::ParseIntError> {
    let one: u8 = "1".parse()?;
    assert_eq!(one, 1);
    Ok(())
}

#[punctual::test]
async fn what_ends_the_program_in_another_way_is_returned() -> impl std::process::Termination {
    std::process::ExitCode::SUCCESS
}

#[punctual::test]
#[should_panic(expected = "as it should")]
async fn panics_are_expected_below() {
    sleep(Duration::from_secs(1)).await;
    panic!("as it should");
}

#[should_panic(expected = "as it should")]
#[punctual::test]
async fn panics_are_expected_above() {
    panic!("as it should");
}

#[punctual::test]
#[expect(unused_variables, reason = "the attribute reaches the body")]
async fn lints_are_expected() {
    let unused = 1;
}

#[cfg(any())]
#[punctual::test]
async fn is_not_there() {
    no_such_function();
}

mod by_name {
    use punctual::test;

    #[test]
    async fn the_attribute_can_be_imported() {}

    #[punctual::test()]
    pub(crate) async fn r#type() {}
}
