//! Much of the same kind done side by side on every core, in order. Nothing here knows what.

use std::sync::atomic::{AtomicUsize, Ordering};

/// So many at a time are handed to a core; fewer in all are done sooner than a thread is begun.
const PIECE: usize = 16;

/// What `make` makes of each, in the order of `items`.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if items.len() < PIECE || cores < 2 {
        return items.iter().map(make).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = Vec::new();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            let Some(own) = items.chunks(PIECE).nth(piece) else { return made };
            made.push((piece, own.iter().map(&make).collect::<Vec<R>>()));
        }
    };
    let mut pieces = std::thread::scope(|threads| {
        let others: Vec<_> = (1..cores).map(|_| threads.spawn(work)).collect();
        let mut made = work();
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    pieces.sort_unstable_by_key(|(piece, _)| *piece);
    pieces.into_iter().flat_map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_items() {
        for many in [0, 1, PIECE - 1, PIECE, PIECE + 1, 1_000] {
            let items: Vec<usize> = (0..many).collect();
            let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(side_by_side(&items, |item| item * 2), doubled);
        }
    }
}
