//! The one mutable, erasable store: keys, drafts, people, files.
