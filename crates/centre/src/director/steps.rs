//! How an enterprise came as far as it is: each step with the engagement behind it.

use crate::model::Enterprise;
use kernel::Instant;
use web::{
    html::{Html, url_part},
    kit::{self, Column, Table},
    visitor::Visitor,
    when,
};

/// The steps of the way beyond the assessment, oldest first.
pub fn steps(v: &Visitor, e: &Enterprise, now: Instant) -> Html {
    let rows = e.steps.iter().map(|s| {
        let case = match s.case.as_deref() {
            Some(code) => kit::link(&format!("/work/cases/{}", url_part(code)), code),
            None => Html("–".to_owned()),
        };
        vec![Html::text(s.stage.name().get(v.lang)), when::at_time(s.at, now, v.lang), case]
    });
    kit::table(&Table {
        caption: v.pick("Chặng đường", "The way so far").to_owned(),
        caption_hidden: true,
        columns: [("Chặng", "Stage"), ("Từ", "Since"), ("Đợt hỗ trợ", "Engagement")].map(|(vi, en)| Column::text(v.pick(vi, en))).into(),
        rows: rows.collect(),
        empty: v.pick("Chưa có đợt hỗ trợ nào đưa đơn vị đi xa hơn bước đánh giá.", "No engagement has brought it beyond the assessment yet.").to_owned(),
    })
}
