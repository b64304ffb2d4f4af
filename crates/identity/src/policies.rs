//! Permission: Cedar policies from `catalog/policies`, checked against their schema when they are loaded, and asked
//! with a slice of two entities. Policies are sorted by action once, so that a decision looks at the few that matter.

use crate::{
    actions,
    offices::Offices,
    subject::{CaseFacts, Subject},
};
use cedar_policy::{
    ActionConstraint, Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy,
    PolicyId, PolicySet, Request, RestrictedExpression, Schema, ValidationMode, Validator,
};
use kernel::{
    Actor,
    catalog::{Files, Finding},
    id::ProvinceCode,
};
use miette::Diagnostic;
use std::{
    collections::{HashMap, HashSet},
    str::FromStr,
};

/// Where the schema is in the catalogue.
pub const SCHEMA: &str = "policies/schema.cedarschema";

/// The policies in force, ready to be asked.
pub struct Policies {
    schema: Schema,
    authorizer: Authorizer,
    /// What an action's name stands for, and the policies that can bear on it.
    by_action: HashMap<&'static str, (EntityUid, PolicySet)>,
    account: EntityTypeName,
    portal: EntityTypeName,
    case: EntityTypeName,
    anonymous: EntityUid,
    /// Identifier and place of each policy, for the administrator's page.
    index: Vec<PolicyEntry>,
}

/// One policy as the administrator reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyEntry {
    pub id: String,
    pub file: String,
    pub line: Option<usize>,
    pub permits: bool,
    pub actions: Vec<String>,
    /// What it means, as `@reason_vi` and `@reason_en` say.
    pub reason: Option<kernel::Text>,
    /// The rule as written.
    pub text: String,
}

/// A decision with its grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    pub permitted: bool,
    /// The rules that settled it; none when nothing permitted it.
    pub decided_by: Vec<PolicyEntry>,
    /// Every rule that can bear on the action.
    pub bearing: Vec<PolicyEntry>,
    /// Why it could not even be asked.
    pub impossible: Option<String>,
}

impl Policies {
    /// Reads and validates; everything wrong is reported with file and line.
    pub fn load(files: &Files) -> Result<Self, Vec<Finding>> {
        let schema_text = files.get(SCHEMA).ok_or_else(|| {
            vec![Finding::new(SCHEMA, None, "Thiếu lược đồ chính sách.", "The schema of the policies is missing.")]
        })?;
        let schema = Schema::from_cedarschema_str(schema_text)
            .map(|(schema, _)| schema)
            .map_err(|e| vec![finding(SCHEMA, schema_text, &e)])?;
        let mut findings = Vec::new();
        let (mut set, mut index) = (PolicySet::new(), Vec::new());
        for (path, text) in files.under("policies", "cedar") {
            take_file(path, text, &mut set, &mut index, &mut findings);
        }
        validate(files, &schema, &set, &index, &mut findings);
        if !findings.is_empty() {
            return Err(findings);
        }
        Self::sorted(schema, &set, index).map_err(|e| vec![Finding::new(SCHEMA, None, e.clone(), e)])
    }

    fn sorted(schema: Schema, set: &PolicySet, index: Vec<PolicyEntry>) -> Result<Self, String> {
        let mut by_action = HashMap::new();
        for action in actions::ALL {
            let uid = EntityUid::from_str(&format!("Action::\"{}\"", action.name)).map_err(|e| e.to_string())?;
            let bearing = set.policies().filter(|p| bears_on(p, &uid)).cloned();
            let policies = PolicySet::from_policies(bearing).map_err(|e| e.to_string())?;
            by_action.insert(action.name, (uid, policies));
        }
        let kind = |name: &str| EntityTypeName::from_str(name).map_err(|e| e.to_string());
        Ok(Self {
            schema,
            authorizer: Authorizer::new(),
            by_action,
            account: kind("Account")?,
            portal: kind("Portal")?,
            case: kind("Case")?,
            anonymous: EntityUid::from_type_name_and_id(kind("Anonymous")?, EntityId::new("anonymous")),
            index,
        })
    }

    /// All findings of the policy files; empty when they are in order.
    pub fn check(files: &Files) -> Vec<Finding> {
        Self::load(files).err().unwrap_or_default()
    }

    /// The policies by file and line.
    pub fn index(&self) -> &[PolicyEntry] {
        &self.index
    }

    /// The policies that can bear on an action.
    pub fn bearing_on(&self, action: &str) -> usize {
        self.by_action.get(action).map_or(0, |(_, set)| set.num_of_policies())
    }

    /// Decides. Whatever cannot be asked (an unknown action, an action not meant for such a subject, a value that
    /// does not fit the schema) is refused.
    pub fn permits(
        &self,
        province: &ProvinceCode,
        offices: &Offices,
        actor: Option<&Actor>,
        action: &str,
        subject: &Subject,
    ) -> bool {
        match self.decide(province, offices, actor, action, subject) {
            Ok(answer) => answer.decision() == Decision::Allow,
            Err(reason) => {
                tracing::debug!(action, %reason, "refused without evaluation");
                false
            }
        }
    }

    fn decide(
        &self,
        province: &ProvinceCode,
        offices: &Offices,
        actor: Option<&Actor>,
        action: &str,
        subject: &Subject,
    ) -> Result<cedar_policy::Response, Box<dyn std::error::Error>> {
        let (action, policies) = self.by_action.get(action).ok_or("unknown action")?;
        let principal = match actor {
            None => Entity::with_uid(self.anonymous.clone()),
            Some(actor) => account(&self.account, offices, actor)?,
        };
        let resource = match subject {
            Subject::Portal => entity(
                EntityUid::from_type_name_and_id(self.portal.clone(), EntityId::new("portal")),
                [("province", text(province.as_str()))],
            )?,
            Subject::Case(facts) => case(&self.case, &self.account, facts)?,
        };
        let request = Request::new(principal.uid(), action.clone(), resource.uid(), Context::empty(), Some(&self.schema))?;
        // The attributes come from typed facts below, in the shape the schema gives: no second validation per request.
        let entities = Entities::from_entities([principal, resource], None)?;
        let answer = self.authorizer.is_authorized(&request, policies, &entities);
        for error in answer.diagnostics().errors() {
            tracing::error!(%error, "a policy could not be evaluated");
        }
        Ok(answer)
    }

    /// The decision of [`Self::permits`] with its grounds.
    pub fn explain(&self, province: &ProvinceCode, offices: &Offices, actor: &Actor, action: &str, subject: &Subject) -> Explained {
        let of = |ids: HashSet<String>| self.index.iter().filter(|p| ids.contains(&p.id)).cloned().collect::<Vec<_>>();
        let bearing = self.by_action.get(action).map(|(_, set)| of(set.policies().map(|p| p.id().to_string()).collect())).unwrap_or_default();
        match self.decide(province, offices, Some(actor), action, subject) {
            Ok(answer) => Explained {
                permitted: answer.decision() == Decision::Allow,
                decided_by: of(answer.diagnostics().reason().map(ToString::to_string).collect()),
                bearing,
                impossible: None,
            },
            Err(reason) => Explained { permitted: false, decided_by: Vec::new(), bearing, impossible: Some(reason.to_string()) },
        }
    }
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Policies({})", self.index.len())
    }
}

fn bears_on(policy: &Policy, action: &EntityUid) -> bool {
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(uid) => uid == *action,
        ActionConstraint::In(uids) => uids.contains(action),
    }
}

fn text(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> RestrictedExpression {
    RestrictedExpression::new_set(values.map(text))
}

/// Boxed: Cedar's error is several hundred bytes and never happens with typed facts.
type Made = Result<Entity, Box<cedar_policy::EntityAttrEvaluationError>>;

fn entity<'a>(
    uid: EntityUid,
    attributes: impl IntoIterator<Item = (&'a str, RestrictedExpression)>,
) -> Made {
    Entity::new(uid, attributes.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(), HashSet::new()).map_err(Box::new)
}

fn account(
    kind: &EntityTypeName,
    offices: &Offices,
    actor: &Actor,
) -> Made {
    let mut attributes = vec![
        ("roles", texts(actor.roles.iter().map(kernel::id::RoleCode::as_str))),
        ("province", text(actor.province.as_str())),
    ];
    if let Some(office) = &actor.office {
        attributes.push(("office", text(office.as_str())));
        if let Some(known) = offices.get(office.as_str()) {
            attributes.push(("level", text(known.level.as_str())));
        }
    }
    if let Some(party) = actor.party {
        attributes.push(("party", text(&party.to_string())));
    }
    entity(EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(actor.account.to_string())), attributes)
}

fn case(kind: &EntityTypeName, account: &EntityTypeName, facts: &CaseFacts) -> Made {
    let mut attributes = vec![
        ("province", text(facts.province.as_str())),
        ("definition", text(&facts.definition)),
        ("audience", text(&facts.audience)),
        ("office_received", text(facts.office_received.as_str())),
        ("requested_offices", texts(facts.requested_offices.iter().map(kernel::id::OfficeCode::as_str))),
    ];
    for (name, office) in [("office_decides", &facts.office_decides), ("office_helped", &facts.office_helped)] {
        attributes.extend(office.as_ref().map(|o| (name, text(o.as_str()))));
    }
    for (name, party) in [("applicant", facts.applicant), ("owner", facts.owner), ("proxy", facts.proxy)] {
        attributes.extend(party.map(|p| (name, text(&p.to_string()))));
    }
    attributes.extend(facts.assignee.map(|a| ("assignee", text(&a.to_string()))));
    let uid = |a: &kernel::id::AccountId| EntityUid::from_type_name_and_id(account.clone(), EntityId::new(a.to_string()));
    for (name, accounts) in [("members", &facts.members), ("emergency", &facts.emergency)] {
        if !accounts.is_empty() {
            let accounts = accounts.iter().map(|a| RestrictedExpression::new_entity_uid(uid(a)));
            attributes.push((name, RestrictedExpression::new_set(accounts)));
        }
    }
    entity(EntityUid::from_type_name_and_id(kind.clone(), EntityId::new("case")), attributes)
}

/// Parses one file; policies are named by their `@id`, which must be there and unique.
fn take_file(path: &str, text: &str, set: &mut PolicySet, index: &mut Vec<PolicyEntry>, findings: &mut Vec<Finding>) {
    let parsed = match PolicySet::from_str(text) {
        Ok(parsed) => parsed,
        Err(errors) => {
            findings.extend(errors.iter().map(|e| finding(path, text, e)));
            return;
        }
    };
    if parsed.templates().next().is_some() {
        findings.push(Finding::new(path, None, "Không dùng mẫu chính sách (?principal) ở đây.", "Policy templates are not used here."));
    }
    for policy in parsed.policies() {
        let Some(id) = policy.annotation("id").filter(|id| !id.is_empty()) else {
            findings.push(Finding::new(path, None, "Có chính sách thiếu @id(\"…\").", "A policy has no @id(\"…\")."));
            continue;
        };
        let line = text.lines().position(|l| l.contains(&format!("@id(\"{id}\")"))).map(|n| n + 1);
        if set.add(policy.new_id(PolicyId::new(id))).is_err() {
            findings.push(Finding::new(path, line, format!("Tên chính sách “{id}” đã dùng."), format!("The policy name “{id}” is taken.")));
            continue;
        }
        index.push(PolicyEntry {
            id: id.to_owned(),
            file: path.to_owned(),
            line,
            permits: policy.effect() == cedar_policy::Effect::Permit,
            reason: policy.annotation("reason_vi").zip(policy.annotation("reason_en")).map(|(vi, en)| kernel::Text::new(vi, en)),
            text: policy.to_string(),
            actions: match policy.action_constraint() {
                ActionConstraint::Any => Vec::new(),
                ActionConstraint::Eq(uid) => vec![uid.id().unescaped().to_owned()],
                ActionConstraint::In(uids) => uids.iter().map(|u| u.id().unescaped().to_owned()).collect(),
            },
        });
    }
}

fn validate(files: &Files, schema: &Schema, set: &PolicySet, index: &[PolicyEntry], findings: &mut Vec<Finding>) {
    let result = Validator::new(schema.clone()).validate(set, ValidationMode::Strict);
    for error in result.validation_errors() {
        let id = error.policy_id().to_string();
        let entry = index.iter().find(|e| e.id == id);
        let path = entry.map_or(SCHEMA, |e| e.file.as_str());
        let mut found = finding(path, files.get(path).unwrap_or_default(), error);
        found.line = found.line.or(entry.and_then(|e| e.line));
        findings.push(found);
    }
    let declared: HashSet<String> = schema.actions().map(|a| a.id().unescaped().to_owned()).collect();
    for action in actions::ALL {
        if !declared.contains(action.name) {
            findings.push(Finding::new(
                SCHEMA,
                None,
                format!("Lược đồ thiếu hành động “{}” ({}).", action.name, action.text().vi),
                format!("The schema lacks the action “{}” ({}).", action.name, action.text().en),
            ));
        }
    }
}

/// What Cedar says, at the line it points to.
fn finding(path: &str, text: &str, error: &(impl Diagnostic + ?Sized)) -> Finding {
    let offset = error.labels().and_then(|mut labels| labels.next()).map(|label| label.offset());
    let line = offset.and_then(|at| text.get(..at)).map(|before| before.matches('\n').count() + 1);
    let said = match error.help() {
        Some(help) => format!("{error} ({help})"),
        None => error.to_string(),
    };
    Finding::new(path, line, format!("Chính sách không hợp lệ: {said}"), format!("Invalid policy: {said}"))
}

#[cfg(test)]
#[path = "policies_tests.rs"]
mod tests;
