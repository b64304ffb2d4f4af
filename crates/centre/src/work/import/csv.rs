//! CSV as rows of cells: commas or semicolons; text in quotes may hold both and line breaks.

use super::table::{Cell, MAX_CELLS, Row};

/// Rows with the number of the line each begins on; what lies behind the largest number of cells is left out.
pub fn rows(text: &str) -> Vec<Row> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or("");
    let separator = [';', '\t'].into_iter().filter(|s| head.matches(*s).count() > head.matches(',').count()).max_by_key(|s| head.matches(*s).count()).unwrap_or(',');
    split(text, separator)
}

fn split(text: &str, separator: char) -> Vec<Row> {
    let (mut rows, mut cells, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut line, mut first, mut count) = (false, 1, 1, 0);
    let end = |cell: &mut String| Cell::Text(std::mem::take(cell));
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            '\n' => {
                line += 1;
                if quoted {
                    cell.push(c);
                } else {
                    cells.push(end(&mut cell));
                    count += cells.len();
                    rows.push(Row { line: first, cells: std::mem::take(&mut cells) });
                    first = line;
                    if count > MAX_CELLS {
                        return rows;
                    }
                }
            }
            '\r' if !quoted => {}
            c if c == separator && !quoted => cells.push(end(&mut cell)),
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(end(&mut cell));
        rows.push(Row { line: first, cells });
    }
    rows
}
