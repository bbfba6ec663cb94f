//! A `main` that returns something else.

#[punctual::main]
async fn main() -> Result<(), std::io::Error> {
    Ok(())
}
