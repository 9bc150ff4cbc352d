"""Did it work: before and after beside areas where nothing was done, and the tables that members read."""
