//! Routes that cannot be declared without an action: the list of both is what the policy test walks.

use crate::{gate, openapi::Doc};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    handler::Handler,
    middleware::{self, Next},
    routing::{MethodRouter, delete, get, post, put},
};

/// The action of what anybody may open at any time without asking the gate (health, assets, documentation).
pub const PUBLIC: &str = "public";

/// The body limit of a route that names no other: a long form, no files.
pub const FORM_LIMIT: usize = 1 << 20;

/// One declared route.
#[derive(Debug, Clone)]
pub struct Declared {
    pub method: &'static str,
    pub path: String,
    pub action: &'static str,
    pub doc: Option<Doc>,
}

struct Route<S> {
    declared: Declared,
    service: MethodRouter<S>,
    limit: usize,
    signed: bool,
}

/// The routes of a room. `.doc(…)` and `.body_limit(…)` speak of the route declared just before.
pub struct Routes<S> {
    routes: Vec<Route<S>>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { routes: Vec::new() }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    pub fn new() -> Self {
        Self::default()
    }
    #[must_use]
    pub fn get<H: Handler<T, S>, T: 'static>(self, path: &str, action: &'static str, handler: H) -> Self {
        self.add("GET", path, action, get(handler))
    }
    #[must_use]
    pub fn post<H: Handler<T, S>, T: 'static>(self, path: &str, action: &'static str, handler: H) -> Self {
        self.add("POST", path, action, post(handler))
    }
    #[must_use]
    pub fn put<H: Handler<T, S>, T: 'static>(self, path: &str, action: &'static str, handler: H) -> Self {
        self.add("PUT", path, action, put(handler))
    }
    #[must_use]
    pub fn delete<H: Handler<T, S>, T: 'static>(self, path: &str, action: &'static str, handler: H) -> Self {
        self.add("DELETE", path, action, delete(handler))
    }
    /// `get` with its documentation.
    #[must_use]
    pub fn get_doc<H: Handler<T, S>, T: 'static>(self, path: &str, action: &'static str, handler: H, doc: Doc) -> Self {
        self.get(path, action, handler).doc(doc)
    }
    /// `post` with its documentation.
    #[must_use]
    pub fn post_doc<H: Handler<T, S>, T: 'static>(self, path: &str, action: &'static str, handler: H, doc: Doc) -> Self {
        self.post(path, action, handler).doc(doc)
    }
    /// Documents the route declared last.
    #[must_use]
    pub fn doc(mut self, doc: Doc) -> Self {
        if let Some(route) = self.routes.last_mut() {
            route.declared.doc = Some(doc);
        }
        self
    }
    /// Lets the route declared last take bodies up to this many bytes (file upload).
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        if let Some(route) = self.routes.last_mut() {
            route.limit = bytes;
        }
        self
    }
    /// The route declared last takes messages of machines: each carries a keyed hash that the handler checks before anything
    /// else, so no form token is asked.
    #[must_use]
    pub fn signed(mut self) -> Self {
        if let Some(route) = self.routes.last_mut() {
            route.signed = true;
        }
        self
    }
    /// Takes over the routes of another list with the same state.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        self
    }
    fn add(mut self, method: &'static str, path: &str, action: &'static str, service: MethodRouter<S>) -> Self {
        let declared = Declared { method, path: path.to_owned(), action, doc: None };
        self.routes.push(Route { declared, service, limit: FORM_LIMIT, signed: false });
        self
    }
    /// The router, each route behind its guard, and the list of what was declared.
    pub fn finish(self, state: S) -> (Router<()>, Vec<Declared>) {
        let mut router = Router::new();
        let mut declared = Vec::new();
        for Route { declared: route, service, limit, signed } in self.routes {
            let action = route.action;
            let guard = move |request: Request, next: Next| gate::guard(action, limit, signed, request, next);
            let service = service.route_layer(middleware::from_fn(guard)).route_layer(DefaultBodyLimit::max(limit));
            router = router.route(&route.path, service);
            declared.push(route);
        }
        (router.with_state(state), declared)
    }
}
