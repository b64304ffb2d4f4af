//! Objects appended behind a file as one revision (ISO 32000-2 §7.5.6): what stood before is not touched, so that earlier
//! signatures stay good.

use super::{pdf::Unfit, write::written};
use crate::pdf::{
    object::{Dict, Value},
    table::Table,
};
use std::collections::BTreeMap;

/// No tree of pages that a program writes is deeper.
const MOST_PAGES_DEEP: usize = 16;

enum Object {
    Value(Value),
    /// A stream, written already.
    Written(Vec<u8>),
}

pub struct Revision<'a> {
    pdf: &'a [u8],
    table: &'a Table<'a>,
    previous: usize,
    next: u32,
    changed: BTreeMap<u32, Object>,
}

impl<'a> Revision<'a> {
    pub fn of(pdf: &'a [u8], table: &'a Table<'a>) -> Result<Self, Unfit> {
        if table.encrypted {
            return Err(Unfit::Encrypted);
        }
        let previous = *table.sections.first().ok_or(Unfit::Unreadable)?;
        let next = table.places.keys().max().map_or(1, |n| n + 1);
        Ok(Self { pdf, table, previous, next, changed: BTreeMap::new() })
    }

    pub fn root(&self) -> u32 {
        self.table.root
    }

    /// A number that no object has.
    pub fn number(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// A dictionary as it is in this revision.
    pub fn dict(&self, number: u32) -> Result<Dict, Unfit> {
        match self.value(number) {
            Some(Value::Dict(d)) => Ok(d),
            _ => Err(Unfit::Unreadable),
        }
    }

    fn value(&self, number: u32) -> Option<Value> {
        match self.changed.get(&number) {
            Some(Object::Value(value)) => Some(value.clone()),
            Some(Object::Written(_)) => None,
            None => self.table.value(number),
        }
    }

    pub fn follow(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Ref(number, _) => self.value(*number),
            other => Some(other.clone()),
        }
    }

    pub fn put(&mut self, number: u32, value: Value) {
        self.changed.insert(number, Object::Value(value));
    }

    /// A stream, or a dictionary written by hand.
    pub fn put_written(&mut self, number: u32, source: Vec<u8>) {
        self.changed.insert(number, Object::Written(source));
    }

    /// Appends values to the list of a dictionary's entry, wherever the list stands; there need not be one yet.
    pub fn append(&mut self, owner: u32, key: &str, new: impl IntoIterator<Item = Value>) -> Result<(), Unfit> {
        let mut dict = self.dict(owner)?;
        let elsewhere = match dict.get(key) {
            Some(Value::Ref(number, _)) => Some(*number),
            _ => None,
        };
        let mut list = match dict.get(key).and_then(|v| self.follow(v)) {
            Some(Value::List(list)) => list,
            _ => Vec::new(),
        };
        list.extend(new);
        match elsewhere {
            Some(number) => self.put(number, Value::List(list)),
            None => {
                set(&mut dict, key, Value::List(list));
                self.put(owner, Value::Dict(dict));
            }
        }
        Ok(())
    }

    /// The form of the document, made where there is none: its object's number.
    pub fn form(&mut self) -> Result<u32, Unfit> {
        let mut root = self.dict(self.table.root)?;
        let (number, form) = match root.get("AcroForm") {
            Some(Value::Ref(number, _)) => (*number, self.dict(*number)?),
            None => (self.number(), Dict { entries: Vec::new(), span: root.span }),
            Some(Value::Dict(direct)) => {
                let direct = direct.clone();
                (self.number(), direct)
            }
            Some(_) => return Err(Unfit::Unreadable),
        };
        if !matches!(root.get("AcroForm"), Some(Value::Ref(..))) {
            set(&mut root, "AcroForm", Value::Ref(number, 0));
            self.put(self.table.root, Value::Dict(root));
        }
        let mut form = form;
        set(&mut form, "SigFlags", Value::Int(3));
        self.put(number, Value::Dict(form));
        Ok(number)
    }

    /// The number of a field of the form, by its name.
    pub fn field(&self, name: &str) -> Option<u32> {
        let root = self.dict(self.table.root).ok()?;
        let Some(Value::Dict(form)) = root.get("AcroForm").and_then(|f| self.follow(f)) else { return None };
        let Some(Value::List(fields)) = form.get("Fields").and_then(|f| self.follow(f)) else { return None };
        fields.iter().find_map(|field| match field {
            Value::Ref(number, _) if self.dict(*number).is_ok_and(|d| d.text("T").as_deref() == Some(name)) => Some(*number),
            _ => None,
        })
    }

    /// A page by its place in the file, from 0.
    pub fn page(&self, index: usize) -> Result<u32, Unfit> {
        let root = self.dict(self.table.root)?;
        let Some(Value::Ref(pages, _)) = root.get("Pages") else { return Err(Unfit::Unreadable) };
        self.page_below(*pages, &mut { index }, 0).ok_or(Unfit::Unreadable)
    }

    fn page_below(&self, node: u32, left: &mut usize, depth: usize) -> Option<u32> {
        let dict = self.dict(node).ok().filter(|_| depth < MOST_PAGES_DEEP)?;
        match dict.get("Kids").and_then(|kids| self.follow(kids)) {
            Some(Value::List(kids)) => kids.iter().find_map(|kid| match kid {
                Value::Ref(kid, _) => self.page_below(*kid, left, depth + 1),
                _ => None,
            }),
            _ if dict.name("Type") != Some(b"Page") => None,
            _ if *left == 0 => Some(node),
            _ => {
                *left -= 1;
                None
            }
        }
    }

    /// The file with this revision.
    pub fn close(self) -> Vec<u8> {
        self.close_with(None, |_| ()).0
    }

    /// The file with this revision and a last object that is written by the caller, who notes where something stands in it.
    pub fn close_with<T>(self, last: Option<u32>, write: impl FnOnce(&mut Vec<u8>) -> T) -> (Vec<u8>, T) {
        let mut bytes = self.pdf.to_vec();
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        let mut places = BTreeMap::new();
        for (number, object) in self.changed {
            places.insert(number, bytes.len());
            let source = match object {
                Object::Value(value) => written(&value),
                Object::Written(source) => source,
            };
            bytes.extend(format!("{number} 0 obj\n").bytes().chain(source).chain(*b"\nendobj\n"));
        }
        if let Some(number) = last {
            places.insert(number, bytes.len());
            bytes.extend(format!("{number} 0 obj\n").bytes());
        }
        let noted = write(&mut bytes);
        if last.is_some() {
            bytes.extend_from_slice(b"\nendobj\n");
        }
        cross_reference(&mut bytes, self.pdf, self.table, self.previous, places);
        (bytes, noted)
    }
}

pub fn set(dict: &mut Dict, key: &str, value: Value) {
    dict.entries.retain(|(k, _)| k != key.as_bytes());
    dict.entries.push((key.as_bytes().to_vec(), value));
}

/// A table where the file has a table, a stream where it has a stream: readers do not take a mixture (ISO 32000-2 §7.5.8.4).
fn cross_reference(bytes: &mut Vec<u8>, pdf: &[u8], table: &Table<'_>, previous: usize, mut places: BTreeMap<u32, usize>) {
    let start = bytes.len();
    let as_table = pdf.get(previous..).is_some_and(|b| b.trim_ascii_start().starts_with(b"xref"));
    let own = places.keys().chain(table.places.keys()).max().map_or(1, |n| n + 1);
    if !as_table {
        places.insert(own, start);
    }
    let size = places.keys().chain(table.places.keys()).max().map_or(1, |n| n + 1);
    let mut common = format!("/Size {size}/Root {} 0 R/Prev {previous}", table.root).into_bytes();
    if let Some(info) = table.info {
        common.extend(format!("/Info {info} 0 R").bytes());
    }
    if let Some(id) = &table.id {
        common.extend(b"/ID".iter().copied().chain(written(id)));
    }
    if as_table {
        bytes.extend_from_slice(b"xref\n");
        for (number, at) in &places {
            bytes.extend(format!("{number} 1\n{at:010} 00000 n \n").bytes());
        }
        bytes.extend(b"trailer\n<<".iter().copied().chain(common).chain(*b">>\n"));
    } else {
        let index: String = places.keys().map(|n| format!("{n} 1 ")).collect();
        let rows: Vec<u8> = places.values().flat_map(|at| std::iter::once(1).chain((*at as u64).to_be_bytes()).chain([0, 0])).collect();
        bytes.extend(format!("{own} 0 obj\n<</Type/XRef/W[1 8 2]/Index[{}]/Length {}", index.trim_end(), rows.len()).bytes());
        bytes.extend(common.into_iter().chain(*b">>\nstream\n").chain(rows).chain(*b"\nendstream\nendobj\n"));
    }
    bytes.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
}
