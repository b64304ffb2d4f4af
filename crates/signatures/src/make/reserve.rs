//! Empty fields for signatures that will be shown on a page. They are put in before anything is signed: each signature then fills
//! its own field and changes nothing else, so that those before it stay good.
//!
//! In a tagged file each field gets its element in the structure (ISO 14289-1 §7.18.4: widgets stand in a `Form`), and a form with
//! nothing in it as its appearance (ISO 19005-2 §6.3.3).

use super::{
    pdf::Unfit,
    picture::{Rect, blank},
    revision::{Revision, set},
    write::text,
};
use crate::{
    allowance,
    pdf::{
        object::{Dict, Value},
        table::Table,
    },
};

/// Where a signature will be shown.
#[derive(Debug, Clone)]
pub struct Reserved<'a> {
    /// The field's name, once in a file; ASCII without dots.
    pub field: &'a str,
    /// Who will sign, for readers by ear.
    pub said: &'a str,
    /// The page, from 0.
    pub page: usize,
    pub rect: Rect,
}

/// The file with the fields, as one revision.
pub fn reserve(pdf: &[u8], fields: &[Reserved<'_>]) -> Result<Vec<u8>, Unfit> {
    let left = allowance(pdf);
    let table = Table::of(pdf, &left).ok_or(Unfit::Unreadable)?;
    let mut revision = Revision::of(pdf, &table)?;
    for field in fields {
        if revision.field(field.field).is_some() {
            return Err(Unfit::Taken);
        }
        one(&mut revision, field)?;
    }
    Ok(revision.close())
}

fn one(revision: &mut Revision<'_>, field: &Reserved<'_>) -> Result<(), Unfit> {
    let page = revision.page(field.page)?;
    let widget = revision.number();
    let appearance = blank(revision, field.rect);
    let tag = tagged(revision, field, widget, page)?;
    // Flags: printed and locked.
    let mut source = format!("<</Type/Annot/Subtype/Widget/FT/Sig/F 132/Rect[{}]/P {page} 0 R/AP<</N {appearance} 0 R>>", field.rect.corners()).into_bytes();
    if let Some(key) = tag {
        source.extend(format!("/StructParent {key}").bytes());
    }
    source.extend(b"/T".iter().copied().chain(text(field.field)).chain(*b"/TU").chain(text(field.said)).chain(*b">>"));
    revision.put_written(widget, source);
    revision.append(page, "Annots", [Value::Ref(widget, 0)])?;
    let form = revision.form()?;
    revision.append(form, "Fields", [Value::Ref(widget, 0)])
}

/// The field's element at the end of a tagged document, and its key in the tree by which elements are found; none in a file without tags.
fn tagged(revision: &mut Revision<'_>, field: &Reserved<'_>, widget: u32, page: u32) -> Result<Option<i64>, Unfit> {
    let root = revision.dict(revision.root())?;
    let Some(Value::Ref(tree_number, _)) = root.get("StructTreeRoot") else { return Ok(None) };
    let tree_number = *tree_number;
    let tree = revision.dict(tree_number)?;
    let (Some(key), Some(document)) = (tree.int("ParentTreeNextKey"), first_kid(revision, &tree)) else { return Ok(None) };
    let element = revision.number();
    let mut source = format!("<</Type/StructElem/S/Form/P {document} 0 R/Pg {page} 0 R/K<</Type/OBJR/Obj {widget} 0 R/Pg {page} 0 R>>/Alt").into_bytes();
    source.extend(text(field.said).into_iter().chain(*b">>"));
    revision.put_written(element, source);
    add_kid(revision, document, element)?;
    let key = i64::try_from(key).map_err(|_| Unfit::Unreadable)?;
    add_key(revision, tree_number, key, element)?;
    let mut tree = revision.dict(tree_number)?;
    set(&mut tree, "ParentTreeNextKey", Value::Int(key + 1));
    revision.put(tree_number, Value::Dict(tree));
    Ok(Some(key))
}

/// The element of the whole document: the first below the root of the structure.
fn first_kid(revision: &Revision<'_>, tree: &Dict) -> Option<u32> {
    let number = |v: &Value| if let Value::Ref(number, _) = v { Some(*number) } else { None };
    match tree.get("K")? {
        Value::List(kids) => number(kids.first()?),
        Value::Ref(one, _) => match revision.follow(&Value::Ref(*one, 0))? {
            Value::List(kids) => number(kids.first()?),
            Value::Dict(_) => Some(*one),
            _ => None,
        },
        _ => None,
    }
}

fn add_kid(revision: &mut Revision<'_>, parent: u32, kid: u32) -> Result<(), Unfit> {
    let mut dict = revision.dict(parent)?;
    // A single kid stands there without a list.
    let alone = match dict.get("K") {
        Some(one) if !matches!(revision.follow(one), Some(Value::List(_))) => Some(one.clone()),
        _ => None,
    };
    if let Some(one) = alone {
        set(&mut dict, "K", Value::List(vec![one]));
        revision.put(parent, Value::Dict(dict));
    }
    revision.append(parent, "K", [Value::Ref(kid, 0)])
}

/// Into the tree of numbers (ISO 32000-2 §7.9.7): its keys are in order, and this one is the highest.
fn add_key(revision: &mut Revision<'_>, tree_number: u32, key: i64, element: u32) -> Result<(), Unfit> {
    let mut tree = revision.dict(tree_number)?;
    let own = match tree.get("ParentTree") {
        Some(Value::Ref(number, _)) => *number,
        Some(Value::Dict(direct)) => {
            let (direct, number) = (direct.clone(), revision.number());
            revision.put(number, Value::Dict(direct));
            set(&mut tree, "ParentTree", Value::Ref(number, 0));
            revision.put(tree_number, Value::Dict(tree));
            number
        }
        _ => return Err(Unfit::Unreadable),
    };
    if revision.dict(own)?.get("Kids").is_none() {
        return revision.append(own, "Nums", [Value::Int(key), Value::Ref(element, 0)]);
    }
    let leaf = revision.number();
    revision.put_written(leaf, format!("<</Limits[{key} {key}]/Nums[{key} {element} 0 R]>>").into_bytes());
    revision.append(own, "Kids", [Value::Ref(leaf, 0)])
}
