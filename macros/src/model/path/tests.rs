use super::{Path, Piece};
use quote::format_ident;

#[track_caller]
fn pieces(text: &str) -> Vec<Piece> {
    let (path, faults) = Path::parse(text);
    let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{text}: {faults:?}");
    assert_eq!(path.text, text);
    path.pieces
}

#[track_caller]
fn assert_refused(text: &str, expected: &[&str]) {
    let (_, faults) = Path::parse(text);
    let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, expected, "{text}");
}

fn literal(text: &str) -> Piece {
    Piece::Literal(text.to_owned())
}

fn parameter(name: &str) -> Piece {
    Piece::Parameter(format_ident!("{name}"))
}

#[test]
fn reads_what_axum_takes() {
    assert_eq!(pieces("/"), [literal("/")]);
    assert_eq!(pieces("/gizmos"), [literal("/gizmos")]);
    assert_eq!(pieces("/gizmos/"), [literal("/gizmos/")]);
    assert_eq!(pieces("/caf%C3%A9"), [literal("/caf%C3%A9")]);
    assert_eq!(pieces("/a:b/c*d/@me"), [literal("/a:b/c*d/@me")]);
    assert_eq!(
        pieces("/shops/{shop}/products/{id}/edit"),
        [
            literal("/shops/"),
            parameter("shop"),
            literal("/products/"),
            parameter("id"),
            literal("/edit"),
        ]
    );
    assert_eq!(pieces("/v{version}"), [literal("/v"), parameter("version")]);
    assert_eq!(pieces("/{type}"), [literal("/"), parameter("r#type")]);
    assert_eq!(
        pieces("/files/{*rest}"),
        [literal("/files/"), Piece::Tail(format_ident!("rest"))]
    );
}

#[test]
fn every_parameter_that_the_router_takes_is_taken() {
    let path = |count| (0..count).map(|i| format!("/{{p{i}}}")).collect::<String>();
    assert_eq!(pieces(&path(25)).len(), 50);
    assert_refused(
        &path(26),
        &["`path` has more than 25 parameters: take the rest as one, `{*rest}`"],
    );
}

#[test]
fn a_path_starts_with_a_slash() {
    assert_refused(
        "",
        &["`path` is empty: write \"/\" for the first page of a site"],
    );
    assert_refused("gizmos", &["`path` must start with `/`: write \"/gizmos\""]);
    assert_refused(
        "https://a.example/gizmos",
        &["`path` must be a path, without scheme and host: write \"/gizmos\""],
    );
}

#[test]
fn a_path_has_no_query_and_no_fragment() {
    assert_refused(
        "/gizmos?sort=name",
        &[
            "a query is not part of `path`: write \"/gizmos\", and take `Query<..>` as an argument \
           of the page",
        ],
    );
    assert_refused(
        "/gizmos#top",
        &["browsers keep a fragment, `#top`, to themselves: write \"/gizmos\""],
    );
}

#[test]
fn parameters_of_other_routers_are_translated() {
    let no = "is not a parameter in Axum's syntax: write";
    assert_refused("/p/:id", &[&format!("`:id` {no} \"/p/{{id}}\"")]);
    assert_refused("/f/*any", &[&format!("`*any` {no} \"/f/{{*any}}\"")]);
    assert_refused("/f/*", &[&format!("`*` {no} \"/f/{{*rest}}\"")]);
    assert_refused("/p/<id>", &[&format!("`<id>` {no} \"/p/{{id}}\"")]);
    assert_refused(
        "/f/<rest..>",
        &[&format!("`<rest..>` {no} \"/f/{{*rest}}\"")],
    );
    let optional = "is optional, which no part of a path can be: write \"/p/{id}\", and another \
                    page for the path without this parameter";
    assert_refused("/p/:id?", &[&format!("`:id?` {optional}")]);
    assert_refused("/p/{id?}", &[&format!("`{{id?}}` {optional}")]);
    // Two mistakes of one kind: the whole path is shown once.
    let whole = format!("`:id` {no} \"/p/{{id}}/r/{{review}}\"");
    assert_refused("/p/:id/r/:review", &[&whole]);
}

#[test]
fn braces_are_balanced() {
    let lone = "has a brace without its counterpart: write \"/p/{id}\"";
    assert_refused("/p/{id", &[&format!("`{{id` {lone}")]);
    assert_refused("/p/id}", &[&format!("`id}}` {lone}")]);
    assert_refused("/p/{i{d}", &[&format!("`{{i{{d}}` {lone}")]);
    assert_refused(
        "/p/{{id}}",
        &["`{{id}}` has doubled braces: write \"/p/{id}\""],
    );
    assert_refused(
        "/p/a{{b",
        &["`a{{b` has doubled braces: write \"/p/a%7Bb\""],
    );
}

#[test]
fn parameters_have_names_that_are_identifiers() {
    assert_refused("/p/{}", &["`{}` needs a name: write \"/p/{id}\""]);
    assert_refused("/p/{*}", &["`{*}` needs a name: write \"/p/{*rest}\""]);
    let cannot = "cannot name a parameter, which is an argument of `href`";
    assert_refused(
        "/p/{product-id}",
        &[&format!(
            "`product-id` {cannot}: write \"/p/{{product_id}}\""
        )],
    );
    assert_refused(
        "/p/{1}",
        &[&format!("`1` {cannot}: give it a name such as `id`")],
    );
    assert_refused(
        "/p/{self}",
        &[&format!("`self` {cannot}: give it a name such as `id`")],
    );
    assert_refused(
        "/p/{_}",
        &[&format!("`_` {cannot}: give it a name such as `id`")],
    );
    assert_refused(
        "/p/{id:u32}",
        &[&format!(
            "`id:u32` {cannot}: write \"/p/{{id}}\", and give its type in the function, \
             `Path(..): Path<..>`"
        )],
    );
    assert_refused(
        "/f/{rest*}",
        &[&format!("`rest*` {cannot}: write \"/f/{{*rest}}\"")],
    );
    assert_refused(
        "/f/{...rest}",
        &[&format!("`...rest` {cannot}: write \"/f/{{*rest}}\"")],
    );
    assert_refused(
        "/{id}/{id}",
        &["two parameters are called `id`: give each parameter a name of its own"],
    );
}

#[test]
fn a_parameter_ends_its_segment() {
    let end = |what: &str, after: &str| {
        format!(
            "`{what}` takes its segment to the end, so `{after}` cannot follow: write \
             \"/p/{what}\", and take the value apart in the page"
        )
    };
    assert_refused("/p/{id}.html", &[&end("{id}", ".html")]);
    assert_refused("/p/{a}-{b}", &[&end("{a}", "-{b}")]);
    assert_refused(
        "/{*rest}/edit",
        &["`{*rest}` takes the rest of a path, so nothing can follow: write \"/{rest}/edit\""],
    );
}

#[test]
fn a_request_has_encoded_characters_only() {
    let never = "never comes in a request, whose path is percent-encoded: write";
    assert_refused("/our team", &[&format!("` ` {never} \"/our%20team\"")]);
    assert_refused("/caf\u{e9}", &[&format!("`\u{e9}` {never} \"/caf%C3%A9\"")]);
    assert_refused("/a\\b", &[&format!("`\\` {never} \"/a%5Cb\"")]);
    assert_refused(
        "/100%",
        &["`%`: a `%` must be followed by two hexadecimal digits: write \"/100%25\""],
    );
    assert_refused(
        "/caf%c3%A9",
        &["browsers write percent-encoding in capitals, not `%c3`: write \"/caf%C3%A9\""],
    );
}

#[test]
fn segments_are_there() {
    assert_refused(
        "/a//b",
        &["a part of `path` is empty, `//`: write \"/a/b\""],
    );
    assert_refused(
        "/a/../b",
        &["browsers resolve `..` before they ask for a path: write the path without it"],
    );
}

#[test]
fn a_wrong_path_keeps_its_parameters() {
    let (path, _) = Path::parse("products/:id");
    let names: Vec<_> = path.parameters().map(ToString::to_string).collect();
    assert_eq!(names, ["id"]);
}

/// Whatever a text holds, it is judged without a panic, and what is taken is what Axum takes.
#[test]
fn no_text_is_too_strange() {
    let parts = [
        "/", "{", "}", "*", ":", "?", "a", "{a}", "{*a}", "%", "<", ">", ".", "\u{e9}",
    ];
    for first in parts {
        for second in parts {
            for third in parts {
                let text = format!("/{first}{second}{third}");
                let (_, faults) = Path::parse(&text);
                if faults.is_empty() {
                    let mut router = matchit::Router::new();
                    assert!(router.insert(&text, ()).is_ok(), "{text}");
                    let foreign = |part: &str| part.starts_with([':', '*']);
                    assert!(!text.split('/').any(foreign), "{text}");
                }
            }
        }
    }
}
