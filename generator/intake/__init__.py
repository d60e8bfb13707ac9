"""Make descriptors from workbooks and CSV files, or question by question."""
