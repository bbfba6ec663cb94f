//! How many files the process may have open, of which every connection is one.

/// What is assumed where the system does not say it.
const UNKNOWN: usize = 1024;

/// Raises what the process may open to what the system lets it, as Go's runtime does: the lower one is for programs that use `select`.
pub(super) fn raise_open_files() {
    #[cfg(unix)]
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::debug!(target: "punctual", %error, "the number of open files stays as it is");
    }
}

/// How many files the process may open.
pub(super) fn open_files() -> usize {
    #[cfg(unix)]
    {
        let limit = rlimit::getrlimit(rlimit::Resource::NOFILE);
        limit.map_or(UNKNOWN, |(soft, _)| {
            usize::try_from(soft).unwrap_or(usize::MAX)
        })
    }
    #[cfg(not(unix))]
    {
        // Sockets are not among them there.
        UNKNOWN * 16
    }
}
