use crate::{
    loops::Numbers,
    visit::{Ask, Page},
};
use futures::{StreamExt as _, stream};
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{Instant, interval_at},
};

/// How many connections are being made at once.
const CONNECTING: usize = 200;

/// What a stalled reader lets the system keep for it. The system doubles it, and has a least of its own.
const RECEIVE_BUFFER: u32 = 4096;

/// The time between two bytes of a slow head.
const BYTE: Duration = Duration::from_secs(1);

/// Those who do not behave. They go when this is dropped.
#[derive(Debug)]
pub(super) struct Bad {
    slowloris: JoinSet<()>,
    open: Arc<AtomicUsize>,
    stalled: Vec<TcpStream>,
}

impl Bad {
    /// Connects all of them. One that cannot is none: the check that readers do stall would miss it.
    pub(super) async fn come(
        addr: SocketAddr,
        slowloris: usize,
        stalled: usize,
        numbers: &Numbers,
    ) -> Self {
        let open = Arc::new(AtomicUsize::new(0));
        let mut heads = JoinSet::new();
        let slow = stream::iter(0..slowloris).map(|_| TcpStream::connect(addr));
        let slow: Vec<io::Result<TcpStream>> = slow.buffer_unordered(CONNECTING).collect().await;
        for stream in slow.into_iter().flatten() {
            let open = open.clone();
            open.fetch_add(1, SeqCst);
            heads.spawn(async move {
                dribble(stream).await;
                open.fetch_sub(1, SeqCst);
            });
        }
        let readers = stream::iter(0..stalled).map(|_| stall(addr, numbers.next()));
        let readers = readers.buffer_unordered(CONNECTING);
        let readers: Vec<io::Result<TcpStream>> = readers.collect().await;
        Self {
            slowloris: heads,
            open,
            stalled: readers.into_iter().flatten().collect(),
        }
    }

    /// How many connections with a slow head the site has not closed.
    pub(super) fn open_slowloris(&self) -> usize {
        debug_assert!(self.slowloris.len() >= self.open.load(SeqCst));
        self.open.load(SeqCst)
    }

    /// How many connections of stalled readers the site has not closed. They read what the system has for them.
    pub(super) async fn open_stalled(&self) -> usize {
        let open = self.stalled.iter().map(|stream| async {
            let wait = Duration::from_millis(500);
            let closed = tokio::time::timeout(wait, drained(stream)).await;
            usize::from(closed.is_err())
        });
        stream::iter(open)
            .buffer_unordered(CONNECTING)
            .fold(0, |sum, open| std::future::ready(sum + open))
            .await
    }
}

/// Sends a byte of a head at a time, until the connection is closed.
async fn dribble(mut stream: TcpStream) {
    let begin = b"GET /deferred?ms=0&number=0 HTTP/1.1\r\nHost: slow\r\nX-Slow: ";
    if stream.write_all(begin).await.is_err() {
        return;
    }
    let mut clock = interval_at(Instant::now() + BYTE, BYTE);
    let mut answer = [0; 1024];
    loop {
        tokio::select! {
            _ = clock.tick() => if stream.write_all(b"x").await.is_err() {
                return;
            },
            ready = stream.readable() => match ready.and_then(|()| stream.try_read(&mut answer)) {
                // An answer such as 408 comes before the end.
                Ok(1..) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return,
            }
        }
    }
}

/// Asks for a long page and reads nothing of it.
async fn stall(addr: SocketAddr, number: u64) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    let mut stream = socket.connect(addr).await?;
    let ask = Ask::new(addr, Page::Large, number, Duration::from_millis(50));
    stream.write_all(ask.text().as_bytes()).await?;
    Ok(stream)
}

/// Reads to the end of the connection.
async fn drained(stream: &TcpStream) {
    let mut buffer = vec![0; 65_536];
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut buffer) {
            Ok(1..) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Ok(0) | Err(_) => return,
        }
    }
}
