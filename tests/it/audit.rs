//! The chain: a changed, removed or inserted fact is found.
