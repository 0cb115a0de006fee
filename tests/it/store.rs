//! What the store answers when its database cannot.

use diesel::connection::SimpleConnection;
use versterkingsgelden::{db::Conn, error::AppError};

use crate::support::TestApp;

/// Who is told "busy" can send again; a fault is something that we have to mend.
#[actix_web::test]
async fn a_statement_that_takes_too_long_is_busy_and_no_fault() {
    let app = TestApp::postgres();
    let slow = |conn: &mut Conn| -> Result<(), AppError> {
        Ok(conn.batch_execute("SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(5)")?)
    };
    let read = app.app.store.read(slow).await;
    assert!(matches!(read, Err(AppError::Busy)), "{read:?}");
    let one = app.read(|conn| Ok(conn.batch_execute("SELECT 1")?));
    one.await;
}
