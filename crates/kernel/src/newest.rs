//! A value of which newer versions come while the program runs, read without a lock.
//!
//! Old versions are kept until the program ends: a reader borrows what it has begun with and never waits. That is meant for
//! what is released a few times a year (rules, offices), not for what changes by the second.

use std::sync::OnceLock;

/// The newest version of a value; older ones stay readable by whoever holds them.
#[derive(Debug)]
pub struct Newest<T> {
    first: Box<Link<T>>,
}

#[derive(Debug)]
struct Link<T> {
    value: T,
    next: OnceLock<Box<Link<T>>>,
}

impl<T> Link<T> {
    fn new(value: T) -> Box<Self> {
        Box::new(Self { value, next: OnceLock::new() })
    }
}

impl<T> Newest<T> {
    pub fn new(value: T) -> Self {
        Self { first: Link::new(value) }
    }

    fn last(&self) -> &Link<T> {
        let mut link = &self.first;
        while let Some(next) = link.next.get() {
            link = next;
        }
        link
    }

    /// What holds now.
    pub fn get(&self) -> &T {
        &self.last().value
    }

    /// Holds from now on. Of two at once both are kept, and the one that came second holds.
    pub fn put(&self, value: T) {
        let mut new = Link::new(value);
        let mut link = self.last();
        while let Err(back) = link.next.set(new) {
            new = back;
            link = self.last();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Newest;

    #[test]
    fn a_reader_keeps_what_it_began_with() {
        let newest = Newest::new(1);
        let began = newest.get();
        newest.put(2);
        newest.put(3);
        assert_eq!((*began, *newest.get()), (1, 3));
    }

    #[test]
    fn nothing_is_lost_when_many_put_at_once() {
        let newest = Newest::new(0);
        std::thread::scope(|s| {
            for n in 1..=8 {
                let newest = &newest;
                s.spawn(move || newest.put(n));
            }
        });
        let mut seen = 0;
        let mut link = &newest.first;
        while let Some(next) = link.next.get() {
            (link, seen) = (next, seen + 1);
        }
        assert_eq!(seen, 8);
        assert_eq!(*newest.get(), link.value);
    }
}
