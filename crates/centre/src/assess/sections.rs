//! The overview of an assessment: each section with what is answered, and where to go on.

use super::{door::Door, question::address};
use crate::{Centre, device, model::Status};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use scoring::{Answer, Framework, definition::Dimension};
use web::{
    extract::Path,
    html::{Html, esc},
    kit::{self, Task, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// The questions of a section that are asked, in order.
pub fn questions<'f>(f: &'f Framework, a: &crate::model::Assessment, d: &Dimension) -> Vec<&'f str> {
    let asked = f.asked(&a.answers);
    f.criteria().filter(|p| p.dimension.code == d.code).map(|p| p.criterion.code.as_str()).filter(|x| asked.contains(x)).collect()
}

/// How many of them have an answer.
pub fn answered(a: &crate::model::Assessment, questions: &[&str]) -> usize {
    questions.iter().filter(|x| a.answers.get(**x).is_some_and(|y| !y.is_empty())).count()
}

fn tasks(door: &Door, v: &Visitor, f: &Framework) -> Html {
    let mut tasks = Vec::new();
    for d in door.sections(f) {
        let all = questions(f, &door.a, d);
        let done = answered(&door.a, &all);
        let first = all.iter().find(|x| door.a.answers.get(**x).is_none_or(Answer::is_empty)).or(all.first());
        let status = if done == all.len() { kit::chip(kit::Mood::Good, v.pick("Xong", "Done")) } else { Html(format!("{done}/{}", all.len())) };
        tasks.push(Task {
            label: d.name.get(v.lang).to_owned(),
            href: first.map(|x| address(&door.base, x, &format!("dimension:{}", d.code))),
            hint: d.about.as_ref().map(|t| t.get(v.lang).to_owned()),
            status,
        });
    }
    kit::task_list(&tasks)
}

/// Every question page that stands open here, for keeping on the device.
fn pages(door: &Door, f: &Framework) -> Vec<String> {
    let each = door.sections(f).into_iter().flat_map(|d| questions(f, &door.a, d).into_iter().map(|x| address(&door.base, x, &format!("dimension:{}", d.code))));
    each.chain([door.base.clone()]).collect()
}

pub async fn own(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    let door = Door::own(&c, &key).await?;
    let Some(f) = c.framework(&door.a) else { return Err(PageError::not_found()) };
    let go = if door.a.status == Status::Open { v.pick("Xem kết quả", "See the result") } else { v.pick("Xem kết quả đã gửi", "See the result as submitted") };
    let link = format!("{}{}", c.public_url, door.base);
    let main = Html(format!(
        "<h1>{}</h1><p class=\"lead\">{}</p>{}<p>{}</p><h2>{}</h2><p>{}</p><p>{}</p><h2>{}</h2><p>{}</p><p><code>{}</code></p>{}",
        v.pick("Các phần của bài đánh giá", "The parts of the assessment"),
        esc(f.name.get(v.lang)),
        tasks(&door, &v, f),
        kit::link_button(&format!("{}/result", door.base), go, Weight::Main),
        v.pick("Nhiều người cùng trả lời", "Several people answer"),
        v.pick("Mời giám đốc, kế toán, kỹ thuật… trả lời đúng phần của mình, không cần tài khoản.", "Ask the director, the accountant, the engineer… to answer their own part; no account is needed."),
        kit::link(&format!("{}/people", door.base), v.pick("Mời người trả lời, xem tiến độ", "Invite people, see the progress")),
        v.pick("Làm tiếp lúc khác", "Go on later"),
        v.pick(
            "Giữ đường dẫn này cho riêng bạn: đó là chìa khóa của cả bài đánh giá, ai có đều mở, trả lời và gửi được.",
            "Keep this link to yourself: it is the key of the whole assessment, and whoever has it can open, answer and submit it.",
        ),
        esc(&link),
        device::block(&v, "/assess/", false, &[], &pages(&door, f)),
    ));
    Ok(Shell::new(&v, v.pick("Đánh giá", "Assessment"), main).width(Width::Narrow).back("/assess", v.pick("Bắt đầu lại", "Begin again")).render().into_response())
}

/// What one who was asked sees: who asked for what, their sections, how long the link is good.
pub async fn asked(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    let door = Door::asked(&c, &key).await?;
    let Some(f) = c.framework(&door.a) else { return Err(PageError::not_found()) };
    let (name, until) = door.invite.as_ref().map_or_else(Default::default, |i| (i.name.clone(), when::exact(i.until, v.lang)));
    let closed = if door.a.status == Status::Open {
        String::new()
    } else {
        format!("<p>{}</p>", v.pick("Bài đánh giá đã gửi, câu trả lời không đổi được nữa.", "The assessment has been submitted; answers can no longer be changed."))
    };
    let hello = match v.lang {
        kernel::text::Lang::Vi => format!("Chào {name}. Bạn được mời trả lời các phần dưới đây; câu trả lời được ghi là của bạn."),
        kernel::text::Lang::En => format!("Hello {name}. You are asked to answer the parts below; the answers are recorded as yours."),
    };
    let main = Html(format!(
        "<h1>{}</h1><p class=\"lead\">{}</p><p>{}</p>{closed}{}<p class=\"muted\">{} {}</p>{}",
        v.pick("Phần bạn được mời trả lời", "The parts you are asked to answer"),
        esc(f.name.get(v.lang)),
        esc(&hello),
        tasks(&door, &v, f),
        v.pick("Đường dẫn này dùng được đến", "This link is good until"),
        esc(&until),
        device::block(&v, "/assess/", false, &[], &pages(&door, f)),
    ));
    Ok(Shell::new(&v, v.pick("Đánh giá", "Assessment"), main).width(Width::Narrow).render().into_response())
}
