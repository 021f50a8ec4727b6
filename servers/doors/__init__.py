"""The ways in for MCP clients: stdio and streamable HTTP."""
