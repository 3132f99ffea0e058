//! Three digests in one read, many files in flight.
