"""Server processes that are kept warm, one a program, and lent out seat by seat."""

from inftool.servers.pool.pool import PoolSeats, ServerPool
from inftool.servers.pool.process import ServerStartError
from inftool.servers.pool.seat import PoolSeat

__all__ = ["PoolSeat", "PoolSeats", "ServerPool", "ServerStartError"]
