//! Where the bytes of files are kept: a folder, or with feature `s3` a bucket.
//!
//! A file is known here by its id alone. Storage is never searched for files: what may be left over is
//! in the database (`loose_files`), so that two databases do not clear away what is the other's.

use std::{fmt, io, path::PathBuf, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, NaiveDateTime, Utc};
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::{
    ObjectStore, ObjectStoreExt, WriteMultipart, buffered::BufReader, local::LocalFileSystem,
    memory::InMemory, path::Path,
};
use sha2::{Digest, Sha256};
use tokio_util::io::SyncIoBridge;

use crate::core::{hex, ids::AttachmentId};

/// The largest piece that is in memory at once: the smallest that a bucket takes.
const PIECE: usize = 5 * 1024 * 1024;
/// Where files are that can be handed out, or wait for that.
const KEPT: &str = "bestanden";
/// Where files are in which something was found.
const HELD: &str = "vastgehouden";

/// What went wrong with storage.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The store itself.
    #[error(transparent)]
    Store(#[from] object_store::Error),
    /// The folder could not be made or read.
    #[error(transparent)]
    Folder(#[from] io::Error),
    /// The setting names nothing that we can keep files in.
    #[error("{0}")]
    Setting(String),
}

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum Broken<E> {
    /// It is larger than is allowed.
    #[error("too large")]
    TooLarge,
    /// What came in broke off.
    #[error("broken off")]
    Source(E),
    /// It could not be kept.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// How many bytes.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: String,
}

/// Where files are kept.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// The folder, where it is one: of a file that was half written a part is left in it.
    folder: Option<PathBuf>,
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Storage({})", self.store)
    }
}

impl Storage {
    /// In a folder, which is made. A file that is acknowledged is on the disk, not only on its way.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Result<Storage, StorageError> {
        let folder = folder.into();
        for part in [KEPT, HELD] {
            std::fs::create_dir_all(folder.join(part))?;
        }
        let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        Ok(Storage {
            store: Arc::new(store),
            folder: Some(folder),
        })
    }

    /// In a folder as it is: nothing is made, and one that is not there holds nothing.
    pub fn in_folder_as_is(folder: impl Into<PathBuf>) -> Result<Storage, StorageError> {
        let folder = folder.into();
        let store: Arc<dyn ObjectStore> = if folder.is_dir() {
            Arc::new(LocalFileSystem::new_with_prefix(&folder)?)
        } else {
            Arc::new(InMemory::new())
        };
        Ok(Storage {
            store,
            folder: Some(folder),
        })
    }

    /// At an address: `s3://bucket/prefix`, or the path of a folder, which is made.
    pub fn at(address: &str) -> Result<Storage, StorageError> {
        at(address, Storage::in_folder)
    }

    /// At an address as it is, for who makes nothing.
    pub fn at_as_is(address: &str) -> Result<Storage, StorageError> {
        at(address, Storage::in_folder_as_is)
    }

    /// Takes a file in as it comes, and stops as soon as it has more than `most` bytes. Of one that is
    /// not taken in, nothing is left.
    pub async fn receive<E>(
        &self,
        id: &AttachmentId,
        mut pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
        most: u64,
    ) -> Result<Received, Broken<E>> {
        let upload = self.store.put_multipart(&kept(id)).await;
        let mut upload =
            WriteMultipart::new_with_chunk_size(upload.map_err(StorageError::from)?, PIECE);
        let (mut sha256, mut bytes) = (Sha256::new(), 0_u64);
        let broken = loop {
            let piece = match pieces.next().await {
                None => break None,
                Some(Err(err)) => break Some(Broken::Source(err)),
                Some(Ok(piece)) => piece,
            };
            bytes = bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if most < bytes {
                break Some(Broken::TooLarge);
            }
            sha256.update(&piece);
            if let Err(err) = upload.wait_for_capacity(1).await {
                break Some(Broken::Storage(err.into()));
            }
            upload.put(piece);
        };
        if let Some(broken) = broken {
            if let Err(err) = upload.abort().await {
                tracing::warn!(%err, "an upload that broke off was not cleared away");
            }
            return Err(broken);
        }
        upload.finish().await.map_err(StorageError::from)?;
        let sha256 = hex::encode(&sha256.finalize());
        Ok(Received { bytes, sha256 })
    }

    /// The bytes of a file as they come, wherever it is.
    pub async fn pieces(
        &self,
        id: &AttachmentId,
    ) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>, StorageError> {
        let found = match self.store.get(&kept(id)).await {
            Err(object_store::Error::NotFound { .. }) => self.store.get(&held(id)).await?,
            found => found?,
        };
        Ok(found.into_stream().map_err(io::Error::other))
    }

    /// A file to read back and forth in, on a thread that may wait.
    pub async fn reader(&self, id: &AttachmentId) -> Result<SyncIoBridge<BufReader>, StorageError> {
        let meta = self.store.head(&kept(id)).await?;
        Ok(SyncIoBridge::new(BufReader::new(
            Arc::clone(&self.store),
            &meta,
        )))
    }

    /// The SHA-256 of the bytes that are kept; `None` if there are none.
    pub async fn sha256(&self, id: &AttachmentId) -> Result<Option<String>, StorageError> {
        let mut pieces = match self.pieces(id).await {
            Err(StorageError::Store(object_store::Error::NotFound { .. })) => return Ok(None),
            pieces => pieces?,
        };
        let mut sha256 = Sha256::new();
        while let Some(piece) = pieces.try_next().await? {
            sha256.update(&piece);
        }
        Ok(Some(hex::encode(&sha256.finalize())))
    }

    /// Puts a file in which something was found apart; whether it was not yet. Safe to do twice.
    pub async fn hold(&self, id: &AttachmentId) -> Result<bool, StorageError> {
        match self.store.rename(&kept(id), &held(id)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            done => Ok(done.map(|()| true)?),
        }
    }

    /// Removes the bytes of a file. Safe to do twice.
    pub async fn remove(&self, id: &AttachmentId) -> Result<(), StorageError> {
        for place in [kept(id), held(id)] {
            match self.store.delete(&place).await {
                Err(object_store::Error::NotFound { .. }) => {}
                done => done?,
            }
        }
        Ok(())
    }

    /// Clears away what is left in a folder of files that were half written before this moment; of a
    /// bucket, its own rules do so. How many there were.
    pub fn clear_halves(&self, before: NaiveDateTime) -> Result<usize, StorageError> {
        let mut cleared = 0_usize;
        let Some(folder) = &self.folder else {
            return Ok(cleared);
        };
        for entry in std::fs::read_dir(folder.join(KEPT))? {
            let entry = entry?;
            // The store writes beside the name that a file will have, behind this sign.
            let is_half = entry.file_name().to_string_lossy().contains('#');
            let since: DateTime<Utc> = entry.metadata()?.modified()?.into();
            if is_half && since.naive_utc() < before {
                std::fs::remove_file(entry.path())?;
                cleared = cleared.saturating_add(1);
            }
        }
        Ok(cleared)
    }
}

fn kept(id: &AttachmentId) -> Path {
    Path::from_iter([KEPT, id.as_str()])
}

fn held(id: &AttachmentId) -> Path {
    Path::from_iter([HELD, id.as_str()])
}

fn at(
    address: &str,
    in_folder: fn(PathBuf) -> Result<Storage, StorageError>,
) -> Result<Storage, StorageError> {
    if address.starts_with("s3://") {
        return in_bucket(address);
    }
    match address.split_once("://") {
        None => in_folder(address.into()),
        Some(("file", path)) => in_folder(path.into()),
        Some(_) => Err(StorageError::Setting(
            "begin met s3:// of noem een map".to_owned(),
        )),
    }
}

/// In a bucket; keys, region and endpoint stand in the variables that other programs read, too
/// (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT`, ...).
#[cfg(feature = "s3")]
fn in_bucket(address: &str) -> Result<Storage, StorageError> {
    let rest = address.trim_start_matches("s3://");
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let store = object_store::aws::AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .build()?;
    let store = object_store::prefix::PrefixStore::new(store, prefix);
    Ok(Storage {
        store: Arc::new(store),
        folder: None,
    })
}

#[cfg(not(feature = "s3"))]
fn in_bucket(_: &str) -> Result<Storage, StorageError> {
    Err(StorageError::Setting(
        "dit programma is gebouwd zonder s3; bouw het met `--features s3`, of noem een map"
            .to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    fn in_pieces(all: &[&'static [u8]]) -> impl Stream<Item = Result<Bytes, ()>> + Unpin + use<> {
        stream::iter(
            all.iter()
                .map(|it| Ok(Bytes::from_static(it)))
                .collect::<Vec<_>>(),
        )
    }

    /// Every file of storage; what is half written is none.
    async fn all(storage: &Storage) -> Vec<String> {
        let files: Vec<_> = storage.store.list(None).try_collect().await.unwrap();
        files
            .into_iter()
            .map(|it| it.location.to_string())
            .collect()
    }

    /// What holds wherever files are kept.
    async fn story(storage: Storage) {
        let id = AttachmentId::from("a1");
        let large = storage.receive(&id, in_pieces(&[b"12345", b"6"]), 5).await;
        assert!(matches!(large, Err(Broken::TooLarge)));
        let cut = stream::iter([Ok(Bytes::from_static(b"123")), Err("gone")]);
        let cut = storage.receive(&id, cut, 5).await;
        assert!(matches!(cut, Err(Broken::Source("gone"))));
        assert_eq!(all(&storage).await, [""; 0]);
        assert_eq!(storage.sha256(&id).await.unwrap(), None);
        let fits = storage.receive(&id, in_pieces(&[b"abc"]), 3).await.unwrap();
        assert_eq!(fits.bytes, 3);
        assert!(fits.sha256.starts_with("ba7816bf"));
        assert_eq!(
            storage.sha256(&id).await.unwrap(),
            Some(fits.sha256.clone())
        );
        assert_eq!(all(&storage).await, ["bestanden/a1"]);

        assert!(storage.hold(&id).await.unwrap());
        assert!(!storage.hold(&id).await.unwrap());
        assert_eq!(all(&storage).await, ["vastgehouden/a1"]);
        assert_eq!(storage.sha256(&id).await.unwrap(), Some(fits.sha256));
        for _ in 0..2 {
            storage.remove(&id).await.unwrap();
        }
        assert_eq!(storage.sha256(&id).await.unwrap(), None);

        // More than one piece, cut where the pieces that come in do not end.
        let id = AttachmentId::from("a2");
        let blocks = (0..300_u16).map(|it| Bytes::from(it.to_le_bytes().repeat(20_000)));
        let whole: Vec<u8> = blocks.clone().flatten().collect();
        let came = stream::iter(blocks.map(Ok::<_, ()>));
        let most = 12_000_000;
        let came = storage.receive(&id, came, most).await.unwrap();
        assert_eq!(came.bytes, most);
        assert_eq!(came.sha256, hex::encode(&Sha256::digest(&whole)));
        assert_eq!(storage.sha256(&id).await.unwrap(), Some(came.sha256));
        let mut reader = storage.reader(&id).await.unwrap();
        let read = tokio::task::spawn_blocking(move || {
            let mut end = [0; 4];
            io::Seek::seek(&mut reader, io::SeekFrom::End(-4)).unwrap();
            io::Read::read_exact(&mut reader, &mut end).unwrap();
            end
        });
        assert_eq!(read.await.unwrap(), *whole.last_chunk::<4>().unwrap());
    }

    #[tokio::test]
    async fn a_folder_keeps_all_of_a_file_or_nothing() {
        let dir = tempfile::tempdir().unwrap();
        story(Storage::in_folder(dir.path()).unwrap()).await;
        std::fs::write(dir.path().join(KEPT).join("a3#1"), "half").unwrap();
        let storage = Storage::in_folder(dir.path()).unwrap();
        assert_eq!(storage.clear_halves(NaiveDateTime::MIN).unwrap(), 0);
        assert_eq!(storage.clear_halves(NaiveDateTime::MAX).unwrap(), 1);
    }

    #[cfg(feature = "s3")]
    #[tokio::test]
    #[ignore = "needs a server with buckets: scripts/check-bucket.sh"]
    async fn a_bucket_keeps_all_of_a_file_or_nothing() {
        let address = std::env::var("VG_ATTACHMENTS_URL").unwrap();
        story(Storage::at(&address).unwrap()).await;
    }

    #[test]
    fn an_address_that_is_none_is_refused_by_name() {
        for address in ["ftp://x/y", "https://x"] {
            assert!(Storage::at(address).is_err(), "{address}");
        }
        #[cfg(not(feature = "s3"))]
        assert!(
            Storage::at("s3://x/y")
                .unwrap_err()
                .to_string()
                .contains("--features s3")
        );
    }
}
