//! One YAML file read into a type, with the line of what is wrong.

use super::Finding;
use serde::de::DeserializeOwned;
use serde_saphyr::{
    Error,
    granit_parser::{Event, Parser},
};

/// A catalogue file is text that people review; one past a megabyte is something else.
pub const MAX_FILE: usize = 1 << 20;

/// Reads one file. Too large a file, several documents, repeated keys, unknown keys (by the types) and aliases that
/// multiply are findings, not surprises.
pub fn parse_yaml<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Finding> {
    if text.len() > MAX_FILE {
        return Err(Finding::new(
            file,
            None,
            format!("Tệp dài {} byte, quá giới hạn {MAX_FILE} byte (1 MiB); hãy tách thành nhiều tệp.", text.len()),
            format!("The file has {} bytes, past the limit of {MAX_FILE} (1 MiB); split it.", text.len()),
        ));
    }
    let options = serde_saphyr::options! {
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_depth: 64,
            max_documents: 1,
            max_aliases: 1_000,
            max_anchors: 200,
            max_recorded_anchor_events: 20_000,
            max_nodes: 200_000,
            max_events: 400_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 50_000,
            max_replay_stack_depth: 8,
            max_alias_expansions_per_anchor: 500,
        },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| finding(file, &error))
}

fn finding(file: &str, error: &Error) -> Finding {
    let plain = innermost(error);
    let at = error.location().filter(|at| at.line() > 0);
    let (vi, en) = reason(plain);
    let mut found = Finding::new(file, at.and_then(|at| usize::try_from(at.line()).ok()), vi, en);
    found.column = at.and_then(|at| usize::try_from(at.column()).ok());
    found
}

fn innermost(mut error: &Error) -> &Error {
    while let Error::AliasError { error: inner, .. } | Error::WithSnippet { error: inner, .. } = error {
        error = inner;
    }
    error
}

/// The mistakes people make, in words; the rest as the parser says it.
fn reason(error: &Error) -> (String, String) {
    match error {
        Error::SerdeUnknownField { field, expected, .. } => (
            format!("Không có khóa “{field}” ở đây; các khóa dùng được: {}.", expected.join(", ")),
            format!("There is no key “{field}” here; the keys are: {}.", expected.join(", ")),
        ),
        Error::SerdeMissingField { field, .. } => {
            (format!("Thiếu khóa “{field}”."), format!("The key “{field}” is missing."))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => (
            format!("Giá trị “{variant}” không dùng được ở đây; chọn một trong: {}.", expected.join(", ")),
            format!("The value “{variant}” is not one of: {}.", expected.join(", ")),
        ),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("Cần {expected} nhưng gặp {unexpected}."), format!("Expected {expected}, found {unexpected}."))
        }
        Error::DuplicateMappingKey { .. } => {
            ("Khóa này đã có ở trên; mỗi khóa chỉ ghi một lần.".into(), "This key is already given above.".into())
        }
        Error::Message { msg, .. } => (msg.clone(), msg.clone()),
        Error::Budget { .. } | Error::AliasReplayLimitExceeded { .. } | Error::AliasExpansionLimitExceeded { .. } => (
            "Tệp quá phức tạp (lồng quá sâu, quá nhiều nút hoặc bí danh); hãy viết thẳng các giá trị.".into(),
            format!("The file is too complex: {}.", one_line(error)),
        ),
        Error::MultipleDocuments { .. } => {
            ("Mỗi tệp chỉ có một tài liệu YAML.".into(), "A file holds one YAML document.".into())
        }
        other => {
            (format!("YAML không đọc được: {}.", one_line(other)), format!("Unreadable YAML: {}.", one_line(other)))
        }
    }
}

fn one_line(error: &Error) -> String {
    error.render().lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// The line (from 1) of the key that a path leads to; a number is a position in a list: `["steps", "0", "role"]`.
/// A path that leads on to nothing gives the line of its last part that exists, `None` if not even the first does.
pub fn line_of(text: &str, path: &[&str]) -> Option<usize> {
    let mut walk = Walk { path, open: Vec::new(), matched: 0, line: None };
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        if walk.step(&event, span.start.line()) {
            break;
        }
    }
    walk.line
}

/// An open collection of the document.
struct Level {
    map: bool,
    /// Position in a list; in a mapping, whether a key is awaited is its parity.
    place: usize,
    /// All parts of the path up to this collection matched.
    on_path: bool,
    /// The path goes through the value that comes next.
    next_matches: bool,
}

struct Walk<'a> {
    path: &'a [&'a str],
    open: Vec<Level>,
    matched: usize,
    line: Option<usize>,
}

impl Walk<'_> {
    /// True when the whole path is found.
    fn step(&mut self, event: &Event<'_>, line: usize) -> bool {
        match event {
            Event::MappingStart { .. } | Event::SequenceStart { .. } => {
                let on_path = self.value(None, line);
                let map = matches!(event, Event::MappingStart { .. });
                self.open.push(Level { map, place: 0, on_path, next_matches: false });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
            }
            Event::Scalar(value, ..) => {
                self.value(Some(value), line);
            }
            Event::Alias(_) => {
                self.value(None, line);
            }
            _ => {}
        }
        self.matched == self.path.len()
    }

    /// Takes one node; says whether the path goes into it.
    fn value(&mut self, scalar: Option<&str>, line: usize) -> bool {
        let depth = self.open.len();
        let Some(level) = self.open.last_mut() else { return true };
        let place = level.place;
        level.place += 1;
        let wanted = self.path.get(depth - 1).copied();
        if level.map && place.is_multiple_of(2) {
            level.next_matches = level.on_path && wanted.is_some() && scalar == wanted;
            if level.next_matches {
                (self.matched, self.line) = (depth, Some(line));
            }
            return false;
        }
        if !level.map {
            level.next_matches = level.on_path && wanted.and_then(|w| w.parse().ok()) == Some(place);
            if level.next_matches {
                (self.matched, self.line) = (depth, Some(line));
            }
        }
        level.next_matches
    }
}
