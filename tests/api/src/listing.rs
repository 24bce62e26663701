//! Which items are public, and what of them does another crate see?

use crate::source::{Crate, Definition, Leaf, Module, Place, leaves, name_of};
use proc_macro2::Span;
use syn::{
    Attribute, Block, Expr, Field, Fields, FnArg, Ident, ImplItem, Item, ItemImpl, Signature, Type,
    Visibility, parse_quote,
};

/// Attributes that a user of an item may notice.
const SHOWN: [&str; 7] =
    ["cfg", "cfg_attr", "derive", "deprecated", "must_use", "non_exhaustive", "repr"];
/// The name of the field that stands for all private ones.
pub const PRIVATE: &str = "__private";
/// Longer values are tables.
const LONGEST_VALUE: usize = 80;

/// The public items of a crate without their bodies.
pub fn of(code: &Crate) -> syn::File {
    let mut items = Vec::new();
    let listing = Listing { code };
    listing.module(&Vec::new(), &mut items);
    // Exported macros are at the root, wherever they are written.
    for place in &code.places {
        for item in &code.modules[place].items {
            if let Item::Macro(item) = item
                && item.attrs.iter().any(|a| a.path().is_ident("macro_export"))
            {
                let name = &item.ident;
                items.push(parse_quote!(macro_rules! #name { () => {} }));
            }
        }
    }
    syn::File { shebang: None, attrs: Vec::new(), items }
}

struct Listing<'c> {
    code: &'c Crate,
}

impl Listing<'_> {
    fn module(&self, place: &Place, out: &mut Vec<Item>) {
        for item in &self.code.modules[place].items {
            self.item(place, item, &[], out);
        }
    }

    /// Lists an item of a module if it is public.
    fn item(&self, place: &Place, item: &Item, conditions: &[Attribute], out: &mut Vec<Item>) {
        match item {
            Item::Use(used) if is_public(&used.vis) => {
                let conditions = [conditions, &shown(&used.attrs)].concat();
                for leaf in leaves(used) {
                    self.leaf(place, &leaf, &conditions, out);
                }
            }
            Item::Mod(module) if is_public(&module.vis) => {
                let inner = [&place[..], &[module.ident.to_string()]].concat();
                let mut items = Vec::new();
                self.module(&inner, &mut items);
                let (attrs, name) = ([conditions, &shown(&module.attrs)].concat(), &module.ident);
                out.push(parse_quote!(#(#attrs)* pub mod #name { #(#items)* }));
            }
            _ => {
                let Some(name) = name_of(item) else { return };
                let definition = Definition { module: place.clone(), name: name.to_string() };
                self.definition(&definition, conditions, None, out);
            }
        }
    }

    /// Lists what a `pub use` shows: where it comes from in this crate is not
    /// seen, from another crate it is all that is.
    fn leaf(&self, place: &Place, leaf: &Leaf, conditions: &[Attribute], out: &mut Vec<Item>) {
        let path: Vec<_> = leaf.path.iter().map(|n| Ident::new(n, Span::call_site())).collect();
        match &leaf.name {
            Some(name) => match self.code.resolve(place, &leaf.path) {
                Some(found) => self.definition(&found, conditions, Some(name), out),
                None if path.last() == Some(name) => {
                    out.push(parse_quote!(#(#conditions)* pub use #(#path)::*;));
                }
                None => out.push(parse_quote!(#(#conditions)* pub use #(#path)::* as #name;)),
            },
            None => match self.code.module(place, &leaf.path) {
                Some(inner) => {
                    for item in &self.code.modules[&inner].items {
                        self.item(&inner, item, conditions, out);
                    }
                }
                None => out.push(parse_quote!(#(#conditions)* pub use #(#path)::*::*;)),
            },
        }
    }

    /// Lists an item and its implementations.
    fn definition(
        &self,
        definition: &Definition,
        conditions: &[Attribute],
        name: Option<&Ident>,
        out: &mut Vec<Item>,
    ) {
        let module = &self.code.modules[&definition.module];
        let own = |item: &&Item| name_of(item).is_some_and(|n| *n == definition.name);
        // More than one: of different conditions.
        for item in module.items.iter().filter(own) {
            if let Some(item) = seen(item, conditions) {
                if let Some((name, own)) =
                    name.zip(name_of(&item)).filter(|(name, own)| name != own)
                {
                    out.push(parse_quote!(pub use #own as #name;));
                }
                out.push(item);
                self.implementations(definition, module, out);
            }
        }
    }

    fn implementations(&self, definition: &Definition, home: &Module, out: &mut Vec<Item>) {
        for place in &self.code.places {
            let module = &self.code.modules[place];
            for item in &module.items {
                let Item::Impl(item) = item else { continue };
                if self.code.resolve(place, &path_of(&item.self_ty)).as_ref() != Some(definition) {
                    continue;
                }
                let more = module.conditions.iter().filter(|c| !home.conditions.contains(c));
                out.extend(
                    self.implementation(place, item, more.cloned().collect()).map(Item::Impl),
                );
            }
        }
    }

    fn implementation(
        &self,
        place: &Place,
        item: &ItemImpl,
        mut attrs: Vec<Attribute>,
    ) -> Option<ItemImpl> {
        let mut item = item.clone();
        attrs.extend(shown(&item.attrs));
        item.attrs = attrs;
        if let Some((_, path, _)) = &item.trait_ {
            let names: Vec<_> = path.segments.iter().map(|s| s.ident.to_string()).collect();
            let own = self.code.resolve(place, &names);
            // A trait of this crate that nobody sees.
            if own.is_some_and(|own| !self.is_public(&own)) {
                return None;
            }
            item.items.retain(|inner| matches!(inner, ImplItem::Type(_)));
            return Some(item);
        }
        item.items.retain_mut(|inner| match inner {
            ImplItem::Fn(method) if is_public(&method.vis) => {
                method.attrs = shown(&method.attrs);
                bare(&mut method.sig, &mut method.block);
                true
            }
            ImplItem::Const(value) if is_public(&value.vis) => {
                value.attrs = shown(&value.attrs);
                shorten(&mut value.expr);
                true
            }
            _ => false,
        });
        (!item.items.is_empty()).then_some(item)
    }

    fn is_public(&self, definition: &Definition) -> bool {
        let items = &self.code.modules[&definition.module].items;
        let own = |item: &&Item| name_of(item).is_some_and(|n| *n == definition.name);
        items.iter().filter(own).any(|item| seen(item, &[]).is_some())
    }
}

/// An item as another crate sees it; `None` if it does not.
fn seen(item: &Item, conditions: &[Attribute]) -> Option<Item> {
    let mut item = item.clone();
    let (visibility, attrs) = match &mut item {
        Item::Const(item) => {
            shorten(&mut item.expr);
            (&item.vis, &mut item.attrs)
        }
        Item::Static(item) => {
            shorten(&mut item.expr);
            (&item.vis, &mut item.attrs)
        }
        Item::Fn(item) => {
            bare(&mut item.sig, &mut item.block);
            (&item.vis, &mut item.attrs)
        }
        Item::Struct(item) => {
            fields(&mut item.fields);
            (&item.vis, &mut item.attrs)
        }
        Item::Enum(item) => {
            for variant in &mut item.variants {
                variant.attrs = shown(&variant.attrs);
                variant.fields.iter_mut().for_each(|field| field.attrs = shown(&field.attrs));
            }
            (&item.vis, &mut item.attrs)
        }
        Item::Trait(item) => {
            for inner in &mut item.items {
                if let syn::TraitItem::Fn(method) = inner {
                    method.attrs = shown(&method.attrs);
                    match &mut method.default {
                        Some(block) => bare(&mut method.sig, block),
                        None => method.sig.inputs.iter_mut().for_each(plain),
                    }
                }
            }
            (&item.vis, &mut item.attrs)
        }
        Item::Type(item) => (&item.vis, &mut item.attrs),
        _ => return None,
    };
    *attrs = [conditions, &shown(attrs)].concat();
    is_public(visibility).then_some(item)
}

/// Leaves public fields; of the others only that there are some, and on what
/// condition.
fn fields(all: &mut Fields) {
    let private = |field: &Field| !is_public(&field.vis);
    match all {
        Fields::Named(named) => {
            let attrs = hidden(named.named.iter().filter(|field| private(field)));
            let any = named.named.iter().any(private);
            named.named = named.named.iter().filter(|field| !private(field)).cloned().collect();
            if any {
                named.named.push(parse_quote!(#(#attrs)* __private: _));
            }
        }
        Fields::Unnamed(unnamed) => {
            for field in unnamed.unnamed.iter_mut().filter(|field| private(field)) {
                field.ty = Type::Infer(parse_quote!(_));
            }
        }
        Fields::Unit => {}
    }
    all.iter_mut().for_each(|field| field.attrs = shown(&field.attrs));
}

/// The condition on which there is any private field; none if one is always there.
fn hidden<'f>(private: impl Iterator<Item = &'f Field>) -> Vec<Attribute> {
    let conditions: Vec<Vec<Attribute>> = private
        .map(|field| field.attrs.iter().filter(|a| a.path().is_ident("cfg")).cloned().collect())
        .collect();
    if conditions.iter().any(Vec::is_empty) { Vec::new() } else { conditions.concat() }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn shown(attributes: &[Attribute]) -> Vec<Attribute> {
    let is_shown = |a: &&Attribute| SHOWN.iter().any(|name| a.path().is_ident(name));
    attributes.iter().filter(is_shown).cloned().collect()
}

/// A signature alone: how a function names its arguments to itself is its own business.
fn bare(signature: &mut Signature, body: &mut Block) {
    signature.inputs.iter_mut().for_each(plain);
    *body = parse_quote!({});
}

fn plain(argument: &mut FnArg) {
    match argument {
        FnArg::Receiver(own) if own.reference.is_none() && own.colon_token.is_none() => {
            own.mutability = None
        }
        FnArg::Typed(typed) if !matches!(&*typed.pat, syn::Pat::Ident(name) if name.mutability.is_none()) =>
        {
            let name = match &*typed.pat {
                syn::Pat::Ident(name) => name.ident.clone(),
                _ => Ident::new("_", Span::call_site()),
            };
            *typed.pat = if name == "_" { parse_quote!(_) } else { parse_quote!(#name) };
        }
        _ => {}
    }
}

/// Leaves out tables, and what a value is made of inside.
fn shorten(value: &mut Expr) {
    let file: syn::File = parse_quote!(const VALUE: () = #value;);
    if matches!(value, Expr::Struct(_)) || prettyplease::unparse(&file).len() > LONGEST_VALUE {
        *value = parse_quote!(_);
    }
}

fn path_of(ty: &Type) -> Vec<String> {
    match ty {
        Type::Path(path) => path.path.segments.iter().map(|s| s.ident.to_string()).collect(),
        Type::Reference(to) => path_of(&to.elem),
        _ => Vec::new(),
    }
}
