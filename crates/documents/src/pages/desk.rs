//! `/work/documents`: what waits for me, what I began, what the clerk has to send.

use super::{ROOT, actor, kind_name, office, room, stage_chip};
use crate::{Documents, document::decide::{CLERK, is_clerk}, views};
use axum::extract::State;
use web::{
    Page,
    html::Html,
    kit::{self, Column, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Most lines of one list.
const MOST: i64 = 100;

pub async fn show(State(s): State<Documents>, v: Visitor) -> Page {
    let a = actor(&v)?;
    let here = office(&a)?;
    let mut mine = views::waiting(&s.scope, a.account, MOST).await.map_err(PageError::internal)?;
    // Drafts are in the list below; what came back is not one's turn in any other sense.
    mine.retain(|l| l.stage != crate::document::Stage::Draft);
    for giver in a.lent.iter().filter(|l| l.definitions.is_empty()).map(|l| l.giver_account) {
        let lent = views::waiting(&s.scope, giver, MOST).await.map_err(PageError::internal)?;
        mine.extend(lent.into_iter().filter(|l| l.stage == crate::document::Stage::Signing));
    }
    let handle = views::to_handle(&s.scope, a.account, MOST).await.map_err(PageError::internal)?;
    let drafted = views::drafted(&s.scope, a.account, MOST).await.map_err(PageError::internal)?;
    let clerk = a.has_role(CLERK) && is_clerk(&a, &here);
    let mut main = kit::heading(v.pick("Văn bản", "Documents"), Some(&s.office_name(&here)));
    let mut buttons = vec![kit::link_button(&format!("{ROOT}/new"), v.pick("Soạn văn bản", "Write a document"), Weight::Main)];
    buttons.push(kit::link_button(&format!("{ROOT}/outgoing"), v.pick("Sổ văn bản đi", "Outgoing register"), Weight::Quiet));
    buttons.push(kit::link_button(&format!("{ROOT}/incoming"), v.pick("Sổ văn bản đến", "Incoming register"), Weight::Quiet));
    if clerk {
        buttons.push(kit::link_button(&format!("{ROOT}/incoming/new"), v.pick("Vào sổ văn bản đến", "Enter an incoming one"), Weight::Quiet));
        buttons.push(kit::link_button(&format!("{ROOT}/reserve"), v.pick("Giữ số cho văn bản giấy", "Reserve a number for paper"), Weight::Quiet));
    }
    main.push(&kit::button_group(&buttons));
    main.push(&section(&s, &v, v.pick("Chờ tôi", "Waits for me"), &mine, v.pick("Không có văn bản nào chờ bạn.", "Nothing waits for you."), ""));
    if !handle.is_empty() {
        main.push(&super::incoming::table(&s, &v, v.pick("Văn bản đến được giao cho tôi", "Incoming documents given to me"), &handle, ""));
    }
    if s.catalog.signing().leads(&a) {
        let joining = views::joining(&s.scope, &here, MOST).await.map_err(PageError::internal)?;
        if !joining.is_empty() {
            main.push(&section(&s, &v, v.pick("Chờ cơ quan tôi cùng ký", "Waits for my office's signature"), &joining, "", "/party"));
        }
    }
    if clerk {
        let issue = views::to_issue(&s.scope, &here, MOST).await.map_err(PageError::internal)?;
        main.push(&section(&s, &v, v.pick("Văn thư: chờ phát hành", "Clerk: to be issued"), &issue, v.pick("Không có văn bản nào chờ phát hành.", "Nothing waits to be issued."), ""));
        let came = views::delivered(&s.scope, &here, MOST).await.map_err(PageError::internal)?;
        main.push(&super::incoming::table(&s, &v, v.pick("Văn thư: văn bản đến chờ vào sổ", "Clerk: to be registered"), &came, v.pick("Không có văn bản nào chờ vào sổ.", "Nothing waits to be registered.")));
    }
    main.push(&section(&s, &v, v.pick("Tôi soạn", "Drafted by me"), &drafted, v.pick("Bạn chưa soạn văn bản nào.", "You have drafted nothing yet."), ""));
    Ok(room(&v, v.pick("Văn bản", "Documents"), main).render())
}

fn section(s: &Documents, v: &Visitor, title: &str, lines: &[views::Line], empty: &str, below: &str) -> Html {
    let now = s.now();
    let rows = lines
        .iter()
        .map(|l| {
            let number = l.number.as_ref().map_or_else(|| "–".to_owned(), |(_, n, symbol)| format!("{}/{symbol}", s.catalog.number(*n)));
            vec![
                kit::link(&format!("{ROOT}/{}{below}", l.id), &l.subject),
                Html::text(&kind_name(s, v, &l.kind)),
                Html::text(&number),
                stage_chip(v, l.stage),
                Html::text(&l.drafter),
                when::at_time(l.changed, now, v.lang),
            ]
        })
        .collect();
    let columns = vec![
        Column::text(v.pick("Trích yếu", "Subject")),
        Column::text(v.pick("Loại", "Kind")),
        Column::text(v.pick("Số, ký hiệu", "Number")),
        Column::text(v.pick("Tình trạng", "State")),
        Column::text(v.pick("Người soạn", "Drafter")),
        Column::text(v.pick("Cập nhật", "Changed")),
    ];
    kit::table(&Table { caption: title.to_owned(), caption_hidden: false, columns, rows, empty: empty.to_owned() })
}
