//! A `main` that returns something else, by a name that does not show it.

type Outcome = Result<(), std::io::Error>;

#[punctual::main]
async fn main() -> Outcome {
    Ok(())
}
