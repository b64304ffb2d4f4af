//! Assessment: begin without an account, answer in any order, see the result, keep it, share it.

mod answer;
mod bring;
mod door;
mod people;
mod pictures;
mod proofs;
mod question;
mod report;
mod result;
mod save;
mod sealed;
mod sections;
mod start;

pub use answer::{control, in_words, read_answer};
pub use pictures::radar;
pub use proofs::hand_out;
pub use question::by_whom;
pub use result::{dimension_table, gaps, headline};
pub use save::{FILE_MAX, done, refused};

use crate::{
    Centre, acts,
    model::Assessment,
    secret,
    store::{self as tables, Figures},
    views::AssessmentRow,
};
use identity::actions::{ASSESS_TRY, ENTERPRISE_OWN};
use kernel::text::Lang;
use scoring::Outcome;
use web::{
    html::{Html, esc},
    kit::{self, Column, Table},
    routes::Routes,
    when,
};

/// A body is read whole up to here, so that a file above its own limit is answered on the page and the connection is not cut.
pub(crate) const UPLOAD_LIMIT: usize = 64 << 20;

pub fn routes(r: Routes<Centre>) -> Routes<Centre> {
    r.get("/assess", ASSESS_TRY, start::choose)
        .post("/assess/start", ASSESS_TRY, start::begin)
        .get("/assess/a/{key}", ASSESS_TRY, sections::own)
        .get("/assess/a/{key}/q/{criterion}", ASSESS_TRY, question::ask_own)
        .post("/assess/a/{key}/q/{criterion}", ASSESS_TRY, save::own)
        .post("/assess/a/{key}/q/{criterion}/evidence", ASSESS_TRY, save::own_evidence)
        .body_limit(UPLOAD_LIMIT)
        .get("/assess/a/{key}/q/{criterion}/evidence/{file}", ASSESS_TRY, proofs::open_own)
        .post("/assess/a/{key}/q/{criterion}/evidence/{file}/remove", ASSESS_TRY, proofs::remove_own)
        .get("/assess/a/{key}/people", ASSESS_TRY, people::show)
        .post("/assess/a/{key}/people", ASSESS_TRY, people::invite)
        .post("/assess/a/{key}/people/{invite}/end", ASSESS_TRY, people::end)
        .get("/assess/i/{key}", ASSESS_TRY, sections::asked)
        .get("/assess/i/{key}/q/{criterion}", ASSESS_TRY, question::ask_asked)
        .post("/assess/i/{key}/q/{criterion}", ASSESS_TRY, save::asked)
        .post("/assess/i/{key}/q/{criterion}/evidence", ASSESS_TRY, save::asked_evidence)
        .body_limit(UPLOAD_LIMIT)
        .get("/assess/i/{key}/q/{criterion}/evidence/{file}", ASSESS_TRY, proofs::open_asked)
        .post("/assess/i/{key}/q/{criterion}/evidence/{file}/remove", ASSESS_TRY, proofs::remove_asked)
        .get("/sw.js", web::routes::PUBLIC, crate::device::worker)
        .get("/assess/a/{key}/result", ASSESS_TRY, result::own)
        .post("/assess/a/{key}/submit", ASSESS_TRY, bring::submit)
        .post("/assess/a/{key}/share", ASSESS_TRY, bring::share)
        .post("/assess/a/{key}/again", ASSESS_TRY, bring::again)
        .get("/assess/a/{key}/attach", ENTERPRISE_OWN, bring::ask_attach)
        .post("/assess/a/{key}/attach", ENTERPRISE_OWN, bring::attach)
        .get("/assess/a/{key}/result.csv", ASSESS_TRY, report::csv)
        .get("/assess/a/{key}/result.json", ASSESS_TRY, report::json)
        .get("/assess/a/{key}/result.pdf", ASSESS_TRY, report::pdf)
        .get("/assess/shared/{key}", ASSESS_TRY, result::shared)
}

/// The assessment behind its own address.
pub async fn by_key(c: &Centre, key: &str) -> Result<Assessment, acts::ActError> {
    let id = tables::assessment_by_owner(&c.scope, &secret::hash(key)).await?.ok_or_else(acts::no_assessment)?;
    tables::load(&c.scope, &id.to_string()).await?.ok_or_else(|| acts::no_assessment().into())
}

/// What lists and peers read of a result.
pub fn figures(o: &Outcome, size: Option<String>) -> Figures {
    let dimensions: Vec<(String, i64)> = o.dimensions.iter().map(|d| (d.code.clone(), scaled(d.share.unwrap_or_default()))).collect();
    Figures {
        answered: i64::from(o.completeness.answered),
        total: Some(scaled(o.score.unwrap_or(o.total))),
        level: o.level.map(i64::from),
        tier: o.trust.tier.code().to_owned(),
        size,
        dimensions: serde_json::to_string(&dimensions).ok(),
        choices: Vec::new(),
    }
}

/// What was chosen, as `criterion:option`.
pub fn choices(a: &Assessment) -> Vec<String> {
    use scoring::Given;
    let one = |(code, answer): (&String, &scoring::Answer)| match &answer.value {
        Some(Given::Text(option)) => vec![format!("{code}:{option}")],
        Some(Given::Many(options)) => options.iter().map(|o| format!("{code}:{o}")).collect(),
        Some(Given::Truth(true)) => vec![format!("{code}:yes")],
        _ => Vec::new(),
    };
    a.answers.iter().flat_map(one).collect()
}

/// A decimal as the whole number stored: × 100.
pub fn scaled(d: scoring::Decimal) -> i64 {
    d.checked_mul(scoring::Decimal::from(100)).map_or(0, |x| x.round(0).to_i64())
}

/// The assessments of an enterprise or a queue.
pub fn table(c: &Centre, lang: Lang, rows: &[AssessmentRow], staff: bool) -> Html {
    let now = c.now();
    let cells = rows
        .iter()
        .map(|r| {
            let name = c.frameworks.get(&r.framework, &r.edition).map_or_else(|| r.framework.clone(), |f| f.name.get(lang).to_owned());
            let name = match &r.subject {
                Some(product) => format!("{name} – {product}"),
                None => name,
            };
            let name = match &r.enterprise_name {
                Some(e) => format!("{e}: {name}"),
                None => name,
            };
            let name = if staff { kit::link(&format!("/centre/assessments/{}", r.id), &name) } else { Html(esc(&name)) };
            let at = r.submitted_at.unwrap_or(r.started_at);
            vec![
                name,
                Html(esc(&r.stage.to_uppercase())),
                status(&r.status, lang),
                Html(esc(tier_word(&r.tier, lang))),
                crate::enterprise::level_word(r.level, lang),
                Html(r.total.map_or_else(|| "–".to_owned(), |t| hundredths(t, lang))),
                when::ago_time(at, now, lang),
            ]
        })
        .collect();
    kit::table(&Table {
        caption: lang.pick("Các bài đánh giá", "Assessments").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(lang.pick("Bộ tiêu chí", "Framework")),
            Column::text(lang.pick("Lần", "Round")),
            Column::text(lang.pick("Tình trạng", "State")),
            Column::text(lang.pick("Mức tin cậy", "Trust")),
            Column::text(lang.pick("Mức độ", "Level")),
            Column::num(lang.pick("Điểm", "Points")),
            Column::text(lang.pick("Khi nào", "When")),
        ],
        rows: cells,
        empty: lang.pick("Chưa có bài đánh giá nào.", "There is no assessment yet.").to_owned(),
    })
}

/// A number stored × 100.
pub fn hundredths(n: i64, lang: Lang) -> String {
    let (whole, rest) = (n / 100, (n % 100).abs());
    if rest == 0 { when::number(whole, lang) } else { format!("{}{}{rest:02}", when::number(whole, lang), lang.pick(",", ".")) }
}

fn status(code: &str, lang: Lang) -> Html {
    use crate::model::Status;
    match code {
        "submitted" => kit::chip(kit::Mood::Warn, Status::Submitted.name().get(lang)),
        "verified" => kit::chip(kit::Mood::Good, Status::Verified.name().get(lang)),
        _ => kit::chip(kit::Mood::Info, Status::Open.name().get(lang)),
    }
}

pub fn tier_word(code: &str, lang: Lang) -> &'static str {
    scoring::Tier::ALL.into_iter().find(|t| t.code() == code).unwrap_or_default().label(lang)
}
