//! Walls that the province's leaders lay out themselves: panels, and in each the figures they chose of what the house tells.

use crate::{
    Failure, Ops, Who,
    alert::Which,
    asks::Offered,
    catalog::{Feel, MOST_ALERTS, MOST_EXCEPTIONS, MOST_FIGURES, MOST_NEWEST, MOST_OFFICES, MOST_PANELS, Panel, PanelFigure, Wall},
    directive::Group,
};
use kernel::{
    Actor, Instant, Refusal, Text,
    id::{AccountId, Id, Kind},
    text::clean,
};
use records::Record;
use serde::{Deserialize, Serialize};
use store::{Batch, Row, Scope, StoreError, values};

/// `wall_…`.
#[derive(Debug, Clone, Copy)]
pub struct WallKind;
impl Kind for WallKind {
    const PREFIX: &'static str = "wall";
}
pub type WallId = Id<WallKind>;

/// A wall as somebody laid it out. Each change is taken against the number of changes before it: two people who move the same panels at
/// the same time do not undo each other unseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    pub id: WallId,
    pub wall: Wall,
    pub changes: u32,
    pub by: AccountId,
    pub by_name: String,
    pub at: Instant,
    #[serde(default)]
    pub withdrawn: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LayoutEvent {
    Laid { id: WallId, wall: Wall, by: AccountId, name: String },
    Withdrawn { by: AccountId, name: String },
}

impl Record for Layout {
    type Event = LayoutEvent;
    const KIND: &'static str = "wall";

    fn evolve(before: Option<Self>, event: &LayoutEvent, at: Instant) -> Option<Self> {
        use LayoutEvent as E;
        match (before, event.clone()) {
            (None, E::Laid { id, wall, by, name }) => Some(Self { id, wall, changes: 1, by, by_name: name, at, withdrawn: false }),
            (Some(l), E::Laid { wall, by, name, .. }) => Some(Self { wall, changes: l.changes.saturating_add(1), by, by_name: name, at, withdrawn: false, ..l }),
            (Some(l), E::Withdrawn { by, name }) => Some(Self { changes: l.changes.saturating_add(1), by, by_name: name, at, withdrawn: true, ..l }),
            (None, E::Withdrawn { .. }) => None,
        }
    }

    fn rows(batch: &mut Batch, _: Option<&Self>, l: &Self, _: &LayoutEvent, _: i64, _: Instant) {
        if l.withdrawn {
            batch.exec("DELETE FROM ops_wall WHERE province = $1 AND id = $2", values![l.id]);
            return;
        }
        batch.exec(
            "INSERT INTO ops_wall (province, id, name, body, by_name, changed) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (province, id) DO UPDATE SET name = excluded.name, body = excluded.body, by_name = excluded.by_name, changed = excluded.changed",
            values![l.id, &l.wall.name.vi, serde_json::to_string(&l.wall).unwrap_or_default(), &l.by_name, l.at],
        );
    }
}

/// One step in laying out a wall. Places count from zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Its name, and how many lines its lists have.
    Name { name: Text, newest: usize, exceptions: usize, alerts: usize, offices: usize },
    AddPanel { name: Text },
    NamePanel { panel: usize, name: Text, stale_minutes: i64 },
    DropPanel { panel: usize },
    /// Before the one that stands before it.
    RaisePanel { panel: usize },
    AddFigure { panel: usize, code: String, mood: Feel },
    DropFigure { panel: usize, figure: usize },
    RaiseFigure { panel: usize, figure: usize },
}

const NAME_MAX: usize = 80;
/// Minutes after which the source of a new panel is old.
const STALE: i64 = 15;

fn wrong(field: &str, vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::invalid("wall-form", "Chưa ghi được: có chỗ cần sửa", "Not recorded: something needs correcting").because(Some(field), vi, en)
}

/// A name in Vietnamese; the English one is the same where none is given.
fn named(field: &str, name: &Text) -> Result<Text, Refusal> {
    let (vi, en) = (clean(&name.vi), clean(&name.en));
    if vi.is_empty() {
        return Err(wrong(field, "Ghi tên.", "Write a name."));
    }
    if vi.chars().count().max(en.chars().count()) > NAME_MAX {
        return Err(wrong(field, format!("Tối đa {NAME_MAX} ký tự."), format!("At most {NAME_MAX} characters.")));
    }
    let en = if en.is_empty() { vi.clone() } else { en };
    Ok(Text { vi, en })
}

fn within(field: &str, n: usize, most: usize) -> Result<usize, Refusal> {
    if n <= most { Ok(n) } else { Err(wrong(field, format!("Từ 0 đến {most} dòng."), format!("From 0 to {most} lines."))) }
}

fn gone_part() -> Refusal {
    Refusal::conflict("wall-part", "Phần này của màn hình không còn. Hãy tải lại trang.", "This part of the wall is no more. Reload the page.")
}

/// Swaps a place with the one before it; the first stays.
fn raise<T>(list: &mut [T], at: usize) -> Result<(), Refusal> {
    if at >= list.len() {
        return Err(gone_part());
    }
    if at > 0 {
        list.swap(at, at - 1);
    }
    Ok(())
}

/// The wall after a step, or why not.
pub fn changed(wall: &Wall, change: &Change, offered: &[Offered]) -> Result<Wall, Refusal> {
    let mut w = wall.clone();
    let panel = |w: &mut Wall, at: usize, f: &mut dyn FnMut(&mut Panel) -> Result<(), Refusal>| f(w.panels.get_mut(at).ok_or_else(gone_part)?);
    match change {
        Change::Name { name, newest, exceptions, alerts, offices } => {
            w.name = named("name", name)?;
            w.newest = within("newest", *newest, MOST_NEWEST)?;
            w.exceptions = within("exceptions", *exceptions, MOST_EXCEPTIONS)?;
            w.alerts = within("alerts", *alerts, MOST_ALERTS)?;
            w.offices = within("offices", *offices, MOST_OFFICES)?;
        }
        Change::AddPanel { name } => {
            let name = named("panel_name", name)?;
            if w.panels.len() >= MOST_PANELS {
                return Err(wrong("panel_name", format!("Một màn hình có tối đa {MOST_PANELS} khung; bỏ bớt một khung rồi thêm."), format!("A wall has at most {MOST_PANELS} panels; take one away first.")));
            }
            w.panels.push(Panel { name, stale_minutes: STALE, figures: Vec::new() });
        }
        Change::NamePanel { panel: at, name, stale_minutes } => {
            let name = named(&format!("panel_name_{at}"), name)?;
            if !(1..=525_600).contains(stale_minutes) {
                return Err(wrong(&format!("stale_{at}"), "Số phút từ 1 đến 525.600.", "Minutes from 1 to 525,600."));
            }
            panel(&mut w, *at, &mut |p| {
                p.name = name.clone();
                p.stale_minutes = *stale_minutes;
                Ok(())
            })?;
        }
        Change::DropPanel { panel } if *panel < w.panels.len() => drop(w.panels.remove(*panel)),
        Change::DropPanel { .. } => return Err(gone_part()),
        Change::RaisePanel { panel } => raise(&mut w.panels, *panel)?,
        Change::AddFigure { panel: at, code, mood } => {
            let field = format!("figure_{at}");
            let found = offered.iter().find(|o| o.code == *code).ok_or_else(|| wrong(&field, "Chọn một số liệu trong danh sách.", "Choose a figure of the list."))?;
            panel(&mut w, *at, &mut |p| {
                if p.figures.iter().any(|f| f.code == *code) {
                    return Err(wrong(&field, "Khung này đã có số liệu đó.", "This panel has that figure already."));
                }
                if p.figures.len() >= MOST_FIGURES {
                    return Err(wrong(&field, format!("Một khung có tối đa {MOST_FIGURES} số liệu."), format!("A panel has at most {MOST_FIGURES} figures.")));
                }
                p.figures.push(PanelFigure { code: code.clone(), name: found.name.clone(), mood: *mood });
                Ok(())
            })?;
        }
        Change::DropFigure { panel: at, figure } => panel(&mut w, *at, &mut |p| {
            if *figure >= p.figures.len() {
                return Err(gone_part());
            }
            p.figures.remove(*figure);
            Ok(())
        })?,
        Change::RaiseFigure { panel: at, figure } => panel(&mut w, *at, &mut |p| raise(&mut p.figures, *figure))?,
    }
    Ok(w)
}

/// `Nhiệm vụ: quá hạn`: on a wall a figure stands without its list.
fn under(vi: &str, en: &str, name: &Text) -> Text {
    Text::new(format!("{vi}: {}", name.vi.to_lowercase()), format!("{en}: {}", name.en.to_lowercase()))
}

/// Whoever leads the province lays out its walls.
pub fn may_lay(who: &Who) -> Result<(), Refusal> {
    if who.oversees && who.leads {
        return Ok(());
    }
    Err(Refusal::forbidden("not-yours", "Lãnh đạo tỉnh, thành phố bố trí màn hình điều hành.", "The leaders of the province lay out its walls."))
}

fn stale() -> Refusal {
    Refusal::conflict("wall-changed", "Người khác vừa sửa màn hình này. Xem lại bên dưới rồi làm lại.", "Somebody else has just changed this wall. Look at it below and do it again.")
}

impl Ops {
    /// Everything a panel may show: what this room counts itself and what others tell.
    pub fn offered(&self) -> Vec<Offered> {
        let one = |kind: &Text, code: String, name: Text| Offered { code, name, kind: kind.clone() };
        let directives = Text::new("Nhiệm vụ giao", "Directives");
        let calls = Text::new("Cảnh báo, giải trình", "Alerts and explanations");
        let mut all: Vec<Offered> = Group::ALL.into_iter().map(|g| one(&directives, format!("directives.{}", g.code()), under("Nhiệm vụ", "Tasks", &g.text()))).collect();
        let alerts = Which::ALL.into_iter().filter(|w| !matches!(w, Which::Resolved | Which::All));
        all.extend(alerts.map(|w| one(&calls, format!("alerts.{}", w.code()), under("Cảnh báo", "Alerts", &w.text()))));
        all.push(one(&calls, "questions.open".into(), Text::new("Giải trình chưa trả lời", "Explanations not given")));
        all.push(one(&calls, "questions.late".into(), Text::new("Giải trình quá giờ", "Explanations overdue")));
        all.extend(self.sources.offered());
        all
    }

    /// A new wall, as a copy of one there is or empty.
    pub async fn lay(&self, actor: &Actor, id: WallId, name: &Text, like: Option<&Wall>) -> Result<Layout, Failure> {
        let who = self.who(actor);
        may_lay(&who)?;
        let name = named("name", name)?;
        let empty = Wall { code: String::new(), name: name.clone(), panels: Vec::new(), newest: 3, exceptions: 5, alerts: 3, offices: 3 };
        let wall = Wall { code: id.to_string(), name, ..like.cloned().unwrap_or(empty) };
        let event = LayoutEvent::Laid { id, wall, by: who.author.account, name: who.author.name.clone() };
        // The same form sent twice is one wall.
        records::change::<Layout>(&self.scope, &id.to_string(), &who.author, |found| Ok(found.is_none().then(|| event.clone()))).await
    }

    /// One step, taken against what the person saw.
    pub async fn relay(&self, actor: &Actor, id: WallId, seen: u32, change: &Change) -> Result<Layout, Failure> {
        let who = self.who(actor);
        may_lay(&who)?;
        let offered = self.offered();
        records::change::<Layout>(&self.scope, &id.to_string(), &who.author, |found| {
            let l = found.filter(|l| !l.withdrawn).ok_or_else(records::gone)?;
            let wall = changed(&l.wall, change, &offered)?;
            match (wall == l.wall, l.changes == seen) {
                (true, _) => Ok(None),
                (false, false) => Err(stale()),
                (false, true) => Ok(Some(LayoutEvent::Laid { id, wall, by: who.author.account, name: who.author.name.clone() })),
            }
        })
        .await
    }

    pub async fn withdraw_wall(&self, actor: &Actor, id: WallId) -> Result<Layout, Failure> {
        let who = self.who(actor);
        may_lay(&who)?;
        records::change::<Layout>(&self.scope, &id.to_string(), &who.author, |found| {
            let l = found.ok_or_else(records::gone)?;
            Ok((!l.withdrawn).then(|| LayoutEvent::Withdrawn { by: who.author.account, name: who.author.name.clone() }))
        })
        .await
    }

    pub async fn layout(&self, id: WallId) -> Result<Option<Layout>, StoreError> {
        Ok(records::load::<Layout>(&self.scope, &id.to_string()).await?.map(|f| f.state).filter(|l| !l.withdrawn))
    }

    /// The wall of a code: of the catalogue, or laid out here. An empty code: the first.
    pub async fn wall(&self, code: &str) -> Result<Option<Wall>, StoreError> {
        let walls = &self.catalog.walls;
        if let Some(found) = if code.is_empty() { walls.first() } else { walls.iter().find(|w| w.code == code) } {
            return Ok(Some(found.clone()));
        }
        let Ok(id) = code.parse::<WallId>() else { return Ok(None) };
        let row = self.scope.one("SELECT body FROM ops_wall WHERE province = $1 AND id = $2", values![id]).await?;
        row.map(|r| body(&r)).transpose()
    }
}

fn body(row: &Row) -> Result<Wall, StoreError> {
    serde_json::from_str(row.text("body")?).map_err(|e| StoreError::Damaged(format!("a wall does not read: {e}")))
}

/// A wall laid out here, in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: WallId,
    pub wall: Wall,
    pub by_name: String,
    pub changed: Instant,
}

/// The walls laid out here, by name.
pub async fn lines(scope: &Scope) -> Result<Vec<Line>, StoreError> {
    let rows = scope.query("SELECT id, body, by_name, changed FROM ops_wall WHERE province = $1 ORDER BY name, id LIMIT 200", values![]).await?;
    rows.iter().map(|r| Ok(Line { id: r.id("id")?, wall: body(r)?, by_name: r.string("by_name")?, changed: r.instant("changed")? })).collect()
}

#[cfg(test)]
mod tests;
