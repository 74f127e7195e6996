//! What stands above a column of words on signal beside its carrier and its technology: where, for
//! what, and the word that a tick in it stands for.

use phusong_atlas::gazetteer::fold_for_search;

use crate::reading::confirmation;

/// What the words of a text say of signal.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfSignal {
    /// Stored words of environments and services, each once.
    pub environments: Vec<&'static str>,
    pub services: Vec<&'static str>,
    /// The word that a tick stands for: ours, and as it is written.
    pub word: Option<(&'static str, String)>,
}

/// What words beside each other name.
#[derive(Clone, Copy)]
enum Names {
    Environment(&'static str),
    Service(&'static str),
    /// *Sóng điện thoại* is signal.
    Nothing,
}

/// Longer ones first.
const NAMED: [(&[&str], Names); 12] = [
    (&["dien", "thoai"], Names::Nothing),
    (&["trong", "nha"], Names::Environment("indoor")),
    (&["ngoai", "troi"], Names::Environment("outdoor")),
    (&["indoor"], Names::Environment("indoor")),
    (&["outdoor"], Names::Environment("outdoor")),
    (&["dam", "thoai"], Names::Service("voice")),
    (&["cuoc", "goi"], Names::Service("voice")),
    (&["nghe", "goi"], Names::Service("voice")),
    (&["thoai"], Names::Service("voice")),
    (&["du", "lieu"], Names::Service("data")),
    (&["data"], Names::Service("data")),
    (&["internet"], Names::Service("data")),
];

impl OfSignal {
    /// Takes out of the words of a text, folded and in order, what they say of signal.
    pub fn taken(text: &str, words: &mut Vec<String>) -> Self {
        let (mut found, mut kept, mut at) = (Self::default(), Vec::new(), 0);
        while at < words.len() {
            let rest = &words[at..];
            let named = NAMED.iter().find(|(own, _)| {
                own.len() <= rest.len() && own.iter().zip(rest).all(|(own, word)| own == word)
            });
            let Some((own, names)) = named else {
                kept.push(words[at].clone());
                at += 1;
                continue;
            };
            match names {
                Names::Environment(one) => found.environments.push(one),
                Names::Service(one) => found.services.push(one),
                Names::Nothing => {}
            }
            at += own.len();
        }
        for all in [&mut found.environments, &mut found.services] {
            all.sort_unstable();
            all.dedup();
            // *Thoại và dữ liệu*.
            if all.len() > 1 {
                kept.retain(|word| word != "va");
            }
        }
        if let Some(ours) = confirmation::said_by(&kept.join(" ")) {
            let is_own = |part: &&str| kept.contains(&fold_for_search(part));
            let written: Vec<&str> = text.split_whitespace().filter(is_own).collect();
            found.word = Some((ours, written.join(" ")));
            kept.clear();
        }
        *words = kept;
        found
    }

    /// Of another text over the same column; its word is chosen there.
    pub fn add(&mut self, other: Self) {
        for (own, other) in
            [(&mut self.environments, other.environments), (&mut self.services, other.services)]
        {
            own.extend(other);
            own.sort_unstable();
            own.dedup();
        }
    }

    pub fn environment(&self) -> Option<String> {
        (!self.environments.is_empty()).then(|| self.environments.join("; "))
    }

    /// Both are what is silent of either.
    pub fn service(&self) -> Option<&'static str> {
        if let [one] = self.services[..] { Some(one) } else { None }
    }

    pub const fn says(&self) -> bool {
        !self.environments.is_empty() || !self.services.is_empty()
    }
}
