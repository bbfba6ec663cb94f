use crate::{config::GRACE, deadline::Deadline, error::PageError};
use tokio::{task::JoinHandle, time::timeout_at};
use tokio_util::sync::CancellationToken;

/// Waits for the task that makes a page, and gives what it ends with. Its own waits end at the deadline; the grace is for what it makes of the
/// results that are there by then. When the site has to stop it is waited for no longer.
pub(super) async fn made<T>(
    task: &mut JoinHandle<T>,
    deadline: Deadline,
    ending: &CancellationToken,
) -> Result<T, PageError> {
    tokio::select! {
        biased;
        made = timeout_at(deadline.plus(GRACE).instant(), task) => match made {
            Ok(Ok(made)) => Ok(made),
            // Its runtime is gone: the site does not run any more.
            Ok(Err(error)) if error.is_cancelled() => Err(PageError::stopping()),
            Ok(Err(_)) => Err(PageError::panicked()),
            Err(_) => Err(PageError::late()),
        },
        () = ending.cancelled() => Err(PageError::stopping()),
    }
}
