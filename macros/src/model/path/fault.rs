//! What can be wrong with a path, in words.

use std::fmt;

/// One mistake, and the whole path without any mistake when that can be told.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(super) what: What,
    pub(super) fix: Option<String>,
}

#[derive(Debug, PartialEq)]
pub(super) enum What {
    Empty,
    NoSlash,
    Host,
    Query,
    Fragment(String),
    /// A parameter in the syntax of another router.
    Foreign(String),
    Optional(String),
    EmptySegment,
    DotSegment(String),
    /// `{id` or `id}`
    Unbalanced(String),
    /// `{{`, which is a brace as text.
    Escaped(String),
    Unnamed(String),
    Name(String),
    DoubledName(String),
    /// Text or a second parameter after a parameter.
    After {
        parameter: String,
        after: String,
    },
    TailNotLast(String),
    Encode(String),
    Percent(String),
    LowerCase(String),
    TooMany(usize),
    Router(matchit::InsertError),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what.fmt(f)?;
        match (&self.fix, self.what.advice(self.fix.is_none())) {
            (Some(fix), Advice::WholePath) => write!(f, ": write \"{fix}\""),
            (Some(fix), Advice::And(more)) => write!(f, ": write \"{fix}\", {more}"),
            (None, Advice::And(more)) => write!(f, ": {more}"),
            (_, Advice::Only(advice)) => write!(f, ": {advice}"),
            (None, Advice::WholePath) => Ok(()),
        }
    }
}

/// What follows the description of a mistake.
enum Advice {
    /// The path as it should be.
    WholePath,
    /// The path as it should be, and a remark.
    And(&'static str),
    /// Something that no path can show.
    Only(String),
}

impl What {
    /// `nameless` when no path can be told that would be right.
    fn advice(&self, nameless: bool) -> Advice {
        match self {
            Self::Empty => Advice::Only("write \"/\" for the first page of a site".to_owned()),
            Self::Query => Advice::And("and take `Query<..>` as an argument of the page"),
            Self::Optional(_) => {
                Advice::And("and another page for the path without this parameter")
            }
            Self::After { .. } => Advice::And("and take the value apart in the page"),
            Self::Name(_) if nameless => Advice::Only("give it a name such as `id`".to_owned()),
            Self::Name(name) if name.contains([':', '<']) => {
                Advice::And("and give its type in the function, `Path(..): Path<..>`")
            }
            Self::DoubledName(_) => {
                Advice::Only("give each parameter a name of its own".to_owned())
            }
            Self::DotSegment(_) => Advice::Only("write the path without it".to_owned()),
            Self::TooMany(_) => Advice::Only("take the rest as one, `{*rest}`".to_owned()),
            Self::Router(error) => Advice::Only(error.to_string()),
            _ => Advice::WholePath,
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("`path` is empty"),
            Self::NoSlash => f.write_str("`path` must start with `/`"),
            Self::Host => f.write_str("`path` must be a path, without scheme and host"),
            Self::Query => f.write_str("a query is not part of `path`"),
            Self::Fragment(fragment) => {
                write!(f, "browsers keep a fragment, `#{fragment}`, to themselves")
            }
            Self::Foreign(segment) => write!(f, "`{segment}` is not a parameter in Axum's syntax"),
            Self::Optional(segment) => {
                write!(f, "`{segment}` is optional, which no part of a path can be")
            }
            Self::EmptySegment => f.write_str("a part of `path` is empty, `//`"),
            Self::DotSegment(segment) => {
                write!(f, "browsers resolve `{segment}` before they ask for a path")
            }
            Self::Unbalanced(segment) => {
                write!(f, "`{segment}` has a brace without its counterpart")
            }
            Self::Escaped(segment) => write!(f, "`{segment}` has doubled braces"),
            Self::Unnamed(segment) => write!(f, "`{segment}` needs a name"),
            Self::Name(name) => write!(
                f,
                "`{name}` cannot name a parameter, which is an argument of `href`"
            ),
            Self::DoubledName(name) => write!(f, "two parameters are called `{name}`"),
            Self::After { parameter, after } => write!(
                f,
                "`{parameter}` takes its segment to the end, so `{after}` cannot follow"
            ),
            Self::TailNotLast(segment) => {
                write!(
                    f,
                    "`{segment}` takes the rest of a path, so nothing can follow"
                )
            }
            Self::Encode(text) => write!(
                f,
                "`{text}` never comes in a request, whose path is percent-encoded"
            ),
            Self::Percent(text) => write!(
                f,
                "`{text}`: a `%` must be followed by two hexadecimal digits"
            ),
            Self::LowerCase(text) => {
                write!(
                    f,
                    "browsers write percent-encoding in capitals, not `{text}`"
                )
            }
            Self::TooMany(most) => write!(f, "`path` has more than {most} parameters"),
            Self::Router(_) => f.write_str("Axum's router refuses this path"),
        }
    }
}
