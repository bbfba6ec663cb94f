//! What is printed.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use super::expectation::{Expectation, limit};
use super::figures::Figures;
use super::{Options, Target};

/// A page, what was to be expected of it, and what came out.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) target: Target,
    pub(super) expected: Expectation,
    pub(super) figures: Figures,
}

/// What came out of a measurement: a table, shown by `Display`.
#[derive(Clone, Debug)]
pub struct Report {
    threads: u16,
    delay: Duration,
    measured: [Measured; 2],
}

/// Visitors got no whole page.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{unserved} of {visitors} visitors got no whole page")]
#[non_exhaustive]
pub struct Unserved {
    /// How many.
    pub unserved: usize,
    /// Of how many.
    pub visitors: usize,
}

impl Report {
    pub(super) fn new(options: &Options, measured: [Measured; 2]) -> Self {
        Self {
            threads: options.threads,
            delay: options.delay.longest(),
            measured,
        }
    }

    /// Whether every visitor got a whole page.
    ///
    /// # Errors
    ///
    /// When one of them did not.
    pub fn everybody_was_served(&self) -> Result<(), Unserved> {
        let figures = || self.measured.iter().map(|page| &page.figures);
        let unserved = figures().map(Figures::unserved).sum();
        match unserved {
            0 => Ok(()),
            unserved => Err(Unserved {
                unserved,
                visitors: figures().map(Figures::visitors).sum(),
            }),
        }
    }

    fn rows(&self) -> impl Iterator<Item = (&'static str, [String; 2])> {
        let wait = |percent| move |page: &Measured| seconds(page.figures.percentile(percent));
        let of_threads = |page: &Measured| format!("{} of {}", page.figures.busy, self.threads);
        let failed =
            |page: &Measured| (page.figures.unserved() - page.figures.refused()).to_string();
        [
            ("", self.row(|page| page.target.path.to_owned())),
            ("", self.row(|page| page.target.kind.to_owned())),
            (
                "visitors at once",
                self.row(|page| page.figures.visitors().to_string()),
            ),
            (
                "all answered after",
                self.row(|page| seconds(Some(page.figures.took))),
            ),
            (
                "  expected",
                self.row(|page| seconds(Some(page.expected.took))),
            ),
            (
                "pages a second",
                self.row(|page| rate(page.figures.pages_per_second())),
            ),
            (
                "  expected",
                self.row(|page| rate(page.expected.pages_per_second)),
            ),
            ("time to the page, p50", self.row(wait(50))),
            ("  p99", self.row(wait(99))),
            ("  longest", self.row(wait(100))),
            ("most threads busy", self.row(of_threads)),
            (
                "most visitors in line",
                self.row(|page| page.figures.in_line.to_string()),
            ),
            (
                "refused (503)",
                self.row(|page| page.figures.refused().to_string()),
            ),
            ("failed", self.row(failed)),
        ]
        .into_iter()
    }

    fn row(&self, cell: impl Fn(&Measured) -> String) -> [String; 2] {
        self.measured.each_ref().map(cell)
    }
}

fn seconds(duration: Option<Duration>) -> String {
    duration.map_or_else(
        || "-".to_owned(),
        |duration| format!("{:.2} s", duration.as_secs_f64()),
    )
}

fn rate(pages_per_second: f64) -> String {
    format!("{pages_per_second:.1}")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, [left, right]) in self.rows() {
            writeln!(f, "{name:<22}{left:>14}{right:>16}")?;
        }
        let Self { threads, delay, .. } = self;
        let (delay, limit) = (delay.as_secs_f64(), rate(limit(*threads, *delay)));
        write!(
            f,
            "\n{threads} threads that wait {delay} s for each page make {limit} pages a second at most."
        )?;
        for page in &self.measured {
            for (fault, count) in page.figures.faults() {
                write!(f, "\n{count} x {}: {fault}", page.target.path)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fault::Fault;
    use super::super::{ASYNCHRONOUS, SYNCHRONOUS};
    use super::*;

    fn report(refused: usize) -> Report {
        let options = Options::new(4, 2, "500ms".parse().expect("a delay"));
        let ms = Duration::from_millis;
        let measured = |target, expected, waits: [u64; 4], refused| {
            let visits = waits
                .into_iter()
                .enumerate()
                .map(|(index, wait)| match index < refused {
                    true => Err(Fault::Refused),
                    false => Ok(ms(wait)),
                });
            let took = ms(waits[3]);
            let mut figures = Figures::new(took, visits);
            figures.busy = 2;
            Measured {
                target,
                expected,
                figures,
            }
        };
        let synchronous = measured(
            SYNCHRONOUS,
            Expectation::with_threads(&options),
            [510, 520, 1_010, 1_020],
            refused,
        );
        let asynchronous = measured(
            ASYNCHRONOUS,
            Expectation::without_threads(&options),
            [510, 515, 518, 520],
            0,
        );
        Report::new(&options, [synchronous, asynchronous])
    }

    #[test]
    fn shows_what_came_out_beside_what_was_expected() {
        let expected = [
            "                             /gizmos   /gizmos-async",
            "                         synchronous    asynchronous",
            "visitors at once                   4               4",
            "all answered after            1.02 s          0.52 s",
            "  expected                    1.00 s          0.50 s",
            "pages a second                   3.9             7.7",
            "  expected                       4.0             8.0",
            "time to the page, p50         0.52 s          0.52 s",
            "  p99                         1.02 s          0.52 s",
            "  longest                     1.02 s          0.52 s",
            "most threads busy             2 of 2          2 of 2",
            "most visitors in line              0               0",
            "refused (503)                      0               0",
            "failed                             0               0",
            "",
            "2 threads that wait 0.5 s for each page make 4.0 pages a second at most.",
        ];
        let report = report(0);
        assert_eq!(report.to_string(), expected.join("\n"));
        assert_eq!(report.everybody_was_served(), Ok(()));
    }

    #[test]
    fn says_who_got_no_page_and_why() {
        let report = report(3);
        let text = report.to_string();
        assert!(
            text.ends_with("\n3 x /gizmos: status 503, no thread was free before the deadline"),
            "{text}"
        );
        let error = report
            .everybody_was_served()
            .expect_err("three are missing");
        assert_eq!(error.to_string(), "3 of 8 visitors got no whole page");
        let nobody = self::report(4).to_string();
        assert!(nobody.contains("p50              -"), "{nobody}");
    }
}
