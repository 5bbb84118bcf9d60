"""The store on PostgreSQL: many processes, a pool of connections, threads that speak to them."""
