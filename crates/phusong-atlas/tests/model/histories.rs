//! Histories (to come).
