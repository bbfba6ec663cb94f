//! Unix sockets, and the files that stand for them.

use super::{BACKLOG, address::ListenAddr, error::ServeError};
use socket2::{Domain, SockAddr, Socket, Type};
use std::{
    fs, io,
    os::unix::{fs::FileTypeExt as _, fs::MetadataExt as _, net},
    path::{Path, PathBuf},
};
use tokio::net::UnixListener;

/// The file of a socket that is listened on. It is removed with this.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    /// Its device and its number there, which are no other file's.
    identity: (u64, u64),
}

impl SocketFile {
    fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            identity: identity(path)?,
        })
    }
}

impl Drop for SocketFile {
    /// Another instance may have put its own there.
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|identity| identity == self.identity)
            && let Err(error) = fs::remove_file(&self.path)
        {
            let path = self.path.display();
            tracing::warn!(target: "punctual", %path, %error, "the file of the socket cannot be removed");
        }
    }
}

/// Listens on the path. The file of a socket that nobody listens on, which a process leaves behind that was killed, is
/// replaced.
pub(super) fn listen(path: &Path) -> Result<(UnixListener, SocketFile), ServeError> {
    let addr = || ListenAddr::Unix(path.to_owned());
    let failed = |source| ServeError::Listen {
        addr: addr(),
        source,
    };
    let socket = match bind(path) {
        Err(source) if source.kind() == io::ErrorKind::AddrInUse => {
            if answers(path).map_err(failed)? {
                let addr = addr();
                return Err(ServeError::Taken { addr, source });
            }
            if !fs::symlink_metadata(path)
                .map_err(failed)?
                .file_type()
                .is_socket()
            {
                return Err(ServeError::NoSocket { addr: addr() });
            }
            fs::remove_file(path).map_err(failed)?;
            bind(path).map_err(failed)?
        }
        Err(source) if source.kind() == io::ErrorKind::NotFound => {
            return Err(ServeError::NoFolder { addr: addr() });
        }
        bound => bound.map_err(failed)?,
    };
    let file = SocketFile::of(path).map_err(failed)?;
    let backlog = i32::try_from(BACKLOG).unwrap_or(i32::MAX);
    socket.listen(backlog).map_err(failed)?;
    let listener = UnixListener::from_std(net::UnixListener::from(socket)).map_err(failed)?;
    Ok((listener, file))
}

fn bind(path: &Path) -> io::Result<Socket> {
    let socket = new()?;
    socket.bind(&SockAddr::unix(path)?)?;
    Ok(socket)
}

/// Whether a program listens there.
fn answers(path: &Path) -> io::Result<bool> {
    match new()?.connect(&SockAddr::unix(path)?) {
        Ok(()) => Ok(true),
        // As many wait to be accepted as may.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(false),
        // It was removed in between.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn new() -> io::Result<Socket> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs::symlink_metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}
