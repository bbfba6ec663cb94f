//! What can be told of a type by how it is written. Aliases hide it, so it only serves to give a
//! better message than rustc, which looks at the types themselves.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Lifetime, Type, TypeImplTrait};

/// Types of the language that hold one value.
const PLAIN: [&str; 18] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
    "u64", "u128", "usize", "str", "String",
];

/// Types of the standard library that hold others.
const WRAPPERS: [&str; 9] = [
    "Arc", "BTreeMap", "BTreeSet", "Box", "HashMap", "HashSet", "Option", "Rc", "Vec",
];

/// Whether a type is a plain value, which nothing in a request is by itself.
pub(super) fn is_plain_value(ty: &Type) -> bool {
    name(ty).is_some_and(|name| PLAIN.contains(&name.as_str()))
}

/// Whether a type cannot be a `Result`.
pub(super) fn is_never_a_result(ty: &Type) -> bool {
    match ty {
        Type::Array(_) | Type::FnPtr(_) | Type::Never(_) | Type::Ptr(_) | Type::Slice(_) => true,
        Type::TraitObject(_) | Type::Tuple(_) => true,
        _ => name(ty).is_some_and(|name| {
            PLAIN.contains(&name.as_str()) || WRAPPERS.contains(&name.as_str())
        }),
    }
}

/// Whether a type is what `main` often returns, and not the framework's.
pub(super) fn is_another_exit(ty: &Type) -> bool {
    let last = match ty {
        Type::Tuple(tuple) => return tuple.elems.is_empty(),
        Type::Path(path) => path.path.segments.last(),
        _ => return false,
    };
    last.is_some_and(|last| {
        let text = text(last);
        text == "ExitCode" || text.starts_with("Result<()")
    })
}

/// The name of a type that is written as one, with or without arguments.
fn name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) if path.qself.is_none() && path.path.segments.len() == 1 => path
            .path
            .segments
            .first()
            .map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// Whether a type holds on to something for less than for ever.
pub(super) fn borrows(ty: &Type) -> bool {
    struct Borrows(bool);
    impl<'ast> Visit<'ast> for Borrows {
        fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
            self.0 |= reference.lifetime.is_none();
            visit::visit_type_reference(self, reference);
        }
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            self.0 |= lifetime.ident != "static";
        }
        // The lifetimes of these are their own: `fn(&str)`, `Box<dyn Fn(&str)>`.
        fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
        fn visit_type_trait_object(&mut self, _: &'ast syn::TypeTraitObject) {}
    }
    let mut borrows = Borrows(false);
    borrows.visit_type(ty);
    borrows.0
}

/// What to write instead of a reference.
pub(super) fn owned(ty: &Type) -> Option<String> {
    let Type::Reference(reference) = ty else {
        return None;
    };
    let owned = match &*reference.elem {
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        Type::Slice(slice) => format!("Vec<{}>", text(&slice.elem)),
        other if borrows(other) => return None,
        other => text(other),
    };
    Some(owned)
}

/// The first `impl Trait` in a type.
pub(super) fn find_impl_trait(ty: &Type) -> Option<&TypeImplTrait> {
    struct Find<'ast>(Option<&'ast TypeImplTrait>);
    impl<'ast> Visit<'ast> for Find<'ast> {
        fn visit_type_impl_trait(&mut self, found: &'ast TypeImplTrait) {
            self.0.get_or_insert(found);
        }
    }
    let mut find = Find(None);
    find.visit_type(ty);
    find.0
}

/// Whether a type has `_` in it, which rustc reports at the function itself.
pub(super) fn has_hole(ty: &Type) -> bool {
    struct Holes(bool);
    impl<'ast> Visit<'ast> for Holes {
        fn visit_type_infer(&mut self, _: &'ast syn::TypeInfer) {
            self.0 = true;
        }
    }
    let mut holes = Holes(false);
    holes.visit_type(ty);
    holes.0
}

/// Tokens as one writes them: `Vec<u8>` and not `Vec < u8 >`.
pub(super) fn text(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in [
        (" ::", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" ;", ";"),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn knows_what_borrows() {
        for ty in [
            parse_quote!(&str),
            parse_quote!(Path<&str>),
            parse_quote!(Cow<'_, str>),
            parse_quote!((u8, &'a [u8])),
        ] {
            assert!(borrows(&ty), "{}", text(&ty));
        }
        for ty in [
            parse_quote!(String),
            parse_quote!(&'static str),
            parse_quote!(State<fn(&str) -> &str>),
            parse_quote!(State<Arc<dyn Fn(&str)>>),
        ] {
            assert!(!borrows(&ty), "{}", text(&ty));
        }
    }

    #[test]
    fn says_what_to_own() {
        assert_eq!(owned(&parse_quote!(&str)).as_deref(), Some("String"));
        assert_eq!(owned(&parse_quote!(&[u8])).as_deref(), Some("Vec<u8>"));
        let ty = parse_quote!(&mut std::vec::Vec<(u8, u8)>);
        assert_eq!(owned(&ty).as_deref(), Some("std::vec::Vec<(u8, u8)>"));
        assert_eq!(owned(&parse_quote!(&&str)), None);
        assert_eq!(owned(&parse_quote!(Path<&str>)), None);
    }

    #[test]
    fn tells_plain_types_from_those_that_may_be_anything() {
        assert!(is_plain_value(&parse_quote!(u32)));
        assert!(!is_plain_value(&parse_quote!(Vec<Gizmo>)));
        assert!(!is_plain_value(&parse_quote!(Option<Path<u32>>)));
        assert!(!is_plain_value(&parse_quote!(catalog::String)));
        assert!(is_never_a_result(&parse_quote!(Option<u32>)));
        assert!(is_never_a_result(&parse_quote!(())));
        assert!(!is_never_a_result(&parse_quote!(Fallible<u32>)));
        assert!(!is_never_a_result(&parse_quote!(std::io::Result<()>)));
    }

    #[test]
    fn knows_what_main_often_returns() {
        for ty in [
            parse_quote!(()),
            parse_quote!(std::process::ExitCode),
            parse_quote!(Result<(), Box<dyn Error>>),
            parse_quote!(anyhow::Result<()>),
        ] {
            assert!(is_another_exit(&ty), "{}", text(&ty));
        }
        assert!(!is_another_exit(&parse_quote!(punctual::Exit)));
        assert!(!is_another_exit(&parse_quote!(Result<Stopped, Failure>)));
    }

    #[test]
    fn finds_what_has_no_name() {
        assert!(find_impl_trait(&parse_quote!(Result<Vec<impl Sized>, E>)).is_some());
        assert!(find_impl_trait(&parse_quote!(Result<Vec<u8>, E>)).is_none());
        assert!(has_hole(&parse_quote!(Path<_>)));
        assert!(!has_hole(&parse_quote!(Path<u8>)));
    }
}
