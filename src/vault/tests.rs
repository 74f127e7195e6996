//! What the vault keeps, and what it forgets.

use std::io::Read;

use super::api_keys::{Holder, NewApiKey, hash_token};
use super::blobs::FreshBlob;
use super::keys::{BlobMasterKey, KeyError, NewKey, PublicKey, SigningKey};
use super::people::PersonId;
use super::*;

fn at(second: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn fresh(n: u8) -> FreshBlob {
    FreshBlob { key: NewKey { secret: [n; 32] }, wrap_nonce: [n; 24] }
}

fn new_key(holder: Holder, n: u8) -> NewApiKey {
    let secret = NewKey { secret: [n; 32] };
    NewApiKey { holder, label: "máy chủ".into(), expires: Some(at(100)), person: None, secret }
}

/// Every byte of every file below `dir`.
fn all_bytes(dir: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        bytes.extend(if path.is_dir() { all_bytes(&path) } else { std::fs::read(&path).unwrap() });
    }
    bytes
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn a_key_revoked_by_one_connection_is_seen_by_another() {
    let dir = tempfile::tempdir().unwrap();
    let (server, tool) = (Vault::open(dir.path()).unwrap(), Vault::open(dir.path()).unwrap());
    let v0 = server.data_version().unwrap();
    let (key, token) =
        tool.create_api_key(at(0), &new_key(Holder::Carrier("vnpt".into()), 7)).unwrap();
    let v1 = server.data_version().unwrap();
    assert_ne!(v0, v1);
    assert!(token.reveal().starts_with("ps_vnpt_") && token.reveal().len() == 60);
    let hash = hash_token(token.reveal());
    let found = server.api_key_by_hash(&hash).unwrap().unwrap();
    assert_eq!(found, key);
    assert!(found.is_valid(at(99)) && !found.is_valid(at(100)));
    tool.revoke_api_key(at(5), &key.id).unwrap();
    assert_ne!(server.data_version().unwrap(), v1);
    let found = server.api_key_by_hash(&hash).unwrap().unwrap();
    assert_eq!(found.revoked, Some(at(5)));
    assert!(!found.is_valid(at(6)));
    assert_eq!(server.revoke_api_key(at(9), &key.id).unwrap().revoked, Some(at(5)));
    assert_eq!(server.api_key_table().unwrap(), vec![(hash, found)]);
}

#[test]
fn the_secret_of_an_api_key_is_stored_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::open(dir.path()).unwrap();
    let (_, token) = vault.create_api_key(at(0), &new_key(Holder::Admin, 9)).unwrap();
    let secret = token.reveal().strip_prefix("ps_admin_").unwrap();
    let bytes = all_bytes(dir.path());
    assert!(!contains(&bytes, secret.as_bytes()) && !contains(&bytes, &[9; 32]));
    assert!(!format!("{token:?}").contains(secret));
}

#[test]
fn every_role_survives_the_store_and_bad_scopes_do_not() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::open(dir.path()).unwrap();
    let holders = [
        Holder::Carrier("viettel".into()),
        Holder::CarrierManager("mobifone".into()),
        Holder::Officer,
        Holder::Approver,
        Holder::Auditor,
        Holder::Planner,
        Holder::Commune("21409".into()),
        Holder::Admin,
    ];
    for (n, holder) in (0..).zip(&holders) {
        vault.create_api_key(at(n), &new_key(holder.clone(), u8::try_from(n).unwrap())).unwrap();
    }
    let stored: Vec<_> = vault.api_keys().unwrap().into_iter().map(|key| key.holder).collect();
    assert_eq!(stored, holders);
    for bad in ["", "Viettel", "a_b", "a b", "../x"] {
        let answer = vault.create_api_key(at(0), &new_key(Holder::Carrier(bad.into()), 99));
        assert!(matches!(answer, Err(VaultError::BadScope { .. })), "{bad}");
    }
}

#[test]
fn an_erased_name_is_in_no_file_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::open(dir.path()).unwrap();
    let name = "Nguyễn Thị Canary-7731";
    let id = PersonId::new([3; 10]);
    assert_eq!(PersonId::parse(id.as_str()), Some(id.clone()));
    vault.add_person(at(0), &id, name).unwrap();
    assert!(matches!(vault.add_person(at(0), &id, "khác"), Err(VaultError::Taken)));
    assert_eq!(vault.person_name(&id).unwrap().as_deref(), Some(name));
    assert!(contains(&all_bytes(dir.path()), name.as_bytes()));
    vault.erase_person(at(1), &id).unwrap();
    assert_eq!(vault.person_name(&id).unwrap(), None);
    assert!(!contains(&all_bytes(dir.path()), b"Canary-7731"));
    vault.erase_person(at(2), &id).unwrap();
    assert!(matches!(vault.add_person(at(3), &id, "khác"), Err(VaultError::Taken)));
}

#[test]
fn a_draft_exists_for_its_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::open(dir.path()).unwrap();
    vault.put_draft(at(0), "k-a", "d1", b"{}").unwrap();
    vault.put_draft(at(1), "k-a", "d1", b"{\"x\":1}").unwrap();
    assert_eq!(vault.draft("k-a", "d1").unwrap().unwrap().body, b"{\"x\":1}");
    assert_eq!(vault.draft("k-a", "d1").unwrap().unwrap().created, at(0));
    assert_eq!(vault.draft("k-b", "d1").unwrap(), None);
    assert!(vault.drafts("k-b", 0, 10).unwrap().is_empty());
    assert!(matches!(vault.put_draft(at(2), "k-b", "d1", b"no"), Err(VaultError::Taken)));
    assert!(!vault.delete_draft("k-b", "d1").unwrap());
    assert_eq!(vault.drafts("k-a", 0, 10).unwrap().len(), 1);
    assert!(vault.delete_draft("k-a", "d1").unwrap());
}

#[test]
fn a_file_comes_back_as_it_was_and_its_text_is_nowhere_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::open(dir.path()).unwrap();
    let blobs = vault.blobs(BlobMasterKey::new(&NewKey { secret: [1; 32] })).unwrap();
    let canary = b"canary content of a signed letter ";
    // Empty, short, one byte around the piece size, several pieces.
    for (n, size) in (10..).zip([0, 5, 65_535, 65_536, 65_537, 131_072, 300_001]) {
        let content: Vec<u8> = canary.iter().copied().cycle().take(size).collect();
        let stored = blobs.put(at(0), &content[..], 1 << 20, &fresh(n)).unwrap();
        assert!(!stored.existed && stored.size == size as u64);
        let mut back = Vec::new();
        blobs.get(stored.id).unwrap().read_to_end(&mut back).unwrap();
        assert_eq!(back, content);
        let again = blobs.put(at(1), &content[..], 1 << 20, &fresh(n + 50)).unwrap();
        assert!(again.existed && again.id == stored.id);
    }
    assert!(!contains(&all_bytes(dir.path()), canary));
    let too_large = blobs.put(at(0), &[0; 100][..], 99, &fresh(99));
    assert!(matches!(too_large, Err(VaultError::TooLarge { limit_bytes: 99 })));
    assert!(
        std::fs::read_dir(dir.path().join("blobs")).unwrap().all(|e| e.unwrap().path().is_dir())
    );
}

#[test]
fn a_destroyed_key_leaves_nothing_readable_even_from_a_copy_of_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::open(dir.path()).unwrap();
    let blobs = vault.blobs(BlobMasterKey::new(&NewKey { secret: [1; 32] })).unwrap();
    let photo = "anh chup ".repeat(8000);
    let id = blobs.put(at(0), photo.as_bytes(), 1 << 20, &fresh(2)).unwrap().id;
    let (name, nonce) = (id.to_string(), [2; 24]);
    let path = dir.path().join("blobs").join(&name[..2]).join(format!("{name}.blob"));
    let copy = std::fs::read(&path).unwrap();
    assert!(contains(&all_bytes(dir.path()), &nonce));
    blobs.destroy(at(1), id).unwrap();
    assert!(matches!(blobs.get(id), Err(VaultError::Destroyed)));
    std::fs::write(&path, copy).unwrap();
    assert!(matches!(blobs.get(id), Err(VaultError::Destroyed)));
    assert!(!contains(&all_bytes(dir.path()), &nonce), "the wrapped key stayed on disk");
    // The same content may be filed anew, under a new key.
    assert!(!blobs.put(at(2), photo.as_bytes(), 1 << 20, &fresh(3)).unwrap().existed);
    let mut back = String::new();
    blobs.get(id).unwrap().read_to_string(&mut back).unwrap();
    assert_eq!(back, photo);
}

#[test]
fn a_small_file_lies_in_the_database_alone_and_is_destroyed_there() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::open(dir.path()).unwrap();
    let blobs = vault.blobs(BlobMasterKey::new(&NewKey { secret: [1; 32] })).unwrap();
    let text = "một báo cáo ngắn, kín ".repeat(40);
    let id = blobs.put(at(0), text.as_bytes(), 1 << 20, &fresh(2)).unwrap().id;
    assert!(!dir.path().join("blobs").exists(), "no file of its own");
    let sealed: Vec<u8> =
        vault.conn.query_row("SELECT content FROM blob", [], |row| row.get(0)).unwrap();
    assert!(contains(&all_bytes(dir.path()), &sealed[100..400]));
    assert!(!contains(&all_bytes(dir.path()), "báo cáo ngắn".as_bytes()));

    // One bit wrong, or moved under another file's name: refused.
    let mut bad = sealed.clone();
    bad[30] ^= 1;
    for content in [&bad[..], &sealed[..sealed.len() - 1], &[]] {
        vault.conn.execute("UPDATE blob SET content = ?1", [content]).unwrap();
        let read = blobs.get(id).map(|mut file| file.read_to_end(&mut Vec::new()).is_err());
        assert!(read.unwrap_or(true));
    }
    vault.conn.execute("UPDATE blob SET content = ?1", [&sealed]).unwrap();

    blobs.destroy(at(1), id).unwrap();
    assert!(matches!(blobs.get(id), Err(VaultError::Destroyed)));
    assert!(!contains(&all_bytes(dir.path()), &sealed[100..400]), "the content stayed on disk");
    assert!(!blobs.put(at(2), text.as_bytes(), 1 << 20, &fresh(3)).unwrap().existed);
    assert!(blobs.put(at(3), text.as_bytes(), 1 << 20, &fresh(4)).unwrap().existed);
    let mut back = String::new();
    blobs.get(id).unwrap().read_to_string(&mut back).unwrap();
    assert_eq!(back, text);
}

#[test]
fn a_damaged_file_and_a_wrong_master_key_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::open(dir.path()).unwrap();
    let blobs = vault.blobs(BlobMasterKey::new(&NewKey { secret: [1; 32] })).unwrap();
    let content = vec![5; 200_000];
    let id = blobs.put(at(0), &content[..], 1 << 20, &fresh(2)).unwrap().id;
    let name = id.to_string();
    let path = dir.path().join("blobs").join(&name[..2]).join(format!("{name}.blob"));
    let good = std::fs::read(&path).unwrap();
    let mut damages: Vec<Vec<u8>> = (0..good.len())
        .step_by(9973)
        .map(|i| {
            let mut bad = good.clone();
            bad[i] ^= 1;
            bad
        })
        .collect();
    damages.push(good[..good.len() - 1].to_vec());
    damages.push(good[..8 + 65_552].to_vec()); // cut between two pieces
    for bad in damages {
        std::fs::write(&path, bad).unwrap();
        let read = blobs.get(id).map(|mut file| file.read_to_end(&mut Vec::new()).is_err());
        assert!(read.unwrap_or(true));
    }
    let other = vault.blobs(BlobMasterKey::new(&NewKey { secret: [2; 32] }));
    assert!(matches!(other, Err(VaultError::WrongMasterKey)));
}

#[test]
fn keys_are_made_once_private_and_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let first = SigningKey::open_or_create(dir.path(), &NewKey { secret: [4; 32] }).unwrap();
    let again = SigningKey::open_or_create(dir.path(), &NewKey { secret: [5; 32] }).unwrap();
    assert_eq!(first.public(), again.public());
    assert_eq!(PublicKey::from_hex(&first.public().to_string()), Some(first.public()));
    assert_eq!(first.public().id().to_string().len(), 16);
    let path = dir.path().join("keys/signing.key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let open = SigningKey::open_or_create(dir.path(), &NewKey { secret: [5; 32] });
        assert!(matches!(open, Err(KeyError::Exposed { mode: 0o644, .. })));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    std::fs::write(&path, "phusong-signing-key-1 00ff\n").unwrap();
    let open = SigningKey::open_or_create(dir.path(), &NewKey { secret: [5; 32] });
    assert!(matches!(open, Err(KeyError::Malformed { .. })));
    assert!(!format!("{first:?}").contains("0404"));
}

#[test]
fn an_older_program_leaves_a_newer_vault_untouched() {
    let dir = tempfile::tempdir().unwrap();
    drop(Vault::open(dir.path()).unwrap());
    let raw = rusqlite::Connection::open(dir.path().join(FILE)).unwrap();
    raw.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(raw);
    let before = std::fs::read(dir.path().join(FILE)).unwrap();
    let open = Vault::open(dir.path());
    let newer = migrate::MigrateError::Newer { found: 99, known: MIGRATIONS.len() };
    assert!(
        matches!(&open, Err(VaultError::Migrate(error)) if error.to_string() == newer.to_string())
    );
    assert_eq!(std::fs::read(dir.path().join(FILE)).unwrap(), before);
}
