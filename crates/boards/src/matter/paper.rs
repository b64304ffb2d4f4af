//! The decision record as a document of the centre: it begins here, written already, and is signed, numbered and sealed where documents
//! are. One for each decided matter.

use super::{Decision, Matter, RecordedVote};
use crate::{
    Boards, Failure,
    asks::RecordPaper,
    board::{Board, SeatRole},
};
use kernel::{Actor, Refusal};
use serde_json::{Value, json};

fn key(m: &Matter) -> String {
    format!("board/{}", m.proposal.id)
}

fn votes(list: &[RecordedVote]) -> Vec<Value> {
    list.iter().map(|x| json!({"name": x.name, "role": x.role.vi, "choice": x.choice.text().vi, "reason": x.reason})).collect()
}

impl Boards {
    /// Whether somebody makes the record a document: the centre's officers, whoever concluded, and those who prepare the board's work.
    pub fn may_draft(&self, actor: &Actor, b: &Board, m: &Matter) -> bool {
        let Some(d) = m.decision.as_ref().filter(|_| actor.office.is_some()) else { return false };
        let prepares = b.seat_of(actor.account, d.at.date()).is_some_and(|x| x.role != SeatRole::Member);
        Self::is_officer(actor) || prepares || d.by == actor.account
    }

    /// Makes the record of a decided matter a document of the actor's office, and answers its page.
    pub async fn draft_record(&self, actor: &Actor, b: &Board, m: &Matter) -> Result<String, Failure> {
        let Some(d) = m.decision.as_ref().filter(|_| self.may_draft(actor, b, m)) else {
            let (vi, en) = ("Trưởng ban, phó ban, thư ký hoặc cán bộ trung tâm lập văn bản của biên bản.", "The chair, deputy, secretary or an officer makes the record a document.");
            return Err(Refusal::forbidden("not-yours", vi, en).into());
        };
        self.records.draft(&key(m), self.record_data(b, m, d), actor).await
    }

    pub async fn record_paper(&self, m: &Matter, reader: &Actor) -> Result<Option<RecordPaper>, Failure> {
        self.records.paper(&key(m), reader).await
    }

    /// The data of the template `board-decision`; an official paper is Vietnamese whoever reads the page.
    fn record_data(&self, b: &Board, m: &Matter, d: &Decision) -> Value {
        let (p, c) = (&m.proposal, &d.count);
        let ground = |code: &str| self.catalog.ground(code).map_or_else(|| code.to_owned(), |g| g.name.vi.clone());
        let recused = d.recused.iter().map(|r| {
            let how = if r.declared { "tự khai".to_owned() } else { format!("ghi nhận bởi {}", r.by) };
            json!({"name": r.name, "ground": ground(&r.ground), "detail": r.detail, "how": how})
        });
        let members: Vec<Value> = b.seats_on(d.at.date()).map(|x| json!({"name": x.name, "role": x.role.text().vi})).collect();
        json!({
            "subject": format!("Quyết định của {} về {}", b.name.vi, p.subject.title),
            "matter": {
                "title": p.subject.title,
                "kind": p.kind.text().vi,
                "question": p.question,
                "amount": p.amount.map(|a| a.to_string()),
                "opener": m.opener,
                "opened": m.opened_at,
            },
            "session": m.session.as_ref().map(|s| json!({"when": s.when, "place": s.place})),
            "members": members,
            "guests": d.guests.iter().map(|g| format!("{} ({})", g.name, g.home)).collect::<Vec<_>>(),
            "absent": d.absent,
            "recused": recused.collect::<Vec<_>>(),
            "count": {
                "quorum_rule": m.rules.quorum.text().vi,
                "present": c.present, "needed": c.needed, "seats": c.seats, "recused": c.recused,
                "majority_rule": m.rules.majority.text().vi,
                "tie_rule": m.rules.tie.text().vi,
                "in_favour": c.for_votes, "against": c.against, "abstain": c.abstain,
            },
            "votes": votes(&d.votes),
            "void": votes(&d.void),
            "dissent": votes(&d.dissent),
            "decision": {
                "outcome": d.outcome.text().vi,
                "conclusion": d.conclusion.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>(),
                "at": d.at, "by": d.by_name, "role": d.by_role.vi, "delegated": d.delegated,
            },
            "recipients": ["Các thành viên ban", "Lưu: VT, hồ sơ"],
        })
    }
}
