//! Listings: an item of a crate, found by parsing the file, shown as it is written.

use std::fmt::Write as _;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

use syn::spanned::Spanned;
use syn::{ImplItem, Item, ItemImpl, ItemTrait, TraitItem};

use crate::directive::Fault;
use crate::html::Escaped;
use crate::problem::{nearest, slashes};

/// More lines than this are more than one idea.
const MOST_LINES: usize = 30;

/// Renders an item of `root/path` as a fence with a caption.
pub(crate) fn render(
    root: &Path,
    path: &Path,
    item: &str,
    docs: bool,
) -> Result<String, Fault> {
    let shown = slashes(path);
    let source = fs::read_to_string(root.join(path)).map_err(|error| {
        Fault::new(
            format!("cannot read {shown}: {error}"),
            "a listing's path starts at the workspace's root: chapters/NN-topic/src/FILE.rs",
        )
    })?;
    let listing = extract(&source, &shown, item, docs)?;
    let lines = listing.code.lines().count();
    if lines > MOST_LINES {
        return Err(Fault::new(
            format!("`{item}` of {shown} has {lines} lines, over {MOST_LINES}"),
            "show a smaller item, or divide this one: a listing holds one idea",
        ));
    }
    Ok(fenced(&listing, &shown, item))
}

fn fenced(listing: &Listing, path: &str, item: &str) -> String {
    let ticks = "`".repeat(longest_ticks(&listing.code).max(2) + 1);
    let mut out = String::from("<div class=\"listing\">\n\n");
    writeln!(out, "{ticks}rust\n{}\n{ticks}\n", listing.code).expect("infallible");
    write!(
        out,
        "<p class=\"listing-path\"><span class=\"listing-item\">{}</span> \
         <span class=\"listing-file\">{}:{}</span></p>\n\n</div>\n",
        Escaped(item),
        Escaped(path),
        listing.line,
    )
    .expect("infallible");
    out
}

fn longest_ticks(code: &str) -> usize {
    code.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[derive(Debug, PartialEq, Eq)]
struct Listing {
    code: String,
    /// The first line shown, counted from 1.
    line: usize,
}

fn extract(source: &str, path: &str, item: &str, docs: bool) -> Result<Listing, Fault> {
    let file = syn::parse_file(source).map_err(|error| {
        let at = error.span().start();
        Fault::new(
            format!("{path}:{}:{} is not Rust: {error}", at.line, at.column + 1),
            "run `cargo check` and repair what it shows",
        )
    })?;
    let mut items = Vec::new();
    collect(&file.items, "", &mut items);
    let wanted = normalised(item);
    let matches: Vec<_> = items
        .iter()
        .filter(|found| found.name == wanted || found.qualified == wanted)
        .collect();
    match matches.as_slice() {
        [found] => Ok(cut(source, found, docs)),
        [] => Err(missing(path, &wanted, &items)),
        several => Err(ambiguous(path, &wanted, several)),
    }
}

/// An item's name and the lines it takes, its doc comments included.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) name: String,
    pub(crate) lines: RangeInclusive<usize>,
}

/// All items of a file, methods and what is in its modules included.
pub(crate) fn items(source: &str) -> syn::Result<Vec<Span>> {
    let file = syn::parse_file(source)?;
    let mut found = Vec::new();
    collect(&file.items, "", &mut found);
    Ok(found
        .into_iter()
        .map(|item| Span {
            lines: item.span.start().line..=item.span.end().line,
            name: item.name,
        })
        .collect())
}

fn missing(path: &str, item: &str, items: &[Found]) -> Fault {
    let names = || items.iter().map(|found| found.name.as_str());
    let remedy = match nearest(item, names()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("it has: {}", names().collect::<Vec<_>>().join(", ")),
    };
    Fault::new(format!("{path} has no item `{item}`"), remedy)
}

fn ambiguous(path: &str, item: &str, several: &[&Found]) -> Fault {
    let choices: Vec<_> = several
        .iter()
        .map(|found| {
            format!("`{}` at line {}", found.qualified, found.span.start().line)
        })
        .collect();
    Fault::new(
        format!("{path} has {} items `{item}`", several.len()),
        format!("name one of them in full: {}", choices.join(", ")),
    )
}

/// An item and the names it answers to.
struct Found {
    /// `parse_head`, `Board::since`, `impl Listen for Tcp`.
    name: String,
    /// The same, and for a method of a trait's impl `<Tcp as Listen>::accept`.
    qualified: String,
    span: proc_macro2::Span,
}

fn collect(items: &[Item], module: &str, found: &mut Vec<Found>) {
    for item in items {
        let ident = match item {
            Item::Impl(block) => {
                collect_impl(block, module, found);
                continue;
            }
            Item::Trait(declared) => {
                collect_trait(declared, module, found);
                &declared.ident
            }
            Item::Mod(inner) => {
                if let Some((_, items)) = &inner.content {
                    let inside = format!("{module}{}::", inner.ident);
                    collect(items, &inside, found);
                }
                &inner.ident
            }
            Item::Macro(rules) => match &rules.ident {
                Some(ident) => ident,
                None => continue,
            },
            Item::Const(it) => &it.ident,
            Item::Enum(it) => &it.ident,
            Item::Fn(it) => &it.sig.ident,
            Item::Static(it) => &it.ident,
            Item::Struct(it) => &it.ident,
            Item::Type(it) => &it.ident,
            Item::Union(it) => &it.ident,
            _ => continue,
        };
        push(found, format!("{module}{ident}"), None, item.span());
    }
}

fn push(
    found: &mut Vec<Found>,
    name: String,
    qualified: Option<String>,
    span: proc_macro2::Span,
) {
    let qualified = qualified.unwrap_or_else(|| name.clone());
    found.push(Found {
        name,
        qualified,
        span,
    });
}

fn collect_impl(block: &ItemImpl, module: &str, found: &mut Vec<Found>) {
    let subject = type_name(&block.self_ty);
    let implemented = block
        .trait_
        .as_ref()
        .and_then(|(_, path, _)| path.segments.last())
        .map(|segment| segment.ident.to_string());
    let name = match &implemented {
        Some(name) => format!("impl {name} for {module}{subject}"),
        None => format!("impl {module}{subject}"),
    };
    push(found, name, None, block.span());
    for item in &block.items {
        let ident = match item {
            ImplItem::Const(it) => &it.ident,
            ImplItem::Fn(it) => &it.sig.ident,
            ImplItem::Type(it) => &it.ident,
            _ => continue,
        };
        let qualified = implemented
            .as_ref()
            .map(|name| format!("<{module}{subject} as {name}>::{ident}"));
        let name = format!("{module}{subject}::{ident}");
        push(found, name, qualified, item.span());
    }
}

fn collect_trait(declared: &ItemTrait, module: &str, found: &mut Vec<Found>) {
    for item in &declared.items {
        let ident = match item {
            TraitItem::Const(it) => &it.ident,
            TraitItem::Fn(it) => &it.sig.ident,
            TraitItem::Type(it) => &it.ident,
            _ => continue,
        };
        let name = format!("{module}{}::{ident}", declared.ident);
        push(found, name, None, item.span());
    }
}

/// The name of a type without its generics: `Tap<Io>` is `Tap`, `&mut T` is `T`.
fn type_name(ty: &syn::Type) -> String {
    match ty {
        syn::Type::Path(path) => match path.path.segments.last() {
            Some(segment) => segment.ident.to_string(),
            None => String::new(),
        },
        syn::Type::Reference(reference) => type_name(&reference.elem),
        syn::Type::Slice(slice) => format!("[{}]", type_name(&slice.elem)),
        _ => String::from("_"),
    }
}

/// One space between words, and no generics, as [`Found`] names things.
fn normalised(item: &str) -> String {
    // `<Type as Trait>::method` keeps its brackets; `Tap<Io>` loses them.
    if item.starts_with('<') {
        return item.to_owned();
    }
    let mut depth = 0;
    item.chars()
        .filter(|c| match c {
            '<' => {
                depth += 1;
                false
            }
            '>' => {
                depth -= 1;
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// Cuts the item's lines out of the file, so that its comments and its layout stay, and
/// moves them to the margin.
fn cut(source: &str, found: &Found, docs: bool) -> Listing {
    let (start, end) = (found.span.start(), found.span.end());
    let mut line = start.line;
    let mut code = Vec::new();
    for (index, text) in source.lines().enumerate() {
        let number = index + 1;
        if number < start.line || number > end.line {
            continue;
        }
        let trimmed = text.trim_start();
        if !docs && (trimmed.starts_with("///") || trimmed.starts_with("//!")) {
            if code.is_empty() {
                line = number + 1;
            }
            continue;
        }
        let indent = (text.len() - trimmed.len()).min(start.column);
        code.push(text[indent..].trim_end());
    }
    Listing {
        code: code.join("\n"),
        line,
    }
}

#[cfg(test)]
mod tests;
