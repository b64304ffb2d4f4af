//! Text of a web page: what a reader sees. Scripts, comments and hidden parts are left out, and their leaving out is noted.

use crate::parse::Note;

const BLOCKS: [&str; 16] = ["p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "title", "hr"];
const SILENT: [&str; 6] = ["script", "style", "noscript", "template", "head", "svg"];

pub fn text(html: &str, notes: &mut Vec<Note>) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    // The element that is not shown, and how many of its kind are open.
    let mut hidden: Option<(String, usize)> = None;
    let mut noted = false;
    while let Some(open) = rest.find('<') {
        if hidden.is_none() {
            entities(&rest[..open], &mut out);
        }
        rest = &rest[open..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.find("-->").map_or("", |e| &after[e + 3..]);
            continue;
        }
        let Some(close) = rest.find('>') else { break };
        let tag = &rest[1..close];
        rest = &rest[close + 1..];
        let end = tag.starts_with('/');
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric()).collect::<String>().to_lowercase();
        if let Some((kind, depth)) = &mut hidden {
            if *kind == name && !tag.ends_with('/') {
                *depth = if end { *depth - 1 } else { *depth + 1 };
            }
            if *depth == 0 {
                hidden = None;
            }
            continue;
        }
        if !end && !tag.ends_with('/') {
            let flat = tag.to_lowercase().replace(' ', "");
            let unseen = flat.contains("display:none") || flat.contains("visibility:hidden") || flat.contains("font-size:0") || flat.contains("color:#fff") || flat.contains("color:white");
            if unseen && !noted {
                noted = true;
                notes.push(Note { line: 1, code: "hidden-text", vi: "Tệp có chữ ẩn; đã bỏ qua phần ẩn.".into(), en: "The file holds hidden text; it was left out.".into() });
            }
            if (unseen && !matches!(name.as_str(), "br" | "img" | "input" | "hr" | "meta")) || SILENT.contains(&name.as_str()) {
                hidden = Some((name, 1));
                continue;
            }
        }
        if BLOCKS.contains(&name.as_str()) {
            out.push('\n');
        } else if matches!(name.as_str(), "td" | "th") && end {
            out.push_str(" | ");
        }
    }
    if hidden.is_none() {
        entities(rest, &mut out);
    }
    out
}

fn entities(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        space(&rest[..at], out);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        match end.and_then(|e| entity(&rest[1..e]).map(|c| (c, e))) {
            Some((c, e)) => {
                out.push(c);
                rest = &rest[e + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    space(rest, out);
}

/// Line ends inside a paragraph of a page are spaces.
fn space(text: &str, out: &mut String) {
    out.extend(text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }));
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        "agrave" => 'à', "aacute" => 'á', "acirc" => 'â', "atilde" => 'ã', "egrave" => 'è', "eacute" => 'é', "ecirc" => 'ê', "igrave" => 'ì', "iacute" => 'í',
        "ograve" => 'ò', "oacute" => 'ó', "ocirc" => 'ô', "otilde" => 'õ', "ugrave" => 'ù', "uacute" => 'ú', "yacute" => 'ý',
        "Agrave" => 'À', "Aacute" => 'Á', "Acirc" => 'Â', "Ecirc" => 'Ê', "Ocirc" => 'Ô',
        _ => return None,
    })
}
