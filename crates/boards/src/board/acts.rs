//! One function for each change of a board.

use super::{Board, Guest, Held, Opening, Seat, decide_appoint, decide_close, decide_competence, decide_end, decide_extend, decide_guest, decide_guest_end, decide_open, views};
use crate::{Boards, Failure};
use records::{Author, Course};
use kernel::{
    Actor, Refusal,
    id::{AccountId, BoardId},
    time::Date,
};
use store::Batch;

fn unknown_template(code: &str) -> Refusal {
    Refusal::invalid("template", "Không có mẫu ban này", "There is no such template").because(
        Some("template"),
        format!("Mẫu “{code}” không có trong danh mục; chọn một mẫu trong danh sách."),
        format!("The template “{code}” is not in the catalogue; choose one from the list."),
    )
}

impl Boards {
    /// Opens a board from a template. The same opening sent twice opens one board.
    pub async fn open_board(&self, actor: &Actor, template: &str, opening: &Opening) -> Result<Board, Failure> {
        let by = Author::new(actor, self.now());
        let known = self.catalog.template(template).ok_or_else(|| unknown_template(template))?;
        let id = opening.id.to_string();
        records::change::<Board>(
            &self.scope,
            &id,
            &by,
            |found| match found {
                Some(b) if b.opened_by == actor.account => Ok(None),
                Some(_) => Err(records::gone()),
                None => decide_open(&self.catalog, known, opening, actor.account, by.at.date()).map(Some),
            },
        )
        .await
    }

    /// The board, whoever asks.
    pub async fn board(&self, id: BoardId) -> Result<Board, Failure> {
        records::load::<Board>(&self.scope, &id.to_string()).await?.map(|f| f.state).ok_or_else(|| records::gone().into())
    }

    async fn change_board(&self, actor: &Actor, id: BoardId, decide: impl Fn(&Board, &Author) -> Result<Option<super::BoardEvent>, Refusal>) -> Result<Board, Failure> {
        let by = Author::new(actor, self.now());
        records::change::<Board>(&self.scope, &id.to_string(), &by, |found| decide(found.ok_or_else(records::gone)?, &by)).await
    }

    /// Appoints a member. Sent twice, the second is refused by the seat that is taken.
    pub async fn appoint(&self, actor: &Actor, id: BoardId, seat: &Seat) -> Result<Board, Failure> {
        self.change_board(actor, id, |b, by| {
            if b.seats.iter().any(|s| s.account == seat.account && s.role == seat.role && s.from == seat.from) {
                return Ok(None);
            }
            decide_appoint(b, seat.clone(), by.at.date()).map(Some)
        })
        .await
    }
    pub async fn end_seat(&self, actor: &Actor, id: BoardId, account: AccountId, to: Date, reason: &str) -> Result<Board, Failure> {
        self.change_board(actor, id, |b, by| decide_end(b, account, to, reason, by.at.date())).await
    }
    pub async fn note_competence(&self, actor: &Actor, id: BoardId, account: AccountId, held: &Held) -> Result<Board, Failure> {
        self.change_board(actor, id, |b, by| decide_competence(b, &self.catalog, account, held, by.at.date())).await
    }
    pub async fn invite_guest(&self, actor: &Actor, id: BoardId, guest: &Guest) -> Result<Board, Failure> {
        self.change_board(actor, id, |b, _| decide_guest(b, guest.clone())).await
    }
    pub async fn end_guest(&self, actor: &Actor, id: BoardId, name: &str) -> Result<Board, Failure> {
        self.change_board(actor, id, |b, by| decide_guest_end(b, name, by.at.date())).await
    }
    pub async fn extend_term(&self, actor: &Actor, id: BoardId, to: Date, reason: &str) -> Result<Board, Failure> {
        self.change_board(actor, id, |b, _| decide_extend(b, to, reason)).await
    }
    pub async fn close_board(&self, actor: &Actor, id: BoardId, reason: &str) -> Result<Board, Failure> {
        let open = views::open_matters(&self.scope, id).await?;
        self.change_board(actor, id, |b, by| decide_close(b, &by.name, reason, open)).await
    }

    /// A board for demonstration data or an import, in the caller's batch.
    pub fn course_board(&self, batch: &mut Batch, by: &Author, template: &str, opening: &Opening) -> Result<Course<Board>, Failure> {
        let known = self.catalog.template(template).ok_or_else(|| unknown_template(template))?;
        let mut course = Course::begin(opening.id);
        course.step(batch, by, |_| decide_open(&self.catalog, known, opening, by.account, by.at.date()).map(Some))?;
        Ok(course)
    }
}
