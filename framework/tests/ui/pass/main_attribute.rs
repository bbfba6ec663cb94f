//! `#[punctual::main]`, by any of its names.

use punctual::prelude::*;

/// Documented, and with other attributes.
#[punctual::main]
#[allow(clippy::unused_async)]
pub async fn main() -> Exit {
    let port: u16 = "3000".parse()?;
    if port == 3000 {
        return Ok(punctual::Stopped);
    }
    Site::builder().build()?.serve().await
}

mod by_path {
    #[punctual::main()]
    async fn main() -> punctual::Exit {
        Ok(punctual::Stopped)
    }

    fn used() -> std::process::ExitCode {
        main()
    }

    const _: fn() -> std::process::ExitCode = used;
}
