//! What the program knows of a room.

use crate::routes::Declared;
use axum::Router;

/// A page by its name, and a function that fills it.
pub type Sample = (&'static str, fn() -> String);

/// One room: its routes, what they ask of the gate, and a filled sample of each of its pages for the tests.
#[derive(Default)]
pub struct Module {
    pub name: &'static str,
    pub router: Router<()>,
    pub declared: Vec<Declared>,
    pub samples: Vec<Sample>,
}

impl Module {
    pub fn new(name: &'static str, (router, declared): (Router<()>, Vec<Declared>)) -> Self {
        Self { name, router, declared, samples: Vec::new() }
    }
    #[must_use]
    pub fn sample(mut self, template: &'static str, render: fn() -> String) -> Self {
        self.samples.push((template, render));
        self
    }
}
