//! The notice of a decision as a document of the office (Decree 80/2021 Art. 32.3, 32.5): it begins here, written already, and is
//! submitted, signed, numbered and sealed where documents are.

use crate::{
    Support,
    acts::ActError,
    dossier::{Approval, Dossier, Notice, Status},
};
use async_trait::async_trait;
use kernel::{Actor, Refusal, Text, id::FileId};
use serde_json::{Value, json};

/// How the document of a notice stands.
#[derive(Debug, Clone)]
pub struct Paper {
    pub stage: Text,
    /// As cited, once it is signed.
    pub number: Option<String>,
    /// The file that went out, and where anybody checks it.
    pub issued: Option<(FileId, String)>,
    /// Given up or recalled: another one may be made.
    pub ended: bool,
    /// Its page, for a reader who may open it.
    pub path: Option<String>,
}

/// Where notices become documents.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Begins the document. Asked again with the same key it is the same document, unless that one was given up or recalled.
    async fn draft(&self, key: &str, data: Value, by: &Actor) -> Result<(), ActError>;
    /// The latest document of a key.
    async fn paper(&self, key: &str, reader: &Actor) -> Result<Option<Paper>, ActError>;
}

/// One for each decision: a dossier examined again after an appeal is decided twice.
fn key(d: &Dossier, n: &Notice) -> String {
    format!("support/{}/{}", d.id, n.version)
}

impl Support {
    /// Makes the notice of the decision as it stands a document of the actor's office.
    pub async fn draft_notice(&self, d: &Dossier, by: &Actor) -> Result<(), ActError> {
        let decided = d.notice.as_ref().filter(|_| matches!(d.status, Status::Approved | Status::Refused));
        let Some(n) = decided else {
            let (vi, en) = ("Hồ sơ chưa có kết luận nên chưa lập được thông báo.", "The dossier is not decided yet, so there is nothing to give notice of.");
            return Err(Refusal::conflict("not-decided", vi, en).into());
        };
        self.notices.draft(&key(d, n), self.notice_data(d, n), by).await
    }

    /// How the document of the last decision stands; `None`: nobody has made it.
    pub async fn notice_paper(&self, d: &Dossier, reader: &Actor) -> Result<Option<Paper>, ActError> {
        match &d.notice {
            Some(n) => self.notices.paper(&key(d, n), reader).await,
            None => Ok(None),
        }
    }

    /// The data of the template `support-notice`; an official paper is Vietnamese whoever decided.
    fn notice_data(&self, d: &Dossier, n: &Notice) -> Value {
        let p = &self.rules.procedure;
        let name = &d.facts.name;
        let granted = d.status == Status::Approved;
        let subject = if granted { format!("Về việc hỗ trợ {name}") } else { format!("Về việc {name} không đủ điều kiện hỗ trợ") };
        let grants: Vec<Value> = d.approvals.iter().filter(|_| granted).map(|a| self.grant(d, a)).collect();
        json!({
            "subject": subject,
            "to": [name],
            "legal_bases": [p.decide.legal_basis.to_string()],
            "dossier": {"code": d.code, "received": d.filed_at.unwrap_or(d.received_at)},
            "enterprise": {"name": name, "code": d.facts.code},
            "grants": grants,
            "decision": {"text": n.text},
            "payment": {
                "papers": p.payment_papers.iter().map(|x| x.name.vi.as_str()).collect::<Vec<_>>(),
                "basis": p.payment.legal_basis.to_string(),
            },
            "recipients": ["Như trên", "Lưu: VT, hồ sơ hỗ trợ"],
        })
    }

    fn grant(&self, d: &Dossier, a: &Approval) -> Value {
        let line = d.request.lines.get(a.line);
        json!({
            "content": line.map(|l| self.rules.content_name(&l.content).vi),
            "about": line.map(|l| l.about.as_str()),
            "value": a.state.0 + a.other.0,
            "state": a.state.0,
            "other": a.other.0,
            "basis": a.basis.to_string(),
        })
    }
}
