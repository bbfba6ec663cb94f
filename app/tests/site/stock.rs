//! The stock room: a section with a guard and layouts.

use super::document::{assembled, main_of, text_of};
use super::harness::{Page, Site, ask};

/// Signs in, and gives the cookie.
async fn signed_in(site: &Site) -> String {
    let page = ask(site.form("/sign-in", "password=sprocket")).await;
    assert_eq!(
        (page.status.as_u16(), page.location()),
        (303, Some("/stock"))
    );
    page.cookie().expect("a session").to_owned()
}

/// What can be read, with the late parts in their places.
fn read(page: &Page) -> String {
    text_of(&main_of(&assembled(&page.text)))
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_sent_to_sign_in_before_anything_is_asked_for() {
    let site = Site::start("0ms").await;
    for (path, from) in [
        ("/stock", "%2Fstock"),
        ("/stock?delay=1s&hang", "%2Fstock%3Fdelay%3D1s%26hang"),
        ("/stock/gizmos/2", "%2Fstock%2Fgizmos%2F2"),
        // What would be a 404 or a 400 for the staff gives nothing away.
        ("/stock/gizmos/99", "%2Fstock%2Fgizmos%2F99"),
        ("/stock/gizmos/x", "%2Fstock%2Fgizmos%2Fx"),
        ("/stock?delay=abc", "%2Fstock%3Fdelay%3Dabc"),
    ] {
        for cookie in ["", "staff=9999999999", "staff=AAAA9999999999"] {
            let page = site.get_with(path, cookie).await;
            assert_eq!(page.status, 303, "{path}");
            assert_eq!(page.location(), Some(&*format!("/sign-in?from={from}")));
            assert_eq!(page.text, "");
        }
    }
    assert_eq!(site.stats().await.requests, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_to_what_was_asked_for() {
    let site = Site::start("0ms").await;
    let form = site.get("/sign-in?from=%2Fstock%2Fgizmos%2F2").await;
    assert_eq!(form.status, 200);
    form.assert_document();
    form.assert_contains(r#"<form method="post" action="/sign-in" class="sign-in">"#);
    form.assert_contains(r#"name="from" value="/stock/gizmos/2""#);

    let wrong = ask(site.form("/sign-in", "password=x&from=/stock/gizmos/2")).await;
    assert_eq!((wrong.status.as_u16(), wrong.cookie()), (422, None));
    wrong.assert_document();
    wrong.assert_contains("This is not the password.");
    wrong.assert_contains(r#"name="from" value="/stock/gizmos/2""#);

    let right = site.form("/sign-in", "password=sprocket&from=/stock/gizmos/2");
    let right = ask(right).await;
    assert_eq!(right.status, 303);
    assert_eq!(right.location(), Some("/stock/gizmos/2"));
    let set = right.headers["set-cookie"].to_str().expect("text");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    let cookie = right.cookie().expect("a session");
    let page = site.get_with("/stock/gizmos/2", cookie).await;
    assert_eq!(page.status, 200);
    // Whoever has signed in does not need to do it again.
    let again = site.get_with("/sign-in?from=/stock", cookie).await;
    assert_eq!(
        (again.status.as_u16(), again.location()),
        (303, Some("/stock"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_to_no_other_site() {
    let site = Site::start("0ms").await;
    for from in [
        "//shop.test/",
        "/%5Cshop.test",
        "https://shop.test/",
        "/%09/shop.test",
        "javascript:alert(1)",
    ] {
        let page = site.get(&format!("/sign-in?from={from}")).await;
        page.assert_contains(r#"name="from" value="/stock""#);
    }
    let elsewhere = site.form("/sign-in", "password=sprocket&from=//shop.test/");
    assert_eq!(ask(elsewhere).await.location(), Some("/stock"));
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_sites_are_refused() {
    let site = Site::start("0ms").await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://shop.test"),
    ] {
        for path in ["/sign-in", "/sign-out"] {
            let sent = site.form(path, "password=sprocket").header(name, value);
            let page = ask(sent).await;
            assert_eq!(page.status, 403, "{path}");
            assert_eq!(page.cookie(), None);
        }
    }
    let own = site.form("/sign-in", "password=sprocket");
    let own = ask(own.header("sec-fetch-site", "same-origin")).await;
    assert_eq!(own.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_takes_the_session_back() {
    let site = Site::start("0ms").await;
    let cookie = signed_in(&site).await;
    let out = site.form("/sign-out", "").header("cookie", &cookie);
    let out = ask(out).await;
    assert_eq!((out.status.as_u16(), out.location()), (303, Some("/")));
    assert_eq!(out.cookie(), Some("staff="));
    let set = out.headers["set-cookie"].to_str().expect("text");
    assert!(set.contains("Max-Age=0") && set.contains("Path=/"), "{set}");
    // A link cannot do it.
    let page = site.get("/sign-out").await;
    assert_eq!(page.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_layout_sums_up_what_the_page_shows_and_it_is_loaded_once() {
    let site = Site::start("0ms").await;
    let cookie = signed_in(&site).await;
    let page = site.get_with("/stock?delay=50ms", &cookie).await;
    assert_eq!(page.status, 200);
    page.assert_document();
    assert_eq!(page.headers["cache-control"], "no-store");
    let read = read(&page);
    let order = [
        "Stock room",
        "49 pieces of 2 products, 1,460 pieces of 3 gizmos",
        "Sign out",
        "Overview",
        "Product 2",
        "Gizmo 3 1,250 pieces",
    ];
    let mut rest = &*read;
    for text in order {
        let (_, behind) = rest
            .split_once(text)
            .unwrap_or_else(|| panic!("{text}: {read}"));
        rest = behind;
    }
    // The section and the navigation of the site say where one is.
    assert_eq!(page.count(r#"<a href="/stock" aria-current="page">"#), 2);
    let stats = site.stats().await;
    assert_eq!((stats.requests, stats.max_in_flight), (2, 2));
    page.assert_contains(r#"<li data-outcome="complete"><span class="name">staff</span>"#);
    page.assert_contains(r#"<li data-outcome="complete"><span class="name">inventory</span>"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gizmo_stands_in_two_layouts() {
    let site = Site::start("0ms").await;
    let cookie = signed_in(&site).await;
    let page = site.get_with("/stock/gizmos/2", &cookie).await;
    assert_eq!(page.status, 200);
    page.assert_document();
    page.assert_contains("<title>Gizmo 2 in stock - PWG</title>");
    page.assert_contains("<h1>Stock room</h1>");
    page.assert_contains("<h2>Gizmo 2</h2>");
    page.assert_contains(r#"<a href="/stock/gizmos/2" aria-current="page">Gizmo 2"#);
    let read = read(&page);
    assert!(read.contains("Gizmo 1 30 pieces"), "{read}");
    assert_eq!(site.stats().await.requests, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_section_has_error_pages_of_its_own() {
    let site = Site::start("0ms").await;
    let cookie = signed_in(&site).await;
    for path in ["/stock/gizmos/9", "/stock/gizmos/x", "/stock/nothing"] {
        let page = site.get_with(path, &cookie).await;
        assert_eq!(page.status, 404, "{path}");
        page.assert_document();
        page.assert_contains("<h1>The stock room does not have this</h1>");
        page.assert_contains(&format!("<code>{path}</code>"));
        page.assert_contains(r#"<a href="/stock" class="button">"#);
    }
    let elsewhere = site.get_with("/stocks", &cookie).await;
    assert_eq!(elsewhere.status, 404);
    elsewhere.assert_contains("There is no such page");

    let failed = site.get_with("/stock/gizmos/1?fail=500", &cookie).await;
    assert_eq!(failed.status, 502);
    failed.assert_document();
    failed.assert_contains("The catalog answered with status 500.");
    failed.assert_contains("To the stock room");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_catalog_does_not_hold_the_section_up() {
    let site = Site::start("0ms").await;
    let cookie = signed_in(&site).await;
    let page = site.get_with("/stock?hang", &cookie).await;
    assert_eq!(page.status, 200);
    page.assert_document();
    let read = read(&page);
    for late in ["The sums", "The products", "The gizmos"] {
        assert!(read.contains(&format!("{late} did not arrive in time.")));
    }
    let page = site.get_with("/stock/gizmos/1?hang", &cookie).await;
    assert_eq!(page.status, 504);
    page.assert_document();
    page.assert_contains("<h1>The page is late</h1>");
    page.assert_contains("To the stock room");
    let stats = site.stats_become(|stats| stats.in_flight == 0).await;
    assert_eq!((stats.requests, stats.cancelled), (4, 4));
}
