//! Keeps rows and answers questions. The only room that knows Arrow, Parquet and DataFusion.
