//! What is drawn: read off the acts, so that nothing is drawn that cannot happen.

use crate::{
    Definition,
    definition::{ActDecl, StateDecl, Step, Tone, Verb, WaitingOn, Who},
};
use identity::roles;
use kernel::text::Lang;

#[derive(Debug, Default)]
pub struct Graph {
    pub title: String,
    pub start: String,
    pub rows: Vec<Row>,
    /// The good end, and the acts that lead there.
    pub end: String,
    pub end_labels: Vec<String>,
    pub branches: Vec<Branch>,
}

#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub sub: Vec<String>,
    /// Acts that lead to the next step.
    pub forward: Vec<String>,
    /// Earlier steps an act of this one leads back to.
    pub back: Vec<(usize, String)>,
    /// Where the case waits for the applicant.
    pub left: Vec<Side>,
    /// Consultation and early ends.
    pub right: Vec<Side>,
}

#[derive(Debug)]
pub struct Side {
    pub name: String,
    pub sub: String,
    pub out: Vec<String>,
    pub back: Vec<String>,
    pub end: bool,
}

/// What may happen at any step: the applicant withdraws.
#[derive(Debug)]
pub struct Branch {
    pub from: String,
    pub act: String,
    pub state: String,
    pub then: Vec<(String, String)>,
}

/// The definition seen along its main track.
struct Reader<'a> {
    d: &'a Definition,
    track: &'a str,
    lang: Lang,
}

impl Graph {
    pub fn of(d: &Definition, lang: Lang) -> Self {
        let track = d.tracks.keys().next().map_or("", String::as_str);
        let r = Reader { d, track, lang };
        let mut graph = Self {
            title: d.name.get(lang).to_owned(),
            start: d.acts.get("file").map_or_else(String::new, |a| a.name.get(lang).to_owned()),
            rows: d.steps.iter().map(|s| r.row(s)).collect(),
            ..Self::default()
        };
        for (at, step) in d.steps.iter().enumerate() {
            for act in d.acts.values().filter(|a| a.at.contains(&step.code)) {
                r.place(&mut graph, at, act);
            }
        }
        for act in d.acts.values().filter(|a| a.at.is_empty()) {
            match r.target(act) {
                Some((_, state)) if state.terminal && state.tone == Tone::Good => {
                    state.name.get(lang).clone_into(&mut graph.end);
                    add(&mut graph.end_labels, act.name.get(lang));
                }
                Some((code, state)) if r.stands_apart(code, state, act) => graph.branches.push(r.branch(act, code, state)),
                _ => {}
            }
        }
        graph
    }
}

fn add(labels: &mut Vec<String>, label: &str) {
    if !labels.iter().any(|l| l == label) {
        labels.push(label.to_owned());
    }
}

impl<'a> Reader<'a> {
    fn row(&self, step: &Step) -> Row {
        let role = roles::name(step.role.as_str());
        Row {
            name: step.name.get(self.lang).to_owned(),
            sub: vec![role.get(self.lang).to_owned(), step.budget.text().get(self.lang).to_owned()],
            forward: Vec::new(),
            back: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
        }
    }

    /// The state of the main track an act leads to.
    fn target(&self, act: &'a ActDecl) -> Option<(&'a str, &'a StateDecl)> {
        let code = act.to.get(self.track)?;
        Some((code, self.d.state(self.track, code)?))
    }

    /// The acts open in a state of the main track.
    fn acts_in<'s>(&'s self, state: &'s str) -> impl Iterator<Item = &'a ActDecl> + 's {
        let d = self.d;
        d.acts.values().filter(move |a| a.when.get(self.track).is_some_and(|states| states.iter().any(|s| s == state)))
    }

    fn place(&self, graph: &mut Graph, at: usize, act: &'a ActDecl) {
        let name = act.name.get(self.lang);
        if let Some(clock) = act.verbs.iter().find_map(|v| if let Verb::Consult(c) = v { Some(c) } else { None }) {
            graph.rows[at].right.push(self.consultation(act, clock));
            return;
        }
        let goes = act.verbs.iter().find_map(|v| if let Verb::Step(to) = v { Some(to.as_str()) } else { None });
        match self.target(act) {
            Some((_, state)) if state.terminal && state.tone == Tone::Good => {
                state.name.get(self.lang).clone_into(&mut graph.end);
                add(&mut graph.end_labels, name);
            }
            Some((_, state)) if state.terminal => graph.rows[at].right.push(Side {
                name: state.name.get(self.lang).to_owned(),
                sub: String::new(),
                out: vec![name.to_owned()],
                back: Vec::new(),
                end: true,
            }),
            Some((code, state)) if state.waiting_on == WaitingOn::Applicant => {
                graph.rows[at].left.push(self.waiting(act, code, state));
            }
            _ => self.step_edge(graph, at, name, goes),
        }
    }

    fn step_edge(&self, graph: &mut Graph, at: usize, name: &str, goes: Option<&str>) {
        let steps = &self.d.steps;
        let to = match goes {
            None | Some("none") => return,
            Some("next") => at + 1,
            Some(code) => steps.iter().position(|s| s.code == code).unwrap_or(at + 1),
        };
        if to <= at {
            graph.rows[at].back.push((to, name.to_owned()));
        } else if to < steps.len() {
            add(&mut graph.rows[at].forward, name);
        } else {
            add(&mut graph.end_labels, name);
        }
    }

    /// Offices asked, and the ways their answer comes back.
    fn consultation(&self, act: &ActDecl, clock: &str) -> Side {
        let answers = |a: &&ActDecl| a.verbs.iter().any(|v| matches!(v, Verb::GiveOpinion | Verb::TacitConsent));
        let named = self.d.clocks.get(clock).map_or(clock, |c| c.name.get(self.lang));
        Side {
            name: named.to_owned(),
            sub: self.span(clock),
            out: vec![act.name.get(self.lang).to_owned()],
            back: self.d.acts.values().filter(answers).map(|a| a.name.get(self.lang).to_owned()).collect(),
            end: false,
        }
    }

    fn waiting(&self, act: &ActDecl, code: &str, state: &StateDecl) -> Side {
        let clock = act.verbs.iter().find_map(|v| if let Verb::Start(c) = v { Some(c.as_str()) } else { None });
        let came_from = act.when.get(self.track);
        let returns = |a: &&ActDecl| {
            a.to.get(self.track).is_some_and(|to| to == "@back" || came_from.is_some_and(|from| from.contains(to)))
        };
        Side {
            name: state.name.get(self.lang).to_owned(),
            sub: clock.map(|c| self.span(c)).unwrap_or_default(),
            out: vec![act.name.get(self.lang).to_owned()],
            back: self.acts_in(code).filter(returns).map(|a| a.name.get(self.lang).to_owned()).collect(),
            end: false,
        }
    }

    fn span(&self, clock: &str) -> String {
        self.d.clock_span(clock).map(|s| s.text().get(self.lang).to_owned()).unwrap_or_default()
    }

    /// A state beside the steps that the applicant brings about: no step is worked at in it.
    fn stands_apart(&self, code: &str, state: &StateDecl, act: &ActDecl) -> bool {
        let worked_at = || self.acts_in(code).any(|a| !a.at.is_empty());
        act.who.contains(&Who::Applicant) && !state.terminal && !worked_at()
    }

    fn branch(&self, act: &'a ActDecl, code: &str, state: &StateDecl) -> Branch {
        let states = act.when.get(self.track).map(Vec::as_slice).unwrap_or_default();
        let from: Vec<&str> = states.iter().filter_map(|s| Some(self.d.state(self.track, s)?.name.get(self.lang))).collect();
        let then = self.acts_in(code).filter_map(|a| {
            let (_, end) = self.target(a).filter(|(_, s)| s.terminal)?;
            Some((a.name.get(self.lang).to_owned(), end.name.get(self.lang).to_owned()))
        });
        Branch {
            from: from.join(", "),
            act: act.name.get(self.lang).to_owned(),
            state: state.name.get(self.lang).to_owned(),
            then: then.collect(),
        }
    }
}
