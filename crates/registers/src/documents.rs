//! The person's own store: results of their dossiers, used again and shared by links that end.

use crate::{Registers, store as tables, views};
use casework::event::{GivenFile, Origin, OriginKind};
use kernel::{
    Actor, Instant, Refusal, Text,
    id::{CaseId, FileId, PartyId},
    text::fold,
};
use rand::RngCore as _;
use sha2::{Digest, Sha256};

/// A result as the store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub id: String,
    pub party: PartyId,
    pub case: CaseId,
    pub case_code: String,
    pub procedure: String,
    pub document: String,
    pub number: i64,
    pub symbol: String,
    pub name: Text,
    /// Code in the catalogue of results; empty: the procedure has none yet.
    pub result_code: String,
    pub office: String,
    /// What the case was about.
    pub title: String,
    pub issued_at: Instant,
    pub file: Option<FileId>,
    pub sha256: String,
}

impl Document {
    /// What is searched.
    pub fn folded(&self) -> String {
        fold(&format!("{} {} {}/{} {} {} {}", self.name.vi, self.name.en, self.number, self.symbol, self.case_code, self.title, self.result_code))
    }
    /// Number and symbol as printed.
    pub fn printed(&self) -> String {
        format!("{}/{}", self.number, self.symbol)
    }
}

/// A link to a document that ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    pub id: String,
    pub document: String,
    pub party: PartyId,
    pub made_at: Instant,
    pub expires_at: Instant,
    pub revoked_at: Option<Instant>,
    pub opened: i64,
    pub last_opened_at: Option<Instant>,
}

impl Share {
    pub fn open_at(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// Days a link may last.
pub const DAYS: [i64; 3] = [1, 7, 30];
/// Open links to one document.
const LINKS_MAX: usize = 20;

fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn no_document() -> Refusal {
    Refusal::not_found("Không có giấy tờ này trong kho của bạn", "There is no such document in your store")
}

impl Registers {
    /// The document if it is the actor's own.
    pub async fn own_document(&self, actor: &Actor, id: &str) -> Result<Document, casework::DeskError> {
        let party = actor.party.ok_or_else(no_document)?;
        // What is no id of ours never reaches the database.
        let id = uuid::Uuid::parse_str(id).map_err(|_| no_document())?.to_string();
        Ok(views::document(&self.scope, &id).await?.filter(|d| d.party == party).ok_or_else(no_document)?)
    }

    /// The document as a component of another dossier; nothing is uploaded again.
    pub async fn reuse(&self, actor: &Actor, id: &str, component: &str, now: Instant) -> Result<GivenFile, casework::DeskError> {
        let d = self.own_document(actor, id).await?;
        let not_yet = || Refusal::conflict("no-file-yet", "Bản điện tử của giấy tờ này đang được tạo; thử lại sau ít phút", "The electronic copy is being made; try again in a few minutes");
        let file = d.file.ok_or_else(not_yet)?;
        let stored = self.files.find(&self.scope, file).await?.ok_or_else(not_yet)?;
        Ok(GivenFile {
            component: component.to_owned(),
            file,
            name: stored.name,
            sha256: stored.sha256,
            size: u64::try_from(stored.size).unwrap_or(0),
            media_type: stored.media_type,
            origin: Some(Origin { kind: OriginKind::Store, source: d.case_code, at: now, sha256: d.sha256 }),
            signatures: Vec::new(),
        })
    }

    /// Makes a link; the token is answered once and kept as its hash only.
    pub async fn share(&self, actor: &Actor, document: &str, days: i64, now: Instant) -> Result<(Share, String), casework::DeskError> {
        if !DAYS.contains(&days) {
            return Err(Refusal::invalid("days", "Chọn thời hạn 1, 7 hoặc 30 ngày", "Choose 1, 7 or 30 days")
                .because(Some("days"), "Chọn 1, 7 hoặc 30 ngày", "Choose 1, 7 or 30 days")
                .into());
        }
        let d = self.own_document(actor, document).await?;
        let open = views::shares(&self.scope, document).await?.into_iter().filter(|s| s.open_at(now)).count();
        if open >= LINKS_MAX {
            return Err(Refusal::conflict("too-many-links", format!("Đã có {LINKS_MAX} đường dẫn đang mở; thu hồi bớt"), format!("{LINKS_MAX} links are open; end some")).into());
        }
        let mut secret = [0_u8; 24];
        rand::rng().fill_bytes(&mut secret);
        let token = hex::encode(secret);
        let share = Share {
            id: uuid::Uuid::now_v7().to_string(),
            document: d.id,
            party: d.party,
            made_at: now,
            expires_at: now.plus_seconds(days * 86_400),
            revoked_at: None,
            opened: 0,
            last_opened_at: None,
        };
        let mut batch = self.scope.batch();
        tables::shared(&mut batch, &share, &token_hash(&token), &actor.account.to_string());
        self.commit(batch).await?;
        Ok((share, token))
    }

    /// Ends a link now; ending it twice is ending it once.
    pub async fn end_share(&self, actor: &Actor, document: &str, share: &str, now: Instant) -> Result<(), casework::DeskError> {
        let d = self.own_document(actor, document).await?;
        let known = views::shares(&self.scope, &d.id).await?.into_iter().find(|s| s.id == share).ok_or_else(no_document)?;
        if known.revoked_at.is_some() {
            return Ok(());
        }
        let mut batch = self.scope.batch();
        tables::revoked(&mut batch, share, d.party, &actor.account.to_string(), now);
        match self.scope.commit(batch).await {
            Ok(()) | Err(::store::CommitError::Conflict { .. }) => Ok(()),
            Err(::store::CommitError::Store(e)) => Err(e.into()),
        }
    }

    /// What a link shows while it is open; `None` for one that ended or never was: which of the two is not told.
    pub async fn opened(&self, token: &str, now: Instant) -> Result<Option<(Document, Share)>, ::store::StoreError> {
        if token.len() != 48 || !token.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let Some(share) = views::share_by_token(&self.scope, &token_hash(token)).await?.filter(|s| s.open_at(now)) else { return Ok(None) };
        Ok(views::document(&self.scope, &share.document).await?.map(|d| (d, share)))
    }

    /// Records that somebody opened a link.
    pub async fn note_opening(&self, share: &Share, actor: Option<&Actor>, now: Instant) -> Result<(), ::store::StoreError> {
        let who = actor.map_or_else(|| "anonymous".to_owned(), |a| a.account.to_string());
        let mut batch = self.scope.batch();
        tables::opened(&mut batch, share, &who, now);
        self.commit(batch).await
    }
}
