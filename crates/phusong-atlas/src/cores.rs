//! Much of the same kind done side by side on every core, in order. Nothing here knows what.

use std::cell::Cell;
use std::sync::{Mutex, OnceLock, PoisonError};

/// So many at a time are handed to a core; fewer in all are done sooner than a thread is begun.
const PIECE: usize = 16;

thread_local! {
    static IS_ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Everything that `ask` does is done on this core, one piece after another: what several cores
/// make together is held against it.
pub fn alone<T>(ask: impl FnOnce() -> T) -> T {
    let before = IS_ALONE.replace(true);
    let told = ask();
    IS_ALONE.set(before);
    told
}

/// Three files of the kernel's are read to tell, which takes as long as a small entry's work.
static CORES: OnceLock<usize> = OnceLock::new();

fn cores() -> usize {
    if IS_ALONE.get() {
        return 1;
    }
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Two things at once.
pub fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    if cores() < 2 {
        return (one(), other());
    }
    std::thread::scope(|threads| {
        let one = threads.spawn(one);
        let other = other();
        match one.join() {
            Ok(one) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// What `make` makes of each, in the order of `items`.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let of_piece = |(): &mut (), own: &[T]| own.iter().map(&make).collect::<Vec<R>>();
    let pieces = in_pieces(items.chunks(PIECE), || (), of_piece);
    pieces.into_iter().flatten().collect()
}

/// What `make` makes of each piece, in their order. Every core begins with a state of its own and
/// keeps it from piece to piece: what it has looked up already, say.
pub fn in_pieces<S, P: Send, R: Send>(
    pieces: impl ExactSizeIterator<Item = P> + Send,
    begin: impl Fn() -> S + Sync,
    make: impl Fn(&mut S, P) -> R + Sync,
) -> Vec<R> {
    let cores = cores().min(pieces.len());
    if cores < 2 {
        let mut state = begin();
        return pieces.map(|piece| make(&mut state, piece)).collect();
    }
    let pieces = Mutex::new(pieces.enumerate());
    let next = || pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let (mut state, mut made) = (begin(), Vec::new());
        while let Some((at, piece)) = next() {
            made.push((at, make(&mut state, piece)));
        }
        made
    };
    let mut made = std::thread::scope(|threads| {
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
    made.sort_unstable_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
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

    #[test]
    fn two_things_at_once_are_both_done() {
        let words = ["one".to_owned(), "other".to_owned()];
        assert_eq!(both(|| words[0].len(), || words[1].as_str()), (3, "other"));
    }

    #[test]
    fn alone_one_core_does_it_all() {
        let here = std::thread::current().id();
        let items = vec![(); 1_000];
        let cores = alone(|| side_by_side(&items, |()| std::thread::current().id()));
        assert!(cores.iter().all(|core| *core == here));
    }

    #[test]
    fn what_a_core_keeps_in_mind_goes_from_piece_to_piece() {
        let mut items = vec![1_u64; 1_000];
        let seen = in_pieces(
            items.chunks_mut(10),
            || 0,
            |seen, piece| {
                for item in &mut *piece {
                    *item += 1;
                }
                *seen += piece.len();
                *seen
            },
        );
        assert!(seen.len() == 100 && seen.iter().any(|seen| *seen > 10), "{seen:?}");
        assert!(items.iter().all(|item| *item == 2));
    }
}
