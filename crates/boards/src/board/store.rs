//! The rows of boards.

use super::{Board, BoardEvent, Seat};
use kernel::{id::BoardId, text::fold};
use store::{Batch, values};

pub fn rows(batch: &mut Batch, before: Option<&Board>, after: &Board, event: &BoardEvent, version: i64) {
    if before.is_none() {
        batch.exec(
            "INSERT INTO board (province, id, version, name_vi, name_en, sort, field, template, term_from, term_to, closed) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)",
            values![
                after.id, version, &after.name.vi, &after.name.en, fold(&after.name.vi), &after.field, &after.template,
                after.term.from, after.term.to
            ],
        );
    } else {
        batch.exec(
            "UPDATE board SET version = $3, term_to = $4, closed = $5 WHERE province = $1 AND id = $2",
            values![after.id, version, after.term.to, after.closed.is_some()],
        );
    }
    match event {
        BoardEvent::Opened { .. } => {
            for (place, seat) in after.seats.iter().enumerate() {
                insert(batch, after.id, place, seat);
            }
        }
        BoardEvent::Appointed { seat } => insert(batch, after.id, after.seats.len().saturating_sub(1), seat),
        BoardEvent::SeatEnded { account, role, from, to, .. } => batch.exec(
            "UPDATE board_seat SET to_day = $6 WHERE province = $1 AND board = $2 AND account = $3 AND role = $4 AND from_day = $5",
            values![after.id, *account, role.code(), *from, *to],
        ),
        _ => {}
    }
}

fn insert(batch: &mut Batch, board: BoardId, place: usize, seat: &Seat) {
    batch.exec(
        "INSERT INTO board_seat (province, board, place, account, name, role, from_day, to_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![board, i64::try_from(place).unwrap_or(i64::MAX), seat.account, &seat.name, seat.role.code(), seat.from, seat.to],
    );
}

/// What a board is when a matter is decided must be what it was when the decision was taken. Conflict label: `board`.
pub fn unchanged(batch: &mut Batch, board: BoardId, version: i64) {
    batch.guard("UPDATE board SET version = $3 WHERE province = $1 AND id = $2 AND version = $3", values![board, version], 1, "board");
}
