//! From proposal to letter.
