//! One function for each change of a matter.

use super::{
    Act, Matter, MatterEvent, Proposal, Subject, SubjectKind,
    decide::{self, Standing},
};
use crate::{Boards, Failure, board::{Board, store::unchanged, views}, matching::FirmFacts};
use records::{Author, Course, Found, busy};
use identity::roles;
use kernel::{
    Actor, Refusal,
    id::{AccountId, BoardId, MatterId},
    time::Date,
};
use store::{Batch, CommitError};

/// Days back over which a member's work is counted in the workload view.
pub const WORKLOAD_DAYS: i64 = 90;

impl Boards {
    /// Whether an account keeps boards: prepares matters, recuses and withdraws.
    pub fn is_officer(actor: &Actor) -> bool {
        actor.is_official() && (actor.has_role(roles::CENTRE_OFFICER) || actor.has_role(roles::CENTRE_DIRECTOR))
    }

    /// Puts a matter before a board. Sent twice (same id), it is opened once. For officers' pages and for bridges.
    pub async fn open_matter(&self, actor: &Actor, proposal: &Proposal) -> Result<Matter, Failure> {
        self.open(actor, proposal, None).await
    }

    /// Takes a concluded matter up again as a new one, linked both ways; only once.
    pub async fn reopen_matter(&self, actor: &Actor, old: MatterId, proposal: &Proposal, facts: &str) -> Result<Matter, Failure> {
        self.open(actor, proposal, Some((old, facts))).await
    }

    async fn open(&self, actor: &Actor, p: &Proposal, reopens: Option<(MatterId, &str)>) -> Result<Matter, Failure> {
        let by = Author::new(actor, self.now());
        let id = p.id.to_string();
        for _ in records::tries() {
            if let Some(found) = records::load::<Matter>(&self.scope, &id).await? {
                let same = found.state.opened_by == actor.account && found.state.proposal.board == p.board;
                return if same { Ok(found.state) } else { Err(records::gone().into()) };
            }
            let board = self.load_board(p.board).await?;
            let old = match reopens {
                Some((old, _)) => Some(self.load_matter(old).await?),
                None => None,
            };
            let rapporteur = self.suggested(&board.state, by.at.date()).await?;
            let again = old.as_ref().zip(reopens).map(|(o, (_, facts))| (&o.state, facts));
            let event = decide::decide_open(&board.state, p, &by, &self.calendar, rapporteur, again)?;
            let mut batch = self.scope.batch();
            let opened = records::write::<Matter>(&mut batch, &id, None, &event, &by)?;
            if let Some(old) = &old {
                let link = MatterEvent::Reopened { matter: p.id };
                records::write(&mut batch, &old.state.proposal.id.to_string(), Some(old), &link, &by)?;
            }
            unchanged(&mut batch, p.board, board.version);
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(opened.state),
                Err(CommitError::Conflict { .. }) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(busy().into())
    }

    /// Does one act on a matter: reads the board and the matter, decides, writes; again when somebody else was first.
    /// The board must not change between the decision and the commit, or who counts would be another question.
    pub async fn act_on_matter(&self, actor: &Actor, id: MatterId, act: &Act) -> Result<Matter, Failure> {
        let by = Author::new(actor, self.now());
        let who = Standing { officer: Self::is_officer(actor) };
        for _ in records::tries() {
            let matter = self.load_matter(id).await?;
            let board = self.load_board(matter.state.proposal.board).await?;
            let Some(event) = decide::decide(&self.catalog, &board.state, &matter.state, act, &by, who)? else {
                return Ok(matter.state);
            };
            let mut batch = self.scope.batch();
            let after = records::write(&mut batch, &id.to_string(), Some(&matter), &event, &by)?;
            unchanged(&mut batch, board.state.id, board.version);
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(after.state),
                Err(CommitError::Conflict { label }) if records::again::<Matter>(&label) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(busy().into())
    }

    /// A matter with its board, if this actor may see it: members of the board past and present, and officers. For
    /// anybody else it does not exist.
    pub async fn matter_for(&self, actor: &Actor, id: MatterId) -> Result<(Board, Matter), Failure> {
        let matter = self.load_matter(id).await?.state;
        let board = self.load_board(matter.proposal.board).await?.state;
        if Self::is_officer(actor) || board.ever_sat(actor.account) || matter.opened_by == actor.account {
            return Ok((board, matter));
        }
        Err(records::gone().into())
    }

    /// Conflicts found between the enterprises concerned and members who are experts of the network, for whoever presides
    /// and the officers to act on. Nothing is recused by the program itself.
    pub async fn detected(&self, board: &Board, matter: &Matter) -> Result<Vec<(AccountId, String, Vec<crate::matching::Conflict>)>, Failure> {
        let concerned = self.concerned(&matter.proposal.subject).await?;
        if concerned.is_empty() {
            return Ok(Vec::new());
        }
        let today = self.now().date();
        let (rules, weights) = (self.catalog.conflicts(today)?, self.catalog.matching(today)?);
        let tender = Some(matter.proposal.subject.id.as_str()).filter(|t| !t.is_empty());
        let mut out = Vec::new();
        for seat in board.seats_on(today).filter(|s| matter.recused(s.account).is_none()) {
            let Some(expert) = seat.expert else { continue };
            let facts = crate::matching::Candidate::of(&self.expert(expert).await?, weights, today).facts;
            let mut found: Vec<crate::matching::Conflict> = Vec::new();
            for firm in &concerned {
                let more = crate::matching::find_conflicts(&self.catalog.network.grounds, rules, firm, tender, &facts, today);
                found.extend(more.into_iter().filter(|c| !found.contains(c)).collect::<Vec<_>>());
            }
            if !found.is_empty() {
                out.push((seat.account, seat.name.clone(), found));
            }
        }
        Ok(out)
    }

    /// The enterprises a subject concerns today: its own room knows them, whatever stood in the form; else the one recorded.
    async fn concerned(&self, subject: &Subject) -> Result<Vec<FirmFacts>, Failure> {
        let known = match SubjectKind::of(&subject.kind).filter(|_| !subject.id.is_empty()) {
            Some(kind) => self.subjects.find(None, kind, &subject.id).await?.map_or_else(Vec::new, |a| a.firms),
            None => Vec::new(),
        };
        match subject.enterprise.filter(|_| known.is_empty()) {
            Some(enterprise) => Ok(self.firms.facts(enterprise).await?.into_iter().collect()),
            None => Ok(known),
        }
    }

    /// A matter, whoever asks: for bridges.
    pub async fn matter(&self, id: MatterId) -> Result<Matter, Failure> {
        Ok(self.load_matter(id).await?.state)
    }

    async fn suggested(&self, board: &Board, today: Date) -> Result<Option<AccountId>, Failure> {
        let since = kernel::time::midnight(today).plus_seconds(-WORKLOAD_DAYS * 86_400);
        let loads = views::workload(&self.scope, board.id, today, since).await?;
        Ok(decide::suggest(board, &loads, kernel::time::midnight(today), &[]))
    }
    async fn load_matter(&self, id: MatterId) -> Result<Found<Matter>, Failure> {
        records::load::<Matter>(&self.scope, &id.to_string()).await?.ok_or_else(|| records::gone().into())
    }
    async fn load_board(&self, id: BoardId) -> Result<Found<Board>, Failure> {
        records::load::<Board>(&self.scope, &id.to_string()).await?.ok_or_else(|| records::gone().into())
    }

    /// A matter for demonstration data, in the caller's batch, before a board of the same batch or an older one.
    pub fn course_matter(&self, batch: &mut Batch, by: &Author, board: &Board, proposal: &Proposal, rapporteur: Option<AccountId>) -> Result<Course<Matter>, Failure> {
        let mut course = Course::begin(proposal.id);
        course.step(batch, by, |_| decide::decide_open(board, proposal, by, &self.calendar, rapporteur, None).map(Some))?;
        Ok(course)
    }
    /// The next step of such a matter, decided as for people.
    pub fn course_act(&self, batch: &mut Batch, by: &Author, board: &Board, course: &mut Course<Matter>, act: &Act, officer: bool) -> Result<(), Failure> {
        course.step(batch, by, |found| {
            let matter: &Matter = found.ok_or_else(|| -> Refusal { records::gone() })?;
            decide::decide(&self.catalog, board, matter, act, by, Standing { officer })
        })
    }
}
