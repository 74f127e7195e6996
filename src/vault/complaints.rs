//! Complaints that wait for an officer: kept for a while, erased when they are dealt with.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, params};

use super::{Vault, VaultError, from_micros, to_micros};

/// More than this are not taken until an officer has dealt with some.
pub const MOST_WAITING: u32 = 500;
/// Of those at most so many are of one sender; all who send without a key are one, so that keys
/// always find room.
pub const MOST_OF_ONE: u32 = 100;
pub const MOST_OF_PUBLIC: u32 = 400;
const PUBLIC: &str = "public";
/// After so long a complaint that nobody dealt with is erased.
const KEPT_DAYS: i64 = 90;

/// *Phản ánh* as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub id: String,
    pub received: Timestamp,
    /// `public`, `carrier:viettel`, `commune:21520` …
    pub sender: String,
    pub village: String,
    pub carrier: Option<String>,
    pub text: String,
    /// How to reach whoever sent it; seen by officers only, and gone with the complaint.
    pub contact: Option<String>,
}

/// What became of sending one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// The id under which it waits; the same words of one sender on the same village and carrier
    /// wait once.
    Waits(String),
    /// Too many wait already, of all or of this sender.
    Full,
}

impl Vault {
    pub fn take_complaint(&self, new: &Complaint) -> Result<Taken, VaultError> {
        self.forget_old_complaints(new.received)?;
        let same = self
            .conn
            .query_row(
                "SELECT id FROM complaint WHERE village = ?1 AND text = ?2 AND sender = ?3
                   AND carrier IS ?4 AND contact IS ?5",
                params![new.village, new.text, new.sender, new.carrier, new.contact],
                |row| row.get(0),
            )
            .optional()
            .map_err(VaultError::Store)?;
        if let Some(id) = same {
            return Ok(Taken::Waits(id));
        }
        let (waiting, own): (u32, u32) = self
            .conn
            .query_row(
                "SELECT count(*), count(*) FILTER (WHERE sender = ?1) FROM complaint",
                [&new.sender],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .map_err(VaultError::Store)?;
        let most_own = if new.sender == PUBLIC { MOST_OF_PUBLIC } else { MOST_OF_ONE };
        if waiting >= MOST_WAITING || own >= most_own {
            return Ok(Taken::Full);
        }
        self.conn
            .execute(
                "INSERT INTO complaint VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    new.id,
                    to_micros(new.received),
                    new.sender,
                    new.village,
                    new.carrier,
                    new.text,
                    new.contact
                ],
            )
            .map_err(VaultError::Store)?;
        Ok(Taken::Waits(new.id.clone()))
    }

    fn forget_old_complaints(&self, now: Timestamp) -> Result<(), VaultError> {
        let kept = SignedDuration::from_hours(KEPT_DAYS * 24);
        let oldest = now.checked_sub(kept).unwrap_or(Timestamp::MIN);
        self.conn
            .execute("DELETE FROM complaint WHERE received < ?1", [to_micros(oldest)])
            .map(|_rows| ())
            .map_err(VaultError::Store)
    }

    /// Those that wait, oldest first.
    pub fn complaints(&self) -> Result<Vec<Complaint>, VaultError> {
        self.conn
            .prepare("SELECT * FROM complaint ORDER BY received, id")
            .and_then(|mut found| found.query_map([], read)?.collect())
            .map_err(VaultError::Store)
    }

    pub fn complaint(&self, id: &str) -> Result<Option<Complaint>, VaultError> {
        self.conn
            .query_row("SELECT * FROM complaint WHERE id = ?1", [id], read)
            .optional()
            .map_err(VaultError::Store)
    }

    /// It has been dealt with: nothing of it stays here.
    pub fn erase_complaint(&self, id: &str) -> Result<(), VaultError> {
        self.conn
            .execute("DELETE FROM complaint WHERE id = ?1", [id])
            .map(|_rows| ())
            .map_err(VaultError::Store)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Complaint> {
    Ok(Complaint {
        id: row.get("id")?,
        received: from_micros(row.get("received")?).unwrap_or(Timestamp::UNIX_EPOCH),
        sender: row.get("sender")?,
        village: row.get("village")?,
        carrier: row.get("carrier")?,
        text: row.get("text")?,
        contact: row.get("contact")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(number: u32, received: &str) -> Complaint {
        Complaint {
            id: number.to_string(),
            received: received.parse().expect("an instant"),
            sender: "public".to_owned(),
            village: "kon-doc".to_owned(),
            carrier: None,
            text: format!("không có sóng {number}"),
            contact: Some("0900000000".to_owned()),
        }
    }

    #[test]
    fn the_same_words_wait_once_and_old_or_too_many_do_not_wait() {
        let dir = tempfile::TempDir::new().expect("a directory");
        let vault = Vault::open(dir.path()).expect("a vault");
        let first = complaint(1, "2026-01-01T00:00:00Z");
        assert_eq!(vault.take_complaint(&first).expect("kept"), Taken::Waits("1".to_owned()));
        let again = Complaint { id: "2".to_owned(), ..first.clone() };
        assert_eq!(vault.take_complaint(&again).expect("kept"), Taken::Waits("1".to_owned()));
        assert_eq!(vault.complaints().expect("read"), [first]);
        // Ninety-one days on it is gone.
        let later = complaint(3, "2026-04-02T00:00:00Z");
        vault.take_complaint(&later).expect("kept");
        assert_eq!(vault.complaints().expect("read"), [later]);
        vault.erase_complaint("3").expect("erased");
        assert_eq!(vault.complaint("3").expect("read"), None);
    }

    #[test]
    fn another_carrier_or_another_person_is_another_complaint() {
        let dir = tempfile::TempDir::new().expect("a directory");
        let vault = Vault::open(dir.path()).expect("a vault");
        let first = complaint(1, "2026-01-01T00:00:00Z");
        let other = |id: &str, change: &dyn Fn(&mut Complaint)| {
            let mut other = Complaint { id: id.to_owned(), ..first.clone() };
            change(&mut other);
            other
        };
        let others = [
            first.clone(),
            other("2", &|one| one.carrier = Some("viettel".to_owned())),
            other("3", &|one| one.contact = Some("0900000001".to_owned())),
            other("4", &|one| one.contact = None),
            other("5", &|one| one.sender = "commune:21520".to_owned()),
        ];
        for one in &others {
            assert_eq!(vault.take_complaint(one).expect("kept"), Taken::Waits(one.id.clone()));
        }
        assert_eq!(vault.complaints().expect("read"), others);
    }

    #[test]
    fn one_sender_does_not_fill_the_list_for_the_others() {
        let dir = tempfile::TempDir::new().expect("a directory");
        let vault = Vault::open(dir.path()).expect("a vault");
        let of = |sender: &str, number: u32| Complaint {
            id: format!("{sender}-{number}"),
            sender: sender.to_owned(),
            ..complaint(number, "2026-04-02T00:00:00Z")
        };
        let fill = |sender: &str| {
            (0..MOST_WAITING)
                .take_while(|number| {
                    let taken = vault.take_complaint(&of(sender, *number)).expect("asked");
                    taken != Taken::Full
                })
                .count()
        };
        assert_eq!(fill("public"), MOST_OF_PUBLIC as usize);
        // A filled list of one is not in the way of another, until all that may wait do.
        assert_eq!(fill("commune:21520"), MOST_OF_ONE as usize);
        assert_eq!(MOST_OF_PUBLIC + MOST_OF_ONE, MOST_WAITING);
        assert_eq!(fill("viettel"), 0);
        vault.erase_complaint("public-0").expect("erased");
        assert_eq!(fill("viettel"), 1);
    }
}
