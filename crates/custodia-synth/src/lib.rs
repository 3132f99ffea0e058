//! Invents harmless operations with known truth. Knows the model alone.
