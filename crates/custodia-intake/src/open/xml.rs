//! XML without entities, without namespaces, with a bound on nesting.
