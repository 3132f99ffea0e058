//! Keys and seals. No evidence, no Arrow.
