//! Projects: what is typed, what it means, what is wrong.
