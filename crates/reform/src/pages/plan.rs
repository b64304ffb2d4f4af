//! One plan: what it changes and moves, who receives, approving, and the report.

use super::{HOME, fate, open, shell, status, who};
use crate::{
    Reforms, acts,
    model::{Checked, Plan, Status},
    preview::{self, Conflict, Preview},
    report::{self, Side},
    store::{self as tables, Failed, no_such_plan},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{
    Refusal,
    id::{OfficeCode, ProvinceCode},
};
use std::collections::BTreeMap;
use web::{
    extract::{FormData, Path},
    gate::see_other,
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Line, Mood, Table, Weight},
    problem::{Fault, PageError},
    visitor::Visitor,
    when,
};

/// Lines of a long table; the rest is in the report of the command line.
const SHOWN: usize = 200;

pub async fn show(State(s): State<Reforms>, v: Visitor, Path(id): Path<String>) -> Result<Html, PageError> {
    page(&s, &v, &id, None).await
}

async fn known(s: &Reforms, id: &str) -> Result<Plan, PageError> {
    Ok(tables::plan(&s.scope, id).await.map_err(PageError::internal)?.ok_or_else(no_such_plan)?)
}

fn office(s: &Reforms, v: &Visitor, code: &OfficeCode) -> String {
    s.offices.get(code.as_str()).map_or_else(|| code.to_string(), |o| format!("{} ({code})", o.name.get(v.lang)))
}

async fn page(s: &Reforms, v: &Visitor, id: &str, refused: Option<&Refusal>) -> Result<Html, PageError> {
    let plan = known(s, id).await?;
    let mut main = Html::default();
    if let Some(r) = refused {
        let reasons: Vec<Html> = r.reasons.iter().map(|x| Html::text(x.message.get(v.lang))).collect();
        main.push(&kit::banner(Mood::Bad, r.message.get(v.lang), &kit::bullets(&reasons)));
    }
    main.push(&kit::heading(&plan.name, Some(&plan.basis)));
    let mut lines = vec![
        Line::new(v.pick("Tình trạng", "Status"), status(plan.status.code(), v.lang)),
        Line::new(v.pick("Ngày có hiệu lực", "Takes effect"), Html::text(&when::day(plan.day, v.lang))),
        Line::new(v.pick("Người chuẩn bị", "Prepared by"), Html::text(&plan.prepared_by.name)),
    ];
    lines.extend(plan.approved_by.as_ref().map(|w| Line::new(v.pick("Người phê duyệt", "Approved by"), Html::text(&w.name))));
    lines.extend(plan.provinces.iter().map(|m| {
        let part = if m.whole { v.pick("toàn bộ", "whole") } else { v.pick("một phần", "in part") };
        Line::new(v.pick("Chuyển tỉnh", "Province"), Html::text(&format!("{} → {} ({part})", m.from, m.to)))
    }));
    main.push(&kit::summary_list(&lines));
    if plan.status != Status::Done {
        let seen = preview::count(s.scope.db(), &plan).await.map_err(PageError::internal)?;
        main.push(&moving(s, v, &plan, &seen));
        main.push(&receivers(s, v, &plan));
    }
    if let Some(after) = &plan.after {
        main.push(&report_of(s, v, &plan, after).await?);
    }
    main.push(&units(v, &plan));
    main.push(&buttons(v, &plan));
    Ok(shell(v, &plan.name, main).error(refused.is_some()).back(HOME, v.pick("Sắp xếp đơn vị", "Reorganisations")).render())
}

fn heading(vi: &str, en: &str, v: &Visitor) -> Html {
    Html(format!("<h2>{}</h2>", v.pick(vi, en)))
}

fn moving(s: &Reforms, v: &Visitor, plan: &Plan, seen: &Preview) -> Html {
    let n = |x: i64| Html::text(&when::number(x, v.lang));
    let total = seen.total();
    let mut out = heading("Những gì sẽ chuyển", "What moves", v);
    let mut lines = vec![
        Line::new(v.pick("Hồ sơ đang giải quyết", "Open cases"), n(total.open)),
        Line::new(v.pick("Hồ sơ đã kết thúc", "Closed cases"), n(total.closed)),
        Line::new(v.pick("Việc hỗ trợ doanh nghiệp", "Engagements"), n(total.engagements)),
        Line::new(v.pick("Vị trí công tác", "Posts"), n(total.posts)),
    ];
    if plan.across() {
        lines.push(Line::new(v.pick("Tài khoản", "Accounts"), n(seen.accounts)));
        lines.push(Line::new(v.pick("Bản nháp", "Drafts"), n(seen.drafts)));
    }
    out.push(&kit::summary_list(&lines));
    let told = |c: &Conflict| match c {
        Conflict::Code { code, from, to } => format!("{code}: {} {from} → {to}", v.pick("trùng mã hồ sơ", "same case code in")),
        Conflict::SameSubject { from, to, people } => format!("{people} {} {from} → {to}", v.pick("người đã có tài khoản ở nơi tiếp nhận, sẽ được ghép", "people known to the receiver, to be matched,")),
        Conflict::SameNumber { from, to, people } => format!("{people} {} {from} → {to}", v.pick("người trùng số định danh nhưng khác cách đăng nhập, cần người xem", "people with the same number under another sign-in, for a person to look at,")),
    };
    if !seen.conflicts.is_empty() {
        let items: Vec<Html> = seen.conflicts.iter().take(SHOWN).map(|c| Html::text(&told(c))).collect();
        out.push(&kit::banner(Mood::Warn, v.pick("Cần lưu ý", "To be noted"), &kit::bullets(&items)));
    }
    let rows = seen.offices.iter().take(SHOWN).map(|((province, code), l)| {
        let to = plan.offices.iter().find(|m| m.province == *province && m.office == *code).and_then(|m| m.to.as_ref());
        vec![Html::text(&office(s, v, code)), Html::text(&to.map_or_else(|| "–".to_owned(), |t| office(s, v, t))), n(l.open), n(l.closed), n(l.posts)]
    });
    out.push(&kit::table(&Table {
        caption: v.pick("Theo cơ quan", "By office").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Cơ quan", "Office")),
            Column::text(v.pick("Nơi tiếp nhận", "Receiver")),
            Column::num(v.pick("Đang giải quyết", "Open")),
            Column::num(v.pick("Đã kết thúc", "Closed")),
            Column::num(v.pick("Vị trí", "Posts")),
        ],
        rows: rows.collect(),
        empty: v.pick("Không có gì phải chuyển.", "Nothing moves.").to_owned(),
    }));
    out
}

/// Offices without a receiver, each with its form; those with one in a list to look through.
fn receivers(s: &Reforms, v: &Visitor, plan: &Plan) -> Html {
    let mut out = heading("Nơi tiếp nhận", "Receivers", v);
    let standing = s.offices.as_of(plan.day);
    for m in plan.unassigned().take(if open(plan.status) { SHOWN } else { 0 }) {
        let mut choices: Vec<Choice> = standing
            .iter()
            .filter(|o| o.successors.is_empty() && standing.province_of(o.code.as_str()) == Some(&m.to_province))
            .map(|o| Choice::new(o.code.as_str(), o.name.get(v.lang)))
            .collect();
        choices.sort_by(|a, b| a.label.cmp(&b.label));
        let label = office(s, v, &m.office);
        let select = Field::new(v.lang, "to", format!("{}: {label}", v.pick("Nơi tiếp nhận của", "Receiver of"))).select(&choices);
        let body = [kit::hidden("province", m.province.as_str()), kit::hidden("office", m.office.as_str()), select, kit::Button::new(v.pick("Chỉ định", "Name")).weight(Weight::Quiet).html()];
        out.push(&kit::card(&label, &kit::form(v, &format!("{HOME}/{}/assign", url_part(&plan.id)), &Html::join(&body))));
    }
    let set = plan.offices.iter().filter(|m| m.to.is_some());
    let rows: Vec<Vec<Html>> = set
        .take(SHOWN)
        .map(|m| {
            let to = m.to.as_ref().map_or_else(String::new, |t| office(s, v, t));
            let note = if m.divided { v.pick("chia tách: theo xã, phường ghi trong hồ sơ", "divided: by the commune in the case") } else { "" };
            vec![Html::text(&office(s, v, &m.office)), Html::text(&to), Html::text(note)]
        })
        .collect();
    let table = kit::table(&Table {
        caption: v.pick("Cơ quan và nơi tiếp nhận", "Offices and their receivers").to_owned(),
        caption_hidden: true,
        columns: [("Cơ quan", "Office"), ("Nơi tiếp nhận", "Receiver"), ("Ghi chú", "Note")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows,
        empty: v.pick("Không có cơ quan nào chuyển việc.", "No office hands over work.").to_owned(),
    });
    out.push(&table);
    out
}

fn units(v: &Visitor, plan: &Plan) -> Html {
    let rows: Vec<Vec<Html>> = plan.units.iter().take(SHOWN).map(|u| vec![Html::text(&u.code), Html::text(&u.before), Html::text(&u.after), Html::text(fate(u.fate, v.lang))]).collect();
    let more = plan.units.len().saturating_sub(SHOWN);
    let table = kit::table(&Table {
        caption: v.pick("Đơn vị hành chính", "Administrative units").to_owned(),
        caption_hidden: true,
        columns: [("Mã", "Code"), ("Trước", "Before"), ("Từ ngày hiệu lực", "From the day"), ("Thay đổi", "Change")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows,
        empty: v.pick("Không có đơn vị nào thay đổi.", "No unit changes.").to_owned(),
    });
    let rest = if more > 0 { format!("<p>{} {more}</p>", v.pick("Còn nữa:", "More:")) } else { String::new() };
    let title = v.pick("Đơn vị hành chính thay đổi", "Units that change");
    kit::details(title, &Html(format!("{table}{rest}", table = table.0)), false)
}

async fn report_of(s: &Reforms, v: &Visitor, plan: &Plan, after: &Checked) -> Result<Html, PageError> {
    let n = |x: i64| Html::text(&when::number(x, v.lang));
    let mut out = heading("Báo cáo", "Report", v);
    let (mood, said) = if after.holds() {
        (Mood::Good, v.pick("Đã đếm lại: không mất, không trùng hồ sơ nào.", "Counted again: no case is lost or doubled."))
    } else {
        (Mood::Bad, v.pick("Đếm lại thấy sai lệch; xem các dòng dưới và chạy tiếp.", "The recount differs; see the lines below and run again."))
    };
    out.push(&kit::banner(mood, v.pick("Đối chiếu", "Reconciled"), &kit::para(said)));
    let before: i64 = plan.before.iter().flatten().map(|c| c.cases).sum();
    out.push(&kit::summary_list(&[
        Line::new(v.pick("Hồ sơ trước khi bắt đầu", "Cases before"), n(before)),
        Line::new(v.pick("Hồ sơ sau khi xong", "Cases after"), n(after.total())),
        Line::new(v.pick("Hồ sơ đã chuyển", "Cases moved"), n(after.moved)),
        Line::new(v.pick("Hồ sơ chưa chuyển được", "Cases refused"), n(after.refused)),
        Line::new(v.pick("Tài khoản đã chuyển", "Accounts moved"), n(after.accounts)),
        Line::new(v.pick("Tài khoản đã ghép", "Accounts matched"), n(after.matched)),
        Line::new(v.pick("Bản nháp đã chuyển", "Drafts moved"), n(after.drafts)),
        Line::new(v.pick("Mất", "Lost"), n(after.lost)),
        Line::new(v.pick("Trùng", "Doubled"), n(after.doubled)),
    ]));
    let refused = report::refused(s.scope.db(), plan, SHOWN as i64).await.map_err(PageError::internal)?;
    if !refused.is_empty() {
        let items: Vec<Html> = refused.iter().map(|(code, _, why)| Html::text(&format!("{code}: {why}"))).collect();
        out.push(&kit::banner(Mood::Warn, v.pick("Chưa chuyển được", "Refused"), &kit::bullets(&items)));
    }
    for (side, vi, en) in [(Side::Old, "Theo đơn vị cũ", "By the old units"), (Side::New, "Theo đơn vị mới", "By the new units")] {
        let counts = report::by_unit(s.scope.db(), plan, side).await.map_err(PageError::internal)?;
        let rows = counts.iter().take(SHOWN).map(|(p, o, h, c)| vec![Html::text(p.as_str()), Html::text(&office(s, v, &OfficeCode::new(o))), Html::text(h), n(*c)]);
        let table = kit::table(&Table {
            caption: v.pick(vi, en).to_owned(),
            caption_hidden: true,
            columns: vec![
                Column::text(v.pick("Tỉnh", "Province")),
                Column::text(v.pick("Cơ quan", "Office")),
                Column::text(v.pick("Trạng thái xử lý", "State of handling")),
                Column::num(v.pick("Hồ sơ", "Cases")),
            ],
            rows: rows.collect(),
            empty: v.pick("Không có hồ sơ nào.", "No case.").to_owned(),
        });
        out.push(&kit::details(v.pick(vi, en), &table, false));
    }
    Ok(out)
}

fn buttons(v: &Visitor, plan: &Plan) -> Html {
    let at = |what: &str| format!("{HOME}/{}/{what}", url_part(&plan.id));
    let mut out = Html::default();
    if open(plan.status) {
        let text = v.pick("Người phê duyệt phải khác người chuẩn bị.", "Who approves must not be who prepared.");
        out.push(&kit::form(v, &at("approve"), &Html(format!("<p>{text}</p>{}", kit::Button::new(v.pick("Phê duyệt", "Approve")).html().0))));
    }
    if plan.may_withdraw().is_ok() {
        let reason = Field::new(v.lang, "reason", v.pick("Lý do rút", "Reason for withdrawing")).max_length(500).input();
        let body = [reason, kit::Button::new(v.pick("Rút kế hoạch", "Withdraw the plan")).weight(Weight::Quiet).html()];
        out.push(&kit::details(v.pick("Rút kế hoạch", "Withdraw the plan"), &kit::form(v, &at("withdraw"), &Html::join(&body)), false));
    }
    if plan.status == Status::Approved {
        let text = v.pick("Người vận hành hệ thống chạy lệnh này từ ngày có hiệu lực:", "The operator runs this command from the day on:");
        out.push(&kit::inset(&Html(format!("<p>{text}</p><p><code>phusa reform run {}</code></p>", esc(&plan.id)))));
    }
    out
}

/// Back to the plan; its page with the reasons when it is refused.
async fn done(s: &Reforms, v: &Visitor, id: &str, outcome: Result<Plan, Failed>) -> Result<Response, PageError> {
    match outcome {
        Ok(plan) => Ok(see_other(&format!("{HOME}/{}", plan.id))),
        Err(Failed::Refused(r)) if r.kind != kernel::refusal::RefusalKind::NotFound => {
            let mut response = page(s, v, id, Some(&r)).await?.into_response();
            *response.status_mut() = Fault::from(r).status();
            Ok(response)
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn assign(State(s): State<Reforms>, v: Visitor, Path(id): Path<String>, form: FormData) -> Result<Response, PageError> {
    let text = |name: &str| form.get(name).unwrap_or_default().chars().take(60).collect::<String>();
    let (province, office, to) = (ProvinceCode::new(text("province")), OfficeCode::new(text("office")), OfficeCode::new(text("to")));
    let outcome = acts::assign(&s.scope, &s.offices, &id, &province, &office, &to, BTreeMap::new(), who(&v)?, s.now()).await;
    done(&s, &v, &id, outcome).await
}

pub async fn approve(State(s): State<Reforms>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let plan = known(&s, &id).await?;
    let others = plan.provinces.iter().map(|m| &m.from).chain(plan.offices.iter().map(|m| &m.province)).any(|p| *p != plan.home);
    let outcome = if others {
        Err(Refusal::forbidden(
            "of-others",
            "Kế hoạch lấy dữ liệu của tỉnh khác: người vận hành hệ thống phê duyệt bằng dòng lệnh theo văn bản của các tỉnh.",
            "The plan takes from other provinces: the operator of the installation approves it on the command line, by the papers of those provinces.",
        )
        .into())
    } else {
        acts::approve(&s.scope, &id, who(&v)?, s.now()).await
    };
    done(&s, &v, &id, outcome).await
}

pub async fn withdraw(State(s): State<Reforms>, v: Visitor, Path(id): Path<String>, form: FormData) -> Result<Response, PageError> {
    let reason: String = form.get("reason").unwrap_or_default().chars().take(1000).collect();
    let outcome = acts::withdraw(&s.scope, &id, who(&v)?, &reason, s.now()).await;
    done(&s, &v, &id, outcome).await
}
