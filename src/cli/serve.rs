//! `phusong serve`: from the address printed to the last request answered.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use super::commands::{Done, fail, say};
use super::{Failure, logs};
use crate::http::{self, Edge, PublicUrl, RateLimit};
use crate::ledger;
use crate::service::{OpenError, Service};
use crate::vault::api_keys::Holder;

/// For whoever comes without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PublicView {
    Open,
    Closed,
}

/// How long what was begun may take once the service is told to stop. The unit's
/// `TimeoutStopSec` is longer.
pub const GRACE: Duration = Duration::from_secs(15);

#[derive(Debug, Args)]
pub struct Serve {
    /// Data directory (made when missing).
    #[arg(long, env = "PHUSONG_DATA")]
    data: PathBuf,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "PHUSONG_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Dữ liệu minh hoạ, trong thư mục riêng. / Invented data, in a directory of their own.
    #[arg(long)]
    demo: bool,
    /// Hạn mức yêu cầu. / Budgets of requests: 60 a second for each address without a key, 120
    /// for each key; what is over gets 429.
    #[arg(long, env = "PHUSONG_RATE_LIMIT", value_enum, default_value = "on")]
    rate_limit: RateLimit,
    /// Địa chỉ công khai, khi đứng sau proxy. / The address under which others reach this
    /// service, when a proxy stands before it; for TileJSON and the sign-in link.
    #[arg(long, env = "PHUSONG_PUBLIC_URL")]
    public_url: Option<PublicUrl>,
    /// Trang công chúng. / The public view: open, or closed until an approver opens it (in the
    /// page's decisions, or POST /api/v1/public-view).
    #[arg(long, env = "PHUSONG_PUBLIC", value_enum, default_value = "open")]
    public: PublicView,
    /// Form of the log lines on standard error.
    #[arg(long, env = "PHUSONG_LOG_FORMAT", value_enum, default_value = "text")]
    log_format: logs::LogFormat,
    /// What is logged, as `tracing` filters: `phusong=debug`; default `warn,phusong=info`.
    #[arg(long, env = "PHUSONG_LOG")]
    log: Option<String>,
}

pub fn run(asked: Serve) -> Done {
    logs::start(asked.log_format, asked.log.as_deref());
    let is_new = !asked.data.join(ledger::FILE).exists();
    let service =
        if asked.demo { Service::open_demo(&asked.data)? } else { Service::open(&asked.data)? };
    if asked.public == PublicView::Closed {
        service.keep_public_closed().map_err(OpenError::Vault)?;
    }
    let listen = asked.listen;
    let io = |error: std::io::Error| {
        fail(
            74,
            format!("không phục vụ được ở {listen}: {error}; hãy chọn địa chỉ khác bằng --listen"),
            format!("cannot serve at {listen}: {error}; choose another address with --listen"),
        )
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(io)?;
    let served = runtime.block_on(async {
        // Before the address is told: whoever reads it may send a signal at once.
        let stop = asked_to_stop().map_err(io)?;
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(io)?;
        let address = listener.local_addr().map_err(io)?;
        say(&format!("http://{address}/"))?;
        let public_url = asked.public_url.as_ref();
        let base = public_url.map_or_else(|| format!("http://{address}"), ToString::to_string);
        if is_new {
            offer_sign_in(&asked.data, &base)?;
        }
        let edge = Edge { rate_limit: asked.rate_limit, public_url: asked.public_url };
        serve(service.clone(), edge, listener, stop).await.map_err(io)
    });
    // What still runs off the async threads ends before the ledger closes.
    runtime.shutdown_timeout(GRACE);
    service.stop();
    served
}

/// Resolves with the name of the first signal that asks for an end: Ctrl-C, or what `systemctl
/// stop` and a container send.
fn asked_to_stop() -> std::io::Result<impl Future<Output = &'static str>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        }
    })
}

/// Serves until told to stop; then takes nothing new, ends what was begun, and waits no longer
/// than [`GRACE`].
async fn serve(
    service: Service,
    edge: Edge,
    listener: tokio::net::TcpListener,
    stop: impl Future<Output = &'static str> + Send + 'static,
) -> std::io::Result<()> {
    let router = http::router_at(service.clone(), edge, std::sync::Arc::default());
    let (stopping, told) = tokio::sync::oneshot::channel();
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            let signal = stop.await;
            tracing::info!(signal, "{signal}: stopping");
            // Who only listens would never end by itself.
            service.hush();
            let _serving_has_ended = stopping.send(());
        });
    tokio::select! {
        served = serving.into_future() => served,
        () = async {
            let _signal = told.await;
            tokio::time::sleep(GRACE).await;
        } => {
            tracing::warn!("some requests did not end in time and were cut off");
            Ok(())
        }
    }
}

/// At the first start somebody at the terminal gets a link to sign in with: there only, once.
fn offer_sign_in(data: &Path, base: &str) -> Result<(), Failure> {
    let mut terminal = std::io::stderr();
    if !terminal.is_terminal() {
        return Ok(());
    }
    let link = super::keys::link(data, &Holder::Approver, None, base)?;
    let text = format!(
        "\nĐăng nhập lần đầu (lãnh đạo; dùng một lần, trong một giờ):\n\
         First sign-in (approver; once, within the hour):\n  {link}\n\n"
    );
    terminal
        .write_all(text.as_bytes())
        .map_err(|error| fail(74, "không in ra được", error.to_string()))
}
