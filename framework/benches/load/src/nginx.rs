//! nginx in front of two instances, as Debian has it.

use crate::{error::LoadError, process::Process};
use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{net::TcpStream, time::sleep};

/// How long it may take until it listens.
const READY: Duration = Duration::from_secs(10);

/// A running nginx. Dropped, it ends, and its folder goes.
#[derive(Debug)]
pub(crate) struct Nginx {
    pub(crate) addr: SocketAddr,
    process: Process,
    _folder: TempDir,
}

/// Whether it is installed.
pub(crate) fn is_there(program: &Path) -> bool {
    program.is_file()
}

impl Nginx {
    /// Starts it before these instances.
    pub(crate) async fn start(
        program: &Path,
        instances: [SocketAddr; 2],
    ) -> Result<Self, LoadError> {
        if !is_there(program) {
            return Err(LoadError::NoNginx {
                path: program.display().to_string(),
            });
        }
        let prepare = || -> io::Result<_> {
            let folder = TempDir::with_prefix("punctual-load-")?;
            let addr = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
            let file = folder.path().join("nginx.conf");
            fs::write(&file, configuration(addr, instances))?;
            Ok((folder, file, addr))
        };
        let (folder, file, addr) = prepare().map_err(LoadError::Configuration)?;
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).arg("-c").arg(file);
        command.args(["-e", "stderr"]).stdout(Stdio::null());
        let mut nginx = Self {
            addr,
            process: Process::start("nginx", &mut command)?,
            _folder: folder,
        };
        nginx.ready().await?;
        Ok(nginx)
    }

    async fn ready(&mut self) -> Result<(), LoadError> {
        let begin = Instant::now();
        let role = self.process.role();
        while begin.elapsed() < READY {
            if let Some(status) = self.process.ended() {
                return Err(LoadError::Ended { role, status });
            }
            if TcpStream::connect(self.addr).await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(5)).await;
        }
        Err(LoadError::NotReady { role, limit: READY })
    }
}

/// One process, which is gone when it is killed. What is not named is nginx' default: so
/// `proxy_next_upstream` asks the other instance after an error before the first byte.
///
/// Of the instances, `max_fails=0` says that one which refused a connection is asked again at once. By default it would
/// not be for ten seconds, and if the other one was restarted within those, there would be none.
fn configuration(addr: SocketAddr, [first, second]: [SocketAddr; 2]) -> String {
    format!(
        "daemon off;
master_process off;
pid nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    upstream site {{
        server {first} max_fails=0;
        server {second} max_fails=0;
        keepalive 64;
    }}
    server {{
        listen {addr} backlog=4096;
        location / {{
            proxy_pass http://site;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_set_header Host $host;
            proxy_buffering off;
        }}
    }}
}}
"
    )
}
