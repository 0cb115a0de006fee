//! Setting up on screen.
