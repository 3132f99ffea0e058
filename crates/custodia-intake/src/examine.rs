//! One exhibit through all doors: walk, digest, parse.
