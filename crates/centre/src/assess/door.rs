//! How somebody came to an assessment: by its own address, which opens all of it, or by the link of one who was asked to
//! answer some sections, which opens these and nothing else.

use super::by_key;
use crate::{
    Centre, acts,
    model::{Assessment, Invite},
    secret, store as tables,
};
use scoring::{Framework, definition::Dimension};
use web::{html::url_part, problem::PageError, visitor::Visitor};

pub struct Door {
    /// `/assess/a/KEY` or `/assess/i/KEY`.
    pub base: String,
    pub a: Assessment,
    pub invite: Option<Invite>,
}

impl Door {
    pub async fn own(c: &Centre, key: &str) -> Result<Self, PageError> {
        Ok(Self { base: format!("/assess/a/{}", url_part(key)), a: by_key(c, key).await?, invite: None })
    }

    /// By a respondent's link; one that ran out, was ended or never was is told apart by nobody.
    pub async fn asked(c: &Centre, key: &str) -> Result<Self, PageError> {
        let (hash, now) = (secret::hash(key), c.now());
        let id = tables::assessment_by_invite(&c.scope, &hash, now).await.map_err(PageError::internal)?;
        let id = id.ok_or_else(|| PageError::from(acts::no_assessment()))?;
        let a: Assessment = tables::load(&c.scope, &id.to_string()).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
        let invite = a.invites.iter().find(|i| i.hash == hash && i.open(now)).cloned().ok_or_else(|| PageError::from(acts::no_assessment()))?;
        Ok(Self { base: format!("/assess/i/{}", url_part(key)), a, invite: Some(invite) })
    }

    /// The sections that stand open.
    pub fn sections<'f>(&self, f: &'f Framework) -> Vec<&'f Dimension> {
        f.dimensions.iter().filter(|d| self.invite.as_ref().is_none_or(|i| i.sections.contains(&d.code))).collect()
    }

    /// Whether a question may be seen and answered here.
    pub fn may(&self, f: &Framework, criterion: &str) -> bool {
        match (&self.invite, f.criterion(criterion)) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(i), Some(p)) => i.sections.contains(&p.dimension.code),
        }
    }

    /// As the one who answers is called: the name in the invitation, what the holder of the main link typed, or the account.
    pub fn respondent(&self, v: &Visitor, typed: &str) -> String {
        match (&self.invite, &v.actor) {
            (Some(i), _) => i.name.clone(),
            (None, _) if !typed.is_empty() => typed.chars().take(120).collect(),
            (None, Some(actor)) => actor.name.clone(),
            (None, None) => String::new(),
        }
    }
}
