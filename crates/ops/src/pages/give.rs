//! `/work/directives/new` and `/{directive}/edit`: one form.

use super::{HOME, actor, path_of, questions::{alert, own_path}, said::Said, shell};
use crate::{
    Ops, Person, UnitRef,
    directive::{Act, Directive, DirectiveId, Due, Order, Origin, Source, Workflow, decide::wrong},
    question::{Question, QuestionId},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, Refusal, calendar::Span};
use records::refusal_of;
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::Html,
    kit::{self, Choice, Weight},
    problem::PageError,
    visitor::Visitor,
};

/// Boxes for units that cooperate.
const PARTNERS: usize = 4;

/// What the form is about: a new directive of an office, or a draft.
struct About {
    colleagues: Vec<Person>,
    old: Option<Directive>,
}

impl About {
    async fn of(s: &Ops, me: &Actor, old: Option<Directive>) -> Result<Self, PageError> {
        let office = old.as_ref().map(|d| d.office().clone()).or_else(|| me.office.clone()).ok_or_else(PageError::not_found)?;
        Ok(Self { colleagues: s.people.of_office(&office, s.now()).await?, old })
    }
    /// Who may be named as the giver: whoever leads the office or a part of it.
    fn givers(&self) -> impl Iterator<Item = &Person> {
        self.colleagues.iter().filter(|p| matches!(p.role.as_str(), "leader" | "head" | "centre_director"))
    }
    fn address(&self) -> String {
        self.old.as_ref().map_or_else(|| format!("{HOME}/new"), |d| format!("{}/edit", path_of(d.id)))
    }
}

/// Where the form is opened from: a request for an explanation or an alert, whose office and words it takes; a document, by how it is
/// cited and where it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct From {
    question: String,
    alert: String,
    number: String,
    /// `2026-11-20`
    date: String,
    issuer: String,
    summary: String,
    path: String,
}

impl From {
    /// What is known of the document, as it would have been typed.
    fn document(&self) -> Vec<(String, String)> {
        const MOST: usize = 300;
        let text = |t: &str| t.chars().take(MOST).collect::<String>();
        let mut pairs = vec![("source_number".to_owned(), text(&self.number)), ("source_issuer".into(), text(&self.issuer)), ("source_summary".into(), text(&self.summary))];
        if let Ok(day) = self.date.parse::<kernel::time::Date>() {
            let parts = [("day", day.day().to_string()), ("month", day.month().to_string()), ("year", day.year().to_string())];
            pairs.extend(parts.map(|(part, value)| (format!("source_date-{part}"), value)));
        }
        // A document of this site; anything else is left out.
        if own_path(&self.path) == self.path {
            pairs.push(("source_path".into(), self.path.clone()));
        }
        pairs
    }
}

pub async fn blank(Shared(s): Shared<Ops>, v: Visitor, Query(from): Query<From>) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let about = About::of(&s, &me, None).await?;
    let mut pairs = vec![("id".to_owned(), DirectiveId::new(uuid::Uuid::now_v7()).to_string()), ("due_kind".into(), "on".into()), ("urgency".into(), s.catalog.directives.urgencies.first().map(|u| u.code.clone()).unwrap_or_default())];
    // A leader gives in their own name.
    if about.givers().any(|p| p.account == me.account) {
        pairs.push(("assigner".into(), me.account.to_string()));
    }
    if let Some(q) = question(&s, &me, &from.question).await? {
        pairs.extend([("question".into(), q.id.to_string()), ("lead".into(), q.office.code.to_string()), ("text".into(), q.about.label.clone())]);
    } else if let Some(a) = alert(&s, &s.who(&me), &from.alert).await? {
        pairs.extend([("alert".into(), a.id.to_string()), ("lead".into(), a.owner.code.to_string()), ("text".into(), a.cause.label.get(v.lang).to_owned())]);
    } else {
        pairs.extend(from.document());
    }
    Ok(page(&s, &v, &about, &Said::typed("save", pairs)).into_response())
}

async fn question(s: &Ops, me: &Actor, id: &str) -> Result<Option<Question>, PageError> {
    let Ok(id) = id.parse::<QuestionId>() else { return Ok(None) };
    match s.question_for(&s.who(me), id).await {
        Ok(q) => Ok(Some(q)),
        Err(crate::Failure::Refused(_)) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

pub async fn edit(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let d = draft(&s, &me, &id).await?;
    let said = Said::typed("save", filled(&d));
    let about = About::of(&s, &me, Some(d)).await?;
    Ok(page(&s, &v, &about, &said).into_response())
}

async fn draft(s: &Ops, me: &Actor, id: &str) -> Result<Directive, PageError> {
    let id = id.parse().map_err(|_| PageError::not_found())?;
    let (d, _) = s.directive_for(&s.who(me), id).await?;
    if d.workflow == Workflow::Draft { Ok(d) } else { Err(PageError::not_found()) }
}

pub async fn create(Shared(s): Shared<Ops>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let id: DirectiveId = f.get("id").and_then(|i| i.parse().ok()).unwrap_or_else(|| DirectiveId::new(uuid::Uuid::now_v7()));
    let asked = question(&s, &me, f.get("question").unwrap_or_default()).await?;
    let about = asked.as_ref().filter(|q| q.about.kind == "alert").map_or(f.get("alert").unwrap_or_default(), |q| q.about.path.as_str());
    let alert = alert(&s, &s.who(&me), about).await?;
    let origin = match (asked, &alert) {
        (Some(q), _) => Origin::Question { question: q.id.to_string(), label: q.about.label },
        (None, Some(a)) => Origin::Alert { alert: a.id.to_string(), label: a.cause.label.vi.clone() },
        (None, None) => Origin::Hand,
    };
    let made = match order(&s, &me, None, &f).await? {
        Ok(order) => match s.draft(&me, id, &origin, &order).await {
            // The same form again, corrected after its giving was refused.
            Ok(d) if d.workflow == Workflow::Draft => s.act(&me, d.id, &Act::Edit(Box::new(order))).await,
            other => other,
        },
        Err(r) => Err(r.into()),
    };
    let made = match made {
        Ok(d) if f.get("then") == Some("give") => s.act(&me, d.id, &Act::Give).await,
        other => other,
    };
    // The alert says what was made of it; the same form sent again says it again if this was not reached.
    if let (Ok(d), Some(a)) = (&made, alert) {
        s.alert_directed(&me, a.id, &d.id.to_string(), &format!("{} – {}", d.code, super::short(&d.order.text, 120))).await?;
    }
    answer(&s, &v, &me, made, None, f).await
}

pub async fn save(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let d = draft(&s, &me, &id).await?;
    let made = match order(&s, &me, Some(&d), &f).await? {
        Ok(order) => s.act(&me, d.id, &Act::Edit(Box::new(order))).await,
        Err(r) => Err(r.into()),
    };
    let made = match made {
        Ok(d) if f.get("then") == Some("give") => s.act(&me, d.id, &Act::Give).await,
        other => other,
    };
    answer(&s, &v, &me, made, Some(d), f).await
}

async fn answer(s: &Ops, v: &Visitor, me: &Actor, made: Result<Directive, crate::Failure>, old: Option<Directive>, mut f: FormData) -> Result<Response, PageError> {
    match made {
        Ok(d) => Ok(Redirect::to(&format!("{}?done=1", path_of(d.id))).into_response()),
        Err(failure) => {
            let refusal = refusal_of(failure)?;
            f.0.push(("act".into(), "save".into()));
            let said = Said::refused(f, refusal);
            let about = About::of(s, me, old).await?;
            Ok(said.answer(|said| page(s, v, &about, said)))
        }
    }
}

/// The form read; everything that is wrong is told at once.
async fn order(s: &Ops, me: &Actor, old: Option<&Directive>, f: &FormData) -> Result<Result<Order, Refusal>, PageError> {
    let office = old.map(|d| d.office().clone()).or_else(|| me.office.clone()).ok_or_else(PageError::not_found)?;
    let colleagues = s.people.of_office(&office, s.now()).await?;
    let mut all = Refusal::invalid("directive-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting");
    let person = |name: &str| f.get(name).and_then(|a| a.parse().ok()).and_then(|a| colleagues.iter().find(|p| p.account == a)).cloned();
    let unit = |name: &str| f.filled(name).map(|code| s.units.unit(code).map(|u| u.named()));
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let assigner = person("assigner");
    if assigner.is_none() {
        all.reasons.extend(wrong("assigner", "Chọn người giao nhiệm vụ.", "Choose who gives the task.").reasons);
    }
    if f.get("then") == Some("give") && assigner.as_ref().is_some_and(|p| p.account != me.account) {
        all.reasons.extend(wrong("assigner", "Chỉ người giao mới giao được; hãy lưu dự thảo để người đó bấm giao.", "Only the giver gives it; save a draft so that they can.").reasons);
    }
    let lead = unit("lead").flatten();
    if lead.is_none() {
        all.reasons.extend(wrong("lead", "Chọn đơn vị chủ trì; mỗi nhiệm vụ có đúng một đơn vị chủ trì.", "Choose the lead office; a task has exactly one.").reasons);
    }
    let mut partners: Vec<UnitRef> = Vec::new();
    for i in 1..=PARTNERS {
        let name = format!("partner-{i}");
        match unit(&name) {
            Some(Some(u)) => partners.push(u),
            Some(None) => all.reasons.extend(wrong(&name, "Chọn đơn vị trong danh sách.", "Choose an office of the list.").reasons),
            None => {}
        }
    }
    let due = due(f).map_err(|r| all.reasons.extend(r.reasons));
    let source = source(f).map_err(|r| all.reasons.extend(r.reasons));
    let (Some(assigner), Some(lead), Ok(due), Ok(source), true) = (assigner, lead, due, source, all.reasons.is_empty()) else { return Ok(Err(all)) };
    Ok(Ok(Order {
        text: text("text"),
        product: text("product"),
        target: text("target"),
        urgency: text("urgency"),
        limited: f.get("limited") == Some("yes"),
        front: text("front"),
        assigner,
        lead,
        partners,
        monitor: person("monitor"),
        source,
        due,
    }))
}

/// A deadline of a form whose fields are called `due_kind`, `due-day`…, `due_days`.
pub fn due(f: &FormData) -> Result<Due, Refusal> {
    match f.get("due_kind").unwrap_or_default() {
        "undated" => Ok(Due::Undated),
        "on" => match kit::date_answer(f, "due") {
            Ok(Some(day)) => Ok(Due::On { day }),
            _ => Err(wrong("due", "Nhập ngày có thật, ví dụ 24 12 2026.", "Enter a date that exists, such as 24 12 2026.")),
        },
        kind @ ("working" | "calendar") => {
            let days: Option<u32> = f.get("due_days").and_then(|d| d.trim().parse().ok());
            let days = days.filter(|d| (1..=1000).contains(d)).ok_or_else(|| wrong("due_days", "Nhập số ngày từ 1 đến 1000.", "Enter a number of days from 1 to 1000."))?;
            Ok(Due::After { span: if kind == "working" { Span::working_days(days) } else { Span::calendar_days(days) } })
        }
        _ => Err(wrong("due_kind", "Chọn cách ghi thời hạn, hoặc chọn không thời hạn.", "Choose how the deadline is told, or that there is none.")),
    }
}

fn source(f: &FormData) -> Result<Option<Source>, Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let date = kit::date_answer(f, "source_date").map_err(|_| wrong("source_date", "Nhập ngày có thật, ví dụ 24 11 2026.", "Enter a date that exists, such as 24 11 2026."))?;
    let source = Source { number: text("source_number"), date, issuer: text("source_issuer"), summary: text("source_summary"), item: text("source_item"), path: text("source_path") };
    Ok((source != Source::default()).then_some(source))
}

/// The form as it would have been typed for a draft that is there.
fn filled(d: &Directive) -> Vec<(String, String)> {
    let o = &d.order;
    let mut pairs = Vec::new();
    let mut put = |name: &str, value: String| pairs.push((name.to_owned(), value));
    put("text", o.text.clone());
    put("product", o.product.clone());
    put("target", o.target.clone());
    put("urgency", o.urgency.clone());
    put("front", o.front.clone());
    put("assigner", o.assigner.account.to_string());
    put("lead", o.lead.code.to_string());
    for (p, i) in o.partners.iter().zip(1..) {
        put(&format!("partner-{i}"), p.code.to_string());
    }
    if o.limited {
        put("limited", "yes".into());
    }
    if let Some(m) = &o.monitor {
        put("monitor", m.account.to_string());
    }
    let mut date = |name: &str, day: kernel::time::Date| {
        for (part, value) in [("day", day.day().to_string()), ("month", day.month().to_string()), ("year", day.year().to_string())] {
            pairs.push((format!("{name}-{part}"), value));
        }
    };
    let (kind, days) = match o.due {
        Due::Undated => ("undated", None),
        Due::On { day } => {
            date("due", day);
            ("on", None)
        }
        Due::After { span: Span::WorkingDays(q) } => ("working", Some(q / 4)),
        Due::After { span: Span::CalendarDays(n) } => ("calendar", Some(n)),
        Due::After { .. } => ("on", None),
    };
    if let Some(day) = o.source.as_ref().and_then(|s| s.date) {
        date("source_date", day);
    }
    pairs.push(("due_kind".into(), kind.into()));
    pairs.extend(days.map(|n| ("due_days".to_owned(), n.to_string())));
    if let Some(s) = &o.source {
        for (name, value) in [("number", &s.number), ("issuer", &s.issuer), ("summary", &s.summary), ("item", &s.item), ("path", &s.path)] {
            pairs.push((format!("source_{name}"), value.clone()));
        }
    }
    pairs
}

fn page(s: &Ops, v: &Visitor, about: &About, said: &Said) -> Html {
    const ACT: &str = "save";
    let field = |name: &str, vi: &str, en: &str| said.field(v, ACT, name, (vi, en));
    let units: Vec<Choice> = s.units.all().iter().map(|u| Choice::new(u.code.to_string(), u.name.get(v.lang))).collect();
    let person = |p: &Person| Choice::new(p.account.to_string(), p.with_title());
    let givers: Vec<Choice> = about.givers().map(person).collect();
    let colleagues: Vec<Choice> = about.colleagues.iter().map(person).collect();
    let named = |list: &[crate::catalog::Named]| list.iter().map(|n| Choice::new(n.code.as_str(), n.name.get(v.lang))).collect::<Vec<_>>();
    let fronts: Vec<Choice> = s.catalog.fronts.iter().map(|f| Choice::new(f.code.as_str(), f.name.get(v.lang))).collect();
    let partners: String = (1..=PARTNERS)
        .map(|i| field(&format!("partner-{i}"), &format!("Đơn vị phối hợp {i}"), &format!("Cooperating office {i}")).optional(true).attr("data-combobox", "").select(&units).0)
        .collect();
    let open_partners = (1..=PARTNERS).any(|i| !said.value(ACT, &format!("partner-{i}")).is_empty()) || said.reasons.iter().any(|r| r.field.as_deref().is_some_and(|f| f.starts_with("partner-")));
    let partners = kit::details(v.pick("Đơn vị phối hợp", "Cooperating offices"), &Html(partners), open_partners);
    let dues = [
        Choice::new("on", v.pick("Đến một ngày", "Until a day")),
        Choice::new("working", v.pick("Sau một số ngày làm việc kể từ khi giao", "So many working days after it is given")),
        Choice::new("calendar", v.pick("Sau một số ngày kể từ khi giao", "So many days after it is given")),
        Choice::new("undated", v.pick("Không thời hạn", "No deadline")).hint(v.pick("Nhiệm vụ không hạn được theo dõi riêng theo tuổi.", "Undated tasks are watched by their age.")),
    ];
    let source = Html(format!(
        "{}{}{}{}{}{}",
        field("source_number", "Số, ký hiệu", "Number and symbol").optional(true).hint(v.pick("Ví dụ: 123/UBND-VX", "For example: 123/UBND-VX")).width("w20").max_length(300).input(),
        said.date(v, ACT, "source_date", ("Ngày văn bản", "Date of the document"), None).optional(true).date(),
        field("source_issuer", "Cơ quan ban hành", "Issued by").optional(true).max_length(300).input(),
        field("source_summary", "Trích yếu", "Abstract").optional(true).max_length(600).input(),
        field("source_item", "Mục, trang trong văn bản", "Section or page").optional(true).width("w20").max_length(300).input(),
        kit::hidden("source_path", said.value(ACT, "source_path")),
    ));
    let open_source = ["source_number", "source_issuer", "source_summary", "source_item"].iter().any(|n| !said.value(ACT, n).is_empty())
        || said.reasons.iter().any(|r| r.field.as_deref().is_some_and(|f| f.starts_with("source_")));
    let yes = [Choice::new("yes", v.pick("Chỉ người có tên và lãnh đạo, văn thư các đơn vị liên quan được xem", "Only those named, and the leaders and clerks of the offices concerned, see it"))];
    let body = Html(format!(
        "{}{}{}{}{}{}{}{}{}{partners}{}{}{}{}{}{}",
        kit::hidden("id", said.value(ACT, "id")),
        format_args!("{}{}", kit::hidden("question", said.value(ACT, "question")), kit::hidden("alert", said.value(ACT, "alert"))),
        field("text", "Nội dung nhiệm vụ", "What is to be done").max_length(4000).textarea(4),
        field("product", "Sản phẩm, kết quả phải có", "Product expected").optional(true).hint(v.pick("Ví dụ: Tờ trình, 100% hồ sơ được số hóa", "For example: a proposal; all dossiers digitised")).max_length(300).input(),
        field("target", "Chỉ tiêu đo được", "Measurable target").optional(true).max_length(300).input(),
        field("lead", "Đơn vị chủ trì", "Lead office").attr("data-combobox", "").select(&units),
        field("due_kind", "Thời hạn", "Deadline").radios(&dues),
        said.date(v, ACT, "due", ("Ngày phải xong", "Day to be done"), None).shows_when("due_kind=on").date(),
        field("due_days", "Số ngày", "Days").shows_when("due_kind=working|calendar").width("w4").max_length(4).numeric().input(),
        field("assigner", "Người giao", "Given by").select(&givers),
        field("monitor", "Người theo dõi, đôn đốc", "Monitoring officer").optional(true).select(&colleagues),
        field("urgency", "Độ khẩn", "Urgency").radios(&named(&s.catalog.directives.urgencies)),
        field("front", "Mặt trận", "Front").optional(true).select(&fronts),
        field("limited", "Hạn chế người xem", "Limited").optional(true).checkboxes(&yes),
        kit::details(v.pick("Từ văn bản nào", "From which document"), &source, open_source),
    ));
    let buttons = kit::button_group(&[
        kit::Button::new(v.pick("Giao ngay", "Give it now")).named("then", "give").html(),
        kit::Button::new(v.pick("Lưu dự thảo", "Save as a draft")).named("then", "keep").weight(Weight::Quiet).html(),
    ]);
    let title = if about.old.is_some() { v.pick("Sửa dự thảo nhiệm vụ", "Change the draft") } else { v.pick("Giao nhiệm vụ", "Give a task") };
    let form = kit::form(v, &about.address(), &Html(format!("{body}{buttons}")));
    let main = Html(format!("{}{}{form}", said.summary(v.lang), kit::heading(title, None)));
    shell(v, title, main).error(said.is_error()).back(HOME, v.pick("Nhiệm vụ giao", "Directives")).render()
}
