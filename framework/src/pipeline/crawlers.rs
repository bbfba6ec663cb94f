use aho_corasick::AhoCorasick;
use http::{HeaderMap, header::USER_AGENT};

/// Crawlers that are known to take a document as it comes, without running its scripts or waiting for
/// them: search engines, and those that make previews of links. A part of the `User-Agent`
/// each, in any case.
///
/// [`SiteBuilder::crawlers`](crate::SiteBuilder::crawlers) takes another list; this one is for those that are added to
/// it.
pub const DEFAULT_CRAWLERS: &[&str] = &[
    "adsbot",
    "ahrefsbot",
    "amazonbot",
    "applebot",
    "archive.org_bot",
    "baiduspider",
    "bingbot",
    "bingpreview",
    "bytespider",
    "ccbot",
    "claudebot",
    "discordbot",
    "duckduckbot",
    "embedly",
    "facebookexternalhit",
    "facebot",
    "googlebot",
    "google-inspectiontool",
    "gptbot",
    "ia_archiver",
    "linkedinbot",
    "mastodon",
    "mediapartners-google",
    "mj12bot",
    "oai-searchbot",
    "perplexitybot",
    "petalbot",
    "pinterestbot",
    "qwantify",
    "redditbot",
    "semrushbot",
    "seznambot",
    "skypeuripreview",
    "slackbot",
    "slurp",
    "sogou web spider",
    "storebot-google",
    "telegrambot",
    "twitterbot",
    "vkshare",
    "whatsapp",
    "yandex.com/bots",
    "yeti",
];

/// Those who get a page as one document.
pub(crate) struct Crawlers(Option<AhoCorasick>);

impl Crawlers {
    /// # Errors
    /// When the names together are too long to be searched for.
    pub(crate) fn new(names: &[String]) -> Result<Self, String> {
        if names.is_empty() {
            return Ok(Self(None));
        }
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(names)
            .map_err(|error| error.to_string())?;
        Ok(Self(Some(search)))
    }

    /// Nobody.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// Whether the request comes from one of them, or says so.
    pub(super) fn sent(&self, headers: &HeaderMap) -> bool {
        let (Some(search), Some(agent)) = (&self.0, headers.get(USER_AGENT)) else {
            return false;
        };
        search.is_match(agent.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_crawler_by_a_part_of_its_user_agent() {
        let names: Vec<_> = DEFAULT_CRAWLERS
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        let crawlers = Crawlers::new(&names).expect("a good list");
        let sent = |agent: &'static str| {
            let headers = HeaderMap::from_iter([(USER_AGENT, agent.parse().expect("text"))]);
            crawlers.sent(&headers)
        };
        assert!(sent(
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
        ));
        assert!(sent("facebookexternalhit/1.1"));
        assert!(!sent(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
        ));
        assert!(!crawlers.sent(&HeaderMap::new()));
        assert!(
            !Crawlers::new(&[])
                .expect("a good list")
                .sent(&HeaderMap::new())
        );
    }
}
