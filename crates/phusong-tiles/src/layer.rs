//! The layers of a tile and sets of them, as addresses name them.

/// In the order in which a tile holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    Communes,
    Villages,
    Gaps,
    Clusters,
    Sites,
}

impl Layer {
    pub const ALL: [Self; 5] =
        [Self::Communes, Self::Villages, Self::Gaps, Self::Clusters, Self::Sites];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Communes => "communes",
            Self::Villages => "villages",
            Self::Gaps => "gaps",
            Self::Clusters => "clusters",
            Self::Sites => "sites",
        }
    }
}

/// One or more layers; the order in which they are named plays no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerSet(u8);

impl LayerSet {
    /// From a comma list, each layer once; `None` when a name is none of ours.
    pub fn parse(names: &str) -> Option<Self> {
        let mut set = Self(0);
        for name in names.split(',') {
            let layer = Layer::ALL.into_iter().find(|layer| layer.as_str() == name)?;
            if set.contains(layer) {
                return None;
            }
            set.0 |= 1 << layer as u8;
        }
        Some(set)
    }

    pub const fn contains(self, layer: Layer) -> bool {
        self.0 & 1 << layer as u8 != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Layer> {
        Layer::ALL.into_iter().filter(move |layer| self.contains(*layer))
    }
}

impl std::fmt::Display for LayerSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, layer) in self.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{}", layer.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_as_addresses_name_them() {
        let read = |names| LayerSet::parse(names).map(|set| set.to_string());
        assert_eq!(read("villages").as_deref(), Some("villages"));
        assert_eq!(read("sites,communes,villages").as_deref(), Some("communes,villages,sites"));
        for wrong in ["", ",", "villages,", "villages,villages", "Villages", "roads", " villages"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
