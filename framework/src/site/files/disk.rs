use super::fingerprint::{Fingerprint, Fingerprints, is_settled};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    fs, io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::SystemTime,
};
use tokio::{
    io::{AsyncRead, AsyncSeek, ReadBuf},
    task::spawn_blocking,
};
use tower_http::services::fs::{Backend, File, Metadata};

/// The endings of the compressed variants of a file.
const ENDINGS: [&str; 3] = ["br", "zst", "gz"];

/// Which compressed variants of a file there are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Variants {
    pub(super) brotli: bool,
    pub(super) zstd: bool,
    pub(super) gzip: bool,
}

/// How tower-http gets at files: only at regular ones, and with their fingerprint in place of their
/// time, so that ETags are of contents.
#[derive(Debug, Clone, Default)]
pub(super) struct Disk(Arc<Fingerprints>);

impl Disk {
    /// The variants of a file, if there is the file itself.
    pub(super) async fn variants(&self, path: PathBuf) -> io::Result<Variants> {
        blocking(move || {
            regular(fs::metadata(&path)).map_err(|error| not_there(&path, error))?;
            let is_there = |ending| path.with_added_extension(ending).is_file();
            let [brotli, zstd, gzip] = ENDINGS.map(is_there);
            Ok(Variants { brotli, zstd, gzip })
        })
        .await
    }

    /// Whether a file of this name always has the contents that it has now: they are proven by the
    /// hash in the name, and neither they nor a compressed variant have changed just now.
    pub(super) async fn is_proven(&self, path: PathBuf) -> bool {
        let disk = self.clone();
        let proven = blocking(move || {
            let opened = disk.read(&path)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Ok(opened.facts.fingerprint.is_in(&name)
                && ENDINGS.iter().all(|ending| {
                    fs::metadata(path.with_added_extension(ending))
                        .map_or(true, |variant| is_settled(&variant))
                }))
        });
        proven.await.unwrap_or(false)
    }

    fn read(&self, path: &Path) -> io::Result<Opened> {
        // Opening what is no regular file may wait for ever.
        let mut file = regular(fs::metadata(path))
            .and_then(|_| fs::File::open(path))
            .map_err(|error| not_there(path, error))?;
        let metadata = regular(file.metadata())?;
        let fingerprint = self.0.of(path, &mut file, &metadata)?;
        Ok(Opened {
            file: tokio::fs::File::from_std(file),
            facts: Facts {
                len: metadata.len(),
                fingerprint,
            },
        })
    }
}

fn regular(metadata: io::Result<fs::Metadata>) -> io::Result<fs::Metadata> {
    match metadata {
        Ok(metadata) if !metadata.is_file() => Err(io::ErrorKind::NotFound.into()),
        metadata => metadata,
    }
}

/// What a visitor sees as a missing page: no such file, a name that cannot be one, or a file that
/// the program may not read.
fn not_there(path: &Path, error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            tracing::warn!(target: "punctual", path = %path.display(), "a file of the site may not be read");
            io::ErrorKind::NotFound.into()
        }
        io::ErrorKind::NotADirectory
        | io::ErrorKind::InvalidFilename
        | io::ErrorKind::InvalidInput => io::ErrorKind::NotFound.into(),
        _ => error,
    }
}

async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(f).await.map_err(io::Error::other)?
}

impl Backend for Disk {
    type File = Opened;
    type Metadata = Facts;
    type OpenFuture = BoxFuture<'static, io::Result<Opened>>;
    type MetadataFuture = BoxFuture<'static, io::Result<Facts>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        let disk = self.clone();
        blocking(move || disk.read(&path)).boxed()
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        let disk = self.clone();
        blocking(move || disk.read(&path).map(|opened| opened.facts)).boxed()
    }
}

/// An open file, at its start.
#[derive(Debug)]
pub(super) struct Opened {
    file: tokio::fs::File,
    facts: Facts,
}

impl File for Opened {
    type Metadata = Facts;
    type MetadataFuture<'a> = std::future::Ready<io::Result<Facts>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        std::future::ready(Ok(self.facts))
    }
}

impl AsyncRead for Opened {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.file).poll_read(cx, buf)
    }
}

impl AsyncSeek for Opened {
    fn start_seek(mut self: Pin<&mut Self>, position: io::SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.file).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.file).poll_complete(cx)
    }
}

/// What is known of a regular file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    len: u64,
    fingerprint: Fingerprint,
}

impl Metadata for Facts {
    fn is_dir(&self) -> bool {
        false
    }

    fn modified(&self) -> io::Result<SystemTime> {
        Ok(self.fingerprint.as_time())
    }

    fn len(&self) -> u64 {
        self.len
    }
}
