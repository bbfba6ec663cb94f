use crate::{
    loops::Numbers,
    visit::{Ask, Page},
};
use futures::future::join_all;
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
    time::{Instant, interval_at, sleep_until, timeout},
};

/// What a stalled reader lets the system keep for it. The system doubles it, and has a least of its own.
const RECEIVE_BUFFER: u32 = 4096;

/// The time between two bytes of a slow head.
const BYTE: Duration = Duration::from_secs(1);

/// Those who do not behave. They go when this is dropped.
#[derive(Debug)]
pub(super) struct Bad {
    heads: Vec<Head>,
    readers: Vec<TcpStream>,
}

/// A task that sends a head, and ends when the connection does.
#[derive(Debug)]
struct Head(JoinHandle<()>);

impl Head {
    fn dribble(stream: TcpStream) -> Self {
        Self(tokio::spawn(dribble(stream)))
    }
}

impl Drop for Head {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Bad {
    /// Connects all of them, evenly over this time. One that cannot is none.
    pub(super) async fn come(
        addr: SocketAddr,
        slowloris: usize,
        stalled: usize,
        ramp: Duration,
        numbers: &Numbers,
    ) -> Self {
        let begin = Instant::now();
        let due = |place: usize, of: usize| {
            let part = |number| u32::try_from(number).unwrap_or(u32::MAX);
            sleep_until(begin + ramp * part(place) / part(of).max(1))
        };
        let heads = (0..slowloris).map(|place| async move {
            due(place, slowloris).await;
            TcpStream::connect(addr).await.map(Head::dribble)
        });
        let readers = (0..stalled).map(|place| async move {
            due(place, stalled).await;
            stall(addr, numbers.next()).await
        });
        let (heads, readers) = tokio::join!(join_all(heads), join_all(readers));
        Self {
            heads: heads.into_iter().flatten().collect(),
            readers: readers.into_iter().flatten().collect(),
        }
    }

    /// How many came: connections with slow heads, and readers who stall.
    pub(super) fn connected(&self) -> (usize, usize) {
        (self.heads.len(), self.readers.len())
    }

    /// How many connections with a slow head the site has not closed.
    pub(super) fn open_slowloris(&self) -> usize {
        let open = self.heads.iter().filter(|head| !head.0.is_finished());
        open.count()
    }

    /// How many connections of stalled readers the site has not closed. They read what the system has for them.
    pub(super) async fn open_stalled(&self) -> usize {
        let open = self.readers.iter().map(|stream| async {
            let wait = Duration::from_millis(500);
            usize::from(timeout(wait, drained(stream)).await.is_err())
        });
        join_all(open).await.into_iter().sum()
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
