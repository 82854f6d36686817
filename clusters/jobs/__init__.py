"""Jobs: work that takes longer than a request, as rows that workers take under a lease."""
