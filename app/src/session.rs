//! Who of the staff has signed in. The browser keeps it in a signed cookie, and the site keeps nothing.

use axum_extra::extract::SignedCookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::{SignedDuration, Timestamp};

/// What the staff of this sample signs in with. The sign-in page shows it to everybody.
pub(crate) const PASSWORD: &str = "sprocket";

/// The name of the cookie.
const COOKIE: &str = "staff";

/// How long a session lasts. A signature says nothing about time, so the end stands in the cookie.
const LENGTH: SignedDuration = SignedDuration::from_hours(8);

/// Somebody of the staff has signed in, until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    until: Timestamp,
}

impl Session {
    /// Begins now. The cookies are what the response is to set.
    pub(crate) fn begin(cookies: SignedCookieJar) -> SignedCookieJar {
        let session = Self {
            until: Timestamp::now() + LENGTH,
        };
        cookies.add(session.cookie())
    }

    /// The session whose cookie was sent with the request. One that was not signed here, or has ended, is none.
    pub(crate) fn of(cookies: &SignedCookieJar) -> Option<Self> {
        let until = cookies.get(COOKIE)?.value().parse().ok()?;
        let until = Timestamp::from_second(until).ok()?;
        (Timestamp::now() < until).then_some(Self { until })
    }

    /// Ends in the browser. The cookies are what the response is to set.
    pub(crate) fn end(cookies: SignedCookieJar) -> SignedCookieJar {
        cookies.remove(Cookie::build(COOKIE).path("/"))
    }

    /// Scripts do not see the cookie, and forms of other sites do not send it. It goes when the browser is closed.
    ///
    /// Behind `https` it would be `Secure` as well. The sample is served without.
    fn cookie(self) -> Cookie<'static> {
        Cookie::build((COOKIE, self.until.as_second().to_string()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::{COOKIE as SENT, SET_COOKIE};
    use axum::response::IntoResponse;
    use axum_extra::extract::cookie::Key;

    use super::*;

    /// What a browser sends after it was told to set these.
    fn sent(cookies: SignedCookieJar, key: &Key) -> SignedCookieJar {
        let response = cookies.into_response();
        let mut headers = HeaderMap::new();
        for set in response.headers().get_all(SET_COOKIE) {
            let set = set.to_str().expect("text");
            let (pair, _) = set.split_once(';').expect("attributes");
            headers.append(SENT, pair.parse().expect("a header"));
        }
        SignedCookieJar::from_headers(&headers, key.clone())
    }

    #[test]
    fn a_session_is_known_by_its_cookie_until_it_ends() {
        let key = Key::generate();
        let jar = || SignedCookieJar::new(key.clone());
        assert_eq!(Session::of(&jar()), None);
        let begun = sent(Session::begin(jar()), &key);
        let session = Session::of(&begun).expect("it has begun");
        assert!(session.until > Timestamp::now());
        assert_eq!(Session::of(&sent(Session::end(begun), &key)), None);

        let over = Session {
            until: Timestamp::now() - SignedDuration::from_secs(1),
        };
        assert_eq!(Session::of(&sent(jar().add(over.cookie()), &key)), None);
    }

    #[test]
    fn a_cookie_of_another_key_is_none() {
        let (key, other) = (Key::generate(), Key::generate());
        let begun = Session::begin(SignedCookieJar::new(other));
        assert_eq!(Session::of(&sent(begun, &key)), None);
    }

    #[test]
    fn neither_scripts_nor_other_sites_have_the_cookie() {
        let begun = Session::begin(SignedCookieJar::new(Key::generate())).into_response();
        let set = begun.headers()[SET_COOKIE].to_str().expect("text");
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(set.contains(attribute), "{set}");
        }
    }
}
