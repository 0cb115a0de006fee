//! Two or three scenarios side by side.
