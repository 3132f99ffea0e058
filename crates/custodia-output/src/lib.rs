//! What leaves the house: reports. Asks the case, writes inert files.
