//! What this machine can hold, for sites that say nothing.

use std::{sync::LazyLock, thread::available_parallelism};

/// A page that waits costs some ten kilobytes, a connection and a call of another service as much again, what it has loaded nobody
/// knows: with this much for each there is room.
const A_PAGE: u64 = 256 * 1024;

/// The part of the memory that pages in flight may take.
const PART: u64 = 4;

/// One processor begins and ends some thousand pages a second. More in flight than that by far are not served in time.
const A_PROCESSOR: usize = 10_000;

const LEAST: usize = 100;

/// What is taken where the system does not say how much memory there is.
const SOME_MEMORY: u64 = 2 * 1024 * 1024 * 1024;

/// How many processors the program may use, limits of its container included.
pub(super) fn processors() -> usize {
    // Whoever asks reads files of the system.
    static PROCESSORS: LazyLock<usize> =
        LazyLock::new(|| available_parallelism().map_or(1, usize::from));
    *PROCESSORS
}

/// The weight of pages that may be in flight.
pub(crate) fn default_in_flight() -> usize {
    in_flight(memory().unwrap_or(SOME_MEMORY), processors())
}

fn in_flight(memory: u64, processors: usize) -> usize {
    let fits = usize::try_from(memory / PART / A_PAGE).unwrap_or(usize::MAX);
    fits.clamp(LEAST, processors.saturating_mul(A_PROCESSOR).max(LEAST))
}

/// How many bytes of memory the program may use: those of the machine, or of its container.
#[cfg(target_os = "linux")]
fn memory() -> Option<u64> {
    use std::fs::read_to_string;
    let machine = total(&read_to_string("/proc/meminfo").ok()?)?;
    let groups = read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limits = limit_files(&groups);
    let limits = limits.filter_map(|path| read_to_string(path).ok()?.trim().parse().ok());
    Some(limits.fold(machine, u64::min))
}

#[cfg(not(target_os = "linux"))]
fn memory() -> Option<u64> {
    None
}

/// `MemTotal` of `/proc/meminfo`, which is in kB.
#[cfg(target_os = "linux")]
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// Where the limits of the control groups stand that the program is in, and of those around them: `memory.max` of version 2,
/// `memory.limit_in_bytes` of version 1. What does not exist, or says `max`, is none.
#[cfg(target_os = "linux")]
fn limit_files(groups: &str) -> impl Iterator<Item = String> {
    let mut files = Vec::new();
    for line in groups.lines() {
        let mut fields = line.splitn(3, ':');
        let (_, Some(controllers), Some(path)) = (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let (root, name) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            it if it.split(',').any(|it| it == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => continue,
        };
        let mut path = path.trim_end_matches('/');
        loop {
            files.push(format!("{root}{path}/{name}"));
            match path.rfind('/') {
                Some(end) => path = &path[..end],
                None => break,
            }
        }
    }
    files.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIGABYTE: u64 = 1024 * 1024 * 1024;

    #[test]
    fn memory_bounds_small_machines_and_processors_large_ones() {
        assert_eq!(in_flight(GIGABYTE, 2), 1024);
        assert_eq!(in_flight(24 * GIGABYTE, 2), 20_000);
        assert_eq!(in_flight(24 * GIGABYTE, 1), 10_000);
        assert_eq!(in_flight(1024, 1), 100);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn reads_what_the_system_says() {
        assert_eq!(
            total("MemTotal:       2048 kB\nMemFree: 1 kB\n"),
            Some(2 * 1024 * 1024)
        );
        assert!(memory().is_some_and(|memory| memory > 1024 * 1024));
        let files: Vec<_> = limit_files("0::/system.slice/site.service\n").collect();
        assert_eq!(
            files,
            [
                "/sys/fs/cgroup/system.slice/site.service/memory.max",
                "/sys/fs/cgroup/system.slice/memory.max",
                "/sys/fs/cgroup/memory.max",
            ]
        );
        let files: Vec<_> = limit_files("4:cpu,memory:/box\n3:cpuset:/\n").collect();
        assert_eq!(
            files,
            [
                "/sys/fs/cgroup/memory/box/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            ]
        );
    }
}
