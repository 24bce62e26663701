//! Which modules has a crate, and what does a name mean in one of them?

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};
use syn::{Attribute, Ident, Item, ItemUse, UseTree};

/// Where a module is: the names from the crate's root on.
pub type Place = Vec<String>;

/// An item that is defined in the crate: its module, and its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Definition {
    pub module: Place,
    pub name: String,
}

#[derive(Default)]
pub struct Module {
    pub items: Vec<Item>,
    /// The conditions of the module and of those around it.
    pub conditions: Vec<Attribute>,
}

/// All modules of a crate.
pub struct Crate {
    /// In order of their declarations.
    pub places: Vec<Place>,
    pub modules: HashMap<Place, Module>,
}

/// One name that a `use` brings in.
pub struct Leaf {
    pub path: Vec<String>,
    /// `None` for a glob.
    pub name: Option<Ident>,
}

impl Crate {
    /// Reads the crate with this root.
    pub fn read(root: &Path) -> Self {
        let mut code = Self { places: Vec::new(), modules: HashMap::new() };
        code.read_module(root, root.parent().expect("a folder"), Vec::new(), Vec::new());
        code
    }

    fn read_module(
        &mut self,
        file: &Path,
        folder: &Path,
        place: Place,
        conditions: Vec<Attribute>,
    ) {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        self.add(parsed.items, folder, place, conditions);
    }

    /// Takes a module's items, and those of the modules in it.
    fn add(&mut self, items: Vec<Item>, folder: &Path, place: Place, conditions: Vec<Attribute>) {
        self.places.push(place.clone());
        self.modules.insert(place.clone(), Module::default());
        let mut kept = Vec::new();
        for mut item in items {
            if let Item::Mod(module) = &mut item {
                if is_test(&module.attrs) {
                    continue;
                }
                let name = module.ident.to_string();
                let inner = [&place[..], std::slice::from_ref(&name)].concat();
                let own = module.attrs.iter().filter(|a| a.path().is_ident("cfg"));
                let conditions: Vec<_> = conditions.iter().chain(own).cloned().collect();
                match module.content.take() {
                    Some((_, items)) => self.add(items, &folder.join(name), inner, conditions),
                    None => {
                        let file = file_of(folder, &name);
                        self.read_module(&file, &folder.join(name), inner, conditions);
                    }
                }
            }
            kept.push(item);
        }
        self.modules.insert(place, Module { items: kept, conditions });
    }

    /// What a path means in a module, if it is defined in this crate.
    pub fn resolve(&self, module: &Place, path: &[String]) -> Option<Definition> {
        let (name, before) = path.split_last()?;
        let module = if before.is_empty() { module.clone() } else { self.module(module, before)? };
        self.find(&module, name, 0)
    }

    /// The module that a path leads to.
    pub fn module(&self, from: &Place, path: &[String]) -> Option<Place> {
        let mut place = from.clone();
        for (i, name) in path.iter().enumerate() {
            match (name.as_str(), i) {
                ("crate", 0) => place.clear(),
                ("self", 0) => {}
                ("super", _) => {
                    place.pop()?;
                }
                _ => {
                    place.push(name.clone());
                    if !self.modules.contains_key(&place) {
                        place.pop();
                        let used = |leaf: &Leaf| leaf.name.as_ref().is_some_and(|n| n == name);
                        let leaf = self.leaves(&place).into_iter().find(used)?;
                        // A crate of the same name is not in this one.
                        place = (leaf.path != path[..=i])
                            .then(|| self.module(&place, &leaf.path))??;
                    }
                }
            }
        }
        Some(place)
    }

    fn find(&self, module: &Place, name: &str, depth: usize) -> Option<Definition> {
        let items = &self.modules.get(module)?.items;
        if items.iter().any(|item| name_of(item).is_some_and(|n| n == name)) {
            return Some(Definition { module: module.clone(), name: name.to_owned() });
        }
        // Names that lead around in a circle lead nowhere.
        if depth > 8 {
            return None;
        }
        self.leaves(module).into_iter().find_map(|leaf| {
            let (last, before) = match &leaf.name {
                Some(own) if own == name => leaf.path.split_last()?,
                Some(_) => return None,
                None => (&name.to_owned(), &leaf.path[..]),
            };
            let inner =
                if before.is_empty() { module.clone() } else { self.module(module, before)? };
            self.find(&inner, last, depth + 1)
        })
    }

    /// What a module's `use` items bring in.
    fn leaves(&self, module: &Place) -> Vec<Leaf> {
        let uses = self.modules[module].items.iter().filter_map(|item| match item {
            Item::Use(used) => Some(leaves(used)),
            _ => None,
        });
        uses.flatten().collect()
    }
}

fn file_of(folder: &Path, name: &str) -> PathBuf {
    let beside = folder.join(format!("{name}.rs"));
    if beside.exists() { beside } else { folder.join(name).join("mod.rs") }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|a| a.path().is_ident("cfg") && a.parse_args::<Ident>().is_ok_and(|i| i == "test"))
}

/// The names that one `use` brings in.
pub fn leaves(used: &ItemUse) -> Vec<Leaf> {
    fn walk(tree: &UseTree, path: &mut Vec<String>, found: &mut Vec<Leaf>) {
        match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                walk(&step.tree, path, found);
                path.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, path, found)),
            UseTree::Glob(_) => found.push(Leaf { path: path.clone(), name: None }),
            UseTree::Name(name) if name.ident == "self" => {
                let own = path.last().map(|own| Ident::new(own, name.ident.span()));
                found.push(Leaf { path: path.clone(), name: own });
            }
            UseTree::Name(name) => {
                let path = [&path[..], &[name.ident.to_string()]].concat();
                found.push(Leaf { path, name: Some(name.ident.clone()) });
            }
            UseTree::Rename(name) => {
                let path = [&path[..], &[name.ident.to_string()]].concat();
                found.push(Leaf { path, name: Some(name.rename.clone()) });
            }
        }
    }
    let mut found = Vec::new();
    walk(&used.tree, &mut Vec::new(), &mut found);
    found
}

/// The name that an item defines.
pub fn name_of(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}
