//! How many connections the system lets a process have.

use std::io;

/// Raises this process's limit of open files to the most that it may have without further
/// rights, and returns it.
///
/// A connection is an open file, and many systems start a process with no more than 1,024
/// of them, which a thousand calls at once exceed, twice so when the service and its caller
/// are one process. Systems without such a limit return `None`.
///
/// # Errors
///
/// When the system refuses. The limit is then what it was.
pub fn raise_open_file_limit() -> io::Result<Option<u64>> {
    #[cfg(unix)]
    {
        rlimit::increase_nofile_limit(rlimit::INFINITY).map(Some)
    }
    #[cfg(not(unix))]
    {
        Ok(None)
    }
}
