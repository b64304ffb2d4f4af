//! What the director's page reads of other rooms.

use super::engagements;
use async_trait::async_trait;
use casework::Desk;
use centre::{
    director::{BudgetLine, Cell, EngagementLine, Listing, ProviderLine},
    model::Stage,
};
use kernel::{
    Text,
    id::{EnterpriseId, ProviderId},
};
use std::sync::Arc;
use store::{Scope, values};
use support::catalog::Rules;

pub struct Elsewhere {
    pub scope: Scope,
    pub rules: Arc<Rules>,
    pub desk: Desk,
    pub clock: Arc<dyn Fn() -> kernel::Instant + Send + Sync>,
}

fn text(vi: &str, en: &str) -> Text {
    Text::new(vi, en)
}

/// As a list that was asked for one row more than a page: its rows, and where the next page begins.
fn cut<T>(mut rows: Vec<T>, limit: i64, place: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let page = usize::try_from(limit).unwrap_or(50);
    let more = rows.len() > page;
    rows.truncate(page);
    let next = rows.last().filter(|_| more).map(place);
    (rows, next)
}

impl Elsewhere {
    /// Name and code of an enterprise of the register.
    async fn firm(&self, id: EnterpriseId) -> anyhow::Result<(String, String)> {
        let found = centre::store::load::<centre::model::Enterprise>(&self.scope, &id.to_string()).await?;
        Ok(found.map_or_else(|| (id.to_string(), String::new()), |e| (e.profile.name, e.profile.code)))
    }

    fn since(&self) -> kernel::Instant {
        (self.clock)().plus_seconds(-365 * 86_400)
    }

    /// The states of engagements in the order of their flow, with their names.
    fn states(&self) -> Vec<(String, Text)> {
        let today = (self.clock)().date();
        let definition = self.desk.rules().definitions.in_force(today).find(|d| d.kind == "engagement");
        let track = definition.and_then(|d| d.tracks.get("handling"));
        track.map_or_else(Vec::new, |t| t.states.iter().map(|(code, s)| (code.clone(), s.name.clone())).collect())
    }

    /// Whether a definition is for a group.
    fn is_group(&self, code: &str) -> bool {
        let today = (self.clock)().date();
        self.desk.rules().definitions.current(code, today).is_some_and(|d| d.records.contains_key("participants"))
    }
}

#[async_trait]
impl centre::director::Elsewhere for Elsewhere {
    async fn budget(&self, year: i16) -> anyhow::Result<Vec<BudgetLine>> {
        let totals = support::views::year_totals(&self.scope, year).await?;
        Ok(totals
            .into_iter()
            .map(|t| BudgetLine {
                content: self.rules.content_name(&t.content),
                code: t.content,
                firms: t.firms,
                planned: t.budget.map(|b| b.0),
                committed: t.committed.0,
                paid: t.paid.0,
            })
            .collect())
    }

    async fn budget_rows(&self, year: i16, content: &str, after: &str, limit: i64) -> anyhow::Result<Option<Listing>> {
        if self.rules.content(content).is_none() {
            return Ok(None);
        }
        let rows = support::totals::of_content(&self.scope, year, content, after, limit + 1).await?;
        let (rows, next) = cut(rows, limit, |r| r.enterprise.to_string());
        let mut cells = Vec::with_capacity(rows.len());
        for r in rows {
            let (name, code) = self.firm(r.enterprise).await?;
            cells.push(vec![
                Cell::Link(format!("/centre/support/ledger/{}", r.enterprise), name),
                Cell::Plain(code),
                Cell::Count(r.grants),
                Cell::Money(r.committed),
                Cell::Money(r.paid),
            ]);
        }
        Ok(Some(Listing {
            caption: self.rules.content_name(content),
            columns: vec![
                (text("Doanh nghiệp", "Enterprise"), false),
                (text("Mã số", "Code"), false),
                (text("Số lần hỗ trợ", "Grants"), true),
                (text("Đã cam kết, chưa chi", "Committed, not paid"), true),
                (text("Đã chi", "Paid"), true),
            ],
            rows: cells,
            empty: text("Năm này chưa có khoản nào cho nội dung này.", "Nothing for this content in this year."),
            next,
        }))
    }

    async fn promised(&self, enterprise: EnterpriseId, year: i16) -> anyhow::Result<bool> {
        Ok(support::totals::any(&self.scope, enterprise, year).await?)
    }

    async fn providers(&self) -> anyhow::Result<Vec<ProviderLine>> {
        let cards = showroom::scorecards(&self.scope, self.since(), (self.clock)()).await?;
        Ok(cards
            .into_iter()
            .map(|s| ProviderLine { id: s.provider.to_string(), name: s.name, listed: s.listed, chosen: s.chosen, references: s.confirmed })
            .collect())
    }

    async fn provider_rows(&self, provider: &str) -> anyhow::Result<Option<(Text, Vec<Listing>)>> {
        let Ok(id) = provider.parse::<ProviderId>() else { return Ok(None) };
        let now = (self.clock)();
        let Some(card) = showroom::scorecards(&self.scope, self.since(), now).await?.into_iter().find(|s| s.provider == id) else { return Ok(None) };
        let solutions = showroom::views::of_provider(&self.scope, id).await?;
        let chosen = showroom::scorecard::chosen(&self.scope, id, self.since(), 200).await?;
        let figures = [
            (text("Giải pháp đang giới thiệu", "Solutions listed"), card.listed),
            (text("Giải pháp bị tạm ngừng", "Solutions suspended"), card.suspended),
            (text("Giải pháp đã rút", "Solutions withdrawn"), card.withdrawn),
            (text("Khách hàng đã xác nhận", "References confirmed"), card.confirmed),
            (text("Kết quả đã kiểm chứng", "Verified outcomes"), card.outcome_cases),
            (text("Lần được xếp hạng", "Times ranked"), card.shown),
            (text("Lần vào danh sách ngắn", "Times on a shortlist"), card.shortlisted),
            (text("Lần được chọn", "Times chosen"), card.chosen),
            (text("Doanh nghiệp muốn được liên hệ", "Enterprises that asked to be called"), card.leads),
            (text("Minh chứng hết hạn", "Proofs past their last day"), card.expired_proofs),
        ];
        let measured = Listing {
            caption: text("Số liệu 12 tháng", "Figures of 12 months"),
            columns: vec![(text("Chỉ tiêu", "Measure"), false), (text("Số lượng", "Number"), true)],
            rows: figures.into_iter().map(|(name, n)| vec![Cell::Words(name), Cell::Count(n)]).collect(),
            ..Listing::default()
        };
        let listed = Listing {
            caption: text("Giải pháp", "Solutions"),
            columns: vec![(text("Tên", "Name"), false), (text("Trạng thái", "State"), false), (text("Khách hàng xác nhận", "References confirmed"), true), (text("Kết quả kiểm chứng", "Verified outcomes"), true)],
            rows: solutions
                .into_iter()
                .map(|s| {
                    let stage = showroom::solution::Stage::parse(&s.stage).map_or_else(|| text(&s.stage, &s.stage), |x| x.text());
                    vec![Cell::Link(format!("/centre/solutions/{}", s.id), s.name.0), Cell::Words(stage), Cell::Count(s.confirmed), Cell::Count(s.outcome_cases)]
                })
                .collect(),
            empty: text("Chưa có giải pháp.", "No solution."),
            next: None,
        };
        let picked = Listing {
            caption: text("Lần được chọn", "Times chosen"),
            columns: vec![(text("Doanh nghiệp", "Enterprise"), false), (text("Giải pháp", "Solution"), false), (text("Bắt đầu lựa chọn", "Choice opened"), false)],
            rows: chosen.into_iter().map(|c| vec![Cell::Link(c.path, c.enterprise_name), Cell::Words(text(&c.solution.0, &c.solution.1)), Cell::At(c.opened_at)]).collect(),
            empty: text("Chưa lần nào trong 12 tháng.", "Never in 12 months."),
            next: None,
        };
        Ok(Some((text(&card.name, &card.name), vec![measured, listed, picked])))
    }

    async fn engagements(&self) -> anyhow::Result<Vec<EngagementLine>> {
        let rows = self.scope.query("SELECT handling, definition, COUNT(*) AS n FROM engagement WHERE province = $1 GROUP BY handling, definition", values![]).await?;
        let sql = "SELECT g.handling, COUNT(*) AS n FROM engagement g JOIN engagement_firm f ON f.province = g.province AND f.case_id = g.case_id \
                   WHERE g.province = $1 AND f.gone = 0 GROUP BY g.handling";
        let firms = self.scope.query(sql, values![]).await?;
        let mut lines: Vec<EngagementLine> =
            self.states().into_iter().map(|(state, name)| EngagementLine { state, name, single: 0, groups: 0, firms: 0 }).collect();
        for r in &rows {
            let (state, n) = (r.text("handling")?, r.int("n")?);
            let group = self.is_group(r.text("definition")?);
            if let Some(line) = lines.iter_mut().find(|l| l.state == state) {
                *(if group { &mut line.groups } else { &mut line.single }) += n;
            }
        }
        for r in &firms {
            let state = r.text("handling")?;
            if let Some(line) = lines.iter_mut().find(|l| l.state == state) {
                line.firms = r.int("n")?;
            }
        }
        lines.retain(|l| l.single + l.groups > 0);
        Ok(lines)
    }

    async fn engagement_rows(&self, state: &str, groups: Option<bool>, after: &str, limit: i64) -> anyhow::Result<Option<Listing>> {
        let Some((_, name)) = self.states().into_iter().find(|s| s.0 == state) else { return Ok(None) };
        let (at, id) = after.split_once('~').and_then(|(at, id)| Some((at.parse().ok()?, id))).unwrap_or((i64::MIN, ""));
        // Few definitions: those of the other kind are left out by name.
        let others: Vec<String> = match groups {
            Some(groups) => self.desk.rules().definitions.all().filter(|d| d.kind == "engagement" && d.records.contains_key("participants") != groups).map(|d| d.code.to_string()).collect(),
            None => Vec::new(),
        };
        let mut params = values![state, at, id, limit + 1];
        let places: Vec<String> = others
            .into_iter()
            .map(|code| {
                params.push(code.into());
                format!("${}", params.len() + 1)
            })
            .collect();
        let of_kind = if places.is_empty() { String::new() } else { format!(" AND g.definition NOT IN ({})", places.join(", ")) };
        let sql = format!("SELECT g.case_id, g.code, g.title, g.definition, g.since, g.experts, \
                   (SELECT COUNT(*) FROM engagement_firm f WHERE f.province = g.province AND f.case_id = g.case_id AND f.gone = 0) AS firms, \
                   (SELECT MAX(f.rank) FROM engagement_firm f WHERE f.province = g.province AND f.case_id = g.case_id AND f.gone = 0) AS rank \
                   FROM engagement g WHERE g.province = $1 AND g.handling = $2 AND (g.since, g.case_id) > ($3, $4){of_kind} ORDER BY g.since, g.case_id LIMIT $5");
        let rows = self.scope.query(&sql, params).await?;
        let mut read = Vec::with_capacity(rows.len());
        for r in &rows {
            let since = r.instant("since")?;
            let group = self.is_group(r.text("definition")?);
            let reached = r.opt_int("rank")?.and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0).and_then(|n| Stage::ALL.get(n));
            let code = r.string("code")?;
            let cells = vec![
                Cell::Link(engagements::path(&code), code),
                Cell::Plain(r.string("title")?),
                Cell::Words(if group { text("Theo nhóm", "Group") } else { text("Một kèm một", "One to one") }),
                Cell::Count(r.int("firms")?),
                Cell::Words(reached.map_or_else(|| text("–", "–"), |s| s.name())),
                Cell::Count(r.int("experts")?),
                Cell::At(since),
            ];
            read.push((format!("{}~{}", since.micros(), r.text("case_id")?), cells));
        }
        let (read, next) = cut(read, limit, |r| r.0.clone());
        Ok(Some(Listing {
            caption: name,
            columns: vec![
                (text("Mã", "Code"), false),
                (text("Tên", "Name"), false),
                (text("Hình thức", "Kind"), false),
                (text("Doanh nghiệp", "Enterprises"), true),
                (text("Đã đưa đến chặng", "Has brought to the stage"), false),
                (text("Chuyên gia", "Experts"), true),
                (text("Ở bước này từ", "At this step since"), false),
            ],
            rows: read.into_iter().map(|r| r.1).collect(),
            empty: text("Không có đợt hỗ trợ nào ở bước này.", "No engagement at this step."),
            next,
        }))
    }
}
