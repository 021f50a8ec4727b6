"""From tools without a path (MCP lists, function lists) to entities, variables and operations (rules B1 to B9)."""
