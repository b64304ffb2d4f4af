//! `/work/procedures`: what the office works by: papers to check at the counter, steps with their time, clocks with
//! their source.

use super::{case::basis, room::Room};
use casework::{
    Definition,
    definition::{OfficeRelation, Required},
};
use web::{
    html::{Html, esc, url_part},
    kit::{self, Column, Field, Line, Table},
    problem::PageError,
};

/// Most procedures of one page; the rest is found by words.
const SHOWN: usize = 200;

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    pub q: String,
}

pub async fn list(room: &Room<'_>, asked: &Asked) -> Result<Html, PageError> {
    let lang = room.lang();
    let title = room.pick("Thủ tục đang có hiệu lực", "Procedures in force");
    let words = kernel::text::fold(&asked.q);
    let found = |d: &Definition| words.split(' ').all(|w| d.compiled.search.contains(w) || kernel::text::fold(d.code.as_str()).contains(w));
    let definitions = &room.services.desk.rules().definitions;
    let matching: Vec<_> = definitions.in_force(room.now.date()).filter(|d| found(d)).collect();
    let rows = matching.iter().take(SHOWN).map(|d| {
        vec![
            kit::link(&format!("/work/procedures/{}", url_part(d.code.as_str())), d.name.get(lang)),
            Html::text(d.code.as_str()),
            Html::text(d.sector.name.get(lang)),
            Html::text(d.time.span.text().get(lang)),
        ]
    });
    let mut main = kit::heading(title, None);
    let mut body = Field::new(lang, "q", room.pick("Tìm thủ tục", "Find a procedure")).kind("search").value(asked.q.as_str()).input();
    body.push(&kit::Button::new(room.pick("Tìm", "Find")).weight(kit::Weight::Quiet).html());
    main.push(&kit::search_form("/work/procedures", &body));
    if matching.len() > SHOWN {
        main.push(&kit::para(room.pick("Còn nhiều thủ tục nữa; hãy tìm bằng tên hoặc mã.", "There are more; find them by name or code.")));
    }
    main.push(&table(room, title, &[("Thủ tục", "Procedure"), ("Mã", "Code"), ("Lĩnh vực", "Sector"), ("Thời hạn", "Time")], rows.collect()));
    Ok(room.page(title, "procedures", main).await?.render())
}

pub async fn one(room: &Room<'_>, code: &str) -> Result<Html, PageError> {
    let lang = room.lang();
    let definitions = &room.services.desk.rules().definitions;
    let d = definitions.current(code, room.now.date()).ok_or_else(PageError::not_found)?;
    let caption = format!("{} · {} {}", d.code, room.pick("bản", "version"), d.version);
    let mut main = kit::heading(d.name.get(lang), Some(&caption));
    main.push(&kit::para(d.about.get(lang)));
    main.push(&kit::card(room.pick("Kiểm tra tại quầy", "Counter checklist"), &checklist(room, d)));
    main.push(&kit::card(room.pick("Các bước giải quyết", "Steps"), &steps(room, d)));
    let process = format!("/documents/process/{}", url_part(d.code.as_str()));
    main.push(&Html(format!("<p>{}</p>", kit::link(&process, room.pick("In quyết định quy trình nội bộ (PDF)", "Print the internal process (PDF)")))));
    main.push(&kit::card(room.pick("Thời hạn", "Clocks"), &clocks(room, d)));
    let bases: Vec<Html> = d.legal_basis.iter().map(|b| basis(room, b)).collect();
    main.push(&kit::card(room.pick("Căn cứ pháp lý", "Legal basis"), &kit::bullets(&bases)));
    let flow = Html(casework::diagram::svg(d, None, lang));
    let label = room.pick("Sơ đồ quy trình", "Diagram of the process");
    main.push(&kit::card(label, &Html(format!("<div class=\"flow\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">{flow}</div>"))));
    let shell = room.page(d.name.get(lang), "procedures", main).await?;
    Ok(shell.back("/work/procedures", room.pick("Thủ tục", "Procedures")).render())
}

fn table(room: &Room<'_>, caption: &str, columns: &[(&'static str, &'static str)], rows: Vec<Vec<Html>>) -> Html {
    kit::table(&Table {
        caption: caption.to_owned(),
        caption_hidden: true,
        columns: columns.iter().map(|(vi, en)| Column::text(room.pick(vi, en))).collect(),
        rows,
        empty: room.pick("Không có gì ở đây.", "There is nothing here.").to_owned(),
    })
}

fn checklist(room: &Room<'_>, d: &Definition) -> Html {
    let lang = room.lang();
    let rows = d.components.iter().map(|c| {
        let mut name = Html::text(c.name.get(lang));
        if let Some(hint) = &c.hint {
            name.push(&Html(format!("<div class=\"hint\">{}</div>", esc(hint.get(lang)))));
        }
        let copies = format!("{} {}", c.copies, if c.original { room.pick("bản chính", "original") } else { room.pick("bản sao", "copy") });
        let wanted = match (&c.from_database, &c.required) {
            (Some(db), _) => format!("{} {}", room.pick("không yêu cầu nộp, tra", "not asked for, look it up in"), db.name.get(lang)),
            (None, Required::Fixed(false)) => room.pick("không bắt buộc", "optional").to_owned(),
            (None, Required::When(_)) => room.pick("bắt buộc tùy nội dung tờ khai", "required depending on the answers").to_owned(),
            (None, _) => room.pick("bắt buộc", "required").to_owned(),
        };
        vec![name, Html::text(&copies), Html::text(&wanted)]
    });
    let columns = [("Giấy tờ", "Paper"), ("Số lượng", "Copies"), ("Yêu cầu", "Needed")];
    table(room, room.pick("Kiểm tra tại quầy", "Counter checklist"), &columns, rows.collect())
}

fn steps(room: &Room<'_>, d: &Definition) -> Html {
    let lang = room.lang();
    let rows = d.steps.iter().enumerate().map(|(i, s)| {
        let office = match s.office {
            OfficeRelation::Received => room.pick("nơi tiếp nhận", "receiving office"),
            OfficeRelation::Decides => room.pick("nơi giải quyết", "deciding office"),
            OfficeRelation::Consulted => room.pick("nơi được lấy ý kiến", "consulted office"),
        };
        let who = format!("{} · {office}", role_name(s.role.as_str(), lang));
        vec![
            Html::text(&format!("{}. {}", i + 1, s.name.get(lang))),
            Html::text(&who),
            Html::text(s.budget.text().get(lang)),
            Html::text(s.product.get(lang)),
        ]
    });
    let columns = [("Bước", "Step"), ("Ai làm", "Who"), ("Thời gian", "Time"), ("Sản phẩm", "Product")];
    table(room, room.pick("Các bước giải quyết", "Steps"), &columns, rows.collect())
}

fn role_name(role: &str, lang: kernel::text::Lang) -> &str {
    match role {
        "one_stop" => lang.pick("một cửa", "one-stop clerk"),
        "specialist" => lang.pick("chuyên viên", "specialist"),
        "head" => lang.pick("lãnh đạo phòng", "head of division"),
        "leader" => lang.pick("lãnh đạo cơ quan", "leader"),
        "clerk" => lang.pick("văn thư", "records clerk"),
        other => other,
    }
}

fn clocks(room: &Room<'_>, d: &Definition) -> Html {
    let lang = room.lang();
    let lines: Vec<Line> = d
        .clocks
        .iter()
        .map(|(_, c)| {
            let span = c.span.unwrap_or(d.time.span);
            let source = basis(room, c.legal_basis.as_ref().unwrap_or(&d.time.legal_basis));
            Line::new(c.name.get(lang), Html(format!("{}<br>{source}", esc(span.text().get(lang)))))
        })
        .collect();
    kit::summary_list(&lines)
}
