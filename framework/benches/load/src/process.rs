//! A child process: the site, the catalog or nginx.

mod resources;

pub use resources::Resources;

use crate::error::LoadError;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    ffi::OsStr,
    io::{self, BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// How often it is looked whether a process has ended.
const LOOK: Duration = Duration::from_millis(2);

/// A process of which nothing is left when this is dropped.
#[derive(Debug)]
pub struct Process {
    role: &'static str,
    child: Child,
}

impl Process {
    /// Starts a command. What it writes to the standard error is shown.
    pub fn start(role: &'static str, command: &mut Command) -> Result<Self, LoadError> {
        let child = command.stdin(Stdio::null()).spawn();
        let child = child.map_err(|source| LoadError::Start { role, source })?;
        Ok(Self { role, child })
    }

    /// Starts this program in another role, and waits until it says where it listens.
    pub async fn start_role(
        role: &'static str,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<(Self, SocketAddr), LoadError> {
        let failed = |source| LoadError::Start { role, source };
        let program = std::env::current_exe().map_err(failed)?;
        let mut command = Command::new(program);
        command.arg(role).args(arguments).stdout(Stdio::piped());
        let mut process = Self::start(role, &mut command)?;
        let output = process.child.stdout.take();
        let first_line = move || -> io::Result<String> {
            let mut line = String::new();
            if let Some(output) = output {
                BufReader::new(output).read_line(&mut line)?;
            }
            Ok(line)
        };
        let line = tokio::task::spawn_blocking(first_line).await;
        let line = line.map_err(io::Error::other).and_then(|line| line);
        let addr = line.map_err(failed)?.trim().parse();
        let addr = addr.map_err(|_| LoadError::NoAddress { role })?;
        Ok((process, addr))
    }

    /// What it is started as.
    pub fn role(&self) -> &'static str {
        self.role
    }

    /// What the process uses now.
    pub fn resources(&self) -> Result<Resources, LoadError> {
        let role = self.role;
        Resources::of(self.child.id()).map_err(|source| LoadError::Resources { role, source })
    }

    /// The number of the process, by which its resources can be read elsewhere.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) -> Result<(), LoadError> {
        let signal = |source| LoadError::Signal {
            role: self.role,
            source,
        };
        let id = i32::try_from(self.child.id()).map_err(|error| signal(io::Error::other(error)))?;
        let id = Pid::from_raw(id).ok_or_else(|| signal(io::ErrorKind::NotFound.into()))?;
        kill_process(id, Signal::TERM).map_err(|error| signal(error.into()))
    }

    /// How it has ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits for its end.
    pub async fn end(&mut self, limit: Duration) -> Result<ExitStatus, LoadError> {
        let begin = Instant::now();
        while begin.elapsed() < limit {
            if let Some(status) = self.ended() {
                return Ok(status);
            }
            sleep(LOOK).await;
        }
        let role = self.role;
        Err(LoadError::NotEnded { role, limit })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail for a process that has ended, and then there is nothing to be done.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
