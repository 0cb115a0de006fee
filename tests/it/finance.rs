//! State budget and journal on screen.
