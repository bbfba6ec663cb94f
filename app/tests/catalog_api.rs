//! The catalog service and its client, over real sockets.

use std::future::Future;
use std::time::Duration;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use pwg::catalog::{CallOptions, Catalog, CatalogError, CatalogUrl, Fault};
use pwg::catalog_api::{
    BindError, CatalogHandle, CatalogServer, ServiceOptions, Stats, raise_open_file_limit,
};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;

#[path = "catalog_api/program.rs"]
mod program;

/// Far more than anything here takes, so that it only ends tests that hang.
const LIMIT: Duration = Duration::from_secs(30);

/// A running service, with what a test asks it by.
struct Service {
    running: CatalogHandle,
    catalog: Catalog,
    client: Client,
}

impl Service {
    async fn start(delay: &str) -> Self {
        let options = ServiceOptions {
            delay: delay.parse().expect("a delay"),
            seed: Some(1),
        };
        let server = CatalogServer::bind(([127, 0, 0, 1], 0).into(), options)
            .await
            .expect("there is a free port");
        let catalog = Catalog::new(server.url()).expect("a client");
        let client = Client::builder().no_proxy().build().expect("a client");
        Self {
            running: server.spawn(),
            catalog,
            client,
        }
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let url = format!("{}{path}", self.running.url());
        let response = within(self.client.get(url).send())
            .await
            .expect("an answer");
        let status = response.status();
        (status, within(response.json()).await.expect("JSON"))
    }

    async fn stats(&self) -> Stats {
        serde_json::from_value(self.get("/api/stats").await.1).expect("the stats have their form")
    }

    /// Asks for the stats until they are as expected.
    async fn stats_become(&self, expected: impl Fn(&Stats) -> bool) -> Stats {
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

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, future)
        .await
        .expect("this ends long before the limit")
}

fn options(query: &str) -> CallOptions {
    axum::extract::Query::try_from_uri(&format!("/?{query}").parse().expect("a URI"))
        .expect("good options")
        .0
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

#[tokio::test]
async fn answers_with_gizmos_products_and_widgets() {
    let service = Service::start("0ms").await;

    let before = today();
    let (status, gizmos) = service.get("/api/gizmos").await;
    let after = today();
    assert_eq!(status, StatusCode::OK);
    assert_eq!(gizmos.as_array().map(Vec::len), Some(3));
    assert_eq!(gizmos[1]["name"], "Gizmo 2");
    let introduced: Date = serde_json::from_value(gizmos[1]["introduced"].clone()).expect("a date");
    assert!(introduced >= before + 8.days() && introduced <= after + 8.days());

    let (_, products) = service.get("/api/products").await;
    assert_eq!(products.as_array().map(Vec::len), Some(2));
    assert_eq!(products[0]["name"], "Product 1");
    assert_eq!(products[0]["price"], "1.99");

    let (_, widgets) = service.get("/api/widgets").await;
    assert_eq!(
        widgets,
        json!([
            { "id": 1, "name": "Widget 1", "price": "1.88" },
            { "id": 2, "name": "Widget 2", "price": "2.88" },
        ])
    );

    let (_, product) = service.get("/api/products/2").await;
    assert_eq!(product, products[1]);
    let (_, related) = service.get("/api/products/2/related").await;
    let ids: Vec<_> = related
        .as_array()
        .expect("a list")
        .iter()
        .map(|product| product["id"].clone())
        .collect();
    assert_eq!(ids, [1, 3, 4]);
    let (status, unlisted) = service.get("/api/products/4").await;
    assert_eq!(
        (status, &unlisted["price"]),
        (StatusCode::OK, &json!("4.99"))
    );
}

#[tokio::test]
async fn client_reads_what_the_service_answers() {
    let service = Service::start("0ms").await;
    let (catalog, options) = (&service.catalog, CallOptions::default());
    assert_eq!(catalog.gizmos(&options).await.expect("gizmos").len(), 3);
    assert_eq!(catalog.widgets(&options).await.expect("widgets").len(), 2);
    let products = catalog.products(&options).await.expect("products");
    let product = catalog.product(1, &options).await.expect("an answer");
    assert_eq!(product.as_ref(), products.first());
    assert_eq!(
        catalog.related(1, &options).await.expect("related").len(),
        2
    );
    assert_eq!(
        catalog.product(999, &options).await.expect("an answer"),
        None
    );
    assert!(matches!(
        catalog.related(999, &options).await,
        Err(CatalogError::Status {
            status: StatusCode::NOT_FOUND
        })
    ));
}

#[tokio::test]
async fn unknown_products_and_paths_are_404_and_say_so() {
    let service = Service::start("0ms").await;
    for (path, message) in [
        ("/api/products/999", "There is no product 999."),
        ("/api/products/999/related", "There is no product 999."),
        ("/api/products/0", "There is no product 0."),
        (
            "/api/products/one",
            "The id of a product is a whole number.",
        ),
        ("/api/products/-1", "The id of a product is a whole number."),
    ] {
        let (status, body) = service.get(path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(body, json!({ "error": message }), "{path}");
    }
    let (status, body) = service.get("/api/gadgets").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body["error"].to_string().contains("try /api/gizmos"));
}

#[tokio::test]
async fn delay_of_a_call_replaces_that_of_the_service() {
    // With its own delay of a minute, the service would not answer within the limit.
    let slow = Service::start("1m").await;
    let (status, _) = slow.get("/api/gizmos?delay=1ms").await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = slow.get("/api/gizmos?delay=1ms..3ms").await;
    assert_eq!(status, StatusCode::OK);

    let fast = Service::start("0ms").await;
    let delay = Duration::from_millis(50);
    let started = std::time::Instant::now();
    fast.catalog
        .gizmos(&options("delay=50ms"))
        .await
        .expect("gizmos");
    assert!(started.elapsed() >= delay);
}

#[tokio::test]
async fn bad_options_are_400_and_say_what_to_write() {
    let service = Service::start("0ms").await;
    for (query, message) in [
        (
            "delay=500",
            "delay: the delay `500` needs a unit: write `500ms`, `500s` or `500m`",
        ),
        (
            "delay=61s",
            "delay: the delay `61s` is too long: write `60s` or less",
        ),
        (
            "delay=2s..1s",
            "delay: the range `2s..1s` ends before it begins: write `1s..2s`",
        ),
        (
            "delay=soon",
            "delay: \"soon\" is not a delay: write a whole number and a unit (ms, s or m), such as \
             `500ms` or `2s`, or a range, such as `500ms..1500ms`",
        ),
        (
            "fail=200",
            "fail: \"200\" is not a way to fail: write a status from 400 to 599, such as `500`, or \
             `json` for an answer that breaks off",
        ),
        (
            "hang=maybe",
            "hang: \"maybe\" is not a choice: write `hang` or leave it out",
        ),
    ] {
        let (status, body) = service.get(&format!("/api/gizmos?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(body, json!({ "error": message }), "{query}");
    }
    assert_eq!(service.stats().await.in_flight, 0);
}

#[tokio::test]
async fn fails_as_it_is_asked_to() {
    let service = Service::start("0ms").await;
    for status in [400, 404, 500, 503, 599] {
        let (answered, body) = service.get(&format!("/api/widgets?fail={status}")).await;
        assert_eq!(answered.as_u16(), status);
        assert_eq!(
            body,
            json!({ "error": "The catalog fails, as it was asked to." })
        );
    }
    let error = service.catalog.widgets(&options("fail=500")).await;
    let error = error.expect_err("a fault");
    assert!(matches!(error, CatalogError::Status { status } if status == 500));
    assert_eq!(error.to_string(), "The catalog answered with status 500.");

    assert_eq!(options("fail=json").fail, Some(Fault::BrokenJson));
    let error = service.catalog.widgets(&options("fail=json")).await;
    let error = error.expect_err("a fault");
    assert!(matches!(error, CatalogError::Unexpected(_)));
    assert_eq!(
        error.to_string(),
        "The catalog sent something that is not what was expected."
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_service_that_is_gone_cannot_be_reached() {
    let Service {
        running, catalog, ..
    } = Service::start("0ms").await;
    drop(running);
    // The service ends when its task is next at rest, not at once.
    let error = within(async {
        loop {
            match catalog.gizmos(&CallOptions::default()).await {
                Err(error @ CatalogError::Unreachable(_)) => return error,
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    })
    .await;
    assert_eq!(error.to_string(), "The catalog cannot be reached.");
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn calls_that_wait_are_answered_when_the_service_stops() {
    let service = Service::start("0ms").await;
    let catalog = service.catalog.clone();
    let hanging = tokio::spawn(async move { catalog.gizmos(&options("hang")).await });
    service.stats_become(|stats| stats.in_flight == 1).await;
    drop(service);
    let answer = within(hanging).await.expect("no panic");
    assert!(
        matches!(&answer, Err(CatalogError::Status { status }) if *status == 503),
        "{answer:?}"
    );
}

#[tokio::test]
async fn callers_that_hang_up_are_counted() {
    let service = Service::start("1m").await;
    let mut calls = JoinSet::new();
    for query in ["", "hang", "fail=500", "delay=30s"] {
        let catalog = service.catalog.clone();
        calls.spawn(async move { catalog.gizmos(&options(query)).await });
    }
    service.stats_become(|stats| stats.in_flight == 4).await;
    calls.shutdown().await;
    let stats = service.stats_become(|stats| stats.in_flight == 0).await;
    assert_eq!(
        stats,
        Stats {
            requests: 4,
            in_flight: 0,
            max_in_flight: 4,
            cancelled: 4,
        }
    );
}

#[tokio::test]
async fn stats_begin_anew_and_do_not_count_themselves() {
    let service = Service::start("0ms").await;
    service.get("/api/gizmos").await;
    service.get("/api/products/999").await;
    service.get("/api/stats").await;
    let counted = Stats {
        requests: 2,
        max_in_flight: 1,
        ..Stats::default()
    };
    assert_eq!(service.stats().await, counted);

    let url = format!("{}/api/stats/reset", service.running.url());
    let response = within(service.client.post(url).send()).await;
    let anew: Stats = within(response.expect("an answer").json())
        .await
        .expect("stats");
    assert_eq!(anew, Stats::default());
    assert_eq!(service.stats().await, Stats::default());
}

/// More than a thousand, and more than many systems allow a process without being asked.
const MANY: u64 = 1_200;

fn call_many_times(service: &Service, query: &'static str) -> JoinSet<bool> {
    raise_open_file_limit().expect("the limit can be raised");
    (0..MANY)
        .map(|_| {
            let catalog = service.catalog.clone();
            async move { catalog.gizmos(&options(query)).await.is_ok() }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_a_thousand_slow_calls() {
    let service = Service::start("0ms").await;
    let answers = within(call_many_times(&service, "delay=1s").join_all()).await;
    assert!(answers.into_iter().all(|answered| answered));
    let stats = service.stats().await;
    assert_eq!((stats.requests, stats.in_flight), (MANY, 0));
    assert_eq!(stats.cancelled, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_wait_at_once_and_leave_nothing_behind() {
    let service = Service::start("0ms").await;
    let mut calls = call_many_times(&service, "hang");
    service.stats_become(|stats| stats.in_flight == MANY).await;
    calls.shutdown().await;
    let stats = service.stats_become(|stats| stats.in_flight == 0).await;
    assert_eq!(
        stats,
        Stats {
            requests: MANY,
            in_flight: 0,
            max_in_flight: MANY,
            cancelled: MANY,
        }
    );
}

#[tokio::test]
async fn a_taken_port_is_an_error_that_says_what_to_do() {
    let service = Service::start("0ms").await;
    let address = service.running.local_addr();
    let error = CatalogServer::bind(address, ServiceOptions::default())
        .await
        .expect_err("the port is taken");
    assert!(matches!(error, BindError::AddressInUse { .. }));
    let message = error.to_string();
    assert!(message.contains(&address.to_string()), "{message}");
    assert!(message.contains("choose another port"), "{message}");
}
