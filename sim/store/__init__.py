"""Where runs are kept: tables in memory, Parquet on disk, run folders, checkpoints."""
