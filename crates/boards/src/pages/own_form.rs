//! `/experts/apply`: the application of the person or organisation signed in.

use super::{Said, actor, choices, refusal_of};
use crate::{
    Boards,
    expert::{Application, ExpertKind, ExpertState, HOURS_MAX, SUMMARY_MAX, Skill},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, refusal::Reason};
use web::{
    extract::FormData,
    html::{Html, esc},
    kit::{self, Choice, Field},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

const ACT: &str = "save";

/// What the form shows before anything is typed: the record, or what is known of the person.
async fn known(s: &Boards, v: &Visitor) -> Result<(FormData, Option<ExpertState>), PageError> {
    let actor = actor(v)?;
    Ok(match s.own_expert(&actor).await? {
        Some(x) => (write(&x.application), Some(x.state)),
        None => (FormData(vec![("name".into(), actor.name.clone()), ("languages".into(), "vi".into())]), None),
    })
}

/// The application as the form's pairs.
fn write(a: &Application) -> FormData {
    let yes = |b: bool| if b { "yes" } else { "no" }.to_owned();
    let mut out: Vec<(String, String)> = [
        ("kind", a.kind.code().to_owned()),
        ("name", a.name.clone()),
        ("foreigner", yes(a.foreigner)),
        ("work_permit", a.work_permit.clone()),
        ("official", yes(a.official)),
        ("tax_code", a.tax_code.clone()),
        ("employer", a.employer.clone()),
        ("employer_tax_code", a.employer_tax_code.clone()),
        ("phone", a.phone.clone()),
        ("email", a.email.clone()),
        ("address", a.address.clone()),
        ("area", a.area.clone()),
        ("hours", a.hours.to_string()),
        ("summary", a.summary.clone()),
    ]
    .map(|(k, v)| (k.to_owned(), v))
    .into();
    for (name, list) in [("fields", &a.fields), ("sectors", &a.sectors), ("languages", &a.languages)] {
        out.extend(list.iter().map(|x| (name.to_owned(), x.clone())));
    }
    out.extend(a.skills.iter().map(|x| (format!("skill-{}", x.competence), x.level.to_string())));
    FormData(out)
}

/// The form's pairs as an application; the two questions that must be answered are asked for here.
pub fn read(s: &Boards, f: &FormData) -> Result<Application, Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let list = |name: &str| f.all(name).into_iter().map(str::to_owned).collect();
    let skills = s.catalog.competences.competences.iter().filter_map(|c| {
        let level: u8 = f.filled(&format!("skill-{}", c.code))?.parse().ok()?;
        (level > 0).then(|| Skill { competence: c.code.clone(), level })
    });
    let kind = f.get("kind").and_then(ExpertKind::of);
    let application = Application {
        kind: kind.unwrap_or_default(),
        name: text("name"),
        foreigner: f.get("foreigner") == Some("yes"),
        work_permit: text("work_permit"),
        official: f.get("official") == Some("yes"),
        tax_code: text("tax_code"),
        employer: text("employer"),
        employer_tax_code: text("employer_tax_code"),
        phone: text("phone"),
        email: text("email"),
        address: text("address"),
        area: text("area"),
        fields: list("fields"),
        sectors: list("sectors"),
        languages: list("languages"),
        skills: skills.collect(),
        hours: text("hours").parse().unwrap_or(0),
        summary: text("summary"),
    };
    let mut asked = Vec::new();
    let mut ask = |field: &str, vi: &str, en: &str| asked.push(Reason { field: Some(field.to_owned()), message: kernel::Text::new(vi, en) });
    if kind.is_none() {
        ask("kind", "Chọn cá nhân hay tổ chức.", "Choose individual or organisation.");
    }
    if f.filled("official").is_none() && kind != Some(ExpertKind::Organisation) {
        ask("official", "Trả lời câu hỏi về cán bộ, công chức.", "Answer the question about officials.");
    }
    let faults = application.checked(&s.catalog).err().map_or_else(Vec::new, |r| r.reasons);
    asked.extend(faults);
    if asked.is_empty() {
        return Ok(application);
    }
    let mut refusal = Refusal::invalid("application", "Hồ sơ chưa lưu được: có chỗ cần sửa", "The application is not saved: something needs correcting");
    refusal.reasons = asked;
    Err(refusal)
}

fn page(s: &Boards, v: &Visitor, f: &FormData, reasons: &[Reason], state: Option<ExpertState>) -> Html {
    let lang = v.lang;
    let field = |name: &str, vi: &str, en: &str| {
        let values = f.all(name).into_iter().map(str::to_owned).collect();
        Field::new(lang, name, lang.pick(vi, en)).values(values).errors(reasons)
    };
    let yes_no = [Choice::new("no", v.pick("Không", "No")), Choice::new("yes", v.pick("Có", "Yes"))];
    let c = &s.catalog.competences;
    let levels: Vec<Choice> = (1u8..).zip(&c.levels).map(|(n, _)| Choice::new(n.to_string(), super::level_name(s, v, n))).collect();
    let skills: String = c.competences.iter().map(|k| Field::new(lang, format!("skill-{}", k.code), k.name.get(lang)).optional(true).value(f.get(&format!("skill-{}", k.code)).unwrap_or_default()).select(&levels).0).collect();
    let skills_error = kit::reason_for(reasons, "skills", lang).map_or_else(String::new, |e| format!("<p class=\"msg\" id=\"f-skills\">{}</p>", esc(e)));
    let who = Html(format!(
        "{}{}{}{}{}{}{}{}",
        field("kind", "Bạn đăng ký với tư cách", "You apply as").radios(&[
            Choice::new("individual", v.pick("Cá nhân", "Individual")),
            Choice::new("organisation", v.pick("Tổ chức có chức năng tư vấn", "Organisation that consults")),
        ]),
        field("name", "Họ tên, hoặc tên tổ chức", "Name of the person or organisation").max_length(200).input(),
        field("official", "Bạn có phải cán bộ, công chức không?", "Are you an official or civil servant (cán bộ, công chức)?")
            .hint(v.pick("Cán bộ, công chức không được là tư vấn viên cá nhân (Thông tư 06/2022/TT-BKHĐT, Điều 8). Viên chức thì được.", "They cannot be individual consultants (Circular 06/2022/TT-BKHĐT Art. 8). Public employees (viên chức) can."))
            .radios(&yes_no),
        field("foreigner", "Bạn là người nước ngoài?", "Are you a foreigner?").optional(true).radios(&yes_no),
        field("work_permit", "Số giấy phép lao động", "Number of the work permit").hint(v.pick("Chỉ với người nước ngoài", "Foreigners only")).optional(true).width("w20").max_length(60).input(),
        field("tax_code", "Mã số thuế", "Tax code").hint(v.pick("10 hoặc 13 chữ số; tổ chức phải có", "10 or 13 digits; required of an organisation")).optional(f.get("kind") != Some("organisation")).numeric().width("w20").input(),
        field("employer", "Nơi đang làm việc", "Where you work").optional(true).max_length(200).input(),
        field("employer_tax_code", "Mã số thuế nơi làm việc", "Tax code of that employer").hint(v.pick("Dùng để tránh phân công có xung đột lợi ích", "Used to keep you from assignments in conflict")).optional(true).numeric().width("w20").input(),
    ));
    let reach = Html(format!(
        "{}{}{}{}",
        field("phone", "Điện thoại", "Telephone").kind("tel").autocomplete("tel").width("w20").input(),
        field("email", "Thư điện tử", "E-mail").kind("email").autocomplete("email").input(),
        field("address", "Địa chỉ", "Address").autocomplete("street-address").max_length(300).input(),
        field("area", "Mã xã, phường", "Commune code").hint(v.pick("5 chữ số, để trống nếu không rõ", "5 digits; leave it empty if you do not know")).optional(true).numeric().width("w4").input(),
    ));
    let work = Html(format!(
        "{}{}{}{}{}",
        field("fields", "Lĩnh vực tư vấn", "Fields").checkboxes(&choices(v, &c.fields)),
        field("sectors", "Ngành quen thuộc", "Sectors you know").optional(true).checkboxes(&choices(v, &c.sectors)),
        field("languages", "Ngôn ngữ làm việc", "Working languages").checkboxes(&choices(v, &c.languages)),
        field("hours", "Số giờ có thể tư vấn mỗi tháng", "Hours a month").hint(format!("1–{HOURS_MAX}")).numeric().width("w4").input(),
        field("summary", "Tóm tắt kinh nghiệm", "Your experience in short").max_length(SUMMARY_MAX).textarea(6),
    ));
    let body = Html(format!(
        "{}{}{}{}{}",
        kit::fieldset(v.pick("Người đăng ký", "Who applies"), &who),
        kit::fieldset(v.pick("Liên hệ", "How to reach you"), &reach),
        kit::fieldset(v.pick("Công việc", "The work"), &work),
        kit::fieldset(v.pick("Năng lực – chọn mức của từng năng lực bạn có", "Competences – choose a level for each you have"), &Html(format!("{skills_error}{skills}"))),
        kit::button(v.pick("Lưu và tiếp tục", "Save and go on")),
    ));
    let title = match state {
        None | Some(ExpertState::New) => v.pick("Đăng ký vào mạng lưới chuyên gia", "Apply to the network of experts"),
        _ => v.pick("Sửa hồ sơ chuyên gia", "Change the expert record"),
    };
    let today = s.now().date();
    let clock = s.catalog.recognition(today).map_or_else(|_| kernel::Text::default(), |r| r.clock.text());
    let lead = match lang {
        kernel::text::Lang::Vi => format!("Lưu xong, bạn tải giấy tờ lên rồi nộp. Trung tâm trả lời trong {}.", clock.vi),
        kernel::text::Lang::En => format!("After saving you upload papers and submit. The centre answers within {}.", clock.en),
    };
    let [recognition, ..] = s.catalog.sources(today);
    let basis = kit::details(v.pick("Căn cứ", "Sources"), &super::sources(v, recognition), false);
    let main = Html(format!("{}{}<p class=\"lead\">{}</p>{basis}{}", kit::error_summary(lang, reasons), kit::heading(title, None), esc(&lead), kit::form(v, "/experts/apply", &body)));
    Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back("/experts", v.pick("Mạng lưới chuyên gia", "Network of experts")).render()
}

pub async fn form(State(s): State<Boards>, v: Visitor) -> Result<Html, PageError> {
    let (f, state) = known(&s, &v).await?;
    Ok(page(&s, &v, &f, &[], state))
}

pub async fn save(State(s): State<Boards>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let saved = match read(&s, &f) {
        Ok(application) => s.save_application(&actor, &application).await.map(|_| ()),
        Err(refusal) => Err(refusal.into()),
    };
    match saved {
        Ok(()) => Ok(Redirect::to("/experts/me?done=saved").into_response()),
        Err(failure) => {
            let said = Said { act: ACT.to_owned(), ..Said::refused(f, refusal_of(failure)?) };
            let state = s.own_expert(&actor).await?.map(|x| x.state);
            Ok(said.answer(page(&s, &v, &said.form, &said.reasons, state)))
        }
    }
}
