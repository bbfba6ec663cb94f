//! `#[punctual::main]` above what is no beginning of a program.

mod not_async {
    #[punctual::main]
    fn main() -> punctual::Exit {
        Ok(punctual::Stopped)
    }
}

mod arguments {
    #[punctual::main]
    async fn main(first: String, second: u8) -> punctual::Exit {
        let _ = (first, second);
        Ok(punctual::Stopped)
    }
}

mod no_exit {
    #[punctual::main]
    async fn main() {}
}

mod another_exit {
    #[punctual::main]
    async fn main() -> Result<(), Box<dyn std::error::Error>> {
        Ok(())
    }
}

mod generic {
    #[punctual::main]
    async fn main<T>() -> punctual::Exit {
        Ok(punctual::Stopped)
    }
}

mod keys {
    #[punctual::main(flavor = "current_thread")]
    async fn main() -> punctual::Exit {
        Ok(punctual::Stopped)
    }
}

mod qualified {
    #[punctual::main]
    async unsafe extern "C" fn main() -> punctual::Exit {
        Ok(punctual::Stopped)
    }
}

#[punctual::main]
fn main() {}
