use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use md5::{Digest as _, Md5};
use std::{
    collections::HashMap,
    fs::{File, Metadata},
    io::{self, Read as _, Seek as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Up to this size the fingerprint of a file is one of its contents.
const READ_LIMIT: u64 = 32 * 1024 * 1024;

/// After this time another change cannot have the same time. It is the coarsest that file systems in
/// use count in (FAT).
const SETTLED: Duration = Duration::from_secs(2);

/// What two contents of a file differ in: MD5, the hash with which cargo-leptos names files.
///
/// For files of more than 32 MiB it is of their time and size instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint {
    digest: [u8; 16],
    /// Whether it is of the contents, and they have not changed just now.
    certain: bool,
}

impl Fingerprint {
    /// Whether a file of this name can never have other contents: the name has their hash in it, as
    /// cargo-leptos writes it, `site.UfC5TgmjKyZW5N6FzyXKNQ.css`.
    ///
    /// A hash that is only listed somewhere is no proof: cargo-leptos rewrites scripts after it has
    /// hashed them, so that one name comes to have several contents.
    pub(super) fn is_in(&self, name: &str) -> bool {
        let hash = URL_SAFE_NO_PAD.encode(self.digest);
        self.certain && name.split('.').any(|part| part == hash)
    }

    /// The fingerprint in the form of a time, which is what tower-http makes ETags of: 64 bits of it,
    /// as a time before the year 3100, because it cannot write down times after 9999.
    pub(super) fn as_time(&self) -> SystemTime {
        const NANOS: u32 = 29;
        let [a, b, c, d, e, f, g, h, ..] = self.digest;
        let bits = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        let nanos = bits & ((1 << NANOS) - 1);
        UNIX_EPOCH + Duration::from_secs(bits >> NANOS) + Duration::from_nanos(nanos)
    }
}

/// Whether a name looks as if it had a hash in it.
pub(super) fn looks_hashed(name: &str) -> bool {
    name.split('.').any(|part| part.len() == 22)
}

/// Whether the last change of a file was not just now.
pub(super) fn is_settled(metadata: &Metadata) -> bool {
    metadata
        .modified()
        .ok()
        .and_then(|changed| SystemTime::now().duration_since(changed).ok())
        .is_some_and(|age| age >= SETTLED)
}

/// The fingerprints of the files that were asked for: at most as many as there are files.
#[derive(Debug, Default)]
pub(super) struct Fingerprints(Mutex<HashMap<PathBuf, (Stamp, [u8; 16])>>);

impl Fingerprints {
    /// The fingerprint of an open file, which stands at its start afterwards. It blocks.
    ///
    /// A file is read when it was not yet, when its stamp is another one, and as long as its last
    /// change is so recent that a further one could have the same stamp.
    pub(super) fn of(
        &self,
        path: &Path,
        file: &mut File,
        metadata: &Metadata,
    ) -> io::Result<Fingerprint> {
        let stamp = Stamp::of(metadata)?;
        if metadata.len() > READ_LIMIT {
            let digest = stamp.digest();
            return Ok(Fingerprint {
                digest,
                certain: false,
            });
        }
        let certain = is_settled(metadata);
        if let Some((known, digest)) = self.lock().get(path)
            && *known == stamp
        {
            let digest = *digest;
            return Ok(Fingerprint { digest, certain });
        }
        let digest = digest(file)?;
        if certain {
            self.lock().insert(path.to_owned(), (stamp, digest));
        }
        Ok(Fingerprint { digest, certain })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, (Stamp, [u8; 16])>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(file: &mut File) -> io::Result<[u8; 16]> {
    let mut md5 = Md5::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => md5.update(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    file.rewind()?;
    Ok(md5.finalize().into())
}

/// What changes with every change of a file that is not too close to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: SystemTime,
    /// The file and its time of change, which no program can set.
    unix: [u64; 3],
}

impl Stamp {
    fn of(metadata: &Metadata) -> io::Result<Self> {
        #[cfg(unix)]
        let unix = {
            use std::os::unix::fs::MetadataExt as _;
            [
                metadata.ino(),
                metadata.ctime().cast_unsigned(),
                metadata.ctime_nsec().cast_unsigned(),
            ]
        };
        #[cfg(not(unix))]
        let unix = [0; 3];
        Ok(Self {
            len: metadata.len(),
            modified: metadata.modified()?,
            unix,
        })
    }

    /// Of the size and the time alone, which are the same for every copy of the file.
    fn digest(&self) -> [u8; 16] {
        let (sign, age) = match self.modified.duration_since(UNIX_EPOCH) {
            Ok(age) => (0, age),
            Err(before) => (1, before.duration()),
        };
        Md5::new()
            .chain_update(self.len.to_be_bytes())
            .chain_update([sign])
            .chain_update(age.as_nanos().to_be_bytes())
            .finalize()
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const LONG_AGO: Duration = Duration::from_secs(1);

    fn write(path: &Path, contents: &str, modified: SystemTime) {
        fs::write(path, contents).unwrap();
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(modified).unwrap();
    }

    fn of(all: &Fingerprints, path: &Path) -> Fingerprint {
        let mut file = File::open(path).unwrap();
        let metadata = file.metadata().unwrap();
        let fingerprint = all.of(path, &mut file, &metadata).unwrap();
        let mut contents = String::new();
        file.read_to_string(&mut contents).unwrap();
        assert_eq!(contents.len() as u64, metadata.len(), "it is not rewound");
        fingerprint
    }

    #[test]
    fn contents_of_equal_size_and_time_differ() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.css");
        let time = UNIX_EPOCH + LONG_AGO;
        let all = Fingerprints::default();
        write(&path, "a { color: #0a6552 }", time);
        let first = of(&all, &path);
        assert_eq!(of(&all, &path), first);
        // Another file in its place, as a deployment of a reproducible build does it.
        fs::remove_file(&path).unwrap();
        write(&path, "a { color: #0a6553 }", time);
        assert_ne!(
            of(&Fingerprints::default(), &path).as_time(),
            first.as_time()
        );
    }

    #[test]
    fn a_file_that_has_just_changed_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.css");
        let all = Fingerprints::default();
        fs::write(&path, "one").unwrap();
        let first = of(&all, &path);
        assert!(all.lock().is_empty(), "it is trusted too early");
        fs::write(&path, "two").unwrap();
        assert_ne!(of(&all, &path), first);
    }

    #[test]
    fn a_file_that_does_not_change_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.css");
        let all = Fingerprints::default();
        write(&path, "one", UNIX_EPOCH + LONG_AGO);
        let first = of(&all, &path);
        // What is known is used: this entry would not be believed otherwise.
        for (_, digest) in all.lock().values_mut() {
            *digest = [7; 16];
        }
        assert_ne!(of(&all, &path), first);
    }

    #[test]
    fn a_name_has_the_hash_of_the_contents() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.css");
        write(&path, "hello", UNIX_EPOCH + LONG_AGO);
        let all = Fingerprints::default();
        // The MD5 of `hello` is 5d41402abc4b2a76b9719d911017c592.
        let name = "site.XUFAKrxLKna5cZ2REBfFkg.css";
        assert!(looks_hashed(name));
        assert!(of(&all, &path).is_in(name));
        assert!(!of(&all, &path).is_in("site.XUFAKrxLKna5cZ2REBfFkh.css"));
        assert!(!of(&all, &path).is_in("site.css"));
        write(&path, "hello", SystemTime::now());
        assert!(!of(&all, &path).is_in(name), "it may change at any time");
    }

    #[test]
    fn a_large_file_is_told_by_its_time_and_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        let file = File::create(&path).unwrap();
        file.set_len(READ_LIMIT + 1).unwrap();
        let all = Fingerprints::default();
        let mut seen = Vec::new();
        for age in [UNIX_EPOCH, UNIX_EPOCH - LONG_AGO, UNIX_EPOCH + LONG_AGO] {
            file.set_modified(age).unwrap();
            let metadata = file.metadata().unwrap();
            let mut open = File::open(&path).unwrap();
            seen.push(all.of(&path, &mut open, &metadata).unwrap().as_time());
        }
        seen.dedup();
        assert_eq!(seen.len(), 3);
        assert!(all.lock().is_empty());
    }

    #[test]
    fn every_fingerprint_is_a_time_that_can_be_written_down() {
        let year_3100 = UNIX_EPOCH + Duration::from_secs(35_659_008_000);
        for digest in [[0; 16], [0xff; 16], [0x7f; 16]] {
            let fingerprint = Fingerprint {
                digest,
                certain: true,
            };
            assert!(fingerprint.as_time() < year_3100);
        }
    }
}
