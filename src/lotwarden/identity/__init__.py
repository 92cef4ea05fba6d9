"""Who acts: the workspace, organisations, sites, people, roles, permissions, log-in."""
