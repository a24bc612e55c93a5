//! Chapter 9: a connection from its opening to its closing.
