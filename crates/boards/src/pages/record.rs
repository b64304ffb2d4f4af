//! The decision record, to read and to print: rules, quorum, votes with reasons, dissent, recusals, guests.

use super::matter::{base, facts, opened, paragraphs, shell};
use crate::{
    Boards,
    matter::{Decision, RecordedVote},
};
use axum::extract::State;
use web::{
    Page,
    extract::Path,
    html::{Html, esc},
    kit::{self, Column, Line, Table},
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
    Ok(shell(&v, v.pick("Biên bản quyết định", "Decision record"), main).back(back, v.pick("Việc này", "The matter")).render())
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
