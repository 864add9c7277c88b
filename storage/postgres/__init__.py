"""PostgreSQL, the way past one machine."""
