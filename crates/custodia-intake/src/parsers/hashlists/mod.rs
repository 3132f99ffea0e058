//! Lists of known files, imported by an operator.
