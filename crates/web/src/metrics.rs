//! Figures for those who run the house, in the Prometheus text format 0.0.4.

use axum::{
    extract::{MatchedPath, Request},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// Upper bounds in seconds; the page promise is 10 ms, the worst wait a person bears is a few seconds.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

#[derive(Default, Clone)]
struct Series {
    value: f64,
    count: u64,
    buckets: [u64; BOUNDS.len()],
}

struct Family {
    kind: Kind,
    help: &'static str,
    /// By the label text, ready to print.
    series: BTreeMap<String, Series>,
}

type Scrape = Box<dyn Fn(&Metrics) + Send + Sync>;

/// The registry. Labels must come from a closed set (route patterns, codes): never ids or what a person typed.
#[derive(Default)]
pub struct Metrics {
    families: Mutex<BTreeMap<&'static str, Family>>,
    before: Mutex<Vec<Scrape>>,
}

impl Metrics {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }
    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Family>> {
        self.families.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn with(&self, kind: Kind, name: &'static str, help: &'static str, labels: &[(&str, &str)], change: impl FnOnce(&mut Series)) {
        let mut families = self.lock();
        let family = families.entry(name).or_insert_with(|| Family { kind, help, series: BTreeMap::new() });
        change(family.series.entry(label_text(labels)).or_default());
    }
    /// Adds to a counter (`…_total`).
    pub fn count(&self, name: &'static str, help: &'static str, labels: &[(&str, &str)], n: u64) {
        self.with(Kind::Counter, name, help, labels, |s| s.value += n as f64);
    }
    /// Sets a gauge.
    pub fn gauge(&self, name: &'static str, help: &'static str, labels: &[(&str, &str)], value: f64) {
        self.with(Kind::Gauge, name, help, labels, |s| s.value = value);
    }
    /// Records a duration in a histogram (`…_seconds`).
    pub fn observe(&self, name: &'static str, help: &'static str, labels: &[(&str, &str)], seconds: f64) {
        self.with(Kind::Histogram, name, help, labels, |s| {
            s.value += seconds;
            s.count += 1;
            for (bucket, bound) in s.buckets.iter_mut().zip(BOUNDS) {
                if seconds <= bound {
                    *bucket += 1;
                }
            }
        });
    }
    /// Called before each reading, to set gauges that are only worth computing then.
    pub fn before_reading(&self, set: impl Fn(&Self) + Send + Sync + 'static) {
        self.before.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(set));
    }
    /// The text that Prometheus reads.
    pub fn text(&self) -> String {
        for set in self.before.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            set(self);
        }
        if let Some(bytes) = resident_memory() {
            self.gauge("process_resident_memory_bytes", "Resident memory size in bytes.", &[], bytes);
        }
        let mut out = String::new();
        for (name, family) in self.lock().iter() {
            family.write(name, &mut out);
        }
        out
    }
    /// The answer of `/metrics`.
    pub fn response(&self) -> Response {
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], self.text()).into_response()
    }
}

impl Family {
    fn write(&self, name: &str, out: &mut String) {
        let kind = match self.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# HELP {name} {}\n# TYPE {name} {kind}", self.help);
        for (labels, s) in &self.series {
            if self.kind != Kind::Histogram {
                let _ = writeln!(out, "{name}{} {}", braces(labels, ""), s.value);
                continue;
            }
            for (count, bound) in s.buckets.iter().zip(BOUNDS) {
                let _ = writeln!(out, "{name}_bucket{} {count}", braces(labels, &format!("le=\"{bound}\"")));
            }
            let _ = writeln!(out, "{name}_bucket{} {}", braces(labels, "le=\"+Inf\""), s.count);
            let _ = writeln!(out, "{name}_sum{} {}\n{name}_count{} {}", braces(labels, ""), s.value, braces(labels, ""), s.count);
        }
    }
}

fn label_text(labels: &[(&str, &str)]) -> String {
    labels
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")))
        .collect::<Vec<_>>()
        .join(",")
}

fn braces(labels: &str, more: &str) -> String {
    match (labels.is_empty(), more.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("{{{more}}}"),
        (false, true) => format!("{{{labels}}}"),
        (false, false) => format!("{{{labels},{more}}}"),
    }
}

/// Linux: second figure of `/proc/self/statm`, in pages of 4 KiB.
fn resident_memory() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(text.split_whitespace().nth(1)?.parse::<f64>().ok()? * 4096.0)
}

/// Times every request by route pattern (never by address), method and status.
pub async fn measure(metrics: Arc<Metrics>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS") => known.to_owned(),
        _ => "OTHER".to_owned(),
    };
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "unmatched".to_owned(), |p| p.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status();
    let labels = [("method", method.as_str()), ("route", route.as_str()), ("status", status.as_str())];
    metrics.observe("http_request_duration_seconds", "Time to answer a request.", &labels, start.elapsed().as_secs_f64());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let m = Metrics::default();
        m.count("acts_total", "Acts.", &[("kind", "a\"b")], 2);
        m.count("acts_total", "Acts.", &[("kind", "a\"b")], 1);
        m.observe("wait_seconds", "Wait.", &[], 0.004);
        m.before_reading(|m| m.gauge("queue", "Queue.", &[], 7.0));
        let text = m.text();
        assert!(text.contains("# TYPE acts_total counter\nacts_total{kind=\"a\\\"b\"} 3\n"));
        assert!(text.contains("wait_seconds_bucket{le=\"0.0025\"} 0\nwait_seconds_bucket{le=\"0.005\"} 1\n"));
        assert!(text.contains("wait_seconds_bucket{le=\"+Inf\"} 1\nwait_seconds_sum 0.004\nwait_seconds_count 1\n"));
        assert!(text.contains("queue 7\n"));
    }
}
