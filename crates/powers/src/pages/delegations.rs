//! `/work/delegations`: what one lends and was lent. `/admin/delegations`: everybody's.

use super::{Answer, actor, refused, shell, told};
use crate::{
    Powers,
    rules::{self, Asked, capacity_name},
    store::{self, Colleague, Delegation},
};
use ::store::CommitError;
use axum::{extract::State, response::IntoResponse};
use identity::{Post, account::roles};
use kernel::{Actor, Refusal, actor::Capacity, id::AccountId, text::clean, time::Date};
use std::collections::BTreeSet;
use web::{
    extract::{FormData, Path},
    gate::see_other,
    html::{Html, esc},
    kit::{self, Button, Choice, Column, Field, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Delegations shown on a page; older ones are in the journal.
const SHOWN: i64 = 200;

pub async fn show(State(s): State<Powers>, v: Visitor) -> Result<Html, PageError> {
    page(&s, &v, &FormData::default(), None).await
}

async fn page(s: &Powers, v: &Visitor, typed: &FormData, refusal: Option<&Refusal>) -> Result<Html, PageError> {
    let actor = actor(v)?;
    let title = v.pick("Ủy quyền, cử người thay", "Delegation and substitutes");
    let mut main = Html::default();
    if let Some(refusal) = refusal {
        main.push(&told(v, refusal));
    }
    main.push(&kit::heading(title, None));
    main.push(&kit::para(v.pick(
        "Cho đồng nghiệp cùng cơ quan dùng vai trò của bạn trong một thời gian: khi đi công tác, nghỉ phép, hoặc theo văn bản ủy quyền. Việc họ làm được ghi rõ là thay bạn, cả trên văn bản họ ký; hồ sơ đang giao cho bạn cũng mở cho họ.",
        "Let a colleague of your office use your role for a time: while you travel, on leave, or under a written authorisation. What they do says that it is done for you, on what they sign too; cases assigned to you are open to them.",
    )));
    let all = store::of(&s.scope, actor.account, SHOWN).await.map_err(PageError::internal)?;
    let (given, taken): (Vec<_>, Vec<_>) = all.iter().partition(|d| d.giver == actor.account);
    if !taken.is_empty() {
        main.push(&Html(format!("<h2>{}</h2>", v.pick("Quyền bạn được nhận", "Lent to you"))));
        main.push(&table(s, v, &taken, None));
    }
    main.push(&Html(format!("<h2>{}</h2>", v.pick("Quyền bạn đã cho", "Lent by you"))));
    main.push(&table(s, v, &given, Some("/work/delegations")));
    let roles = rules::lendable(&actor);
    if roles.is_empty() {
        main.push(&kit::inset(&Html::text(v.pick("Bạn không có vai trò nào của riêng mình để ủy quyền.", "You have no role of your own to lend."))));
    } else {
        let colleagues = s.colleagues(&actor).await.map_err(PageError::internal)?;
        let form = form(s, v, &roles, &colleagues, typed, refusal);
        main.push(&kit::details(v.pick("Ủy quyền mới", "New delegation"), &form, refusal.is_some() || given.is_empty()));
    }
    Ok(shell(v, title, main).error(refusal.is_some()).render())
}

fn form(s: &Powers, v: &Visitor, own: &[&str], colleagues: &[Colleague], typed: &FormData, refusal: Option<&Refusal>) -> Html {
    let reasons = refusal.map_or(&[][..], |r| &r.reasons);
    let said = |name: &str| typed.get(name).unwrap_or_default().to_owned();
    let field = |name: &'static str, vi: &'static str, en: &'static str| Field::new(v.lang, name, v.pick(vi, en)).value(said(name)).errors(reasons);
    let none = || Choice::new("", v.pick("– chọn –", "– choose –"));
    let people = colleagues.iter().map(|c| Choice::new(c.post.id.clone(), format!("{} – {}", c.name, c.post.title)));
    let capacities = Capacity::ALL.map(|c| Choice::new(c.code(), capacity_name(c).get(v.lang)).hint(capacity_hint(v, c)));
    let mut body = Html::default();
    let role_names: Vec<Choice> = own.iter().map(|r| Choice::new(*r, roles::name(r).get(v.lang))).collect();
    let only = |name: &str| if said(name).is_empty() && own.len() == 1 { own.first().map_or_else(String::new, |r| (*r).to_owned()) } else { said(name) };
    body.push(&Field::new(v.lang, "role", v.pick("Vai trò", "Role")).value(only("role")).errors(reasons).radios(&role_names));
    body.push(&field("taker", "Người nhận", "Who receives it").select(&std::iter::once(none()).chain(people).collect::<Vec<_>>()));
    body.push(&field("capacity", "Ghi khi ký", "As it stands on what is signed").radios(&capacities));
    let hint = v.pick("Bắt buộc khi thừa ủy quyền. Ví dụ: Giấy ủy quyền số 12/GUQ-SXD ngày 20/11/2026", "Needed under authorisation. For example: Giấy ủy quyền số 12/GUQ-SXD ngày 20/11/2026");
    body.push(&field("document", "Văn bản", "Document").hint(hint).optional(true).max_length(200).input());
    let date = |name: &'static str, vi: &'static str, en: &'static str| {
        let parts = ["day", "month", "year"].map(|p| said(&format!("{name}-{p}"))).to_vec();
        Field::new(v.lang, name, v.pick(vi, en)).values(parts).errors(reasons)
    };
    body.push(&date("from", "Từ ngày (bỏ trống: ngay bây giờ)", "From (empty: now)").optional(true).date());
    let most = s.rules.delegation.most_days;
    let last = v.pick("Đến hết ngày", "Until the end of");
    body.push(&date("to", last, last).hint(format!("{} {most} {}", v.pick("Dài nhất", "At most"), v.pick("ngày", "days"))).date());
    let kinds: Vec<Choice> = s.cases.definitions().into_iter().map(|(code, name)| Choice::new(code, name.get(v.lang))).collect();
    let chosen: Vec<String> = typed.all("definitions").into_iter().map(str::to_owned).collect();
    let open = !chosen.is_empty();
    let boxes = Field::new(v.lang, "definitions", v.pick("Chỉ các thủ tục này", "Only these procedures")).values(chosen).errors(reasons).optional(true).checkboxes(&kinds);
    body.push(&kit::details(v.pick("Chỉ cho một số thủ tục…", "For some procedures only…"), &boxes, open));
    body.push(&kit::button(v.pick("Ủy quyền", "Delegate")));
    kit::form(v, "/work/delegations", &body)
}

fn capacity_hint(v: &Visitor, c: Capacity) -> &'static str {
    match c {
        Capacity::InPlace => v.pick("Cấp phó ký thay cấp trưởng", "A deputy signs in the head's place"),
        Capacity::ByOrder => v.pick("Người đứng đầu đơn vị cấp dưới ký theo lệnh", "The head of a unit below signs by order"),
        Capacity::Authorised => v.pick("Theo văn bản ủy quyền", "Under a written authorisation"),
    }
}

fn table(s: &Powers, v: &Visitor, list: &[&Delegation], end: Option<&str>) -> Html {
    let now = s.now();
    let row = |d: &&Delegation| {
        let (mood, word) = match (d.revoked.is_some(), d.holds(now), d.from > now) {
            (true, ..) => (Mood::Info, v.pick("Đã chấm dứt", "Ended")),
            (_, true, _) => (Mood::Good, v.pick("Đang hiệu lực", "In force")),
            (_, _, true) => (Mood::Info, v.pick("Sắp tới", "To come")),
            _ => (Mood::Info, v.pick("Hết hạn", "Over")),
        };
        let scope = if d.definitions.is_empty() { v.pick("mọi thủ tục", "all procedures").to_owned() } else { d.definitions.iter().cloned().collect::<Vec<_>>().join(", ") };
        let paper = if d.document.is_empty() { String::new() } else { format!("<br><span class=\"muted\">{}</span>", esc(&d.document)) };
        let button = end.filter(|_| d.revoked.is_none() && d.to > now).map_or_else(Html::default, |base| {
            let button = Button::new(v.pick("Chấm dứt", "End it")).weight(Weight::Quiet).html();
            kit::form(v, &format!("{base}/{}/end", d.id), &button)
        });
        vec![
            Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&d.giver_name), esc(&d.giver_title))),
            Html::text(&d.taker_name),
            Html(format!("{} {}<br><span class=\"muted\">{}</span>{paper}", esc(d.capacity.letters()), esc(roles::name(d.role.as_str()).get(v.lang)), esc(&scope))),
            Html(format!("{}<br>{}", esc(&when::exact(d.from, v.lang)), esc(&when::exact(d.to, v.lang)))),
            Html(format!("{} {button}", kit::chip(mood, word))),
        ]
    };
    let columns = [("Của ai", "Whose"), ("Người nhận", "Received by"), ("Quyền", "What"), ("Từ, đến", "From, until"), ("Tình trạng", "State")];
    kit::table(&Table {
        caption: v.pick("Ủy quyền", "Delegations").to_owned(),
        caption_hidden: true,
        columns: columns.map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: list.iter().map(row).collect(),
        empty: v.pick("Chưa có ủy quyền nào.", "There is no delegation.").to_owned(),
    })
}

pub async fn give(State(s): State<Powers>, v: Visitor, typed: FormData) -> Answer {
    match try_give(&s, &*actor(&v)?, &typed).await {
        Ok(()) => Ok(see_other("/work/delegations")),
        Err(Failed::Refused(refusal)) => refused(page(&s, &v, &typed, Some(&refusal)).await?, refusal),
        Err(Failed::Inside(error)) => Err(PageError::internal(error)),
    }
}

enum Failed {
    Refused(Refusal),
    Inside(anyhow::Error),
}
impl From<Refusal> for Failed {
    fn from(r: Refusal) -> Self {
        Self::Refused(r)
    }
}
impl From<::store::StoreError> for Failed {
    fn from(e: ::store::StoreError) -> Self {
        Self::Inside(e.into())
    }
}
impl From<CommitError> for Failed {
    fn from(e: CommitError) -> Self {
        Self::Inside(e.into())
    }
}

async fn try_give(s: &Powers, actor: &Actor, typed: &FormData) -> Result<(), Failed> {
    let now = s.now();
    let role = typed.get("role").unwrap_or_default();
    let posts = s.identity.directory().posts(actor.account).await?;
    let here = |p: &&Post| p.valid_at(now) && actor.office.as_ref().is_some_and(|o| s.identity.offices().heir(&p.office) == *o);
    let own = posts.iter().filter(here).find(|p| p.role.as_str() == role);
    let colleagues = s.colleagues(actor).await?;
    let taker = colleagues.iter().find(|c| c.post.id == typed.get("taker").unwrap_or_default());
    let definitions: BTreeSet<String> = typed.all("definitions").into_iter().map(str::to_owned).collect();
    let known = s.cases.definitions().into_iter().map(|(code, _)| code).collect();
    let document: String = clean(typed.get("document").unwrap_or_default()).chars().take(200).collect();
    let asked = Asked {
        role,
        taker: taker.map(|c| (c.post.account, &c.post)),
        capacity: Capacity::of(typed.get("capacity").unwrap_or_default()),
        document: &document,
        from: day(typed, "from")?,
        to: day(typed, "to")?,
        definitions: &definitions,
    };
    let lend = rules::lend(&asked, actor, own, &known, &s.rules.delegation, now)?;
    let (Some(own), Some(taker)) = (own, taker) else { return Ok(()) };
    let d = Delegation {
        id: format!("delegation_{}", uuid::Uuid::now_v7().simple()),
        giver: actor.account,
        giver_post: own.id.clone(),
        giver_name: actor.name.clone(),
        giver_title: own.title.clone(),
        taker: lend.taker,
        taker_name: taker.name.clone(),
        office: taker.post.office.clone(),
        role: own.role.clone(),
        capacity: lend.capacity,
        document: document.clone(),
        definitions,
        from: lend.from,
        to: lend.to,
        created: now,
        revoked: None,
    };
    let mut batch = s.scope.batch();
    store::lend(&mut batch, &d, actor);
    Ok(s.scope.commit(batch).await?)
}

/// A day of the form, or the refusal that says how to write one.
fn day(typed: &FormData, name: &str) -> Result<Option<Date>, Refusal> {
    kit::date_answer(typed, name).map_err(|_| {
        Refusal::invalid("delegation", "Ngày chưa đúng.", "A date is not right.").because(
            Some(name),
            "Ngày này không có thật. Ghi ngày, tháng, năm, ví dụ 1 12 2026.",
            "There is no such day. Write day, month and year, for example 1 12 2026.",
        )
    })
}

pub async fn end_own(State(s): State<Powers>, v: Visitor, Path(id): Path<String>) -> Answer {
    let actor = actor(&v)?;
    let d = find(&s, &id).await?;
    if d.giver != actor.account {
        return Err(gone().into());
    }
    end(&s, &d, &actor).await?;
    Ok(see_other("/work/delegations"))
}

pub async fn end_any(State(s): State<Powers>, v: Visitor, Path(id): Path<String>) -> Answer {
    let d = find(&s, &id).await?;
    end(&s, &d, &*actor(&v)?).await?;
    Ok(see_other("/admin/delegations"))
}

async fn find(s: &Powers, id: &str) -> Result<Delegation, PageError> {
    store::find(&s.scope, &clean(id)).await.map_err(PageError::internal)?.ok_or_else(|| gone().into())
}

fn gone() -> Refusal {
    Refusal::not_found("Không có ủy quyền này.", "There is no such delegation.")
}

async fn end(s: &Powers, d: &Delegation, actor: &Actor) -> Result<(), PageError> {
    if d.revoked.is_some() {
        return Ok(());
    }
    let mut batch = s.scope.batch();
    store::revoke(&mut batch, d, actor, s.now());
    match s.scope.commit(batch).await {
        // Ended by somebody else in the same moment: it is ended.
        Ok(()) | Err(CommitError::Conflict { .. }) => Ok(()),
        Err(e) => Err(PageError::internal(e)),
    }
}

pub async fn all(State(s): State<Powers>, v: Visitor) -> Answer {
    let title = v.pick("Ủy quyền đang có", "Delegations in force");
    let list = store::standing(&s.scope, s.now(), SHOWN).await.map_err(PageError::internal)?;
    let mut main = kit::heading(title, None);
    main.push(&kit::para(v.pick(
        "Quyền đang hoặc sắp được dùng thay người khác. Chấm dứt một ủy quyền không làm mất giá trị việc đã làm.",
        "Roles that are, or will be, used in the place of others. Ending one does not undo what was done.",
    )));
    main.push(&table(&s, &v, &list.iter().collect::<Vec<_>>(), Some("/admin/delegations")));
    Ok(shell(&v, title, main).render().into_response())
}

impl Powers {
    /// Who else holds a post in the actor's office now; one row a post.
    async fn colleagues(&self, actor: &Actor) -> Result<Vec<Colleague>, ::store::StoreError> {
        let Some(office) = &actor.office else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for code in std::iter::once(office.clone()).chain(self.identity.offices().taken_over_by(office)) {
            all.extend(store::colleagues(&self.scope, &code, self.now()).await?);
        }
        let mut seen: BTreeSet<AccountId> = BTreeSet::from([actor.account]);
        all.retain(|c| seen.insert(c.post.account));
        Ok(all)
    }
}
