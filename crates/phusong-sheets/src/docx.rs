//! x
use crate::{error::BookError, limits::BookLimits, out::Out, package::Package};
use std::io::{Read, Seek};
pub(crate) fn read<R: Read + Seek>(
    _: &mut Package<R>,
    _: &str,
    _: &BookLimits,
    _: &mut Out<'_>,
) -> Result<(), BookError> {
    Err(BookError::NoData)
}
