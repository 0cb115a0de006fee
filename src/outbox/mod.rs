//! Messages: put in the same transaction as what they tell, read in the portal, sent by a worker.
pub mod pages;
