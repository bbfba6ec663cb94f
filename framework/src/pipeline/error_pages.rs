use crate::page::FailureView;
use http::StatusCode;
use percent_encoding::percent_decode_str;
use std::collections::HashMap;

/// What is shown in place of pages, for each status or for any.
#[derive(Default)]
pub(crate) struct ErrorPages {
    pub(crate) by_status: HashMap<StatusCode, FailureView>,
    pub(crate) any: Option<FailureView>,
}

impl ErrorPages {
    fn find(&self, status: StatusCode) -> Option<&FailureView> {
        self.by_status.get(&status).or(self.any.as_ref())
    }
}

/// The error pages of a site and its sections.
pub(crate) struct SiteErrors {
    pub(crate) site: ErrorPages,
    /// The segments of the path of each section.
    sections: Vec<(Vec<String>, ErrorPages)>,
    /// What a site shows that says nothing.
    default: FailureView,
}

impl SiteErrors {
    pub(crate) fn new(
        site: ErrorPages,
        mut sections: Vec<(Vec<String>, ErrorPages)>,
        default: FailureView,
    ) -> Self {
        // The innermost section comes first.
        sections.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self {
            site,
            sections,
            default,
        }
    }

    /// What is shown at this address.
    pub(crate) fn find(&self, path: &str, status: StatusCode) -> &FailureView {
        let of_section = match self.sections.is_empty() {
            true => None,
            false => self.find_in_sections(path, status),
        };
        of_section
            .or_else(|| self.site.find(status))
            .unwrap_or(&self.default)
    }

    fn find_in_sections(&self, path: &str, status: StatusCode) -> Option<&FailureView> {
        let segments: Vec<_> = path
            .split('/')
            .skip(1)
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy())
            .collect();
        let is_in = |section: &[String]| {
            section.len() <= segments.len() && section.iter().zip(&segments).all(|(a, b)| a == b)
        };
        let mut fitting = self.sections.iter().filter(|(path, _)| is_in(path));
        fitting.find_map(|(_, pages)| pages.find(status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::IntoFailureView as _;

    #[test]
    fn the_innermost_section_that_says_something_counts() {
        let view = || (|| "").into_failure_view();
        let pages = |statuses: &[u16], any: bool| ErrorPages {
            by_status: statuses
                .iter()
                .map(|status| (StatusCode::from_u16(*status).expect("a status"), view()))
                .collect(),
            any: any.then(view),
        };
        let path = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let errors = SiteErrors::new(
            pages(&[404], true),
            vec![
                (path("shop"), pages(&[500], false)),
                (path("shop/admin"), pages(&[403], true)),
            ],
            view(),
        );
        let (shop, admin) = (&errors.sections[1].1, &errors.sections[0].1);
        let found = |path: &str, status: u16| {
            errors.find(path, StatusCode::from_u16(status).expect("a status"))
        };
        let is = |a: &FailureView, b: Option<&FailureView>| b.is_some_and(|b| a.is(b));
        let (not_found, server, forbidden) = (
            StatusCode::NOT_FOUND,
            StatusCode::INTERNAL_SERVER_ERROR,
            StatusCode::FORBIDDEN,
        );
        assert!(is(found("/shop/x", 500), shop.by_status.get(&server)));
        assert!(is(found("/sh%6Fp", 500), shop.by_status.get(&server)));
        assert!(is(
            found("/shop/x", 404),
            errors.site.by_status.get(&not_found)
        ));
        assert!(is(
            found("/shop/admin", 403),
            admin.by_status.get(&forbidden)
        ));
        assert!(is(found("/shop/admin/x", 404), admin.any.as_ref()));
        assert!(is(found("/shops", 500), errors.site.any.as_ref()));
        assert!(is(found("/", 403), errors.site.any.as_ref()));
    }
}
