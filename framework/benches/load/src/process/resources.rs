use std::{fs, io, time::Duration};

/// The unit of processor times in /proc: the kernel shows them with 100 a second, whatever its own clock is.
const TICK: Duration = Duration::from_millis(10);

/// What a process uses at one moment, as /proc says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Resources {
    /// Resident memory, in bytes.
    pub resident: u64,
    /// Processor time so far, of all threads, in the program and in the kernel.
    pub cpu: Duration,
    /// Open files, connections among them.
    pub files: usize,
}

impl Resources {
    pub(super) fn of(id: u32) -> io::Result<Self> {
        let read = |name| fs::read_to_string(format!("/proc/{id}/{name}"));
        let wrong = || io::Error::from(io::ErrorKind::InvalidData);
        Ok(Self {
            resident: resident(&read("status")?).ok_or_else(wrong)?,
            cpu: cpu(&read("stat")?).ok_or_else(wrong)?,
            files: fs::read_dir(format!("/proc/{id}/fd"))?.count(),
        })
    }

    /// The same for a process that is known by its number alone.
    pub fn look(id: u32) -> Option<Self> {
        Self::of(id).ok()
    }
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes: u64 = line?.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

fn cpu(stat: &str) -> Option<Duration> {
    // The name of the program, in parentheses, may have blanks in it. The times are the fields 14 and 15.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut times = rest.split_whitespace().skip(11);
    let user: u32 = times.next()?.parse().ok()?;
    let system: u32 = times.next()?.parse().ok()?;
    Some(TICK * (user + system))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_writes() {
        let status = "Name:\tx\nVmHWM:\t  200 kB\nVmRSS:\t  100 kB\n";
        assert_eq!(resident(status), Some(100 * 1024));
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 4 0 1 2 3";
        assert_eq!(cpu(stat), Some(Duration::from_secs(2)));
        let own = Resources::of(std::process::id()).expect("this process is there");
        assert!(own.resident > 0 && own.files > 0, "{own:?}");
    }
}
