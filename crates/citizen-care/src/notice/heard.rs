//! What the room of public services says of a case, taken over for the channels outside.

use super::outbox::{Recipient, Told};
use crate::Care;
use casework::CaseState;
use kernel::{Text, id::CaseId};
use serde::Deserialize;
use store::{
    Batch, Scope,
    effects::{Effect, Failed, Handler},
};

/// The effect by which it is heard.
pub const EFFECT: &str = "notice.outside";

#[derive(Deserialize)]
struct Heard {
    case: CaseId,
    version: u64,
    code: String,
    vi: String,
    en: String,
}

/// Writes the messages; carrying them is another matter.
pub struct Hear(pub Care);

#[async_trait::async_trait]
impl Handler for Hear {
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        let heard: Heard = effect.read()?;
        let gone = || Failed::ForGood(format!("{} is not there", heard.case));
        let found = self.0.desk.load(heard.case).await?.ok_or_else(gone)?;
        let said = Text::new(heard.vi.clone(), heard.en.clone());
        let link = format!("{}/my/{}", self.0.public_url, heard.code);
        let told = Told { case: heard.case, code: &heard.code, version: heard.version, said: &said, link: &link, office: found.state.offices.received.as_str() };
        let mut batch = scope.batch();
        self.0.tell(&mut batch, &told, &recipients(&found.state), self.0.now()).await?;
        Ok((!batch.is_empty()).then_some(batch))
    }
}

/// Applicant, owner and proxy, each once.
fn recipients(s: &CaseState) -> Vec<Recipient> {
    let mut out: Vec<Recipient> = Vec::new();
    let people = [Some(&s.people.applicant), Some(&s.people.owner), s.people.proxy.as_ref()];
    for p in people.into_iter().flatten() {
        // Somebody without an account is known by the number the case has.
        let party = p.party.map(|x| x.to_string()).or_else(|| p.phone.clone()).unwrap_or_default();
        if party.is_empty() || out.iter().any(|r| r.party == party || (r.phone.is_some() && r.phone == p.phone)) {
            continue;
        }
        out.push(Recipient { party, phone: p.phone.clone(), email: p.email.clone() });
    }
    out
}
