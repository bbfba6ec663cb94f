//! Development: pages that load themselves anew when the site has been built anew.

use std::sync::LazyLock;

static RELOAD: LazyLock<String> = LazyLock::new(|| without_comments(include_str!("reload.js")));

/// A script as it goes to the browser. In the repository it can be read.
pub(crate) fn without_comments(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let code = lines.filter(|line| !line.starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// Where `cargo leptos watch` tells browsers what it has built, as it says in the environment of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reload {
    port: u16,
    protocol: Protocol,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Ws,
    Wss,
}

/// A variable with a value that it cannot have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadVariable {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) expected: &'static str,
}

impl Reload {
    /// `None` where nobody watches.
    pub(crate) fn read(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, BadVariable> {
        let said = |name: &str| variable(name).filter(|value| !value.is_empty());
        if said("LEPTOS_WATCH").is_none_or(|watch| watch == "false") {
            return Ok(None);
        }
        let mut port = 3001;
        // A proxy may have another one for browsers, which counts.
        for name in ["LEPTOS_RELOAD_EXTERNAL_PORT", "LEPTOS_RELOAD_PORT"] {
            if let Some(value) = said(name) {
                let expected = "the number of a port, such as 3001";
                port = value.parse().map_err(|_| BadVariable {
                    name,
                    value,
                    expected,
                })?;
                break;
            }
        }
        let name = "LEPTOS_RELOAD_WS_PROTOCOL";
        let protocol = match said(name) {
            None => Protocol::Ws,
            Some(value) => match value.to_ascii_lowercase().as_str() {
                "ws" => Protocol::Ws,
                "wss" => Protocol::Wss,
                _ => {
                    return Err(BadVariable {
                        name,
                        value,
                        expected: "ws or wss",
                    });
                }
            },
        };
        Ok(Some(Self { port, protocol }))
    }

    /// What a document loads itself anew with.
    pub(crate) fn script(self) -> String {
        let Self { port, protocol } = self;
        let protocol = match protocol {
            // Documents over TLS may open no other connections.
            Protocol::Ws => "location.protocol==\"https:\"?\"wss://\":\"ws://\"",
            Protocol::Wss => "\"wss://\"",
        };
        format!("{}({port},{protocol})", *RELOAD)
    }

    /// The source that a policy has to allow for it.
    pub(crate) fn source(self) -> String {
        let Self { port, protocol } = self;
        match protocol {
            // It also stands for `wss:`.
            Protocol::Ws => format!("ws://*:{port}"),
            Protocol::Wss => format!("wss://*:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<Reload>, BadVariable> {
        Reload::read(|name| {
            let said = variables.iter().find(|(it, _)| *it == name);
            said.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn somebody_has_to_watch() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[("LEPTOS_RELOAD_PORT", "3001")]), Ok(None));
        assert_eq!(read(&[("LEPTOS_WATCH", "")]), Ok(None));
        assert_eq!(read(&[("LEPTOS_WATCH", "false")]), Ok(None));
    }

    #[test]
    fn the_port_for_browsers_counts() {
        let watch = ("LEPTOS_WATCH", "true");
        let port = |variables: &[(&str, &str)]| match read(variables) {
            Ok(Some(reload)) => reload.port,
            other => panic!("{other:?}"),
        };
        let own = ("LEPTOS_RELOAD_PORT", "4001");
        let external = ("LEPTOS_RELOAD_EXTERNAL_PORT", "5001");
        assert_eq!(port(&[watch]), 3001);
        assert_eq!(port(&[watch, own]), 4001);
        assert_eq!(port(&[watch, own, external]), 5001);
    }

    #[test]
    fn a_bad_variable_is_named() {
        let watch = ("LEPTOS_WATCH", "true");
        for bad in [
            ("LEPTOS_RELOAD_PORT", "70000"),
            ("LEPTOS_RELOAD_WS_PROTOCOL", "http"),
        ] {
            let error = read(&[watch, bad]).expect_err("it is bad");
            assert_eq!((error.name, error.value.as_str()), bad);
        }
    }

    #[test]
    fn the_script_ends_where_it_should() {
        let protocol = ("LEPTOS_RELOAD_WS_PROTOCOL", "WSS");
        let reload = read(&[("LEPTOS_WATCH", "1"), protocol]).expect("it is good");
        let reload = reload.expect("somebody watches");
        let script = reload.script();
        assert!(script.ends_with("})(3001,\"wss://\")"), "{script}");
        assert!(
            !script.contains("//  ") && !script.contains('<'),
            "{script}"
        );
        assert_eq!(reload.source(), "wss://*:3001");
    }
}
