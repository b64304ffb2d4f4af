//! The index as CSV and JSON, for those who may read it: figures as they are, nothing rounded twice.

use super::{Asked, Room};
use crate::{
    Indicators,
    catalog::hundredths,
    page766::Index,
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use web::{extract::Query, problem::PageError, visitor::Visitor};

async fn index(s: &Indicators, v: &Visitor, asked: &Asked) -> Result<Index, PageError> {
    let room = Room::enter(s, v)?;
    let (whose, period) = (room.whose(asked)?, room.period(asked));
    s.index(whose, period, room.now).await?.ok_or_else(PageError::not_found)
}

pub async fn json(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let index = index(&s, &v, &asked).await?;
    Ok(axum::Json(index.told()).into_response())
}

pub async fn csv(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let index = index(&s, &v, &asked).await?;
    let mut out = String::from("\u{feff}indicator,term,name,numerator,denominator,ratio_percent,points,cap,verified\r\n");
    for (indicator, figure) in index.set.indicators().zip(&index.result.figures) {
        for t in &figure.terms {
            let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
            let decimal = |n: Option<i64>| n.map_or_else(String::new, hundredths);
            out.push_str(&line(&[
                &indicator.code,
                &t.name,
                indicator.name.get(v.lang),
                &number(t.numerator),
                &number(t.denominator),
                &decimal(t.ratio),
                &decimal(t.points),
                &hundredths(t.cap),
                if indicator.verified { "yes" } else { "no" },
            ]));
        }
    }
    let file = format!("chi-so-766-{}-{}.csv", index.period, index.whose.scope());
    Ok(attachment(out, &file))
}

/// One line; a cell that a spreadsheet would take for a formula is made text.
pub fn line(cells: &[&str]) -> String {
    let cell = |c: &&str| {
        let c = if c.starts_with(['=', '+', '@', '-']) { format!("'{c}") } else { (*c).to_owned() };
        if c.contains([',', '"', '\n']) { format!("\"{}\"", c.replace('"', "\"\"")) } else { c }
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

pub fn attachment(text: String, file: &str) -> Response {
    let disposition = format!("attachment; filename=\"{file}\"");
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)], text).into_response()
}
