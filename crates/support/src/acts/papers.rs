//! Files of a dossier: taken into its tray, taken back, sent for payment, sent back by the accountant.

use super::{ActError, Committed, TRIES, crowded, no_dossier};
use crate::{
    Support,
    dossier::{By, Doer, Dossier, DossierId},
    papers::{PaperFile, Part, Tray, TrayEvent, open_for, part_of},
    store as tables, views,
};
use ::store::{CommitError, files::Upload};
use kernel::{Refusal, id::{EnterpriseId, FileId}};

/// Largest single file; a scan of fifty pages at 200 dpi is smaller.
pub const FILE_MAX: usize = 20 << 20;

impl Support {
    /// What lies ready for a dossier of this enterprise; of another one, it does not exist.
    pub async fn tray(&self, id: DossierId, enterprise: EnterpriseId) -> Result<Tray, ActError> {
        let tray = views::tray(&self.scope, id).await?.unwrap_or_else(|| Tray::empty(id, enterprise));
        if tray.enterprise == enterprise { Ok(tray) } else { Err(no_dossier().into()) }
    }

    /// The dossier, if it was sent; one of another enterprise does not exist.
    async fn sent(&self, id: DossierId, enterprise: EnterpriseId) -> Result<Option<Dossier>, ActError> {
        match views::dossier(&self.scope, id).await? {
            Some(d) if d.enterprise != enterprise => Err(no_dossier().into()),
            found => Ok(found),
        }
    }

    fn takes(&self, dossier: Option<&Dossier>, paper: &str) -> Result<(), Refusal> {
        let p = &self.rules.procedure;
        if paper != crate::papers::OTHER && !p.papers.iter().chain(&p.payment_papers).any(|x| x.code == paper) {
            return Err(Refusal::invalid("unknown-paper", "Không có loại giấy tờ này. Tải lại trang rồi chọn lại.", "There is no such paper. Reload the page and choose again."));
        }
        open_for(dossier, part_of(&self.rules, paper))
    }

    /// Takes one file for a paper: judged by its content, its bytes stored under their hash before anything refers to them.
    /// The same file once more changes nothing.
    pub async fn add_paper(&self, id: DossierId, enterprise: EnterpriseId, paper: &str, replaces: Option<FileId>, upload: Upload, by: By<'_>) -> Result<Tray, ActError> {
        self.takes(self.sent(id, enterprise).await?.as_ref(), paper)?;
        let checked = self.files.admit(upload, FILE_MAX).await?;
        let mut batch = self.scope.batch();
        let stored = self.files.put(&mut batch, checked, by.at).await?;
        self.scope.commit(batch).await.map_err(|e| ::store::StoreError::Files(e.to_string()))?;
        let file = PaperFile {
            file: stored.id,
            paper: paper.to_owned(),
            name: stored.name,
            sha256: stored.sha256,
            size: u64::try_from(stored.size).unwrap_or(0),
            media_type: stored.media_type,
            version: 1,
            replaces: None,
            at: by.at,
            by: Doer { account: by.actor.account, name: by.actor.name.clone() },
        };
        self.change_tray(id, enterprise, by, |d, tray| {
            self.takes(d, paper)?;
            tray.add(file.clone(), replaces)
        })
        .await
    }

    pub async fn remove_paper(&self, id: DossierId, enterprise: EnterpriseId, file: FileId, by: By<'_>) -> Result<Tray, ActError> {
        self.change_tray(id, enterprise, by, |d, tray| {
            if let Some(f) = tray.files.iter().find(|f| f.file == file) {
                self.takes(d, &f.paper)?;
            }
            tray.remove(file, Doer { account: by.actor.account, name: by.actor.name.clone() }).map(Some)
        })
        .await
    }

    /// Decides on the newest state of dossier and tray. Sending writes to the tray as well, so that a file added at the same
    /// moment is either sent or refused.
    async fn change_tray(
        &self,
        id: DossierId,
        enterprise: EnterpriseId,
        by: By<'_>,
        decide: impl Fn(Option<&Dossier>, &Tray) -> Result<Option<TrayEvent>, Refusal>,
    ) -> Result<Tray, ActError> {
        for _ in 0..TRIES {
            // The tray first: what is sent after this read changes its version.
            let tray = self.tray(id, enterprise).await?;
            let dossier = self.sent(id, enterprise).await?;
            let Some(event) = decide(dossier.as_ref(), &tray)? else { return Ok(tray) };
            let after = tray.clone().after(&event);
            let mut batch = self.scope.batch();
            tables::tray(&mut batch, &tray, &after, &event, by)?;
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(after),
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
            }
        }
        Err(crowded().into())
    }

    /// Sends what lies in the tray for payment: contract, acceptance, invoices, notice.
    pub async fn send_payment(&self, id: DossierId, by: By<'_>) -> Result<Dossier, ActError> {
        self.change_with_tray(id, by, |d, tray| {
            open_for(Some(d), Part::Payment)?;
            d.send_payment(tray.part(Part::Payment, &self.rules), &self.rules)
        })
        .await
    }

    /// The accountant sends the file for payment back with what is missing.
    pub async fn return_payment(&self, id: DossierId, note: &str, by: By<'_>) -> Result<Dossier, ActError> {
        self.change(id, by, |d| d.return_payment(note)).await
    }

    /// As [`Support::change`], with what lies in the tray, which the same batch marks as sent.
    pub(super) async fn change_with_tray(
        &self,
        id: DossierId,
        by: By<'_>,
        decide: impl Fn(&Dossier, &Tray) -> Result<crate::dossier::Event, Refusal>,
    ) -> Result<Dossier, ActError> {
        for _ in 0..TRIES {
            let before = self.dossier(id).await?;
            let tray = self.tray(id, before.enterprise).await?;
            let recorded = crate::dossier::Recorded::new(decide(&before, &tray)?, by);
            let Some(after) = Dossier::after(Some(before.clone()), &recorded) else { break };
            match self.commit(Some(&before), &after, &recorded, Some(&tray), by).await? {
                Committed::Done => return Ok(after),
                Committed::Conflict(label) => {
                    if let Some(refusal) = super::meaning(&label) {
                        return Err(refusal.into());
                    }
                }
            }
        }
        Err(crowded().into())
    }
}
