//! The director's page: every figure with what it is a part of, and a way to its rows.
//!
//! The rows stand under the director's own address: whoever may read a figure may read what it is made of, also where the
//! centre's other pages are not for them (the province's leader, the auditor). Names lead on only for the centre's staff.

mod figures;
mod levels;
mod rows;
mod steps;
mod views;

pub use steps::steps;

use crate::Centre;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{actions::CENTRE_DIRECT, roles};
use kernel::{Dong, Instant, Text};
use web::{
    html::Html,
    page::{Shell, Width},
    problem::PageError,
    rail,
    routes::Routes,
    visitor::Visitor,
};

pub fn routes(r: Routes<Centre>) -> Routes<Centre> {
    r.get("/centre/director", CENTRE_DIRECT, page)
        .get("/centre/director/enterprises", CENTRE_DIRECT, rows::enterprises)
        .get("/centre/director/moved", CENTRE_DIRECT, rows::moved)
        .get("/centre/director/barriers/{criterion}/{option}", CENTRE_DIRECT, rows::barrier)
        .get("/centre/director/budget/{year}/{content}", CENTRE_DIRECT, rows::budget)
        .get("/centre/director/providers/{provider}", CENTRE_DIRECT, rows::provider)
        .get("/centre/director/engagements/{state}", CENTRE_DIRECT, rows::engagements)
}

/// What other rooms know that a director asks for; the program joins them.
#[async_trait::async_trait]
pub trait Elsewhere: Send + Sync {
    /// Support money of a year by content, in đồng.
    async fn budget(&self, year: i16) -> anyhow::Result<Vec<BudgetLine>>;
    /// The enterprises behind a line of the budget, after a place; `None` for a content that does not exist.
    async fn budget_rows(&self, year: i16, content: &str, after: &str, limit: i64) -> anyhow::Result<Option<Listing>>;
    /// Whether money of a year is promised or paid to an enterprise.
    async fn promised(&self, enterprise: kernel::id::EnterpriseId, year: i16) -> anyhow::Result<bool>;
    async fn providers(&self) -> anyhow::Result<Vec<ProviderLine>>;
    /// What a provider's figures are made of; `None` for a provider that does not exist.
    async fn provider_rows(&self, provider: &str) -> anyhow::Result<Option<(Text, Vec<Listing>)>>;
    /// Engagements by step, in the order of the way.
    async fn engagements(&self) -> anyhow::Result<Vec<EngagementLine>>;
    /// The engagements of a step, of groups only or of single enterprises only where that is asked, after a place; `None` for a
    /// step that does not exist.
    async fn engagement_rows(&self, state: &str, groups: Option<bool>, after: &str, limit: i64) -> anyhow::Result<Option<Listing>>;
}

#[derive(Debug, Clone)]
pub struct BudgetLine {
    /// Code of the content.
    pub code: String,
    pub content: Text,
    pub firms: i64,
    /// The plan of the year, in đồng; none set, none shown.
    pub planned: Option<i64>,
    pub committed: i64,
    pub paid: i64,
}

#[derive(Debug, Clone)]
pub struct ProviderLine {
    pub id: String,
    pub name: String,
    pub listed: i64,
    pub chosen: i64,
    pub references: i64,
}

/// How many engagements stand at a step: for one enterprise, for groups; `firms` are the enterprises in them.
#[derive(Debug, Clone)]
pub struct EngagementLine {
    pub state: String,
    pub name: Text,
    pub single: i64,
    pub groups: i64,
    pub firms: i64,
}

/// Rows of another room as they are shown here.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub caption: Text,
    /// The label, and whether the column holds figures.
    pub columns: Vec<(Text, bool)>,
    pub rows: Vec<Vec<Cell>>,
    pub empty: Text,
    /// Where the next page begins.
    pub next: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Cell {
    /// A page of the centre's staff.
    Link(String, String),
    Plain(String),
    Words(Text),
    Count(i64),
    Money(Dong),
    At(Instant),
}

pub async fn page(State(c): State<Centre>, v: Visitor) -> Result<Response, PageError> {
    let main = figures::all(&c, v.lang).await?;
    let title = v.pick("Điều hành trung tâm", "Direction of the centre");
    Ok(shell(&v, v.pick("Điều hành", "Direction"), Html(format!("<h1>{title}</h1>{main}"))).render().into_response())
}

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(rail::of(v))
}

/// Whether the centre's own pages are open to the visitor.
fn is_staff(v: &Visitor) -> bool {
    let staff = [
        roles::CENTRE_OFFICER,
        roles::CONSULTANT,
        roles::BOARD_CHAIR,
        roles::BOARD_MEMBER,
        roles::SUPPORT_OFFICER,
        roles::ACCOUNTANT,
        roles::CENTRE_DIRECTOR,
    ];
    v.actor.as_ref().is_some_and(|a| staff.iter().any(|r| a.has_role(r)))
}
