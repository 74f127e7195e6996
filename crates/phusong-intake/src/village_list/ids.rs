//! Ids of villages and clusters that a file names first: the same name in the same place gives
//! the same id, whoever lists it and when; names one tone apart give different ones.

use data_encoding::HEXLOWER;
use phusong_atlas::domain::{ClusterId, UnitId, VillageId};
use phusong_atlas::gazetteer::{fold_for_search, normalise};
use sha2::{Digest, Sha256};

/// Readable letters before what makes an id certain.
const LETTERS: usize = 18;
/// Of the hash: 40 bits tell the villages of a commune apart many times over.
const HASH_BYTES: usize = 5;

/// `kon-hai-21520-1a2b3c4d5e`; `None` for a name without a letter.
pub fn village_id(name: &str, unit: UnitId) -> Option<VillageId> {
    let key = format!("{}\u{0}{}\u{0}{}", normalise(name), unit.code.0, unit.valid_from);
    VillageId::new(&format!("{}-{}-{}", letters(name)?, unit.code.0, hash(&key))).ok()
}

/// `nha-van-hoa-1a2b3c4d5e`, of the village and the cluster's name.
pub fn cluster_id(village: &VillageId, name: &str) -> Option<ClusterId> {
    let key = format!("{village}\u{0}{}", normalise(name));
    ClusterId::new(&format!("{}-{}", letters(name)?, hash(&key))).ok()
}

fn letters(name: &str) -> Option<String> {
    let folded: String = fold_for_search(&normalise(name))
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(LETTERS)
        .collect();
    let trimmed = folded.trim_matches('-');
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

fn hash(key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    HEXLOWER.encode(&digest[..HASH_BYTES])
}

#[cfg(test)]
mod tests {
    use phusong_atlas::domain::{Day, UnitCode};

    use super::*;

    fn unit(code: u32) -> UnitId {
        UnitId { code: UnitCode(code), valid_from: Day::EARLIEST }
    }

    #[test]
    fn an_id_follows_from_name_and_commune_and_no_two_names_share_one() {
        let id = |name: &str, code| village_id(name, unit(code)).expect("an id");
        assert_eq!(id("Ba Tơ", 1), id("Thôn Ba Tơ", 1), "a prefix is no part of the name");
        assert!(id("Kon Hai", 21_520).as_str().starts_with("kon-hai-21520-"));
        let apart = [("Ba Tơ", "Ba Tô"), ("Sơn Hà", "Sơn Hạ"), ("Sơn Tinh", "Sơn Tịnh")];
        for (one, other) in apart {
            assert_ne!(id(one, 1), id(other, 1), "{one}, {other}");
        }
        assert_ne!(id("Kon Hai", 1), id("Kon Hai", 2));
        assert!(id("Tổ dân phố số mười hai phường Nghĩa Lộ cũ", 99_999).as_str().len() <= 40);
        let village = id("Kon Hai", 1);
        assert_ne!(cluster_id(&village, "Nóc 1"), cluster_id(&village, "Nóc 2"));
        assert_eq!(village_id("…", unit(1)), None);
    }
}
