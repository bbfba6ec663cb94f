//! Signing in and out.

use axum::http::{StatusCode, Uri};
use axum_extra::extract::SignedCookieJar;
use punctual::prelude::*;
use serde::{Deserialize, Serialize};

use super::HomePage;
use crate::return_to::ReturnTo;
use crate::session::{PASSWORD, Session};

/// The sign-in page that leads back to this address.
pub(crate) fn sign_in_and_return_to(uri: &Uri) -> String {
    #[derive(Serialize)]
    struct Asked<'a> {
        from: &'a str,
    }
    let from = uri.path_and_query().map_or("/", |path| path.as_str());
    let path = SignInPage::href();
    // A text can always be written as a query.
    match serde_urlencoded::to_string(Asked { from }) {
        Ok(query) => format!("{path}?{query}"),
        Err(_) => path,
    }
}

/// What the sign-in page is asked for with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: ReturnTo,
}

/// A form for the password. Whoever has signed in is sent on.
#[page(async, path = "/sign-in")]
pub fn SignInPage(
    Query(asked): Query<Asked>,
    cookies: SignedCookieJar,
) -> Result<impl IntoView, PageError> {
    match Session::of(&cookies) {
        Some(_) => Err(PageError::redirect(asked.from.as_str())),
        None => Ok(view! { <SignInForm from=asked.from/> }),
    }
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignIn {
    from: ReturnTo,
    password: String,
}

/// Takes the form. With the right password, the browser gets a cookie and is sent on; with another one, the form is shown
/// again and says so.
#[page(async, path = "/sign-in", method = "post")]
pub fn SignInFormPage(
    Form(form): Form<SignIn>,
    cookies: SignedCookieJar,
    head: ResponseHead,
) -> Result<impl IntoView, PageError> {
    if form.password == PASSWORD {
        head.set(Session::begin(cookies))?;
        return Err(PageError::redirect(form.from.as_str()));
    }
    head.set_status(StatusCode::UNPROCESSABLE_ENTITY)?;
    Ok(view! { <SignInForm from=form.from wrong=true/> })
}

/// Takes the cookie back.
#[page(async, path = "/sign-out", method = "post")]
pub fn SignOutPage(
    cookies: SignedCookieJar,
    head: ResponseHead,
) -> Result<impl IntoView, PageError> {
    head.set(Session::end(cookies))?;
    Err::<(), _>(PageError::redirect(&HomePage::href()))
}

/// The form.
#[component]
fn SignInForm(
    /// Where it leads.
    from: ReturnTo,
    /// Whether the password before was wrong.
    #[prop(optional)]
    wrong: bool,
) -> impl IntoView {
    let error = wrong.then(|| {
        view! {
            <p class="error" id="wrong" role="alert">
                <strong>"This is not the password."</strong>
                " The right one stands above."
            </p>
        }
    });
    let from = from.as_str().to_owned();
    view! {
        <Title text="Sign in"/>
        <h1>"Sign in"</h1>
        <p class="lead">
            "The stock room is for the staff. For this demonstration you are one of them: the password is "
            <code>{PASSWORD}</code> "."
        </p>
        {error}
        <form class="sign-in" method="post" action=SignInPage::href()>
            <input type="hidden" name="from" value=from/>
            <label>
                "Password"
                <input
                    type="password"
                    name="password"
                    required=true
                    autofocus=true
                    autocomplete="current-password"
                    aria-invalid=wrong.then_some("true")
                    aria-describedby=wrong.then_some("wrong")
                />
            </label>
            <button class="button">"Sign in"</button>
        </form>
        <h2>"What to look at"</h2>
        <p>
            "You were sent here before the stock room had asked the catalog for anything, because its guard runs first. Signed in, you have a signed cookie, and go on where you wanted to. The form works from this site only."
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_back_to_what_was_asked_for() {
        for (uri, href) in [
            ("/stock", "/sign-in?from=%2Fstock"),
            (
                "/stock?delay=1s&hang",
                "/sign-in?from=%2Fstock%3Fdelay%3D1s%26hang",
            ),
        ] {
            let uri: Uri = uri.parse().expect("a URI");
            let there = sign_in_and_return_to(&uri);
            assert_eq!(there, href);
            let there: Uri = there.parse().expect("a URI");
            let Query(asked) = Query::<Asked>::try_from_uri(&there).expect("a query");
            assert_eq!(asked.from.as_str(), uri.to_string());
        }
    }
}
