//! Who is believed what he says of visitors.

use super::SiteBuilder;
use crate::{client::TrustedProxies, site::Problem};

impl<S> SiteBuilder<S> {
    /// The proxies whose `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host` are believed, for [`Client`](crate::Client): addresses
    /// (`10.1.2.3`), networks (`10.0.0.0/8`) and the word `unix`, for those that come over a Unix socket. Default: none. May be called more than once.
    ///
    /// From everybody else these headers are taken out of the request, with all others that begin with `X-Forwarded-`, `X-Real-IP` and `Forwarded`,
    /// so that nothing in the site believes what any visitor can write. (`Forwarded` is taken out of every request, because nothing here reads it.) That goes for a site that is
    /// [served](crate::Site::serve) by itself; in another server's router the headers are left as they are, and [`Client`](crate::Client) does not read them.
    ///
    /// ```
    /// use punctual::Site;
    ///
    /// let site = Site::builder().trusted_proxies(["127.0.0.1", "10.0.0.0/8"]);
    /// # let _ = site;
    /// ```
    pub fn trusted_proxies(mut self, proxies: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.proxies.extend(proxies.into_iter().map(Into::into));
        self
    }
}

pub(super) fn read(texts: &[String], problems: &mut Vec<Problem>) -> TrustedProxies {
    let (proxies, bad) = TrustedProxies::read(texts);
    problems.extend(bad.into_iter().map(|bad| Problem::Proxy { text: bad.0 }));
    proxies
}
