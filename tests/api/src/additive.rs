//! What does a feature break in a crate that does not know of it?
//!
//! Features are added up: a crate that asks for one turns it on for all others
//! that use the same dependency. So a feature may add items, but nothing to a
//! type that others match exhaustively or write as a literal, nothing that they
//! have to implement, and it may take nothing away.

use syn::{Attribute, Fields, Item, Meta, TraitItem};

/// The breaks in a listing, a line each.
pub fn breaks(listing: &syn::File) -> Vec<String> {
    let mut found = Vec::new();
    items(&listing.items, "", &mut found);
    found
}

fn items(all: &[Item], path: &str, found: &mut Vec<String>) {
    for item in all {
        let attrs = match item {
            Item::Mod(module) => {
                let inner = module.content.iter().flat_map(|(_, items)| items);
                let path = format!("{path}{}::", module.ident);
                items(&inner.cloned().collect::<Vec<_>>(), &path, found);
                &module.attrs
            }
            Item::Enum(item) => {
                let path = format!("{path}{}", item.ident);
                for variant in &item.variants {
                    let path = format!("{path}::{}", variant.ident);
                    if by_feature(&variant.attrs) && !is_open(&item.attrs) {
                        found.push(format!("{path} is a variant of an enum that others match"));
                    }
                    if !is_open(&variant.attrs) {
                        fields(&variant.fields, &path, found);
                    }
                }
                &item.attrs
            }
            Item::Struct(item) => {
                if !is_open(&item.attrs) {
                    fields(&item.fields, &format!("{path}{}", item.ident), found);
                }
                &item.attrs
            }
            // A sealed trait nobody else implements.
            Item::Trait(item) if is_sealed(item) => &item.attrs,
            Item::Trait(item) => {
                for inner in &item.items {
                    let (attrs, name, is_given) = match inner {
                        TraitItem::Fn(f) => (&f.attrs, &f.sig.ident, f.default.is_some()),
                        TraitItem::Const(c) => (&c.attrs, &c.ident, c.default.is_some()),
                        TraitItem::Type(t) => (&t.attrs, &t.ident, t.default.is_some()),
                        _ => continue,
                    };
                    if by_feature(attrs) && !is_given {
                        let path = format!("{path}{}::{name}", item.ident);
                        found.push(format!("{path} is to be implemented by others"));
                    }
                }
                &item.attrs
            }
            Item::Const(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Type(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => continue,
        };
        if attrs.iter().any(|a| condition(a).is_some_and(|c| takes_away(&c))) {
            let name = crate::source::name_of(item).map_or("an item".into(), ToString::to_string);
            found.push(format!("{path}{name} is taken away"));
        }
    }
}

/// Fields that come with a feature, where without it all can be named.
fn fields(all: &Fields, path: &str, found: &mut Vec<String>) {
    let is_private = |name: &str| name == crate::listing::PRIVATE;
    let names: Vec<String> = (0..)
        .zip(all)
        .map(|(i, field)| field.ident.as_ref().map_or(format!("{i}"), ToString::to_string))
        .collect();
    if all.iter().zip(&names).any(|(field, name)| is_private(name) && !by_feature(&field.attrs)) {
        return;
    }
    for (_, name) in all.iter().zip(&names).filter(|(field, _)| by_feature(&field.attrs)) {
        let name = if is_private(name) { "a private field" } else { name };
        found.push(format!("{path}: {name} is a field of what others write as a literal"));
    }
}

fn is_sealed(item: &syn::ItemTrait) -> bool {
    item.supertraits.iter().any(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|s| s.ident == "Sealed")
        }
        _ => false,
    })
}

fn is_open(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|a| a.path().is_ident("non_exhaustive"))
}

/// The condition of a `cfg` or `cfg_attr`, as it is printed.
fn condition(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") || list.path.is_ident("cfg_attr") => {
            Some(list.tokens.to_string())
        }
        _ => None,
    }
}

fn by_feature(attributes: &[Attribute]) -> bool {
    attributes.iter().filter_map(condition).any(|c| c.contains("feature ="))
}

/// Whether a condition no longer holds once a feature is on.
fn takes_away(condition: &str) -> bool {
    let mut rest = condition;
    while let Some((_, inner)) = rest.split_once("not (") {
        let end = closing(inner);
        if inner[..end].contains("feature =") {
            return true;
        }
        rest = &inner[end..];
    }
    false
}

/// Where the bracket that is open ends.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    let end = text.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        depth == 0
    });
    end.map_or(text.len(), |(at, _)| at)
}
