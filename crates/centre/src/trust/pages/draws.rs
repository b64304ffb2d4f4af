//! The random re-check: drawing, the list of one draw, writing down what came out.

use super::{is_director, lead, now, shell, sources, summary};
use crate::{
    Centre,
    acts::ActError,
    enterprise::actor,
    trust::{
        acts::{self, Asked},
        draw::{Draw, DrawId},
        known::{Findings, Known},
        rules::Rules,
        store as tables, views,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use identity::roles;
use kernel::{
    Refusal,
    id::EnterpriseId,
    refusal::{Reason, RefusalKind},
    time::Date,
};
use std::{collections::HashMap, sync::Arc};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Button, Choice, Column, Field, Mood, Table, Weight},
    page::Width,
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Draws on one page.
const DRAWS: i64 = 20;

/// The last three months and the smallest share.
pub fn proposed(rules: &Rules, today: Date) -> Asked {
    let from = today.checked_sub(jiff::Span::new().months(3)).unwrap_or(today);
    Asked { from: Some(from), to: Some(today), share: rules.recheck.least.to_string(), seed: String::new() }
}

fn table(v: &Visitor, draws: &[Draw], base: &str) -> Html {
    let rows = draws.iter().map(|d| {
        let (done, all) = (d.done(), d.list().len());
        let state = if done == all { kit::chip(Mood::Good, v.pick("xong", "done")) } else { kit::chip(Mood::Warn, v.pick("chưa xong", "not done")) };
        vec![
            kit::link(&format!("{base}/{}", d.id), &when::day(d.at.date(), v.lang)),
            Html(format!("{} – {}", when::day(d.drawn.from, v.lang), when::day(d.drawn.to, v.lang))),
            Html(format!("{} %", d.drawn.share.show(v.lang, 2))),
            Html(format!("{} / {}", d.drawn.chosen.len(), d.drawn.population)),
            Html(d.overrides.len().to_string()),
            Html(format!("{done} / {all} {state}")),
        ]
    });
    kit::table(&Table {
        caption: v.pick("Các lần rút", "Draws").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Ngày rút", "Drawn on")),
            Column::text(v.pick("Kết quả xác nhận trong", "Results verified in")),
            Column::num(v.pick("Tỷ lệ", "Share")),
            Column::num(v.pick("Rút / tổng số", "Drawn / of")),
            Column::num(v.pick("Sửa tay", "Changed by hand")),
            Column::text(v.pick("Đã kiểm tra lại", "Checked again")),
        ],
        rows: rows.collect(),
        empty: v.pick("Chưa rút lần nào.", "Nothing drawn yet.").to_owned(),
    })
}

/// The section of the page of checks.
pub async fn section(c: &Centre, v: &Visitor, rules: &Rules, asked: &Asked, reasons: &[Reason], director: bool) -> Result<Html, PageError> {
    let draws = tables::newest(&c.scope, DRAWS).await.map_err(PageError::internal)?;
    let (least, most) = (rules.recheck.least.show(v.lang, 2), rules.recheck.most.show(v.lang, 2));
    let how = kit::para(&match v.lang {
        kernel::text::Lang::Vi => format!("Mỗi kỳ kiểm tra lại ngẫu nhiên {least}–{most} % đơn vị có kết quả đã xác nhận. Ai được rút do hạt giống và danh sách đơn vị quyết định (SHA-256); hạt giống, dấu vân tay của danh sách và tỷ lệ được lưu, ai rút lại cũng ra đúng các đơn vị ấy. Người đã xác nhận không tự kiểm tra lại."),
        kernel::text::Lang::En => format!("Each time {least}–{most} % of the enterprises with verified results are checked again at random. The seed and the list decide who is drawn (SHA-256); seed, fingerprint of the list and share are stored, and drawing again gives the same firms. Who verified a result does not check it again."),
    });
    let how = kit::details(v.pick("Cách rút", "How the draw works"), &Html(format!("{how}{}", sources(v, &rules.recheck.legal_basis))), false);
    let form = if director { form(v, asked, reasons) } else { Html::default() };
    let draws = table(v, &draws, "/centre/checks/draws");
    Ok(Html(format!("<section class=\"card\" aria-labelledby=\"s-recheck\"><h2 id=\"s-recheck\">{}</h2>{how}{draws}{form}</section>", v.pick("Kiểm tra lại ngẫu nhiên", "Random re-check"))))
}

fn boxes(d: Option<Date>) -> Vec<String> {
    d.map_or_else(Vec::new, |d| vec![d.day().to_string(), d.month().to_string(), d.year().to_string()])
}

fn form(v: &Visitor, asked: &Asked, reasons: &[Reason]) -> Html {
    let lang = v.lang;
    let fields = [
        kit::hidden("draw", &DrawId::new(uuid::Uuid::now_v7()).to_string()),
        Field::new(lang, "from", v.pick("Kết quả xác nhận từ ngày", "Results verified from")).values(boxes(asked.from)).errors(reasons).date(),
        Field::new(lang, "to", v.pick("Đến ngày", "To")).values(boxes(asked.to)).errors(reasons).date(),
        Field::new(lang, "share", v.pick("Tỷ lệ kiểm tra lại (%)", "Share to check again (%)")).value(asked.share.as_str()).errors(reasons).numeric().width("w4").input(),
        Field::new(lang, "seed", v.pick("Hạt giống", "Seed"))
            .hint(v.pick("Ví dụ số tung trước nhiều người; để trống thì chương trình tự tạo.", "For example thrown before witnesses; left empty the program makes one."))
            .value(asked.seed.as_str())
            .errors(reasons)
            .optional(true)
            .input(),
        kit::button(v.pick("Rút ngẫu nhiên", "Draw")),
    ];
    kit::details(v.pick("Rút một lần mới", "Draw again"), &kit::form(v, "/centre/checks/draws", &Html::join(&fields)), !reasons.is_empty())
}

/// The fields of a refusal are shown on the page; anything else goes up.
fn on_page(e: ActError) -> Result<Refusal, PageError> {
    match e {
        ActError::Refused(r) if matches!(r.kind, RefusalKind::Invalid | RefusalKind::Conflict | RefusalKind::Forbidden) => Ok(r),
        other => Err(other.into()),
    }
}

/// The reasons of a refusal, or the refusal itself as one.
fn reasons(r: Refusal) -> Vec<Reason> {
    if r.reasons.is_empty() { vec![Reason { field: None, message: r.message }] } else { r.reasons }
}

fn director_only(v: &Visitor) -> Result<(), PageError> {
    if is_director(v) {
        return Ok(());
    }
    Err(Refusal::forbidden("director-only", "Chỉ giám đốc Trung tâm rút và sửa danh sách kiểm tra lại", "Only the centre's director draws and changes the list").into())
}

pub async fn draw(known: Arc<Known>, State(c): State<Centre>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    director_only(&v)?;
    let who = actor(&v)?;
    let id: DrawId = form.get("draw").unwrap_or_default().parse().map_err(|_| PageError::not_found())?;
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let day = |name: &str| kit::date_answer(&form, name).ok().flatten();
    let asked = Asked { from: day("from"), to: day("to"), share: text("share"), seed: text("seed") };
    let (rules, found) = now(&known, &c).await?;
    match acts::draw(&c, &who, &rules, &found, id, &asked).await {
        Ok(draw) => Ok(Redirect::to(&format!("/centre/checks/draws/{}", draw.id)).into_response()),
        Err(e) => {
            let reasons = reasons(on_page(e)?);
            summary::render(&c, &v, &rules, &found, &asked, &reasons).await
        }
    }
}

/// Draws for those who check again.
pub async fn list(State(c): State<Centre>, v: Visitor) -> Result<Response, PageError> {
    let draws = tables::newest(&c.scope, DRAWS).await.map_err(PageError::internal)?;
    let title = v.pick("Kiểm tra lại ngẫu nhiên", "Random re-check");
    let main = Html(format!("<h1>{title}</h1>{}", table(&v, &draws, "/centre/rechecks")));
    Ok(shell(&v, title, main).render().into_response())
}

/// What was typed into one of the forms of a draw's page.
#[derive(Default)]
struct Typed {
    enterprise: Option<EnterpriseId>,
    note: String,
    code: String,
    reason: String,
    reasons: Vec<Reason>,
}

pub async fn show(known: Arc<Known>, State(c): State<Centre>, v: Visitor, Path(id): Path<DrawId>) -> Result<Response, PageError> {
    let draw = tables::load(&c.scope, id).await.map_err(PageError::internal)?.ok_or_else(|| PageError::from(acts::no_draw()))?;
    let (_, found) = now(&known, &c).await?;
    one(&c, &v, &found, &draw, &Typed::default()).await
}

async fn one(c: &Centre, v: &Visitor, found: &Findings, draw: &Draw, typed: &Typed) -> Result<Response, PageError> {
    let lang = v.lang;
    let d = &draw.drawn;
    let list = draw.list();
    let mut ids = list.clone();
    ids.extend(draw.overrides.iter().map(|o| o.enterprise));
    let names = views::names(&c.scope, &ids).await.map_err(PageError::internal)?;
    let (same_population, same_firms) = acts::again_from(draw, &found.facts);
    let again = match (same_population, same_firms) {
        (true, true) => kit::chip(Mood::Good, v.pick("rút lại ra đúng các đơn vị này", "drawn again, the same firms come out")),
        (false, _) => kit::chip(Mood::Warn, v.pick("danh sách đơn vị đã khác lúc rút, không so được", "the list of firms has changed since; no comparison")),
        (true, false) => kit::chip(Mood::Bad, v.pick("rút lại ra đơn vị khác", "drawn again, other firms come out")),
    };
    let lines = [
        kit::Line::new(v.pick("Kết quả xác nhận trong", "Results verified in"), Html(format!("{} – {}", when::day(d.from, lang), when::day(d.to, lang)))),
        kit::Line::new(v.pick("Tỷ lệ", "Share"), Html(format!("{} %", d.share.show(lang, 2)))),
        kit::Line::new(v.pick("Được rút / tổng số", "Drawn / of"), Html(format!("{} / {}", d.chosen.len(), d.population))),
        kit::Line::new(v.pick("Hạt giống", "Seed"), Html(format!("<code>{}</code>", esc(&d.seed)))),
        kit::Line::new(v.pick("Dấu vân tay danh sách (SHA-256)", "Fingerprint of the list (SHA-256)"), Html(format!("<code class=\"wrap\">{}</code>", in_eights(&d.fingerprint)))),
        kit::Line::new(v.pick("Người rút", "Drawn by"), Html(format!("{}, {}", esc(&d.by), when::at_time(draw.at, c.now(), lang)))),
        kit::Line::new(v.pick("Rút lại để kiểm chứng", "Drawn again to verify"), again),
    ];
    let overrides = overrides(c, v, draw, &names, typed);
    let main = Html(format!(
        "{}<h1>{}</h1>{}<p><b>{} / {}</b> {}</p>{}{overrides}",
        kit::error_summary(lang, &typed.reasons),
        v.pick("Danh sách kiểm tra lại", "The list to check again"),
        kit::summary_list(&lines),
        draw.done(),
        list.len(),
        v.pick("đơn vị đã kiểm tra lại", "enterprises checked again"),
        firms(c, v, draw, &list, &names, typed),
    ));
    let back = if v.path.starts_with("/centre/rechecks") { "/centre/rechecks" } else { "/centre/checks" };
    let page = shell(v, v.pick("Kiểm tra lại", "Re-check"), main).width(Width::Wide).error(!typed.reasons.is_empty());
    Ok(page.back(back, v.pick("Kiểm tra lại ngẫu nhiên", "Random re-check")).render().into_response())
}

/// A long figure with places to break it.
fn in_eights(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    all.chunks(8).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join("<wbr>")
}

fn firms(c: &Centre, v: &Visitor, draw: &Draw, list: &[EnterpriseId], names: &HashMap<EnterpriseId, String>, typed: &Typed) -> Html {
    let may = v.actor.as_ref().is_some_and(|a| a.has_role(roles::CONSULTANT) || a.has_role(roles::CENTRE_OFFICER));
    let rows = list.iter().map(|id| {
        let name = names.get(id).map_or("–", String::as_str);
        let by_hand = !draw.drawn.chosen.contains(id);
        let origin = if by_hand { kit::chip(Mood::Warn, v.pick("thêm tay", "added by hand")) } else { kit::chip(Mood::Info, v.pick("được rút", "drawn")) };
        let state = match draw.recheck(*id) {
            Some(done) => {
                let word = if done.confirmed { kit::chip(Mood::Good, v.pick("kết quả đứng vững", "the result stands")) } else { kit::chip(Mood::Bad, v.pick("kết quả sai lệch", "the result differs")) };
                Html(format!("{word}<br>{} – {}, {}", esc(&done.note), esc(&done.by), when::at_time(done.at, c.now(), v.lang)))
            }
            None if may => {
                let own = typed.enterprise == Some(*id);
                let (note, reasons) = if own { (typed.note.as_str(), typed.reasons.as_slice()) } else { ("", &[][..]) };
                let field = Field::new(v.lang, "note", v.pick("Đã hỏi ai, xem gì, thấy gì", "Whom you asked, what you saw")).value(note).errors(reasons).max_length(1000).textarea(2);
                let field = field.0.replace("\"f-note", &format!("\"f-note-{id}"));
                let buttons = kit::button_group(&[
                    Button::new(v.pick("Kết quả đứng vững", "The result stands")).weight(Weight::Quiet).named("outcome", "stands").html(),
                    Button::new(v.pick("Kết quả sai lệch", "The result differs")).weight(Weight::Quiet).named("outcome", "differs").html(),
                ]);
                let form = kit::form(v, &format!("/centre/rechecks/{}/{id}", draw.id), &Html(format!("{field}{buttons}")));
                kit::details(&format!("{}: {name}", v.pick("Ghi kết quả kiểm tra lại", "Write down the outcome")), &form, own)
            }
            None => kit::chip(Mood::Warn, v.pick("chưa kiểm tra lại", "not yet checked again")),
        };
        vec![lead(v, &format!("/centre/enterprises/{id}"), name), origin, state]
    });
    kit::table(&Table {
        caption: v.pick("Đơn vị phải kiểm tra lại", "Enterprises to check again").to_owned(),
        columns: vec![Column::text(v.pick("Đơn vị", "Enterprise")), Column::text(v.pick("Vì sao", "Why")), Column::text(v.pick("Kiểm tra lại", "Re-check"))],
        rows: rows.collect(),
        empty: v.pick("Danh sách trống.", "The list is empty.").to_owned(),
        ..Table::default()
    })
}

fn overrides(c: &Centre, v: &Visitor, draw: &Draw, names: &HashMap<EnterpriseId, String>, typed: &Typed) -> Html {
    let rows = draw.overrides.iter().map(|o| {
        let what = if o.added { v.pick("thêm vào", "added") } else { v.pick("bỏ ra", "taken out") };
        vec![
            lead(v, &format!("/centre/enterprises/{}", o.enterprise), names.get(&o.enterprise).map_or("–", String::as_str)),
            Html::text(what),
            Html::text(&o.reason),
            Html(format!("{}, {}", esc(&o.by), when::at_time(o.at, c.now(), v.lang))),
        ]
    });
    let table = kit::table(&Table {
        caption: format!("{}: {}", v.pick("Thay đổi bằng tay", "Changes by hand"), draw.overrides.len()),
        columns: [("Đơn vị", "Enterprise"), ("Thay đổi", "Change"), ("Lý do", "Reason"), ("Người sửa", "By")].map(|(vi, en)| Column::text(v.pick(vi, en))).into(),
        rows: rows.collect(),
        empty: v.pick("Không có thay đổi nào bằng tay.", "Nothing was changed by hand.").to_owned(),
        ..Table::default()
    });
    if !is_director(v) {
        return table;
    }
    let own = typed.enterprise.is_none();
    let reasons = if own { typed.reasons.as_slice() } else { &[] };
    let fields = [
        Field::new(v.lang, "code", v.pick("Mã số của đơn vị", "Code of the enterprise")).value(typed.code.as_str()).errors(reasons).width("w20").input(),
        Field::new(v.lang, "change", v.pick("Thay đổi", "Change"))
            .value("add")
            .radios(&[Choice::new("add", v.pick("Thêm vào danh sách", "Add to the list")), Choice::new("remove", v.pick("Bỏ khỏi danh sách", "Take out of the list"))]),
        Field::new(v.lang, "reason", v.pick("Lý do", "Reason")).value(typed.reason.as_str()).errors(reasons).max_length(500).textarea(2),
        kit::button(v.pick("Sửa danh sách", "Change the list")),
    ];
    let form = kit::form(v, &format!("/centre/checks/draws/{}/overrides", draw.id), &Html::join(&fields));
    Html(format!("{table}{}", kit::details(v.pick("Sửa danh sách bằng tay", "Change the list by hand"), &form, !reasons.is_empty())))
}

pub async fn override_list(known: Arc<Known>, State(c): State<Centre>, v: Visitor, Path(id): Path<DrawId>, form: FormData) -> Result<Response, PageError> {
    director_only(&v)?;
    let who = actor(&v)?;
    let (code, reason) = (form.get("code").unwrap_or_default().to_owned(), form.get("reason").unwrap_or_default().to_owned());
    let refused = match crate::store::enterprise_by_code(&c.scope, &code).await.map_err(PageError::internal)? {
        None => Refusal::invalid("code", "Không có đơn vị mang mã này", "No enterprise has this code").because(
            Some("code"),
            "Ghi mã số thuế hoặc mã hộ kinh doanh có trong danh sách của Trung tâm.",
            "Give a tax code or household code that is on the centre's register.",
        ),
        Some(enterprise) => match acts::override_list(&c, &who, id, enterprise, form.get("change") != Some("remove"), &reason).await {
            Ok(_) => return Ok(Redirect::to(&format!("/centre/checks/draws/{id}")).into_response()),
            Err(e) => on_page(e)?,
        },
    };
    let (_, found) = now(&known, &c).await?;
    let draw = tables::load(&c.scope, id).await.map_err(PageError::internal)?.ok_or_else(|| PageError::from(acts::no_draw()))?;
    one(&c, &v, &found, &draw, &Typed { code, reason, reasons: reasons(refused), ..Typed::default() }).await
}

pub async fn recheck(known: Arc<Known>, State(c): State<Centre>, v: Visitor, Path((id, enterprise)): Path<(DrawId, EnterpriseId)>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let note = form.get("note").unwrap_or_default().to_owned();
    let (_, found) = now(&known, &c).await?;
    let refused = match form.get("outcome") {
        Some(outcome @ ("stands" | "differs")) => match acts::recheck(&c, &who, &found, id, enterprise, outcome == "stands", &note).await {
            Ok(_) => return Ok(Redirect::to(&format!("/centre/rechecks/{id}")).into_response()),
            Err(e) => on_page(e)?,
        },
        _ => Refusal::invalid("outcome", "Chọn một trong hai kết luận", "Choose one of the two outcomes"),
    };
    let draw = tables::load(&c.scope, id).await.map_err(PageError::internal)?.ok_or_else(|| PageError::from(acts::no_draw()))?;
    let mut reasons = reasons(refused);
    for r in &mut reasons {
        r.field = r.field.as_ref().map(|f| format!("{f}-{enterprise}"));
    }
    one(&c, &v, &found, &draw, &Typed { enterprise: Some(enterprise), note, reasons, ..Typed::default() }).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date;

    #[test]
    fn the_proposal_is_the_last_three_months() {
        let rules = crate::trust::rules::of_the_repository();
        let asked = proposed(&rules, date(2026, 11, 22));
        assert_eq!((asked.from, asked.to), (Some(date(2026, 8, 22)), Some(date(2026, 11, 22))));
        assert_eq!(asked.share, "5");
    }
}
