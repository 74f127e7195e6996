//! Certificates of inspection: they stand beside the verdicts, and what is odd in one is said.

use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{
    CertificateFact, Fact, FiledRow, Party, Places, SiteCode, SiteId, TechSet, Technology,
};
use phusong_intake::{Finding, Severity};

use super::actor::Actor;
use super::contested::{Act, ContestError, day_of, past_day, word_of};
use super::decisions::{fault, said};
use super::open::Service;

/// *Giấy chứng nhận kiểm định*, as it was sent.
#[derive(Debug, Clone, Default)]
pub struct Certified {
    pub carrier: Option<String>,
    pub number: String,
    pub issued: String,
    pub expires: Option<String>,
    pub site: Option<String>,
    pub villages: Vec<String>,
    pub technologies: Vec<String>,
    pub source: String,
}

impl Service {
    /// A carrier's certificate, filed by it or on its behalf.
    pub fn certify(
        &self,
        actor: &Actor,
        sent: &Certified,
        key: Option<&str>,
    ) -> Result<(Act, Vec<Finding>), ContestError> {
        let carrier = self.owner(actor, sent.carrier.as_deref())?.id;
        let issued = past_day("issued", &sent.issued)?;
        let expires = sent.expires.as_deref().map(|text| day_of("expires", text)).transpose()?;
        if let Some(expires) = expires.filter(|expires| *expires < issued) {
            let (vi, en) = ("hết hạn trước khi cấp", "it expires before it was issued");
            return Err(fault("end-before-start", "expires", &expires.to_string(), vi, en).into());
        }
        let site = sent.site.as_deref().map(|code| {
            let bad =
                |_no_code| fault("bad-site-code", "site", code, "mã trạm sai", "no site code");
            Ok::<_, Box<Finding>>(SiteId {
                carrier: carrier.clone(),
                code: SiteCode::new(code).map_err(bad)?,
            })
        });
        let site = site.transpose()?;
        let mut places = Places::default();
        for village in &sent.villages {
            places.villages.push(self.village_of(village)?);
        }
        if site.is_none() && places.is_empty() {
            let (vi, en) = ("cần nêu trạm hoặc thôn", "a site or a village is needed");
            return Err(fault("place-missing", "site", "", vi, en).into());
        }
        let mut technologies = TechSet::NONE;
        for word in &sent.technologies {
            let unknown = |()| {
                fault("unknown-technology", "technologies", word, "2G, 3G, 4G, 5G", "2G to 5G")
            };
            technologies = technologies.with(word.parse::<Technology>().map_err(unknown)?);
        }
        let certificate = CertificateFact {
            carrier: carrier.clone(),
            number: said("number", &sent.number)?,
            issued,
            expires,
            site,
            places,
            technologies,
            source: said("source", &sent.source)?,
        };
        let filing = word_of(actor, Party::Carrier(carrier))?;
        // Held against what was on file before it.
        let odd = odd_of_certificate(&self.atlas(&actor.scope()), &certificate);
        let fact = Fact::Certificate(certificate);
        let rows = vec![FiledRow { fact, replaces: None, note: None }];
        Ok((self.act(actor, filing, rows, key)?, odd))
    }
}

/// What is odd in a certificate, by what its filer may know: it is filed all the same.
fn odd_of_certificate(atlas: &Atlas, fact: &CertificateFact) -> Vec<Finding> {
    let mut odd = Vec::new();
    let mut warn = |code, column: &str, value: &str, message: (&str, &str), remedy| {
        let mut finding = Finding::new(code, Severity::Warn, message, remedy).at(0, column, value);
        finding.row = None;
        odd.push(finding);
    };
    if let Some(site) = fact.site.as_ref().filter(|site| atlas.site(site).is_none()) {
        let message = ("chưa có báo cáo nào về trạm này", "nothing has been reported of this site");
        let remedy = ("kiểm tra mã trạm", "check the code");
        warn("unknown-site", "site", site.code.as_str(), message, remedy);
    }
    // One body numbers what it issues, and nobody has two of one number.
    let twin = atlas.beside.certificates.iter().find(|known| {
        let same = known.site == fact.site
            && known.villages == fact.places.villages
            && (known.issued, known.expires) == (fact.issued, fact.expires)
            && known.technologies == fact.technologies
            && (&known.carrier, &known.source) == (&fact.carrier, &fact.source);
        let by_one = known.carrier == fact.carrier || known.source == fact.source;
        known.number == fact.number && by_one && !same
    });
    if let Some(known) = twin {
        let (carrier, issued) = (&known.carrier, known.issued);
        let (vi, en) = (
            format!("đã có giấy chứng nhận khác cùng số này ({carrier}, cấp ngày {issued})"),
            format!("another certificate bears this number ({carrier}, issued on {issued})"),
        );
        let remedy = (
            "kiểm tra số; nếu giấy cũ ghi nhầm thì thu hồi lần gửi đó",
            "check the number; if the earlier one is wrong, withdraw its filing",
        );
        warn("certificate-number", "number", &fact.number, (&vi, &en), remedy);
    }
    odd
}
