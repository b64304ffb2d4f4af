//! The ledger of one enterprise, for the staff and for the enterprise itself; and what other agencies gave it.

use super::{
    actor,
    desk::dossier_address,
    mine::own,
    parts::{PAGE, Typed, csv_file, desk_page, field, given},
};
use crate::{
    Support,
    acts::ActError,
    dossier::By,
    facts::EnterpriseFacts,
    rules::money,
    store::NewElsewhere,
    views::{self, After, LedgerLine},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{
    Refusal,
    id::{EnterpriseId, GrantId},
};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    gate::see_other,
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Rows of one ledger file: an enterprise of ten years has far fewer.
const FILE_MAX: i64 = 100_000;

pub fn kind_name(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "commit" => ("Cam kết", "Committed"),
        "pay" => ("Chi trả", "Paid"),
        "release" => ("Giải tỏa", "Released"),
        _ => ("Đảo bút toán", "Reversed"),
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    after: String,
}

pub async fn show(State(s): State<Support>, v: Visitor, Path(ent): Path<EnterpriseId>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    Ok(page(&s, &v, ent, After::read(&asked.after), None).await?.into_response())
}

async fn page(s: &Support, v: &Visitor, ent: EnterpriseId, after: Option<After>, typed: Option<&Typed<'_>>) -> Result<Html, PageError> {
    let facts = s.enterprises.find(ent, s.now().date().year()).await?.ok_or_else(PageError::not_found)?;
    // A dependent unit has no ledger of its own: its enterprise's is shown.
    let holder = facts.holder();
    let after = after.unwrap_or_else(After::first);
    let lines = views::ledger(&s.scope, holder, &after, PAGE + 1).await.map_err(PageError::internal)?;
    let shown = lines.get(..usize::try_from(PAGE).unwrap_or(0)).unwrap_or(&lines);
    let next = shown.last().filter(|_| lines.len() > shown.len()).map(|l| {
        let after = After { at: l.at.micros(), id: l.id.to_string() }.to_string();
        format!("/centre/support/ledger/{ent}?after={}", url_part(&after))
    });
    let title = v.pick("Sổ hỗ trợ", "Support ledger");
    let main = Html(format!(
        "{}{}{}{}{}{}<p><a href=\"/centre/support/ledger/{ent}/csv\">{}</a></p>{}",
        typed.map_or_else(Html::default, |t| kit::error_summary(v.lang, &t.reasons)),
        kit::heading(title, Some(&format!("{} · {}", facts.name, facts.code))),
        shared(v, &facts),
        totals(s, v, holder).await?,
        table(s, v, shown),
        kit::pagination(v.lang, None, next.as_deref()),
        v.pick("Tải sổ (CSV)", "Download (CSV)"),
        elsewhere(s, v, ent, holder, typed).await?,
    ));
    Ok(desk_page(v, title, main).error(typed.is_some()).back("/centre/support", v.pick("Danh sách hồ sơ", "All dossiers")).render())
}

/// Says whose ledger stands on the page of a dependent unit.
fn shared(v: &Visitor, facts: &EnterpriseFacts) -> Html {
    let Some(head) = &facts.head else { return Html::default() };
    let said = v.pick("Đơn vị phụ thuộc: sổ và mức trần tính chung với doanh nghiệp", "A dependent unit: ledger and caps are shared with the enterprise");
    match head.id {
        Some(id) => kit::inset(&Html(format!("{said} {}.", kit::link(&format!("/centre/support/ledger/{id}"), &head.code)))),
        None => kit::inset(&Html(format!("{said} {} {}.", esc(&head.code), v.pick("(chưa có trong danh bạ)", "(not on the register)")))),
    }
}

async fn totals(s: &Support, v: &Visitor, ent: EnterpriseId) -> Result<Html, PageError> {
    let mut totals = views::ledger_facts(&s.scope, ent).await.map_err(PageError::internal)?.totals;
    totals.retain(|t| t.period.is_empty() && t.grants > 0);
    totals.sort_by(|a, b| b.year.cmp(&a.year).then_with(|| a.content.cmp(&b.content)));
    let rows = totals
        .iter()
        .map(|t| vec![Html::text(&t.year.to_string()), Html::text(s.rules.content_name(&t.content).get(v.lang)), Html::text(&t.committed.to_string()), Html::text(&t.paid.to_string())])
        .collect();
    Ok(kit::table(&Table {
        caption: v.pick("Theo năm và nội dung", "By year and content").to_owned(),
        caption_hidden: false,
        columns: vec![Column::text(v.pick("Năm", "Year")), Column::text(v.pick("Nội dung", "Content")), Column::num(v.pick("Còn cam kết", "Open")), Column::num(v.pick("Đã chi", "Paid"))],
        rows,
        empty: v.pick("Chưa có khoản nào.", "Nothing yet.").to_owned(),
    }))
}

fn table(s: &Support, v: &Visitor, lines: &[LedgerLine]) -> Html {
    let row = |l: &LedgerLine| {
        let (vi, en) = kind_name(&l.kind);
        let papers: Vec<&str> = [&l.contract, &l.acceptance, &l.invoices, &l.reason].into_iter().map(String::as_str).filter(|t| !t.is_empty()).collect();
        vec![
            when::at_time(l.at, s.now(), v.lang),
            Html::text(v.pick(vi, en)),
            Html::text(s.rules.content_name(&l.content).get(v.lang)),
            Html::text(&l.amount.to_string()),
            Html(format!("<a href=\"{}\">{}</a>", dossier_address(l.dossier), esc(&l.dossier_code))),
            Html::text(&papers.join("; ")),
            Html::text(&l.by),
        ]
    };
    kit::table(&Table {
        caption: v.pick("Bút toán, không sửa, không xóa", "Entries, never edited or removed").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Lúc", "At")),
            Column::text(v.pick("Loại", "Kind")),
            Column::text(v.pick("Nội dung", "Content")),
            Column::num(v.pick("Số tiền", "Amount")),
            Column::text(v.pick("Hồ sơ", "Dossier")),
            Column::text(v.pick("Giấy tờ, lý do", "Papers, reason")),
            Column::text(v.pick("Người ghi", "By")),
        ],
        rows: lines.iter().map(row).collect(),
        empty: v.pick("Chưa có bút toán nào.", "There are no entries yet.").to_owned(),
    })
}

async fn elsewhere(s: &Support, v: &Visitor, ent: EnterpriseId, holder: EnterpriseId, typed: Option<&Typed<'_>>) -> Result<Html, PageError> {
    let all = views::elsewhere(&s.scope, holder).await.map_err(PageError::internal)?;
    let mut rows = Vec::new();
    for o in &all {
        let mut state = if o.what.granted { kit::chip(Mood::Warn, v.pick("đã hỗ trợ", "granted")) } else { kit::chip(Mood::Info, v.pick("đang chờ", "pending")) };
        if o.overlaps && o.withdrawn_at.is_none() {
            state.push(&Html(format!(" {}", kit::chip(Mood::Bad, v.pick("trùng với khoản của ta", "doubles ours")))));
        }
        let end = match o.withdrawn_at {
            Some(_) => Html::text(v.pick("đã bỏ ghi nhận", "taken back")),
            None => {
                let why = field(v, &format!("withdraw-{}", o.what.id), "why", v.pick("Lý do bỏ ghi nhận", "Reason"), None).max_length(500).input();
                let button = kit::Button::new(v.pick("Bỏ ghi nhận", "Take back")).weight(Weight::Risk).html();
                let form = kit::form(v, &format!("/centre/support/ledger/{ent}/elsewhere/{}/withdraw", o.what.id), &Html(format!("{why}{button}")));
                kit::details(v.pick("Bỏ ghi nhận", "Take back"), &form, false)
            }
        };
        rows.push(vec![
            Html::text(&o.what.agency),
            Html::text(s.rules.content_name(&o.what.content).get(v.lang)),
            Html::text(&o.what.year.to_string()),
            o.what.amount.map_or_else(|| Html::text("–"), |a| Html::text(&a.to_string())),
            state,
            end,
        ]);
    }
    let columns = [("Cơ quan", "Agency"), ("Nội dung", "Content"), ("Năm", "Year"), ("Số tiền", "Amount"), ("Tình trạng", "State"), ("Xử lý", "Action")];
    let table = kit::table(&Table {
        caption: v.pick("Hỗ trợ của cơ quan khác", "Support of other agencies").to_owned(),
        caption_hidden: false,
        columns: columns.map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows,
        empty: v.pick("Chưa ghi nhận khoản nào.", "None recorded.").to_owned(),
    });
    Ok(Html(format!("{table}{}", record_form(s, v, ent, typed))))
}

fn record_form(s: &Support, v: &Visitor, ent: EnterpriseId, typed: Option<&Typed<'_>>) -> Html {
    let contents: Vec<Choice> = s.rules.contents.iter().filter(|c| !c.free).map(|c| Choice::new(&c.code, c.name.get(v.lang))).collect();
    let states = [Choice::new("granted", v.pick("Đã hỗ trợ", "Granted")), Choice::new("pending", v.pick("Đang chờ xét", "Pending"))];
    let f = |name: &str, vi: &str, en: &str| field(v, "other", name, v.pick(vi, en), typed);
    let body = Html(format!(
        "{}{}{}{}{}{}{}{}",
        kit::hidden("entry", &GrantId::new(uuid::Uuid::now_v7()).to_string()),
        f("agency", "Cơ quan", "Agency").max_length(300).input(),
        f("content", "Nội dung", "Content").select(&contents),
        f("year", "Năm", "Year").numeric().width("w4").input(),
        f("state", "Tình trạng", "State").radios(&states),
        f("amount", "Số tiền", "Amount").optional(true).width("w20").input(),
        f("reference", "Văn bản", "Document").optional(true).max_length(300).input(),
        kit::Button::new(v.pick("Ghi nhận", "Record")).weight(Weight::Quiet).html(),
    ));
    kit::details(v.pick("Ghi nhận hỗ trợ của cơ quan khác", "Record support of another agency"), &kit::form(v, &format!("/centre/support/ledger/{ent}/elsewhere"), &body), typed.is_some_and(|t| t.form == "other"))
}

fn read_other(ent: EnterpriseId, form: &FormData) -> Result<NewElsewhere, Refusal> {
    let text = |name: &str| given(form, "other", name).to_owned();
    let amount = match text("amount").as_str() {
        "" => None,
        typed => Some(money::parse(typed, "amount")?),
    };
    let granted = match text("state").as_str() {
        "granted" => true,
        "pending" => false,
        _ => {
            let (vi, en) = ("Chọn tình trạng.", "Choose the state.");
            return Err(Refusal::invalid("choose", vi, en).because(Some("state"), vi, en));
        }
    };
    Ok(NewElsewhere {
        id: form.get("entry").and_then(|t| t.parse().ok()).unwrap_or_else(|| GrantId::new(uuid::Uuid::now_v7())),
        enterprise: ent,
        content: text("content"),
        year: text("year").parse().unwrap_or(0),
        agency: text("agency").chars().take(300).collect(),
        granted,
        amount,
        reference: text("reference").chars().take(300).collect(),
    })
}

pub async fn record(State(s): State<Support>, v: Visitor, Path(ent): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let holder = holder(&s, ent).await?;
    let by = By { actor: &actor, at: s.now() };
    let done: Result<(), ActError> = match read_other(holder, &form) {
        Ok(other) => s.record_elsewhere(&other, by).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/centre/support/ledger/{ent}"))),
        Err(error) => {
            let refusal = error.refusal()?;
            let page = page(&s, &v, ent, None, Some(&Typed::refused("other", &form, &refusal))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub async fn unrecord(State(s): State<Support>, v: Visitor, Path((ent, id)): Path<(EnterpriseId, GrantId)>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let why = given(&form, &format!("withdraw-{id}"), "why").to_owned();
    s.withdraw_elsewhere(holder(&s, ent).await?, id, &why, By { actor: &actor, at: s.now() }).await?;
    Ok(see_other(&format!("/centre/support/ledger/{ent}")))
}

/// Whose ledger the address of an enterprise or a dependent unit opens.
async fn holder(s: &Support, ent: EnterpriseId) -> Result<EnterpriseId, PageError> {
    Ok(s.enterprises.find(ent, s.now().date().year()).await?.ok_or_else(PageError::not_found)?.holder())
}

fn file(s: &Support, v: &Visitor, ent: EnterpriseId, lines: &[LedgerLine]) -> Response {
    let head = ["entry", "at", "kind", "content", "content_name", "year", "period", "amount_dong", "dossier", "commitment", "reverses", "contract", "acceptance", "invoices", "reason", "by"];
    let row = |l: &LedgerLine| {
        vec![
            l.id.to_string(),
            l.at.to_string(),
            l.kind.clone(),
            l.content.clone(),
            s.rules.content_name(&l.content).get(v.lang).to_owned(),
            l.year.to_string(),
            l.period.clone(),
            l.amount.0.to_string(),
            l.dossier_code.clone(),
            l.commitment.to_string(),
            l.reverses.clone().unwrap_or_default(),
            l.contract.clone(),
            l.acceptance.clone(),
            l.invoices.clone(),
            l.reason.clone(),
            l.by.clone(),
        ]
    };
    let rows = std::iter::once(head.map(str::to_owned).to_vec()).chain(lines.iter().map(row));
    csv_file(&format!("so-ho-tro-{ent}.csv"), rows)
}

pub async fn csv(State(s): State<Support>, v: Visitor, Path(ent): Path<EnterpriseId>) -> Result<Response, PageError> {
    let lines = views::ledger(&s.scope, holder(&s, ent).await?, &After::first(), FILE_MAX).await.map_err(PageError::internal)?;
    Ok(file(&s, &v, ent, &lines))
}

pub async fn own_csv(State(s): State<Support>, v: Visitor, Path(ent): Path<EnterpriseId>) -> Result<Response, PageError> {
    let facts = own(&s, &v, ent).await?;
    let mut lines = views::ledger(&s.scope, facts.holder(), &After::first(), FILE_MAX).await.map_err(PageError::internal)?;
    if facts.head.is_some() {
        // Whoever speaks for a unit has not thereby the right to read its enterprise's dossiers.
        let own = views::dossiers_of(&s.scope, ent).await.map_err(PageError::internal)?;
        lines.retain(|l| own.contains(&l.dossier));
    }
    Ok(file(&s, &v, ent, &lines))
}
