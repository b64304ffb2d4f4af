//! The rows that events about people and claims change.

use crate::model::{Enterprise, EnterpriseEvent};
use store::{Batch, values};

pub fn write(batch: &mut Batch, after: &Enterprise, event: &EnterpriseEvent) {
    let (id, at) = (after.id, after.changed_at);
    match event {
        EnterpriseEvent::Registered { member: Some(member), .. } => batch.exec(
            "INSERT INTO enterprise_member (province, account, enterprise, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            values![*member, id, at],
        ),
        EnterpriseEvent::Joined { member, personal_number, .. } => batch.exec(
            "INSERT INTO enterprise_member (province, account, enterprise, since, number) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (province, account, enterprise) DO UPDATE SET number = excluded.number",
            values![*member, id, at, personal_number.clone()],
        ),
        EnterpriseEvent::MemberRemoved { member, .. } => {
            batch.exec("DELETE FROM enterprise_member WHERE province = $1 AND account = $2 AND enterprise = $3", values![*member, id]);
        }
        EnterpriseEvent::ClaimAsked { claim } => batch.exec(
            "INSERT INTO enterprise_claim (province, enterprise, claim, account, name, code, role, state, reason, at, answered_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'asked', '', $8, NULL)",
            values![id, claim.id.as_str(), claim.account, claim.name.as_str(), claim.asked_code.as_str(), claim.role.code(), claim.at],
        ),
        EnterpriseEvent::ClaimAnswered { claim, accepted, reason, .. } => {
            closed(batch, after, claim, if *accepted { "accepted" } else { "refused" }, reason);
        }
        EnterpriseEvent::ClaimWithdrawn { claim } => closed(batch, after, claim, "withdrawn", ""),
        EnterpriseEvent::NotDuplicate { other, .. } => {
            for (one, two) in [(id, *other), (*other, id)] {
                batch.exec(
                    "INSERT INTO enterprise_distinct (province, enterprise, other, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                    values![one, two, at],
                );
            }
        }
        _ => {}
    }
}

fn closed(batch: &mut Batch, after: &Enterprise, claim: &str, state: &str, reason: &str) {
    batch.exec(
        "UPDATE enterprise_claim SET state = $4, reason = $5, answered_at = $6 WHERE province = $1 AND enterprise = $2 AND claim = $3",
        values![after.id, claim, state, reason, after.changed_at],
    );
}
