"""Every point at which something leaves the process: found, come by on a path, and died at."""
