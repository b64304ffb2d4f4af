//! A draft: what is wrong with it, how it looks, what it changes, whom it concerns; and its release.

use super::{
    Catalogue, calendars, compare,
    compare_page::differences,
    drafting::{self, Typed},
    overlay,
    parts::{actor, day, draft_address, findings, page as shell, procedure_address, table, version_address},
    releases::{self, Release, Status, Subject},
    versions::code_block,
};
use axum::extract::State;
use casework::Definition;
use kernel::{catalog::Finding, refusal::Reason};
use web::{
    extract::{Path, Query},
    html::{Html, esc},
    kit::{self, Column, Line, Mood, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    pub done: String,
    /// Where the list of concerned cases goes on.
    pub after: String,
}

pub async fn page(State(s): State<Catalogue>, v: Visitor, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let r = releases::find(s.services.desk.scope(), drafting::id_of(&id)?).await?;
    let mut html = render(&s, &v, &r, None, &asked.after).await?;
    if let Some(news) = news(&v, &asked.done) {
        html = Html(html.0.replacen("<h1", &format!("{news}<h1"), 1));
    }
    Ok(html)
}

fn news(v: &Visitor, done: &str) -> Option<Html> {
    let said = match done {
        "saved" => v.pick("Đã lưu và kiểm tra lại", "Saved and checked again"),
        "released" => v.pick("Đã phát hành", "Released"),
        "withdrawn" => v.pick("Đã bỏ bản dự thảo", "The draft is given up"),
        _ => return None,
    };
    Some(kit::banner(Mood::Good, said, &Html::default()))
}

/// The page; `typed` is what somebody sent that could not be kept, with the reasons.
pub async fn render(s: &Catalogue, v: &Visitor, r: &Release, typed: Option<(&Typed, &[Reason])>, after: &str) -> Result<Html, PageError> {
    let found = if r.status == Status::Withdrawn { Vec::new() } else { drafting::check(s, r).await? };
    let reasons = typed.map_or(&[][..], |(_, reasons)| reasons);
    let title = format!("{} · {}", r.code, r.version);
    let kind = match r.subject {
        Subject::Procedure => v.pick("Phiên bản thủ tục", "Version of a procedure"),
        Subject::Calendar => v.pick("Phiên bản lịch làm việc", "Version of a calendar"),
    };
    let mut main = kit::error_summary(v.lang, reasons);
    main.push(&kit::heading(&title, Some(kind)));
    main.push(&head(v, r, s.services.now()));
    main.push(&verdict(v, r, &found));
    if r.subject == Subject::Procedure && r.status != Status::Withdrawn {
        let (definition, _) = drafting::definition(s, r).await?;
        if let Some(d) = definition {
            main.push(&previews(v, r));
            main.push(&changes(s, v, r, &d));
            main.push(&impact(s, v, r).await?);
        }
    }
    if r.subject == Subject::Calendar && r.status == Status::Draft {
        let files = s.files_today().await?;
        if let Ok(newer) = overlay::calendar_of(&files, &r.code, &r.path, &r.text) {
            main.push(&calendars::impact(s, v, r, &newer, after).await?);
        }
    }
    main.push(&hands(v, r, &found, s.services.now())?);
    main.push(&text(v, r, typed, reasons));
    let page = shell(v, &title, "/admin/catalogue/drafts", main).error(!reasons.is_empty());
    Ok(page.back("/admin/catalogue/drafts", v.pick("Dự thảo và phát hành", "Drafts and releases")).render())
}

fn head(v: &Visitor, r: &Release, now: kernel::Instant) -> Html {
    let state = match r.status {
        Status::Draft => kit::chip(Mood::Info, v.pick("dự thảo", "draft")),
        Status::Released => kit::chip(Mood::Good, v.pick("đã phát hành", "released")),
        Status::Withdrawn => kit::chip(Mood::Bad, v.pick("đã bỏ", "given up")),
    };
    let hand = |h: &releases::Hand| Html(format!("{}, {}", esc(&h.name), when::at_time(h.at, now, v.lang)));
    let mut lines = vec![
        Line::new(v.pick("Tình trạng", "State"), state),
        Line::new(v.pick("Áp dụng từ", "Holds from"), Html::text(&day(v, r.starts))),
        Line::new(v.pick("Người soạn", "Drafted by"), hand(&r.drafted)),
    ];
    if let Some(h) = &r.released {
        lines.push(Line::new(v.pick("Người phát hành", "Released by"), hand(h)));
        lines.push(Line::new(v.pick("Sửa đổi", "Changes"), Html::text(v.pick("Bản đã phát hành không sửa được; phiên bản khác thay thế từ ngày của nó.", "What was released is never edited; another version supersedes it from its own day."))));
    }
    kit::summary_list(&lines)
}

fn verdict(v: &Visitor, r: &Release, found: &[Finding]) -> Html {
    let head = v.pick("Kết quả kiểm tra", "What the check says");
    if r.status == Status::Withdrawn {
        return Html::default();
    }
    match found.len() {
        0 => kit::card(head, &Html(format!("<p>{} {}</p>", kit::chip(Mood::Good, v.pick("không có lỗi", "no fault")), v.pick("Cùng các phép kiểm tra như lệnh `phusa catalog check`.", "The same checks as `phusa catalog check`.")))),
        n => kit::card(head, &Html(format!("<p>{} {}</p>{}", kit::chip(Mood::Bad, &format!("{n} {}", v.pick("lỗi", "faults"))), v.pick("Sửa hết mới phát hành được.", "All must be mended before release."), findings(v, found)))),
    }
}

fn previews(v: &Visitor, r: &Release) -> Html {
    let at = draft_address(r.id);
    let links = [
        kit::link(&format!("{at}/page"), v.pick("Trang công khai", "Public page")),
        kit::link(&format!("{at}/form"), v.pick("Tờ khai", "Form")),
        kit::link(&format!("{at}/diagram"), v.pick("Sơ đồ quy trình", "Diagram")),
        kit::link(&format!("{at}/decision"), v.pick("Quyết định quy trình nội bộ (PDF)", "Decision of the internal process (PDF)")),
    ];
    kit::card(v.pick("Xem trước", "Previews"), &kit::bullets(&links))
}

/// Against what holds on the eve of its first day.
fn changes(s: &Catalogue, v: &Visitor, r: &Release, d: &Definition) -> Html {
    let eve = r.starts.yesterday().unwrap_or(r.starts);
    let rules = s.services.desk.rules();
    let Some(before) = rules.definitions.current(&r.code, eve).filter(|b| b.version != r.version) else {
        return kit::inset(&Html::text(v.pick("Thủ tục mới: chưa có phiên bản nào trước đó.", "A new procedure: there is no version before it.")));
    };
    let all = compare::compare(before, d);
    let said = format!("{} {} ({})", v.pick("Khác với bản", "Against version"), before.version, all.len());
    kit::details(&said, &differences(v, &all, &before.version, &d.version), true)
}

/// Open cases of older versions, which stay with them; sets that open this procedure.
async fn impact(s: &Catalogue, v: &Visitor, r: &Release) -> Result<Html, PageError> {
    let pinned = releases::pinned(s.services.desk.scope(), Some(&r.code)).await.map_err(PageError::internal)?;
    let rows = pinned.iter().filter(|p| p.version != r.version).map(|p| {
        vec![
            kit::link(&version_address(&p.definition, &p.version), &p.version),
            Html::text(&when::number(p.open, v.lang)),
            Html::text(v.pick("giữ phiên bản này đến khi kết thúc; hẹn trả không đổi", "stay with it to their end; promises do not change")),
        ]
    });
    let columns = vec![Column::text(v.pick("Phiên bản", "Version")), Column::num(v.pick("Hồ sơ đang mở", "Open dossiers")), Column::text(v.pick("Ảnh hưởng", "Effect"))];
    let mut body = table(v.pick("Hồ sơ đang mở", "Open dossiers"), columns, rows.collect(), v.pick("Không có hồ sơ nào đang mở.", "There are no open dossiers."));
    let rules = s.services.desk.rules();
    let sets: Vec<Html> = rules
        .definitions
        .all()
        .filter(|d| d.set.iter().any(|m| m.definition.as_str() == r.code))
        .map(|d| kit::link(&procedure_address(d.code.as_str()), d.name.get(v.lang)))
        .collect();
    if !sets.is_empty() {
        body.push(&kit::para(v.pick("Thủ tục liên thông mở thủ tục này; phần mở sau ngày áp dụng theo phiên bản mới:", "Linked procedures that open this one; what they open from that day on follows the new version:")));
        body.push(&kit::bullets(&sets));
    }
    Ok(kit::card(v.pick("Hồ sơ bị ảnh hưởng", "Impact"), &body))
}

/// Release by somebody else, or giving up.
fn hands(v: &Visitor, r: &Release, found: &[Finding], now: kernel::Instant) -> Result<Html, PageError> {
    if r.status != Status::Draft {
        return Ok(Html::default());
    }
    let me = actor(v)?;
    let seen = kit::hidden("seen", &r.revision.to_string());
    let at = draft_address(r.id);
    let mut body = Html::default();
    match releases::releasable(r, me.account, now) {
        Err(refusal) => body.push(&kit::para(refusal.message.get(v.lang))),
        Ok(()) if !found.is_empty() => body.push(&kit::para(v.pick("Còn lỗi nên chưa phát hành được.", "There are faults, so it cannot be released yet."))),
        Ok(()) => {
            let label = format!("{} {}", v.pick("Phát hành, áp dụng từ", "Release, to hold from"), day(v, r.starts));
            let note = v.pick("Sau khi phát hành không sửa được nữa.", "Once released it is never edited.");
            body.push(&kit::form(v, &format!("{at}/release"), &Html(format!("{seen}<p>{note}</p>{}", kit::button(&label)))));
        }
    }
    let drop = kit::Button::new(v.pick("Bỏ bản dự thảo", "Give the draft up")).weight(Weight::Risk).html();
    let drop = kit::form(v, &format!("{at}/withdraw"), &Html(format!("{seen}{drop}")));
    body.push(&kit::details(v.pick("Không dùng bản này nữa", "Not wanted any more"), &drop, false));
    Ok(kit::card(v.pick("Phát hành", "Release"), &body))
}

fn text(v: &Visitor, r: &Release, typed: Option<(&Typed, &[Reason])>, reasons: &[Reason]) -> Html {
    if r.status != Status::Draft {
        return kit::details(v.pick("Nội dung tệp", "The file"), &code_block(v, &r.text), false);
    }
    let kept = Typed { text: r.text.clone(), starts: vec![r.starts.to_string()] };
    let shown = typed.map_or(&kept, |(t, _)| t);
    let seen = kit::hidden("seen", &r.revision.to_string());
    let body = Html(format!("{seen}{}{}", drafting::fields(v, r.subject, shown, reasons, true), kit::Button::new(v.pick("Lưu và kiểm tra", "Save and check")).weight(Weight::Quiet).html()));
    kit::card(v.pick("Nội dung", "Text"), &kit::upload_form(v, &draft_address(r.id), &body))
}
