//! The comparison (to come).
