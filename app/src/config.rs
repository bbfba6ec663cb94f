//! What the site reads from its command line and its environment.

use std::net::{Ipv4Addr, SocketAddr};

use axum_extra::extract::cookie::Key;
use clap::Parser;
use thiserror::Error;

use crate::catalog::{Catalog, CatalogUrl, ClientError, Delay};
use crate::catalog_api::{BindError, CatalogHandle, CatalogServer, ServiceOptions};
use crate::log::LogOptions;

/// The settings of the sample site. [`Config::parse`](clap::Parser::parse) reads them, and
/// ends the process with exit code 2 and a message when one of them is wrong.
///
/// The address on which the site listens is the business of the framework, which reads it
/// from `LEPTOS_SITE_ADDR`.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "pwg",
    version,
    about = "The sample site of Punctual: products, widgets and gizmos from a slow service",
    after_help = "The site listens on LEPTOS_SITE_ADDR."
)]
#[non_exhaustive]
pub struct Config {
    /// The catalog service to use, such as http://127.0.0.1:4000. Without it, the site starts
    /// one inside itself, on a free port of the loopback address
    #[arg(long, env = "CATALOG_URL", value_name = "URL")]
    pub catalog_url: Option<CatalogUrl>,

    /// How long the catalog inside the site takes over each call: 500ms, or by chance within
    /// 500ms..1500ms. The units are ms, s and m, the limit is 60s. A catalog elsewhere has its
    /// own delay
    #[arg(long, env = "CATALOG_DELAY", value_name = "DELAY", default_value_t)]
    pub catalog_delay: Delay,

    /// What the cookies of the staff are signed with: 64 random characters or more, such as
    /// `openssl rand -base64 48` prints. Without it, each start draws a key, and who was signed in
    /// has to sign in again. Others on this machine can see a command line: set COOKIE_KEY instead
    #[arg(
        long,
        env = "COOKIE_KEY",
        hide_env_values = true,
        value_name = "TEXT",
        value_parser = cookie_key
    )]
    pub cookie_key: Option<Key>,

    /// The log of the site.
    #[command(flatten)]
    pub log: LogOptions,
}

fn cookie_key(text: &str) -> Result<Key, String> {
    Key::try_from(text.as_bytes()).map_err(|_| {
        let length = text.len();
        format!(
            "a key of {length} bytes is too short: write 64 or more, such as `openssl rand -base64 48` \
             prints"
        )
    })
}

/// The catalog cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CatalogStartError {
    /// The catalog inside the site found no port.
    #[error("the catalog inside the site cannot be started")]
    Server(#[from] BindError),
    /// The client cannot be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Config {
    /// The client of the catalog, and the catalog itself if it runs inside the site: that one
    /// ends when its handle is dropped.
    ///
    /// # Errors
    ///
    /// When the catalog cannot be started, or the client cannot be set up.
    pub async fn open_catalog(
        &self,
    ) -> Result<(Catalog, Option<CatalogHandle>), CatalogStartError> {
        if let Some(url) = &self.catalog_url {
            return Ok((Catalog::new(url.clone())?, None));
        }
        let options = ServiceOptions {
            delay: self.catalog_delay,
            seed: None,
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = CatalogServer::bind(address, options).await?;
        let catalog = Catalog::new(server.url())?;
        Ok((catalog, Some(server.spawn())))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    use super::*;
    use crate::catalog::CallOptions;

    fn parse(arguments: &[&str]) -> Result<Config, clap::Error> {
        Config::try_parse_from([&["pwg"], arguments].concat())
    }

    #[test]
    fn command_is_well_formed() {
        Config::command().debug_assert();
    }

    #[test]
    fn bad_values_end_with_code_2_and_say_what_to_write() {
        for (arguments, advice) in [
            (["--catalog-url", "https://shop.test"], "write `http://`"),
            (["--catalog-delay", "500"], "write `500ms`"),
            (["--cookie-key", "secret"], "write 64 or more"),
        ] {
            let error = parse(&arguments).expect_err("a bad value");
            assert_eq!(error.kind(), ErrorKind::ValueValidation);
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(advice), "{error}");
        }
    }

    #[tokio::test]
    async fn starts_a_catalog_unless_there_is_one() {
        let (catalog, inside) = parse(&["--catalog-delay", "0ms"])
            .expect("good values")
            .open_catalog()
            .await
            .expect("there is a free port");
        assert!(inside.is_some());
        let widgets = catalog.widgets(&CallOptions::default()).await;
        assert_eq!(widgets.expect("the catalog runs").len(), 2);

        let (catalog, inside) = parse(&["--catalog-url", "http://shop.test"])
            .expect("good values")
            .open_catalog()
            .await
            .expect("nothing is started");
        assert!(inside.is_none());
        assert_eq!(catalog.url().to_string(), "http://shop.test");
    }
}
