//! A path made shorter: steps taken back, steps exchanged for cheaper ones. The target stays reached, by scoring each time.

use super::search::{Search, Taken, set};
use crate::decimal::Decimal;

/// Criteria of a path up to which exchanges are tried.
const EXCHANGES: usize = 8;

impl Search<'_> {
    /// Takes back steps that are not needed, those that give least for their effort first, until none can be.
    pub(super) fn prune(&self, taken: &mut Taken) {
        let mut order: Vec<usize> = (0..taken.len()).filter(|at| taken.get(*at).is_some_and(|n| *n > 0)).collect();
        order.sort_by_key(|at| {
            let gain = taken.get(*at).and_then(|steps| self.rung(*at, *steps)).map(|r| r.points).unwrap_or_default();
            let effort = self.framework.plan().criteria.get(*at).map(|i| i.effort).unwrap_or_default();
            (gain.checked_div(effort).unwrap_or_default(), std::cmp::Reverse(*at))
        });
        loop {
            let mut removed = false;
            for at in &order {
                while let Some(steps) = taken.get(*at).copied().filter(|n| *n > 0) {
                    set(taken, *at, steps - 1);
                    if !self.goal(taken) {
                        set(taken, *at, steps);
                        break;
                    }
                    removed = true;
                }
            }
            if !removed {
                return;
            }
        }
    }

    /// Exchanges the steps of one criterion for cheaper ones of another where that reaches the target too. Only short paths: on
    /// long ones the gain is small and the number of exchanges large.
    pub(super) fn exchange(&self, taken: &mut Taken) {
        while let Some(better) = self.exchanged(taken) {
            *taken = better;
            self.prune(taken);
        }
    }

    fn exchanged(&self, taken: &Taken) -> Option<Taken> {
        let items = &self.framework.plan().criteria;
        let effort = |at: usize, steps: usize| {
            let steps = Decimal::from(u32::try_from(steps).unwrap_or(u32::MAX));
            items.get(at).map(|i| i.effort * steps).unwrap_or_default()
        };
        let used: Vec<(usize, usize)> = taken.iter().copied().enumerate().filter(|(_, steps)| *steps > 0).collect();
        if used.len() > EXCHANGES {
            return None;
        }
        let mut best: Option<(Decimal, Taken)> = None;
        for (from, steps) in used {
            for less in 0..steps {
                let saved = effort(from, steps - less);
                for (to, has) in taken.iter().copied().enumerate().filter(|(to, _)| *to != from) {
                    let room = self.rungs.get(to).map_or(0, Vec::len).saturating_sub(has);
                    let more = (1..=room).take_while(|more| effort(to, *more) < saved);
                    for more in more {
                        let saving = saved - effort(to, more);
                        if best.as_ref().is_some_and(|(most, _)| saving <= *most) {
                            continue;
                        }
                        let mut other = taken.clone();
                        set(&mut other, from, less);
                        set(&mut other, to, has + more);
                        if self.goal(&other) {
                            best = Some((saving, other));
                        }
                    }
                }
            }
        }
        best.map(|(_, taken)| taken)
    }
}
