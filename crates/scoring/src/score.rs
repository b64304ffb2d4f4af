//! Answers to a result.

use crate::{
    answer::{Answers, Tier},
    decimal::Decimal,
    definition::Boundary,
    expr::eval,
    framework::Framework,
    mark::{Mark, State, sheet},
    outcome::{
        Completeness, Contradiction, CriterionResult, DimensionResult, GroupResult, LevelResult, Note, Outcome,
        Placement, SectorScore, Trust,
    },
    sector,
    tally::{Sum, Tally, sums},
};
use kernel::{Text, text::Lang};

/// What a score depends on besides the answers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// VSIC code of the main activity (`C1030`, `1030`).
    pub sector: Option<&'a str>,
    /// Scores of member units of a group, associates left out by the caller.
    pub members: &'a [Decimal],
}

/// Scores a set of answers. Total: any stored answers give a result, what cannot be read counts as not answered and is noted.
pub fn score(framework: &Framework, answers: &Answers, context: &Context<'_>) -> Outcome {
    let plan = framework.plan();
    let tally = Tally::of(plan, framework.zero_below.as_ref(), &sheet(plan, answers));
    let view = tally.view(plan, context.members);
    let levels: Vec<LevelResult> = plan
        .levels
        .iter()
        .map(|(level, rule)| {
            let (holds, tests) = eval::trace(rule, &view);
            LevelResult { level: *level, holds, tests }
        })
        .collect();
    let level = levels.iter().rev().find(|l| l.holds).map(|l| l.level);
    let placement = match (level, levels.is_empty()) {
        (_, true) => Placement::NoLevels,
        (Some(_), _) => Placement::Placed,
        (None, _) => Placement::Unplaced,
    };
    Outcome {
        framework: framework.framework.clone(),
        version: framework.version.clone(),
        score: eval::number(&plan.score, &view),
        total: tally.total.points,
        max: tally.total.max,
        share: tally.total.share(),
        placement,
        level,
        level_name: (placement != Placement::NoLevels).then(|| framework.level_name(level)),
        levels,
        dimensions: dimensions(framework, &tally),
        criteria: criteria(framework, &tally),
        completeness: completeness(framework, &tally.marks),
        trust: trust(&tally.marks),
        sector: context.sector.map(|code| relevant(framework, &tally.marks, code)),
        contradictions: contradictions(framework, &view),
        notes: notes(framework, &tally),
    }
}

fn dimensions(framework: &Framework, tally: &Tally<'_>) -> Vec<DimensionResult> {
    let mut groups = framework.plan().groups.iter().zip(tally.groups.iter().zip(&tally.raw)).peekable();
    framework
        .dimensions
        .iter()
        .zip(&tally.dimensions)
        .enumerate()
        .map(|(at, (written, result))| {
            let mut of = Vec::with_capacity(written.groups.len());
            for group in &written.groups {
                if let Some((_, (sum, raw))) = groups.next_if(|(item, _)| item.dimension == at) {
                    of.push(GroupResult {
                        code: group.code.clone(),
                        points: sum.points,
                        max: sum.max,
                        share: sum.share(),
                        uncapped: raw.points,
                    });
                }
            }
            DimensionResult {
                code: written.code.clone(),
                points: result.sum.points,
                max: result.sum.max,
                share: result.sum.share(),
                level: result.level,
                groups: of,
            }
        })
        .collect()
}

fn criteria(framework: &Framework, tally: &Tally<'_>) -> Vec<CriterionResult> {
    let items = framework.plan().criteria.iter().zip(&tally.marks);
    items
        .map(|(item, mark)| CriterionResult {
            code: item.code.clone(),
            points: mark.points,
            max: item.max,
            state: mark.state,
            counted: !mark.max.is_zero(),
            tier: mark.tier,
        })
        .collect()
}

fn completeness(framework: &Framework, marks: &[Mark<'_>]) -> Completeness {
    let mut all = Completeness::default();
    for mark in marks.iter().filter(|m| m.asked()) {
        all.asked += 1;
        all.answered += u32::from(mark.answered());
    }
    for mark in framework.plan().quick.iter().filter_map(|at| marks.get(*at)).filter(|m| m.asked()) {
        all.quick_asked += 1;
        all.quick_answered += u32::from(mark.answered());
    }
    all
}

fn trust(marks: &[Mark<'_>]) -> Trust {
    let mut trust = Trust::default();
    for mark in marks.iter().filter(|m| m.answered()) {
        match mark.tier {
            Tier::SelfDeclared => trust.self_declared += 1,
            Tier::Consultant => trust.consultant += 1,
            Tier::Evidence => trust.evidence += 1,
        }
    }
    trust.tier = match trust {
        Trust { self_declared: 0, consultant: 0, evidence: 1.., .. } => Tier::Evidence,
        Trust { self_declared: 0, consultant: 1.., .. } => Tier::Consultant,
        _ => Tier::SelfDeclared,
    };
    trust
}

fn relevant(framework: &Framework, marks: &[Mark<'_>], code: &str) -> SectorScore {
    let plan = framework.plan();
    let (mut counted, mut not_applicable, mut outside) = (0, 0, 0);
    let mut of = Vec::with_capacity(marks.len());
    for (at, (item, mark)) in plan.criteria.iter().zip(marks).enumerate() {
        let concerns = plan.written(framework, at).is_some_and(|c| sector::concerns(c, code));
        let nothing = (Decimal::ZERO, Decimal::ZERO);
        of.push(match mark.state {
            State::NotAsked => nothing,
            _ if !concerns => {
                outside += 1;
                nothing
            }
            State::NotApplicable => {
                not_applicable += 1;
                nothing
            }
            _ => {
                counted += 1;
                (mark.points, item.max)
            }
        });
    }
    let (_, groups) = sums(plan, of.into_iter());
    let sum = groups
        .iter()
        .fold(Sum::default(), |all, g| Sum { points: all.points + g.points, max: all.max + g.max });
    SectorScore {
        sector: code.to_owned(),
        points: sum.points,
        max: sum.max,
        share: sum.share(),
        counted,
        not_applicable,
        outside,
    }
}

fn contradictions(framework: &Framework, view: &eval::View<'_>) -> Vec<Contradiction> {
    let rules = framework.plan().contradictions.iter().zip(&framework.contradictions);
    rules
        .filter_map(|(rule, written)| {
            let (holds, tests) = eval::trace(rule, view);
            holds.then(|| Contradiction { code: written.code.clone(), text: written.text.clone(), tests })
        })
        .collect()
}

fn notes(framework: &Framework, tally: &Tally<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(zero) = &framework.zero_below {
        for (written, _) in framework.dimensions.iter().zip(&tally.dimensions).filter(|(_, d)| d.on_boundary) {
            notes.push(Note { about: written.code.clone(), text: boundary(zero.share, zero.at) });
        }
    }
    for (item, mark) in framework.plan().criteria.iter().zip(&tally.marks) {
        if let Some(text) = remark(mark.state) {
            notes.push(Note { about: item.code.clone(), text });
        }
    }
    notes
}

fn boundary(share: Decimal, at: Boundary) -> Text {
    let level = if at == Boundary::Up { 1 } else { 0 };
    Text::new(
        format!(
            "Đúng {} %: văn bản gốc chỉ nói “dưới” và “trên” mốc này; ở đây tính là mức {level} (cấu hình zero_below).",
            share.show(Lang::Vi, 4)
        ),
        format!(
            "Exactly {} %: the source text speaks of “below” and “above” only; here it counts as level {level} (setting zero_below).",
            share.show(Lang::En, 4)
        ),
    )
}

/// What a state means to the person who typed the answer; `None` where there is nothing to say.
pub(crate) fn remark(state: State) -> Option<Text> {
    let (vi, en) = match state {
        State::Undefined => (
            "Mẫu số bằng 0 nên chưa tính được tỷ lệ: câu này tính là chưa trả lời.",
            "The whole is 0, so there is no share: the question counts as not answered.",
        ),
        State::Incomplete => (
            "Câu này mới khai một phần nên tính là chưa trả lời; hãy điền phần còn lại.",
            "Part of this answer is missing, so it counts as not answered; fill in the rest.",
        ),
        State::Awaiting => (
            "Đã nộp minh chứng, chưa được chấp nhận nên chưa có điểm.",
            "Evidence is handed in and not yet accepted, so it gives no points.",
        ),
        State::Invalid => (
            "Câu trả lời đã lưu không hợp với phiên bản bộ tiêu chí này nên tính là chưa trả lời; hãy trả lời lại.",
            "The stored answer does not fit this version of the framework and counts as not answered; answer again.",
        ),
        State::Answered | State::Unanswered | State::NotApplicable | State::NotAsked => return None,
    };
    Some(Text::new(vi, en))
}
