"""SQL over tables that are kept in the session."""
