//! Bad input: a clear answer, nothing lost, nothing twice.
