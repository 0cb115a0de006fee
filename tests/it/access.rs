//! Every route, every role: who comes in where.
