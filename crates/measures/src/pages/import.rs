//! `/ioc/indicators/import`: a sheet pasted; all of it or nothing.

use super::{INDICATORS, actor, said::Said, shell};
use crate::{Measures, reading};
use axum::{extract::State as Shared, response::Response};
use records::refusal_of;
use web::{
    extract::FormData,
    html::{Html, esc},
    kit::{self, Mood},
    problem::PageError,
    visitor::Visitor,
};

const PATH: &str = "/ioc/indicators/import";

fn page(s: &Measures, v: &Visitor, said: &Said, taken: &Html) -> Result<Html, PageError> {
    let who = s.who(&*actor(v)?);
    let title = v.pick("Nhập số liệu từ bảng", "Import values from a sheet");
    let columns = v.pick(
        "Mỗi dòng: mã chỉ tiêu; kỳ; mã xã, phường (số của cả tỉnh, thành phố: để trống, hoặc ghi mã tỉnh khi bảng có dòng của xã); tử số hoặc giá trị; mẫu số; nơi cung cấp; số, ngày văn bản; lý do nếu là đính chính. Dấu cách cột: chấm phẩy, tab hoặc phẩy. Có một dòng sai thì không ghi dòng nào.",
        "Each line: indicator; period; commune code (for the province: empty, or its code where the sheet has lines of communes); numerator or value; denominator; supplier; document; reason if it is a correction. Columns are separated by semicolons, tabs or commas. If one line is wrong, nothing is recorded.",
    );
    let mine: Vec<Html> = s.catalog.indicators.iter().filter(|i| reading::may(i, &who)).map(|i| Html(format!("<code>{}</code> {}", esc(&i.code), esc(i.name.get(v.lang))))).collect();
    let body = Html(format!("{}{}", said.field(v, "sheet", ("Bảng số liệu", "Sheet"), "").hint(columns).textarea(12), kit::button(v.pick("Kiểm tra và ghi", "Check and record"))));
    let main = Html(format!(
        "{taken}{}{}{}{}",
        said.summary(v),
        kit::heading(title, None),
        kit::form(v, PATH, &body),
        kit::details(v.pick("Chỉ tiêu cơ quan bạn khai", "Indicators of your office"), &kit::bullets(&mine), false)
    ));
    Ok(shell(v, title, main).back(INDICATORS, v.pick("Chỉ tiêu", "Indicators")).error(said.is_error()).render())
}

pub async fn blank(Shared(s): Shared<Measures>, v: Visitor) -> Result<Html, PageError> {
    page(&s, &v, &Said::default(), &Html::default())
}

pub async fn post(Shared(s): Shared<Measures>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    match s.import(&me, form.get("sheet").unwrap_or_default()).await {
        Ok(t) => {
            let told = format!(
                "{} {}, {} {}, {} {}.",
                t.new, v.pick("dòng mới", "new"), t.corrected, v.pick("dòng đính chính", "corrected"), t.same, v.pick("dòng đã có", "there already")
            );
            let banner = kit::banner(Mood::Good, v.pick("Đã ghi bảng số liệu", "The sheet is recorded"), &kit::para(&told));
            Ok(Said::default().answer(page(&s, &v, &Said::default(), &banner)?))
        }
        Err(failure) => {
            let said = Said::refused(form, refusal_of(failure)?);
            Ok(said.answer(page(&s, &v, &said, &Html::default())?))
        }
    }
}
