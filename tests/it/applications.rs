//! The application from the first word to the receipt.
