//! Entries that may be the same firm twice: told to the officer, never joined by the program.

use super::views;
use crate::{
    Centre, acts,
    enterprise::actor,
    model::{Enterprise, EnterpriseEvent, EnterpriseKind, head_code, members},
    views::EnterpriseRow,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, Text, id::EnterpriseId, text::fold};
use store::StoreError;
use web::{
    extract::{FormData, Path},
    problem::PageError,
    visitor::Visitor,
};

/// Why two entries are thought alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Name,
    Head,
    Person,
}

pub fn why_text(why: Why) -> Text {
    match why {
        Why::Name => Text::new("cùng tên, cùng xã phường", "same name in the same commune"),
        Why::Head => Text::new("cùng 10 số đầu của mã số thuế", "same first ten digits of the tax code"),
        Why::Person => Text::new("số định danh chủ hộ trùng người đại diện theo pháp luật", "the owner's personal number is the legal representative's"),
    }
}

/// An entry that may be the same.
#[derive(Debug, Clone)]
pub struct Like {
    pub why: Why,
    pub row: EnterpriseRow,
}

/// The entries that may be the same as this one and were not told apart; at most twenty of a kind.
pub async fn like(c: &Centre, e: &Enterprise) -> Result<Vec<Like>, StoreError> {
    let p = &e.profile;
    let household = p.kind == EnterpriseKind::Household && p.code.len() == 12;
    let head = head_code(&p.code).unwrap_or_else(|| p.code.clone());
    let mut all: Vec<Like> = Vec::new();
    let mut add = |why: Why, rows: Vec<EnterpriseRow>| all.extend(rows.into_iter().map(|row| Like { why, row }));
    add(Why::Name, views::same_name(&c.scope, e.id, &fold(&p.name), &p.area).await?);
    if head.len() == 10 {
        add(Why::Head, views::same_head(&c.scope, e.id, &head).await?);
    }
    add(Why::Person, if household { views::headed_by(&c.scope, e.id, &p.code).await? } else { views::household_of(&c.scope, e.id).await? });
    Ok(all)
}

/// An officer's note that two entries are not the same; it ends the hint on both.
pub async fn settle(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let who = actor(&v)?;
    let other: EnterpriseId = form.get("other").and_then(|t| t.parse().ok()).ok_or_else(PageError::not_found)?;
    acts::enterprise(&c, other).await?;
    let note = members::reason(form.get("reason").unwrap_or_default());
    acts::change_enterprise(&c, Some(&who), id, c.now(), |e| -> Result<Option<EnterpriseEvent>, Refusal> {
        let note = note.clone()?;
        if e.id == other || e.distinct.iter().any(|d| d.other == other) {
            return Ok(None);
        }
        Ok(Some(EnterpriseEvent::NotDuplicate { other, note, by: who.name.clone() }))
    })
    .await?;
    Ok(Redirect::to(&format!("/centre/enterprises/{id}")).into_response())
}
