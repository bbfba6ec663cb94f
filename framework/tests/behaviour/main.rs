//! What a site does, through its public interface: in memory and on paused time, but where a test
//! says that it needs real sockets or real threads.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod admission;
mod answers;
mod at_once;
mod blocked;
mod blocked_runtimes;
mod blocking;
mod cleanups;
mod client;
mod compression;
mod edges;
mod edges_of_documents;
mod failures;
mod fan_out;
mod forms;
mod guards;
mod guide;
mod handlers;
mod head;
mod islands;
mod layouts;
mod leptos_views;
mod loaders;
mod modes;
mod no_script;
mod panics;
mod progress;
mod ready;
mod record;
mod release;
mod resolve;

mod routing;
mod security;
mod sequential;
mod serving;
mod static_files;
mod stubs;
mod support;
mod taken;
mod tasks;
mod testing;
mod time;
