//! The decision record, to read and to print: rules, quorum, votes with reasons, dissent, recusals, guests.

use super::matter::{Open, base, facts, opened, paragraphs, shell};
use crate::{
    Boards,
    matter::{Decision, RecordedVote},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use web::{
    Page,
    extract::Path,
    html::{Html, esc},
    kit::{self, Column, Line, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn show(State(s): State<Boards>, v: Visitor, Path(id): Path<String>) -> Page {
    let o = opened(&s, &v, &id).await?;
    let Some(d) = &o.m.decision else { return Err(PageError::not_found()) };
    let p = &o.m.proposal;
    let main = Html(format!(
        "<article class=\"record\">{}<p class=\"lead\">{}: <b>{}</b></p>{}<h2>{}</h2>{}<h2>{}</h2>{}{}{}{}{}{}<h2>{}</h2>{}<p>{}<br>{}</p></article>",
        kit::heading(v.pick("Biên bản quyết định", "Decision record"), Some(&format!("{} · {}", o.b.name.get(v.lang), p.subject.title))),
        v.pick("Kết quả", "Outcome"),
        esc(d.outcome.text().get(v.lang)),
        kit::summary_list(&facts(&o, true)),
        v.pick("Ban được hỏi ý kiến", "The board was asked"),
        paragraphs(&p.question),
        v.pick("Số người và phiếu", "Quorum and votes"),
        counted(&v, &o.m.rules, d),
        votes(&v, v.pick("Phiếu đã tính", "Votes counted"), &d.votes),
        if d.dissent.is_empty() { kit::para(v.pick("Không có ý kiến khác với kết quả.", "There was no dissent.")) } else { votes(&v, v.pick("Ý kiến khác với kết quả, được bảo lưu", "Dissent, kept"), &d.dissent) },
        if d.void.is_empty() { Html::default() } else { votes(&v, v.pick("Phiếu không tính (người bỏ phiếu sau đó từ chối tham gia hoặc hết vị trí)", "Votes that do not count (recused later, or no seat)"), &d.void) },
        recused(&s, &v, d),
        attended(&v, d),
        v.pick("Kết luận", "Conclusion"),
        paragraphs(&d.conclusion),
        esc(&format!("{} {}", d.by_role.get(v.lang), d.by_name)),
        when::time(d.at, &when::exact(d.at, v.lang), v.lang),
    ));
    let back = format!("{}/{}", base(&v), p.id);
    let main = Html::join(&[main, document(&o).await?]);
    Ok(shell(&v, v.pick("Biên bản quyết định", "Decision record"), main).back(back, v.pick("Việc này", "The matter")).render())
}

/// The record as a document: how it stands, where it is, and the button that makes it.
async fn document(o: &Open<'_>) -> Result<Html, PageError> {
    let v = o.v;
    let paper = o.s.record_paper(&o.m, &o.me).await?;
    let mut body = Html::default();
    if let Some(p) = &paper {
        let mood = if p.ended { Mood::Bad } else if p.issued { Mood::Good } else { Mood::Info };
        let number = p.number.as_deref().map_or_else(String::new, |n| format!(" {}", esc(n)));
        let links = [(&p.path, v.pick("Mở văn bản", "Open the document")), (&p.verify, v.pick("Kiểm tra văn bản", "Check the document"))];
        let links: String = links.iter().filter_map(|(to, said)| to.as_ref().map(|to| format!(" · {}", kit::link(to, said)))).collect();
        body.push(&Html(format!("<p>{}{number}{links}</p>", kit::chip(mood, p.stage.get(v.lang)))));
    }
    if o.s.may_draft(&o.me, &o.b, &o.m) && paper.as_ref().is_none_or(|p| p.ended) {
        body.push(&kit::para(v.pick("Lập văn bản từ biên bản này để trình ký, lấy số và đóng dấu.", "Makes a document of this record, to be signed, numbered and sealed.")));
        let button = kit::Button::new(v.pick("Lập văn bản", "Make it a document")).weight(Weight::Quiet).html();
        body.push(&kit::form(v, &format!("/centre/matters/{}/record", o.m.proposal.id), &button));
    }
    if body.0.is_empty() {
        return Ok(body);
    }
    Ok(Html(format!("<section class=\"no-print\">{}</section>", kit::card(v.pick("Văn bản của biên bản", "The record as a document"), &body))))
}

/// Makes the record a document, and goes there.
pub async fn draft(State(s): State<Boards>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let o = opened(&s, &v, &id).await?;
    if o.m.decision.is_none() {
        return Err(PageError::not_found());
    }
    let path = s.draft_record(&o.me, &o.b, &o.m).await?;
    Ok(Redirect::to(&path).into_response())
}

fn counted(v: &Visitor, rules: &crate::catalog::Rules, d: &Decision) -> Html {
    let c = &d.count;
    if d.delegated {
        return kit::para(v.pick("Trưởng ban ký theo mức ủy quyền của ban, không qua biểu quyết.", "Signed by the chair within the delegated limit, without a vote."));
    }
    kit::summary_list(&[
        Line::new(v.pick("Quy tắc số người", "Quorum rule"), rules.quorum.text().get(v.lang)),
        Line::new(v.pick("Tham gia / cần", "Took part / needed"), format!("{} / {} ({} {}, {} {})", c.present, c.needed, c.seats, v.pick("thành viên", "members"), c.recused, v.pick("từ chối tham gia", "recused"))),
        Line::new(v.pick("Quy tắc thông qua", "Majority rule"), format!("{}; {}: {}", rules.majority.text().get(v.lang), v.pick("bằng phiếu", "tie"), rules.tie.text().get(v.lang))),
        Line::new(v.pick("Phiếu", "Votes"), format!("{} {} · {} {} · {} {}", c.for_votes, v.pick("tán thành", "for"), c.against, v.pick("không tán thành", "against"), c.abstain, v.pick("trắng", "abstaining"))),
    ])
}

fn votes(v: &Visitor, caption: &str, list: &[RecordedVote]) -> Html {
    let rows = list
        .iter()
        .map(|x| vec![Html::text(&x.name), Html::text(x.role.get(v.lang)), Html::text(x.choice.text().get(v.lang)), Html::text(&x.reason), Html::text(&when::exact(x.at, v.lang))])
        .collect();
    kit::table(&Table {
        caption: caption.to_owned(),
        columns: vec![Column::text(v.pick("Thành viên", "Member")), Column::text(v.pick("Vị trí", "Seat")), Column::text(v.pick("Ý kiến", "Vote")), Column::text(v.pick("Lý do", "Reason")), Column::text(v.pick("Lúc", "At"))],
        rows,
        empty: v.pick("Không có phiếu.", "No votes.").to_owned(),
        ..Table::default()
    })
}

fn recused(s: &Boards, v: &Visitor, d: &Decision) -> Html {
    if d.recused.is_empty() {
        return Html::default();
    }
    let rows = d
        .recused
        .iter()
        .map(|r| {
            let ground = s.catalog.ground(&r.ground).map_or(r.ground.as_str(), |g| g.name.get(v.lang));
            let how = if r.declared { v.pick("tự khai", "declared").to_owned() } else { format!("{} {}", v.pick("ghi nhận bởi", "recorded by"), r.by) };
            vec![Html::text(&r.name), Html::text(ground), Html::text(&r.detail), Html::text(&how)]
        })
        .collect();
    kit::table(&Table {
        caption: v.pick("Từ chối tham gia vì xung đột lợi ích", "Recused for a conflict of interest").to_owned(),
        columns: vec![Column::text(v.pick("Thành viên", "Member")), Column::text(v.pick("Quan hệ", "Ground")), Column::text(v.pick("Chi tiết", "Details")), Column::text(v.pick("Nguồn", "Source"))],
        rows,
        ..Table::default()
    })
}

fn attended(v: &Visitor, d: &Decision) -> Html {
    let guests: Vec<String> = d.guests.iter().map(|g| format!("{} ({})", g.name, g.home)).collect();
    let or_none = |t: String| if t.is_empty() { v.pick("không", "none").to_owned() } else { t };
    kit::summary_list(&[
        Line::new(v.pick("Vắng", "Absent"), or_none(d.absent.join(", "))),
        Line::new(v.pick("Khách mời, không biểu quyết", "Guests, without a vote"), or_none(guests.join(", "))),
    ])
}
