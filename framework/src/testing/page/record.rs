use super::TestPage;
use crate::record::{LoadRecord, RequestRecord};

/// What the request did.
impl TestPage {
    /// What has happened to the request by now. Its times count from the request's arrival, which is when it was sent.
    ///
    /// A page has its [`outcome`](RequestRecord::outcome) when it was read. A handler that takes a
    /// [`RequestContext`](crate::RequestContext) has none.
    ///
    /// # Panics
    /// When there is none, because a file or a plain route answered.
    #[must_use]
    #[track_caller]
    pub fn record(&self) -> RequestRecord {
        match self.watch.last() {
            Some(watched) => watched.recorder().snapshot(),
            None => panic!(
                "{}: there is no record, because neither a page answered nor a handler that takes a `RequestContext`",
                self.name
            ),
        }
    }

    /// What the load of this loader did.
    ///
    /// # Panics
    /// When there was none, with the names of those that there were; and when there is no record.
    #[must_use]
    #[track_caller]
    pub fn load(&self, name: &str) -> LoadRecord {
        let loads = self.record().loads;
        match loads.iter().find(|load| load.name == name) {
            Some(load) => load.clone(),
            None => {
                let names: Vec<_> = loads.iter().map(|load| load.name).collect();
                panic!(
                    "{}: nobody asked for `{name}`; the loads are {names:?}",
                    self.name
                )
            }
        }
    }

    /// What each load did, in the order in which they were asked for.
    ///
    /// # Panics
    /// When there is no record, because a file or a plain route answered.
    #[must_use]
    #[track_caller]
    pub fn loads(&self) -> Vec<LoadRecord> {
        self.record().loads
    }
}
