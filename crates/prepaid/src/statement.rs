//! A month of one account: what it began with, what came and went, what it ended with. Pure sums over lines.

use kernel::{
    Dong, Instant,
    time::{Date, midnight},
};

/// The sums of a month, and those of all months before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statement {
    pub opening: Dong,
    pub paid: Dong,
    pub returned: Dong,
    /// Signatures that were paid, and what they cost.
    pub charged: i64,
    pub cost: Dong,
    /// Signatures for nothing.
    pub free: i64,
}

/// What lines of money and of signatures add up to before some month, or in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    pub paid: i64,
    pub returned: i64,
    pub charged: i64,
    pub cost: i64,
    pub free: i64,
}

impl Statement {
    pub const fn of(before: Sums, within: Sums) -> Self {
        Self {
            opening: Dong(before.paid - before.returned - before.cost),
            paid: Dong(within.paid),
            returned: Dong(within.returned),
            charged: within.charged,
            cost: Dong(within.cost),
            free: within.free,
        }
    }
    /// With what is held and not settled still in it.
    pub const fn closing(&self) -> Dong {
        Dong(self.opening.0 + self.paid.0 - self.returned.0 - self.cost.0)
    }
}

/// `2026-11`, of a calendar that has such a month.
pub fn month(text: &str) -> Option<String> {
    let (year, month) = text.split_once('-')?;
    let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    let within = digits(year, 4) && digits(month, 2) && (1..=12).contains(&month.parse::<u8>().ok()?);
    within.then(|| text.to_owned())
}

/// When a month is over.
pub fn ends(month: &str) -> Option<Instant> {
    let (year, m) = month.split_once('-')?;
    let first = Date::new(year.parse().ok()?, m.parse().ok()?, 1).ok()?;
    Some(midnight(first.last_of_month().tomorrow().ok()?))
}

/// `11/2026`.
pub fn said(month: &str) -> String {
    month.split_once('-').map_or_else(|| month.to_owned(), |(y, m)| format!("{m}/{y}"))
}

/// The months up to one, the latest first.
pub fn months_to(last: &str, count: usize) -> Vec<String> {
    let Some((Ok(mut y), Ok(mut m))) = last.split_once('-').map(|(y, m)| (y.parse::<i32>(), m.parse::<i32>())) else { return Vec::new() };
    let mut out = Vec::with_capacity(count);
    for _ in 0..count {
        out.push(format!("{y:04}-{m:02}"));
        m -= 1;
        if m == 0 {
            (y, m) = (y - 1, 12);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_closes_where_the_next_one_opens() {
        let october = Sums { paid: 200_000, returned: 0, charged: 3, cost: 1_500, free: 2 };
        let november = Sums { paid: 50_000, returned: 20_000, charged: 1, cost: 600, free: 0 };
        let first = Statement::of(Sums::default(), october);
        let second = Statement::of(october, november);
        assert_eq!((first.opening, first.closing(), first.free), (Dong(0), Dong(198_500), 2));
        assert_eq!((second.opening, second.closing()), (first.closing(), Dong(227_900)));
    }

    #[test]
    fn months_are_read_strictly() {
        assert_eq!(month("2026-11").as_deref(), Some("2026-11"));
        for bad in ["", "2026", "2026-13", "2026-00", "26-11", "2026-1", "2026-11-01", "２０２６-11"] {
            assert_eq!(month(bad), None, "{bad}");
        }
        assert_eq!(months_to("2026-02", 3), ["2026-02", "2026-01", "2025-12"]);
        assert_eq!(said("2026-11"), "11/2026");
    }
}
