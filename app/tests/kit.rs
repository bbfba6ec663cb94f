//! The site in memory, on time that passes at once: what the test kit of the framework is for.

use std::time::Duration;

use punctual::testing::{Fake, TestSite};
use punctual::{LoadOutcome, SiteBuilder};
use pwg::AppState;
use pwg::catalog::{Catalog, CatalogError, Gizmo};
use pwg::loaders::{gizmos, product, products};
use reqwest::StatusCode;

/// The site, with a catalog that nobody is to call.
fn site() -> SiteBuilder<AppState> {
    let nowhere = "http://127.0.0.1:1".parse().expect("a URL");
    pwg::builder(AppState::new(Catalog::new(nowhere).expect("a client")))
}

/// Signs in, and gives the cookie.
async fn signed_in(site: &TestSite) -> String {
    let page = site
        .post("/sign-in")
        .form(&[("password", "sprocket")])
        .await;
    assert_eq!(page.status(), 303);
    page.cookie("staff").expect("a session")
}

#[punctual::test]
async fn a_page_that_is_late_offers_to_try_again() {
    let site = TestSite::new(site().replace::<product>(Fake::never()));
    let page = site.get("/products/1").await;
    assert_eq!(page.status(), 504);
    page.assert_whole().assert_shows("Try again");
    assert!(page.end() <= Duration::from_millis(2_050));
    assert_eq!(page.load("product").outcome, Some(LoadOutcome::Late));
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn for_strangers_the_stock_room_loads_nothing() {
    let site = TestSite::new(site());
    let page = site.get("/stock/gizmos/2").await;
    assert_eq!(page.status(), 303);
    let from = Some("/sign-in?from=%2Fstock%2Fgizmos%2F2");
    assert_eq!(page.header("location"), from);
    let started = page
        .loads()
        .into_iter()
        .filter(|load| load.started.is_some());
    let started: Vec<_> = started.map(|load| load.name).collect();
    assert_eq!(started, ["staff"]);
    site.assert_nothing_remains().await;
}

#[punctual::test]
async fn the_stock_room_shows_what_is_there_and_says_what_failed() {
    let gizmo = Gizmo {
        id: 7,
        name: "Gizmo 7".to_owned(),
        introduced: "2026-05-04".parse().expect("a day"),
        quantity: 12,
    };
    let slow = Fake::value(vec![gizmo]).after(Duration::from_millis(300));
    let status = StatusCode::IM_A_TEAPOT;
    let site = TestSite::new(
        site()
            .replace::<gizmos>(slow)
            .replace::<products>(Fake::error(CatalogError::Status { status })),
    );
    let cookie = signed_in(&site).await;
    let page = site.get("/stock").cookie("staff", &cookie).await;
    assert_eq!(page.status(), 200);
    page.assert_whole()
        .assert_shows("The catalog answered with status 418.")
        .assert_shows("The sums cannot be shown.")
        .assert_shows("Gizmo 7");
    assert_eq!(page.first_byte(), Duration::ZERO);
    assert_eq!(page.at("Gizmo 7"), Duration::from_millis(300));
    assert_eq!(
        page.load("inventory").outcome,
        Some(LoadOutcome::Dependency)
    );
    site.assert_nothing_remains().await;
}
