//! The service's own keys, as files under `keys/` in the data directory.
//!
//! `signing.key` signs receipts and checkpoints (Ed25519); `blobs.key` wraps the keys of stored
//! files. Both are made on first start, mode 0600, and never leave through any export: a backup
//! keeps them apart. Not here: API keys (they are rows, [`super::api_keys`]).

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::HEXLOWER_PERMISSIVE as HEX;
use ed25519_dalek::Signer;
use sha2::{Digest, Sha256};

/// 256 random bits for a key that may have to be made. The caller owns the randomness.
#[derive(Clone)]
pub struct NewKey {
    pub secret: [u8; 32],
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewKey(…)")
    }
}

/// Why a key file is not usable.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{path}: could not be read or written")]
    Io { path: PathBuf, source: io::Error },
    #[error("{path}: is not a key file of this program; restore it from the backup of the keys")]
    Malformed { path: PathBuf },
    #[error("{path}: others may read it (mode {mode:o}); run chmod 600 and consider a new key")]
    Exposed { path: PathBuf, mode: u32 },
}

impl KeyError {
    /// The same sentence in Vietnamese.
    pub fn message_vi(&self) -> String {
        match self {
            Self::Io { path, .. } => format!("{}: không đọc hoặc ghi được", path.display()),
            Self::Malformed { path } => format!(
                "{}: không phải tệp khóa của chương trình này; hãy khôi phục từ bản sao lưu khóa",
                path.display()
            ),
            Self::Exposed { path, mode } => format!(
                "{}: người khác đọc được (quyền {mode:o}); hãy chạy chmod 600 và cân nhắc thay khóa",
                path.display()
            ),
        }
    }
}

/// Names a public key: the first 8 bytes of its SHA-256, shown as 16 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEX.encode(&self.0))
    }
}

/// Checks the service's signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// `None` when the bytes are no point of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        ed25519_dalek::VerifyingKey::from_bytes(bytes).ok().map(Self)
    }

    /// Reads 64 hex digits, as `Display` writes them.
    pub fn from_hex(text: &str) -> Option<Self> {
        Self::from_bytes(&HEX.decode(text.trim().as_bytes()).ok()?.try_into().ok()?)
    }

    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes()
    }

    pub fn id(self) -> KeyId {
        let digest: [u8; 32] = Sha256::digest(self.0.as_bytes()).into();
        let mut id = [0; 8];
        id.copy_from_slice(&digest[..8]);
        KeyId(id)
    }

    /// Strict: refuses the malleable signatures and weak keys that RFC 8032 leaves open.
    pub fn verifies(self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEX.encode(self.0.as_bytes()))
    }
}

/// Signs receipts and checkpoints. The secret is wiped from memory on drop.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    pub fn new(fresh: &NewKey) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(&fresh.secret))
    }

    /// Reads `keys/signing.key` in the data directory, or makes it from `fresh`.
    pub fn open_or_create(dir: &Path, fresh: &NewKey) -> Result<Self, KeyError> {
        let secret = read_or_create(dir, "signing.key", "phusong-signing-key-1", fresh)?;
        Ok(Self::new(&NewKey { secret }))
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public().id())
    }
}

/// Wraps the keys of stored files.
#[derive(Clone)]
pub struct BlobMasterKey([u8; 32]);

impl BlobMasterKey {
    pub fn new(fresh: &NewKey) -> Self {
        Self(fresh.secret)
    }

    /// Reads `keys/blobs.key` in the data directory, or makes it from `fresh`.
    pub fn open_or_create(dir: &Path, fresh: &NewKey) -> Result<Self, KeyError> {
        read_or_create(dir, "blobs.key", "phusong-blob-master-key-1", fresh).map(Self)
    }

    /// A key of one file, sealed so that only this master key opens it; `about` is what it is the
    /// key of. `None` when sealing fails, which it does not.
    pub(super) fn wrap(&self, about: &[u8], key: &NewKey, nonce: [u8; 24]) -> Option<Vec<u8>> {
        let sealed = XChaCha20Poly1305::new((&self.0).into())
            .encrypt(&XNonce::from(nonce), Payload { msg: &key.secret, aad: about })
            .ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// The key that was wrapped; `None` when it was another's, or is damaged.
    pub(super) fn unwrap(&self, about: &[u8], wrapped: &[u8]) -> Option<[u8; 32]> {
        let (nonce, sealed) = wrapped.split_at_checked(24)?;
        let nonce: [u8; 24] = nonce.try_into().ok()?;
        XChaCha20Poly1305::new((&self.0).into())
            .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: about })
            .ok()?
            .try_into()
            .ok()
    }

    /// Tells one master key from another without telling the key.
    pub(super) fn id(&self) -> [u8; 8] {
        let mut hash = Sha256::new_with_prefix(b"phusong blob master id\0");
        hash.update(self.0);
        let digest: [u8; 32] = hash.finalize().into();
        let mut id = [0; 8];
        id.copy_from_slice(&digest[..8]);
        id
    }
}

impl fmt::Debug for BlobMasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlobMasterKey(…)")
    }
}

/// One line: `<kind> <64 hex digits>`. Two processes starting at once end with the same key.
fn read_or_create(
    dir: &Path,
    name: &str,
    kind: &str,
    fresh: &NewKey,
) -> Result<[u8; 32], KeyError> {
    let folder = dir.join("keys");
    let path = folder.join(name);
    let io = |source| KeyError::Io { path: path.clone(), source };
    match read(&path, kind) {
        Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
        answer => return answer,
    }
    private_dir(&folder).map_err(io)?;
    let temporary = folder.join(format!("{name}.{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = private_options().create(true).truncate(true).open(&temporary)?;
        writeln!(file, "{kind} {}", HEX.encode(&fresh.secret))?;
        file.sync_all()?;
        // A link, unlike a rename, never replaces a key that another process made meanwhile.
        match fs::hard_link(&temporary, &path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            done => done,
        }?;
        File::open(&folder)?.sync_all()
    })();
    let _ = fs::remove_file(&temporary); // left over at worst; mode 0600 like the key
    written.map_err(io)?;
    read(&path, kind)
}

fn read(path: &Path, kind: &str) -> Result<[u8; 32], KeyError> {
    let io = |source| KeyError::Io { path: path.into(), source };
    let text = fs::read_to_string(path).map_err(io)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map_err(io)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Exposed { path: path.into(), mode });
        }
    }
    text.trim_end()
        .strip_prefix(kind)
        .and_then(|rest| rest.strip_prefix(' '))
        .and_then(|hex| HEX.decode(hex.as_bytes()).ok())
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| KeyError::Malformed { path: path.into() })
}

/// Makes a directory (and those above it) for the owner only; one that exists is left as it is.
pub(crate) fn private_dir(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes an empty file for the owner only; one that exists is left as it is.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    private_options().create(true).truncate(false).read(true).open(path)
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
