//! What a paper says of coverage: by carrier and technology, by cluster, and the statements it
//! rests on. What a carrier says and what is verified stand apart.

use std::collections::BTreeSet;

use phusong_atlas::atlas::{
    Atlas, Carriers, ClusterVerdict, Flagged, Question, Reason, VillageCard, VillageVerdict,
    explain, letter_carriers,
};
use phusong_atlas::domain::{Grade, SiteId, Technology};
use phusong_typeset::{Align, Block, Cell, Column, Sentence, Table};

use super::sources::Sources;
use super::words;

pub(super) fn column(title: &str, share: u16) -> Column {
    Column { title: title.to_owned(), share, align: Align::Left }
}

pub(super) fn centred(title: &str, share: u16) -> Column {
    Column { align: Align::Centre, ..column(title, share) }
}

/// Every carrier by least technology, and any carrier.
pub(super) fn by_carrier(atlas: &Atlas, card: &VillageCard, question: &Question) -> Block {
    let row = |name: String, carriers: Carriers| {
        let of = |technology| {
            let asked = Question {
                carriers: carriers.clone(),
                technology: Some(technology),
                ..question.clone()
            };
            let found = card.verdict(&asked, &atlas.common);
            // Another's signal makes the village *not as asked*: here each speaks for itself.
            let own: Vec<ClusterVerdict> = card
                .clusters_on(question.day)
                .map(|cluster| cluster.verdict(&asked, &atlas.common).verdict)
                .collect();
            if found.verdict == VillageVerdict::NotAsAsked {
                return Cell::from(not_as_asked(&own));
            }
            Cell::from(standing(found, card.grade_behind(&asked, &atlas.common)))
        };
        std::iter::once(Cell::from(Sentence::strong(name)))
            .chain(Technology::ALL.map(of))
            .collect::<Vec<_>>()
    };
    let mut rows = vec![row("Bất kỳ".to_owned(), Carriers::Operators)];
    rows.extend(
        letter_carriers(&atlas.common)
            .into_iter()
            .map(|index| row(atlas.carrier(index).name.clone(), Carriers::Named(vec![index]))),
    );
    Block::Table(Table {
        columns: vec![
            column("Doanh nghiệp", 3),
            centred("Từ 2G", 3),
            centred("Từ 3G", 3),
            centred("Từ 4G", 3),
            centred("5G", 3),
        ],
        rows,
    })
}

/// Of a carrier or technology that does not reach every cluster of a village that others cover.
fn not_as_asked(clusters: &[ClusterVerdict]) -> &'static str {
    let lacking = clusters.iter().filter(|one| **one == ClusterVerdict::NotCovered).count();
    match lacking {
        0 => "Chưa đủ dữ liệu",
        all if all == clusters.len() => "Không có",
        _ => "Có cụm không có",
    }
}

/// A carrier's word is never written as something that was verified.
fn standing(found: Flagged<VillageVerdict>, grade: Option<Grade>) -> Sentence {
    let grade_text = grade.map(|grade| format!(" ({grade})")).unwrap_or_default();
    let verified = grade.is_some_and(|grade| grade >= Grade::E3);
    match found.verdict {
        VillageVerdict::Covered if verified => {
            Sentence::strong(format!("Có, đã xác minh{grade_text}"))
        }
        VillageVerdict::Covered => Sentence::note(format!("Khai báo có{grade_text}")),
        VillageVerdict::Insufficient => Sentence::new("Chưa đủ dữ liệu"),
        VillageVerdict::NoSignal => Sentence::new(format!("Không có{grade_text}")),
        VillageVerdict::PartialHole => Sentence::new(format!("Có cụm không có{grade_text}")),
        VillageVerdict::NotAsAsked => Sentence::new("Chưa đáp ứng"),
    }
}

/// The clusters of the day with their own answers.
pub(super) fn clusters(atlas: &Atlas, card: &VillageCard, question: &Question) -> Block {
    let rows = card.clusters_on(question.day).map(|cluster| {
        let fact = cluster.fact_on(question.day);
        let found = cluster.verdict(question, &atlas.common);
        let name = match fact {
            Some(fact) if !fact.name.is_empty() => Sentence::new(fact.name.clone()),
            Some(fact) => Sentence::new(fact.id.to_string()),
            None => Sentence::note("Chưa có danh sách cụm: lấy theo vị trí thôn"),
        };
        let centre = if fact.is_some_and(|fact| fact.centre) { "trung tâm" } else { "" };
        let households = fact.and_then(|fact| fact.households);
        let households =
            households.map_or("chưa rõ".to_owned(), |count| words::number(count.into()));
        let answer = [words::cluster_verdict(found.verdict)]
            .into_iter()
            .chain(words::flags(found.flags, false))
            .collect::<Vec<_>>();
        vec![name.into(), centre.into(), households.into(), answer.join(", ").into()]
    });
    Block::Table(Table {
        columns: vec![
            column("Cụm dân cư", 5),
            centred("Vai trò", 2),
            Column { align: Align::Right, ..column("Số hộ", 2) },
            column("Đánh giá", 4),
        ],
        rows: rows.collect(),
    })
}

/// The statements behind the answer: carriers' claims, then everybody else's words.
pub(super) fn statements(
    atlas: &Atlas,
    card: &VillageCard,
    question: &Question,
    sources: &mut Sources,
) -> [Option<Block>; 2] {
    let sees = |site: &SiteId| atlas.site(site).is_some();
    let mut seen = BTreeSet::new();
    let mut reasons: Vec<Reason> = card
        .clusters_on(question.day)
        .flat_map(|cluster| explain(cluster, question, &atlas.common, Technology::G2, sees))
        .filter(|reason| seen.insert((reason.evidence, reason.step)))
        .collect();
    reasons.sort_by(|a, b| b.day.cmp(&a.day).then(a.cmp(b)));
    let (claims, words): (Vec<_>, Vec<_>) =
        reasons.into_iter().partition(|reason| reason.kind.is_claim());
    [claims, words].map(|reasons| statement_table(atlas, &reasons, sources))
}

fn statement_table(atlas: &Atlas, reasons: &[Reason], sources: &mut Sources) -> Option<Block> {
    let rows: Vec<Vec<Cell>> = reasons
        .iter()
        .map(|reason| {
            let site = reason.site.as_ref().map(|site| format!(", trạm {}", site.code.as_str()));
            let told = words::reason(atlas, reason, &site.unwrap_or_default()).0;
            let said = Sentence::new(format!("{told}."));
            vec![
                Cell::from(words::day(reason.day)),
                said.from(sources.rows(&reason.rows)).into(),
                reason.grade.to_string().into(),
                words::fate(reason.step).0.into(),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| {
        Block::Table(Table {
            columns: vec![
                centred("Ngày", 6),
                column("Nội dung", 15),
                centred("Mức", 3),
                column("Trong đánh giá", 8),
            ],
            rows,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carrier_of_which_nobody_said_anything_is_not_told_to_fall_short() {
        use ClusterVerdict::{Covered, Insufficient, NotCovered};
        assert_eq!(not_as_asked(&[Insufficient, Insufficient]), "Chưa đủ dữ liệu");
        assert_eq!(not_as_asked(&[NotCovered, NotCovered]), "Không có");
        assert_eq!(not_as_asked(&[Covered, NotCovered]), "Có cụm không có");
        assert_eq!(not_as_asked(&[Covered, Insufficient]), "Chưa đủ dữ liệu");
    }
}
