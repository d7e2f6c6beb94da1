"""Where the runs of a study are made: processes of this machine, a Dask cluster, or an executor of the caller's."""
