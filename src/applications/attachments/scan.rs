//! Asks clamd whether a file is clean: its bytes go to the socket as they come out of storage.

use std::{io, path::PathBuf, time::Duration};

use bytes::Bytes;
use clamav_client::tokio::{Socket, Tcp, scan_stream};
use futures_util::Stream;

/// How long one scan may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much of what clamd says is kept, in characters.
const LONGEST: usize = 200;

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanner {
    /// At a socket of this machine.
    Unix(PathBuf),
    /// At an address.
    Tcp(String),
}

/// What clamd says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It found nothing.
    Clean,
    /// It found this.
    Infected(String),
}

impl Scanner {
    /// `unix:/run/clamav/clamd.ctl` or `tcp:127.0.0.1:3310`.
    pub fn parse(text: &str) -> Option<Scanner> {
        match text.split_once(':')? {
            ("unix", path) if path.starts_with('/') => Some(Scanner::Unix(path.into())),
            ("tcp", address) => {
                let (host, port) = address.rsplit_once(':')?;
                let is_address = !host.is_empty() && port.parse::<u16>().is_ok();
                is_address.then(|| Scanner::Tcp(address.to_owned()))
            }
            _ => None,
        }
    }

    /// Whether these bytes are clean, or why that can not be said.
    pub async fn scan(
        &self,
        pieces: impl Stream<Item = io::Result<Bytes>> + Send,
    ) -> Result<Verdict, String> {
        let said = async {
            match self {
                Scanner::Unix(path) => {
                    scan_stream(pieces, Socket { socket_path: path }, None).await
                }
                Scanner::Tcp(address) => {
                    let host_address = address.as_str();
                    scan_stream(pieces, Tcp { host_address }, None).await
                }
            }
        };
        match tokio::time::timeout(PATIENCE, said).await {
            Ok(Ok(said)) => verdict(&said),
            Ok(Err(err)) => Err(short(&err.to_string())),
            Err(_) => Err("no answer in time".to_owned()),
        }
    }
}

/// What an answer of clamd means. Only one that says in so many words that nothing was found is one.
fn verdict(said: &[u8]) -> Result<Verdict, String> {
    let said = String::from_utf8_lossy(said);
    let said = said.trim_end_matches(['\0', '\n']);
    if said == "stream: OK" {
        return Ok(Verdict::Clean);
    }
    let found = said
        .strip_prefix("stream: ")
        .and_then(|it| it.strip_suffix(" FOUND"));
    match found {
        Some(found) => Ok(Verdict::Infected(short(found))),
        None => Err(short(said)),
    }
}

fn short(said: &str) -> String {
    let said = said.chars().filter(|it| !it.is_control());
    said.take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_socket_or_a_host_with_a_port() {
        let socket = Scanner::Unix("/run/clamav/clamd.ctl".into());
        assert_eq!(Scanner::parse("unix:/run/clamav/clamd.ctl"), Some(socket));
        let host = Scanner::Tcp("clamav.example:3310".to_owned());
        assert_eq!(Scanner::parse("tcp:clamav.example:3310"), Some(host));
        for wrong in [
            "",
            "/run/clamd",
            "unix:clamd",
            "tcp:localhost",
            "tcp::1",
            "tcp:a:b",
        ] {
            assert_eq!(Scanner::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_what_says_so_is_clean() {
        assert_eq!(verdict(b"stream: OK\0"), Ok(Verdict::Clean));
        let found = Verdict::Infected("Eicar-Signature".to_owned());
        assert_eq!(verdict(b"stream: Eicar-Signature FOUND\0"), Ok(found));
        for said in [
            &b""[..],
            b"OK",
            b"stream: OK, almost\0",
            b"INSTREAM size limit exceeded. ERROR\0",
            b"stream: Can't open file ERROR\0",
        ] {
            assert!(verdict(said).is_err(), "{}", String::from_utf8_lossy(said));
        }
    }
}
