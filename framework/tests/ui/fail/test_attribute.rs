//! `#[punctual::test]` above what is no asynchronous test.

mod not_async {
    #[punctual::test]
    #[should_panic]
    fn works() {}
}

mod arguments {
    #[punctual::test]
    async fn works(first: String, second: u8) {
        drop((first, second));
    }
}

mod keys {
    #[punctual::test(flavor = "multi_thread", paused)]
    async fn works() {}
}

mod doubled {
    #[punctual::test]
    #[test]
    async fn by_rust() {}

    #[punctual::test]
    #[tokio::test(start_paused = true)]
    async fn by_tokio() {}
}

mod qualified {
    #[punctual::test]
    async unsafe extern "C" fn works<T>() {}
}

#[punctual::test]
struct Works;

fn main() {
    let _ = Works;
}
