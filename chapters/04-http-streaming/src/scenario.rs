//! Streaming, played over a simulated link and counted.
