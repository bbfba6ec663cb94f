//! Where and how something was measured.

use serde::Serialize;
use std::{fmt, fs, process::Command, thread};

/// What stands above every report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    cores: usize,
    processor: String,
    kernel: String,
    rustc: String,
    /// The load average of the last minute, before anything was measured.
    load: String,
    date: String,
    command: String,
}

impl Machine {
    pub(crate) fn this() -> Self {
        let unknown = || "unknown".to_owned();
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let mut lines = cpuinfo.lines();
        let model = lines.find_map(|line| line.strip_prefix("model name")?.split_once(':'));
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").ok();
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split_whitespace().next();
        let rustc = Command::new("rustc").arg("--version").output().ok();
        let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let arguments: Vec<_> = std::env::args().skip(1).collect();
        Self {
            cores: thread::available_parallelism().map_or(0, usize::from),
            processor: model.map_or_else(unknown, |(_, model)| model.trim().to_owned()),
            kernel: kernel.map_or_else(unknown, |kernel| kernel.trim().to_owned()),
            rustc: rustc.unwrap_or_else(unknown),
            load: load.map_or_else(unknown, str::to_owned),
            date: jiff::Timestamp::now()
                .strftime("%Y-%m-%d %H:%M UTC")
                .to_string(),
            command: format!("punctual-compare {}", arguments.join(" ")),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cores,
            processor,
            kernel,
            rustc,
            load,
            date,
            command,
        } = self;
        writeln!(f, "## Comparison\n")?;
        writeln!(f, "`{command}`, {date}\n")?;
        writeln!(f, "- {cores} cores of {processor}")?;
        writeln!(f, "- Linux {kernel}, load average {load} at the beginning")?;
        writeln!(f, "- {rustc}")
    }
}
