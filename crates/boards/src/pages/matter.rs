//! `/centre/matters/{matter}` (and `/experts/me/matters/{matter}` for members who are experts): to read, declare upon, vote
//! on and conclude.

use super::{Done, Said, actor, at, centre, done, folded, form, own::unknown_act, refusal_of};
use crate::{
    Boards,
    board::{Board, SeatRole},
    matter::{self, Act, Matter, MatterState, tally::{Choice, Count}},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, Refusal, id::{AccountId, MatterId}};
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Column, Line, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Two doors to the same matters: the centre's staff, and experts who sit on a board.
pub fn base(v: &Visitor) -> &'static str {
    if v.path.starts_with("/experts/me/") { "/experts/me/matters" } else { "/centre/matters" }
}

pub fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    if base(v) == "/centre/matters" {
        return centre(v, title, main);
    }
    Shell::new(v, title, main).width(Width::Wide)
}

/// What a page about one matter needs.
pub struct Open<'a> {
    pub s: &'a Boards,
    pub v: &'a Visitor,
    pub b: Board,
    pub m: Matter,
    pub me: Actor,
    count: Count,
}

async fn open<'a>(s: &'a Boards, v: &'a Visitor, id: &str) -> Result<Open<'a>, PageError> {
    let me = actor(v)?;
    let id: MatterId = id.parse().map_err(|_| PageError::not_found())?;
    let (b, m) = s.matter_for(&me, id).await?;
    let count = matter::standing(&b, &m, s.now());
    Ok(Open { s, v, b, m, me: (*me).clone(), count })
}

pub async fn show(State(s): State<Boards>, v: Visitor, Path(id): Path<String>, Query(q): Query<Done>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    Ok(page(&o, &Said::default(), &q.done).await?.into_response())
}

async fn page(o: &Open<'_>, said: &Said, news: &str) -> Result<Html, PageError> {
    let (v, m) = (o.v, &o.m);
    let detected = detected(o).await?;
    let body = if m.state == MatterState::Open {
        Html(format!("{}{}{}{}{}", standing(o), mine(o, said), preside(o, said), ballots(o), others(o, said)))
    } else {
        Html(format!("{}{}{}", concluded(o), ballots(o), reopen(o)))
    };
    let main = Html(format!(
        "{}{}{}{}{}{detected}{body}",
        kit::error_summary(v.lang, &said.reasons),
        done(v, news),
        kit::heading(&m.proposal.subject.title, Some(&format!("{} · {}", m.proposal.kind.text().get(v.lang), o.b.name.get(v.lang)))),
        kit::summary_list(&facts(o, false)),
        Html(format!("<h2>{}</h2><div class=\"asked\">{}</div>", v.pick("Ban được hỏi ý kiến", "The board is asked"), paragraphs(&m.proposal.question))),
    ));
    Ok(shell(v, &m.proposal.subject.title, main).error(said.is_error()).back(base(v), v.pick("Việc của ban", "Matters")).render())
}

pub fn paragraphs(text: &str) -> Html {
    Html(text.split('\n').filter(|l| !l.trim().is_empty()).map(|l| format!("<p>{}</p>", esc(l))).collect())
}

/// What is known of the matter. On paper times are written out: "today" would be wrong tomorrow.
pub fn facts(o: &Open<'_>, on_paper: bool) -> Vec<Line> {
    let (v, m, now) = (o.v, &o.m, o.s.now());
    let p = &m.proposal;
    let exact = |at| Html::text(&when::exact(at, v.lang));
    let state = match (&m.decision, m.state) {
        (Some(d), _) => Html::text(d.outcome.text().get(v.lang)),
        (None, MatterState::Withdrawn) => kit::chip(Mood::Warn, v.pick("đã rút", "withdrawn")),
        _ => kit::chip(Mood::Info, v.pick("đang lấy phiếu", "open for votes")),
    };
    let mut out = vec![Line::new(v.pick("Tình trạng", "State"), state)];
    if !p.subject.path.is_empty() {
        out.push(Line::new(v.pick("Hồ sơ", "Subject"), kit::link(&p.subject.path, &p.subject.title)));
    }
    if let Some(a) = p.amount {
        out.push(Line::new(v.pick("Số tiền", "Amount"), a.to_string()));
    }
    out.push(Line::new(v.pick("Người đưa ra", "Opened by"), Html(format!("{} · {}", esc(&m.opener), if on_paper { exact(m.opened_at) } else { at(v, m.opened_at, now) }))));
    let due = m.due.map_or_else(|| Html::text(v.pick("không có hạn", "none")), |d| if on_paper { exact(d) } else { when::due_time(d, now, v.lang) });
    out.push(Line::new(v.pick("Hạn", "Due"), due));
    if let Some(name) = m.rapporteur.and_then(|r| o.b.seats.iter().rfind(|x| x.account == r)) {
        out.push(Line::new(v.pick("Báo cáo viên", "Rapporteur"), name.name.as_str()));
    }
    if let Some(x) = &m.session {
        out.push(Line::new(v.pick("Phiên họp", "Session"), format!("{} {} ({})", x.when, x.place, x.called_by)));
    }
    if let Some((id, facts)) = &m.reopens {
        out.push(Line::new(v.pick("Xem xét lại việc", "Takes up again"), Html(format!("{} – {}", kit::link(&format!("{}/{id}", base(v)), v.pick("việc cũ", "the old matter")), esc(facts)))));
    }
    if let Some(id) = &m.reopened_as {
        out.push(Line::new(v.pick("Đã đưa ra lại", "Reopened as"), kit::link(&format!("{}/{id}", base(v)), v.pick("việc mới", "the new matter"))));
    }
    if let Some(why) = &m.withdrawn {
        out.push(Line::new(v.pick("Lý do rút", "Withdrawn because"), why.as_str()));
    }
    out
}

/// Conflicts found in what is known of the firm: shown to whoever presides and to officers, who decide.
async fn detected(o: &Open<'_>) -> Result<Html, PageError> {
    let may_see = Boards::is_officer(&o.me) || o.count.presider == Some(o.me.account);
    if !may_see || o.m.state != MatterState::Open {
        return Ok(Html::default());
    }
    let items: Vec<Html> = o
        .s
        .detected(&o.b, &o.m)
        .await?
        .iter()
        .map(|(_, name, found)| Html::text(&format!("{name}: {}", found.iter().map(|c| c.text.get(o.v.lang)).collect::<Vec<_>>().join("; "))))
        .collect();
    if items.is_empty() {
        return Ok(Html::default());
    }
    Ok(kit::banner(Mood::Warn, o.v.pick("Có thể có xung đột lợi ích", "Possible conflicts of interest"), &kit::bullets(&items)))
}

fn standing(o: &Open<'_>) -> Html {
    let (v, c) = (o.v, &o.count);
    let chip = if c.quorum { kit::chip(Mood::Good, v.pick("đủ số người", "quorum")) } else { kit::chip(Mood::Warn, v.pick("chưa đủ số người", "no quorum yet")) };
    let mut lines = vec![
        Line::new(v.pick("Tham gia / cần", "Taking part / needed"), Html(format!("<b>{} / {}</b> {chip}", c.present, c.needed))),
        Line::new(v.pick("Cách tính", "How it is counted"), format!("{} · {} {} · {} {}", o.m.rules.quorum.text().get(v.lang), c.seats, v.pick("thành viên", "members"), c.recused, v.pick("từ chối tham gia, không tính", "recused, not counted"))),
    ];
    if !c.reachable {
        lines.push(Line::new(v.pick("Lưu ý", "Note"), kit::chip(Mood::Bad, v.pick("không thể đủ số người; rút và chuyển ban khác", "a quorum is out of reach; withdraw it and turn to another board"))));
    }
    Html(format!("<section class=\"standing\"><h2>{}</h2>{}</section>", v.pick("Số người tham gia", "Quorum"), kit::summary_list(&lines)))
}

fn grounds(o: &Open<'_>) -> Vec<kit::Choice> {
    o.s.catalog.network.grounds.iter().map(|g| kit::Choice::new(g.code.as_str(), g.name.get(o.v.lang))).collect()
}

/// The member's own part: vote, or declare a conflict.
fn mine(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    let today = o.s.now().date();
    let Some(seat) = o.b.seat_of(o.me.account, today) else { return Html::default() };
    if let Some(r) = m.recused(o.me.account) {
        return kit::banner(Mood::Info, v.pick("Bạn không tham gia việc này", "You take no part in this matter"), &kit::para(&r.detail));
    }
    let path = format!("{}/{}", base(v), m.proposal.id);
    let mut out = Html::default();
    if o.b.votes(seat) {
        let before = m.ballots.get(&o.me.account);
        let or_before = |name: &str, old: String| if said.act == "vote" { said.value("vote", name).to_owned() } else { old };
        let choices: Vec<kit::Choice> = Choice::ALL.iter().map(|c| kit::Choice::new(c.code(), c.text().get(v.lang))).collect();
        let clear = if m.clear.contains(&o.me.account) || said.value("vote", "clear") == "yes" { vec!["yes".to_owned()] } else { Vec::new() };
        let news = before.map_or_else(Html::default, |b| {
            kit::para(&format!("{}: {} ({}). {}", v.pick("Phiếu của bạn", "Your vote"), b.choice.text().get(v.lang), when::exact(b.at, v.lang), v.pick("Có thể đổi cho đến khi kết luận; lần trước vẫn lưu trong nhật ký.", "You may change it until the conclusion; the earlier one stays in the journal.")))
        });
        let body = Html(format!(
            "{news}{}{}{}{}",
            kit::Field::new(v.lang, "clear", v.pick("Xung đột lợi ích", "Conflict of interest")).values(clear).errors(said.reasons_of("vote")).checkboxes(&[kit::Choice::new("yes", v.pick("Tôi không có xung đột lợi ích trong việc này", "I have no conflict of interest in this matter"))]),
            kit::Field::new(v.lang, "choice", v.pick("Ý kiến", "Your vote")).value(or_before("choice", before.map_or_else(String::new, |b| b.choice.code().to_owned()))).errors(said.reasons_of("vote")).radios(&choices),
            kit::Field::new(v.lang, "reason", v.pick("Lý do", "Reason")).hint(v.pick("Được ghi nguyên văn trong quyết định, kể cả ý kiến khác", "Kept word for word in the decision, dissent too")).value(or_before("reason", before.map_or_else(String::new, |b| b.reason.clone()))).errors(said.reasons_of("vote")).textarea(4),
            kit::button(if before.is_some() { v.pick("Đổi phiếu", "Change the vote") } else { v.pick("Bỏ phiếu", "Vote") }),
        ));
        out.push(&Html(format!("<section><h2>{}</h2>{}</section>", v.pick("Phiếu của tôi", "My vote"), form(v, &path, "vote", &body))));
        if before.is_none() && !m.attended.contains(&o.me.account) {
            let attend = kit::Button::new(v.pick("Ghi có mặt, bỏ phiếu sau", "Record me present, vote later")).weight(Weight::Quiet).html();
            out.push(&form(v, &path, "attend", &attend));
        }
    }
    let declare = Html(format!(
        "{}{}{}",
        said.field(v.lang, "declare", "ground", v.pick("Quan hệ", "Ground")).select(&grounds(o)),
        said.field(v.lang, "declare", "detail", v.pick("Chi tiết", "Details")).textarea(3),
        kit::Button::new(v.pick("Khai báo và không tham gia", "Declare and take no part")).weight(Weight::Risk).html(),
    ));
    out.push(&folded(said, "declare", v.pick("Tôi có xung đột lợi ích", "I have a conflict of interest"), &form(v, &path, "declare", &declare)));
    out
}

/// Whoever presides concludes; the chair may sign alone below the limit.
fn preside(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    if o.count.presider != Some(o.me.account) {
        return Html::default();
    }
    let path = format!("{}/{}", base(v), m.proposal.id);
    let act = if said.act.starts_with("sign") { said.act.as_str() } else { "close" };
    let chair = o.b.holder(SeatRole::Chair, o.s.now().date()).map(|x| x.account) == Some(o.me.account);
    let mut buttons = Vec::new();
    if o.count.quorum {
        buttons.push(kit::Button::new(v.pick("Kết luận theo phiếu", "Conclude by the votes")).named("act", "close").html());
    }
    if chair && matter::delegable(m) && m.session.is_none() && m.ballots.is_empty() {
        buttons.push(kit::Button::new(v.pick("Ký thông qua theo ủy quyền", "Sign approval by delegation")).weight(Weight::Quiet).named("act", "sign-yes").html());
        buttons.push(kit::Button::new(v.pick("Ký không thông qua", "Sign refusal")).weight(Weight::Risk).named("act", "sign-no").html());
    }
    let body = if buttons.is_empty() {
        kit::para(v.pick("Chưa kết luận được: chưa đủ số người tham gia, hoặc bạn chưa bỏ phiếu.", "It cannot be concluded: too few take part, or you have not voted."))
    } else {
        let text = kit::Field::new(v.lang, "conclusion", v.pick("Kết luận của người chủ trì", "Conclusion")).value(said.value(act, "conclusion")).errors(said.reasons_of(act)).textarea(4);
        kit::form(v, &path, &Html(format!("{text}{}", kit::button_group(&buttons))))
    };
    Html(format!("<section><h2>{}</h2>{body}</section>", v.pick("Chủ trì", "Presiding")))
}

fn ballots(o: &Open<'_>) -> Html {
    let (v, m) = (o.v, &o.m);
    let today = o.s.now().date();
    // While votes are open a member sees others' votes only after casting an own one: nobody copies the first.
    let open = m.state == MatterState::Open;
    let shown = !open || m.ballots.contains_key(&o.me.account) || o.count.presider == Some(o.me.account);
    let rows = o
        .b
        .seats_on(if open { today } else { m.decision.as_ref().map_or(today, |d| d.at.date()) })
        .map(|x| {
            let state = match (m.recused(x.account), m.ballots.get(&x.account)) {
                (Some(_), _) => kit::chip(Mood::Warn, v.pick("từ chối tham gia", "recused")),
                (None, Some(b)) if shown => Html::text(b.choice.text().get(v.lang)),
                (None, Some(_)) => kit::chip(Mood::Good, v.pick("đã bỏ phiếu", "has voted")),
                (None, None) if m.attended.contains(&x.account) => Html::text(v.pick("có mặt", "present")),
                (None, None) => Html::text("–"),
            };
            let reason = match (m.recused(x.account), m.ballots.get(&x.account)) {
                (Some(r), _) => o.s.catalog.ground(&r.ground).map_or_else(|| r.ground.clone(), |g| g.name.get(v.lang).to_owned()),
                (None, Some(b)) if shown => b.reason.clone(),
                _ => String::new(),
            };
            vec![Html::text(&x.name), Html::text(x.role.text().get(v.lang)), state, Html::text(&reason)]
        })
        .collect();
    kit::table(&Table {
        caption: v.pick("Phiếu", "Votes").to_owned(),
        columns: vec![Column::text(v.pick("Thành viên", "Member")), Column::text(v.pick("Vị trí", "Seat")), Column::text(v.pick("Ý kiến", "Vote")), Column::text(v.pick("Lý do", "Reason"))],
        rows,
        empty: v.pick("Ban chưa có thành viên.", "The board has no members.").to_owned(),
        ..Table::default()
    })
}

/// Calling, assigning, recusing others, withdrawing.
fn others(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    let today = o.s.now().date();
    let officer = Boards::is_officer(&o.me);
    let prepares = officer || o.b.seat_of(o.me.account, today).is_some_and(|x| x.role != SeatRole::Member);
    let path = format!("{}/{}", base(v), m.proposal.id);
    let free: Vec<kit::Choice> = o.b.seats_on(today).filter(|x| m.recused(x.account).is_none()).map(|x| kit::Choice::new(x.account.to_string(), x.name.as_str())).collect();
    let quiet = |vi: &str, en: &str, weight: Weight| kit::Button::new(v.pick(vi, en)).weight(weight).html();
    let one = |act: &str, vi: &str, en: &str, body: String| folded(said, act, v.pick(vi, en), &form(v, &path, act, &Html(body))).0;
    let field = |act: &str, name: &str, vi: &str, en: &str| said.field(v.lang, act, name, v.pick(vi, en));
    let mut out = String::new();
    if prepares {
        out.push_str(&one("call", "Mời họp hoặc lấy ý kiến bằng văn bản", "Call a session or votes in writing", format!(
            "{}{}{}",
            field("call", "when", "Ngày giờ họp, hoặc hạn gửi ý kiến", "Day and time, or last day for votes").max_length(300).input(),
            field("call", "place", "Địa điểm hoặc đường dẫn họp", "Place or link").optional(true).max_length(300).input(),
            quiet("Mời", "Call", Weight::Quiet),
        )));
        out.push_str(&one("assign", "Phân công báo cáo viên", "Assign the rapporteur", format!("{}{}", field("assign", "rapporteur", "Báo cáo viên", "Rapporteur").select(&free), quiet("Phân công", "Assign", Weight::Quiet))));
    }
    if officer || o.count.presider == Some(o.me.account) {
        out.push_str(&one("recuse", "Ghi nhận xung đột lợi ích của một thành viên", "Record a member's conflict of interest", format!(
            "{}{}{}{}",
            field("recuse", "r_account", "Thành viên", "Member").select(&free),
            field("recuse", "r_ground", "Quan hệ", "Ground").select(&grounds(o)),
            field("recuse", "r_detail", "Căn cứ", "How it is known").textarea(2),
            quiet("Ghi nhận", "Record", Weight::Risk),
        )));
    }
    if officer || m.opened_by == o.me.account {
        out.push_str(&one("withdraw", "Rút việc này", "Withdraw the matter", format!("{}{}", field("withdraw", "withdraw_reason", "Lý do", "Reason").textarea(2), quiet("Rút", "Withdraw", Weight::Risk))));
    }
    Html(out)
}

fn concluded(o: &Open<'_>) -> Html {
    let v = o.v;
    let Some(d) = &o.m.decision else { return Html::default() };
    let link = kit::link_button(&format!("{}/{}/record", base(v), o.m.proposal.id), v.pick("Biên bản quyết định (in được)", "Decision record (printable)"), Weight::Quiet);
    Html(format!(
        "<section><h2>{}: {}</h2>{}{link}</section>",
        v.pick("Kết luận", "Conclusion"),
        esc(d.outcome.text().get(v.lang)),
        paragraphs(&d.conclusion),
    ))
}

fn reopen(o: &Open<'_>) -> Html {
    if !Boards::is_officer(&o.me) || o.m.reopened_as.is_some() {
        return Html::default();
    }
    let href = format!("/centre/boards/{}/matters/new?reopens={}", o.b.id, o.m.proposal.id);
    kit::link_button(&href, o.v.pick("Đưa ra lại thành việc mới", "Take it up again as a new matter"), Weight::Quiet)
}

fn parse(f: &FormData) -> Result<Act, Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let somebody = |name: &str| -> Result<AccountId, Refusal> {
        text(name).parse().map_err(|_| Refusal::invalid("member", "Chưa chọn người", "Nobody is chosen").because(Some(name), "Chọn một người trong danh sách.", "Choose somebody from the list."))
    };
    Ok(match f.get("act").unwrap_or_default() {
        "vote" => {
            let choice = Choice::of(&text("choice")).ok_or_else(|| Refusal::invalid("choice", "Chưa chọn ý kiến", "No vote is chosen").because(Some("choice"), "Chọn tán thành, không tán thành hoặc phiếu trắng.", "Choose for, against or abstain."))?;
            Act::Vote { choice, reason: text("reason"), clear: f.get("clear") == Some("yes") }
        }
        "declare" => Act::Declare { ground: text("ground"), detail: text("detail") },
        "recuse" => Act::Recuse { account: somebody("r_account")?, ground: text("r_ground"), detail: text("r_detail") },
        "attend" => Act::Attend,
        "call" => Act::Call { when: text("when"), place: text("place") },
        "assign" => Act::Assign { rapporteur: somebody("rapporteur")? },
        "close" => Act::Close { conclusion: text("conclusion") },
        "sign-yes" => Act::SignOff { approve: true, conclusion: text("conclusion") },
        "sign-no" => Act::SignOff { approve: false, conclusion: text("conclusion") },
        "withdraw" => Act::Withdraw { reason: text("withdraw_reason") },
        _ => return Err(unknown_act()),
    })
}

pub async fn act(State(s): State<Boards>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    let result = match parse(&f) {
        Ok(act) => s.act_on_matter(&o.me, o.m.proposal.id, &act).await,
        Err(refusal) => Err(refusal.into()),
    };
    match result {
        Ok(m) => Ok(Redirect::to(&format!("{}/{}?done=1", base(&v), m.proposal.id)).into_response()),
        Err(failure) => {
            let mut refusal = refusal_of(failure)?;
            if f.get("act") == Some("recuse") {
                for reason in &mut refusal.reasons {
                    reason.field = reason.field.take().map(|name| if name.starts_with("r_") { name } else { format!("r_{name}") });
                }
            }
            let said = Said::refused(f, refusal);
            let o = open(&s, &v, &id).await?;
            Ok(said.answer(page(&o, &said, "").await?))
        }
    }
}

/// The matter for the printed record.
pub async fn opened<'a>(s: &'a Boards, v: &'a Visitor, id: &str) -> Result<Open<'a>, PageError> {
    open(s, v, id).await
}
