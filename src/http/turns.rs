//! Places for work that takes a core for long. Whoever finds none waits a little, then is told to
//! come again; a place is free when its work has ended, also where nobody waits for it any more.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::blocking;
use super::problem::{Kind, Problem};

/// So many papers and files are made at once.
static DESKS: Semaphore = Semaphore::const_new(2);
/// So many views of the past are folded at once.
static PASTS: Semaphore = Semaphore::const_new(2);
/// Longer than this nobody waits for a place.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Makes a paper or a file.
pub async fn at_desk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    at(&DESKS, LONGEST_WAIT, work).await
}

/// Folds a view of the past.
pub async fn in_the_past<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    at(&PASTS, LONGEST_WAIT, work).await
}

async fn at<T: Send + 'static>(
    places: &'static Semaphore,
    longest: Duration,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let place = place(places, longest).await?;
    blocking(move || {
        let _place = place;
        work()
    })
    .await
}

async fn place(
    places: &'static Semaphore,
    longest: Duration,
) -> Result<SemaphorePermit<'static>, Problem> {
    match tokio::time::timeout(longest, places.acquire()).await {
        Ok(place) => place.map_err(|error| Problem::internal(&error)),
        Err(_late) => Err(Problem::new(Kind::Busy)
            .because("Đang có quá nhiều tệp được làm", "Too many files are being made")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use axum::response::IntoResponse;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_place_is_taken_until_its_work_has_ended_though_nobody_waits() {
        static ONE: Semaphore = Semaphore::const_new(1);
        let (begun, has_begun) = channel();
        let (end, ending) = channel();
        let asker = tokio::spawn(at(&ONE, LONGEST_WAIT, move || {
            begun.send(()).expect("the test listens");
            ending.recv().map_err(|error| Problem::internal(&error))
        }));
        has_begun.recv().expect("the work has begun");
        asker.abort();
        assert!(asker.await.is_err(), "nobody waits any more");
        let refused = at(&ONE, Duration::from_millis(1), || Ok(())).await.expect_err("taken");
        let refused = refused.into_response();
        assert_eq!(refused.status(), 503);
        assert_eq!(refused.headers()["retry-after"], "5");
        end.send(()).expect("the work listens");
        at(&ONE, LONGEST_WAIT, || Ok(())).await.expect("free again");
    }
}
