//! `/ioc/periods`: closed periods, closing one, and what was signed.

use super::{INDICATORS, INDICES, PERIODS, actor, num, said::Said, send, shell};
use crate::{
    Measures, Period,
    closing::{self, Done, Vintage},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use records::refusal_of;
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Compute it again and compare.
    check: String,
}

pub async fn list(Shared(s): Shared<Measures>, v: Visitor) -> Result<Html, PageError> {
    page(&s, &v, &Said::default()).await
}

async fn page(s: &Measures, v: &Visitor, said: &Said) -> Result<Html, PageError> {
    let who = s.who(&*actor(v)?);
    let title = v.pick("Kỳ đã chốt", "Closed periods");
    let lines = closing::lines(&s.scope).await.map_err(PageError::internal)?;
    let row = |l: &closing::Line| {
        let name = format!("{}, {} {}", l.period.name().get(v.lang), v.pick("bản", "vintage"), l.vintage);
        vec![
            if l.closed { Html(format!("<a href=\"{PERIODS}/{}/{}\">{}</a>", l.period, l.vintage, esc(&name))) } else { Html(format!("{} {}", esc(&name), kit::chip(Mood::Warn, v.pick("đang tính", "being computed")))) },
            Html(format!("{}, {}", esc(&l.name), esc(&when::exact(l.asked, v.lang)))),
            Html(format!("<code>{}</code>", l.sha256.get(..16).unwrap_or_default())),
        ]
    };
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Kỳ", "Period")), Column::text(v.pick("Người chốt", "Closed by")), Column::text("SHA-256")],
        rows: lines.iter().map(row).collect(),
        empty: v.pick("Chưa chốt kỳ nào.", "No period is closed.").to_owned(),
    });
    let last = crate::PeriodType::Month.of(s.now().date()).before().to_string();
    let form = if who.judges {
        let body = Html(format!(
            "{}{}{}",
            said.field(v, "period", ("Kỳ", "Period"), &last).hint(v.pick("2026-10, 2026-Q3, 2026, nd09-2026-10", "2026-10, 2026-Q3, 2026, nd09-2026-10")).input(),
            said.field(v, "reason", ("Lý do chốt lại", "Why it is closed again"), "").optional(true).input(),
            kit::button(v.pick("Chốt kỳ", "Close the period"))
        ));
        kit::form(v, PERIODS, &body)
    } else {
        Html::default()
    };
    let about = v.pick(
        "Chốt kỳ là ghi lại số liệu của kỳ như nhật ký đang có, ký bằng khóa của nhật ký. Sửa sau đó thành bản mới, bản cũ giữ nguyên.",
        "Closing keeps the figures of a period as the journal has them, signed with the journal's key. What is corrected afterwards makes another vintage; the earlier one stays.",
    );
    let main = Html(format!("{}{}<p>{}</p>{table}<div class=\"no-print\">{form}</div>", said.summary(v), kit::heading(title, None), esc(about)));
    Ok(shell(v, title, main).back(INDICATORS, v.pick("Chỉ tiêu", "Indicators")).error(said.is_error()).render())
}

pub async fn post(Shared(s): Shared<Measures>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    match s.close(&me, form.get("period").unwrap_or_default(), form.get("reason").unwrap_or_default()).await {
        Ok(_) => Ok(Redirect::to(PERIODS).into_response()),
        Err(failure) => {
            let said = Said::refused(form, refusal_of(failure)?);
            Ok(said.answer(page(&s, &v, &said).await?))
        }
    }
}

/// Where a kept value comes from, in words: the snapshot names records, or vintages of what was entered.
fn origin(kept: &str, v: &Visitor) -> String {
    match kept {
        "records" => v.pick("hồ sơ, sổ sách", "records").to_owned(),
        vintages => format!("{} {vintages}", v.pick("số đã khai, lần", "entered, vintage")),
    }
}

async fn found(s: &Measures, period: &str, vintage: &str) -> Result<(Period, Vintage, Done), PageError> {
    let period: Period = period.parse().map_err(|()| PageError::not_found())?;
    let n: usize = vintage.parse().map_err(|_| PageError::not_found())?;
    let closing = s.closing(period).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let v = n.checked_sub(1).and_then(|n| closing.vintages.get(n)).cloned().ok_or_else(PageError::not_found)?;
    let done = v.done.clone().ok_or_else(PageError::not_found)?;
    Ok((period, v, done))
}

pub async fn show(Shared(s): Shared<Measures>, v: Visitor, Path((period, vintage)): Path<(String, String)>, Query(q): Query<Asked>) -> Result<Html, PageError> {
    actor(&v)?;
    let (period, said, done) = found(&s, &period, &vintage).await?;
    let snapshot = done.read().map_err(PageError::internal)?;
    let title = format!("{} {}, {} {vintage}", v.pick("Kỳ đã chốt:", "Closed period:"), period.name().get(v.lang), v.pick("bản", "vintage"));
    let signed = if done.is_signed() { kit::chip(Mood::Good, v.pick("chữ ký đúng", "the signature holds")) } else { kit::chip(Mood::Bad, v.pick("chữ ký sai", "the signature does not hold")) };
    let checked = if q.check.is_empty() {
        Html(format!("<a href=\"?check=1\">{}</a>", v.pick("Tính lại từ nhật ký và so sánh", "Compute it again from the journal and compare")))
    } else {
        let again = s.recompute(period, said.version, said.asked, &done.definitions).await.map_err(PageError::internal)?;
        if again == done.content { kit::chip(Mood::Good, v.pick("tính lại từ nhật ký: giống từng bit", "computed again from the journal: the same to the bit")) } else { kit::chip(Mood::Bad, v.pick("tính lại từ nhật ký: khác bản đã ký", "computed again from the journal: not what was signed")) }
    };
    let reason = if said.reason.is_empty() { Html::text("–") } else { Html::text(&said.reason) };
    let facts = kit::summary_list(&[
        kit::Line::new(v.pick("Người chốt", "Closed by"), format!("{}, {}", said.name, when::exact(said.asked, v.lang)).as_str()),
        kit::Line::new(v.pick("Lý do", "Reason"), reason),
        kit::Line::new(v.pick("Chữ ký", "Signature"), signed),
        kit::Line::new(v.pick("Kiểm lại", "Check"), checked),
        kit::Line::new("SHA-256", Html(format!("<code class=\"wrap\">{}</code>", done.sha256()))),
    ]);
    let name = |code: &str| s.catalog.indicator(code).map_or_else(|| code.to_owned(), |i| i.name.get(v.lang).to_owned());
    let rows = snapshot
        .indicators
        .iter()
        .map(|k| {
            let value = k.d.map_or_else(|| num(k.n, &v), |d| format!("{} / {}", num(k.n, &v), num(d, &v)));
            vec![Html(format!("<a href=\"{INDICATORS}/{}?period={}\">{}</a>", esc(&k.code), k.period, esc(&name(&k.code)))), Html::text(&value), Html::text(k.period.name().get(v.lang)), Html::text(&origin(&k.origin, &v))]
        })
        .collect();
    let columns = |all: &[(&str, &str)]| all.iter().map(|(vi, en)| Column::text(v.pick(vi, en))).collect::<Vec<_>>();
    let indicators = kit::table(&Table { caption: v.pick("Chỉ tiêu", "Indicators").into(), caption_hidden: false, columns: columns(&[("Chỉ tiêu", "Indicator"), ("Giá trị", "Value"), ("Kỳ số liệu", "Of"), ("Từ", "From")]), rows, empty: v.pick("Không có số liệu.", "No data.").into() });
    let rows = snapshot
        .indices
        .iter()
        .map(|k| {
            let index = s.catalog.indices.get(&k.code, &k.version).map_or_else(|| k.code.clone(), |i| i.name.get(v.lang).to_owned());
            vec![Html(format!("<a href=\"{INDICES}/{}?version={}&amp;period={period}\">{}</a>", esc(&k.code), esc(&k.version), esc(&index))), Html::text(&k.shown.map_or_else(|| "–".into(), |x| x.show(v.lang, 4)))]
        })
        .collect();
    let indices = kit::table(&Table { caption: v.pick("Bộ chỉ số", "Indices").into(), caption_hidden: false, columns: columns(&[("Bộ chỉ số", "Index"), ("Kết quả", "Result")]), rows, empty: v.pick("Không có.", "None.").into() });
    let main = Html(format!(
        "{}{facts}{indicators}{indices}<p class=\"no-print\"><a href=\"{PERIODS}/{period}/{vintage}/snapshot.json\">{}</a></p>",
        kit::heading(&title, None),
        v.pick("Tải bản đã ký (JSON)", "Download what was signed (JSON)")
    ));
    Ok(shell(&v, &title, main).back(PERIODS, v.pick("Kỳ đã chốt", "Closed periods")).render())
}

/// What was signed, to the byte, with the signature and the definitions beside it.
pub async fn file(Shared(s): Shared<Measures>, v: Visitor, Path((period, vintage)): Path<(String, String)>) -> Result<Response, PageError> {
    actor(&v)?;
    let (period, _, done) = found(&s, &period, &vintage).await?;
    let body = serde_json::json!({"statement": closing::STATEMENT, "content": done.content, "sha256": done.sha256(), "public_key": done.public_key, "signature": done.signature, "definitions": done.definitions});
    Ok(send(&format!("ky-{period}-{vintage}.json"), "application/json", body.to_string()))
}
