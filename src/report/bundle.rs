//! Dossiers of many villages: of a commune, of what a carrier was ordered to cover, of all.
//!
//! As one paper for few, or as a packed folder that is written as it goes: a summary, then a paper
//! for each village, so that whoever reads along sees how far it is and may stop.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver};

use phusong_atlas::atlas::{Atlas, DutyRow, DutyState, VillageCard};
use phusong_atlas::domain::{CarrierId, Day, UnitId, VillageId};
use phusong_typeset::{Align, Block, Column, Document, Sentence, Table};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::coverage::{centred, column};
use super::{Asked, State, dossier, letterhead, words};

/// A paper of more villages than this is a folder.
pub const MOST_BOUND: usize = 60;

/// Of which villages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BundleOf {
    /// One of today's.
    Commune(UnitId),
    /// Those that it was ordered to cover.
    Carrier(CarrierId),
    Province,
}

impl BundleOf {
    /// A word of ours, for names of files.
    pub fn word(&self) -> String {
        match self {
            Self::Commune(unit) => format!("commune-{}", unit.code.0),
            Self::Carrier(carrier) => format!("carrier-{carrier}"),
            Self::Province => "province".to_owned(),
        }
    }

    fn subject(&self, atlas: &Atlas) -> String {
        match self {
            Self::Commune(unit) => words::capital(&atlas.common.units.label(*unit)),
            Self::Carrier(id) => {
                format!("Các thôn giao {} phủ sóng", words::carrier_name(atlas, id))
            }
            Self::Province => "Toàn tỉnh".to_owned(),
        }
    }

    fn holds(&self, atlas: &Atlas, card: &VillageCard, day: Day) -> bool {
        match self {
            Self::Commune(unit) => atlas.units_of(card, day).commune == Some(*unit),
            Self::Carrier(carrier) => {
                given(atlas, card, day).iter().any(|row| row.carrier == *carrier)
            }
            Self::Province => true,
        }
    }
}

/// What the village, and those that went into it, were ordered up to a day.
fn given(atlas: &Atlas, card: &VillageCard, day: Day) -> Vec<DutyRow> {
    let mut rows = atlas.duties_of(card, day);
    rows.retain(|row| row.duty().is_some() && row.state != DutyState::NotYetGiven);
    rows
}

/// The villages of a bundle, by commune and name.
pub fn members(atlas: &Atlas, of: &BundleOf, day: Day) -> Vec<VillageId> {
    let cards = atlas.shards().flat_map(|shard| &shard.villages);
    let mut found: Vec<(Option<String>, String, VillageId)> = cards
        .filter(|card| card.exists_on(day) && of.holds(atlas, card, day))
        .map(|card| {
            let commune = atlas.units_of(card, day).commune;
            let commune = commune.map(|unit| atlas.common.units.label(unit));
            (commune, words::village(card.fact_on(day), &card.id), card.id.clone())
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, _, id)| id).collect()
}

/// The summary alone, as it leads a folder.
pub fn summary(atlas: &Atlas, of: &BundleOf, villages: &[VillageId], asked: &Asked) -> Document {
    titled("bundle-summary", atlas, of, villages, asked)
}

/// What is said before the papers; `paper` names what they make together.
fn titled(
    paper: &str,
    atlas: &Atlas,
    of: &BundleOf,
    villages: &[VillageId],
    asked: &Asked,
) -> Document {
    let (letterhead, signature) = letterhead::letterhead(atlas, asked.known_at).unzip();
    let state = State::of(atlas, asked, paper, &of.word());
    Document {
        ident: state.as_str().to_owned(),
        title: "Tập phiếu hiện trạng thôn".to_owned(),
        subtitle: Some(of.subject(atlas)),
        letterhead,
        blocks: vec![lead(atlas, villages, asked), table(atlas, villages, asked)],
        signature,
        annexes: Vec::new(),
        mark: asked.mark(),
        state: state.as_str().to_owned(),
    }
}

/// The summary with every village's paper behind it.
pub fn bound(atlas: &Atlas, of: &BundleOf, villages: &[VillageId], asked: &Asked) -> Document {
    let mut paper = titled("bundle", atlas, of, villages, asked);
    let agency = paper.letterhead.as_ref().map(|head| head.agency.clone());
    let note = agency.map(|agency| {
        format!("(Kèm theo Văn bản số         /          ngày       tháng       năm          của {agency})")
    });
    for (_, card) in villages.iter().filter_map(|id| atlas.village(id)) {
        let title = "Phiếu hiện trạng thôn".to_owned();
        let subtitle = Some(dossier::subject(atlas, card, asked.day()));
        paper.annexes.push(Block::Chapter { title, subtitle, note: note.clone() });
        paper.annexes.extend(dossier::body(atlas, card, asked));
    }
    paper
}

fn lead(atlas: &Atlas, villages: &[VillageId], asked: &Asked) -> Block {
    let (count, day) = (words::number(villages.len() as u64), words::day(asked.day()));
    Block::Paragraph(vec![
        Sentence::new(format!("Gồm {count} thôn, tính đến hết ngày {day}.")),
        Sentence::new(format!(
            "Theo dữ liệu nhận đến hết ngày {}, phạm vi {}.",
            words::day(asked.known_at),
            words::scope(atlas)
        )),
    ])
}

fn table(atlas: &Atlas, villages: &[VillageId], asked: &Asked) -> Block {
    let day = asked.day();
    let rows = (1_u64..).zip(villages.iter().filter_map(|id| atlas.village(id))).map(
        |(number, (_, card))| {
            let found = card.verdict(&asked.question, &atlas.common);
            let flags = words::flags(found.flags, card.disputed_on(day));
            let verdict = std::iter::once(words::verdict(found.verdict).0).chain(flags);
            let grade = card.grade_behind(&asked.question, &atlas.common);
            let households = card.households_on(day);
            let duties: Vec<String> = given(atlas, card, day)
                .iter()
                .filter_map(|row| {
                    let name = words::carrier_name(atlas, &row.carrier);
                    let clause = &row.duty()?.fact.clause;
                    Some(format!("{name}, {clause}: {}", words::duty(row.state).0))
                })
                .collect();
            vec![
                words::number(number).into(),
                dossier::subject(atlas, card, day).into(),
                households
                    .map_or_else(|| "chưa rõ".to_owned(), |count| words::number(count.into()))
                    .into(),
                verdict.collect::<Vec<_>>().join(", ").into(),
                grade.map_or_else(|| "–".to_owned(), |grade| grade.to_string()).into(),
                duties.join("; ").into(),
            ]
        },
    );
    Block::Table(Table {
        columns: vec![
            centred("TT", 2),
            column("Thôn", 8),
            Column { align: Align::Right, ..column("Số hộ", 3) },
            column("Đánh giá", 5),
            centred("Mức", 2),
            column("Nhiệm vụ", 7),
        ],
        rows: rows.collect(),
    })
}

/// Writes the folder of a bundle: its summary, then each village's paper, all sealed.
///
/// # Errors
/// The first that cannot be made or written.
pub fn folder(
    (atlas, of, asked): (&Atlas, &BundleOf, &Asked),
    villages: &[VillageId],
    seal: impl Fn(Vec<u8>) -> Vec<u8> + Sync,
    out: impl Write,
) -> io::Result<()> {
    let sealed = |paper: &Document| super::pdf(paper).map(&seal).map_err(io::Error::other);
    let first = ("0000-tong-hop.pdf".to_owned(), sealed(&summary(atlas, of, villages, asked))?);
    let cards = villages.iter().filter_map(|id| atlas.village(id));
    let cards: Vec<(u32, &VillageCard)> = (1..).zip(cards.map(|(_, card)| card)).collect();
    pack(out, first, &cards, |(number, card)| {
        let paper = sealed(&dossier::dossier(atlas, card, asked))?;
        Ok((format!("{number:04}-{}.pdf", card.id), paper))
    })
}

/// A file of a packed folder: its name and what it holds.
type Named = (String, Vec<u8>);

/// Papers that a core has ready for a slow reader; a few, for they lie in memory.
const READY: usize = 2;

/// Writes a packed folder: `first`, then what `make` makes of each of `of`, in their order, on
/// every core and few ahead of the reader. PDFs are packed already. The first that cannot be made
/// or written (nobody reads any more) ends it on all cores.
fn pack<T: Sync>(
    out: impl Write,
    first: Named,
    of: &[T],
    make: impl Fn(&T) -> io::Result<Named> + Sync,
) -> io::Result<()> {
    let mut folder = ZipWriter::new_stream(out);
    add(&mut folder, first)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|threads| {
        // Each core has every so-manieth paper, so that turns keep the order.
        let lanes: Vec<Receiver<io::Result<Named>>> = (0..cores)
            .map(|lane| {
                let (ready, taken) = mpsc::sync_channel(READY);
                let own = of.iter().skip(lane).step_by(cores);
                let make = &make;
                threads.spawn(move || own.map(make).try_for_each(|made| ready.send(made)));
                taken
            })
            .collect();
        let lost = |_gone| Err(io::Error::other("a paper could not be made"));
        let turns = lanes.iter().cycle().take(of.len());
        turns
            .map(|lane| lane.recv().unwrap_or_else(lost))
            .try_for_each(|made| add(&mut folder, made?))
    })?;
    folder.finish()?;
    Ok(())
}

fn add(folder: &mut ZipWriter<StreamWriter<impl Write>>, (name, bytes): Named) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    folder.start_file(name, options)?;
    folder.write_all(&bytes)?;
    folder.flush()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;
    use std::thread::current;

    use zip::ZipArchive;

    use super::*;

    fn paper(number: u8) -> Named {
        (format!("{number:02}.pdf"), vec![number; 9])
    }

    /// The names in the order of the folder's entries.
    fn names(folder: &[u8]) -> Vec<String> {
        let mut folder = ZipArchive::new(io::Cursor::new(folder)).expect("a folder");
        let count = folder.len();
        let entry = |at| folder.by_index(at).expect("an entry").name().expect("UTF-8").into_owned();
        (0..count).map(entry).collect()
    }

    #[test]
    fn papers_made_on_every_core_lie_in_their_order() {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for many in [0_u8, 1, 2, 3, 40] {
            let of: Vec<u8> = (1..=many).collect();
            let made_by: Mutex<BTreeSet<String>> = Mutex::default();
            let make = |number: &u8| {
                made_by.lock().expect("no panic").insert(format!("{:?}", current().id()));
                Ok(paper(*number))
            };
            let mut folder = Vec::new();
            pack(&mut folder, paper(0), &of, make).expect("packed");
            assert_eq!(names(&folder), (0..=many).map(|n| paper(n).0).collect::<Vec<_>>());
            let makers = made_by.lock().expect("no panic").len();
            assert_eq!(makers, cores.min(of.len()), "{many} papers");
        }
    }

    #[test]
    fn the_first_that_fails_ends_the_folder_and_the_work() {
        let of: Vec<u8> = (1..=200).collect();
        let made = Mutex::new(0);
        let make = |number: &u8| {
            *made.lock().expect("no panic") += 1;
            if *number == 5 { Err(io::ErrorKind::InvalidData.into()) } else { Ok(paper(*number)) }
        };
        let error = pack(io::sink(), paper(0), &of, make).expect_err("the fifth");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(*made.lock().expect("no panic") < 100, "the rest is not made");

        let mut small = [0; 60];
        let error = pack(&mut small[..], paper(0), &of, |n| Ok(paper(*n))).expect_err("full");
        assert_eq!(error.kind(), io::ErrorKind::WriteZero);
    }
}
