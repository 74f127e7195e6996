//! x
use crate::{
    error::{BookError, RefusedBook},
    limits::BookLimits,
    out::Out,
};
use std::io::{Read, Seek};
pub(crate) fn check<R: Read + Seek>(_: R) -> Result<(), BookError> {
    Err(BookError::refused(RefusedBook::OldExcel))
}
pub(crate) fn read<R: Read + Seek>(_: R, _: &BookLimits, _: &mut Out<'_>) -> Result<(), BookError> {
    Err(BookError::NoData)
}
